# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""Sequences of frames, shares and messages on the site, in reports and in figures."""

import io
import itertools
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from page_building import Files, files_of, stale

from unitdocs import records
from unitdocs.analysis import compare_cases, find_findings, round_values
from unitdocs.analysis.criteria import Check, Criteria, Need
from unitdocs.analysis.decision import State, check
from unitdocs.portal import figures
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.markup import Page, to_json
from unitdocs.portal.pages import cases, comparison, home, scenarios, summary
from unitdocs.portal.report import ReportFormat, report
from unitdocs.portal.site.rendering import render
from unitdocs.records import (
    FRAME,
    Clock,
    Direction,
    Frames,
    Pair,
    Round,
    RunRecord,
    Status,
    SuiteInfo,
    pack,
    to_frames,
)

MakeRecord = Callable[..., RunRecord]
LENGTH = 60
LATE = [(12, 0), (14, 1), (11, 0), (12, 2), (13, 0), (12, 1)]
BAD = "<b>width</b> | --8<-- NaN"
PAGES = ("churn", "edge_cases", "gone", "whole")


def _frames(index: int, late: tuple[int, int]) -> Frames:
    """Return four passes of 60 frames: 2 ms against 1 ms, and the late frames of 20 ms."""
    rng = np.random.default_rng(index)
    walls = []
    for milliseconds, count in zip((2, 1), late, strict=True):
        wall = milliseconds * 1e6 * (1 + rng.random(4 * LENGTH))
        wall[rng.choice(wall.size, count, replace=False)] = 20e6
        walls.append(pack(wall.astype(int)))
    times = Pair(control=walls[0], treatment=walls[1])
    return Frames(order="ABBA", length=LENGTH, cpu=times, wall=times)


def _rounds(counts: list[tuple[float, float]], **more: Any) -> tuple[Round, ...]:
    return tuple(
        Round(index=i, hash_seed=i, count=Pair(control=a, treatment=b), **{name: of[i] for name, of in more.items()})
        for i, (a, b) in enumerate(counts)
    )


def _tries(n: int, rounds: int) -> list[Pair[int | None]]:
    return [Pair[int | None](control=n, treatment=n)] * rounds


@pytest.fixture
def played(make_record: MakeRecord) -> RunRecord:
    """Return the usual record with a suite of frames, and one whose arms count their errors."""
    base = make_record()
    about = {"suite": "churn", "scenario": "play", "title": "A minute", "direction": Direction.LOWER}
    measured = {**about, "status": Status.MEASURED, "unit": "s", "clock": Clock.WALL}
    bad = {"suite": "edge_cases", "scenario": "odd-width", "title": "Not a number", "direction": Direction.LOWER}
    tries = 4 * LENGTH
    missed = [(a / tries, b / tries) for a, b in LATE]
    cases = (
        records.Case(
            **measured | {"clock": Clock.THREAD_CPU},
            metric="frame time p50",
            rounds=_rounds(
                [(0.003 + i / 1e6, 0.0015) for i in range(6)], frames=list(itertools.starmap(_frames, enumerate(LATE)))
            ),
        ),
        records.Case(**measured, metric="frame time p95", rounds=_rounds([(0.02, 0.002 + i / 1e5) for i in range(6)])),
        records.Case(
            **measured, metric="frame time p99", rounds=_rounds([(0.02, 0.01 * (1 + i % 3)) for i in range(6)])
        ),
        records.Case(
            **measured | {"unit": "1"}, metric="missed frames", rounds=_rounds(missed, tries=_tries(tries, 6))
        ),
        records.Case(
            **bad,
            metric="error rate",
            unit="1",
            status=Status.MEASURED,
            rounds=_rounds([(0.3, 0.0)] * 2, tries=_tries(10, 2)),
            messages=Pair(control={BAD: "list index out of range"}, treatment={BAD: BAD, "negative": "is below 0"}),
        ),
    )
    infos = [
        SuiteInfo(name=name, title=name.capitalize(), arms=base.suites[0].arms) for name in ("churn", "edge_cases")
    ]
    return base.model_copy(update={"suites": (*base.suites, *infos), "cases": (*base.cases, *cases)})


