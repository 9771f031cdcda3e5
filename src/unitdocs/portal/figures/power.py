"""Power curves: how often a difference is found, against how large it is."""

from typing import TYPE_CHECKING

from unitdocs.formatting import number, percent
from unitdocs.portal.figures.axes import literal
from unitdocs.portal.figures.plot import Plot, Trace, scatter
from unitdocs.portal.figures.scaling import KINDS

if TYPE_CHECKING:
    from pandas import DataFrame

POWER_HEIGHT = 420
_CURVE_GAP = 0.018
"""Of the axis, between the marks of two curves at the same slowdown, so that none hides another."""


def power(shares: "DataFrame", title: str) -> Plot:
    """Draw the share of verdicts "slower" against how much more work was done, a curve each, with intervals.

    Args:
        shares: one row per curve and slowdown, slowdowns ascending: `name` of the curve, `slowdown` as a share of the
            work, `found` of `trials` verdicts, and their `share` with `low` and `high`, in [0, 1].
        title: of the vertical axis.
    """
    names = list(dict.fromkeys(shares["name"]))
    most = float(shares["slowdown"].max())
    shifts = [most * _CURVE_GAP * (at - (len(names) - 1) / 2) for at in range(len(names))]
    figure = Plot([_curve(shares[shares["name"] == name], shifts[at], at) for at, name in enumerate(names)])
    slowdowns = sorted(set(shares["slowdown"]))
    room = most * max(0.05, _CURVE_GAP * len(names))
    figure.set_layout(
        height=POWER_HEIGHT,
        xaxis={
            "range": [-room, most + room],
            "tickvals": slowdowns,
            "ticktext": ["equal code" if value == 0 else percent(value) for value in slowdowns],
            "title": {"text": "how much more work"},
        },
        yaxis={"range": [-0.04, 1.04], "tickformat": ".0%", "title": {"text": title}},
    )
    return figure


def _curve(rows: "DataFrame", shift: float, at: int) -> Trace:
    colour, symbol = KINDS[at % len(KINDS)]
    records = rows.to_dict("records")
    hover = [
        f"{row['name']}, {percent(row['slowdown'])} more work: {number(row['found'])} of {number(row['trials'])} "
        f"({percent(row['low'])} to {percent(row['high'])})"
        for row in records
    ]
    return scatter(
        x=[row["slowdown"] + shift for row in records],
        y=[row["share"] for row in records],
        mode="lines+markers",
        name=literal(str(records[0]["name"])),
        line={"color": colour, "width": 1},  # the marks are what was measured
        marker={"color": colour, "symbol": symbol, "size": 9},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [row["high"] - row["share"] for row in records],
            "arrayminus": [row["share"] - row["low"] for row in records],
            "color": colour,
            "thickness": 1.5,
            "width": 0,
        },
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
    )
