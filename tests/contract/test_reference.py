"""What the committed reference record must be: every number on the site comes from it."""

import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from unitdocs import analysis, formatting, records
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, measured
from unitdocs.analysis.cold_starts import cold_starts
from unitdocs.analysis.comparison import compare_arms
from unitdocs.analysis.comparison_json import to_json
from unitdocs.analysis.criteria import load_criteria
from unitdocs.analysis.decision import State, judge
from unitdocs.analysis.descriptions import describe, extent
from unitdocs.analysis.descriptions import interval as interval_of
from unitdocs.analysis.run import Run
from unitdocs.bench import Scenario
from unitdocs.bench.finding import find_suites
from unitdocs.cli.bench_report import table_of
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.page_output import PageOutput
from unitdocs.portal.pages import cases, comparison, home, scenarios, summary
from unitdocs.portal.report import ReportFormat, report
from unitdocs.records import Metric, RunRecord, Status

Key = tuple[str, str, str]

ROOT = Path(__file__).parents[2]
COUNTED = (Metric.PEAK_MEMORY, Metric.ALLOCATED_BLOCKS)
FRAMES = (Metric.FRAME_P50, Metric.FRAME_P95, Metric.FRAME_P99, Metric.MISSED_FRAMES)
COLD = (Metric.SLOWEST_FRAME, Metric.START_TIME, Metric.MISSED_FRAMES)


@pytest.fixture(scope="module")
def reference() -> RunRecord:
    return records.load(ROOT / "benchmarks" / "results" / "reference.json.gz")


@pytest.fixture(scope="module")
def run(reference: RunRecord) -> Run:
    return Run(reference, is_current=True)


@pytest.fixture(scope="module")
def pages(run: Run) -> list[PageOutput]:
    """Return the pages that show every case, in tables and in the data of their figures."""
    builds = (summary.build_page, comparison.build_page)
    return [build(run, None) for build in builds]


@pytest.fixture(scope="module")
def case_pages(run: Run) -> list[PageOutput]:
    """Return the page of each scenario."""
    return cases.build_pages(run, {})


def test_it_measured_the_code_as_it_is_committed(reference: RunRecord) -> None:
    assert records.is_current(reference, ROOT), "measure again: see CONTRIBUTING.md"
    assert reference.environment.dirty is False


def test_it_is_a_full_run_that_ended(reference: RunRecord) -> None:
    assert reference.profile == "full"
    assert reference.finished is not None


def test_it_holds_every_case_of_the_suites_and_none_failed(reference: RunRecord) -> None:
    suites = find_suites(ROOT / "benchmarks").values()
    declared = {
        (suite.name, scenario.name, metric)
        for suite in suites
        for scenario in suite.scenarios
        for metric in _metrics_of(scenario)
    }
    # Arms may count their errors, and rates under names of their own.
    measured = {(case.suite, case.scenario, case.metric) for case in reference.cases}
    assert {key for key in measured if key[2] in (*COUNTED, *FRAMES, *COLD, Metric.TIME)} == declared
    assert [case for case in reference.cases if case.status is Status.FAILED] == []


