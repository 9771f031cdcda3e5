"""How the ratios of a suite's cases developed from record to record of one machine: a row a case, all on one scale."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from unitdocs.formatting import signed_change, signed_interval
from unitdocs.portal.figures.axes import label, label_axis, lines, literal
from unitdocs.portal.figures.marks import BLUE, GREY, VERMILION, height
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

_MOST_LABELS: Final = 5
"""Records that are named below the axis: more would not fit on a phone."""
_LEAST_REACH: Final = math.log(1.02)
_HALF: Final = 0.25
"""How far the largest movement is from the middle of its series, of the distance between two rows."""
_FEWEST_LINES: Final = 3
"""Lines that a row has room for, so that a phone can write its label above the series."""
_BELOW: Final = 0.05
"""How far a series is below the middle of its row, where a phone has the row's label."""


def trend(points: "DataFrame") -> Plot:
    """Draw the ratio of each case relative to the case's median, in order of time; more is higher.

    A dotted line is before each record that begins a new level.

    Args:
        points: one row a case and record, in order: `scenario` and `metric`, `case` (the title), `at` (index of the
            record), `label` (of the record; each word gets a line of its own), `ratio`, `low` and `high`, all above 0,
            and `new_level`.
    """
    reach = movement_reach(points)
    cases = [(str(rows["case"].iloc[-1]), rows) for rows in _cases(points)]
    figure = Plot([])
    for row, (_, of_case) in enumerate(cases):
        figure.data += [*_changes(row, of_case), _series(row, of_case, reach)]
    axis = label_axis({row: label(name) for row, (name, _) in enumerate(cases)})
    records = points.drop_duplicates("at").sort_values("at")
    figure.set_layout(
        height=height(len(cases), max(_FEWEST_LINES, lines(axis["ticktext"]))),
        xaxis=_records(records["at"].tolist(), [str(text) for text in records["label"]]),
        yaxis=axis,
    )
    return figure


def movement_reach(points: "DataFrame") -> float:
    """Return the largest movement from a case's median as a logarithm: a quarter of the distance between two rows."""
    return max(_LEAST_REACH, *(abs(move) for rows in _cases(points) for move in _movements(rows)))


def _cases(points: "DataFrame") -> "list[DataFrame]":
    return [rows for _, rows in points.groupby(["scenario", "metric"], sort=False)]


def _movements(of_case: "DataFrame") -> list[float]:
    median = float(of_case["ratio"].median())
    return [math.log(ratio / median) for ratio in of_case["ratio"]]


def _records(places: Sequence[int], labels: Sequence[str]) -> dict[str, Any]:
    """Return an axis of records, counted from 1; the first and the last are always named."""
    n = len(labels)
    step = -(-n // _MOST_LABELS)
    shown = [at for at in range(0, n - 1, step) if n - 1 - at >= step] + [n - 1]
    return {
        "range": [places[0] + 0.5, places[-1] + 1.5],
        "tickvals": [places[at] + 1 for at in shown],
        "ticktext": ["<br>".join(literal(word) for word in labels[at].split()) for at in shown],
        "title": {"text": "records, the oldest first"},
    }


def _series(row: int, of_case: "DataFrame", reach: float) -> Trace:
    columns = (of_case[name].tolist() for name in ("label", "ratio", "low", "high"))
    hover = [
        f"{name}: {signed_change(ratio)} ({signed_interval(low, high)})"
        for name, ratio, low, high in zip(*columns, strict=True)
    ]
    return scatter(
        x=[at + 1 for at in of_case["at"].tolist()],
        y=[row + _BELOW - _HALF * move / reach for move in _movements(of_case)],  # rows are counted downwards
        mode="lines+markers",
        line={"color": GREY, "width": 1},
        marker={"color": BLUE, "symbol": "circle", "size": 5},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _changes(row: int, of_case: "DataFrame") -> list[Trace]:
    """Return a line half-way between each record that begins a new level and the one before."""
    starts = of_case["at"][of_case["new_level"]].tolist()
    return [
        scatter(
            x=[at + 0.5, at + 0.5],
            y=[row + _BELOW - _HALF, row + _BELOW + _HALF],
            mode="lines",
            line={"color": VERMILION, "width": 2, "dash": "dot"},
            hoverinfo="skip",
            showlegend=False,
        )
        for at in starts
    ]
