# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The page that says where to switch, where not to switch, and what is undecided."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from made_records import with_effect
from page_building import Files, files_of, stale

from unitdocs import records
from unitdocs.analysis.case_result import CaseResult
from unitdocs.portal.pages import recommendations
from unitdocs.portal.pages.recommendations import OutcomeGroup, outcome_group, span
from unitdocs.records import Pair, Round, RunRecord, pack

MakeRecord = Callable[..., RunRecord]
MakeCase = Callable[..., CaseResult]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/benchmarks/recommendations.md"


def page(record: RunRecord) -> Files:
    """Return the snippets of the page."""
    return files_of(recommendations.build_page(stale(record), None))


def items(content: str) -> list[str]:
    """Return the text of each item of a list."""
    return [re.sub("<[^>]*>", "", item) for item in re.findall(r"<li>(.*?)</li>", content)]


def lines(content: str) -> dict[str, list[str]]:
    """Return the lines of each suite, by its title."""
    return {
        title: [re.sub("<[^>]*>", "", line) for line in re.findall("<p>(.*?)</p>", rest)]
        for title, rest in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", content, re.DOTALL)
    }


def with_times(record: RunRecord, scenario: str, ratios: list[float]) -> RunRecord:
    """Return the record with these ratios in the rounds of one scenario's time."""

    def changed(index: int, ratio: float) -> Round:
        times = Pair(control=pack([100_000] * 6), treatment=pack([round(100_000 * ratio)] * 6))
        timing = records.Timing(order="ABA", operations=Pair(control=1, treatment=1), cpu=times, wall=times)
        return Round(index=index, hash_seed=index, timing=timing)

    rounds = tuple(changed(index, ratio) for index, ratio in enumerate(ratios))
    cases = tuple(
        case.model_copy(update={"rounds": rounds}) if (case.scenario, case.metric) == (scenario, "time") else case
        for case in record.cases
    )
    return record.model_copy(update={"cases": cases})


def test_every_snippet_that_the_page_includes_is_made_and_the_page_is_in_the_navigation(
    make_record: MakeRecord,
) -> None:
    included = set(re.findall(r'--8<-- "generated/(recommendations/.+)"', PAGE.read_text()))
    assert included
    for record in (make_record(), make_record(cases=())):
        assert included == {name for name in page(record) if name.startswith("recommendations/")}
    assert "benchmarks/recommendations.md" in (ROOT / "mkdocs.yml").read_text()


def test_suites_are_in_the_order_of_their_least_gain_with_what_switching_costs(make_record: MakeRecord) -> None:
    content = page(make_record())["recommendations/suites.md"]
    found = lines(content)
    assert [*found] == ["Single units", "Whole scenes"]
    assert re.fullmatch(r"(?:9\.\d+|10\.?\d*)× faster, least in Size\.", found["Single units"][0])
    assert found["Single units"][1:] == ["Nothing is worse."]
    gain, time, memory = found["Whole scenes"]
    assert re.fullmatch(r"50\.\d % slower to [34]\.?\d*× faster, least in Small\.", gain)
    assert re.fullmatch(r"Time: worse in 1 of 3 cases, at most \d+ µs instead of \d+ µs, in Small\.", time)
    assert memory == "Peak memory: worse in 1 of 1 case, at most 3 kB instead of 2 kB, in Big."
    assert '<a href="../cases/scenes/small/">Small</a>' in content


def test_the_result_in_short_names_what_is_worse_in_each_metric(make_record: MakeRecord) -> None:
    content = page(make_record())["recommendations/short.md"]
    assert "<strong>Time with the refactored system: better in 2, worse in 1 and no verdict in 1 of 4 cases." in content
    assert '<a href="#worse">time in 1 and peak memory in 1.</a>' in content
    record = make_record()
    fast = page(record.model_copy(update={"cases": record.cases[:2]}))["recommendations/short.md"]
    assert "No case is worse in any metric." in fast


def test_a_loss_is_listed_with_its_size_and_leads_to_its_case(make_record: MakeRecord) -> None:
    content = page(make_record())["recommendations/worse.md"]
    small, big = items(content)
    assert re.fullmatch(r"Small, 50\.\d % slower", small)
    assert big == "Big, 50 % more"
    assert '<a href="../cases/scenes/big/">Big</a>' in content


