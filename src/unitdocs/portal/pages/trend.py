"""Page benchmarks/trend: how each case developed from record to record, a series a machine, with change points."""

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
from unitdocs.formatting import NO_ANSWER, counted, factor, listed, number, percent
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
"""Rows of a series' table, so that many series of many records do not make the page heavy."""


@dataclass(frozen=True)
class Series:
    """One case over the records of one machine that hold it, the oldest first, at least one.

    Args:
        entries: the records.
        points: what the case came to in each of them.
    """

    entries: Sequence[HistoryEntry]
    points: Sequence[HistoryPoint]

    @property
    def last(self) -> HistoryPoint:
        """The newest point, which names the case."""
        return self.points[-1]

    @cached_property
    def changes(self) -> tuple[int, ...] | None:
        """Indices of the records that begin a new level; None where there are too few to tell."""
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


def series_of(entries: Sequence[HistoryEntry]) -> list[Series]:
    """Return the series of every time that stands for a scenario, in the order of the newest record that holds it.

    Args:
        entries: records of one machine, the oldest first.
    """
    points = {entry.id: {point.key: point for point in entry.cases} for entry in entries}
    keys = dict.fromkeys(
        point.key for entry in reversed(entries) for point in entry.cases if point.metric in MAIN_TIMES
    )
    found = []
    for key in keys:
        holding = [entry for entry in entries if key in points[entry.id]]
        found.append(Series(holding, [points[entry.id][key] for entry in holding]))
    return found


def _series(output: PageOutput, history: History) -> Iterator[str]:
    if not history.entries:
        yield paragraph("No history of records was kept for this site.")
        return
    machines: dict[str, list[HistoryEntry]] = {}
    for entry in reversed(history.entries):
        machines.setdefault(entry.machine.key, []).insert(0, entry)
    most = max(map(len, machines.values()))
    yield paragraph(
        f"{counted(len(history.entries), 'record')} of {counted(len(machines), 'machine')}. A series is looked at for "
        f"change points from {NEEDED} records of one machine on; without any change, about {percent(LEVEL)} of all "
        "series have one by chance.",
        f"Here a machine has at most {most}: too few to tell." if most < NEEDED else "",
    )
    for entries in machines.values():
        yield from _machine(output, entries)


def _machine(output: PageOutput, entries: Sequence[HistoryEntry]) -> Iterator[str]:
    machine = entries[-1].machine
    yield heading(3, machine.label, output.key("machine", machine.key))
    yield _records(entries)
    if len(entries) == 1:
        yield paragraph("A single record makes no series.")
        return
    all_series = series_of(entries)
    titles = {name: title for entry in entries for name, title in entry.suites.items()}
    for suite in dict.fromkeys(one.last.suite for one in all_series):
        of_suite = [one for one in all_series if one.last.suite == suite]
        yield _table(titles.get(suite, suite), of_suite)
        drawn = [one for one in of_suite if len(one.points) > 1]
        if drawn:
            shown = [_figure(output, one) for one in drawn]
            yield folded(f"{titles.get(suite, suite)}: {counted(len(shown), 'series', 'series')} drawn", join(shown))


def _records(entries: Sequence[HistoryEntry]) -> Html:
    said = listed([f"{entry.created:%Y-%m-%d %H:%M} (commit {_commit(entry)})" for entry in entries])
    return paragraph(f"{counted(len(entries), 'record')}: {said}, UTC.")


def _commit(entry: HistoryEntry) -> str:
    return (entry.commit or "unknown")[:7]


def _table(title: str, of_suite: Sequence[Series]) -> Html:
    is_told = any(one.changes is not None for one in of_suite)
    columns = [
        Column("Case"),
        *(Column(name, is_number=True) for name in ("Records", "First", "Last", "Since the first")),
        *([Column("Change points")] if is_told else []),
    ]
    metrics = listed(list(dict.fromkeys(one.last.metric for one in of_suite)))
    rows = [[*_row(one), *([_changes(one)] if is_told else [])] for one in of_suite]
    return table(f"{title}: {metrics}", columns, rows)


def _row(one: Series) -> list[str]:
    first, last = one.points[0], one.last
    known = (
        [NO_ANSWER, _effect(last), NO_ANSWER] if len(one.points) == 1 else [_effect(first), _effect(last), _since(one)]
    )
    return [last.title, str(len(one.points)), *known]


def _effect(point: HistoryPoint) -> Html:
    """Return a point's effect with its interval, as other pages tell it."""
    ends = sorted((point.low, point.high) if point.ratio > 1 else (1 / point.low, 1 / point.high))
    return cell_lines(_extent(point, point.ratio), f"{factor(ends[0])} to {factor(ends[1])}")


def _extent(point: HistoryPoint, ratio: float) -> str:
    verdict = Verdict.LESS if ratio < 1 else Verdict.MORE
    word = verdict_label(verdict, point.metric, point.unit, point.direction)
    return "the same" if ratio == 1 else f"{factor(max(ratio, 1 / ratio))} {word}"


