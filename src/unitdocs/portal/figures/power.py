"""How often verdicts on work with a known answer are right: a panel for each tool or operation."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, Final

from unitdocs.formatting import number, percent
from unitdocs.portal.figures.axes import label_axis, literal, title
from unitdocs.portal.figures.marks import BLUE, VERMILION
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

Row = Mapping[Hashable, Any]
Rows = dict[tuple[str, float], int]
FALSE_ALARMS: Final = "equal code called different: wrong, 0 % is best"
FOUND: Final = "slower code called slower: right, 100 % is best"
_PITCH, _AROUND = 20, 56
"""Pixels of a row, and of what is above and below all rows."""
_TICKS: Final = (0, 0.25, 0.5, 0.75, 1)


def power(shares: "DataFrame") -> Plot:
    """Draw shares of verdicts with their intervals, a row for each amount of extra work, under the name of their panel.

    Args:
        shares: one row per panel and slowdown, slowdowns ascending: `name` of the panel, `slowdown` as a share of the
            work, `found` of `trials` verdicts, and their `share` with `low` and `high`, in [0, 1]. Of equal code, those
            called different were found; of slowed code, those called slower.
    """
    records = shares.to_dict("records")
    rows = _rows(records)
    equal, slowed = (
        [record for record in records if bool(record["slowdown"]) is is_slowed] for is_slowed in (False, True)
    )
    figure = Plot(
        [
            _marks(equal, rows, FALSE_ALARMS, VERMILION, "triangle-up"),
            _marks(slowed, rows, FOUND, BLUE, "circle"),
        ]
    )
    last = max(rows.values())
    figure.set_layout(
        height=_PITCH * (last + 1) + _AROUND,
        xaxis={
            "range": [-0.02, 1.02],
            "tickvals": list(_TICKS),
            "ticktext": [percent(share) for share in _TICKS],
            "fixedrange": True,
        },
        yaxis={
            **label_axis({row: _amount(slowdown) for (_, slowdown), row in rows.items()}),
            "range": [last + 0.6, -0.5],
            "showgrid": False,
        },
        annotations=[*_heads(rows), *(_count(record, rows) for record in records)],
    )
    return figure


def _rows(records: list[dict[Hashable, Any]]) -> Rows:
    """Give every share a row, and leave one free above each panel for its name."""
    rows: Rows = {}
    place, panel = -1, None
    for record in records:
        place += 1 if record["name"] == panel else 2
        panel = record["name"]
        rows[panel, record["slowdown"]] = place
    return rows


def _heads(rows: Rows) -> list[dict[str, Any]]:
    """Return the names of the panels, above the rows of each."""
    firsts = {name: row - 1 for (name, _), row in reversed(rows.items())}
    place = {"x": 0, "xref": "paper", "xanchor": "left", "yref": "y", "showarrow": False, "borderpad": 0, "xshift": 6}
    return [{**place, "y": row, "text": title(name)} for name, row in reversed(firsts.items())]


def _count(record: Row, rows: Rows) -> dict[str, Any]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "yref": "y", "showarrow": False, "borderpad": 0, "xshift": 8}
    return {**place, "y": rows[record["name"], record["slowdown"]], "text": _found(record)}


def _found(record: Row) -> str:
    return f"{number(record['found'])} of {number(record['trials'])}"


def _amount(slowdown: float) -> str:
    return f"{percent(slowdown)} more" if slowdown else "equal code"


def _marks(records: list[dict[Hashable, Any]], rows: Rows, name: str, colour: str, symbol: str) -> Trace:
    return scatter(
        x=[record["share"] for record in records],
        y=[rows[record["name"], record["slowdown"]] for record in records],
        mode="markers",
        name=name,
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [record["high"] - record["share"] for record in records],
            "arrayminus": [record["share"] - record["low"] for record in records],
            "color": colour,
            "thickness": 2,
            "width": 0,
        },
        text=[literal(_hover(record)) for record in records],
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(record: Row) -> str:
    called = "called slower" if record["slowdown"] else "called different"
    interval = f"{percent(record['low'])} to {percent(record['high'])}"
    work = f"{percent(record['slowdown'])} more work" if record["slowdown"] else "equal code"
    return f"{record['name']}, {work}: {called} in {_found(record)} ({interval})"
