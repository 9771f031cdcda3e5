"""Page operate/normal-day: what the metrics of a watched game say over a simulated day on which nothing is wrong."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from unitdocs.formatting import NO_ANSWER, TIMES, counted, duration, listed, number, percent, size
from unitdocs.monitoring.alerts.table import alert_of
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, join, table
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.studies import CacheActivity, DayInterval, MonitoringDay, Study, SystemActivity
from unitdocs.studies.monitoring_day import HOURS

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("operate/normal-day.md")
SNIPPETS: Final = ("summary", "traffic", "speed", "caches", "missed")
_ROLES: Final = {"original": "control", "refactored": "treatment", "plans": "control", "layouts": "treatment"}


@dataclass(frozen=True)
class DaySeries:
    """One value of each interval.

    Args:
        name: what it is about: a system, or a cache.
        amounts: by interval, in order; None where nothing was seen.
        write: a value in words.
    """

    name: str
    amounts: tuple[float | None, ...]
    write: Callable[[float], str] = field(repr=False)

    @property
    def seen(self) -> list[float]:
        """The values that there are."""
        return [value for value in self.amounts if value is not None]

    def spoken(self, value: float | None) -> str:
        """Return a value in words, or that there is none."""
        return NO_ANSWER if value is None else self.write(value)


@dataclass(frozen=True)
class DayChart:
    """A figure of the day.

    Args:
        key: part of the name of its files.
        lead: what it shows.
        series: its lines.
        above: what its vertical axis shows.
        alert: the alert on it; empty if there is none.
        is_share: whether values are shares of 1.
    """

    key: str
    lead: str
    series: Sequence[DaySeries]
    above: str
    alert: str
    is_share: bool = False

    @property
    def limit(self) -> figures.AlertLimit | None:
        """The limit of the alert on what it shows, if there is one."""
        if not self.alert:
            return None
        alert = alert_of(self.alert)
        return figures.AlertLimit(alert.limits["limit"].value, f"limit of {alert.name}")


def build_page(monitoring_day: Study[MonitoringDay] | None) -> PageOutput:
    """Return the snippets of `SNIPPETS`, with a figure each but the first."""
    output = PageOutput(PAGE, "normal-day")
    if monitoring_day is None:
        output.snippet("summary", paragraph("No day was recorded for this site."))
        for name in SNIPPETS[1:]:
            output.snippet(name, paragraph("Nothing is recorded."))
        return output
    record = monitoring_day.record
    output.snippet("summary", *_stale(monitoring_day), _origin(record), _summary(record))
    for chart in _charts(record):
        output.snippet(chart.key, _figure(output, record, chart))
    return output


def _stale(study: Study[MonitoringDay]) -> Iterator[Html]:
    if study.is_current is False:
        yield admonition(
            "warning ud-stale", "Stale: the simulated day", "The unit system or what counts has changed since."
        )


def of_systems(
    record: MonitoringDay, value: Callable[[SystemActivity], float | None], write: Callable[[float], str]
) -> list[DaySeries]:
    """Return a series for each system."""
    names = [one.system for one in record.intervals[0].systems]
    return [
        DaySeries(name, tuple(value(_system(interval, name)) for interval in record.intervals), write) for name in names
    ]


def of_caches(
    record: MonitoringDay, value: Callable[[CacheActivity], float | None], write: Callable[[float], str]
) -> list[DaySeries]:
    """Return a series for each cache."""
    names = [one.cache for one in record.intervals[0].caches]
    return [
        DaySeries(name, tuple(value(_cache(interval, name)) for interval in record.intervals), write) for name in names
    ]


def _system(interval: DayInterval, name: str) -> SystemActivity:
    return next(one for one in interval.systems if one.system == name)


def _cache(interval: DayInterval, name: str) -> CacheActivity:
    return next(one for one in interval.caches if one.cache == name)


def hit_rate(cache: CacheActivity) -> float | None:
    """Return the share of lookups that found a value; None without lookups."""
    return cache.hits / (cache.hits + cache.misses) if cache.hits + cache.misses else None


def missed_share(system: SystemActivity) -> float | None:
    """Return the share of frames that took longer than their budget; None without frames."""
    return system.missed / system.frames if system.frames else None


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _times(value: float) -> str:
    """Return a ratio with two digits: buckets say no more of a median."""
    return f"{number(value)}{TIMES}"


def _origin(record: MonitoringDay) -> Html:
    environment = record.environment
    priority = ", with priority over other programs" if record.nice < 0 else ""
    return paragraph(
        f"A simulated day, {number(record.minutes)} minutes long, recorded on {record.created:%Y-%m-%d} on "
        f"{environment.cpu} ({counted(environment.cores, 'core')}){priority}.",
        "The game really plays recorded frames with both systems; players, and how many there are at which hour, are "
        f"made up. {percent(record.share)} of the keys have the refactored system, one resolve in {record.every} is "
        f"timed, and the metrics are read {counted(len(record.intervals), 'time')}, as Prometheus reads them.",
    )


def _summary(record: MonitoringDay) -> Html:
    """Return a table of what is usual and what is the most, or the least, of each value that an alert watches."""
    columns = [Column("Value"), *(Column(name, is_number=True) for name in ("Usual", "Lowest", "Highest"))]
    rows = [[_titled(title, series), *_extent(series)] for title, series in _watched(record)]
    return join([table("The day in numbers: medians and extremes of its intervals", columns, rows), _totals(record)])


def _watched(record: MonitoringDay) -> Iterator[tuple[str, DaySeries]]:
    for title, all_series in (
        ("sessions in an interval", of_systems(record, lambda one: one.sessions, _whole)),
        ("median time of a resolve", of_systems(record, lambda one: one.seconds, duration)),
        ("median slowdown", of_systems(record, lambda one: one.slowdown, _times)),
        ("missed frames", of_systems(record, missed_share, percent)),
        ("hit rate", of_caches(record, hit_rate, percent)),
        ("bytes kept", of_caches(record, lambda one: one.bytes, size)),
        ("evictions in an interval", of_caches(record, lambda one: one.evictions, _whole)),
    ):
        yield from ((title, series) for series in all_series)
    yield "scrape", DaySeries("", tuple(one.scrape for one in record.intervals), duration)


def _titled(title: str, series: DaySeries) -> str:
    return f"{title}, {series.name}" if series.name else title


def _extent(series: DaySeries) -> list[str]:
    if not series.seen:
        return [NO_ANSWER] * 3
    ends = (statistics.median(series.seen), min(series.seen), max(series.seen))
    return [series.write(value) for value in ends]


def _totals(record: MonitoringDay) -> Html:
    systems = [one for interval in record.intervals for one in interval.systems]
    written = sum(interval.written for interval in record.intervals)
    dropped = sum(interval.dropped for interval in record.intervals)
    sessions, frames, errors = (sum(getattr(one, name) for one in systems) for name in ("sessions", "frames", "errors"))
    return paragraph(
        f"Over the day: {counted(sessions, 'session')}, {counted(frames, 'frame')}, {counted(errors, 'error')}; "
        f"{counted(written, 'event')} written and {dropped:,} dropped; {counted(record.series, 'series', 'series')} "
        "exposed."
    )


def _charts(record: MonitoringDay) -> Iterator[DayChart]:
    """Yield the figures of the page, in order."""
    yield DayChart(
        "traffic",
        "Sessions follow the hour",
        of_systems(record, lambda one: one.sessions, _whole),
        "sessions in an interval",
        alert="",
    )
    yield DayChart(
        "speed",
        "Median time of a resolve over that of the baseline",
        of_systems(record, lambda one: one.slowdown, _times),
        "median slowdown (baseline: 1)",
        alert="UnitdocsCalculationSlow",
    )
    yield DayChart(
        "caches",
        "Lookups that find a value",
        of_caches(record, hit_rate, percent),
        "hit rate",
        alert="UnitdocsCacheHitRateLow",
        is_share=True,
    )
    yield DayChart(
        "missed",
        "Frames that take longer than their budget",
        of_systems(record, missed_share, percent),
        "missed frames",
        alert="UnitdocsMissedFrames",
        is_share=True,
    )


def _span(series: DaySeries) -> str:
    if not series.seen:
        return "none seen"
    low, high = series.write(min(series.seen)), series.write(max(series.seen))
    return low if low == high else f"{low} to {high}"


def _figure(output: PageOutput, record: MonitoringDay, chart: DayChart) -> Html:
    points = _points(record, chart.series)
    spans = listed([f"{one.name} {_span(one)}" for one in chart.series])
    content = Figure(
        key=output.key("day", chart.key),
        finding=f"{chart.lead}: {spans}.",
        measured=_measured(record),
        plot=figures.pinned(figures.day_series(points, chart.above, chart.limit, is_share=chart.is_share)),
        table=_hourly(record, chart),
        reproduce=record.command,
    )
    return output.figure(content, points.drop(columns=["role", "text"]))


def _measured(record: MonitoringDay) -> str:
    interval = HOURS * 60 / len(record.intervals)
    return (
        f"Simulated day, {number(record.minutes)} minutes: an interval is {number(interval)} minutes of the day and "
        f"{duration(record.minutes * 60 / len(record.intervals))} of play."
    )


def _points(record: MonitoringDay, series: Sequence[DaySeries]) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 -- slow to load

    return pd.DataFrame(
        [
            {
                "series": one.name,
                "role": _ROLES.get(one.name, "treatment"),
                "hour": interval.hour,
                "value": value,
                "text": f"{_clock(interval.hour)}, {one.name}: {one.spoken(value)}",
            }
            for one in series
            for interval, value in zip(record.intervals, one.amounts, strict=True)
        ]
    )


def _clock(hour: float) -> str:
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _hourly(record: MonitoringDay, chart: DayChart) -> Html:
    """Return the same values as a table, a row an interval."""
    columns = [Column("Until"), *(Column(one.name, is_number=True) for one in chart.series)]
    rows = [
        [_clock(interval.hour), *(one.spoken(one.amounts[place]) for one in chart.series)]
        for place, interval in enumerate(record.intervals)
    ]
    return table(f"Every interval as drawn: {chart.above}", columns, rows)