def pages(record: RunRecord, names: Sequence[str] = PAGES) -> Files:
    """Return the files of the overview, and of a page for each suite named."""
    suite_pages = {name: Page(f"benchmarks/scenarios/the-{name}.md") for name in names}
    return files_of(*scenarios.build_pages(stale(record), None, suite_pages))


def pages_of_cases(record: RunRecord) -> Files:
    """Return the pages of all cases with their figures, the pages by their address below `benchmarks/cases`."""
    files = files_of(*cases.build_pages(stale(record), {}))
    return {name.removeprefix("benchmarks/cases/").removesuffix(".md"): content for name, content in files.items()}


@pytest.fixture
def site(tmp_path: Path, played: RunRecord) -> Files:
    """Return every text file of a whole site with the record."""
    docs = tmp_path / "docs"
    (docs / "benchmarks" / "scenarios").mkdir(parents=True)
    for name in PAGES:
        included = "".join(f'--8<-- "generated/scenarios/{name}/{part}.md"\n' for part in ("status", "suite"))
        (docs / "benchmarks" / "scenarios" / f"the-{name}.md").write_text(f"# Page\n\n{included}")
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["*.py"]\n')
    (tmp_path / "suite.py").write_text("")
    records.save(played, tmp_path / "run.json")
    render(tmp_path / "run.json", None, docs)
    folder = docs / "generated"
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_each_page_of_a_suite_has_its_snippets_and_says_so_where_the_suite_was_not_measured(played: RunRecord) -> None:
    files = pages(played)
    assert {name for name in files if name.startswith("scenarios/")} == {
        *(f"scenarios/{name}.md" for name in ("status", "suites", "starts")),
        *(f"scenarios/{name}/{part}.md" for name in PAGES for part in ("status", "suite")),
    }
    assert files["scenarios/gone/suite.md"] == "<p>The record does not hold the suite gone.</p>\n"


def test_a_site_without_such_pages_has_the_overview_alone_without_links(played: RunRecord) -> None:
    files = pages(played, ())
    assert {name for name in files if name.startswith("scenarios/")} == {
        "scenarios/status.md",
        "scenarios/suites.md",
        "scenarios/starts.md",
    }
    assert "<a " not in files["scenarios/suites.md"]


def test_the_overview_links_each_suite_and_says_what_it_measures_but_no_result(played: RunRecord) -> None:
    content = pages(played)["scenarios/suites.md"]
    rows = dict(re.findall(r'<tr><th scope="row">(?:<a [^>]*>)?([\w ]+).*?</th>(.*?)</tr>', content))
    cells = {name: re.findall(r"<td[^>]*>(.*?)</td>", row) for name, row in rows.items()}
    assert '<a href="the-churn/">Churn</a>' in content
    assert cells["Churn"] == ["1", "6", "frame time p50, frame time p95, frame time p99 and missed frames"]
    assert cells["Whole scenes"] == ["3", "6 to 8", "time and peak memory"]  # not the rate that does not apply
    assert cells["gone"] == ["0", "–", "The record does not hold this suite."]
    assert "faster" not in content


def test_the_page_of_a_suite_shows_the_frame_times_of_each_sequence_as_one_row(played: RunRecord) -> None:
    files = pages(played)
    content = files["scenarios/churn/suite.md"]
    table = pd.read_csv(io.StringIO(files["data/quantiles-churn.csv"])).set_index("role")
    assert table.loc["control", ["median", "third", "high"]].tolist() == pytest.approx([0.0030025, 0.02, 0.02])
    p99 = re.search(
        r"In the slowest sequence, 99 of 100 frames take at most (.*?) with refactored, (.*?) with", content
    )
    assert p99
    assert p99.groups() == ("20 ms", "20 ms")
    assert "frames-churn-play" not in content  # single frames are on the page of the case
    assert "<caption>A minute" not in content


def test_a_sequence_without_slower_quantiles_is_drawn_from_the_one_that_it_has(played: RunRecord) -> None:
    kept = tuple(case for case in played.cases if case.metric not in ("frame time p95", "frame time p99"))
    files = pages(played.model_copy(update={"cases": kept}))
    table = pd.read_csv(io.StringIO(files["data/quantiles-churn.csv"]))
    assert (table["median"] == table["high"]).all()


