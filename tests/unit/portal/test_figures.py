import itertools
import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs import portal, records
from unitdocs.analysis.case_result import CaseResult, EffectScale, NoEffect
from unitdocs.analysis.rounds import RoundValues, round_values
from unitdocs.formatting import change
from unitdocs.portal import figures
from unitdocs.portal.components.markup import to_json
from unitdocs.portal.figures.axes import factor_axis, quantity_axis, short_label
from unitdocs.portal.figures.pin import text_width
from unitdocs.portal.figures.plot import Plot, scatter
from unitdocs.portal.figures.row_groups import row_groups
from unitdocs.portal.figures.suite_overview import SuiteGain
from unitdocs.portal.figures.svg import svg
from unitdocs.records import Direction, RunRecord, Status, unpack
from unitdocs.stats import Verdict

MakeCase = Callable[..., CaseResult]
MakeRecord = Callable[..., RunRecord]
MakePlot = Callable[[MakeCase], Plot]


A_CASE = CaseResult(
    suite="s",
    scenario="c",
    title="t",
    elements=1,
    metric="time",
    unit="s",
    direction=Direction.LOWER,
    control="a",
    treatment="b",
    control_mean=None,
    treatment_mean=None,
    control_n=0,
    treatment_n=0,
    result=NoEffect(Status.NOT_APPLICABLE),
)


def with_effect(case: CaseResult, **changes: float) -> CaseResult:
    """Return a measured case with another estimate or interval."""
    assert case.effect
    return replace(case, result=replace(case.effect, **changes))


def blocks_of(values: np.ndarray) -> np.ndarray:
    """Return one row an ABBA block, of the two batches of one arm."""
    return values.reshape(-1, 2)


def rounds_of(control: list[float], treatment: list[float]) -> RoundValues:
    """Return the rounds of a case from one value a round for each arm."""
    values = {"control": np.array(control), "treatment": np.array(treatment)}
    means = {"control_means": values["control"], "treatment_means": values["treatment"]}
    return RoundValues(index=np.arange(len(control)), ratio=values["treatment"] / values["control"], **values, **means)


def test_a_figure_is_plain_json_without_a_template_or_packed_arrays(make_case: MakeCase) -> None:
    plot = figures.plain(figures.forest([make_case()], 0.01, {"suite": "Suite"}))
    assert set(plot) == {"data", "layout"}
    assert "template" not in plot["layout"]
    assert "bdata" not in to_json(plot)
    assert json.loads(to_json(plot)) == plot


def test_a_forest_shows_each_measured_case_once_at_its_ratio_with_its_interval(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(1.5, "b"), make_case(None, "c"), make_case(1.0, "d")]
    plot = figures.plain(figures.forest(cases, 0.01, {"suite": "Suite"}))
    points = {x: trace["name"] for trace in plot["data"] for x in trace["x"]}
    assert points == {0.5: "faster", 1.5: "slower", 1.0: "inconclusive"}
    first = plot["data"][0]
    assert first["error_x"]["array"] == [pytest.approx(0.01)]
    assert first["error_x"]["arrayminus"] == [pytest.approx(0.01)]
    assert plot["layout"]["xaxis"]["type"] == "log"
    assert "<b>Suite</b>" in plot["layout"]["yaxis"]["ticktext"]


def test_outcomes_differ_in_shape_as_well_as_in_colour(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(1.5, "b"), make_case(1.0, "d")]
    traces = figures.plain(figures.forest(cases, 0.01, {}))["data"]
    assert len({trace["marker"]["symbol"] for trace in traces}) == len(traces)


def test_a_run_on_this_machine_is_drawn_hollow_below_the_reference(make_case: MakeCase) -> None:
    other = [make_case(0.6, "a"), make_case(0.6, "only there")]
    plot = figures.plain(figures.forest([make_case(0.5, "a")], 0.01, {}, other))
    hollow = plot["data"][-1]
    assert hollow["name"] == "this machine"
    assert hollow["x"] == [0.6]
    assert hollow["marker"]["symbol"].endswith("-open")


def test_labels_of_a_figure_hold_no_markup_of_plotly(make_case: MakeCase) -> None:
    case = make_case(title='<a href="javascript:alert(1)">x</a>')
    for figure in (
        figures.forest([case], 0.01, {"suite": "<b>"}),
        figures.arm_means([case]),
    ):
        text = to_json(figures.plain(figure))
        assert "<a" not in text
        assert "&lt;a" in text


