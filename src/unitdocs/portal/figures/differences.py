"""Differences of shares in points, such as missed frames: a forest plot around 0."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from unitdocs.analysis.case_result import CaseResult, Outcome, measured
from unitdocs.analysis.descriptions import describe
from unitdocs.portal.figures.axes import lines, literal, sides
from unitdocs.portal.figures.forest import row_axis, rows_of
from unitdocs.portal.figures.marks import GREY, OUTCOMES, height

if TYPE_CHECKING:
    import plotly.graph_objects as go

_OFFSET = 0.32
_POINTS = 100


def differences(
    cases: Sequence[CaseResult],
    margin: float,
    suites: Mapping[str, str],
    other_run: Sequence[CaseResult] = (),
) -> "go.Figure":
    """Draw the difference and interval of every measured case of one share on a linear axis, the margin as a band.

    Args:
        cases: of one share, at least one of them measured.
        margin: half width of the band around 0, as a share of one.
        suites: title of each suite by name.
        other_run: results of another run, drawn hollow, a little below the first run's.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - plotly would slow the start of the command line

    cases = measured(cases)
    rows = rows_of(cases)
    others = [case for case in measured(other_run) if case.key in rows]
    outcomes = [outcome for outcome in Outcome if any(case.outcome is outcome for case in cases)]
    figure = go.Figure([_outcome(outcome, cases, rows) for outcome in outcomes])
    if others:
        places = [rows[case.key] + _OFFSET for case in others]
        figure.add_trace(_intervals(others, places, name="this machine", symbol="circle-open", colour=GREY))
    figure.add_vrect(x0=-_POINTS * margin, x1=_POINTS * margin, fillcolor=GREY, opacity=0.25, line_width=0)
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    axis = row_axis(cases, rows, suites)
    figure.update_layout(
        height=height(max(rows.values()) + 1, lines(axis["ticktext"])),
        xaxis={"title": {"text": f"points<br>{sides(cases[0])}"}, "zeroline": False},
        yaxis=axis,
    )
    return figure


def _outcome(outcome: Outcome, cases: Sequence[CaseResult], rows: Mapping[tuple[str, str, str], int]) -> "go.Scatter":
    chosen = [case for case in cases if case.outcome is outcome]
    words = dict.fromkeys(case.verdict_label for case in chosen)
    colour, symbol = OUTCOMES[outcome]
    places = [rows[case.key] for case in chosen]
    return _intervals(chosen, places, name="/".join(words), symbol=symbol, colour=colour)


def _intervals(
    cases: Sequence[CaseResult], places: Sequence[float], *, name: str, symbol: str, colour: str
) -> "go.Scatter":
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


def _ends(case: CaseResult) -> tuple[float, float, float]:
    """Return difference, lower and upper end in points."""
    effect = case.effect
    if effect is None:
        return 0.0, 0.0, 0.0
    return _POINTS * effect.estimate, _POINTS * effect.low, _POINTS * effect.high
