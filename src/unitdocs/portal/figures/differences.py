"""Differences of shares in points, such as missed frames: a forest plot around 0."""

from collections.abc import Mapping, Sequence

from unitdocs.analysis.case_result import CaseResult, Outcome, measured
from unitdocs.analysis.descriptions import describe, extent
from unitdocs.formatting import number
from unitdocs.portal.figures.axes import literal, name_directions, write_values
from unitdocs.portal.figures.forest import in_rows, row_axis, rows_of
from unitdocs.portal.figures.marks import GREY, OUTCOMES, SMALL_MARK, height_of_rows
from unitdocs.portal.figures.pin import even_ticks
from unitdocs.portal.figures.plot import Plot, Trace, scatter

_OFFSET = 0.32
_POINTS = 100
_TICKS = 4


def differences(
    cases: Sequence[CaseResult],
    margin: float,
    suites: Mapping[str, str],
    other_run: Sequence[CaseResult] = (),
) -> Plot:
    """Draw the difference and interval of every measured case of one share on a linear axis, the margin as a band.

    Args:
        cases: of one share, at least one of them measured.
        margin: half width of the band around 0, as a share of one.
        suites: title of each suite by name.
        other_run: results of another run, drawn hollow, a little below the first run's.
    """
    cases = in_rows(cases, suites)
    rows = rows_of(cases)
    others = [case for case in measured(other_run) if case.key in rows]
    outcomes = [outcome for outcome in Outcome if any(case.outcome is outcome for case in cases)]
    figure = Plot([_outcome(outcome, cases, rows) for outcome in outcomes])
    if others:
        places = [rows[case.key] + _OFFSET for case in others]
        figure.data.append(_intervals(others, places, name="this machine", symbol="circle-open", colour=GREY))
    figure.add_band_over_x(-_POINTS * margin, _POINTS * margin, GREY, 0.25)
    figure.add_line_at_x(0, {"color": GREY, "width": 1})
    low, high = _range([*cases, *others], margin)
    ticks = even_ticks(low, high, _TICKS)
    figure.set_layout(
        height=height_of_rows(max(rows.values()) + 1),
        xaxis={"range": [low, high], "tickvals": ticks, "ticktext": [_tick(value) for value in ticks]},
        yaxis=row_axis(cases, rows, suites),
    )
    name_directions(figure, cases[0], low, high)
    write_values(figure, {rows[case.key]: extent(case) for case in cases})
    return figure


def _range(cases: Sequence[CaseResult], margin: float) -> tuple[float, float]:
    """Return the ends of the axis in points: all intervals, and the margin on both sides of 0, with some room."""
    ends = [_POINTS * margin * side for side in (-1, 1)]
    ends += [end for case in cases for end in _ends(case)]
    room = 0.06 * (max(ends) - min(ends))
    return min(ends) - room, max(ends) + room


def _tick(value: float) -> str:
    return "same" if value == 0 else f"{number(abs(value))} points".replace("1 points", "1 point")


def _outcome(outcome: Outcome, cases: Sequence[CaseResult], rows: Mapping[tuple[str, str, str], int]) -> Trace:
    chosen = [case for case in cases if case.outcome is outcome]
    words = dict.fromkeys(case.outcome_label for case in chosen)
    colour, symbol = OUTCOMES[outcome]
    places = [rows[case.key] for case in chosen]
    return _intervals(chosen, places, name="/".join(words), symbol=symbol, colour=colour)


def _intervals(cases: Sequence[CaseResult], places: Sequence[float], *, name: str, symbol: str, colour: str) -> Trace:
    ends = [_ends(case) for case in cases]
    return scatter(
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
        marker={"color": colour, "symbol": symbol, "size": SMALL_MARK},
        text=[literal(f"{case.title}: {describe(case)}") for case in cases],
        hovertemplate="%{text}<extra></extra>",
    )


def _ends(case: CaseResult) -> tuple[float, float, float]:
    """Return difference, lower and upper end in points."""
    effect = case.effect
    if effect is None:
        return 0.0, 0.0, 0.0
    return _POINTS * effect.estimate, _POINTS * effect.low, _POINTS * effect.high