def test_the_means_of_both_arms_are_joined_and_written_at_the_right(make_case: MakeCase) -> None:
    plot = figures.plain(figures.arm_means([make_case(0.5, "a"), make_case(0.25, "b")]))
    joins, control, treatment = plot["data"]
    assert joins["x"] == [1e-6, 5e-7, None, 1e-6, 2.5e-7, None]
    assert (control["name"], control["x"]) == ("original", [1e-6, 1e-6])
    assert (treatment["name"], treatment["x"]) == ("refactored", [5e-7, 2.5e-7])
    notes = plot["layout"]["annotations"]
    assert [(note["name"], note["text"]) for note in notes] == [
        ("control", "original"),
        *[("control", "1 µs")] * 2,
        ("treatment", "refactored"),
        *[("treatment", text) for text in ("500 ns", "250 ns")],
    ]
    assert len({note["xshift"] for note in notes}) == 2, "a column for each system"


def test_marks_and_values_of_each_system_can_be_hidden_in_the_drawing(make_case: MakeCase) -> None:
    drawing = svg(figures.pinned(figures.arm_means([make_case(0.5, "a"), make_case(0.25, "b")])), "key", "name")
    for role, value in (("control", "1 µs"), ("treatment", "250 ns")):
        assert f'<li class="ud-{role}">' in drawing
        assert any("<use" in part for part in re.findall(rf'<g class="ud-{role}">(.*?)</g>', drawing))
        assert any(value in part for part in re.findall(rf'<g class="ud-value ud-{role}">(.*?)</g>', drawing))
    assert '<g class="ud-both">' in drawing
    assert re.findall(r"<(?:use|path class=.l.)", re.sub(r'<g class="ud-\w+">.*?</g>(?:</g>)?', "", drawing)) == []


def test_what_titles_share_heads_their_rows_and_the_longest_is_first(make_case: MakeCase) -> None:
    titles = ("Wheel: first", "Wheel: again", "List (9): first", "List (9): again", "All at once")
    cases = [
        make_case(0.5, name, title=name, control_mean=float(mean), treatment_mean=1.0)
        for mean, name in enumerate(titles, 1)
    ]
    groups = row_groups(cases)
    assert [(group.heading, [label for label, _ in group.rows]) for group in groups] == [
        ("", ["All at once"]),
        ("first", ["List (9)", "Wheel"]),
        ("again", ["List (9)", "Wheel"]),
    ]
    by_scene = row_groups(cases[:2])
    assert [(group.heading, [label for label, _ in group.rows]) for group in by_scene] == [
        ("Wheel", ["again", "first"])
    ]
    alone = row_groups([cases[0], cases[4]])
    assert [label for group in alone for label, _ in group.rows] == ["All at once", "Wheel: first"]


def test_a_distribution_has_one_point_a_round(make_case: MakeCase) -> None:
    plot = figures.plain(figures.distribution(rounds_of([2.0, 3.0], [1.0, 1.0]), make_case(0.4)))
    box, control, _, treatment, ratio = plot["data"]
    assert control["x"] == [2.0, 3.0]
    assert set(box["x"]) == {2.25, 2.5, 2.75}, "first quartile, median and third"
    assert treatment["x"] == [1.0, 1.0]
    assert ratio["x"] == [1, 2]
    assert ratio["y"] == [0.5, pytest.approx(1 / 3, rel=1e-5)]


def test_a_distribution_of_a_record_never_pools_batches(make_case: MakeCase, make_record: MakeRecord) -> None:
    case = next(case for case in make_record().cases if case.metric == "time" and case.rounds)
    batches = [
        {role: blocks_of(unpack(getattr(round_.timing.cpu, role))) for role in ("control", "treatment")}
        for round_ in case.rounds
        if round_.timing
    ]
    plot = figures.plain(figures.distribution(round_values(case), make_case(0.4)))
    _, control, _, treatment, ratio = plot["data"]
    for role, points in (("control", control), ("treatment", treatment)):
        shorter = [np.median(blocks[role].min(axis=1)) for blocks in batches]
        assert points["x"] == pytest.approx([value / 1e9 for value in shorter], rel=1e-5)
    assert len(ratio["y"]) == len(case.rounds) < sum(blocks["control"].size for blocks in batches)


