"""Pinned figures, and their SVG: the same places whoever draws, and nothing of a label taken for markup."""

import html
import itertools
import math
import re
from typing import Any
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.portal.components.markup import Figure, Html, inline_figure
from unitdocs.portal.figures import pinned
from unitdocs.portal.figures.marks import BLUE
from unitdocs.portal.figures.pin import even_ticks, text_width
from unitdocs.portal.figures.svg import MOST_POINTS, stage, svg, thinned

HEIGHT = 300


def drawing(figure: go.Figure) -> ET.Element:
    """Return the SVG of a figure, read as XML: it is well-formed."""
    whole = text_of(figure).replace("xlink:href", "href")
    return ET.fromstring(whole[whole.index('<svg class="ud-svg"') : whole.rindex("</svg>") + len("</svg>")])


def text_of(figure: go.Figure) -> str:
    return svg(pinned(figure.update_layout(height=HEIGHT)), "key", "What it shows")


def layout_of(figure: go.Figure) -> dict[str, Any]:
    layout: dict[str, Any] = pinned(figure.update_layout(height=HEIGHT))["layout"]
    return layout


def uses(root: ET.Element) -> list[tuple[float, float]]:
    return [(float(use.attrib["x"].rstrip("%")), float(use.attrib["y"])) for use in root.iter("use")]


def points(**more: object) -> go.Figure:
    return go.Figure(go.Scatter({"x": [0, 5, 10], "y": [0, 1, 2], "mode": "markers", **more}))


def test_a_pinned_figure_leaves_nothing_to_be_laid_out() -> None:
    figure = points().update_layout(xaxis_title="seconds", yaxis_title="share", legend={"x": 1})
    layout = layout_of(figure)
    for axis in (layout["xaxis"], layout["yaxis"]):
        assert axis["range"][0] < axis["range"][1]
        assert len(axis["tickvals"]) == len(axis["ticktext"]) > 1
        assert axis["tickmode"] == "array"
        assert axis["automargin"] is False
        assert "title" not in axis
    assert {note["text"] for note in layout["annotations"]} == {"seconds", "share"}
    assert layout["margin"]["autoexpand"] is False
    assert layout["showlegend"] is False
    assert "legend" not in layout


def test_a_range_takes_in_points_and_error_bars_with_some_room() -> None:
    figure = points(error_x={"array": [0, 0, 10], "arrayminus": [10, 0, 0]}, error_y={"array": [0, 0, 3]})
    layout = layout_of(figure)
    (left, right), (bottom, top) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    assert left < -10 < 20 < right
    assert bottom < 0
    assert top > 5
    assert right - left < 1.2 * 30


def test_points_stand_at_their_share_of_the_axis() -> None:
    figure = points().update_layout(xaxis={"range": [0, 20]}, yaxis={"range": [0, 4]})
    plot = layout_of(figure)
    height = HEIGHT - plot["margin"]["t"] - plot["margin"]["b"]
    assert uses(drawing(figure)) == [(0, height), (25, pytest.approx(0.75 * height, abs=0.1)), (50, height / 2)]


def test_on_a_log_axis_a_decade_is_always_as_wide() -> None:
    figure = go.Figure(go.Scatter(x=[1, 10, 100], y=[1, 1, 1], mode="markers"))
    figure.update_layout(xaxis={"type": "log", "range": [0, 2], "tickvals": [1, 10], "ticktext": ["1", "10"]})
    assert [x for x, _ in uses(drawing(figure))] == [0, 50, 100]


def test_a_point_that_is_no_number_is_left_out_and_breaks_a_line() -> None:
    figure = go.Figure(go.Scatter(x=[1, 2, 3, 4, 5], y=[1, math.nan, 3, 4, 5], mode="lines+markers"))
    root = drawing(figure)
    assert len(uses(root)) == 4
    path = next(path for path in root.iter("path") if path.attrib.get("class") == "l")
    assert path.attrib["d"].count("M") == 2


def test_ticks_outside_the_range_are_left_out() -> None:
    figure = points().update_layout(xaxis={"range": [0, 10], "tickvals": [-1, 3, 11], "ticktext": ["a", "b", "c"]})
    assert layout_of(figure)["xaxis"]["ticktext"] == ["b"]


def test_colours_are_variables_of_the_style_sheet() -> None:
    text = text_of(points(marker={"color": BLUE}))
    assert "var(--ud-mark-blue)" in text
    assert BLUE not in text


def test_no_address_stands_in_an_attribute_that_the_theme_rewrites() -> None:
    """Material's instant navigation sets `href` of all that has one, which a part of an SVG does not allow."""
    text = text_of(points())
    assert "xlink:href=" in text
    assert not re.search(r"\s(href|src)=", text)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", '"quoted" <b', "&lt;i&gt;"])
