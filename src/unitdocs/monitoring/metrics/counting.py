"""What a game counts while it runs: plain integers, which are read when someone asks for them.

In a frame nothing is called but an addition and a comparison; a countdown decides which resolves are timed. This module
needs the standard library alone.
"""

import math
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from unitdocs.errors import InputError
from unitdocs.monitoring.metrics.counts import FrameCounts, SystemCounts
from unitdocs.monitoring.metrics.families import SYSTEMS
from unitdocs.monitoring.metrics.parts import PartCounts, PartsOfSystems
from unitdocs.monitoring.metrics.wrapping import MonitoredSystem
from unitdocs.units.refactored.events import Calculated, Failed, Observers, Subject

if TYPE_CHECKING:
    from unitdocs.flags.watching import WatchedFlag
    from unitdocs.units.model.protocols import System
    from unitdocs.units.refactored.cache import CacheEvent
    from unitdocs.units.refactored.system import UnitSystem

EVERY = 100
"""Every how many resolves one is timed: its cost, about a microsecond, is then a hundredth of that for each."""
BUDGET = 1.5 / 60
"""Seconds of a frame: one that takes half as long again as a refresh at 60 a second was shown late. Waiting for a
screen takes a little more or less than a refresh, which is no miss."""
SCENE, STRATEGIES, OBSERVER = Subject.SCENE, Subject.STRATEGIES, Subject.OBSERVER
"""Module names, since looking up a member of an enumeration takes long."""


class EventSink(Protocol):
    """What writes a game's events, such as an `EventWriter`, or a folder that others write to."""

    @property
    def dropped(self) -> int | None:
        """Events that could not be queued or written; None if that is not known here."""
        ...

    @property
    def written(self) -> int | None:
        """Events that were written; None if that is not known here."""
        ...

    @property
    def last_written(self) -> float | None:
        """When events were last written, in seconds since 1970; None if none were."""
        ...


