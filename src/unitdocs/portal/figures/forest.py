"""Forest plot: the ratio of every case with its interval, and which side of 1 is better."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from unitdocs.portal.cases import Case, Outcome, describe, measured, read
from unitdocs.portal.figures.axes import Axis, factor_axis, label, label_axis, lines
from unitdocs.portal.figures.marks import GREY, LEGEND, OUTCOMES, height, margins

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from pandas import DataFrame

Rows = Mapping[tuple[str, str, str], int]
_BESIDE = 0.32


def forest(
    effects: "DataFrame", margin: float, suites: Mapping[str, str], other: "DataFrame | None" = None
) -> "go.Figure":
    """Draw the ratio and interval of every measured case of one metric on a log axis, the margin as a band.

    Args:
        effects: rows of `records.to_effects()` of one metric, at least one of them measured.
        margin: half width of the band around 1, in (0, 1).
        suites: title of each suite by name.
        other: rows of another run; its cases are drawn hollow, a little below the first run's.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - plotly would slow the start of the command line

    cases = measured(read(effects))
    rows = _rows(cases)
    beside = [case for case in measured(read(other)) if case.key in rows] if other is not None else []
    traces = [_outcome(outcome, cases, rows) for outcome in Outcome if any(case.outcome is outcome for case in cases)]
    figure = go.Figure([*traces, *([_beside(beside, rows)] if beside else [])])
    figure.add_vrect(x0=1 / (1 + margin), x1=1 + margin, fillcolor=GREY, opacity=0.25, line_width=0)
    figure.add_vline(x=1, line={"color": GREY, "width": 1})
    axis = _row_axis(cases, rows, suites)
    figure.update_layout(
        height=height(max(rows.values()) + 1, lines(axis["ticktext"])),
        margin=margins(),
        legend=LEGEND,
        xaxis=factor_axis(cases[0], *_bounds([*cases, *beside], margin)),
        yaxis=axis,
    )
    return figure


def _rows(cases: Sequence[Case]) -> Rows:
    """Give every case a row, and leave one free above each suite for its title."""
    rows: dict[tuple[str, str, str], int] = {}
    row, suite = -1, None
    for case in cases:
        row += 1 if case.suite == suite else 2
        suite = case.suite
        rows[case.key] = row
    return rows


def _row_axis(cases: Sequence[Case], rows: Rows, suites: Mapping[str, str]) -> Axis:
    firsts = {case.suite: rows[case.key] for case in reversed(cases)}
    titles = {row - 1: f"<b>{html.escape(suites.get(suite, suite))}</b>" for suite, row in firsts.items()}
    return label_axis({rows[case.key]: label(case.title) for case in cases} | titles)


def _outcome(outcome: Outcome, cases: Sequence[Case], rows: Rows) -> "go.Scatter":
    chosen = [case for case in cases if case.outcome is outcome]
    words = dict.fromkeys((case.effect.verdict if case.effect else None) or str(outcome) for case in chosen)
    colour, symbol = OUTCOMES[outcome]
    return _intervals(chosen, [rows[case.key] for case in chosen], "/".join(words), symbol, [colour] * len(chosen))


def _beside(cases: Sequence[Case], rows: Rows) -> "go.Scatter":
    colours = [OUTCOMES[case.outcome][0] for case in cases]
    return _intervals(cases, [rows[case.key] + _BESIDE for case in cases], "this machine", "circle-open", colours)


def _intervals(
    cases: Sequence[Case], places: Sequence[float], name: str, symbol: str, colours: Sequence[str]
) -> "go.Scatter":
    import plotly.graph_objects as go  # noqa: PLC0415 - as above

    effects = [case.effect for case in cases if case.effect]
    return go.Scatter(
        x=[effect.ratio for effect in effects],
        y=list(places),
        error_x={
            "array": [effect.high - effect.ratio for effect in effects],
            "arrayminus": [effect.ratio - effect.low for effect in effects],
            "color": colours[0] if len(set(colours)) == 1 else GREY,
            "thickness": 1.5,
            "width": 4,
        },
        mode="markers",
        name=html.escape(name),
        marker={"color": list(colours), "symbol": symbol, "size": 9},
        text=[html.escape(f"{case.title}: {describe(case)}") for case in cases],
        hovertemplate="%{text}<extra></extra>",
    )


def _bounds(cases: Sequence[Case], margin: float) -> tuple[float, float]:
    """Return the smallest and the largest ratio drawn; 1 and twice the margin around it always belong to the plot."""
    ends = [end for case in cases if case.effect for end in (case.effect.low, case.effect.high)]
    finite = [end for end in ends if 0 < end < math.inf]
    return min([*finite, 1 / (1 + 2 * margin)]), max([*finite, 1 + 2 * margin])
