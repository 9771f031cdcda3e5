"""What each suite gains: its average with its range, between the case that gains least and the one that gains most."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.analysis.descriptions import describe
from unitdocs.formatting import inverse
from unitdocs.portal.figures.axes import gain_axis, label, label_axis, literal
from unitdocs.portal.figures.marks import GREY, OUTCOMES, VERMILION
from unitdocs.portal.figures.plot import Plot, Trace, scatter

_ROW: Final = 46
"""Pixels of a row: a line of text above its marks, and one below."""
_AROUND: Final = 52
_AWAY: Final = 4
"""Pixels between the middle of a row and the names of its cases, beyond the marks."""
_MOST: Final = 22
"""Characters of the name of a case: two of them fit next to each other on a phone."""
_INWARD: Final = 0.4
"""Of the axis: a name reaches from the end of its line to the farther side of the plot."""
_ROOM: Final = 1.12
_COUNT = re.compile(r"\((\d[\d,.]*) [^()]*\)")


@dataclass(frozen=True)
class SuiteGain:
    """The main times of a suite together.

    Args:
        title: the suite, followed by the metric if it has several.
        gain: how many times faster on average, above 0; below 1 it is slower.
        low: lower end of its range; None if it has none.
        high: upper end of its range.
        words: the average as a change, such as `10.3x faster`.
        extent: the range in the same form; may be empty.
        least: the case with the least gain, or the greatest loss.
        most: the case with the greatest gain.
        titles: titles of all its cases.
        address: where a click on the row leads; empty for nowhere.
    """

    title: str
    gain: float
    low: float | None
    high: float | None
    words: str
    extent: str
    least: CaseResult
    most: CaseResult
    titles: tuple[str, ...]
    address: str = ""

    @property
    def count(self) -> int:
        """Number of cases."""
        return len(self.titles)

    @property
    def outcome(self) -> Outcome:
        """Better or worse if the whole range says so."""
        if self.low is not None and self.low > 1:
            return Outcome.BETTER
        return Outcome.WORSE if self.high is not None and self.high < 1 else Outcome.INCONCLUSIVE


def suite_overview(suites: Sequence[SuiteGain]) -> Plot:
    """Draw a row a suite on one log axis, faster to the right: the average, and the least and the most of its cases.

    Args:
        suites: at least one, in their order.
    """
    gains = [gain for suite in suites for gain in (suite.gain, *_ends(suite))]
    axis = gain_axis(suites[0].least, min(gains), _ROOM * max(gains))
    rows = label_axis({row: f"{label(suite.title)}<br>{literal(suite.words)}" for row, suite in enumerate(suites)})
    figure = Plot([*_lines(suites), *_cases(suites), *_averages(suites)])
    figure.add_line_at_x(1, {"color": GREY, "width": 1})
    notes = [note for row, suite in enumerate(suites) for note in _names(row, suite, axis["range"])]
    figure.set_layout(
        height=_ROW * len(suites) + _AROUND,
        xaxis=axis,
        yaxis={**rows, "range": [len(suites) - 0.5, -0.5], "showgrid": False, "fixedrange": True},
        annotations=notes,
        showlegend=False,
        meta={
            "is_narrow": True,
            "links": [{"address": suite.address, "text": literal(suite.title)} for suite in suites],
        },
    )
    return figure


def short_name(title: str, siblings: Sequence[str] = ()) -> str:
    """Return the title of a case in a few words.

    Args:
        title: the case's title.
        siblings: the titles of the suite's cases; what all of them begin with, up to a colon, is left out.
    """
    head, colon, rest = title.partition(": ")
    shared = bool(colon) and len(siblings) > 1 and all(other.startswith(head + colon) for other in siblings)
    plain = _COUNT.sub(r"(\1)", rest if shared else title)
    if len(plain) <= _MOST:
        return plain
    kept = plain[:_MOST].rpartition(" ")[0] or plain[: _MOST - 1]
    return kept.rstrip(" ,;:-") + "…"


def _ends(suite: SuiteGain) -> tuple[float, float]:
    return _gain(suite.least), _gain(suite.most)


def _gain(case: CaseResult) -> float:
    """Return the improvement factor of a measured time, which is finite and above 0."""
    return case.improvement_factor or 1.0


def _lines(suites: Sequence[SuiteGain]) -> list[Trace]:
    """Return the line of each suite: where it is slower in the colour of what is worse."""
    better = [(max(low, 1.0), max(high, 1.0)) for low, high in map(_ends, suites)]
    worse = [(min(low, 1.0), min(high, 1.0)) for low, high in map(_ends, suites)]
    return [_line(better, GREY), *([_line(worse, VERMILION)] if any(low < 1 for low, _ in worse) else [])]


def _line(spans: Sequence[tuple[float, float]], colour: str) -> Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for row, span in enumerate(spans):
        if span[0] < span[1]:
            x += [*span, None]
            y += [row, row, None]
    return scatter(x=x, y=y, mode="lines", line={"color": colour, "width": 1.5}, hoverinfo="skip", showlegend=False)


def _cases(suites: Sequence[SuiteGain]) -> list[Trace]:
    """Return the marks at the ends of the lines, a trace an outcome; a suite of one case has none."""
    ends = [(row, case) for row, suite in enumerate(suites) if suite.count > 1 for case in (suite.least, suite.most)]
    return [
        _marks(
            [(row, _gain(case), f"{case.title}: {describe(case)}") for row, case in ends if case.outcome is outcome],
            outcome,
            size=6,
        )
        for outcome in dict.fromkeys(case.outcome for _, case in ends)
    ]


def _averages(suites: Sequence[SuiteGain]) -> list[Trace]:
    rows = list(enumerate(suites))
    traces = []
    for outcome in dict.fromkeys(suite.outcome for suite in suites):
        chosen = [(row, suite) for row, suite in rows if suite.outcome is outcome]
        marks = [
            (row, suite.gain, f"{suite.title}, on average of {suite.count}: {suite.words}{_in_brackets(suite.extent)}")
            for row, suite in chosen
        ]
        trace = _marks(marks, outcome, size=11)
        trace["error_x"] = {
            "array": [(suite.high or suite.gain) - suite.gain for _, suite in chosen],
            "arrayminus": [suite.gain - (suite.low or suite.gain) for _, suite in chosen],
            "color": OUTCOMES[outcome][0],
            "thickness": 4,
            "width": 0,
        }
        traces.append(trace)
    return traces


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _marks(places: Sequence[tuple[int, float, str]], outcome: Outcome, size: int) -> Trace:
    colour, symbol = OUTCOMES[outcome]
    return scatter(
        x=[gain for _, gain, _ in places],
        y=[row for row, _, _ in places],
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": size},
        text=[literal(text) for _, _, text in places],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _names(row: int, suite: SuiteGain, axis: Sequence[float]) -> list[dict[str, Any]]:
    """Return the names of the least and the most: at the ends of the line, on a narrow screen at those of the plot."""
    if suite.count == 1:
        return []
    least, most = (literal(short_name(case.title, suite.titles)) for case in (suite.least, suite.most))
    low, high = map(math.log10, _ends(suite))
    across = axis[1] - axis[0]
    below = {"y": row, "yref": "y", "yanchor": "top", "yshift": -_AWAY, "showarrow": False, "borderpad": 0}
    above = {**below, "yanchor": "bottom", "yshift": _AWAY}
    is_left, is_right = (low - axis[0]) / across < 1 - _INWARD, (high - axis[0]) / across > _INWARD
    return [
        {**below, "x": low, "xref": "x", "xanchor": "left" if is_left else "right", "text": least, "name": "wide"},
        {**above, "x": high, "xref": "x", "xanchor": "right" if is_right else "left", "text": most, "name": "wide"},
        {**below, "x": 0, "xref": "paper", "xanchor": "left", "text": least, "name": "slim"},
        {**below, "x": 1, "xref": "paper", "xanchor": "right", "text": most, "name": "slim"},
    ]


def gain_of(case: CaseResult, ratio: float) -> float:
    """Return a ratio treatment / control as an improvement factor of a case's metric."""
    return ratio if case.is_higher_better else inverse(ratio)
