"""What the committed reference record must be: every number on the site comes from it."""

from pathlib import Path

import pytest

from unitdocs import analysis, records
from unitdocs.analysis.criteria import load_criteria
from unitdocs.analysis.decision import State, judge
from unitdocs.bench.loading import find_suites
from unitdocs.portal import read
from unitdocs.portal.pages import scenarios
from unitdocs.records import Metric, RunRecord, Status

ROOT = Path(__file__).parents[2]
COUNTED = (Metric.PEAK_MEMORY, Metric.ALLOCATED_BLOCKS, Metric.CACHE_HIT_RATE)
FRAMES = (Metric.FRAME_P50, Metric.FRAME_P95, Metric.FRAME_P99, Metric.MISSED_FRAMES)


@pytest.fixture(scope="module")
def reference() -> RunRecord:
    return records.load(ROOT / "benchmarks" / "results" / "reference.json.gz")


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
        for metric in (*COUNTED, *(FRAMES if scenario.frames else (Metric.TIME,)))
    }
    # Arms may count their errors, and rates under names of their own.
    measured = {(case.suite, case.scenario, case.metric) for case in reference.cases}
    assert {key for key in measured if key[2] in (*COUNTED, *FRAMES, Metric.TIME)} == declared
    assert [case for case in reference.cases if case.status is Status.FAILED] == []


def test_it_meets_every_criterion_on_speed(reference: RunRecord) -> None:
    cases = read(analysis.to_effects(reference))
    criteria = [one for one in load_criteria(ROOT / "docs").criteria if one.check and one.check.metric == Metric.TIME]
    assert len(criteria) >= 7
    judged = [judge(criterion, cases) for criterion in criteria]
    assert [item for item in judged if item.state is not State.MET] == []


def test_each_suite_has_a_page_of_its_own_and_no_page_tells_of_another() -> None:
    declared = {suite.name for suite in find_suites(ROOT / "benchmarks").values()}
    assert set(scenarios.find_suite_pages(ROOT / "docs")) == declared
