"""Differences of shares in points, such as missed frames: a forest plot around 0."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from unitdocs.analysis.cases import Case, Outcome, describe, measured, read
from unitdocs.portal.figures.axes import lines, literal, sides
from unitdocs.portal.figures.forest import row_axis, rows_of
from unitdocs.portal.figures.marks import GREY, OUTCOMES, height

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from pandas import DataFrame

_BESIDE = 0.32
_POINTS = 100


def differences(
    effects: "DataFrame", margin: float, suites: Mapping[str, str], other: "DataFrame | None" = None
) -> "go.Figure":
    """Draw the difference and interval of every measured case of one share on a linear axis, the margin as a band.

    Args:
        effects: rows of `analysis.to_effects()` of one share, at least one of them measured.
        margin: half width of the band around 0, as a share of one.
        suites: title of each suite by name.
        other: rows of another run; its cases are drawn hollow, a little below the first run's.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - plotly would slow the start of the command line

    cases = measured(read(effects))
    rows = rows_of(cases)
    beside = [case for case in measured(read(other)) if case.key in rows] if other is not None else []
    outcomes = [outcome for outcome in Outcome if any(case.outcome is outcome for case in cases)]
    figure = go.Figure([_outcome(outcome, cases, rows) for outcome in outcomes])
    if beside:
        places = [rows[case.key] + _BESIDE for case in beside]
        figure.add_trace(_intervals(beside, places, name="this machine", symbol="circle-open", colour=GREY))
    figure.add_vrect(x0=-_POINTS * margin, x1=_POINTS * margin, fillcolor=GREY, opacity=0.25, line_width=0)
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    axis = row_axis(cases, rows, suites)
    figure.update_layout(
        height=height(max(rows.values()) + 1, lines(axis["ticktext"])),
        xaxis={"title": {"text": f"points<br>{sides(cases[0])}"}, "zeroline": False},
        yaxis=axis,
    )
    return figure


def _outcome(outcome: Outcome, cases: Sequence[Case], rows: Mapping[tuple[str, str, str], int]) -> "go.Scatter":
    chosen = [case for case in cases if case.outcome is outcome]
    words = dict.fromkeys((case.effect.verdict if case.effect else None) or str(outcome) for case in chosen)
    colour, symbol = OUTCOMES[outcome]
    places = [rows[case.key] for case in chosen]
    return _intervals(chosen, places, name="/".join(words), symbol=symbol, colour=colour)


def _intervals(cases: Sequence[Case], places: Sequence[float], *, name: str, symbol: str, colour: str) -> "go.Scatter":
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    ends = [_ends(case) for case in cases]
    return go.Scatter(
        x=[value for value, _, _ in ends],
        y=list(places),
        error_x={
            "array": [high - value for value, _, high in ends],
            "arrayminus": [value - low for value, low, _ in ends],
            "color": colour,
            "thickness": 2,
            "width": 0,
        },
        mode="markers",
        name=literal(name),
        marker={"color": colour, "symbol": symbol, "size": 9},
        text=[literal(f"{case.title}: {describe(case)}") for case in cases],
        hovertemplate="%{text}<extra></extra>",
    )


def _ends(case: Case) -> tuple[float, float, float]:
    """Return difference, lower and upper end in points."""
    effect = case.effect
    value, low, high = (
        (effect.difference, effect.difference_low, effect.difference_high) if effect else (None, None, None)
    )
    return _POINTS * (value or 0.0), _POINTS * (low or 0.0), _POINTS * (high or 0.0)
