"""Frame times of a recorded sequence: when the slow frames come, and how slow the slowest are."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from unitdocs.formatting import milliseconds
from unitdocs.portal.figures.axes import literal, quantity_axis
from unitdocs.portal.figures.marks import ARMS, DASHES, VERMILION
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

TIMELINE_HEIGHT = 420
TAIL_HEIGHT = 380
SHOWN_MARKS = 25
"""Marks on a line, so that their shape identifies its arm."""


def frame_timeline(frames: "DataFrame", frame: float) -> Plot:
    """Draw for each frame of a sequence its median time over all passes as a line, and its longest as a point.

    Args:
        frames: one row per frame and arm: `frame` from 1, `arm`, `role`, `median` and `longest` in seconds.
        frame: length of a frame in seconds, drawn as a line.
    """
    figure = Plot([trace for role in ARMS for trace in _arm(frames[frames["role"] == role], role)])
    figure.add_line_at_y(frame, {"color": VERMILION, "width": 2, "dash": "dash"})
    figure.set_layout(
        height=TIMELINE_HEIGHT,
        xaxis={"title": {"text": "frame of the sequence"}, "range": [0, frames["frame"].max() + 1]},
        yaxis=_seconds([*frames["median"], *frames["longest"], frame], f"wall time; dashed: {milliseconds(frame)}"),
    )
    return figure


def frame_tail(tail: "DataFrame", frame: float) -> Plot:
    """Draw which share of all frames takes longer than a time, both on log axes: the lower the better.

    Args:
        tail: one row per arm and share: `arm`, `role`, `share` in (0, 1], `seconds`.
        frame: length of a frame in seconds, drawn as a line.
    """
    figure = Plot([_tail(tail[tail["role"] == role], role) for role in ARMS])
    figure.add_line_at_x(frame, {"color": VERMILION, "width": 2, "dash": "dash"})
    shares = [1.0, 0.5, 0.1, 0.05, 0.01, 0.001]
    least = max(min(tail["share"]), 1e-4)
    figure.set_layout(
        height=TAIL_HEIGHT,
        xaxis=_seconds([*tail["seconds"], frame], f"wall time of a frame; dashed: {milliseconds(frame)}"),
        yaxis={
            "type": "log",
            "range": [math.log10(least) - 0.1, 0.05],
            "tickvals": [share for share in shares if share >= least],
            "ticktext": [f"{100 * share:g} %" for share in shares if share >= least],
            "title": {"text": "frames that take longer"},
        },
    )
    return figure


def tail_shares(count: int) -> np.ndarray:
    """Return the shares at which a tail of `count` frames is drawn: from all to a single one, even on a log axis."""
    return np.unique(np.round(np.geomspace(1, count, 120)).astype(int))[::-1] / count


def _seconds(values: list[float], title: str) -> dict[str, Any]:
    return {**quantity_axis(values, "s"), "title": {"text": title}}


def _arm(arm: "DataFrame", role: str) -> list[Trace]:
    colour, symbol = ARMS[role]
    name = literal(str(arm["arm"].iloc[0]))
    line = scatter(
        x=arm["frame"].tolist(),
        y=arm["median"].tolist(),
        mode="lines+markers",
        name=f"{name}: median",
        line={"color": colour, "width": 2, "dash": DASHES[role]},
        marker={"symbol": symbol, "size": 6, "maxdisplayed": SHOWN_MARKS},
        hovertemplate=f"frame %{{x}}, {name}: %{{y:.3s}}s<extra></extra>",
    )
    points = scatter(
        x=arm["frame"].tolist(),
        y=arm["longest"].tolist(),
        mode="markers",
        name=f"{name}: longest",
        marker={"color": colour, "symbol": f"{symbol}-open", "size": 5},
        hovertemplate=f"frame %{{x}}, {name}: at most %{{y:.3s}}s<extra></extra>",
    )
    return [line, points]


def _tail(arm: "DataFrame", role: str) -> Trace:
    colour, symbol = ARMS[role]
    name = literal(str(arm["arm"].iloc[0]))
    return scatter(
        x=arm["seconds"].tolist(),
        y=arm["share"].tolist(),
        mode="lines+markers",
        name=name,
        line={"color": colour, "width": 2, "dash": DASHES[role], "shape": "hv"},
        marker={"symbol": symbol, "size": 7, "maxdisplayed": SHOWN_MARKS},
        hovertemplate=f"{name}: %{{y:.2%}} of the frames take longer than %{{x:.3s}}s<extra></extra>",
    )
