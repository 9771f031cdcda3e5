"""Page benchmarks/trend: how each case developed from record to record, a series a machine, with change points."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean
from typing import TYPE_CHECKING

from unitdocs import records
from unitdocs.portal import figures
from unitdocs.portal.cases import MAIN_TIMES
from unitdocs.portal.evidence import Evidence
from unitdocs.portal.markup import Column, Figure, Html, Page, folded, join, link, table, tag
from unitdocs.portal.pages.status import status
from unitdocs.portal.pages.summary import lines
from unitdocs.portal.parts import Parts, heading, paragraph
from unitdocs.portal.wording import NO_ANSWER, counted, listed, number, percent
from unitdocs.records import ChangePoints, Entry, Finder, History, Point
from unitdocs.records.changes import LEVEL, NEEDED

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/trend.md")
TOO_FEW = "too few records for change points"


@dataclass(frozen=True)
class Series:
    """One case over the records of one machine that hold it, the oldest first, at least one.

    Args:
        entries: the records.
        points: what the case came to in each of them.
    """

    entries: Sequence[Entry]
    points: Sequence[Point]

    @property
    def last(self) -> Point:
        """The newest point, which names the case."""
        return self.points[-1]

    @cached_property
    def changes(self) -> tuple[int, ...] | None:
        """Indices of the records that begin a new level; None where there are too few to tell."""
        return records.change_points([math.log(point.ratio) for point in self.points])


def parts(evidence: Evidence) -> Parts:
    """Return the snippets `status`, `series` and `finders`, with the figures and their data."""
    made = Parts(PAGE, "trend")
    made.snippet("status", status(PAGE, evidence))
    made.snippet("series", *_series(made, evidence.history or History()))
    made.snippet("finders", _finders(evidence.changes))
    return made


def series_of(entries: Sequence[Entry]) -> list[Series]:
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


def _series(made: Parts, history: History) -> Iterator[str]:
    if not history.entries:
        yield paragraph("No history of records was kept for this site.")
        return
    machines: dict[str, list[Entry]] = {}
    for entry in reversed(history.entries):
        machines.setdefault(entry.machine.key, []).insert(0, entry)
    yield paragraph(
        f"{counted(len(history.entries), 'record')} of {counted(len(machines), 'machine')}; a series needs {NEEDED} "
        f"records of one machine before it is looked at for change points. Without any change, about "
        f"{percent(LEVEL)} of all series have one by chance."
    )
    for entries in machines.values():
        yield from _machine(made, entries)


def _machine(made: Parts, entries: Sequence[Entry]) -> Iterator[str]:
    machine = entries[-1].machine
    yield heading(3, machine.label, made.key("machine", machine.key))
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
            shown = [_figure(made, one) for one in drawn]
            yield folded(f"{titles.get(suite, suite)}: {counted(len(shown), 'series', 'series')} drawn", join(shown))


def _records(entries: Sequence[Entry]) -> Html:
    said = listed([f"{entry.created:%Y-%m-%d %H:%M} (commit {_commit(entry)})" for entry in entries])
    return paragraph(f"{counted(len(entries), 'record')}: {said}, UTC.")


def _commit(entry: Entry) -> str:
    return (entry.commit or "unknown")[:7]


def _table(title: str, of_suite: Sequence[Series]) -> Html:
    columns = [
        Column("Case"),
        Column("Records", is_number=True),
        Column("First ratio", is_number=True),
        Column("Last ratio", is_number=True),
        Column("Last / first", is_number=True),
        Column("Change points"),
    ]
    metrics = listed(list(dict.fromkeys(one.last.metric for one in of_suite)))
    return table(f"{title}: {metrics}", columns, [_row(one) for one in of_suite])


def _row(one: Series) -> list[str]:
    first, last = one.points[0], one.last
    is_alone = len(one.points) == 1
    return [
        last.title,
        str(len(one.points)),
        NO_ANSWER if is_alone else _ratio(first),
        _ratio(last),
        NO_ANSWER if is_alone else number(last.ratio / first.ratio, 4),
        _changes(one),
    ]


def _ratio(point: Point) -> Html:
    return lines(number(point.ratio), f"{number(point.low)} to {number(point.high)}")


def _changes(one: Series) -> str:
    """Say where the level moved, with the typical ratio on both sides."""
    if one.changes is None:
        return TOO_FEW
    ends = [0, *one.changes, len(one.points)]
    levels = [
        math.exp(mean(math.log(point.ratio) for point in one.points[low:high]))
        for low, high in itertools.pairwise(ends)
    ]
    said = [
        f"{one.entries[at].created:%Y-%m-%d} (commit {_commit(one.entries[at])}): {number(before)} to {number(after)}"
        for at, (before, after) in zip(one.changes, itertools.pairwise(levels), strict=True)
    ]
    return lines(*said) if said else "none"


def _figure(made: Parts, one: Series) -> Html:
    last, data = one.last, _data(one)
    control, treatment = one.entries[-1].arms[last.suite]
    level = number(100 * last.level)
    shown = Figure(
        key=made.key("trend", one.entries[-1].machine.key, *last.key),
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
    return made.figure(shown, data)


def _finding(one: Series) -> str:
    first, last = one.points[0], one.last
    moved = (
        f"{last.title}: from {number(first.ratio)} to {number(last.ratio)} over {counted(len(one.points), 'record')}"
    )
    return f"{moved}; {TOO_FEW if one.changes is None else counted(len(one.changes), 'change point')}."


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
        for entry, point in zip(one.entries, one.points, strict=True)
    ]
    return table("Ratios as drawn", columns, rows)


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
    made = paragraph(
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
    return join([made, found, rule, _annotated(scores), again])


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
