"""The trials of a search by their two objectives, with the Pareto front and what was chosen."""

from typing import TYPE_CHECKING, Any, Final

from unitdocs.portal.figures.axes import literal, quantity_axis
from unitdocs.portal.figures.marks import BLUE, GREY, VERMILION
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

PARETO_HEIGHT: Final = 420
FRONT: Final = "on the front"
DEFAULT: Final = "before any search"
_CHOSEN: Final = (("#009E73", "square"), ("#B0609A", "diamond"), (BLUE, "triangle-up"), ("#009E73", "circle"))
"""Colour and shape of each choice."""


def pareto(trials: "DataFrame") -> Plot:
    """Draw trials on two log axes, time across and bytes up: the lower left is best.

    Args:
        trials: one row a trial: `time` and `bytes`, each divided by that of the default settings; `kind`, the entry of
            the legend, of which `FRONT` and `DEFAULT` look as such, and the first is that of all others; and `said`,
            the text for a reader who points at it.
    """
    kinds = list(dict.fromkeys(trials["kind"]))
    chosen = [kind for kind in kinds[1:] if kind not in (FRONT, DEFAULT)]
    looks = {kinds[0]: (GREY, "circle-open", 7), FRONT: (BLUE, "circle", 8), DEFAULT: (VERMILION, "triangle-up", 11)}
    looks |= {kind: (*look, 12) for kind, look in zip(chosen, _CHOSEN, strict=False)}
    front = trials[trials["is_front"]].sort_values("time")
    figure = Plot([_line(front), *(_points(trials[trials["kind"] == kind], kind, *looks[kind]) for kind in kinds)])
    figure.set_layout(
        height=PARETO_HEIGHT,
        xaxis=_axis([float(value) for value in trials["time"]], "CPU time a frame, before any search = 1"),
        yaxis=_axis([float(value) for value in trials["bytes"]], "peak memory, before = 1"),
    )
    return figure


def _axis(values: list[float], title: str) -> dict[str, Any]:
    return {**quantity_axis(values, "1"), "title": {"text": title}}


def _line(front: "DataFrame") -> Trace:
    return scatter(
        x=[float(value) for value in front["time"]],
        y=[float(value) for value in front["bytes"]],
        mode="lines",
        name="the Pareto front",
        line={"color": BLUE, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )


def _points(rows: "DataFrame", kind: str, colour: str, symbol: str, size: int) -> Trace:
    return scatter(
        x=[float(value) for value in rows["time"]],
        y=[float(value) for value in rows["bytes"]],
        mode="markers",
        name=literal(kind),
        marker={"color": colour, "symbol": symbol, "size": size},
        text=[literal(str(text)) for text in rows["said"]],
        hovertemplate="%{text}<extra></extra>",
    )