def test_numbers_that_json_cannot_hold_become_no_answer(make_case: MakeCase) -> None:
    case = with_effect(make_case(0.5), high=math.inf)
    plot = figures.plain(figures.forest([case], 0.01, {}))
    assert plot["data"][0]["error_x"]["array"] == [None]


@given(st.floats(1e-4, 0.999), st.floats(1.001, 1e4))
def test_ticks_of_a_ratio_axis_lie_inside_it_with_their_direction_and_a_gap_between(low: float, high: float) -> None:
    axis = factor_axis(A_CASE, low, high)
    places, texts = axis["tickvals"], axis["ticktext"]
    assert places == sorted(places)
    assert all(low * 0.999999 <= place <= high * 1.000001 for place in places)
    assert all(text == "same" or ("faster" in text) == (place < 1) for place, text in zip(places, texts, strict=True))
    gaps = [math.log(after / before) for before, after in itertools.pairwise(places)]
    assert all(gap >= 0.139 * math.log(high / low) for gap in gaps)


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=5))
def test_an_axis_of_times_covers_its_values_and_has_at_least_two_ticks(values: list[float]) -> None:
    axis = quantity_axis(values, "s")
    low, high = (10**end for end in axis["range"])
    assert low < min(values)
    assert max(values) < high
    assert len(axis["tickvals"]) >= 2
    assert len(set(axis["ticktext"])) == len(axis["ticktext"])


def test_a_zero_is_shown_on_a_linear_axis() -> None:
    assert quantity_axis([0.0, 5.0], "B").get("type") != "log"


def test_a_ratio_without_a_place_on_a_log_axis_is_an_arrow_at_its_edge(make_case: MakeCase) -> None:
    cases = [with_effect(make_case(0.5, "a"), estimate=0.0, low=0.0, high=0.0), make_case(1.5, "b")]
    plot = figures.plain(figures.forest(cases, 0.01, {}))
    trace = next(trace for trace in plot["data"] if "left" in str(trace["marker"]["symbol"]))
    assert trace["x"][0] > 0
    assert trace["x"] == [pytest.approx(min(place for trace in plot["data"] for place in trace["x"]))]


def test_a_figure_taller_than_a_screen_has_its_scale_above_it_too(make_case: MakeCase) -> None:
    few, many = ([make_case(0.5, f"case {number}") for number in range(count)] for count in (3, 30))
    short, tall = (figures.plain(figures.forest(cases, 0.01, {}))["layout"] for cases in (few, many))
    above = [[note["text"] for note in one["annotations"] if note.get("yanchor") == "bottom"] for one in (short, tall)]
    assert above == [[], tall["xaxis"]["ticktext"]]


def test_rows_of_a_forest_are_by_suite_with_the_least_gain_first_and_end_with_their_values(make_case: MakeCase) -> None:
    cases = [make_case(0.1, "a", suite="two"), make_case(0.5, "b", suite="one"), make_case(0.5, "c", suite="two")]
    plot = figures.plain(figures.forest(cases, 0.01, {"one": "One", "two": "Two"}))
    assert plot["layout"]["yaxis"]["ticktext"] == ["<b>One</b>", "Title of b", "<b>Two</b>", "Title of c", "Title of a"]
    values = {note["y"]: note["text"] for note in plot["layout"]["annotations"] if note.get("xref") == "paper"}
    rows = dict(zip(plot["layout"]["yaxis"]["tickvals"], plot["layout"]["yaxis"]["ticktext"], strict=True))
    assert {rows[row]: text for row, text in values.items()} == {
        "Title of b": change(0.5, "faster"),
        "Title of c": change(0.5, "faster"),
        "Title of a": change(0.1, "faster"),
    }


@pytest.mark.parametrize(("ratio", "words"), [(0.01, {"← faster", "slower →"}), (100.0, {"slower →"})])
def test_each_direction_is_named_on_its_side_of_same(make_case: MakeCase, ratio: float, words: set[str]) -> None:
    layout = figures.plain(figures.forest([make_case(ratio)], 0.01, {}))["layout"]
    notes = {note["text"]: note["xanchor"] for note in layout["annotations"] if note.get("xref") == "x"}
    assert set(notes) == words
    assert all(anchor == ("right" if text.startswith("←") else "left") for text, anchor in notes.items())