class Monitor:
    """Counts what a game does, for metrics, health checks and alerts. Several threads may use it.

    Args:
        every: every how many resolves one is timed; 0 for none.
        budget: seconds that a frame may take.
        baseline: seconds that a scene's resolve takes, by system and scene; without one, slowdowns are not known.
        flag: the flag of the rollout (default: none is shown).
        events: what writes the game's events (default: none is shown).
        health: returns the state of each component (default: none is shown).
        environment: name of the environment, in which a flag may have another share.
        clock: seconds, for durations.

    Attributes:
        systems: what was counted, by system.
        scrape_seconds: how long it took to collect all this the last time; None before the first.

    Raises:
        InputError: `every` is below 0, the budget is not above 0, or a time of the baseline is not of a known system.
    """

    def __init__(
        self,
        *,
        every: int = EVERY,
        budget: float = BUDGET,
        baseline: Mapping[tuple[str, str], float] | None = None,
        flag: "WatchedFlag | None" = None,
        events: EventSink | None = None,
        health: Callable[[], Mapping[str, str]] | None = None,
        environment: str = "production",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if not isinstance(every, int) or every < 0:
            raise InputError(f"monitor: every: expected a whole number from 0 up, got {every!r}")
        if not budget > 0:
            raise InputError(f"monitor: budget: expected seconds above 0, got {budget!r}")
        self.every, self.budget, self.clock = every, budget, clock
        self.flag, self.events, self.health = flag, events, health
        self.environment = environment
        self.systems = {name: SystemCounts() for name in SYSTEMS}
        self._baseline: dict[str, dict[str, float]] = {name: {} for name in SYSTEMS}
        for (name, scene), seconds in (baseline or {}).items():
            if name not in SYSTEMS or not 0 < seconds < math.inf:
                raise InputError(f"monitor: baseline: expected seconds above 0 of a system, got {name!r}: {seconds!r}")
            self._baseline[name][scene] = seconds
        self._frames: list[tuple[str, FrameCounts]] = []
        self._parts = PartsOfSystems()
        self.scrape_seconds: float | None = None

    def watch(self, system: "System") -> "System":
        """Count what a system does, from now on.

        The refactored system counts by itself and gets an observer; its own counts from before are included. The
        original one is wrapped. Watch a system before scenes are prepared and units are built with it. A system that is
        watched already stays as it is. A copy is not watched, and caches have to be each system's own.

        Returns:
            The system to use from now on.

        Raises:
            InputError: it is no system of unitdocs, or has observers of every event already.
        """
        counts = self.systems.get(getattr(system, "name", ""))
        if counts is None:
            raise InputError(f"monitor: expected what create_system returns, got {system!r}")
        if isinstance(system, MonitoredSystem):
            return system
        if system.name == "original":
            resolved = partial(self.resolved, system.name)
            counts.watched += 1
            return MonitoredSystem(system, counts, resolved, self.every, self.clock)
        refactored = cast("UnitSystem", system)
        if not self._parts.has(refactored):
            if self.every:
                self._observe(refactored)
            self._parts.add(refactored)
            counts.watched += 1
        return system

    def frames(self, system: str) -> FrameCounts:
        """Return what counts the frames of one thread that plays with a system; it is kept, so ask once for a thread.

        Raises:
            InputError: there is no such system.
        """
        self._counts(system)
        frames = FrameCounts(self.budget)
        self._frames.append((system, frames))
        return frames

    def session_began(self, system: str) -> None:
        """Count that a session began with a system.

        Raises:
            InputError: there is no such system.
        """
        self._counts(system).sessions += 1

    def failed(self, system: str, kind: str) -> None:
        """Count a failure: one of `families.ERRORS`.

        Raises:
            InputError: there is no such system or kind.
        """
        errors = self._counts(system).errors
        if kind not in errors:
            raise InputError(f"monitor: kind: expected one of {', '.join(errors)}, got {kind!r}")
        errors[kind] += 1

    def invalid(self, system: str) -> None:
        """Count that units lacked what they need."""
        self.systems[system].invalid += 1

    def observed(self, system: str, kind: str, seconds: float) -> None:
        """Count how long a calculation took: one of `families.KINDS`."""
        self.systems[system].times[kind].add(seconds)

    def resolved(self, system: str, scene: str, seconds: float) -> None:
        """Count how long the resolve of a scene took, alone and over its baseline."""
        counts = self.systems[system]
        counts.times["scene"].add(seconds)
        expected = self._baseline[system].get(scene)
        if expected:
            counts.slowdowns.add(seconds / expected)

    def _counts(self, system: str) -> SystemCounts:
        if system not in self.systems:
            raise InputError(f"monitor: system: expected one of {', '.join(SYSTEMS)}, got {system!r}")
        return self.systems[system]

    def frames_of(self, system: str) -> tuple[int, int]:
        """Return how many frames were played with a system, and how many of them were missed."""
        of_system = [frames for name, frames in self._frames.copy() if name == system]
        return sum(frames.played for frames in of_system), sum(frames.missed for frames in of_system)

    def parts(self) -> PartCounts:
        """Return what all refactored systems counted themselves, those that are gone included."""
        return self._parts.total()

    def _observe(self, system: "UnitSystem") -> None:
        if not system.observers.is_empty and not system.observers.is_sample:
            raise InputError(
                "monitor: the system has observers of every event; give it none, or Observers(..., every=100)"
            )
        if system.observers.is_empty:
            system.observers = Observers(every=self.every)
        system.observers.add(CountingObserver(self.systems["refactored"], self._baseline["refactored"]))


class CountingObserver:
    """Counts the events of refactored systems.

    Args:
        counts: what is counted of the refactored system.
        baseline: seconds that a scene's resolve takes, by its name.
    """

    def __init__(self, counts: SystemCounts, baseline: Mapping[str, float]) -> None:
        self._counts = counts
        self._baseline = baseline
        self._of_scenes = counts.times["scene"].add

    def calculated(self, event: Calculated) -> None:
        """Count how long it took; most events are of scenes."""
        what, kind, _, _, seconds = event
        if what is SCENE:
            self._of_scenes(seconds)
            if kind in self._baseline:
                self._counts.slowdowns.add(seconds / self._baseline[kind])
        elif what is STRATEGIES:
            self._counts.selections.add(seconds)
        else:
            self._counts.times[kind].add(seconds)

    def cached(self, event: "CacheEvent") -> None:
        """Do nothing: caches count themselves."""

    def failed(self, event: Failed) -> None:
        """Count the failure of another observer; the system counts its own."""
        if event.what is OBSERVER:
            self._counts.errors["observer"] += 1
