"""What a load does to both systems: a line for each system and value, over rates, shares or numbers of threads."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from unitdocs.portal.figures.axes import literal, quantity_axis
from unitdocs.portal.figures.marks import ARMS, GREY
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

_HEIGHT: Final = 400
SYMBOLS: Final = ("circle", "square-open", "diamond", "triangle-up-open")
"""Shapes of the values of a system, in their order."""
_DASHES: Final = ("solid", "dot", "dash", "dashdot")
TAIL_TICKS: Final = (0.5, 0.1, 0.01, 0.001, 0.0001)


def load_lines(points: "DataFrame", x: Mapping[str, Any], above: str, unit: str, limits: Sequence[float] = ()) -> Plot:
    """Draw lines on a log axis of amounts: colour is the system's, shape and dashes are the value's.

    Args:
        points: one row for each series and place, places ascending: `series`, `role` (`control` or `treatment`), `kind`
            (which value it is, from 0), `x`, `value` above 0 and `text`.
        x: the horizontal axis; see `rate_axis`, `tail_axis` and `thread_axis`.
        above: what the vertical axis shows.
        unit: its unit.
        limits: places that are marked by vertical lines.
    """
    figure = Plot([_line(rows) for _, rows in points.groupby("series", sort=False)])
    for limit in limits:
        figure.add_line_at_x(limit, {"color": GREY, "width": 1, "dash": "dash"})
    values = quantity_axis([float(value) for value in points["value"]], unit)
    figure.set_layout(height=_HEIGHT, xaxis=dict(x), yaxis={**values, "title": {"text": literal(above)}})
    return figure


def rate_axis(rates: Sequence[float]) -> dict[str, Any]:
    """Return a log axis of requests a second."""
    return {**quantity_axis(rates, "1"), "title": {"text": "requests a second"}}


def tail_axis() -> dict[str, Any]:
    """Return a log axis of the share of requests that take longer, from half of them to the slowest."""
    return {
        "type": "log",
        "range": [-0.2, -4.3],
        "tickvals": list(TAIL_TICKS),
        "ticktext": [f"{100 * (1 - share):.6g} %" for share in TAIL_TICKS],
        "title": {"text": "share of the requests that take at most this long"},
    }


def thread_axis(threads: Sequence[int]) -> dict[str, Any]:
    """Return an axis of numbers of threads."""
    most = max(threads)
    room = 0.05 * most
    return {
        "range": [min(threads) - room, most + room],
        "tickvals": list(threads),
        "ticktext": [str(number) for number in threads],
        "title": {"text": "threads"},
    }


def _line(rows: "DataFrame") -> Trace:
    role, kind = str(rows["role"].iloc[0]), int(rows["kind"].iloc[0])
    colour = ARMS[role][0]
    return scatter(
        x=[float(place) for place in rows["x"]],
        y=[float(value) for value in rows["value"]],
        mode="lines+markers",
        name=literal(str(rows["series"].iloc[0])),
        line={"color": colour, "width": 2, "dash": _DASHES[kind % len(_DASHES)]},
        marker={"color": colour, "symbol": SYMBOLS[kind % len(SYMBOLS)], "size": 8},
        text=[literal(text) for text in rows["text"]],
        hovertemplate="%{text}<extra></extra>",
        meta={"role": role},
    )
