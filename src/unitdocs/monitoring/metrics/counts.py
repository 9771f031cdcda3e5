"""Counts of one kind of work: values in buckets, frames, and all that systems of one name do."""

from bisect import bisect_left
from dataclasses import dataclass, field

from unitdocs.monitoring.metrics.families import ERRORS, KINDS, PATHS, SLOWDOWN_BOUNDS, TIME_BOUNDS


class ValueCounts:
    """How many values lie in each bucket of a histogram.

    Without a lock, which would cost as much as the rest: an interpreter without a global one may lose a value when two
    threads add at the same moment.

    Args:
        bounds: upper bounds of the buckets, growing; a last one is without bound.
    """

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        place = bisect_left(self._bounds, value)
        self.counts[place] += 1
        self.total += value

    def read(self) -> tuple[list[int], float]:
        """Return the counts and the sum of the values."""
        return self.counts.copy(), self.total


class FrameCounts:
    """Frames of a system; each thread that plays frames has its own.

    Args:
        budget: seconds that a frame may take.
    """

    __slots__ = ("budget", "missed", "played")

    def __init__(self, budget: float) -> None:
        self.budget = budget
        self.played = self.missed = 0

    def count(self, seconds: float) -> None:
        """Count a frame.

        Args:
            seconds: how long it took, by the wall clock.
        """
        self.played += 1
        if seconds > self.budget:
            self.missed += 1


@dataclass(slots=True)
class SystemCounts:
    """What was counted of all systems of one name.

    Args:
        watched: systems that were watched.
        sessions: sessions that began.
        resolves: scenes that were resolved, by path.
        errors: what failed, by kind.
        invalid: resolves in which units lacked what they need.
        times: durations of calculations, by kind.
        selections: durations of choosing strategies.
        slowdowns: durations of resolves over those of the baseline.
    """

    watched: int = 0
    sessions: int = 0
    resolves: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PATHS, 0))
    errors: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ERRORS, 0))
    invalid: int = 0
    times: dict[str, ValueCounts] = field(default_factory=lambda: {kind: ValueCounts(TIME_BOUNDS) for kind in KINDS})
    selections: ValueCounts = field(default_factory=lambda: ValueCounts(TIME_BOUNDS))
    slowdowns: ValueCounts = field(default_factory=lambda: ValueCounts(SLOWDOWN_BOUNDS))
