"""Hit rates by the size of a cache: a line for each policy, below the most that any policy can reach."""

from typing import TYPE_CHECKING, Any, Final

from unitdocs.portal.figures.axes import literal
from unitdocs.portal.figures.marks import BLUE, GREY
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

_HEIGHT: Final = 320
_LOOKS: Final = (
    (BLUE, "circle", "solid"),
    ("#009E73", "square", "dot"),
    ("#B0609A", "diamond", "solid"),
    ("#009E73", "triangle-up", "solid"),
)
"""Colour, shape and dashes of a policy, in the order of the points; any one of them is enough."""
CEILING: Final = "Belady: no policy has more"


def size_curves(points: "DataFrame", default: int) -> Plot:
    """Draw the hit rate of each policy by the number of entries, each twice the one before, and the ceiling.

    Args:
        points: one row for each policy and size, sizes ascending: `policy` (empty for the ceiling), `entries`, `share`
            from 0 to 1, and `text`.
        default: the default number of entries, where a vertical line is drawn if it is one of the sizes.
    """
    sizes = sorted(set(points["entries"]))
    policies = [name for name in dict.fromkeys(points["policy"]) if name]
    ceiling = points[points["policy"] == ""]
    look = (GREY, "circle-open", "dash")
    lines = [
        _line(points[points["policy"] == name], sizes, name, _LOOKS[i % len(_LOOKS)]) for i, name in enumerate(policies)
    ]
    figure = Plot([_line(ceiling, sizes, CEILING, look), *lines])
    if default in sizes:
        figure.add_line_at_x(sizes.index(default), {"color": GREY, "width": 1})
    figure.set_layout(height=_HEIGHT, xaxis=_sizes(sizes), yaxis=_rates())
    return figure


def _sizes(sizes: "Sequence[int]") -> dict[str, Any]:
    return {
        "range": [-0.3, len(sizes) - 0.7],
        "tickvals": list(range(len(sizes))),
        "ticktext": [f"{entries:,}" for entries in sizes],
        "showgrid": False,
        "title": {"text": "entries that the cache keeps"},
    }


def _rates() -> dict[str, Any]:
    return {"range": [0, 1.04], "tickformat": ".0%", "title": {"text": "share of lookups that are answered"}}


def _line(points: "DataFrame", sizes: "Sequence[int]", name: str, look: tuple[str, str, str]) -> Trace:
    colour, symbol, dash = look
    return scatter(
        x=[sizes.index(entries) for entries in points["entries"]],
        y=points["share"].tolist(),
        mode="lines+markers",
        name=literal(name),
        line={"color": colour, "width": 2, "dash": dash},
        marker={"color": colour, "symbol": symbol, "size": 8},
        text=[literal(text) for text in points["text"]],
        hovertemplate="%{text}<extra></extra>",
    )
