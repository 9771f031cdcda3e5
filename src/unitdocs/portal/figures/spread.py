"""How much the rounds of each case vary in both arms, and whether the two arms overlap."""

from typing import TYPE_CHECKING

from unitdocs.formatting import quantity
from unitdocs.portal.figures.axes import label, label_axis, lines, literal, quantity_axis, repeat_above
from unitdocs.portal.figures.marks import ARMS, arm_offset, height_of_pairs
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

_THIN, _THICK = 1.5, 4
"""Widths in pixels of the line over all rounds, and of the one over their middle half."""


def spread(rounds: "DataFrame", unit: str) -> Plot:
    """Draw for each case and arm all rounds as a thin line, their middle half as a thick one and the median as a mark.

    Args:
        rounds: one row per case and arm, cases in their order: `scenario`, `title`, `arm`, `role`, and `low`, `first`,
            `median`, `third` and `high`: the smallest round, the quartiles and the largest one, all above 0.
        unit: unit of these values.
    """
    titles = dict(zip(rounds["scenario"], rounds["title"], strict=True))
    rows = {scenario: row for row, scenario in enumerate(titles)}
    arms = {role: rounds[rounds["role"] == role] for role in ARMS}
    figure = Plot([trace for role, arm in arms.items() for trace in _arm(arm, role, rows, unit)])
    axis = label_axis({row: label(str(titles[scenario])) for scenario, row in rows.items()})
    quantities = quantity_axis([*rounds["low"], *rounds["high"]], unit)
    figure.set_layout(
        height=height_of_pairs(len(rows), lines(axis["ticktext"])),
        xaxis={**quantities, "title": {"text": "thin: all rounds; thick: the middle half of them"}},
        yaxis=axis,
    )
    repeat_above(figure, quantities)
    return figure


def _arm(arm: "DataFrame", role: str, rows: dict[str, int], unit: str) -> list[Trace]:
    colour, symbol = ARMS[role]
    name = str(arm["arm"].iloc[0])
    records = arm.to_dict("records")
    heights = [rows[row["scenario"]] + arm_offset(role) for row in records]
    hover = [
        f"{row['title']}, {name}: {quantity(row['median'], unit)} "
        f"({quantity(row['low'], unit)} to {quantity(row['high'], unit)})"
        for row in records
    ]
    spans = [
        scatter(
            x=[place for row in records for place in (row[start], row[end], None)],
            y=[place for row in heights for place in (row, row, None)],
            mode="lines",
            line={"color": colour, "width": width},
            showlegend=False,
            hoverinfo="skip",
        )
        for start, end, width in (("low", "high", _THIN), ("first", "third", _THICK))
    ]
    marks = scatter(
        x=[row["median"] for row in records],
        y=heights,
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": 9},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
    )
    return [*spans, marks]
