"""Live bytes over the scenes of a soak: a line for each system, from what was alive after the warm-up."""

import math
from typing import TYPE_CHECKING, Any, Final

from unitdocs.formatting import percent, signed_size
from unitdocs.portal.figures.axes import literal
from unitdocs.portal.figures.marks import ARMS, DASHES, GREY
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

_HEIGHT: Final = 260
_MARKS: Final = 12
"""Marks on a line, so that their shape identifies it."""
_ROOM: Final = 0.08
_LEAST: Final = 1000.0
"""Bytes that the axis shows at least on either side of none: less is no change to look at."""
_STEPS: Final = 2
"""Ticks on each side of none at most."""


def live_bytes(points: "DataFrame", warm: float) -> Plot:
    """Draw the change of live bytes over the scenes of a part.

    Args:
        points: one row for each system and sample, in order: `system`, `role` (which gives colour and shape), `share`
            (of the scenes of the part, 0 to 1), `value` (bytes more than after the warm-up) and `text`.
        warm: share of the scenes that do not count, shaded.
    """
    figure = Plot([_line(rows, str(name), str(rows["role"].iloc[0])) for name, rows in _by_system(points).items()])
    figure.set_layout(height=_HEIGHT, xaxis=_scenes(), yaxis=_bytes(points))
    figure.add_band_over_x(0, warm, GREY, 0.12)
    figure.add_line_at_y(0, {"color": GREY, "width": 1})
    return figure


def _by_system(points: "DataFrame") -> "Mapping[str, DataFrame]":
    return {str(name): rows for name, rows in points.groupby("system", sort=False)}


def _scenes() -> dict[str, Any]:
    places = [0.25, 0.5, 0.75, 1.0]  # a label at 0 would meet that of the other axis
    return {
        "range": [0, 1],
        "tickvals": places,
        "ticktext": [percent(place) for place in places],
        "showgrid": False,
        "title": {"text": "scenes played, as a share of the part"},
    }


def _bytes(points: "DataFrame") -> dict[str, Any]:
    low = min(-_LEAST, float(points["value"].min()))
    high = max(_LEAST, float(points["value"].max()))
    room = _ROOM * (high - low)
    step = _round_up(max(high, -low) / _STEPS)
    places = [step * number for number in range(-_STEPS, _STEPS + 1) if low - room <= step * number <= high + room]
    return {
        "range": [low - room, high + room],
        "tickvals": places,
        "ticktext": [signed_size(place) for place in places],
        "title": {"text": "bytes more than after the warm-up"},
    }


def _round_up(value: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten up to a positive value."""
    decade = 10.0 ** math.floor(math.log10(value))
    return max(step * decade for step in (1, 2, 5) if step * decade <= value * (1 + 1e-9))


def _line(rows: "DataFrame", name: str, role: str) -> Trace:
    colour, symbol = ARMS[role]
    return scatter(
        x=rows["share"].tolist(),
        y=rows["value"].tolist(),
        mode="lines+markers",
        name=literal(name),
        line={"color": colour, "width": 2, "dash": DASHES[role]},
        marker={"symbol": symbol, "size": 6, "maxdisplayed": _MARKS},
        text=[literal(text) for text in rows["text"]],
        hovertemplate="%{text}<extra></extra>",
    )
