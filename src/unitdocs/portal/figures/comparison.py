"""Both arms: the means of many cases, and the rounds of one."""

import itertools
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from unitdocs.analysis.case_result import CaseResult, measured
from unitdocs.analysis.descriptions import amounts
from unitdocs.analysis.rounds import RoundValues
from unitdocs.formatting import quantity
from unitdocs.portal.figures.axes import Axis, label, label_axis, lines, literal, quantity_axis, repeat_above, title
from unitdocs.portal.figures.marks import ARMS, BLUE, BOTH, GREY
from unitdocs.portal.figures.pin import LINE, fitted, text_width
from unitdocs.portal.figures.plot import Plot, Trace, scatter
from unitdocs.portal.figures.row_groups import row_groups

if TYPE_CHECKING:
    from pandas import Series

Note = dict[str, Any]
"""One annotation of a figure."""
Rows = Sequence[tuple[int, CaseResult]]
"""Cases with the number of their row, from the top."""
_PITCH, _AROUND = 26, 56
"""Pixels between two rows of one line, which leave room for a label above a row's marks; and of the axes together."""
_GUTTER, _LONGEST_NAME = 14, 14
"""Pixels between columns of values, and characters of an arm's name above one."""
DISTRIBUTION_HEIGHT = 420
AXES = {"": (0.868, 1.0), "2": (0.536, 0.668), "3": (0.0, 0.336)}
"""Where the three rows of a distribution are, as shares of the height, by the number of their axes."""
RATIOS = "3"
_BOX = 0.8
"""Half the height of a box, of half the height of its row."""


def arm_means(cases: Sequence[CaseResult]) -> Plot:
    """Draw the means of both arms of every measured case of one metric, joined by a line.

    The values are in columns at the right. The axis is a log axis of SI units; that of shares is linear, in percent.
    Marks and values of an arm carry its role, so that a page can hide the other's.

    Args:
        cases: of one suite and metric, at least one of them measured.
    """
    cases = measured(cases)
    labels: dict[int, str] = {}
    rows: list[tuple[int, CaseResult]] = []
    for group in row_groups(cases):
        if group.heading:
            labels[len(labels)] = title(group.heading)
        for name, case in group.rows:
            rows.append((len(labels), case))
            labels[len(labels)] = fitted(label(name))
    figure = Plot([_joins(rows), *(_means(role, rows) for role in ARMS)])
    amounts_axis = _share_axis() if cases[0].is_share else _quantities(cases)
    # Above the first row a narrow screen has its label.
    axis = {**label_axis(labels), "range": [len(labels) - 0.4, -0.8]}
    figure.set_layout(xaxis=amounts_axis, yaxis=axis, height=0, annotations=_values(rows))
    repeat_above(figure, amounts_axis)
    pitch = _PITCH + LINE * (lines(labels.values()) - 1)
    figure.set_layout(height=round(pitch * (len(labels) + 0.4)) + _AROUND)
    return figure


def distribution(rounds: RoundValues, case: CaseResult) -> Plot:
    """Draw one case in three rows: each arm's rounds as points with a box, then the ratio of each round in order.

    The arms' axes span the same share of their medians, so that the eye can compare how much they scatter.

    Args:
        rounds: the rounds of one case.
        case: its result; the interval is drawn behind the ratios.
    """
    arms = {"control": pd.Series(rounds.control), "treatment": pd.Series(rounds.treatment)}
    names = {"control": case.control, "treatment": case.treatment}
    spread = max(map(_spread, arms.values()))
    figure = Plot([], height=DISTRIBUTION_HEIGHT, showlegend=False)
    for number, (role, arm) in zip(AXES, arms.items(), strict=False):
        figure.data += [_on_axes(trace, number) for trace in (_box(arm, role), _points(arm, role))]
        labels = {"tickvals": [0], "ticktext": [literal(names[role])], "range": [-1, 1]}
        figure.set_layout(**_axes(number, _around(arm.median(), spread, case.unit), labels))
    figure.data.append(_on_axes(_ratio_points(rounds), RATIOS))
    ratio_axis: Axis = {"title": {"text": "ratio"}}
    if case.effect:
        low, high = case.effect.low, case.effect.high
        ratio_axis["range"] = _span([*rounds.ratio.tolist(), low, high])  # the whole interval is visible
        figure.add_band_over_y(low, high, BLUE, 0.2, axis=RATIOS)
        figure.add_line_at_y(case.effect.estimate, {"color": BLUE, "width": 1}, axis=RATIOS)
    figure.set_layout(**_axes(RATIOS, {"title": {"text": "round"}}, ratio_axis))
    return figure


def _axes(number: str, x: Axis, y: Axis) -> dict[str, Axis]:
    """Return the pair of axes of one of the rows, by their names in the layout."""
    return {
        f"xaxis{number}": {"anchor": f"y{number}", "domain": [0.0, 1.0], **x},
        f"yaxis{number}": {"anchor": f"x{number}", "domain": list(AXES[number]), **y},
    }