def test_the_largest_losses_come_first_and_many_are_folded(make_record: MakeRecord) -> None:
    record = make_record()
    slow = record.cases[2]
    copies = tuple(slow.model_copy(update={"scenario": f"small-{n}", "title": f"Small {n}"}) for n in range(6))
    losing = with_times(record.model_copy(update={"cases": copies}), "small-4", [3.0, 3.01] * 4)
    content = page(losing)["recommendations/worse.md"]
    assert len(items(content)) == 6
    assert items(content)[0].startswith("Small 4, 3")
    visible, _, rest = content.partition("<details")
    assert (len(items(visible)), len(items(rest))) == (3, 3)
    assert "<summary>The other 3</summary>" in rest


def test_an_empty_list_is_one_sentence(make_record: MakeRecord) -> None:
    record = make_record()
    times = tuple(case for case in record.cases if case.metric == "time")
    faster = page(record.model_copy(update={"cases": times[:2]}))
    assert faster["recommendations/worse.md"] == "<p>None of 2 results is worse.</p>\n"
    assert faster["recommendations/same.md"] == "<p>Every difference that is known exceeds the margin of 1 %.</p>\n"
    assert "Each of 2 results has an answer" in faster["recommendations/unknown.md"]
    none = page(record.model_copy(update={"cases": ()}))
    assert none["recommendations/short.md"] == "<p>No case of this record has a time.</p>\n"
    assert none["recommendations/suites.md"] == "<p>The record holds no time that was measured.</p>\n"


def test_a_case_without_an_answer_says_what_was_detectable_or_why_it_failed(make_record: MakeRecord) -> None:
    record = with_times(make_record(), "small", [0.9, 1.1, 0.95, 1.05, 0.9, 1.1, 1.0, 1.02])
    content = page(record)["recommendations/unknown.md"]
    assert {item.partition(",")[0] for item in items(content)} == {"Odd &lt;script&gt;alert(1)&lt;/script&gt;", "Small"}
    assert re.search(r"a difference of [\d.]+ % could have been found", content)
    assert "results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2" in content
    assert "Not comparable: cache hit rate in 1 case (no arm counts a cache)." in content


def test_a_difference_inside_the_margin_counts_as_none(make_record: MakeRecord) -> None:
    files = page(with_times(make_record(), "small", [1.004, 1.0041] * 4))
    assert "No difference that matters: time in 1, of 5 results." in files["recommendations/same.md"]
    assert not any(item.startswith("Small") for item in items(files["recommendations/worse.md"]))


def test_the_page_holds_no_table(make_record: MakeRecord) -> None:
    assert "<table" not in "".join(page(make_record()).values())


def test_advice_follows_the_verdict_and_the_margin(make_case: MakeCase) -> None:
    def within_margin(ratio: float) -> CaseResult:
        return with_effect(make_case(ratio), is_below_margin=True)

    assert outcome_group(make_case(0.5)) is OutcomeGroup.BETTER
    assert outcome_group(make_case(2.0)) is OutcomeGroup.WORSE
    assert outcome_group(make_case(1.0)) is OutcomeGroup.UNKNOWN
    assert outcome_group(make_case(None)) is OutcomeGroup.UNKNOWN
    assert {outcome_group(within_margin(0.5)), outcome_group(within_margin(2.0))} == {OutcomeGroup.SAME}


def test_a_span_names_its_direction_once_where_both_ends_share_it(make_case: MakeCase) -> None:
    assert span([make_case(0.5), make_case(0.25), make_case(0.1)]) == "2× to 10× faster"
    assert span([make_case(2.0), make_case(0.25)]) == "2× slower to 4× faster"
    assert span([make_case(0.5)]) == "2× faster"
    assert span([make_case(None)]) == "–"
    none = make_case(0.5, unit="1", metric="allocated blocks", control_mean=5.0, treatment_mean=0.0)
    exact = with_effect(none, estimate=0.0, low=0.0, high=0.0, is_exact=True)
    assert span([make_case(2.0), exact]) == "2× slower; less, from 5 to 0"


@pytest.mark.parametrize("unit", ["×", "%", "ns", "µs", "ms", "s", "kB", "MB", "of"])
def test_no_number_of_the_page_is_typed_by_hand(unit: str) -> None:
    prose = re.sub(r"--8<--.*", "", PAGE.read_text())
    assert re.findall(rf"\d\s*{unit}", prose) == []
