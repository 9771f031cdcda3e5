"""Page benchmarks/trend: the ratio of each case from record to record, a series per machine, with change points."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean
from typing import TYPE_CHECKING

from unitdocs import analysis
from unitdocs.analysis import History, HistoryEntry, HistoryPoint
from unitdocs.analysis.case_result import MAIN_TIMES, verdict_label
from unitdocs.analysis.change_points import LEVEL, NEEDED
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, change, change_interval, counted, listed, number, percent, signed_change
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, folded, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.records import Direction
from unitdocs.stats import Verdict
from unitdocs.studies import ChangePoints, Finder, Study

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/trend.md")
MOST_ROWS = 12
"""Rows of a series' table: many series of many records would make the page large."""


@dataclass(frozen=True)
class TrendSeries:
    """One case over the records of one machine that hold it, the oldest first, at least one.

    Args:
        entries: the records.
        points: the result of the case in each of them.
    """

    entries: Sequence[HistoryEntry]
    points: Sequence[HistoryPoint]

    @property
    def last(self) -> HistoryPoint:
        """The newest point, which names the case."""
        return self.points[-1]

    @cached_property
    def changes(self) -> tuple[int, ...] | None:
        """Indices of the records that begin a new level; None if there are too few records."""
        return analysis.change_points([math.log(point.ratio) for point in self.points])


def build_page(
    reference: Run, machine: Run | None, history: History | None, change_points: Study[ChangePoints] | None
) -> PageOutput:
    """Return the snippets `status`, `series` and `finders`, with the figures and their data."""
    output = PageOutput(PAGE, "trend")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("series", *_series(output, history or History()))
    output.snippet("finders", _finders(change_points.record if change_points else None))
    return output


def build_series(entries: Sequence[HistoryEntry]) -> list[TrendSeries]:
    """Return the series of every time that represents a scenario, in the order of the newest record that holds it.

    Args:
        entries: records of one machine, the oldest first.
    """
    points = {entry.id: {point.key: point for point in entry.cases} for entry in entries}
    keys = dict.fromkeys(
        point.key for entry in reversed(entries) for point in entry.cases if point.metric in MAIN_TIMES
    )
    all_series = []
    for key in keys:
        with_case = [entry for entry in entries if key in points[entry.id]]
        all_series.append(TrendSeries(with_case, [points[entry.id][key] for entry in with_case]))
    return all_series


def _series(output: PageOutput, history: History) -> Iterator[str]:
    if not history.entries:
        yield paragraph("No history of records was kept for this site.")
        return
    machines: dict[str, list[HistoryEntry]] = {}
    for entry in reversed(history.entries):
        machines.setdefault(entry.machine.key, []).insert(0, entry)
    most = max(map(len, machines.values()))
    yield paragraph(
        f"{counted(len(history.entries), 'record')} of {counted(len(machines), 'machine')}. A series needs {NEEDED} "
        f"records of one machine before it is searched for change points; without any change, about {percent(LEVEL)} "
        "of all series have one by chance.",
        f"Here no machine has more than {most}: too few to search." if most < NEEDED else "",
    )
    for entries in machines.values():
        yield from _machine(output, entries)


def _machine(output: PageOutput, entries: Sequence[HistoryEntry]) -> Iterator[str]:
    machine = entries[-1].machine
    yield heading(3, machine.label, output.key("machine", machine.key))
    yield _records(entries)
    if len(entries) == 1:
        yield paragraph("A single record is not a series.")
        return
    all_series = build_series(entries)
    titles = {name: title for entry in entries for name, title in entry.suites.items()}
    for suite in dict.fromkeys(series.last.suite for series in all_series):
        of_suite = [series for series in all_series if series.last.suite == suite]
        yield _table(titles.get(suite, suite), of_suite)
        drawn = [_figure(output, series) for series in of_suite if len(series.points) > 1]
        if drawn:
            yield folded(f"{titles.get(suite, suite)}: {counted(len(drawn), 'series', 'series')} drawn", join(drawn))


