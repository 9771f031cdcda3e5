"""Page benchmarks/trend: the ratio of each case from record to record, a series per machine, with change points."""

import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean
from typing import TYPE_CHECKING

from unitdocs import analysis
from unitdocs.analysis import History, HistoryEntry, HistoryPoint
from unitdocs.analysis.case_result import MAIN_TIMES, verdict_label
from unitdocs.analysis.change_points import LEVEL, NEEDED
from unitdocs.analysis.run import Run
from unitdocs.formatting import (
    NO_ANSWER,
    change,
    change_interval,
    change_size,
    counted,
    listed,
    number,
    percent,
    signed_change,
)
from unitdocs.portal import figures
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.markup import Column, Figure, Html, Page, folded, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.portal.figures.trend import movement_reach
from unitdocs.records import Direction
from unitdocs.stats import Verdict
from unitdocs.studies import ChangePoints, Finder, Study

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/trend.md")
MOST_COLUMNS = 12
"""Records in the table of a figure: many cases of many records would make the page large."""
MOST_NAMED = 2
"""Cases that a finding names; of more it says how many."""


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


def build_page(reference: Run, history: History | None, change_points: Study[ChangePoints] | None) -> PageOutput:
    """Return the snippets `status`, `series` and `finders`, with the figures and their data.

    Only machines with as many records as a search for change points needs have a trend.
    """
    output = PageOutput(PAGE, "trend")
    output.snippet("status", status(PAGE, reference))
    output.snippet("series", *_series(output, reference, history or History()))
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


def _series(output: PageOutput, reference: Run, history: History) -> Iterator[str]:
    machines: dict[str, list[HistoryEntry]] = {}
    for entry in reversed(history.entries):
        machines.setdefault(entry.machine.key, []).insert(0, entry)
    shown = [entries for entries in machines.values() if len(entries) >= NEEDED]
    yield _introduction(machines, shown)
    titles = {(case.suite, case.scenario) for case in reference.cases}
    for entries in shown:
        yield from _machine(output, entries, titles)


def _introduction(machines: Mapping[str, Sequence[HistoryEntry]], shown: Sequence[Sequence[HistoryEntry]]) -> Html:
    """Say how many records there are, and from when on a trend is shown; with one, how to read it."""
    counts = [len(entries) for entries in machines.values()]
    total = f"{counted(sum(counts), 'record')} of {counted(len(counts), 'machine')}"
    if not shown:
        so_far = f"so far there are {total}, at most {max(counts)} of one" if counts else "so far there is none"
        return paragraph(f"A trend is shown from {NEEDED} records of one machine on; {so_far}.")
    left_out = f"Machines with fewer than {NEEDED} are left out." if len(shown) < len(counts) else ""
    return paragraph(
        f"{total}. {left_out} Each suite opens to its cases. A step can come from either system, from the suite, or "
        f"from other load on the machine: start with the commit of the step. Without any change, about "
        f"{percent(LEVEL)} of all series have a change point by chance."
    )


def _machine(
    output: PageOutput, entries: Sequence[HistoryEntry], scenarios: Collection[tuple[str, str]]
) -> Iterator[str]:
    machine = entries[-1].machine
    yield heading(3, machine.label, output.key("machine", machine.key))
    yield _records(entries)
    all_series = build_series(entries)
    titles = {name: title for entry in entries for name, title in entry.suites.items()}
    for suite in dict.fromkeys(series.last.suite for series in all_series):
        of_suite = [series for series in all_series if series.last.suite == suite]
        moved = sum(bool(series.changes) for series in of_suite)
        summary = f"{titles.get(suite, suite)}: {counted(len(of_suite), 'case')}, {moved} with a change point"
        yield folded(summary, join([_figure(output, entries, of_suite), _table(of_suite, scenarios)]))


def _records(entries: Sequence[HistoryEntry]) -> Html:
    first, last = (f"{entry.created:%Y-%m-%d} (commit {_commit(entry)})" for entry in (entries[0], entries[-1]))
    return paragraph(f"{counted(len(entries), 'record')}, from {first} to {last}.")


def _commit(entry: HistoryEntry) -> str:
    return (entry.commit or "unknown")[:7]