def test_a_verdict_has_one_entry_in_the_legend(make_case: MakeCase) -> None:
    small = make_case(0.995, "a")
    assert small.effect
    small = replace(small, result=replace(small.effect, verdict=Verdict.LESS, is_below_margin=True))
    traces = figures.plain(figures.forest([small, make_case(0.5, "b")], 0.01, {}))["data"]
    assert [trace["name"] for trace in traces] == ["faster", "below margin"]


def test_a_label_on_one_line_keeps_both_ends_of_a_long_title() -> None:
    title = "Settings form, 60 levels deep (241 elements): re-resolve, every box read back"
    label = short_label(title)
    assert len(label) <= 42
    assert label.startswith("Settings form")
    assert label.endswith("box read back")
    assert short_label("Size <b>") == "Size &lt;b&gt;"


def test_the_interval_of_a_case_is_visible_as_a_whole_with_its_rounds(make_case: MakeCase) -> None:
    plot = figures.plain(figures.distribution(rounds_of([2.0, 2.0], [1.0, 1.1]), make_case(0.4)))
    low, high = plot["layout"]["yaxis3"]["range"]
    assert low < 0.39  # the interval's end
    assert high > 0.55  # a round


ARMS = {
    "arm": ["original", "refactored"],
    "role": ["control", "treatment"],
    "title": ["C", "C"],
    "scenario": ["c", "c"],
}
ROW = {"group": ["g", "g"], "label": ["C", "C"], "metric": ["time", "time"]}
SPREAD = {"low": [1.0, 0.5], "first": [1.1, 0.6], "median": [1.2, 0.7], "third": [1.3, 0.8], "high": [1.4, 0.9]}
FRAMES = {"frame": [1, 1], "median": [0.01, 0.005], "longest": [0.02, 0.01]}
MISSED = {"round": [0, 0], "missed": [5, 1], "frames": [100, 100]}
CELLS = {"group": ["g"], "row": ["r"], "column": ["c"], "share": [0.5], "is_marked": [True], "said": ["half\nof all"]}
POWER = {"name": ["p", "p"], "slowdown": [0.0, 0.1], "found": [0, 9], "trials": [10, 10]}
SHARES = {"share": [0.0, 0.9], "low": [0.0, 0.6], "high": [0.3, 1.0]}
LOADED = {"series": "s", "role": "control", "kind": 0, "x": [0.1, 0.5], "value": [0.001, 0.1], "text": ["t", "u"]}
TRIALS = {"time": [1.0, 0.5], "bytes": [1.0, 2.0], "kind": ["k", "l"], "is_front": [True, True], "said": ["t", "u"]}
SIZES = {"policy": ["", "lru"], "entries": 16, "share": [0.9, 0.8], "text": "t"}
SCALING = {
    "work": ["w", "w"],
    "role": "control",
    "system": "original",
    "elements": [1, 9],
    "value": [1.0, 8.0],
}
TREND = {
    "scenario": ["s"] * 2,
    "metric": ["time"] * 2,
    "case": ["S"] * 2,
    "at": [0, 1],
    "label": ["a b", "c d"],
    "new_level": [False, True],
    "ratio": [0.5, 0.6],
    "low": [0.4, 0.5],
    "high": [0.6, 0.7],
}


def rows_of_arms(*scenarios: str, group: str = "") -> pd.DataFrame:
    """Return rows of both arms of some cases of a group, the treatment twice as fast."""
    about = {"group": group, "metric": "time"}
    return pd.DataFrame(
        {**about, "scenario": name, "title": name, "label": name, "arm": arm, "role": role}
        | dict.fromkeys(SPREAD, value)
        for name in scenarios
        for arm, role, value in (("original", "control", 0.003), ("refactored", "treatment", 0.0015))
    )


def test_a_row_has_both_arms_in_one_place_and_their_values_at_the_right() -> None:
    plot = figures.pinned(figures.spread(pd.concat([rows_of_arms("a"), rows_of_arms("b")], ignore_index=True), "s"))
    marks = [trace for trace in plot["data"] if trace["mode"] == "markers"]
    assert [trace["y"] for trace in marks] == [[0, 1], [0, 1]]
    values = [note for note in plot["layout"]["annotations"] if note["x"] == 1]
    assert [(note["y"], note["text"]) for note in values] == [(0, "3 → 1.5 ms"), (1, "3 → 1.5 ms")]
    assert plot["layout"]["margin"]["r"] > text_width("3 → 1.5 ms")


