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
from unitdocs.portal.pages import cases, recommendations
from unitdocs.portal.pages.recommendations import OutcomeGroup, outcome_group, span
from unitdocs.records import Pair, Round, RunRecord, pack

MakeRecord = Callable[..., RunRecord]
MakeCase = Callable[..., CaseResult]
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/benchmarks/recommendations.md"


def page(record: RunRecord) -> Files:
    """Return the snippets of the page."""
    files = files_of(recommendations.build_page(stale(record), None))
    return {name: content for name, content in files.items() if name.endswith(".md")}


def titles(content: str) -> list[str]:
    return re.findall(r'<tr><th scope="row">(?:<a [^>]*>)?([^<]*)', content)


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
    included = set(re.findall(r'--8<-- "generated/(.+)"', PAGE.read_text()))
    assert included
    for record in (make_record(), make_record(cases=())):
        assert included == {name for name in page(record) if name.startswith("recommendations/")}
    assert "benchmarks/recommendations.md" in (ROOT / "mkdocs.yml").read_text()


def test_gains_are_listed_from_the_largest_with_their_evidence(make_record: MakeRecord) -> None:
    content = page(make_record())["recommendations/better.md"]
    assert titles(content) == ["Size", "Big"]
    assert "Single units</small>" in content
    assert re.search(r"(?:9\.\d+|10\.?\d*)× faster<br><small>[\d.]+× to [\d.]+×</small>", content)
    assert "<small>n = 8</small><br><small>p &lt; 0.001</small>" in content


def test_a_loss_is_listed_with_its_size_and_is_no_gain(make_record: MakeRecord) -> None:
    files = page(make_record())
    content = files["recommendations/worse.md"]
    assert titles(content) == ["Small"]
    assert re.search(r'Small</a><br><small>Whole scenes</small></th><td class="ud-number">10</td>', content)
    assert re.search(r"50\.\d % slower", content)
    assert "Small" not in files["recommendations/better.md"]


def test_an_empty_list_is_one_sentence(make_record: MakeRecord) -> None:
    record = make_record()
    times = tuple(case for case in record.cases if case.metric == "time")
    faster = page(record.model_copy(update={"cases": times[:2]}))
    assert faster["recommendations/worse.md"] == "<p>None of the 2 times is worse.</p>\n"
    assert (
        "No time is equivalent, and no difference lies within the margin of 1 %." in faster["recommendations/same.md"]
    )
    assert "Each of the 2 cases has an answer" in faster["recommendations/unknown.md"]
    assert "only times" in faster["recommendations/metrics.md"]
    slower = page(record.model_copy(update={"cases": times[2:3]}))
    assert "no case is faster by more than the margin of 1 %" in slower["recommendations/better.md"]
    none = page(record.model_copy(update={"cases": ()}))
    assert none["recommendations/short.md"] == "<p>No case of this record has a time.</p>\n"


def test_each_suite_has_a_line_with_its_least_and_most_and_its_worst_case(make_record: MakeRecord) -> None:
    content = page(make_record())["recommendations/short.md"]
    assert "<strong>Time with the refactored system: better in 2, worse in 1 and no verdict in 1 of 4 cases." in content
    suites, metrics = content.split("<table>")[1:]
    assert titles(suites) == ["Single units", "Whole scenes"]
    scenes = suites.partition("Whole scenes")[2]
    assert re.search(r"<td>50\.\d % slower to [34]\.?\d*× faster</td>", scenes)
    assert re.search(r">Small</a><br><span class=\"ud-verdict ud-worse\">50\.\d % slower", scenes)
    assert "50 % more" in scenes  # the peak memory of its case
    assert "not measured" in suites.partition("Whole scenes")[0]
    assert titles(metrics) == ["Peak memory"]


def test_memory_has_its_own_lines_and_names_every_case_that_needs_more(make_record: MakeRecord) -> None:
    content = page(make_record())["recommendations/metrics.md"]
    assert content.startswith("### Peak memory { #peak-memory }")
    by_suite, losses = content.split("<table>")[1:]
    assert titles(by_suite) == ["Whole scenes"]
    assert titles(losses) == ["Big"]
    for fact in ("2 kB", "3 kB", "50 % more", "exact count", "n = 6"):
        assert fact in losses, fact


def test_a_case_without_an_answer_says_what_was_detectable_or_why_it_failed(make_record: MakeRecord) -> None:
    record = with_times(make_record(), "small", [0.9, 1.1, 0.95, 1.05, 0.9, 1.1, 1.0, 1.02])
    content = page(record)["recommendations/unknown.md"]
    assert set(titles(content)) == {"Odd &lt;script&gt;alert(1)&lt;/script&gt;", "Small"}
    assert re.search(r"a difference of [\d.]+ % could have been found", content)
    assert "results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2" in content
    assert "Not comparable: cache hit rate in 1 case (no arm counts a cache)." in content


def test_reasons_for_and_against_switching_come_first(make_record: MakeRecord) -> None:
    content = page(make_record())["recommendations/short.md"]
    assert '<a href="#worse">In time, 1 case speaks against switching.</a>' in content
    assert "Peak memory is worse in 1 case; most in Big: 50 % more." in re.sub("<.*?>", "", content)
    none = page(with_times(make_record(), "small", [0.5, 0.51] * 4))["recommendations/short.md"]
    assert "In time, no case speaks against switching." in none


def test_a_difference_inside_the_margin_is_listed_as_the_same(make_record: MakeRecord) -> None:
    files = page(with_times(make_record(), "small", [1.004, 1.0041] * 4))
    assert titles(files["recommendations/same.md"]) == ["Small"]
    assert ">below margin</span>" in files["recommendations/same.md"]
    assert files["recommendations/worse.md"].startswith("<p>None of")


def test_every_case_that_is_named_leads_to_its_page(make_record: MakeRecord) -> None:
    record = make_record()
    built = {built_page.page.source for built_page in cases.build_pages(stale(record), {})}
    linked = {
        f"benchmarks/cases/{address}.md"
        for content in page(record).values()
        for address in re.findall(r'href="\.\./cases/([^"]+)/"', content)
    }
    assert linked == built
    assert '">Big</a>: 50 % more.' in page(record)["recommendations/short.md"]


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
