"""The figure with a row a suite: places, colours, names at the ends of the lines, and links."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.portal import figures
from unitdocs.portal.figures.axes import gain_axis
from unitdocs.portal.figures.marks import BLUE, VERMILION
from unitdocs.portal.figures.suite_overview import SuiteGain, short_name, suite_overview
from unitdocs.portal.figures.svg import svg

MakeCase = Callable[..., CaseResult]


def gain(least: CaseResult, most: CaseResult, mean: float = 2.0, title: str = "A suite") -> SuiteGain:
    return SuiteGain(
        title, mean, mean * 0.9, mean * 1.1, f"{mean} faster", "", least, most, (least.title, most.title), "suites/a/"
    )


def drawn(*suites: SuiteGain) -> dict[str, Any]:
    return figures.plain(suite_overview(suites))


def test_the_line_reaches_from_the_least_to_the_most_gain(make_case: MakeCase) -> None:
    plot = drawn(gain(make_case(0.5), make_case(0.1, "two")))
    line, ends, averages = plot["data"]
    assert line["x"] == [pytest.approx(2), pytest.approx(10), None]
    assert ends["x"] == [pytest.approx(2), pytest.approx(10)]
    assert averages["x"] == [2.0]
    assert averages["error_x"]["array"] == [pytest.approx(0.2)]


def test_what_is_slower_has_the_colour_of_worse(make_case: MakeCase) -> None:
    plot = drawn(gain(make_case(2.0), make_case(0.1, "two")))
    faster, slower, *marks = plot["data"]
    assert slower["x"] == [pytest.approx(0.5), 1.0, None]
    assert (faster["x"][0], slower["line"]["color"]) == (1.0, VERMILION)
    assert [trace["marker"]["color"] for trace in marks] == [VERMILION, BLUE, BLUE]
    assert marks[0]["marker"]["symbol"] == "triangle-up"


@pytest.mark.parametrize(
    ("mean", "outcome"), [(2.0, Outcome.BETTER), (0.5, Outcome.WORSE), (1.05, Outcome.INCONCLUSIVE)]
)
def test_an_average_is_better_or_worse_over_its_whole_range(make_case: MakeCase, mean: float, outcome: Outcome) -> None:
    assert gain(make_case(0.5), make_case(0.1), mean).outcome is outcome


def test_the_ends_are_named_apart_on_a_wide_and_on_a_narrow_screen(make_case: MakeCase) -> None:
    notes = drawn(gain(make_case(0.5), make_case(0.1, "two")))["layout"]["annotations"]
    wide = [note for note in notes if note["name"] == "wide"]
    slim = [note for note in notes if note["name"] == "slim"]
    assert [note["yanchor"] for note in wide] == ["top", "bottom"], "one below the line, one above"
    assert [(note["x"], note["xanchor"]) for note in slim] == [(0, "left"), (1, "right")]


def test_a_suite_of_one_case_has_a_mark_and_no_names(make_case: MakeCase) -> None:
    case = make_case(0.5)
    plot = drawn(SuiteGain("S", 2.0, None, None, "2x", "", case, case, (case.title,)))
    assert plot["layout"]["annotations"] == []
    assert [trace["x"] for trace in plot["data"] if trace["mode"] == "markers"] == [[2.0]]


def test_rows_are_links_in_the_svg_and_a_label_cannot_break_out(make_case: MakeCase) -> None:
    hostile = gain(make_case(0.5), make_case(0.1, "two"), title="<b>&x")
    nowhere = SuiteGain("S", 2.0, None, None, "2x", "", make_case(0.5), make_case(0.5), ("a", "b"))
    drawing = svg(figures.pinned(suite_overview([hostile, nowhere])), "key", "name")
    assert drawing.count("<a href") == 1
    assert '<a href="suites/a/"' in drawing
    assert "&lt;b&gt;&amp;x</a>" in drawing
    assert "<b>" not in drawing


@given(st.floats(1e-3, 1e3), st.floats(1.0, 1e4))
def test_both_directions_have_a_tick_inside_the_axis(make_case: MakeCase, low: float, times: float) -> None:
    axis = gain_axis(make_case(0.5), low, low * times)
    places, texts = axis["tickvals"], axis["ticktext"]
    ends = [10 ** axis["range"][0], 10 ** axis["range"][1]]
    assert places == sorted(places)
    assert all(ends[0] <= place <= ends[1] for place in places)
    assert "slower" in texts[0]
    assert "faster" in texts[-1]
    assert all(("same" in text) == math.isclose(place, 1) for place, text in zip(places, texts, strict=True))


@pytest.mark.parametrize(
    ("title", "siblings", "name"),
    [
        ("Size: pixels", (), "Size: pixels"),
        ("Inventory (10,000 elements): re-resolve", (), "Inventory (10,000)…"),
        ("First: inventory (100 elements)", ("First: a", "First: inventory (100 elements)"), "inventory (100)"),
        ("Scale: device", ("Scale: device", "All units"), "Scale: device"),
        ("Donaudampfschifffahrtsgesellschaft", (), "Donaudampfschifffahrt…"),
        ("5 % of 2,000 elements are animated", (), "5 % of 2,000 elements…"),
    ],
)
def test_a_case_has_a_short_name(title: str, siblings: tuple[str, ...], name: str) -> None:
    assert short_name(title, siblings) == name