def test_a_sequence_has_its_quantiles_missed_frames_load_and_two_figures(played: RunRecord) -> None:
    busy = played.environment.model_copy(update={"load_start": 3.25, "load_end": 1.5})
    files = pages_of_cases(played.model_copy(update={"environment": busy}))
    content = files["churn/play"]
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', content.split("<caption>Every metric")[1])
    assert [re.sub("<.*?>", " ", row).split("  ")[0] for row in rows[:4]] == [
        "Frame time p50",
        "Frame time p95",
        "Frame time p99",
        "Missed frames",
    ]
    assert "<small>thread CPU clock</small>" in rows[0]
    assert ">3 ms<" in rows[0]
    assert "2× faster" in rows[0]
    # 74 and 4 of 6 rounds of 240 frames: 5.14 % and 0.278 %.
    assert "74 of 1,440<br><small>5.14 %</small>" in rows[3]
    assert "4 of 1,440<br><small>0.278 %</small>" in rows[3]
    assert "4.86 points fewer" in rows[3]
    assert (
        "Load of the machine, 2 cores: 3.25 at the start, 1.5 at the end. 60 frames, played 24 times by each."
        in content
    )
    assert "<strong>Refactored misses 4 of 1,440 frames, original 74 of 1,440.</strong>" in content
    assert re.search(r"99 of 100 frames stay within [\d.]+ ms with refactored, within 20 ms with original\.", content)
    for key in ("rounds-churn-play", "frames-churn-play", "tail-churn-play"):
        assert f'id="{key}"' in content
        assert json.loads(files[f"figures/{key}.json"])["data"]
    timeline = pd.read_csv(io.StringIO(files["data/frames-churn-play.csv"]))
    assert list(timeline.columns) == ["frame", "arm", "role", "median", "longest"]
    frames = to_frames(played)
    walls = frames[(frames["frame"] == 7) & (frames["role"] == "control")]["wall"]
    row = timeline[(timeline["frame"] == 8) & (timeline["role"] == "control")].iloc[0]
    assert '<th scope="row">1 to 2</th>' in content
    assert '<th scope="row">59 to 60</th>' in content
    assert (row["median"], row["longest"]) == pytest.approx((walls.median(), walls.max()))


def test_the_missed_frames_of_all_rounds_and_their_range_are_drawn(played: RunRecord) -> None:
    files = pages(played)
    content = files["scenarios/churn/suite.md"]
    assert "<strong>Refactored misses 4 of 1,440 frames, original 74 of 1,440.</strong>" in content
    ranges, total, *_ = json.loads(files["figures/missed-churn.json"])["data"]
    assert ranges["x"] == [pytest.approx(11 / 240), pytest.approx(14 / 240), None]
    assert total["x"] == [pytest.approx(74 / 1440)]
    table = pd.read_csv(io.StringIO(files["data/missed-churn.csv"]))
    assert table.groupby("role")["missed"].sum().to_dict() == {"control": 74, "treatment": 4}


def test_no_figure_is_drawn_where_no_frame_was_missed(played: RunRecord) -> None:
    none = _rounds([(0.0, 0.0)] * 6, tries=_tries(240, 6))
    kept = tuple(
        case.model_copy(update={"rounds": none}) if case.metric == "missed frames" else case for case in played.cases
    )
    files = pages(played.model_copy(update={"cases": kept}))
    assert "<p>Refactored misses 0 of 1,440 frames, original 0 of 1,440.</p>" in files["scenarios/churn/suite.md"]
    assert "figures/missed-churn.json" not in files


def test_the_rounds_of_each_time_are_drawn_from_the_smallest_to_the_largest(played: RunRecord) -> None:
    files = pages(played, ("scenes",))
    content = files["scenarios/scenes/suite.md"]
    # `big` is four times faster in every round, `small` slower.
    assert "In 1 of 2 cases the slowest round with refactored is faster than the fastest with original; in 1" in content
    table = pd.read_csv(io.StringIO(files["data/spread-scenes-time.csv"])).set_index(["scenario", "role"])
    values = round_values(next(case for case in played.cases if (case.scenario, case.metric) == ("big", "time")))
    row = table.loc[("big", "control")]
    assert (row["low"], row["median"], row["high"]) == pytest.approx(
        (values.control.min(), np.median(values.control), values.control.max())
    )
    spans = [
        trace for trace in json.loads(files["figures/spread-scenes-time.json"])["data"] if trace["mode"] == "lines"
    ]
    assert spans[0]["x"][:2] == pytest.approx([row["low"], row["high"]])
    assert '<span class="ud-verdict ud-failed">failed</span>' in content  # it has no rounds, and is in the list


