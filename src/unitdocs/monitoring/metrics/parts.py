"""What refactored systems count in their parts, added up over all of them."""

import os
import threading
import weakref
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from unitdocs.monitoring.metrics.families import CACHES
from unitdocs.units import CacheStatistics

if TYPE_CHECKING:
    from unitdocs.units.refactored.events import ResolutionPath, Subject
    from unitdocs.units.refactored.system import UnitSystem


@dataclass(frozen=True, slots=True)
class PartCounts:
    """What the parts of one refactored system counted at a moment.

    Args:
        resolves: scenes that were resolved, by path.
        errors: what failed, by kind.
        invalid: resolves in which units lacked what they need.
        caches: what each cache did and holds, by name.
    """

    resolves: Mapping[str, int]
    errors: Mapping[str, int]
    invalid: int
    caches: Mapping[str, "CacheStatistics"]


class PartsOfSystems:
    """Counts of refactored systems that never become smaller, also when a system is gone.

    What a system's caches did after they were last read is lost with it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._known: dict[int, _Known] = {}
        self._gone = _sum([])
        self._number = 0

    def has(self, system: "UnitSystem") -> bool:
        """Return whether a system is included."""
        with self._own_lock():
            return any(known.system() is system for known in self._known.values())

    def add(self, system: "UnitSystem") -> None:
        """Include a system."""
        with self._own_lock():
            self._number += 1
            counted = system._resolved, system._failures  # noqa: SLF001 -- they outlive the system, whose caches do not
            self._known[self._number] = _Known(weakref.ref(system), *counted, _read(system))

    def total(self) -> PartCounts:
        """Return the sums over all systems."""
        with self._own_lock():
            for number, known in list(self._known.items()):
                system = known.system()
                if system is None:
                    self._gone = _sum([self._gone, known.at_the_end()])
                    del self._known[number]
                else:
                    self._known[number] = known._replace(last=_read(system))
            return _sum([self._gone, *(known.last for known in self._known.values())])

    def _own_lock(self) -> threading.Lock:
        """Return the lock; one that was copied by a fork while a thread held it would never be released."""
        if self._process != os.getpid():
            self._lock, self._process = threading.Lock(), os.getpid()
        return self._lock


class _Known(NamedTuple):
    """A system, the counts that it adds to, and all of them as they were last read."""

    system: "weakref.ref[UnitSystem]"
    resolves: "Mapping[ResolutionPath, int]"
    errors: "Mapping[Subject, int]"
    last: PartCounts

    def at_the_end(self) -> PartCounts:
        """Return the counts of a system that is gone: its caches hold nothing any more."""
        caches = {name: cache._replace(entries=0, bytes=0, oldest=None) for name, cache in self.last.caches.items()}
        resolves = {path.value: count for path, count in self.resolves.items()}
        errors = {subject.value: count for subject, count in self.errors.items()}
        return PartCounts(resolves, errors, self.last.invalid, caches)


def _read(system: "UnitSystem") -> PartCounts:
    statistics: Mapping[str, Any] = system.statistics()
    caches = {name: statistics[name] for name in CACHES}
    return PartCounts(statistics["scenes resolved"], statistics["failures"], statistics["invalid"], caches)


def _sum(counts: Iterable[PartCounts]) -> PartCounts:
    of_systems = list(counts)
    return PartCounts(
        _added(one.resolves for one in of_systems),
        _added(one.errors for one in of_systems),
        sum(one.invalid for one in of_systems),
        {name: _cache_sum([one.caches[name] for one in of_systems if one.caches]) for name in CACHES},
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)  # unlike +, it keeps zeros
    return dict(total)


def _cache_sum(caches: list[CacheStatistics]) -> CacheStatistics:
    return CacheStatistics(
        sum(cache.hits for cache in caches),
        sum(cache.misses for cache in caches),
        sum(cache.entries for cache in caches),
        sum(cache.bytes for cache in caches),
        _added(cache.evictions for cache in caches),
        None,
    )
