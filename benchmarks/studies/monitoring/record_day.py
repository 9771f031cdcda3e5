"""Record a day of a watched game, compressed into some minutes: what its metrics say while nothing is wrong.

A game really plays recorded frames with both systems, as its flag gives them to sessions. How many sessions begin
follows the hours of a day; only these, and the players, are made up. After each interval the metrics are collected as
Prometheus collects them. The record is shown on the page A normal day.

Examples:
  python benchmarks/studies/monitoring/record_day.py --minutes 1
  nice -n -15 python benchmarks/studies/monitoring/record_day.py --minutes 1     with priority, where others work
  python benchmarks/studies/monitoring/record_day.py --out benchmarks/results/monitoring-day.json     six minutes
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import math
import os
import random
import shlex
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment
sys.path.insert(1, str(Path(__file__).resolve().parents[2]))  # the suites' recordings

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

from scrapes import Scrape, parse

import _recordings
from unitdocs import records
from unitdocs.bench import environment
from unitdocs.experiment.events import Source
from unitdocs.experiment.writing import EventWriter
from unitdocs.flags import choose_system
from unitdocs.flags.assignment import BUCKETS
from unitdocs.flags.changing import create
from unitdocs.flags.flag import Flag
from unitdocs.flags.watching import WatchedFlag
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.exposition import exposition
from unitdocs.monitoring.metrics.families import CACHES, SYSTEMS
from unitdocs.studies import CacheActivity, DayInterval, MonitoringDay, SystemActivity
from unitdocs.studies.kinds import kind_of
from unitdocs.studies.monitoring_day import HOURS
from unitdocs.units import Calculated, Subject, UnitSystem, create_system

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unitdocs.experiment.writing import SessionEvents
    from unitdocs.units import CacheEvent, Failed, PreparedScene, System

NAMES = ("breakpoint-switch", "scrolling-list", "text-changes")
"""The recordings that are played: a wheel, a list, and a chat."""
FRAMES = 120
"""Frames of a session."""
STILL, MOVING = 45, 15
"""Frames of a stretch in which nothing changes, and of one in which each frame brings something new, about."""
EVERY = 20
"""Resolves from one that is timed to the next; in production a hundred are enough, which has more sessions."""
SHARE = 0.5
INTERVALS = 48
BUSIEST, QUIETEST = 20.0, 5.0
"""Hours of the day."""
MOST, LEAST = 80, 6
"""Sessions of an interval at these hours, about."""
WARM_UP = 5
"""Sessions with each recording and system before the day, which give the baseline."""


def parse_options() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="record_day.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--minutes", type=float, default=6.0, help="how long the game plays (6)")
    parser.add_argument("--seed", type=int, default=1, help="of the players (1)")
    parser.add_argument("--out", type=Path, default=Path("build/monitoring-day.json"), help="the record's file")
    return parser.parse_args()


def traffic(hour: float) -> float:
    """Return how many sessions begin in an interval at an hour, about: few at night, most in the evening."""
    span = (QUIETEST - BUSIEST) % HOURS
    since = (hour - BUSIEST) % HOURS
    phase = since / span / 2 if since < span else 1 / 2 + (since - span) / (HOURS - span) / 2
    return LEAST + (MOST - LEAST) * (1 + math.cos(2 * math.pi * phase)) / 2


class PlayedFrame(NamedTuple):
    """How long a frame took: CPU time of the thread, and wall time, in seconds."""

    cpu: float
    wall: float


class BaselineObserver:
    """Keeps how long each resolve of a refactored system takes.

    Args:
        seconds: where it is kept, by system and scene.
    """

    def __init__(self, seconds: defaultdict[tuple[str, str], list[float]]) -> None:
        self._seconds = seconds

    def calculated(self, event: Calculated) -> None:
        """Keep how long the resolve of a scene took."""
        if event.what is Subject.SCENE:
            self._seconds["refactored", event.kind].append(event.seconds)

    def cached(self, event: CacheEvent) -> None:
        """Do nothing: only resolves are kept."""

    def failed(self, event: Failed) -> None:
        """Do nothing, as above."""


class BaselineMonitor(Monitor):
    """Keeps the time of each resolve, by system and scene, as a monitor measures it."""

    def __init__(self) -> None:
        super().__init__(every=1)
        self.seconds: defaultdict[tuple[str, str], list[float]] = defaultdict(list)

    def watch(self, system: System) -> System:
        """Keep what a system resolves from now on."""
        if isinstance(system, UnitSystem):
            system.observers.add(BaselineObserver(self.seconds))
            return system
        return super().watch(system)

    def resolved(self, system: str, scene: str, seconds: float) -> None:
        """Keep how long a resolve of the original system took."""
        self.seconds[system, scene].append(seconds)


class WatchedGame:
    """A game with both systems, watched by a monitor.

    Args:
        folder: where its flag file and events are.
        rng: of its players.
    """

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng, self.players = rng, 0
        self.flag_file = folder / "flags.json"
        create(self.flag_file, dataclasses.replace(Flag(), share=round(BUCKETS * SHARE)), "record_day")
        self.writer = EventWriter(folder / "events", salt="day", source=Source.SIMULATED, interval=1.0)
        self.monitor = Monitor(
            every=EVERY, baseline=self._baseline(), flag=WatchedFlag(self.flag_file), events=self.writer
        )
        self.systems = {name: self.monitor.watch(create_system(name)) for name in SYSTEMS}
        self.counts = {name: self.monitor.frames(name).count for name in SYSTEMS}

    def session(self) -> None:
        """Play the session of one more player."""
        self.players += 1
        key = f"player-{self.players}"
        name = self.rng.choice(NAMES)
        choice = choose_system(key, file=self.flag_file)
        self.monitor.session_began(choice.system)
        events = self.writer.session(key, choice, name)
        for frame in self._frames(self.systems[choice.system], name):
            self.counts[choice.system](frame.wall)
            record(events, frame, self.monitor.budget)

    def _baseline(self) -> dict[tuple[str, str], float]:
        """Return the median time of a resolve of each scene with each system, played as it is on the day."""
        monitor = BaselineMonitor()
        for system, name in itertools.product(SYSTEMS, NAMES):
            watched = monitor.watch(create_system(system))
            for _ in range(WARM_UP):
                list(self._frames(watched, name))
        return {key: statistics.median(seconds) for key, seconds in monitor.seconds.items()}

    def _frames(self, system: System, name: str) -> Iterator[PlayedFrame]:
        """Play frames of a recording from anywhere in it: stretches in which nothing changes, and others."""
        recording = _recordings.recording(name)
        place, is_still = self.rng.randrange(len(recording.frames)), True
        prepared = system.prepare(recording.scene)
        for _ in range(FRAMES):
            if self.rng.random() < 1 / (STILL if is_still else MOVING):
                is_still = not is_still
            place += not is_still
            yield play(prepared, recording.frames[place % len(recording.frames)], is_still=is_still)


def play(prepared: PreparedScene, frame: _recordings.Frame, *, is_still: bool) -> PlayedFrame:
    """Play one frame; if it is still, nothing has changed since the one before."""
    cpu, begin = time.thread_time(), time.perf_counter()
    if frame.changes and not is_still:
        prepared.update(frame.changes)
    prepared.resolve(scene=frame.viewport, viewport=frame.viewport)
    return PlayedFrame(time.thread_time() - cpu, time.perf_counter() - begin)


def record(events: SessionEvents, frame: PlayedFrame, budget: float) -> None:
    """Record a frame as an event."""
    if events.is_recorded:
        events.frame(frame.cpu, missed=frame.wall if frame.wall > budget else 0.0)


def interval_of(hour: float, before: Scrape, after: Scrape) -> DayInterval:
    """Return what two scrapes say of the time between them."""
    return DayInterval(
        hour=hour,
        systems=tuple(system_activity(name, before, after) for name in SYSTEMS),
        caches=tuple(cache_activity(name, before, after) for name in CACHES),
        written=after.increase(before, "unitdocs_telemetry_written_total"),
        dropped=after.increase(before, "unitdocs_telemetry_dropped_total"),
        scrape=after.sum("unitdocs_scrape_seconds"),
    )


def system_activity(name: str, before: Scrape, after: Scrape) -> SystemActivity:
    """Return what the sessions of a system did between two scrapes."""
    counts = {
        member: after.increase(before, f"unitdocs_{metric}_total", system=name)
        for member, metric in {
            "sessions": "sessions",
            "frames": "frames",
            "missed": "missed_frames",
            "resolves": "resolves",
            "errors": "errors",
        }.items()
    }
    seconds = after.median(before, "unitdocs_calculation_seconds", system=name, kind="scene")
    slowdown = after.median(before, "unitdocs_slowdown_ratio", system=name)
    return SystemActivity(system=name, **counts, seconds=seconds, slowdown=slowdown)


def cache_activity(name: str, before: Scrape, after: Scrape) -> CacheActivity:
    """Return what a cache did between two scrapes."""
    return CacheActivity(
        cache=name,
        hits=after.increase(before, "unitdocs_cache_hits_total", cache=name),
        misses=after.increase(before, "unitdocs_cache_misses_total", cache=name),
        evictions=after.increase(before, "unitdocs_cache_evictions_total", cache=name),
        entries=round(after.sum("unitdocs_cache_entries", cache=name)),
        bytes=round(after.sum("unitdocs_cache_bytes", cache=name)),
    )


def played(game: WatchedGame, minutes: float) -> Iterator[tuple[DayInterval, int]]:
    """Play the day, and yield each interval with the number of series."""
    length = 60 * minutes / INTERVALS
    before, begun = parse(exposition(game.monitor)), time.monotonic()
    for number in range(1, INTERVALS + 1):
        hour = number * HOURS / INTERVALS
        for _ in range(round(game.rng.gauss(traffic(hour), math.sqrt(traffic(hour)) / 2))):
            game.session()
        time.sleep(max(0.0, begun + number * length - time.monotonic()))
        after = parse(exposition(game.monitor))
        yield interval_of(hour, before, after), len(after.values)
        before = after


def main() -> None:
    """Play, print and write."""
    options = parse_options()
    if options.minutes <= 0:
        fail("--minutes: give a number above 0")
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    intervals: list[tuple[DayInterval, int]] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        game = WatchedGame(Path(folder), random.Random(options.seed))
        with game.writer:
            for interval, series in played(game, options.minutes):
                intervals.append((interval, series))
                print(f"{interval.hour:5.2f} h: {[one.sessions for one in interval.systems]} sessions", flush=True)
    made = MonitoringDay(
        created=created,
        finished=datetime.now(UTC),
        seed=options.seed,
        command=shlex.join(["python", "benchmarks/studies/monitoring/record_day.py", *sys.argv[1:]]),
        digest=kind_of("monitoring_day").digest(ROOT),
        environment=environment.closed(begun, ticks),
        minutes=(time.monotonic() - start) / 60,
        share=SHARE,
        every=EVERY,
        recordings=NAMES,
        series=intervals[-1][1],
        nice=os.nice(0),
        intervals=tuple(interval for interval, _ in intervals),
    )
    records.save(made, options.out)


if __name__ == "__main__":
    main()