def with_peaks(record: RunRecord, treatment: float) -> RunRecord:
    """Return the record with a suite of two sizes of a list, whose peak memory is counted."""
    counted = {"metric": "peak memory", "unit": "B", "direction": Direction.LOWER, "status": Status.MEASURED}
    peaks = tuple(
        records.Case(
            suite="whole", scenario=f"list-{n}", title=f"List ({n:,} elements): resolve", elements=n,
            rounds=_rounds([(100.0 * n, treatment * n)] * 2), **counted,
        )
        for n in (1_000, 100_000)
    )  # fmt: skip
    info = SuiteInfo(name="whole", title="Whole", arms=record.suites[0].arms)
    return record.model_copy(update={"suites": (*record.suites, info), "cases": (*record.cases, *peaks)})


def test_memory_has_a_row_for_each_case_the_largest_on_top_and_no_line_between_cases(played: RunRecord) -> None:
    files = pages(with_peaks(played, 50.0))
    assert "Peak memory of refactored: less in 2 of 2 cases." in files["scenarios/whole/suite.md"]
    plot = json.loads(files["figures/memory-whole.json"])
    assert plot["layout"]["yaxis"]["ticktext"] == ["<b>Resolve</b>", "List (100,000 elements)", "List (1,000 elements)"]
    for trace in plot["data"]:
        for start, end in itertools.pairwise(trace["y"] if "lines" in trace["mode"] else ()):
            assert start is None or end is None or start == end
    assert "memory-churn" not in files["scenarios/churn/suite.md"]  # it did not count any


def test_memory_that_no_verdict_calls_different_is_a_sentence(played: RunRecord) -> None:
    files = pages(with_peaks(played, 100.0))
    assert "<p>Peak memory of refactored: equivalent in 2 of 2 cases.</p>" in files["scenarios/whole/suite.md"]
    assert "figures/memory-whole.json" not in files


def test_the_messages_of_each_system_are_shown_with_its_error_rate_and_none_is_markup(played: RunRecord) -> None:
    content = pages_of_cases(played)[
        case_page("edge_cases", "odd-width").source[len("benchmarks/cases/") : -len(".md")]
    ]
    assert "6 of 20<br><small>30 %</small>" in content
    assert "0 of 20<br><small>0 %</small>" in content
    assert "30 points lower" in content
    assert "list index out of range" in content
    assert "<td>no message</td><td>is below 0</td>" in content
    assert "<b>" not in content
    sentence = "Refactored reports an error for 0 of 20 inputs, original for 6 of 20."
    assert sentence in pages(played)["scenarios/edge_cases/suite.md"]


def test_no_file_of_the_site_and_no_report_holds_a_number_that_is_none(site: Files, played: RunRecord) -> None:
    reports = {form.value: report(played, form) for form in ReportFormat}
    for name, content in {**site, **reports}.items():
        assert not re.search(r"\bnan\b|–×|\bInfinity\b", content), name


def test_the_summary_and_the_comparison_show_every_metric_of_the_frames(played: RunRecord) -> None:
    run = stale(played)
    builds = (summary.build_page, comparison.build_page)
    files = files_of(*(build(run, None) for build in builds), home.build_page(run, Criteria(), {}))
    for metric in ("frame-time-p50", "frame-time-p95", "frame-time-p99", "missed-frames", "error-rate"):
        assert f"figures/summary-{metric}.json" in files
    assert "Missed frames of refactored: fewer in 1 of 1 case." in files["summary/figures.md"]
    assert "missed frames: 4.86 points fewer" in files["summary/table.md"]
    for metric in ("Frame time p50", "Frame time p95", "Frame time p99", "Missed frames", "Error rate"):
        assert f'<span class="ud-metric">{metric}</span>' in files["comparison/suites.md"]
    assert "5.14 % → 0.278 %" in files["home/answer.md"]
    assert "A typical frame, on average of 1 recording." in files["home/answer.md"]