def _metrics_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the metrics that every scenario of a kind has."""
    if scenario.is_cold:
        return COLD
    return (*COUNTED, *(FRAMES if scenario.frames else (Metric.TIME,)))


def test_no_frame_stalls_that_the_original_keeps(reference: RunRecord) -> None:
    criteria = [one for one in load_criteria(ROOT / "docs").criteria if one.check and one.check.need == "frames-kept"]
    cases = analysis.compare_cases(reference)
    assert [judge(criterion, cases).state for criterion in criteria] == [State.MET]


def test_the_refactored_system_starts_at_most_150_ms_later(reference: RunRecord) -> None:
    starts = cold_starts(reference, analysis.compare_cases(reference))
    assert starts
    assert max(start.longer_start for start in starts) <= 0.150


def test_it_meets_every_criterion_on_speed(reference: RunRecord) -> None:
    cases = analysis.compare_cases(reference)
    criteria = [one for one in load_criteria(ROOT / "docs").criteria if one.check and one.check.metric is None]
    assert len(criteria) >= 7
    judged = [judge(criterion, cases) for criterion in criteria]
    assert [item for item in judged if item.state is not State.MET] == []


def test_each_suite_has_a_page_of_its_own_and_every_such_page_a_suite() -> None:
    declared = {suite.name for suite in find_suites(ROOT / "benchmarks").values()}
    assert set(scenarios.find_suite_pages(ROOT / "docs")) == declared


def test_the_adjusted_p_value_of_every_case_is_the_same_in_comparison_report_and_frame(
    reference: RunRecord, run: Run
) -> None:
    expected = {case.key: case.effect and case.effect.p_adjusted for case in run.cases}
    assert len(expected) == len(reference.cases)
    assert all(expected[case.key] is not None for case in measured(run.cases, Metric.TIME))
    assert _from_json(to_json(compare_arms(reference))) == expected
    assert _from_json(report(reference, ReportFormat.JSON)) == expected
    assert _from_frame(analysis.to_effects(reference)) == expected
    assert _from_frame(run.effects) == expected


def test_the_adjusted_p_value_of_every_case_is_the_same_in_the_data_of_every_figure(
    run: Run, pages: list[PageOutput]
) -> None:
    expected = {case.key: case.effect and case.effect.p_adjusted for case in run.cases}
    for page in pages:
        tables = [_csv(content) for name, content in page.files.items() if name.endswith(".csv")]
        for table in tables:
            if "p_adjusted" in table:
                in_table = _from_frame(table)
                written = {key: p and float(f"{p:.9g}") for key, p in expected.items() if key in in_table}
                assert in_table == written, page.name
    summarised = {key for content in _csvs(pages[0]) for key in _from_frame(content)}
    applicable = {
        case.key
        for metric in {case.metric for case in measured(run.cases)}
        for case in run.cases
        if case.metric == metric
    }
    assert summarised == applicable


def test_the_adjusted_p_value_of_every_case_is_the_same_in_the_tables_of_pages_and_of_the_report(
    reference: RunRecord, run: Run, case_pages: list[PageOutput]
) -> None:
    html = report(reference, ReportFormat.HTML)
    findings = analysis.find_findings(reference)
    for metric in dict.fromkeys(case.metric for case in measured(run.cases)):
        section = html.partition(f"<summary>{metric.capitalize()} in numbers</summary>")[2].partition("</details>")[0]
        assert _notes(section) == _expected_notes(findings.of_metric(metric))
    for page in case_pages:
        of_page = [case for case in run.cases if case_page(case.suite, case.scenario) == page.page]
        assert of_page
        assert sorted(_notes(str(page.files[page.page.source]))) == sorted(_expected_notes(of_page)), page.page


def test_the_text_of_every_effect_is_the_same_in_reports_and_on_pages(
    reference: RunRecord, run: Run, pages: list[PageOutput], case_pages: list[PageOutput]
) -> None:
    html, markdown, junit = (
        report(reference, form) for form in (ReportFormat.HTML, ReportFormat.MARKDOWN, ReportFormat.JUNIT)
    )
    summarised = str(pages[0].files["generated/summary/table.md"])
    of_cases = {page.page: str(page.files[page.page.source]) for page in case_pages}
    for case in measured(run.cases):
        size, interval = extent(case), interval_of(case)
        assert (f"{size}<br><small>{interval}</small>" if interval else size) in html, case.key
        assert (f"{size}<br>{interval}" if interval else size) in markdown.replace("**", ""), case.key
        assert f"{case.metric}: {describe(case)}" in summarised, case.key
        content = of_cases[case_page(case.suite, case.scenario)]
        assert size in content, case.key
        assert interval in content, case.key
        assert describe(case) in junit, case.key


def test_a_run_prints_every_effect_as_its_pages_write_it(reference: RunRecord, run: Run) -> None:
    lines = table_of(reference).splitlines()
    times = [case for case in run.cases if case.metric in MAIN_TIMES]
    assert len(lines) == len(times)
    for line, case in zip(lines, times, strict=True):
        words = re.split(r"\s{2,}", line.strip())
        assert words[0] == f"{case.suite}/{case.scenario}"
        assert [extent(case), interval_of(case)] == words[1:3], line


def _from_json(text: str) -> dict[Key, float | None]:
    cases = json.loads(text)["cases"]
    return {(case["suite"], case["name"], case["metric"]): case["p_adjusted"] for case in cases}


def _from_frame(effects: pd.DataFrame) -> dict[Key, float | None]:
    columns = effects[["suite", "scenario", "metric", "p_adjusted"]].astype(object)
    rows = columns.itertuples(index=False, name=None)
    return {(suite, scenario, metric): None if pd.isna(p) else p for suite, scenario, metric, p in rows}


def _csv(content: str | bytes) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(str(content)))


def _csvs(page: PageOutput) -> list[pd.DataFrame]:
    return [_csv(content) for name, content in page.files.items() if name.endswith(".csv")]


def test_times_are_counted_over_the_same_cases_on_every_page(reference: RunRecord, run: Run) -> None:
    times = len([case for case in measured(run.cases) if case.metric in MAIN_TIMES])
    criteria = load_criteria(ROOT / "docs")
    nothing_slower = next(item for item in criteria.criteria if item.title.startswith("Nothing slower"))
    for text in (
        home.build_page(run, criteria, {}).files["generated/home/answer.md"],
        judge(nothing_slower, run.cases).finding,
    ):
        assert f"of {times} cases" in text
    assert len(table_of(reference).splitlines()) == times


def _notes(html: str) -> list[tuple[str, str]]:
    """Return the note below each verdict: the number of rounds, and the adjusted p-value as it is written."""
    return re.findall(r"<small>(?:[^<]*, )?n = (\d+)(?:, |</small><br><small>)?(?:p (?:= )?([^<]+))?</small>", html)


def _expected_notes(cases: list[CaseResult]) -> list[tuple[str, str]]:
    effects = [(str(case.control_n), case.effect) for case in cases if case.effect]
    return [
        (n, "" if effect.p_adjusted is None else formatting.probability(effect.p_adjusted).replace("<", "&lt;"))
        for n, effect in effects
    ]
