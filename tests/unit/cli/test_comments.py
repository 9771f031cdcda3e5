"""`unitdocs compare --format comment`: one line if nothing changed, otherwise what did."""

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect
from unitdocs.analysis.comparison import Comparison
from unitdocs.analysis.not_compared import NotCompared
from unitdocs.cli.comments import MARKER, MOST_CHARACTERS, as_comment
from unitdocs.records import Direction, Status
from unitdocs.stats import Verdict


def case(name: str, verdict: Verdict | None, ratio: float = 1.0, smallest: float = 1.01) -> CaseResult:
    effect = NoEffect(Status.NOT_MEASURED, "the time was used up")
    if verdict is not None:
        effect = Effect(  # type: ignore[assignment]
            EffectScale.RATIO, ratio, ratio * 0.99, ratio * 1.01, 0.99, verdict, is_below_margin=False, p=0.001,
            minimum_detectable_effect=smallest,
        )  # fmt: skip
    return CaseResult(
        "parse", name, name, None, "time", "s", Direction.LOWER, "old", "new", 1.0, ratio, 10, 10, effect,
    )  # fmt: skip


def comment(*cases: CaseResult, **members: object) -> str:
    text = as_comment(Comparison("old", "new", 0.01, cases, command="unitdocs bench run", **members))  # type: ignore[arg-type]
    first, _, rest = text.partition("\n")
    assert first == MARKER
    return rest


def test_one_line_says_that_nothing_changed_and_what_would_have_been_found() -> None:
    same = [case(f"file-{number}", Verdict.EQUIVALENT, smallest=1.01 + number / 1000) for number in range(9)]
    assert comment(*same) == (
        "No change in 9 cases. A change of 1.80 % would have been found in each with a chance of 80 %.\n\n"
        "Repeat this: `unitdocs bench run`"
    )


def test_what_changed_has_a_row_the_worst_first_and_the_rest_is_counted() -> None:
    text = comment(
        case("same", Verdict.EQUIVALENT),
        case("faster", Verdict.LESS, 0.8),
        case("open", Verdict.INCONCLUSIVE, 1.01, smallest=1.05),
        case("slower", Verdict.MORE, 1.2),
        case("none", None),
    )
    assert text.splitlines()[0] == (
        "**1 worse, 1 better, 1 undecided, 1 without a verdict** of 5 cases. "
        "A change of 1.00 % would have been found in the unchanged ones with a chance of 80 %."
    )
    rows = [line for line in text.splitlines() if line.startswith("| parse")]
    assert [row.split(" | ")[0] for row in rows] == ["| parse/slower", "| parse/open", "| parse/faster"]
    assert "inconclusive, finds +5.00 %" in rows[1]


def test_cases_that_were_left_out_are_counted_with_their_reason_if_it_is_one() -> None:
    gone = [NotCompared("parse", f"gone-{number}", "time", "head", "not *measured*") for number in range(2)]
    assert "Left out: 2 cases: not \\*measured\\*." in comment(case("same", Verdict.EQUIVALENT), not_compared=(*gone,))
    other = NotCompared("parse", "other", "time", "head", "failed")
    assert "Left out: 3 cases.\n" in comment(case("same", Verdict.EQUIVALENT), not_compared=(*gone, other))


def test_a_comment_is_never_longer_than_the_host_allows_and_counts_what_it_omits() -> None:
    cases = [case(f"{'long' * 20}-{number}", Verdict.MORE, 1.2) for number in range(2_000)]
    text = as_comment(Comparison("old", "new", 0.01, (*cases,), command="unitdocs bench run"))
    shown = sum(line.startswith("| parse") for line in text.splitlines())
    assert 0 < shown < 2_000
    assert f"{2_000 - shown:,} more rows would not fit here." in text
    assert text.endswith("Repeat this: `unitdocs bench run`")
    assert MOST_CHARACTERS - 500 < len(text) <= MOST_CHARACTERS


def test_nothing_in_a_comment_is_markup_or_a_mention() -> None:
    text = comment(case("<img src=x> @everyone `|`", Verdict.MORE, 1.2))
    assert "\\<img src=x\\>" in text
    assert "@" not in text
    (row,) = [line for line in text.splitlines() if line.startswith("| parse")]
    assert row.count(" | ") == 4


def test_a_command_with_backticks_stays_code() -> None:
    text = as_comment(Comparison("old", "new", 0.01, (), command="unitdocs bench commands 'echo `date`'"))
    assert text.endswith("Repeat this: ``unitdocs bench commands 'echo `date`'``")
    assert "**No case was compared.**" in text
