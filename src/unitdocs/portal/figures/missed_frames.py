"""Which share of the frames is missed in each sequence, over all rounds and in single ones."""

from typing import TYPE_CHECKING

from unitdocs.formatting import percent
from unitdocs.portal.figures.axes import label, label_axis, literal
from unitdocs.portal.figures.marks import ARMS
from unitdocs.portal.figures.plot import Plot, Trace, scatter
from unitdocs.portal.figures.spread import LETTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

_ROW, _AROUND = 41, 60
"""Pixels of a row, whose label may have two lines and is above it on a phone, and around all of them."""

_ROOM = 0.04
"""Of the axis, left of zero, so that a mark at zero is not cut off."""


def missed_frames(shares: "DataFrame") -> Plot:
    """Draw for each sequence and arm the share of missed frames of all rounds as a mark, and their range as a line.

    Args:
        shares: one row per sequence, arm and round, sequences in their order: `scenario`, `title`, `arm`, `role`,
            `missed` and `frames`, counts of the round.
    """
    titles = dict(zip(shares["scenario"], shares["title"], strict=True))
    rows = {scenario: row for row, scenario in enumerate(titles)}
    arms = {role: shares[shares["role"] == role] for role in ARMS}
    traces = [trace for role, arm in arms.items() for trace in (_ranges(arm, role, rows), _totals(arm, role, rows))]
    most = float((shares["missed"] / shares["frames"]).max())
    figure = Plot(traces)
    figure.set_layout(
        height=_ROW * len(rows) + _AROUND,
        xaxis={
            "range": [-_ROOM * most, (1 + _ROOM) * most] if most else [-_ROOM, 1],
            "tickformat": ".3~%",
            "title": {"text": "missed frames"},
        },
        yaxis={
            **label_axis({row: label(str(titles[scenario]), LETTERS) for scenario, row in rows.items()}),
            "range": [len(rows) - 0.4, -0.9],
        },
        annotations=[_values(arms, *row) for row in rows.items()],
    )
    return figure


def _ranges(arm: "DataFrame", role: str, rows: dict[str, int]) -> Trace:
    """Return one trace of all ranges over rounds; None breaks it between sequences."""
    of_rounds = (arm["missed"] / arm["frames"]).groupby(arm["scenario"], sort=False).agg(["min", "max"])
    return scatter(
        x=[place for ends in of_rounds.to_dict("records") for place in (ends["min"], ends["max"], None)],
        y=[place for scenario in of_rounds.index for place in (*[rows[scenario]] * 2, None)],
        mode="lines",
        line={"color": ARMS[role][0], "width": 1.5},
        showlegend=False,
        hoverinfo="skip",
    )


def _values(arms: "Mapping[str, DataFrame]", scenario: str, row: int) -> dict[str, object]:
    """Return how many frames each arm missed of how many, as text at the right of a row."""
    counts = [
        tuple(int(arm.loc[arm["scenario"] == scenario, name].sum()) for name in ("missed", "frames"))
        for arm in arms.values()
    ]
    (old, old_frames), (new, new_frames) = counts
    first = f"{old:,}" if old_frames == new_frames else f"{old:,} of {old_frames:,}"
    place = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "yref": "y", "showarrow": False, "borderpad": 0}
    return {**place, "y": row, "text": f"{first} → {new:,} of {new_frames:,}"}


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
        y=[rows[row["scenario"]] for row in records],
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": 8 if role == "control" else 6},
        text=[literal(text) for text in hover],
        hovertemplate="%{text}<extra></extra>",
    )