def _records(entries: Sequence[HistoryEntry]) -> Html:
    dates = listed([f"{entry.created:%Y-%m-%d %H:%M} (commit {_commit(entry)})" for entry in entries])
    return paragraph(f"{counted(len(entries), 'record')}: {dates}, UTC.")


def _commit(entry: HistoryEntry) -> str:
    return (entry.commit or "unknown")[:7]


def _table(title: str, of_suite: Sequence[TrendSeries]) -> Html:
    has_changes = any(series.changes is not None for series in of_suite)
    columns = [
        Column("Case"),
        *(Column(name, is_number=True) for name in ("Records", "First", "Last", "Since the first")),
        *([Column("Change points")] if has_changes else []),
    ]
    metrics = listed(list(dict.fromkeys(series.last.metric for series in of_suite)))
    rows = [[*_series_row(series), *([_describe_changes(series)] if has_changes else [])] for series in of_suite]
    return table(f"{title}: {metrics}", columns, rows)


def _series_row(series: TrendSeries) -> list[str]:
    first, last = series.points[0], series.last
    effects = [NO_ANSWER, _effect_cell(last), NO_ANSWER]
    if len(series.points) > 1:
        effects = [_effect_cell(first), _effect_cell(last), _describe_movement(series)]
    return [last.title, str(len(series.points)), *effects]


def _effect_cell(point: HistoryPoint) -> Html:
    """Return a point's effect with its interval, as on other pages."""
    has_direction = not point.low < 1 < point.high
    size = _extent(point, point.ratio) if has_direction else signed_change(point.ratio)
    return cell_lines(size, change_interval(point.ratio, point.low, point.high))


def _extent(point: HistoryPoint, ratio: float) -> str:
    verdict = Verdict.LESS if ratio < 1 else Verdict.MORE
    label = verdict_label(verdict, point.metric, point.unit, point.direction)
    return "the same" if ratio == 1 else change(ratio, label)


def _describe_movement(series: TrendSeries) -> str:
    """Return how the effect moved from the first record to the last."""
    movement = series.last.ratio / series.points[0].ratio
    if movement == 1:
        return "the same"
    is_better = (movement > 1) == (series.last.direction is Direction.HIGHER)
    return change(movement, "better" if is_better else "worse")


def _describe_changes(series: TrendSeries) -> str:
    """Return where the level moved, with the typical ratio before and after."""
    if series.changes is None:
        return "too few records"
    ends = [0, *series.changes, len(series.points)]
    levels = [
        math.exp(mean(math.log(point.ratio) for point in series.points[low:high]))
        for low, high in itertools.pairwise(ends)
    ]
    lines = [
        f"{series.entries[at].created:%Y-%m-%d} (commit {_commit(series.entries[at])}): from "
        f"{_extent(series.last, before)} to {_extent(series.last, after)}"
        for at, (before, after) in zip(series.changes, itertools.pairwise(levels), strict=True)
    ]
    return cell_lines(*lines) if lines else "none"


def _figure(output: PageOutput, series: TrendSeries) -> Html:
    last, data = series.last, _data(series)
    control, treatment = series.entries[-1].arms[last.suite]
    level = number(100 * last.level)
    figure = Figure(
        key=output.key("trend", series.entries[-1].machine.key, *last.key),
        finding=_finding(series),
        measured=(
            f"{last.metric.capitalize()} of the {treatment} system over that of the {control} one in each record, with "
            f"its interval ({level} %), on a log axis; all on {series.entries[-1].machine.label}."
        ),
        plot=figures.pinned(
            figures.trend(data, f"{treatment} / {control}, {last.direction} is better", series.changes or ())
        ),
        table=_values(series),
        is_inline=False,
    )
    return output.figure(figure, data)


def _finding(series: TrendSeries) -> str:
    first, last = series.points[0], series.last
    levels = f"from {_extent(first, first.ratio)} to {_extent(last, last.ratio)}"
    changes = "" if series.changes is None else f"; {counted(len(series.changes), 'change point')}"
    return f"{last.title}: {levels} over {counted(len(series.points), 'record')}{changes}."


