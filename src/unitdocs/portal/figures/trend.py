"""How the ratio of one case developed from record to record of one machine."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from unitdocs.formatting import signed_change, signed_interval
from unitdocs.portal.figures.axes import literal, quantity_axis
from unitdocs.portal.figures.marks import BLUE, VERMILION
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

TREND_HEIGHT = 300
_MOST_LABELS: Final = 5
"""Records that are named below the axis: more would not fit on a phone."""


def trend(points: "DataFrame", sides: str, changes: Sequence[int] = ()) -> Plot:
    """Draw ratios with their intervals in order of time, on a log axis, and a dotted line before each new level.

    Args:
        points: one row a record, in order: `label`, of which each word gets a line of its own, and `ratio`, `low`
            and `high`, all above 0.
        sides: the title of the axis: what the ratio is of, and which side is better.
        changes: indices of the rows that begin a new level.
    """
    ends = [float(value) for name in ("low", "high") for value in points[name]]
    figure = Plot([*(_change(at, min(ends), max(ends)) for at in changes), _series(points)])
    figure.set_layout(
        height=TREND_HEIGHT,
        xaxis=_records([str(label) for label in points["label"]]),
        yaxis={**quantity_axis(ends, "1"), "title": {"text": literal(sides)}},
    )
    return figure


def _records(labels: Sequence[str]) -> dict[str, Any]:
    """Return an axis of records, counted from 1; the first and the last are always named."""
    n = len(labels)
    step = -(-n // _MOST_LABELS)
    shown = [at for at in range(0, n - 1, step) if n - 1 - at >= step] + [n - 1]
    return {
        "range": [0.5, n + 0.5],
        "tickvals": [at + 1 for at in shown],
        "ticktext": ["<br>".join(literal(word) for word in labels[at].split()) for at in shown],
        "title": {"text": "records, the oldest first"},
    }


def _series(points: "DataFrame") -> Trace:
    rows = list(zip(*(points[name].tolist() for name in ("label", "ratio", "low", "high")), strict=True))
    hover = [f"{label}: {signed_change(ratio)} ({signed_interval(low, high)})" for label, ratio, low, high in rows]
    return scatter(
        x=list(range(1, len(rows) + 1)),
        y=[ratio for _, ratio, _, _ in rows],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - ratio for _, ratio, _, high in rows],
            "arrayminus": [ratio - low for _, ratio, low, _ in rows],
            "color": BLUE,
            "thickness": 2,
            "width": 4,
        },
        mode="lines+markers",
        line={"color": BLUE, "width": 1},
        marker={"color": BLUE, "symbol": "circle", "size": 9},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _change(at: int, low: float, high: float) -> Trace:
    """Return a line half-way between the record at an index and the one before."""
    return scatter(
        x=[at + 0.5, at + 0.5],
        y=[low, high],
        mode="lines",
        line={"color": VERMILION, "width": 2, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
