import dataclasses
import itertools
import json
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.analysis.case_result import CaseResult, NoEffect
from unitdocs.analysis.rounds import RoundValues
from unitdocs.portal import figures
from unitdocs.portal.components.markup import to_json
from unitdocs.portal.figures.axes import factor_axis, quantity_axis
from unitdocs.portal.figures.plot import Plot, scatter
from unitdocs.records import Direction, Status

MakeCase = Callable[..., CaseResult]


def rounds_of(control: list[float], treatment: list[float]) -> RoundValues:
    """Return rounds of one value each."""
    values = np.array(control), np.array(treatment)
    return RoundValues(np.arange(len(control)), *values, *values, ratio=values[1] / values[0])


def with_effect(case: CaseResult, **changes: float) -> CaseResult:
    assert case.effect
    return dataclasses.replace(case, result=dataclasses.replace(case.effect, **changes))


def unmeasured() -> CaseResult:
    names = {
        "suite": "s",
        "scenario": "c",
        "title": "t",
        "metric": "time",
        "unit": "s",
        "control": "a",
        "treatment": "b",
    }
    about = {"elements": 1, "direction": Direction.LOWER, "control_n": 0, "treatment_n": 0}
    means = {"control_mean": None, "treatment_mean": None}
    return CaseResult(**names, **about, **means, result=NoEffect(Status.NOT_MEASURED))  # type: ignore[arg-type]


def test_a_figure_is_plain_json_without_a_template_or_packed_arrays(make_case: MakeCase) -> None:
    plot = figures.plain(figures.forest([make_case()], 0.01, {"suite": "Suite"}))
    assert set(plot) == {"data", "layout"}
    assert "template" not in plot["layout"]
    assert "bdata" not in to_json(plot)
    assert json.loads(to_json(plot)) == plot


def test_a_forest_shows_each_measured_case_once_at_its_ratio_with_its_interval(make_case: MakeCase) -> None:
    effects = [make_case(0.5, "a"), make_case(1.5, "b"), make_case(None, "c"), make_case(1.0, "d")]
    plot = figures.plain(figures.forest(effects, 0.01, {"suite": "Suite"}))
    points = {x: trace["name"] for trace in plot["data"] for x in trace["x"]}
    assert points == {0.5: "faster", 1.5: "slower", 1.0: "inconclusive"}
    first = plot["data"][0]
    assert first["error_x"]["array"] == [pytest.approx(0.01)]
    assert first["error_x"]["arrayminus"] == [pytest.approx(0.01)]
    assert plot["layout"]["xaxis"]["type"] == "log"
    assert plot["layout"]["xaxis"]["title"]["text"].startswith("← refactored faster")
    assert "<b>Suite</b>" in plot["layout"]["yaxis"]["ticktext"]


def test_outcomes_differ_in_shape_as_well_as_in_colour(make_case: MakeCase) -> None:
    effects = [make_case(0.5, "a"), make_case(1.5, "b"), make_case(1.0, "d")]
    traces = figures.plain(figures.forest(effects, 0.01, {}))["data"]
    assert len({trace["marker"]["symbol"] for trace in traces}) == len(traces)


def test_a_run_on_this_machine_is_drawn_hollow_next_to_the_reference(make_case: MakeCase) -> None:
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


def test_the_means_of_both_arms_are_joined_case_by_case(make_case: MakeCase) -> None:
    plot = figures.plain(figures.arm_means([make_case(0.5, "a"), make_case(0.25, "b")]))
    joins, control, treatment = plot["data"]
    assert joins["x"] == [1e-6, 5e-7, None, 1e-6, 2.5e-7, None]
    assert (control["name"], control["x"]) == ("original", [1e-6, 1e-6])
    assert (treatment["name"], treatment["x"]) == ("refactored", [5e-7, 2.5e-7])


def test_a_distribution_has_one_point_a_round(make_case: MakeCase) -> None:
    plot = figures.plain(figures.distribution(rounds_of([2.0, 3.0], [1.0, 1.0]), make_case(0.4)))
    box, control, _, treatment, ratio = plot["data"]
    assert control["x"] == [2.0, 3.0]
    assert set(box["x"]) == {2.25, 2.5, 2.75}, "first quartile, median and third"
    assert treatment["x"] == [1.0, 1.0]
    assert ratio["x"] == [1, 2]
    assert ratio["y"] == [0.5, pytest.approx(1 / 3, rel=1e-5)]


def test_a_frame_shows_milliseconds_and_the_length_of_the_frame() -> None:
    budget = pd.DataFrame(
        {
            "suite": ["s", "s"],
            "title": ["S", "S"],
            "arm": ["original", "refactored"],
            "role": ["control", "treatment"],
            "seconds": [0.008, 0.002],
        }
    )
    plot = figures.plain(figures.frame_budget(budget, 1 / 60))
    assert {trace["name"]: trace["x"] for trace in plot["data"]} == {"original": [8.0], "refactored": [2.0]}
    assert plot["layout"]["shapes"][0]["x0"] == pytest.approx(16.6667)


def test_numbers_that_json_cannot_hold_become_no_answer(make_case: MakeCase) -> None:
    case = with_effect(make_case(0.5), high=math.inf)
    plot = figures.plain(figures.forest([case], 0.01, {}))
    assert plot["data"][0]["error_x"]["array"] == [None]


@given(st.floats(1e-4, 0.999), st.floats(1.001, 1e4))
def test_ticks_of_a_ratio_axis_lie_inside_it_say_their_direction_and_keep_apart(low: float, high: float) -> None:
    case = unmeasured()
    axis = factor_axis(case, low, high)
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
    nothing = with_effect(make_case(0.5, "a"), estimate=0.0, low=0.0, high=0.0)
    effects = [nothing, make_case(1.5, "b")]
    plot = figures.plain(figures.forest(effects, 0.01, {}))
    trace = next(trace for trace in plot["data"] if "left" in str(trace["marker"]["symbol"]))
    assert trace["x"][0] > 0
    assert trace["x"] == [pytest.approx(min(place for trace in plot["data"] for place in trace["x"]))]


def test_a_figure_taller_than_a_screen_has_its_scale_above_it_too(make_case: MakeCase) -> None:
    few, many = ([make_case(0.5, f"case {number}") for number in range(count)] for count in (3, 30))
    short, tall = (figures.plain(figures.forest(cases, 0.01, {}))["layout"] for cases in (few, many))
    assert "annotations" not in short
    assert [note["text"] for note in tall["annotations"]] == tall["xaxis"]["ticktext"]


def test_the_whole_interval_of_a_case_is_visible_with_its_rounds(make_case: MakeCase) -> None:
    plot = figures.plain(figures.distribution(rounds_of([2.0, 2.0], [1.0, 1.1]), make_case(0.4)))
    low, high = plot["layout"]["yaxis3"]["range"]
    assert low < 0.39  # the interval's end
    assert high > 0.55  # a round


def test_a_property_that_plotly_does_not_know_is_noticed_by_plotly() -> None:
    """The figures of a whole site are handed to Plotly in `test_rendering.py`; this is what a wrong one would do."""
    go.Figure(figures.plain(Plot([scatter(x=[1], y=[2])], height=300)))
    with pytest.raises(ValueError, match="colour"):
        go.Figure(figures.plain(Plot([scatter(x=[1], marker_colour="red")])))
