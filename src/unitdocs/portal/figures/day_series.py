"""What a day's metrics say from hour to hour: a line for each system or cache, and the limit of an alert."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from unitdocs.portal.figures.axes import literal
from unitdocs.portal.figures.marks import ARMS, DASHES, VERMILION
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

_HEIGHT: Final = 300
_DAY: Final = 24
_HOURS: Final = (6, 12, 18, 24)  # a label at 0 would meet that of the other axis
_MARKS: Final = 12
"""Marks on a line, so that their shape identifies it."""
_ROOM: Final = 1.08


@dataclass(frozen=True)
class AlertLimit:
    """The limit of an alert that a series is compared with.

    Args:
        value: in the unit of the series.
        text: its name, on one short line.
    """

    value: float
    text: str


def day_series(points: "DataFrame", above: str, limit: AlertLimit | None = None, *, is_share: bool = False) -> Plot:
    """Draw series over the hours of a day, from zero upwards.

    Args:
        points: one row for each series and interval, in order: `series` (its name), `role` (`control` or `treatment`,
            which gives colour and shape), `hour`, `value` (missing where nothing was seen) and `text`.
        above: what the vertical axis shows.
        limit: the limit of an alert, drawn as a line.
        is_share: whether values are shares of 1, which are labelled in percent.
    """
    figure = Plot([_line(rows, str(name), str(rows["role"].iloc[0])) for name, rows in _by_series(points).items()])
    figure.set_layout(height=_HEIGHT, xaxis=_hours(), yaxis=_values(points, limit, above, is_share=is_share))
    if limit:
        figure.add_line_at_y(limit.value, {"color": VERMILION, "width": 1.5, "dash": "dash"})
        place = {"x": 1, "xref": "paper", "xanchor": "right", "yref": "y", "showarrow": False, "borderpad": 0}
        figure.set_layout(
            annotations=[{**place, "y": limit.value, "yanchor": "bottom", "yshift": 2, "text": literal(limit.text)}]
        )
    return figure


def _by_series(points: "DataFrame") -> "Mapping[str, DataFrame]":
    return {str(name): rows for name, rows in points.groupby("series", sort=False)}


def _hours() -> dict[str, Any]:
    return {
        "range": [0, _DAY],
        "tickvals": list(_HOURS),
        "ticktext": [f"{hour:02d}:00" for hour in _HOURS],
        "showgrid": False,
        "title": {"text": "hour of the simulated day"},
    }


def _values(points: "DataFrame", limit: AlertLimit | None, above: str, *, is_share: bool) -> dict[str, Any]:
    highest = max([*points["value"].dropna(), *([limit.value] if limit else [])], default=0.0)
    top = 1.0 if is_share and highest > 1 / 2 else _ROOM * highest
    percent = {"tickformat": ".0%"} if is_share else {}
    return {"range": [0, top or 1.0], "title": {"text": literal(above)}, **percent}


def _line(rows: "DataFrame", name: str, role: str) -> Trace:
    colour, symbol = ARMS[role]
    return scatter(
        x=rows["hour"].tolist(),
        y=rows["value"].tolist(),
        mode="lines+markers",
        name=literal(name),
        line={"color": colour, "width": 2, "dash": DASHES[role]},
        marker={"symbol": symbol, "size": 6, "maxdisplayed": _MARKS},
        text=[literal(text) for text in rows["text"]],
        hovertemplate="%{text}<extra></extra>",
    )
