"""Cases that each alert is tested with: series as Prometheus would have scraped them, and when the alert fires.

They are written for promtool, at the pace of production. Each alert has a case in which it
fires, one in which it does not although something happens, and both at low traffic. The numbers are chosen so that a
limit ten times as high or low, a window ten times as long or short, a missing `for` or a missing label fails a case.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from unitdocs.monitoring.alerts.table import HOUR, JOB, MINUTE, Alert, alert_of
from unitdocs.monitoring.metrics.families import STATES

OTHER: Final = f"other-than-{JOB}"
"""The job of other programs."""
INSTANCE: Final = "127.0.0.1:9464"
ELSEWHERE: Final = "127.0.0.1:9465"
"""Another game of the same job."""


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """An alert that fires.

    Args:
        labels: its labels but `job` and `severity`, which all have.
        value: what its description says for the value.
    """

    labels: Mapping[str, str]
    value: str = ""


@dataclass(frozen=True, slots=True)
class RuleCase:
    """What Prometheus scraped, and when an alert fires.

    Args:
        alert: the name of the alert.
        title: what happens, in a few words.
        series: values in promtool's notation by family and labels, without `job` unless another one is meant.
        checks: what fires at each moment, in seconds; nothing where it is empty.
        step: seconds from one scrape, and from one evaluation, to the next.
    """

    alert: str
    title: str
    series: Mapping[str, str]
    checks: Mapping[float, tuple[ExpectedAlert, ...]]
    step: float = MINUTE


@dataclass(frozen=True, slots=True)
class Scrapes:
    """Writes what was scraped at regular intervals, in promtool's notation.

    Args:
        step: seconds from one scrape to the next.
    """

    step: float

    def counter(self, *segments: tuple[float, float]) -> str:
        """Return the values of a counter.

        Args:
            segments: how much it grows each minute, and for how many seconds.
        """
        return self._line([(rate * self.step / MINUTE, seconds) for rate, seconds in segments])

    def bursts(self, size: float, every: float, seconds: float, *, before: float = 0.0, rest: float = 0.0) -> str:
        """Return the values of a counter that grows at once, from time to time.

        Args:
            size: by how much.
            every: seconds from one burst to the next; the first comes after as long.
            seconds: until the last burst.
            before: seconds without one at the beginning.
            rest: seconds that follow without one.
        """
        segments = [(0.0, every - self.step), (size, self.step)] * round(seconds / every)
        return self._line([(0.0, before), *segments, (0.0, rest)])

    def gauge(self, *segments: tuple[float, float]) -> str:
        """Return the values of a gauge.

        Args:
            segments: its value, and for how many seconds.
        """
        return " ".join(f"{value:g}x{round(seconds / self.step) - 1}" for value, seconds in segments)

    def _line(self, segments: list[tuple[float, float]]) -> str:
        value, parts = 0.0, ["0"]
        for growth, seconds in segments:
            steps = round(seconds / self.step)
            if steps:
                value = _rounded_up(value + growth)
                parts.append(f"{value:.12g}+{growth:.10g}x{steps - 1}")
                value = sum(repeat(float(f"{growth:.10g}"), steps - 1), value)
        return " ".join(parts)


def _rounded_up(value: float) -> float:
    """Return a value that is no smaller: promtool adds with rounding errors, and what shrinks was restarted."""
    return math.ceil(value * 1e6) / 1e6


MINUTES: Final = Scrapes(MINUTE)
"""Half as many scrapes as in production."""
LONG: Final = Scrapes(5 * MINUTE)
"""For windows of hours: promtool would take a minute otherwise."""


def cases() -> tuple[RuleCase, ...]:
    """Return all cases, by alert in the order of the table."""
    return (
        *_calculation_slow(),
        *_cache_hit_rate_low(),
        *_eviction_storm(),
        *_errors(alert_of("ErrorsFast"), MINUTES, share=0.03, sessions=420, quiet_sessions=720, played=60),
        *_errors(alert_of("ErrorsSlow"), LONG, share=0.0125, sessions=2_000, quiet_sessions=3_000, played=360),
        *_missed_frames(),
        *_telemetry_stalled(),
        *_telemetry_dropped(),
        *_flag_file_invalid(),
        *_rollout_without_data(),
        *_component_down(),
        *_nothing_scraped(),
    )


def _series(family: str, values: str, **labels: str) -> dict[str, str]:
    """Return one series of a family, of one instance unless another one is named."""
    named = {"job": JOB, "instance": INSTANCE} | labels
    text = ", ".join(f'{name}="{value}"' for name, value in named.items())
    return {f"unitdocs_{family}{{{text}}}": values}


def _slowdowns(
    system: str, *segments: tuple[float, float, float], scrapes: Scrapes = MINUTES, instance: str = INSTANCE
) -> dict[str, str]:
    """Return a histogram; each segment has a slowdown, how many samples a minute, and how many seconds."""
    series: dict[str, str] = {}
    for bound in ("1.0", "1.25", "1.5", "2.0", "+Inf"):
        lines = [(rate if slowdown <= float(bound) else 0.0, seconds) for slowdown, rate, seconds in segments]
        series |= _series("slowdown_ratio_bucket", scrapes.counter(*lines), system=system, instance=instance, le=bound)
    samples = scrapes.counter(*[(rate, seconds) for _, rate, seconds in segments])
    return series | _series("slowdown_ratio_count", samples, system=system, instance=instance)


def _calculation_slow() -> Iterator[RuleCase]:
    name = "UnitdocsCalculationSlow"
    slow = (ExpectedAlert({"instance": INSTANCE, "system": "refactored"}, "1.75"),)
    usual = _slowdowns("original", (1.2, 4, 6 * HOUR))
    seldom = _slowdowns("original", (1.2, 4, 8 * HOUR), scrapes=LONG)
    yield RuleCase(
        name,
        "fires: resolves become slow after three hours, and quick again after five",
        usual | _slowdowns("refactored", (1.2, 4, 3 * HOUR), (1.8, 4, 2 * HOUR), (1.2, 4, HOUR)),
        {238 * MINUTE: (), 250 * MINUTE: slow, 300 * MINUTE: slow, 320 * MINUTE: ()},
    )
    yield RuleCase(
        name,
        "fires: one of two games is slow, while the other one, with ten times its samples, is not",
        _slowdowns("refactored", (1.8, 4, 3 * HOUR))
        | _slowdowns("refactored", (1.2, 40, 3 * HOUR), instance=ELSEWHERE),
        {2 * HOUR: slow},
    )
    yield RuleCase(name, "quiet: resolves take a fifth longer", usual, {HOUR: (), 2 * HOUR: ()})
    yield RuleCase(
        name,
        "fires at low traffic: a slow sample each five minutes",
        seldom | _slowdowns("refactored", (1.2, 0.2, 4 * HOUR), (1.8, 0.2, 4 * HOUR), scrapes=LONG),
        {6 * HOUR: (), 7 * HOUR: slow},
        LONG.step,
    )
    yield RuleCase(
        name,
        "quiet at low traffic: a slow sample each half hour",
        seldom | _slowdowns("refactored", (1.8, 1 / 30, 6 * HOUR), scrapes=LONG),
        {2 * HOUR: (), 4 * HOUR: ()},
        LONG.step,
    )


def _lookups(cache: str, *segments: tuple[float, float, float]) -> dict[str, str]:
    """Return hits and misses; each segment has how many of them a minute, and how many seconds."""
    hits, misses = ([(segment[index], segment[2]) for segment in segments] for index in (0, 1))
    return _series("cache_hits_total", MINUTES.counter(*hits), cache=cache) | _series(
        "cache_misses_total", MINUTES.counter(*misses), cache=cache
    )


def _cache_hit_rate_low() -> Iterator[RuleCase]:
    name = "UnitdocsCacheHitRateLow"
    good = _lookups("plans", (18, 2, 4 * HOUR))
    low = (ExpectedAlert({"instance": INSTANCE, "cache": "layouts"}, "30%"),)
    yield RuleCase(
        name,
        "fires: the layouts are found no more after an hour, and again after two",
        good | _lookups("layouts", (18, 2, HOUR), (6, 14, HOUR), (18, 2, HOUR)),
        {88 * MINUTE: (), 100 * MINUTE: low, 120 * MINUTE: low, 140 * MINUTE: ()},
    )
    yield RuleCase(name, "quiet: nine of ten lookups find a value", good, {HOUR: (), 2 * HOUR: ()})
    yield RuleCase(
        name,
        "quiet: each scene is prepared once, so that no plan is found",
        _lookups("plans", (0, 20, 4 * HOUR)) | _lookups("layouts", (18, 2, 4 * HOUR)),
        {HOUR: (), 2 * HOUR: ()},
    )
    yield RuleCase(
        name,
        "fires at low traffic: seven misses in three minutes",
        good | _lookups("layouts", (1, 7 / 3, 2 * HOUR)),
        {HOUR: (ExpectedAlert({"instance": INSTANCE, "cache": "layouts"}, "30%"),)},
    )
    yield RuleCase(
        name,
        "quiet at low traffic: twenty misses in half an hour, and no lookup at all",
        good | _lookups("layouts", (1 / 6, 2 / 3, 2 * HOUR), (0, 0, 2 * HOUR)),
        {HOUR: (), 2 * HOUR: (), 4 * HOUR: ()},
    )


def _evictions(reason: str, *segments: tuple[float, float]) -> dict[str, str]:
    return _series("cache_evictions_total", MINUTES.counter(*segments), cache="layouts", reason=reason)


def _eviction_storm() -> Iterator[RuleCase]:
    name = "UnitdocsEvictionStorm"
    storm = (ExpectedAlert({"instance": INSTANCE, "cache": "layouts"}, "300"),)
    other = _lookups("plans", (40, 0, 2 * HOUR))
    yield RuleCase(
        name,
        "fires: three of four lookups evict from the second hour on, for half an hour",
        other
        | _lookups("layouts", (30, 10, 2 * HOUR))
        | _evictions("entries", (0, HOUR), (30, 30 * MINUTE), (0, 30 * MINUTE)),
        {68 * MINUTE: (), 75 * MINUTE: storm, 90 * MINUTE: storm, 100 * MINUTE: ()},
    )
    yield RuleCase(
        name,
        "quiet: one of five lookups evicts, as scenes do that come and go, and many values are replaced",
        other
        | _lookups("layouts", (30, 10, 2 * HOUR))
        | _evictions("bytes", (8, 2 * HOUR))
        | _evictions("replaced", (20, 2 * HOUR)),
        {HOUR: (), 2 * HOUR: ()},
    )
    yield RuleCase(
        name,
        "fires at low traffic: six evictions a minute",
        other | _lookups("layouts", (4, 4, 2 * HOUR)) | _evictions("bytes", (6, 2 * HOUR)),
        {HOUR: (ExpectedAlert({"instance": INSTANCE, "cache": "layouts"}, "60"),)},
    )
    yield RuleCase(
        name,
        "quiet at low traffic: each of few lookups evicts",
        other
        | _lookups("layouts", (0, 1, 2 * HOUR))
        | _evictions("entries", (1, 2 * HOUR))
        | _evictions("replaced", (4, 2 * HOUR)),
        {HOUR: (), 2 * HOUR: ()},
    )


def _played(scrapes: Scrapes, system: str, resolves: float, sessions: float, seconds: float) -> dict[str, str]:
    """Return resolves and sessions of a system, each as how many a minute."""
    path = "calculators" if system == "original" else "layout"
    return _series("resolves_total", scrapes.counter((resolves, seconds)), system=system, path=path) | _series(
        "sessions_total", scrapes.counter((sessions, seconds)), system=system
    )


def _failed(values: str) -> dict[str, str]:
    return _series("errors_total", values, system="refactored", kind="unit")


def _errors(
    alert: Alert, scrapes: Scrapes, *, share: float, sessions: float, quiet_sessions: float, played: float
) -> Iterator[RuleCase]:
    """Yield the cases of an alert on errors, in units of its long window.

    Args:
        alert: the alert.
        scrapes: how often its metrics are scraped.
        share: errors of 1,200 resolves in the window, above the limit and below ten times as many.
        sessions: how many are in the window, such that errors by session are below the limit.
        quiet_sessions: how many, such that they are at half of it.
        played: sessions in the window at one a minute.
    """
    long, short, recent = (alert.windows[name].value for name in ("long", "short", "recent"))
    minutes = long / MINUTE
    errors = 1_200 * share
    later = 0.4 * short // scrapes.step * scrapes.step
    healthy = _played(scrapes, "original", 1_000, 10, 4 * long)

    def fires(value: float) -> tuple[ExpectedAlert, ...]:
        return (ExpectedAlert({"system": "refactored"}, f"{value:.4g}"),)

    yield RuleCase(
        alert.name,
        "fires: resolves fail from the third window on, for one window",
        healthy
        | _played(scrapes, "refactored", 1_200 / minutes, sessions / minutes, 4 * long)
        | _failed(scrapes.counter((0, 2 * long), (errors / minutes, long), (0, long))),
        {
            2 * long + long / 3: (),
            2.75 * long: fires(0.75 * errors),
            3 * long: fires(errors),
            3 * long + later: fires(errors * (1 - later / long)),
            3 * long + 2 * short: (),
        },
        scrapes.step,
    )
    yield RuleCase(
        alert.name,
        "fires: many resolves fail at once",
        healthy
        | _played(scrapes, "refactored", 1_200 / minutes, sessions / minutes, 4 * long)
        | _failed(scrapes.bursts(errors, 2 * long, 2 * long, rest=long)),
        {
            2 * long + alert.hold.value - scrapes.step: (),
            2 * long + alert.hold.value: fires(errors),
            2 * long + short + scrapes.step: (),
        },
        scrapes.step,
    )
    yield RuleCase(
        alert.name,
        "quiet: errors at a third of the limits",
        healthy
        | _played(scrapes, "refactored", 7_200 / minutes, quiet_sessions / minutes, 4 * long)
        | _failed(scrapes.counter((errors / minutes, 4 * long))),
        {1.5 * long: (), 2 * long: ()},
        scrapes.step,
    )
    yield RuleCase(
        alert.name,
        "fires at low traffic: twelve errors in the window at one session a minute",
        healthy
        | _played(scrapes, "refactored", 600, played / minutes, 4 * long)
        | _failed(scrapes.bursts(1, long / 12, 3 * long, rest=long)),
        {
            2 * long + 0.6 * long / 12 // scrapes.step * scrapes.step: fires(12),
            3 * long: fires(12),
            3 * long + recent + 4 * scrapes.step: (),
        },
        scrapes.step,
    )
    yield RuleCase(
        alert.name,
        "fires at low traffic: every resolve fails, in sessions that began before the window",
        healthy
        | _played(scrapes, "refactored", 0, 0, 4 * long)
        | _failed(scrapes.counter((errors / minutes, 3 * long), (0, long))),
        {2 * long: fires(errors), 3 * long + 2 * short: ()},
        scrapes.step,
    )
    yield RuleCase(
        alert.name,
        "quiet at low traffic: twelve errors in the window among many resolves, and no session that began in it",
        healthy
        | _played(scrapes, "refactored", 600, 0, 4 * long)
        | _failed(scrapes.bursts(1, long / 12, 3 * long, rest=long)),
        {2 * long + 0.6 * long / 12 // scrapes.step * scrapes.step: (), 3 * long: ()},
        scrapes.step,
    )
    few = alert.limits["least"].value // 2 + 1
    yield RuleCase(
        alert.name,
        "quiet at low traffic: fewer errors than the least number, in few sessions",
        healthy
        | _played(scrapes, "refactored", 60 / minutes, 20 / minutes, 4 * long)
        | _failed(scrapes.bursts(1, long / few, 4 * long)),
        {1.5 * long + 3 * scrapes.step: (), 2 * long + 3 * scrapes.step: ()},
        scrapes.step,
    )


def _frames(system: str, *segments: tuple[float, float, float], instance: str = INSTANCE) -> dict[str, str]:
    """Return frames and missed ones; each segment has how many of them a minute, and how many seconds."""
    played, missed = ([(segment[index], segment[2]) for segment in segments] for index in (0, 1))
    return _series("frames_total", MINUTES.counter(*played), system=system, instance=instance) | _series(
        "missed_frames_total", MINUTES.counter(*missed), system=system, instance=instance
    )


def _missed_frames() -> Iterator[RuleCase]:
    name = "UnitdocsMissedFrames"
    smooth = _frames("original", (6_000, 60, 7 * HOUR))
    stutter = (ExpectedAlert({"instance": INSTANCE, "system": "refactored"}, "20%"),)
    yield RuleCase(
        name,
        "fires: one of five frames is missed from the second hour on, for 40 minutes",
        smooth | _frames("refactored", (600, 0, HOUR), (600, 120, 40 * MINUTE), (600, 0, HOUR)),
        {77 * MINUTE: (), 82 * MINUTE: stutter, 100 * MINUTE: stutter, 110 * MINUTE: ()},
    )
    yield RuleCase(
        name,
        "fires: one of two games stutters, while the other one, with ten times its frames, does not",
        _frames("refactored", (600, 120, 2 * HOUR)) | _frames("refactored", (6_000, 60, 2 * HOUR), instance=ELSEWHERE),
        {HOUR: stutter},
    )
    yield RuleCase(name, "quiet: one of a hundred frames is missed", smooth, {HOUR: (), 3 * HOUR: ()})
    yield RuleCase(
        name,
        "fires at low traffic: twelve missed frames a minute",
        smooth | _frames("refactored", (60, 12, HOUR)),
        {30 * MINUTE: stutter},
    )
    yield RuleCase(
        name,
        "fires at low traffic: a session each five minutes, of which each third stutters from the fourth hour on",
        smooth
        | _series("frames_total", MINUTES.bursts(600, 5 * MINUTE, 7 * HOUR), system="refactored")
        | _series(
            "missed_frames_total",
            MINUTES.bursts(120, 15 * MINUTE, 3 * HOUR, before=3 * HOUR, rest=HOUR),
            system="refactored",
        ),
        {
            5 * HOUR: (),
            358 * MINUTE: (ExpectedAlert({"instance": INSTANCE, "system": "refactored"}, "6.111%"),),
            6 * HOUR + 40 * MINUTE: (),
        },
    )
    yield RuleCase(
        name,
        "quiet at low traffic: half of a frame each five minutes, and no frame at all",
        smooth | _frames("refactored", (0.2, 0.1, HOUR), (0, 0, HOUR)),
        {30 * MINUTE: (), HOUR: (), 2 * HOUR: ()},
    )


def _telemetry(written: str, dropped: str, **labels: str) -> dict[str, str]:
    return _series("telemetry_written_total", written, **labels) | _series("telemetry_dropped_total", dropped, **labels)


def _sessions(per_minute: float, seconds: float, **labels: str) -> dict[str, str]:
    """Return sessions of both systems, which share them."""
    return {
        name: values
        for system in ("original", "refactored")
        for name, values in _series(
            "sessions_total", MINUTES.counter((per_minute / 2, seconds)), system=system, **labels
        ).items()
    }


def _telemetry_stalled() -> Iterator[RuleCase]:
    name = "UnitdocsTelemetryStalled"
    elsewhere = _sessions(2, 4 * HOUR, instance=ELSEWHERE) | _telemetry(
        MINUTES.counter((40, 4 * HOUR)), MINUTES.counter((0, 4 * HOUR)), instance=ELSEWHERE
    )
    stopped = _telemetry(MINUTES.counter((40, HOUR), (0, HOUR), (40, HOUR)), MINUTES.counter((0, 3 * HOUR)))
    yield RuleCase(
        name,
        "fires: the writer stops after an hour, and goes on after two",
        elsewhere | _sessions(2, 3 * HOUR) | stopped,
        {
            78 * MINUTE: (),
            82 * MINUTE: (ExpectedAlert({"instance": INSTANCE}, "30"),),
            120 * MINUTE: (ExpectedAlert({"instance": INSTANCE}, "30"),),
            122 * MINUTE: (),
        },
    )
    yield RuleCase(
        name,
        "quiet: events are written, and another game has no writer",
        elsewhere | _sessions(2, 4 * HOUR, instance="127.0.0.1:9466"),
        {HOUR: (), 2 * HOUR: ()},
    )
    yield RuleCase(
        name,
        "fires at low traffic: one session a minute",
        elsewhere | _sessions(1, 3 * HOUR) | stopped,
        {82 * MINUTE: (ExpectedAlert({"instance": INSTANCE}, "15"),)},
    )
    yield RuleCase(
        name,
        "quiet at low traffic: a session each five minutes, and at night none",
        elsewhere
        | _series("sessions_total", MINUTES.counter((0.2, 2 * HOUR), (0, HOUR)), system="original")
        | _telemetry(MINUTES.counter((0, 3 * HOUR)), MINUTES.counter((0, 3 * HOUR))),
        {HOUR: (), 2 * HOUR: (), 3 * HOUR: ()},
    )


def _telemetry_dropped() -> Iterator[RuleCase]:
    name = "UnitdocsTelemetryDropped"
    whole = _telemetry(MINUTES.counter((1_000, 5 * HOUR)), MINUTES.counter((0, 5 * HOUR)), instance=ELSEWHERE)
    yield RuleCase(
        name,
        "fires: three of a hundred events are dropped",
        whole | _telemetry(MINUTES.counter((20, 3 * HOUR)), MINUTES.counter((0.6, 3 * HOUR))),
        {2 * HOUR: (ExpectedAlert({"instance": INSTANCE}, "36"),)},
    )
    yield RuleCase(
        name,
        "fires: many events are dropped at once",
        whole | _telemetry(MINUTES.counter((20, 5 * HOUR)), MINUTES.bursts(100, 2 * HOUR, 2 * HOUR, rest=3 * HOUR)),
        {
            121 * MINUTE - MINUTE: (),
            121 * MINUTE: (ExpectedAlert({"instance": INSTANCE}, "100"),),
            130 * MINUTE: (ExpectedAlert({"instance": INSTANCE}, "100"),),
            182 * MINUTE: (),
        },
    )
    yield RuleCase(
        name,
        "fires: every event is dropped",
        whole | _telemetry(MINUTES.counter((0, 3 * HOUR)), MINUTES.counter((0.6, 3 * HOUR))),
        {2 * HOUR: (ExpectedAlert({"instance": INSTANCE}, "36"),)},
    )
    yield RuleCase(
        name,
        "quiet: one of two hundred events is dropped",
        whole | _telemetry(MINUTES.counter((24, 3 * HOUR)), MINUTES.counter((0.12, 3 * HOUR))),
        {2 * HOUR: (), 3 * HOUR: ()},
    )
    yield RuleCase(
        name,
        "fires at low traffic: an event each ten minutes is dropped",
        whole | _telemetry(MINUTES.counter((1, 3 * HOUR)), MINUTES.bursts(1, 10 * MINUTE, 3 * HOUR)),
        {2 * HOUR: (ExpectedAlert({"instance": INSTANCE}, "6"),)},
    )
    yield RuleCase(
        name,
        "quiet at low traffic: an event each twenty minutes is dropped",
        whole | _telemetry(MINUTES.counter((1, 3 * HOUR)), MINUTES.bursts(1, 20 * MINUTE, 3 * HOUR)),
        {2 * HOUR: (), 3 * HOUR: ()},
    )


def _flag_file_invalid() -> Iterator[RuleCase]:
    name = "UnitdocsFlagFileInvalid"
    elsewhere = _series("flag_valid", MINUTES.gauge((1, HOUR)), instance=ELSEWHERE)
    broken = _series("flag_valid", MINUTES.gauge((1, 10 * MINUTE), (0, 10 * MINUTE), (1, 40 * MINUTE)))
    invalid = (ExpectedAlert({"instance": INSTANCE}),)
    yield RuleCase(
        name,
        "fires: the file is damaged after ten minutes, and repaired after twenty",
        elsewhere | _sessions(100, HOUR) | broken,
        {11 * MINUTE: (), 12 * MINUTE: invalid, 19 * MINUTE: invalid, 20 * MINUTE: ()},
    )
    yield RuleCase(name, "quiet: the file is whole", elsewhere, {10 * MINUTE: (), HOUR: ()})
    yield RuleCase(name, "fires at low traffic: without a session", broken, {15 * MINUTE: invalid})
    yield RuleCase(
        name,
        "quiet at low traffic: the file is replaced in a minute, and a game without a flag",
        _series("flag_valid", MINUTES.gauge((1, 10 * MINUTE), (0, MINUTE), (1, 49 * MINUTE))) | _sessions(1, HOUR),
        {11 * MINUTE: (), 13 * MINUTE: (), HOUR: ()},
    )


def _flag(share: str, seconds: float, *, killed: str = "", valid: str = "") -> dict[str, str]:
    return (
        _series("flag_share_ratio", share)
        | _series("flag_killed", killed or LONG.gauge((0, seconds)))
        | _series("flag_valid", valid or LONG.gauge((1, seconds)))
    )


def _sessions_of(original: str, refactored: str) -> dict[str, str]:
    return _series("sessions_total", original, system="original") | _series(
        "sessions_total", refactored, system="refactored"
    )


def _rollout_without_data() -> Iterator[RuleCase]:
    name = "UnitdocsRolloutWithoutData"
    day = 24 * HOUR
    tenth = LONG.gauge((0.1, day))
    none = LONG.counter((0, day))
    missing = (ExpectedAlert({}, "72"),)
    yield RuleCase(
        name,
        "fires: the refactored system is played for two hours, and no more",
        _flag(tenth, day)
        | _sessions_of(LONG.counter((2, day)), LONG.counter((0.2, 2 * HOUR), (0, 10 * HOUR), (0.2, 2 * HOUR))),
        {8 * HOUR + 10 * MINUTE: (), 9 * HOUR: missing, 12 * HOUR: missing, 12.1 * HOUR: ()},
        LONG.step,
    )
    yield RuleCase(
        name,
        "fires: the share is raised after twelve hours",
        _flag(LONG.gauge((0, 12 * HOUR), (0.1, 12 * HOUR)), day) | _sessions_of(LONG.counter((2, day)), none),
        {12.5 * HOUR: (), 13 * HOUR: (), 18.5 * HOUR: missing},
        LONG.step,
    )
    yield RuleCase(
        name,
        "quiet: both systems are played",
        _flag(tenth, day) | _sessions_of(LONG.counter((2, day)), LONG.counter((0.2, day))),
        {7 * HOUR: (), 9 * HOUR: ()},
        LONG.step,
    )
    yield RuleCase(
        name,
        "quiet: the flag is killed for twelve hours, and an hour after that",
        _flag(tenth, day, killed=LONG.gauge((1, 12 * HOUR), (0, 12 * HOUR)))
        | _sessions_of(LONG.counter((2, day)), none),
        {12 * HOUR: (), 13 * HOUR: ()},
        LONG.step,
    )
    yield RuleCase(
        name,
        "quiet: the flag is killed, or cannot be used, while none plays the refactored system",
        _flag(tenth, day, killed=LONG.gauge((0, 6 * HOUR), (1, 18 * HOUR)))
        | _sessions_of(LONG.counter((2, day)), LONG.counter((0.2, HOUR), (0, day - HOUR))),
        {7.5 * HOUR: (), 9 * HOUR: ()},
        LONG.step,
    )
    yield RuleCase(
        name,
        "fires at low traffic: one session a minute at 10 %",
        _flag(tenth, day) | _sessions_of(LONG.counter((1, day)), none),
        {8 * HOUR: (ExpectedAlert({}, "36"),)},
        LONG.step,
    )
    yield RuleCase(
        name,
        "quiet at low traffic: one session a minute at 1 %, and a share of none",
        _flag(LONG.gauge((0.01, 12 * HOUR), (0, 12 * HOUR)), day) | _sessions_of(LONG.counter((1, day)), none),
        {9 * HOUR: (), 14 * HOUR: ()},
        LONG.step,
    )


def _component(component: str, *segments: tuple[str, float]) -> dict[str, str]:
    """Return the states of a component; each segment has the state, and how many seconds."""
    series: dict[str, str] = {}
    for state in STATES:
        values = MINUTES.gauge(*[(float(state == current), seconds) for current, seconds in segments])
        series |= _series("component_state", values, component=component, state=state)
    return series


def _component_down() -> Iterator[RuleCase]:
    name = "UnitdocsComponentDown"
    down = (ExpectedAlert({"instance": INSTANCE, "component": "cache"}),)
    fails = _component("cache", ("up", 10 * MINUTE), ("down", 20 * MINUTE), ("up", 30 * MINUTE))
    others = _component("disk", ("up", HOUR)) | _component("record_store", ("degraded", HOUR))
    yield RuleCase(
        name,
        "fires: the cache fails after ten minutes, for twenty",
        others | fails | _sessions(100, HOUR),
        {14 * MINUTE: (), 15 * MINUTE: down, 29 * MINUTE: down, 30 * MINUTE: ()},
    )
    yield RuleCase(
        name,
        "quiet: one is degraded, and two that have alerts of their own are down",
        others | _component("flag_file", ("down", HOUR)) | _component("event_writer", ("down", HOUR)),
        {30 * MINUTE: ()},
    )
    yield RuleCase(name, "fires at low traffic: without a session", others | fails, {20 * MINUTE: down})
    yield RuleCase(
        name,
        "quiet at low traffic: a check fails for two minutes",
        others | _component("cache", ("up", 10 * MINUTE), ("down", 2 * MINUTE), ("up", 30 * MINUTE)),
        {12 * MINUTE: (), 16 * MINUTE: ()},
    )


def _scraped(values: str, job: str = JOB) -> dict[str, str]:
    return {f'up{{job="{job}", instance="{INSTANCE}"}}': values}


def _nothing_scraped() -> Iterator[RuleCase]:
    name = "UnitdocsNothingScraped"
    build = _series("build_info", MINUTES.gauge((1, HOUR)), version="1")
    gone = (ExpectedAlert({"instance": INSTANCE}),)
    other = _scraped(MINUTES.gauge((0, HOUR)), job=OTHER)
    yield RuleCase(
        name,
        "fires: the game stops after ten minutes, and starts again after twenty",
        other | build | _scraped(MINUTES.gauge((1, 10 * MINUTE), (0, 10 * MINUTE), (1, 40 * MINUTE))),
        {12 * MINUTE: (), 13 * MINUTE: gone, 19 * MINUTE: gone, 20 * MINUTE: ()},
    )
    loops = f"{MINUTES.gauge((1, HOUR))}{' 1 0 0' * 30} {MINUTES.gauge((1, HOUR))}"
    steady = _series("build_info", MINUTES.gauge((1, 4 * HOUR)), version="1")
    yield RuleCase(
        name,
        "fires: the game ends soon after each start, from the second hour on, for one and a half",
        _scraped(MINUTES.gauge((0, 4 * HOUR)), job=OTHER) | steady | _scraped(loops),
        {HOUR: (), 75 * MINUTE: gone, 2 * HOUR: gone, 149 * MINUTE: gone, 180 * MINUTE: (), 200 * MINUTE: ()},
    )
    yield RuleCase(
        name,
        "quiet: another program ends soon after each start, and the game is deployed twice within half an hour",
        steady
        | _scraped(loops, job=OTHER)
        | _scraped(MINUTES.gauge((1, HOUR), (0, 2 * MINUTE), (1, 10 * MINUTE), (0, 2 * MINUTE), (1, HOUR))),
        {70 * MINUTE: (), 80 * MINUTE: (), 85 * MINUTE: (), 90 * MINUTE: ()},
    )
    yield RuleCase(
        name,
        "fires: Prometheus has no target",
        _scraped(MINUTES.gauge((1, HOUR)), job=OTHER),
        {2 * MINUTE: (), 3 * MINUTE: (ExpectedAlert({}),)},
    )
    yield RuleCase(
        name,
        "fires: another program answers, while a game answers elsewhere",
        _scraped(MINUTES.gauge((1, HOUR)))
        | _series("build_info", MINUTES.gauge((1, HOUR)), version="1", instance=ELSEWHERE)
        | _series("build_info", MINUTES.gauge((1, HOUR)), version="1", job=OTHER),
        {2 * MINUTE: (), 3 * MINUTE: gone},
    )
    yield RuleCase(
        name,
        "quiet: a game of another kind is stopped, another one runs",
        build
        | other
        | _scraped(MINUTES.gauge((1, HOUR)))
        | {f'up{{job="another-{OTHER}", instance="{INSTANCE}"}}': MINUTES.gauge((1, HOUR))},
        {10 * MINUTE: (), 59 * MINUTE: ()},
    )
    yield RuleCase(
        name,
        "fires at low traffic: without a session before",
        build | _scraped(MINUTES.gauge((0, HOUR))) | _sessions(0, HOUR),
        {2 * MINUTE: (), 3 * MINUTE: gone},
    )
    yield RuleCase(
        name,
        "quiet at low traffic: a game restarts within two minutes",
        build | _scraped(MINUTES.gauge((1, 10 * MINUTE), (0, 2 * MINUTE), (1, 48 * MINUTE))) | _sessions(1, HOUR),
        {11 * MINUTE: (), 13 * MINUTE: (), 59 * MINUTE: ()},
    )