def _data(series: TrendSeries) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    starts = series.changes or ()
    return pd.DataFrame(
        [
            {
                "suite": point.suite,
                "scenario": point.scenario,
                "metric": point.metric,
                "machine": entry.machine.key,
                "record": entry.id,
                "created": f"{entry.created:%Y-%m-%dT%H:%M:%SZ}",
                "commit": entry.commit,
                "label": f"{entry.created:%m-%d} {_commit(entry)}",
                "ratio": point.ratio,
                "low": point.low,
                "high": point.high,
                "verdict": point.verdict,
                "new_level": at in starts,
            }
            for at, (entry, point) in enumerate(zip(series.entries, series.points, strict=True))
        ]
    )


def _values(series: TrendSeries) -> Html:
    columns = [
        Column("Record (UTC)"),
        Column("Commit"),
        *(Column(name, is_number=True) for name in ("Ratio", "Low", "High")),
        Column("Verdict"),
    ]
    rows = [
        [
            f"{entry.created:%Y-%m-%d %H:%M}",
            _commit(entry),
            *(number(value) for value in (point.ratio, point.low, point.high)),
            point.verdict,
        ]
        for entry, point in [*zip(series.entries, series.points, strict=True)][-MOST_ROWS:]
    ]
    left_out = len(series.points) - len(rows)
    caption = (
        f"Ratios as drawn: the newest {len(rows)}; {left_out} more in the CSV file" if left_out else "Ratios as drawn"
    )
    return table(caption, columns, rows)


def _finders(scores: ChangePoints | None) -> Html:
    """Return how well methods find change points, with the method in use marked."""
    if scores is None:
        return paragraph("The methods that find change points were not measured for this site.")
    columns = [
        Column("Method"),
        *(Column(name, is_number=True) for name in ("F1", "Covering", "Noise: false alarms", "Shift: found")),
        Column("Used"),
    ]
    lengths = [series.points for series in scores.series]
    data = paragraph(
        f"Annotated: {counted(len(lengths), 'series', 'series')} of",
        link("the Turing Change Point Dataset", scores.source),
        f"with {min(lengths)} to {max(lengths)} points; F1 with a margin of {counted(scores.margin, 'point')} and "
        f"covering, as means over the series ({scores.paper}). Simulated: {scores.made:,} series of {scores.length} "
        f"points of noise, and as many with a shift of {number(scores.shift)} standard deviations in the middle. A "
        f"shift counts as found if there is exactly one change point, within {counted(scores.near, 'point')} of it.",
    )
    covers = max(scores.finders, key=lambda finder: mean(finder.covering))
    rule = paragraph(
        f"The method in use has the highest F1 among those with at most {percent(scores.most)} false alarms. By "
        f"covering, the best would be {covers.name}. The series are few, and many of them slope rather than step, so "
        "small differences between methods mean little. This rule was made when the scores were known, and the method "
        "was chosen on the same series that it is judged by here.",
    )
    reproduce = paragraph("Reproduce this: ", tag("code", scores.command))
    methods = table(
        "Methods that find change points", columns, [_finder_row(finder, scores.made) for finder in scores.finders]
    )
    return join([data, methods, rule, _annotated(scores), reproduce])


def _finder_row(finder: Finder, made: int) -> list[str]:
    return [
        finder.name,
        number(mean(finder.f1)),
        number(mean(finder.covering)),
        percent(finder.false_alarms / made),
        percent(finder.found / made),
        "yes" if finder.is_chosen else "no",
    ]


def _annotated(scores: ChangePoints) -> Html:
    """Return the annotated series one by one, with the scores of the method in use."""
    columns = [
        Column("Series"),
        *(Column(name, is_number=True) for name in ("Points", "Annotators", "F1", "Covering")),
        Column("Source and licence"),
    ]
    chosen = next((finder for finder in scores.finders if finder.is_chosen), scores.finders[0])
    rows = [
        [series.name, str(series.points), str(series.annotators), number(f1), number(covering), series.licence]
        for series, f1, covering in zip(scores.series, chosen.f1, chosen.covering, strict=True)
    ]
    return folded("The annotated series, one by one", table(f"With {chosen.name}", columns, rows))