def _since(one: Series) -> str:
    """Say how the effect moved from the first record to the last."""
    moved = one.last.ratio / one.points[0].ratio
    if moved == 1:
        return "the same"
    is_better = (moved > 1) == (one.last.direction is Direction.HIGHER)
    return f"{factor(max(moved, 1 / moved))} {'better' if is_better else 'worse'}"


def _changes(one: Series) -> str:
    """Say where the level moved, with the typical ratio on both sides."""
    if one.changes is None:
        return "too few records"
    ends = [0, *one.changes, len(one.points)]
    levels = [
        math.exp(mean(math.log(point.ratio) for point in one.points[low:high]))
        for low, high in itertools.pairwise(ends)
    ]
    said = [
        f"{one.entries[at].created:%Y-%m-%d} (commit {_commit(one.entries[at])}): from {_extent(one.last, before)} to "
        f"{_extent(one.last, after)}"
        for at, (before, after) in zip(one.changes, itertools.pairwise(levels), strict=True)
    ]
    return cell_lines(*said) if said else "none"


def _figure(output: PageOutput, one: Series) -> Html:
    last, data = one.last, _data(one)
    control, treatment = one.entries[-1].arms[last.suite]
    level = number(100 * last.level)
    shown = Figure(
        key=output.key("trend", one.entries[-1].machine.key, *last.key),
        finding=_finding(one),
        measured=(
            f"{last.metric.capitalize()} of the {treatment} system over that of the {control} one in each record, with "
            f"its interval ({level} %), on a log axis; all on {one.entries[-1].machine.label}."
        ),
        plot=figures.pinned(
            figures.trend(data, f"{treatment} / {control}, {last.direction} is better", one.changes or ())
        ),
        table=_values(one),
        is_inline=False,
    )
    return output.figure(shown, data)


def _finding(one: Series) -> str:
    first, last = one.points[0], one.last
    levels = f"from {_extent(first, first.ratio)} to {_extent(last, last.ratio)}"
    found = "" if one.changes is None else f"; {counted(len(one.changes), 'change point')}"
    return f"{last.title}: {levels} over {counted(len(one.points), 'record')}{found}."


def _data(one: Series) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    starts = one.changes or ()
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
            for at, (entry, point) in enumerate(zip(one.entries, one.points, strict=True))
        ]
    )


def _values(one: Series) -> Html:
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
        for entry, point in [*zip(one.entries, one.points, strict=True)][-MOST_ROWS:]
    ]
    left_out = len(one.points) - len(rows)
    caption = (
        f"Ratios as drawn: the newest {len(rows)}; {left_out} more in the CSV file" if left_out else "Ratios as drawn"
    )
    return table(caption, columns, rows)


def _finders(scores: ChangePoints | None) -> Html:
    """Return how well ways to find change points do, the one that is used marked."""
    if scores is None:
        return paragraph("How well change points are found was not measured for this site.")
    columns = [
        Column("Way"),
        *(Column(name, is_number=True) for name in ("F1", "Covering", "Noise: false alarms", "Shift: found")),
        Column("Used"),
    ]
    lengths = [one.points for one in scores.series]
    said = paragraph(
        f"Annotated: {counted(len(lengths), 'series', 'series')} of",
        link("the Turing Change Point Dataset", scores.source),
        f"with {min(lengths)} to {max(lengths)} points; F1 with a margin of {counted(scores.margin, 'point')} and "
        f"covering, as means over the series ({scores.paper}). Made: {scores.made:,} series of {scores.length} points "
        f"of noise, and as many with a shift of {number(scores.shift)} standard deviations in the middle. A shift is "
        f"found where one change point stands within {counted(scores.near, 'point')} of it and no other anywhere.",
    )
    covers = max(scores.finders, key=lambda one: mean(one.covering))
    rule = paragraph(
        f"The way with the highest F1 among those with at most {percent(scores.most)} false alarms is used. "
        f"By covering, the first would be: {covers.name}. The series are few, and many of them slope rather than step, "
        "so that small differences between ways say little. This rule was settled when the scores were known, and the "
        "way was chosen on the series that it is judged by here.",
    )
    again = paragraph("Reproduce this: ", tag("code", scores.command))
    found = table("Ways to find change points", columns, [_finder(one, scores.made) for one in scores.finders])
    return join([said, found, rule, _annotated(scores), again])


def _finder(one: Finder, made: int) -> list[str]:
    return [
        one.name,
        number(mean(one.f1)),
        number(mean(one.covering)),
        percent(one.false_alarms / made),
        percent(one.found / made),
        "yes" if one.is_chosen else "no",
    ]


def _annotated(scores: ChangePoints) -> Html:
    """Return the annotated series one by one, with what the way that is used comes to."""
    columns = [
        Column("Series"),
        *(Column(name, is_number=True) for name in ("Points", "Annotators", "F1", "Covering")),
        Column("Source and licence"),
    ]
    chosen = next((one for one in scores.finders if one.is_chosen), scores.finders[0])
    rows = [
        [one.name, str(one.points), str(one.annotators), number(f1), number(covering), one.licence]
        for one, f1, covering in zip(scores.series, chosen.f1, chosen.covering, strict=True)
    ]
    return folded("The annotated series, one by one", table(f"With {chosen.name}", columns, rows))
