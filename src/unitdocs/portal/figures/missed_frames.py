"""Which share of the frames is missed in each sequence, round by round and over all of them."""

from typing import TYPE_CHECKING

from unitdocs.formatting import percent
from unitdocs.portal.figures.axes import label, label_axis, lines, literal
from unitdocs.portal.figures.marks import ARMS, arm_offset, height_of_pairs
from unitdocs.portal.figures.plot import Plot, Trace, scatter

if TYPE_CHECKING:
    from pandas import DataFrame

_ROOM = 0.04
"""Of the axis, left of zero, so that a mark at zero is not cut off."""


def missed_frames(shares: "DataFrame") -> Plot:
    """Draw for each sequence and arm the share of missed frames of every round as a point, and of all as a mark.

    Args:
        shares: one row per sequence, arm and round, sequences in their order: `scenario`, `title`, `arm`, `role`,
            `missed` and `frames`, counts of the round.
    """
    titles = dict(zip(shares["scenario"], shares["title"], strict=True))
    rows = {scenario: row for row, scenario in enumerate(titles)}
    arms = {role: shares[shares["role"] == role] for role in ARMS}
    traces = [trace for role, arm in arms.items() for trace in (_rounds(arm, role, rows), _totals(arm, role, rows))]
    axis = label_axis({row: label(str(titles[scenario])) for scenario, row in rows.items()})
    most = float((shares["missed"] / shares["frames"]).max())
    figure = Plot(traces)
    figure.set_layout(
        height=height_of_pairs(len(rows), lines(axis["ticktext"])),
        xaxis={
            "range": [-_ROOM * most, (1 + _ROOM) * most] if most else [-_ROOM, 1],
            "tickformat": ".3~%",
            "title": {"text": "missed frames; large: of all rounds, small: of one"},
        },
        yaxis=axis,
    )
    return figure


def _rounds(arm: "DataFrame", role: str, rows: dict[str, int]) -> Trace:
    colour, symbol = ARMS[role]
    records = arm.to_dict("records")
    hover = [
        f"{row['title']}, {row['arm']}: {row['missed']:,} of {row['frames']:,} in round {row['round'] + 1}"
        for row in records
    ]
    return scatter(
        x=[row["missed"] / row["frames"] for row in records],
        y=[rows[row["scenario"]] + arm_offset(role) for row in records],
        mode="markers",
        marker={"color": colour, "symbol": f"{symbol}-open", "size": 5},
        showlegend=False,
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
    )


def _totals(arm: "DataFrame", role: str, rows: dict[str, int]) -> Trace:
    colour, symbol = ARMS[role]
    name = str(arm["arm"].iloc[0])
    records = (
        arm.groupby(["scenario", "title"], sort=False)[["missed", "frames"]].sum().reset_index().to_dict("records")
    )
    shares = [row["missed"] / row["frames"] for row in records]
    hover = [
        f"{row['title']}, {name}: {row['missed']:,} of {row['frames']:,}, {percent(share)}"
        for row, share in zip(records, shares, strict=True)
    ]
    return scatter(
        x=shares,
        y=[rows[row["scenario"]] + arm_offset(role) for row in records],
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": 9},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
    )