def test_the_cases_of_a_group_are_below_its_title() -> None:
    data = pd.concat([rows_of_arms("a"), rows_of_arms("b", "c", group="One <group>")], ignore_index=True)
    axis = figures.pinned(figures.spread(data, "s"))["layout"]["yaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {
        0: "a", 1: "<b>One &lt;group&gt;</b>", 2: "b", 3: "c",
    }  # fmt: skip


def test_rows_are_high_only_if_a_label_needs_two_lines() -> None:
    short, long = (
        figures.plain(figures.spread(rows_of_arms("a", name), "s"))["layout"] for name in ("b", "a label of words " * 4)
    )
    assert short["height"] < long["height"]
    assert [text.count("<br>") for text in long["yaxis"]["ticktext"]] == [0, 1]


def test_a_limit_is_on_the_axis_even_if_it_is_far_from_all_values() -> None:
    layout = figures.plain(figures.spread(rows_of_arms("a"), "s", 1.0))["layout"]
    assert layout["shapes"][0]["x0"] == 1.0
    low, high = layout["xaxis"]["range"]
    assert low < 0 < high
    assert len(layout["xaxis"]["tickvals"]) <= 4


def test_missed_frames_are_counted_at_the_right_with_the_number_played() -> None:
    same, other = {**ARMS, **MISSED}, {**ARMS, **MISSED, "frames": [100, 90]}
    texts = [
        figures.plain(figures.missed_frames(pd.DataFrame(data)))["layout"]["annotations"][0]["text"]
        for data in (same, other)
    ]
    assert texts == ["5 → 1 of 100", "5 of 100 → 1 of 90"]


def many(make_case: MakeCase) -> list[CaseResult]:
    """Return cases of every outcome, more than fit on a screen."""
    ratios = (0.5, 1.5, 1.0)
    return [make_case(ratio, f"{ratio} {number}") for ratio in ratios for number in range(8)]


def shares(make_case: MakeCase) -> list[CaseResult]:
    """Return a case of a metric that is a share."""
    case = make_case(0.5, metric="missed frames")
    assert case.effect
    return [replace(case, result=replace(case.effect, scale=EffectScale.DIFFERENCE, estimate=-0.1, low=-0.2, high=0.0))]


def gain(*cases: CaseResult) -> SuiteGain:
    titles = tuple(case.title for case in cases)
    return SuiteGain("S", 1.2, 0.9, 1.3, "20 % faster", "", cases[-1], cases[0], titles, "s/")


LOOKS = {
    "day": [1.0, 2.0, 3.0],
    "stage": ["1 percent", "1 percent", "10 percent"],
    "change": [1.0, 0.5, 9.0],
    "low": [None, -1.0, 6.0],
    "high": [40.0, 1.5, None],
    "state": ["waiting", "passed", "harm"],
    "text": ["first", "second", "third"],
}
"""Looks of a rollout, with bounds that are missing or far away."""

