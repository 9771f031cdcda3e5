# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""Starts that were measured cold on the site: the overview, the page of their suite, and records without any."""

import json
import re
from typing import Any

import pytest
from made_records import record, timed, timing, with_cold_start
from page_building import Files, files_of, stale

from unitdocs.analysis.criteria import Check, Criteria, Criterion, Need
from unitdocs.portal.components.markup import Page
from unitdocs.portal.pages import cases, comparison, decision, home, recommendations, scenarios, summary
from unitdocs.portal.report import ReportFormat, report
from unitdocs.records import RunRecord, Status, SuiteInfo

FRAMES = 60
FIRSTS = {"first use": 1, "first update": 31}
PAGES = {"cold": Page("benchmarks/scenarios/cold.md")}


def frames(first: float, slowest: float) -> list[float]:
    return [first, *[1.0] * 30, slowest, *[0.5] * (FRAMES - 32)]


def cold_record(stall: float = 3.0, **about: Any) -> RunRecord:
    """Return a record of a start: the treatment's slowest frame is number 32, of about `stall` milliseconds."""
    rounds = [(frames(6.0, 5.0 + i / 50), frames(2.0, stall + i / 50)) for i in range(8)]
    starts = [(20.0, 110.0 + i) for i in range(8)]
    cases = with_cold_start(*rounds, starts=starts, firsts=FIRSTS, suite="cold", title="A game <b>", **about)
    suites = (SuiteInfo(name="cold", title="Starts", arms=("old", "new")),)
    return record(*cases, suites=suites)


def pages_of(made: RunRecord) -> Files:
    return files_of(*scenarios.build_pages(stale(made), None, PAGES))


def text_of(snippet: str) -> str:
    """Return a snippet without markup and figures."""
    return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r"<svg.*?</svg>", "", snippet, flags=re.DOTALL)).split())


def page_of_case(made: RunRecord) -> Files:
    return files_of(*cases.build_pages(stale(made), PAGES))


def test_the_overview_says_how_much_longer_a_start_takes() -> None:
    text = text_of(pages_of(cold_record())["scenarios/starts.md"])
    assert "Importing and creating the new system takes 93.5 ms longer than the old one." in text
    assert "Its slowest frame takes at most 3.07 ms after that, in the median round." in text


def test_the_page_of_the_suite_has_start_and_slowest_frame_of_both() -> None:
    files = pages_of(cold_record())
    text = text_of(files["scenarios/cold/suite.md"])
    assert "Importing and creating the new system takes 93.5 ms longer than the old one." in text
    plot = json.loads(files["figures/start-rounds-cold.json"])
    assert plot["layout"]["yaxis"]["ticktext"] == [
        "<b>Start time</b>", "A game &lt;b&gt;", "<b>Slowest frame</b>", "A game &lt;b&gt;",
    ]  # fmt: skip
    assert [note["text"] for note in plot["layout"]["annotations"]] == ["20 → 114 ms", "6 → 3.07 ms"]


def test_the_page_of_the_case_has_every_first_with_its_frames_and_the_rounds_of_both_times() -> None:
    files = page_of_case(cold_record())
    [content] = [content for name, content in files.items() if name.endswith(".md")]
    text = text_of(content)
    assert "Slowest frame: new is 48" in text
    assert "Worse: start time (5.67× slower)." in text
    assert "first use 1 to 30 6 ms at most 6 ms 2 ms at most 2 ms" in text
    assert "first update 31 to 60 5.07 ms at most 5.14 ms 3.07 ms at most 3.14 ms" in text
    assert "The slowest frame of the median round takes 3.07 ms with new, 6 ms with old." in text
    assert {name.split("-")[0] for name in files if name.endswith(".csv")} == {
        "data/rounds",
        "data/starts",
        "data/cold",
    }


def test_one_slower_frame_changes_the_numbers() -> None:
    before, after = (pages_of(cold_record(stall)) | page_of_case(cold_record(stall)) for stall in (3.0, 4.0))
    changed = {name for name in before if before[name] != after[name]}
    assert {"scenarios/starts.md", "scenarios/cold/suite.md"} <= changed
    assert any(name.startswith("data/cold-") for name in changed)


@pytest.mark.parametrize("made", [
    record(timed(timing([10] * 2, [5] * 2), timing([10] * 2, [5] * 2))),
    cold_record(status=Status.FAILED, reason="the arms give different answers"),
    record(suites=(SuiteInfo(name="cold", title="Starts", arms=("old", "new")),)),
], ids=["no suite", "failed", "no case"])  # fmt: skip
def test_a_record_without_starts_says_so(made: RunRecord) -> None:
    files = pages_of(made)
    assert "The record does not hold a suite that measures starts." in files["scenarios/starts.md"]
    assert files["scenarios/cold/suite.md"].strip()


@pytest.mark.parametrize(("stall", "state"), [(3.0, "met"), (90.0, "not met")])
def test_the_decision_shows_whether_a_frame_stalls(stall: float, state: str) -> None:
    criterion = Criterion(title="No stall", check=Check(need=Need.FRAMES_KEPT, metric="slowest frame"))
    page = decision.build_page(stale(cold_record(stall)), None, Criteria(criteria=(criterion,)))
    files = files_of(page)
    text = text_of(files[f"decision/{'met' if state == 'met' else 'open'}.md"])
    assert f"- {state} **No stall**" in text
    assert f"new {8 if stall > 17 else 0}, old 0 of 8 rounds" in text


def test_every_other_page_takes_a_record_of_starts() -> None:
    run = stale(cold_record())
    files = files_of(home.build_page(run, Criteria(), {}))
    answer = text_of(files["home/answer.md"])
    assert "New is faster in 1 of 1 case. Worse in places: start time." in answer
    assert "Slowest frame, average of 1 start." in answer
    assert "Start time: in 1 of 1; worst 20 ms → 114 ms" in text_of(files["home/worse.md"])
    built = [
        summary.build_page(run, None),
        comparison.build_page(run, None),
        recommendations.build_page(run, None),
        *cases.build_pages(run, PAGES),
    ]
    files = files_of(*built)
    text = " ".join(content for name, content in files.items() if name.endswith(".md"))
    assert "Start time: worse in 1 of 1 case, at most 114 ms instead of 20 ms" in text
    assert "A game <b>" not in text
    for form in ReportFormat:
        assert "slowest frame" in report(run.record, form).lower()