def _table(of_suite: Sequence[TrendSeries], scenarios: Collection[tuple[str, str]]) -> Html:
    columns = [
        Column("Case"),
        *(Column(name, is_number=True) for name in ("Records", "First", "Last", "Since the first")),
        Column("Change points"),
    ]
    metrics = listed(list(dict.fromkeys(series.last.metric for series in of_suite)))
    rows = [_series_row(series, scenarios) for series in of_suite]
    return table(f"Effect on {metrics}", columns, rows)


def _series_row(series: TrendSeries, scenarios: Collection[tuple[str, str]]) -> list[str]:
    first, last = series.points[0], series.last
    page = case_page(last.suite, last.scenario)
    title = link(last.title, PAGE.link(page.source)) if (last.suite, last.scenario) in scenarios else last.title
    effects = [NO_ANSWER, _effect_cell(last), NO_ANSWER]
    if len(series.points) > 1:
        effects = [_effect_cell(first), _effect_cell(last), _describe_movement(series)]
    return [title, str(len(series.points)), *effects, _describe_changes(series)]


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


def _figure(output: PageOutput, entries: Sequence[HistoryEntry], of_suite: Sequence[TrendSeries]) -> Html:
    last, data = of_suite[0].last, _data(entries, of_suite)
    control, treatment = entries[-1].arms.get(last.suite, ("control", "treatment"))
    reach = change_size(math.exp(movement_reach(data)))
    figure = Figure(
        key=output.key("trend", entries[-1].machine.key, last.suite),
        finding=_finding(of_suite),
        measured=(
            f"Time of the {treatment} system over that of the {control} one in each record, relative to the case's "
            f"median; higher is slower, and half the length of a dotted line is {reach}. Such a line begins a new "
            "level. An interval describes its own run and leaves out the variation between runs."
        ),
        plot=figures.pinned(figures.trend(data)),
        table=_values(entries, of_suite),
        is_inline=False,
    )
    return output.figure(figure, data)


def _finding(of_suite: Sequence[TrendSeries]) -> str:
    moved = [series.last.title for series in of_suite if series.changes]
    if not moved:
        return f"None of {counted(len(of_suite), 'case')} has a change point."
    named = listed(moved) if len(moved) <= MOST_NAMED else counted(len(moved), "case")
    return f"Of {counted(len(of_suite), 'case')}, {named} {'has' if len(moved) == 1 else 'have'} a change point."


def _data(entries: Sequence[HistoryEntry], of_suite: Sequence[TrendSeries]) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    places = {entry.id: at for at, entry in enumerate(entries)}
    return pd.DataFrame(
        [
            {
                "suite": point.suite,
                "scenario": point.scenario,
                "case": point.title,
                "metric": point.metric,
                "machine": entry.machine.key,
                "record": entry.id,
                "at": places[entry.id],
                "created": f"{entry.created:%Y-%m-%dT%H:%M:%SZ}",
                "commit": entry.commit,
                "label": f"{entry.created:%m-%d} {_commit(entry)}",
                "ratio": point.ratio,
                "low": point.low,
                "high": point.high,
                "verdict": point.verdict,
                "new_level": at in (series.changes or ()),
            }
            for series in of_suite
            for at, (entry, point) in enumerate(zip(series.entries, series.points, strict=True))
        ]
    )


def _values(entries: Sequence[HistoryEntry], of_suite: Sequence[TrendSeries]) -> Html:
    """Return the ratios as drawn, a row a case, with the newest records."""
    newest = entries[-MOST_COLUMNS:]
    columns = [Column("Case"), *(Column(f"{entry.created:%m-%d} {_commit(entry)}", is_number=True) for entry in newest)]
    rows = []
    for series in of_suite:
        by_record = {entry.id: point for entry, point in zip(series.entries, series.points, strict=True)}
        points = (by_record.get(entry.id) for entry in newest)
        rows.append([series.last.title, *(number(point.ratio) if point else NO_ANSWER for point in points)])
    left_out = len(entries) - len(newest)
    more = f": the newest {len(newest)} records; {left_out} more in the CSV file" if left_out else ""
    return table(f"Ratios as drawn{more}", columns, rows)


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