def test_labels_stay_text(text: str) -> None:
    figure = points(name=html.escape(text)).add_annotation(x=1, y=1, text=html.escape(text))
    figure.update_layout(yaxis={"tickvals": [1], "ticktext": [html.escape(text)]})
    assert text in [found.text for found in drawing(figure).iter("text")]


def test_no_zoom_leaves_the_range_and_rows_stay_whole() -> None:
    layout = layout_of(points().update_layout(yaxis={"range": [3, 0]}, xaxis={"type": "log", "range": [-1, 2]}))
    x, y = layout["xaxis"], layout["yaxis"]
    assert (x["minallowed"], x["maxallowed"], x["fixedrange"]) == (-1, 2, False)
    assert (y["minallowed"], y["maxallowed"], y["fixedrange"]) == (0, 3, True)
    assert layout_of(points())["yaxis"]["fixedrange"] is False


def test_a_figure_that_cannot_be_zoomed_has_no_button_for_it() -> None:
    figures = [
        points().update_layout(height=HEIGHT, xaxis={"fixedrange": is_fixed}, yaxis={"range": [3, 0]})
        for is_fixed in (True, False)
    ]
    contents = [Figure("key", "finding", "measured", pinned(figure), Html("")) for figure in figures]
    assert ["ud-live" in inline_figure(content) for content in contents] == [False, True]


def test_names_of_two_traces_make_a_legend_and_one_makes_none() -> None:
    two = go.Figure([go.Scatter(x=[1], y=[1], name="a"), go.Scatter(x=[1], y=[2], name="b")])
    one = go.Figure(go.Scatter(x=[1], y=[1], name="a"))
    shown = [text_of(figure) for figure in (two, one)]
    assert ["ud-legend" in text for text in shown] == [True, False]
    assert [entry["name"] for entry in layout_of(two)["meta"]["legend"]] == ["a", "b"]


def test_long_labels_of_rows_stand_above_them_on_a_narrow_screen() -> None:
    texts = {"short": "a", "long": 4 * "word ", "broken": "in two<br>lines of a label", "both": f"{50 * 'x'}<br>y"}
    found = {
        name: layout_of(points().update_layout(yaxis={"tickvals": [1], "ticktext": [text]}))
        for name, text in texts.items()
    }
    assert "rows" not in found["short"]["meta"]
    assert found["long"]["margin"]["l"] > text_width(texts["long"])
    assert found["broken"]["meta"]["rows"]["yaxis"] == ["in two lines of a label"]
    assert found["both"]["meta"]["rows"]["yaxis"] == [texts["both"]], "no phone has room for it on one line"
    three = "<br>".join(" ".join(part * [word]) for part, word in ((5, "first"), (6, "second"), (2, "third")))
    axis = {"tickvals": [1], "ticktext": [three]}
    (wrapped,) = layout_of(points().update_layout(yaxis=axis))["meta"]["rows"]["yaxis"]
    assert wrapped.count("<br>") == 1, "as few lines as a phone has room for"
    assert wrapped.replace("<br>", " ") == three.replace("<br>", " ")


def test_labels_above_their_rows_clear_the_marks_that_stand_above_the_middle_of_a_row() -> None:
    axis = {"tickvals": [0, 1, 2], "ticktext": 3 * ["a label that is long"], "range": [3, -1]}
    lifts = [
        layout_of(points(y=[y - above for y in range(3)]).update_layout(yaxis=axis))["meta"]["lift"]
        for above in (0, 0.1, 0.3, -0.3)
    ]
    assert lifts[0] < lifts[1] < lifts[2]
    assert lifts[3] == lifts[0], "what is below the middle is not in the way"


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert text_of(points()) == text_of(points())


def test_a_figure_that_is_not_pinned_has_an_empty_place() -> None:
    assert stage({"data": [], "layout": {"height": 200}}, "key") == '<div class="ud-stage" style="height:200px"></div>'


@given(st.lists(st.floats(-1e6, 1e6), min_size=MOST_POINTS + 1, max_size=600))
def test_a_thinned_line_keeps_its_order_its_ends_and_its_middle(values: list[float]) -> None:
    line = list(zip(map(float, range(len(values))), values, strict=True))
    kept = thinned(line)
    assert len(kept) <= MOST_POINTS
    assert kept == sorted(kept)
    assert set(kept) <= set(line)
    assert max(y for _, y in kept) == max(values)
    assert min(y for _, y in kept) == min(values)


@given(st.floats(-1e6, 1e6), st.floats(1, 1e9))
def test_even_ticks_lie_inside_and_are_as_far_apart(low: float, span: float) -> None:
    ticks = even_ticks(low, low + span, 5)
    assert 1 < len(ticks) < 8
    assert all(low - 1e-6 * span <= tick <= low + span + 1e-6 * span for tick in ticks)
    assert len({round((after - before) / span, 3) for before, after in itertools.pairwise(ticks)}) == 1
