"""How the times of the same work grow with the number of elements, in both systems."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from unitdocs.formatting import counted, quantity
from unitdocs.portal.figures.axes import literal, quantity_axis
from unitdocs.portal.figures.marks import ARMS, BLUE, DASHES, GREY
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

SCALING_HEIGHT = 400
KINDS: Final = (
    (BLUE, "circle"),
    ("#009E73", "square"),
    ("#B0609A", "diamond"),
    (GREY, "triangle-up"),
    (BLUE, "circle-open"),
    ("#009E73", "square-open"),
    ("#B0609A", "diamond-open"),
    (GREY, "triangle-up-open"),
)
"""Colour and shape of a kind of work; vermilion is left to what is worse."""
_MOST_LABELS: Final = 4
PROPORTIONAL = "proportional to the elements"


def scaling(times: "DataFrame", unit: str = "s", above: str = "time of one operation") -> Plot:
    """Draw a cost of each kind of work against the number of elements, both on log axes, a line a kind and system.

    Colour and dashes are the system's, shapes the kind's. A dashed line begins with the longest kind, and grows as the
    number of elements does.

    Args:
        times: one row per kind, role and size: `work`, `role`, `system`, `elements` and `value` above 0, sizes
            ascending.
        unit: unit of `value`.
        above: what the vertical axis shows.
    """
    kinds = list(dict.fromkeys(times["work"]))
    lines = [
        _line(rows, role, unit, KINDS[index % len(KINDS)][1])
        for role in ARMS
        for index, kind in enumerate(kinds)
        if len(rows := times[(times["work"] == kind) & (times["role"] == role)])
    ]
    sizes = (int(times["elements"].min()), int(times["elements"].max()))
    start = float(times.loc[times["elements"] == sizes[0], "value"].max())
    proportional = (start, start * sizes[1] / sizes[0])
    figure = Plot([_proportional(sizes, proportional), *lines])
    figure.set_layout(
        height=SCALING_HEIGHT,
        xaxis=_thinned(_axis([float(size) for size in times["elements"]], "1", "elements")),
        yaxis=_axis([*(float(value) for value in times["value"]), *proportional], unit, above),
    )
    return figure


def _axis(values: Sequence[float], unit: str, title: str) -> dict[str, Any]:
    return {**quantity_axis(values, unit), "title": {"text": title}}


def _thinned(axis: dict[str, Any]) -> dict[str, Any]:
    """Return an axis with at most four labels, of which a phone has room for those of a million."""
    if len(axis.get("ticktext", ())) <= _MOST_LABELS:
        return axis
    return {**axis, "tickvals": axis["tickvals"][::-2][::-1], "ticktext": axis["ticktext"][::-2][::-1]}


def _proportional(sizes: Sequence[int], values: Sequence[float]) -> Trace:
    return scatter(
        x=list(sizes),
        y=list(values),
        mode="lines",
        name=PROPORTIONAL,
        line={"color": GREY, "width": 1, "dash": "dash"},
        hoverinfo="skip",
    )


def _line(times: "DataFrame", role: str, unit: str, symbol: str) -> Trace:
    work, system = str(times["work"].iloc[0]), str(times["system"].iloc[0])
    colour = ARMS[role][0]
    rows = list(zip(times["elements"], times["value"], strict=True))
    hover = [f"{work}, {system}, {counted(int(size), 'element')}: {quantity(float(v), unit)}" for size, v in rows]
    return scatter(
        x=[int(size) for size, _ in rows],
        y=[float(value) for _, value in rows],
        mode="lines+markers",
        name=literal(f"{system}: {work}"),
        line={"color": colour, "width": 2, "dash": DASHES[role]},
        marker={"color": colour, "symbol": symbol, "size": 9},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
        meta={"role": role},
    )
