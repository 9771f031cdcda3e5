"""What refactored systems count in their parts, added up over all of them."""

import threading
import weakref
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unitdocs.monitoring.families import CACHES
from unitdocs.units import CacheStatistics

if TYPE_CHECKING:
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

    What a system did after its counts were last read is lost with it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, tuple[weakref.ref[Any], PartCounts]] = {}
        self._gone: list[PartCounts] = []
        self._number = 0

    def add(self, system: "UnitSystem") -> None:
        """Include a system."""
        with self._lock:
            self._number += 1
            self._known[self._number] = (weakref.ref(system), _read(system))

    def total(self) -> PartCounts:
        """Return the sums over all systems."""
        with self._lock:
            for number, (reference, last) in list(self._known.items()):
                system = reference()
                if system is None:
                    del self._known[number]
                    self._gone.append(_emptied(last))
                else:
                    self._known[number] = (reference, _read(system))
            self._gone = [_sum(self._gone)]
            return _sum([*self._gone, *(counts for _, counts in self._known.values())])


def _read(system: "UnitSystem") -> PartCounts:
    statistics: Mapping[str, Any] = system.statistics()
    caches = {name: statistics[name] for name in CACHES}
    return PartCounts(statistics["scenes resolved"], statistics["failures"], statistics["invalid"], caches)


def _emptied(counts: PartCounts) -> PartCounts:
    """Return the counts of a system that is gone: its caches hold nothing any more."""
    caches = {name: cache._replace(entries=0, bytes=0, oldest=None) for name, cache in counts.caches.items()}
    return PartCounts(counts.resolves, counts.errors, counts.invalid, caches)


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
