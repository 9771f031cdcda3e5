"""How the effect on one metric developed from look to look of a rollout, with its bounds, margin and limit."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from unitdocs.formatting import number
from unitdocs.portal.figures.axes import literal
from unitdocs.portal.figures.marks import BLUE, GREY, VERMILION
from unitdocs.portal.figures.pin import LINE, even_ticks, text_width
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

MINUS: Final = "\N{MINUS SIGN}"
STATES: Final = {
    "passed": ("proven below the margin", BLUE, "circle"),
    "waiting": ("not proven yet", GREY, "diamond-open"),
    "harm": ("proven above the limit", VERMILION, "triangle-up"),
}
"""How a look is named and drawn, by what its gate says."""
_HEIGHT: Final = 330
_PLOT: Final = 240
"""Pixels of the plot itself, about."""
_FURTHEST: Final = 3.0
"""Limits from the middle within which a bound makes the figure higher; one that is further away is cut."""
_ROOM: Final = 0.08
_PHONE: Final = 290
"""Pixels of the plot on a phone, where the name of a short stage has no room and is left out."""


@dataclass(frozen=True)
class Thresholds:
    """What the bounds of an effect are compared with.

    Args:
        margin: what the upper bound has to be below, times 100.
        limit: what the lower bound must not be above, times 100.
        unit: what follows a number, such as `%`.
    """

    margin: float
    limit: float
    unit: str

    def write(self, value: float) -> str:
        """Return a value of the vertical axis."""
        if value == 0:
            return "same"
        return f"{'+' if value > 0 else MINUS}{number(abs(value))} {self.unit}"


def rollout_effect(looks: "DataFrame", stages: Sequence[tuple[float, str]], thresholds: Thresholds, below: str) -> Plot:
    """Draw the estimate of each look with its bounds; more is worse, and a line is where each stage begins.

    Args:
        looks: one row a look, in order of time: `day` (since the start), `stage`, `change`, `low` and `high` (relative
            changes or differences of shares, times 100; a bound may be missing), `state` (one of `STATES`) and `text`.
        stages: the day on which each stage begins, and its name, in order.
        thresholds: margin and limit.
        below: what the horizontal axis shows.
    """
    low, high = _range(looks, thresholds)
    last = max([*looks["day"], *(day for day, _ in stages)])
    rows = looks.to_dict("records")
    traces = (_marks([row for row in rows if row["state"] == state], state, low, high) for state in STATES)
    figure = Plot([trace for trace in traces if trace["x"]])
    figure.add_line_at_y(0, {"color": GREY, "width": 1})
    figure.add_line_at_y(thresholds.margin, {"color": BLUE, "width": 1.5, "dash": "dash"})
    figure.add_line_at_y(thresholds.limit, {"color": VERMILION, "width": 1.5})
    for day, _ in stages:
        figure.add_line_at_x(day, {"color": GREY, "width": 1, "dash": "dot"})
    ticks = even_ticks(low, high, 5)
    figure.set_layout(
        height=_HEIGHT,
        xaxis={
            "range": [-0.03 * last, 1.03 * last or 1.0],
            "showgrid": False,
            "title": {"text": literal(below)},
        },
        yaxis={
            "range": [low, high],
            "tickvals": ticks,
            "ticktext": [thresholds.write(tick) for tick in ticks],
        },
        annotations=[*_names(stages, last), *_lines(thresholds, low, high)],
    )
    return figure


def _range(looks: "DataFrame", thresholds: Thresholds) -> tuple[float, float]:
    """Return the ends of the axis: every estimate, both lines, and the newest bounds unless they are far away."""
    furthest = _FURTHEST * thresholds.limit
    newest = looks.groupby("stage", sort=False).tail(1)
    bounds = [float(bound) for name in ("low", "high") for bound in newest[name].dropna()]
    ends = [
        -thresholds.margin,
        1.2 * thresholds.limit,
        *(max(-furthest, min(furthest, bound)) for bound in bounds),
        *looks["change"],
    ]
    room = _ROOM * (max(ends) - min(ends))
    return min(ends) - room, max(ends) + room


def _marks(rows: Sequence[Mapping[Hashable, Any]], state: str, low: float, high: float) -> Trace:
    name, colour, symbol = STATES[state]
    return scatter(
        x=[row["day"] for row in rows],
        y=[row["change"] for row in rows],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [_end(row["high"], high) - row["change"] for row in rows],
            "arrayminus": [row["change"] - _end(row["low"], low) for row in rows],
            "color": colour,
            "thickness": 1.5,
            "width": 0,
        },
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": 8},
        text=[literal(row["text"]) for row in rows],
        hovertemplate="%{text}<extra></extra>",
    )


def _end(bound: float | None, edge: float) -> float:
    """Return a bound, or the edge of the figure where there is none or it is further away."""
    if bound is None or bound != bound:  # noqa: PLR0124 -- a missing number in a frame is NaN
        return edge
    return min(bound, edge) if edge > 0 else max(bound, edge)


def _names(stages: Sequence[tuple[float, str]], last: float) -> list[dict[str, Any]]:
    """Return the names of stages above the plot, at their beginnings, as far as each has room."""
    place = {"xref": "x", "yref": "paper", "y": 1, "yanchor": "bottom", "xanchor": "left", "showarrow": False}
    ends = [*(day for day, _ in stages[1:]), last]
    scale = _PHONE / (last or 1.0)
    return [
        {**place, "x": day, "text": literal(name), "borderpad": 0}
        for (day, name), end in zip(stages, ends, strict=True)
        if (end - day) * scale >= text_width(name)
    ]


def _lines(thresholds: Thresholds, low: float, high: float) -> list[dict[str, Any]]:
    """Return the names of both lines right of the plot, apart from each other."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "yref": "y", "showarrow": False, "borderpad": 0}
    margin, limit = thresholds.margin, thresholds.limit
    apart = _PLOT * (limit - margin) / (high - low)
    return [
        {**place, "y": margin, "text": "margin", "yshift": min(0.0, apart - LINE)},
        {**place, "y": limit, "text": "limit"},
    ]
