"""Forest plot: the ratio of every case with its interval, and which side of 1 is better."""

import math
from collections.abc import Mapping, Sequence

from unitdocs.analysis.case_result import CaseResult, Outcome, measured, worst_first
from unitdocs.analysis.descriptions import describe, extent
from unitdocs.portal.figures.axes import (
    Axis,
    factor_axis,
    label_axis,
    literal,
    name_directions,
    repeat_above,
    short_label,
    title,
    write_values,
)
from unitdocs.portal.figures.marks import GREY, OUTCOMES, SMALL_MARK, height_of_rows
from unitdocs.portal.figures.plot import Plot, Trace, scatter

Rows = Mapping[tuple[str, str, str], int]
Bounds = tuple[float, float]
_OFFSET = 0.32


def forest(
    cases: Sequence[CaseResult],
    margin: float,
    suites: Mapping[str, str],
    other_run: Sequence[CaseResult] = (),
) -> Plot:
    """Draw the ratio and interval of every measured case of one metric on a log axis, the margin as a band.

    Rows are grouped by suite, the least gain first, and end with their values.

    Args:
        cases: of one metric, at least one of them measured.
        margin: half width of the band around 1, in (0, 1).
        suites: title of each suite by name.
        other_run: results of another run, drawn hollow, a little below the first run's.
    """
    cases = in_rows(cases, suites)
    rows = rows_of(cases)
    others = [case for case in measured(other_run) if case.key in rows]
    bounds = _bounds([*cases, *others], margin)
    outcomes = [outcome for outcome in Outcome if any(case.outcome is outcome for case in cases)]
    traces = [_outcome(outcome, cases, rows, bounds) for outcome in outcomes]
    figure = Plot([*traces, *([_other_run(others, rows, bounds)] if others else [])])
    figure.add_band_over_x(1 / (1 + margin), 1 + margin, GREY, 0.25)
    figure.add_line_at_x(1, {"color": GREY, "width": 1})
    ratios = factor_axis(cases[0], *bounds)
    figure.set_layout(height=height_of_rows(max(rows.values()) + 1), xaxis=ratios, yaxis=row_axis(cases, rows, suites))
    repeat_above(figure, ratios)
    name_directions(figure, cases[0], *ratios["range"])
    write_values(figure, {rows[case.key]: extent(case) for case in cases})
    return figure


def is_off_scale(case: CaseResult) -> bool:
    """Whether a log axis has no place for the case's ratio: one system needs nothing of what is measured."""
    return case.effect is not None and not 0 < case.effect.estimate < math.inf


def in_rows(cases: Sequence[CaseResult], suites: Mapping[str, str]) -> list[CaseResult]:
    """Return the measured cases in the order of their rows: suites in their order, in each the least gain first."""
    order = list(dict.fromkeys([*suites, *(case.suite for case in cases)]))
    return sorted(measured(cases), key=lambda case: (order.index(case.suite), worst_first(case)))


def rows_of(cases: Sequence[CaseResult]) -> Rows:
    """Give every case a row, and leave one free above each suite for its title."""
    rows: dict[tuple[str, str, str], int] = {}
    row, suite = -1, None
    for case in cases:
        row += 1 if case.suite == suite else 2
        suite = case.suite
        rows[case.key] = row
    return rows


def row_axis(cases: Sequence[CaseResult], rows: Rows, suites: Mapping[str, str]) -> Axis:
    """Return the axis of the rows: each case's title, and above them their suite's."""
    firsts = {case.suite: rows[case.key] for case in reversed(cases)}
    titles = {row - 1: title(suites.get(suite, suite)) for suite, row in firsts.items()}
    return label_axis({rows[case.key]: short_label(case.title) for case in cases} | titles)


def _outcome(outcome: Outcome, cases: Sequence[CaseResult], rows: Rows, bounds: Bounds) -> Trace:
    chosen = [case for case in cases if case.outcome is outcome]
    words = dict.fromkeys(case.outcome_label for case in chosen)
    colour, symbol = OUTCOMES[outcome]
    places = [rows[case.key] for case in chosen]
    return _intervals(chosen, places, bounds, name="/".join(words), symbol=symbol, colours=[colour] * len(chosen))


def _other_run(cases: Sequence[CaseResult], rows: Rows, bounds: Bounds) -> Trace:
    colours = [OUTCOMES[case.outcome][0] for case in cases]
    places = [rows[case.key] + _OFFSET for case in cases]
    return _intervals(cases, places, bounds, name="this machine", symbol="circle-open", colours=colours)


def _intervals(
    cases: Sequence[CaseResult],
    places: Sequence[float],
    bounds: Bounds,
    *,
    name: str,
    symbol: str,
    colours: Sequence[str],
) -> Trace:
    """Return points with intervals; a ratio that has no place on the axis is an arrow at its edge."""
    effects = [case.effect for case in cases if case.effect]
    symbols = [_symbol(case, symbol) for case in cases if case.effect]
    return scatter(
        x=[min(max(effect.estimate, bounds[0]), bounds[1]) for effect in effects],
        y=list(places),
        error_x={
            "array": [effect.high - effect.estimate for effect in effects],
            "arrayminus": [effect.estimate - effect.low for effect in effects],
            "color": colours[0] if len(set(colours)) == 1 else GREY,
            "thickness": 2,
            "width": 0,  # a cap at a narrow interval would look like a part of the point
        },
        mode="markers",
        name=literal(name),
        marker={"color": list(colours), "symbol": symbols if len(set(symbols)) > 1 else symbols[0], "size": SMALL_MARK},
        text=[literal(f"{case.title}: {describe(case)}") for case in cases],
        hovertemplate="%{text}<extra></extra>",
    )


def _symbol(case: CaseResult, usual: str) -> str:
    if not is_off_scale(case) or case.effect is None:
        return usual
    return f"triangle-{'left' if case.effect.estimate == 0 else 'right'}"


def _bounds(cases: Sequence[CaseResult], margin: float) -> Bounds:
    """Return the smallest and the largest ratio drawn; 1 and twice the margin around it always belong to the plot."""
    ends = [end for case in cases if case.effect for end in (case.effect.low, case.effect.high)]
    finite = [end for end in ends if 0 < end < math.inf]
    return min([*finite, 1 / (1 + 2 * margin)]), max([*finite, 1 + 2 * margin])
