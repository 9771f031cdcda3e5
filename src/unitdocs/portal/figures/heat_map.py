"""Heat map: shares by rows and columns, each in a cell whose colour is the deeper the larger the share.

A cell is a shape and a text, since the traces of the site's Plotly bundle are lines and points. Invisible
points in the cells show their text when a reader points at them.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from unitdocs.portal.figures.axes import label_axis, literal, title
from unitdocs.portal.figures.marks import BLUE, height
from unitdocs.portal.figures.plot import Plot, scatter
from unitdocs.portal.figures.svg import UNSEEN

if TYPE_CHECKING:
    from pandas import DataFrame

PALEST: Final = 0.04
"""Opacity of a cell of nothing: it is still visible as a cell."""
DEEPEST: Final = 0.48
"""Opacity of a cell of the whole: on anything deeper the text would have less contrast than 4.5:1 in one scheme."""
_HALF: Final = (0.475, 0.45)
"""Half of a cell's width and height; between two cells a little of the page shows."""
_REACH: Final = 70
"""Pixels from the middle of a cell at which it still answers a pointer."""

Rows = dict[tuple[str, str], int]


def heat_map(cells: "DataFrame", columns: str) -> Plot:
    """Draw shares as cells, rows headed by the group that they belong to.

    Args:
        cells: one row a cell, in order: `group`, `row` and `column`; `share`, 0 to 1; `is_marked`, for a bold text; and
            `said`, the text for a reader who points at it, in lines.
        columns: what the columns are.
    """
    records = cells.to_dict("records")
    rows = _rows([(str(cell["group"]), str(cell["row"])) for cell in records])
    places = {column: place for place, column in enumerate(dict.fromkeys(cells["column"]))}
    at = [(places[cell["column"]], rows[str(cell["group"]), str(cell["row"])]) for cell in records]
    figure = Plot(
        [
            scatter(
                x=[x for x, _ in at],
                y=[y for _, y in at],
                mode="markers",
                marker={"color": UNSEEN, "symbol": "square", "size": 9},
                text=[_lines(str(cell["said"])) for cell in records],
                hovertemplate="%{text}<extra></extra>",
            )
        ]
    )
    last = max(rows.values())
    figure.set_layout(
        height=height(last + 1),
        hoverdistance=_REACH,
        xaxis={
            "range": [-0.5, len(places) - 0.5],
            "tickvals": list(places.values()),
            "ticktext": [literal(str(column)) for column in places],
            "title": {"text": literal(f"{columns}; cells in %")},
            "showgrid": False,
            "fixedrange": True,
        },
        yaxis={
            **label_axis({row: literal(name) for (_, name), row in rows.items()}),
            "range": [last + 0.6, -0.5],
            "showgrid": False,
        },
        shapes=[_cell(x, y, float(cell["share"])) for (x, y), cell in zip(at, records, strict=True)],
        annotations=[*_heads(rows), *(_text(*place, cell) for place, cell in zip(at, records, strict=True))],
    )
    return figure


def opacity(share: float) -> float:
    """Return how opaque a cell is."""
    return PALEST + (DEEPEST - PALEST) * share


def _rows(names: Sequence[tuple[str, str]]) -> Rows:
    """Give every row a place, and leave one free above each group for its title."""
    rows: Rows = {}
    place, group = -1, None
    for name in dict.fromkeys(names):
        place += 1 if name[0] == group else 2
        group = name[0]
        rows[name] = place
    return rows


def _heads(rows: Rows) -> list[dict[str, Any]]:
    """Return the titles of the groups, above the first cell of each: to its left they would make the plot narrow."""
    firsts = {group: row - 1 for (group, _), row in reversed(rows.items())}
    place = {"x": 0, "xref": "paper", "xanchor": "left", "yref": "y", "showarrow": False, "borderpad": 0, "yshift": -4}
    return [{**place, "y": row, "text": title(group)} for group, row in reversed(firsts.items())]


def _cell(x: int, y: int, share: float) -> dict[str, Any]:
    across, down = _HALF
    return {
        "type": "rect",
        "x0": x - across,
        "x1": x + across,
        "y0": y - down,
        "y1": y + down,
        "fillcolor": BLUE,
        "opacity": round(opacity(share), 4),
        "line": {"width": 0},
        "layer": "below",
    }


def _lines(text: str) -> str:
    return "<br>".join(literal(line) for line in text.splitlines())


def _text(x: int, y: int, cell: Mapping[Hashable, Any]) -> dict[str, Any]:
    text = f"{100 * cell['share']:.0f}"  # a phone has no room for the unit in each cell
    written = f"<b>{text}</b>" if cell["is_marked"] else text
    return {"x": x, "y": y, "text": written, "showarrow": False, "borderpad": 0}