DAY = {
    "series": ["plans", "plans", "layouts"],
    "role": ["control", "control", "treatment"],
    "hour": [12.0, 24.0, 12.0],
    "value": [0.5, None, 0.75],
    "text": ["a", "b", "c"],
}
SOAKED = {
    "system": ["original", "original", "refactored", "refactored"],
    "role": ["control", "control", "treatment", "treatment"],
    "share": [0.5, 1.0, 0.5, 1.0],
    "value": [0, 32, -4000, 90_000],
    "text": ["a", "b", "c", "d"],
}
PLOTS: dict[str, MakePlot] = {
    "forest": lambda case: figures.forest(many(case), 0.01, {"suite": "S"}, many(case)[:3]),
    "day_series": lambda _: figures.day_series(pd.DataFrame(DAY), "hit rate", figures.AlertLimit(0.5, "limit")),
    "live_bytes": lambda _: figures.live_bytes(pd.DataFrame(SOAKED), 0.25),
    "differences": lambda case: figures.differences(shares(case), 0.01, {"suite": "S"}, shares(case)),
    "arm_means": lambda case: figures.arm_means(many(case)),
    "arm_means of shares": lambda case: figures.arm_means(shares(case)),
    "distribution": lambda case: figures.distribution(rounds_of([2.0, 3.0], [1.0, 1.0]), case(0.5)),
    "distribution without an effect": lambda case: figures.distribution(rounds_of([2.0, 3.0], [1.0, 1.0]), case(None)),
    "frame_timeline": lambda _: figures.frame_timeline(pd.DataFrame({**ARMS, **FRAMES}), 1 / 60),
    "frame_tail": lambda _: figures.frame_tail(
        pd.DataFrame({**ARMS, "share": [0.5, 0.1], "seconds": [0.01, 0.02]}), 1 / 60
    ),
    "heat_map": lambda _: figures.heat_map(pd.DataFrame(CELLS), "columns"),
    "load_lines": lambda _: figures.load_lines(
        pd.DataFrame(LOADED), figures.rate_axis([10.0, 90.0]), "p99", "s", [50.0]
    ),
    "load_lines of shares": lambda _: figures.load_lines(pd.DataFrame(LOADED), figures.tail_axis(), "latency", "s"),
    "load_lines of threads": lambda _: figures.load_lines(pd.DataFrame(LOADED), figures.thread_axis([1, 8]), "a", "s"),
    "missed_frames": lambda _: figures.missed_frames(pd.DataFrame({**ARMS, **MISSED})),
    "pareto": lambda _: figures.pareto(pd.DataFrame(TRIALS)),
    "power": lambda _: figures.power(pd.DataFrame({**POWER, **SHARES})),
    "rollout_effect": lambda _: figures.rollout_effect(
        pd.DataFrame(LOOKS), [(0.0, "1 %"), (2.0, "10 %")], figures.Thresholds(2.0, 5.0, "%"), "days"
    ),
    "scaling": lambda _: figures.scaling(pd.DataFrame(SCALING)),
    "size_curves": lambda _: figures.size_curves(pd.DataFrame(SIZES), 16),
    "spread": lambda _: figures.spread(pd.DataFrame({**ARMS, **ROW, **SPREAD}), "s", 1.0),
    "suite_overview": lambda case: figures.suite_overview([gain(case(0.5), case(1.5, "b"))]),
    "trend": lambda _: figures.trend(pd.DataFrame(TREND)),
}
NOT_DRAWN = {"AlertLimit", "Thresholds", "is_off_scale", "pinned", "plain", "tail_shares"}
AXES = {"rate_axis", "tail_axis", "thread_axis"}
"""Of `load_lines`, in whose figures they are drawn."""


@pytest.mark.parametrize("name", PLOTS)
def test_plotly_knows_every_property_of_a_figure(name: str, make_case: MakeCase) -> None:
    plot = PLOTS[name](make_case)
    go.Figure(figures.plain(plot))
    go.Figure(figures.pinned(plot))


def test_every_kind_of_figure_is_handed_to_plotly() -> None:
    assert {name.partition(" ")[0] for name in PLOTS} == set(figures.__all__) - NOT_DRAWN - AXES


def test_plotly_knows_every_property_of_the_figures_of_a_record(tmp_path: Path, make_record: MakeRecord) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py"]\n')
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/suite.py").write_text("SUITE = 1\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/decision.toml").write_text(
        '[[criteria]]\ntitle = "faster"\ncheck = { need = "improved", suites = ["units"] }\n'
    )
    records.save(make_record(), tmp_path / "reference.json.gz")
    portal.render(tmp_path / "reference.json.gz", None, tmp_path / "docs")
    paths = sorted((tmp_path / "docs/generated/figures").glob("*.json"))
    assert paths
    for path in paths:
        go.Figure(json.loads(path.read_text()))


@pytest.mark.parametrize(
    "plot",
    [
        Plot([scatter(x=[1], y=[1], colour="red")]),
        Plot([scatter(x=[1], y=[1], marker={"size": -1})]),
        Plot([scatter(x=[1], y=[1])], altitude=300),
        Plot([scatter(x=[1], y=[1])], xaxis={"type": "logarithmic"}),
        Plot([scatter(x=[1], y=[1])], shapes=[{"type": "rect", "fill": "red"}]),
    ],
)
def test_a_property_or_value_that_plotly_does_not_know_is_an_error(plot: Plot) -> None:
    with pytest.raises(ValueError, match="Invalid"):
        go.Figure(figures.plain(plot))