def _on_axes(trace: Trace, number: str) -> Trace:
    return {**trace, "xaxis": f"x{number}", "yaxis": f"y{number}"}


def _span(values: Sequence[float]) -> list[float]:
    """Return a range around the finite values with some room at both ends."""
    finite = [value for value in values if math.isfinite(value)]
    room = 0.08 * (max(finite) - min(finite)) or 0.01 * max(finite)
    return [min(finite) - room, max(finite) + room]


def _spread(values: "Series[float]") -> float:
    """Return the largest distance from the median as a share of it, at least one in a thousand."""
    middle = values.median()
    return max(float((values / middle - 1).abs().max()) if middle else 0.0, 1e-3)


def _around(middle: float, spread: float, unit: str) -> Axis:
    """Return a linear axis around a value, with SI ticks at the middle and both ends of the spread."""
    places = [middle * (1 + share) for share in (-spread, 0, spread)]
    digits = 3 + max(0, math.ceil(-math.log10(spread)) - 2)  # the labels of the ends must differ from the middle's
    return {
        "range": [middle * (1 - 1.15 * spread), middle * (1 + 1.15 * spread)],
        "tickmode": "array",
        "tickvals": places,
        "ticktext": [quantity(place, unit, digits) for place in places],
        "tickangle": 0,
    }


def _quantities(cases: Sequence[CaseResult]) -> Axis:
    return quantity_axis([value for case in cases for value in _both(case)], cases[0].unit)


def _share_axis() -> Axis:
    return {"rangemode": "tozero", "tickformat": ".3~%", "title": {"text": "share"}}


def _both(case: CaseResult) -> list[float]:
    return [value for value in (case.control_mean, case.treatment_mean) if value is not None]


def _joins(rows: Rows) -> Trace:
    """Return one trace of all joining lines; None breaks the line between cases."""
    return scatter(
        x=[place for _, case in rows for place in (case.control_mean, case.treatment_mean, None)],
        y=[place for row, _ in rows for place in (row, row, None)],
        mode="lines",
        line={"color": GREY, "width": 1},
        showlegend=False,
        hoverinfo="skip",
        meta={"role": BOTH},
    )


def _means(role: str, rows: Rows) -> Trace:
    colour, symbol = ARMS[role]
    name = _arm(rows, role)
    hover = [f"{case.title}, {name}: {_amount(case, role)}" for _, case in rows]
    return scatter(
        x=[case.control_mean if role == "control" else case.treatment_mean for _, case in rows],
        y=[row for row, _ in rows],
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": 9},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
        meta={"role": role},
    )


def _values(rows: Rows) -> list[Note]:
    """Return the means of both arms in two columns at the right of the plot, below the arms' names."""
    notes: list[Note] = []
    right = 0
    for role in ARMS:
        texts = {row: _amount(case, role) for row, case in rows}
        name = literal(textwrap.shorten(_arm(rows, role), _LONGEST_NAME, placeholder="…") or "…")
        right += _GUTTER + math.ceil(max(map(text_width, (*texts.values(), name))))
        place = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": right, "showarrow": False, "borderpad": 0}
        notes.append({**place, "name": role, "y": 1, "yref": "paper", "yanchor": "bottom", "text": name})
        notes += [
            {**place, "name": role, "y": row, "yref": "y", "yanchor": "middle", "text": text}
            for row, text in texts.items()
        ]
    return notes


def _arm(rows: Rows, role: str) -> str:
    return rows[0][1].control if role == "control" else rows[0][1].treatment


def _amount(case: CaseResult, role: str) -> str:
    return amounts(case)[list(ARMS).index(role)]


def _box(values: "Series[float]", role: str) -> Trace:
    """Return the outline of a box from the first to the third quartile, with a line at the median."""
    first, middle, third = values.quantile([0.25, 0.5, 0.75])
    corners = ((first, -1), (third, -1), (third, 1), (first, 1), (first, -1), (middle, -1), (middle, 1))
    return scatter(
        x=[x for x, _ in corners],
        y=[_BOX * y for _, y in corners],
        mode="lines",
        line={"color": ARMS[role][0], "width": 1},
        hoverinfo="skip",
    )


def _points(arm: "Series[float]", role: str) -> Trace:
    """Return one point a round, at alternating heights, so that equal values do not hide each other."""
    colour, symbol = ARMS[role]
    heights = itertools.cycle((-0.3, 0.2, -0.1, 0.4, 0.0))
    return scatter(
        x=arm.tolist(),
        y=[next(heights) for _ in range(len(arm))],
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 5},
        hovertemplate="%{x:.4s}s<extra></extra>",
    )


def _ratio_points(rounds: RoundValues) -> Trace:
    return scatter(
        x=(rounds.index + 1).tolist(),
        y=rounds.ratio.tolist(),
        mode="markers",
        marker={"color": BLUE, "symbol": "circle", "size": 6},
        hovertemplate="round %{x}: %{y:.4g}<extra></extra>",
    )