def test_a_report_holds_the_frames_in_every_form(played: RunRecord) -> None:
    assert "Missed frames: better in 1 of 1 case." in find_findings(played).summary
    page = report(played, ReportFormat.HTML)
    columns = set(re.findall(r'data-column="([^"]+)"', page))
    assert columns == {"time", *find_findings(played).metrics} - {"frame time p50"}
    assert "4.86 points fewer" in page
    assert "4.86 points fewer" in report(played, ReportFormat.MARKDOWN)
    cases = {case.get("classname"): case for case in ET.fromstring(report(played, ReportFormat.JUNIT)).iter("testcase")}
    assert (cases["churn.missed frames"].findtext("system-out") or "").startswith("4.86 points fewer")
    members = json.loads(report(played, ReportFormat.JSON))["cases"]
    (missed,) = [case for case in members if case["metric"] == "missed frames"]
    assert (missed["ratio"], missed["verdict"]) == (None, "fewer")
    assert missed["difference"] == pytest.approx(-70 / 1440)


def test_a_share_is_never_better_by_a_factor(played: RunRecord) -> None:
    cases = compare_cases(played)

    def missed_frames(need: Need, times: float = 1.0) -> Check:
        return Check(need=need, times=times, metric="missed frames", suites=("churn",))

    assert check(missed_frames(Need.NONE_WORSE), cases)[0] is State.MET
    assert check(missed_frames(Need.EACH, 2), cases) == (
        State.NOT_MEASURED,
        "Shares such as missed frames are compared by their difference and have no factor.",
    )


def test_differences_are_drawn_in_points_around_zero_with_the_margin(played: RunRecord) -> None:
    cases = [case for case in compare_cases(played) if case.metric == "missed frames"]
    plot = figures.plain(figures.differences(cases, 0.01, {"churn": "Churn"}, cases))
    assert [trace["name"] for trace in plot["data"]] == ["fewer", "this machine"]
    assert plot["data"][0]["x"] == [pytest.approx(-100 * 70 / 1440, rel=1e-5)]
    assert {(shape["x0"], shape["x1"]) for shape in plot["layout"]["shapes"]} == {(-1, 1), (0, 0)}
    assert json.loads(to_json(plot)) == plot


def test_arms_of_a_timeline_and_a_tail_differ_by_shape_and_dash_as_well_as_colour(played: RunRecord) -> None:
    frames = to_frames(played)
    data = frames.groupby(["frame", "arm", "role"])["wall"].agg(median="median", longest="max").reset_index()
    timeline = figures.plain(figures.frame_timeline(data, FRAME))
    tail = pd.DataFrame(
        {"arm": role, "role": role, "share": [1.0, 0.1, 0.01], "seconds": [0.001, 0.002, 0.02]}
        for role in ("control", "treatment")
    ).explode(["share", "seconds"])
    drawn = figures.plain(figures.frame_tail(tail.astype({"share": float, "seconds": float}), FRAME))
    for plot in (timeline, drawn):
        lines = [trace for trace in plot["data"] if "lines" in trace["mode"]]
        assert len({trace["line"]["dash"] for trace in lines}) == 2
        assert len({trace["marker"]["symbol"] for trace in lines}) == 2
        assert plot["layout"]["xaxis"]["title"]["text"]
        assert plot["layout"]["yaxis"]["title"]["text"]
    assert timeline["layout"]["shapes"][0]["y0"] == pytest.approx(1 / 60, rel=1e-5)
    assert drawn["layout"]["shapes"][0]["x0"] == pytest.approx(1 / 60, rel=1e-5)


@pytest.mark.parametrize("count", [1, 2, 50, 1000])
def test_the_shares_of_a_tail_go_from_all_frames_to_a_single_one(count: int) -> None:
    shares = figures.tail_shares(count)
    assert (shares[0], shares[-1]) == (1, 1 / count)
    assert (np.diff(shares) < 0).all()


def test_frames_that_failed_say_why_and_have_no_figure(played: RunRecord) -> None:
    failed = tuple(
        case.model_copy(update={"status": Status.FAILED, "reason": "a crash", "rounds": ()})
        if case.suite == "churn"
        else case
        for case in played.cases
    )
    record = played.model_copy(update={"cases": failed})
    page = pages_of_cases(record)["churn/play"]
    assert '<div class="admonition failure">' in page
    assert page.count("a crash") == 5  # in the box, and with each of four metrics
    assert "<figure" not in page + pages(record)["scenarios/churn/suite.md"]
