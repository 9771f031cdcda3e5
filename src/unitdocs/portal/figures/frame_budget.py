"""How much of one frame the work of each suite takes in each arm."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unitdocs.formatting import milliseconds
from unitdocs.portal.figures.axes import label, label_axis, literal
from unitdocs.portal.figures.marks import ARMS, VERMILION, height
from unitdocs.portal.figures.plot import Plot, Trace, bar

if TYPE_CHECKING:
    from pandas import DataFrame

_THICK = 0.36
"""Of the distance between two rows."""


def frame_budget(budget: "DataFrame", frame: float) -> Plot:
    """Draw per suite the time of one frame's work in each arm, with the frame's length as a line.

    Args:
        budget: one row per suite and arm: `suite`, `title`, `arm`, `role`, `seconds`.
        frame: length of a frame in seconds.
    """
    titles = list(dict.fromkeys(budget["title"]))
    figure = Plot([_bars(budget[budget["role"] == role], role, titles) for role in ARMS])
    figure.add_line_at_x(frame * 1e3, {"color": VERMILION, "width": 2, "dash": "dash"})
    figure.set_layout(
        height=height(3 * len(titles)),
        xaxis={
            "title": {"text": f"milliseconds; dashed: a frame of {milliseconds(frame)}"},
            "range": [0, 1.15e3 * max(frame, budget["seconds"].max())],
        },
        yaxis=label_axis({row: label(str(title)) for row, title in enumerate(titles)}),
    )
    return figure


def _bars(arm: "DataFrame", role: str, titles: Sequence[str]) -> Trace:
    offset = -_THICK / 2 if role == "control" else _THICK / 2
    return bar(
        x=(arm["seconds"] * 1e3).tolist(),
        y=[titles.index(title) + offset for title in arm["title"]],
        width=_THICK,
        orientation="h",
        name=literal(str(arm["arm"].iloc[0])),
        marker={"color": ARMS[role][0], "pattern": {"shape": "/" if role == "control" else ""}},
        text=[milliseconds(value) for value in arm["seconds"]],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="text",
    )
