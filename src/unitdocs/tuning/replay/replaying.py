"""What a cache would have done with the calls of a trace, by a real cache that receives them.

The cache is that of `unitdocs.units`, and its clock shows the trace's times. Nothing is modelled: with the settings of
the recorded cache, the counts are those of that cache. With others they are those of a system that makes the same
calls. A system nearly does: a scene of middle size is compiled after it was computed several times, which fewer hits
bring forward, and its layouts then get new keys, once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from unitdocs.tuning.replay.traces import CacheCall, CallKind, Trace
from unitdocs.units.refactored.cache import DEFAULT_POLICY, Cache, Policy


@dataclass(frozen=True)
class ReplayCounts:
    """What a cache did over a trace.

    Args:
        hits: lookups that found a value.
        misses: lookups that found none.
        evictions: how many values were evicted, by reason; every reason is listed.
        peak_bytes: the most bytes that it held at any time.
    """

    hits: int
    misses: int
    evictions: Mapping[str, int]
    peak_bytes: int

    @property
    def hit_rate(self) -> float:
        """The share of lookups that found a value, 0 to 1; 0 for a trace without lookups."""
        return self.hits / max(self.hits + self.misses, 1)


class _ReplayedCache(Cache[int, bool]):
    """A cache that notes the most bytes that it held."""

    peak = 0

    def put(self, key: int, value: bool, size: int) -> None:  # noqa: FBT001 -- as its base
        super().put(key, value, size)
        self.peak = max(self.peak, self._bytes)


def replay(
    trace: Trace,
    policy: Policy = DEFAULT_POLICY,
    entries: int = 64,
    max_bytes: int | None = None,
    ttl: float | None = None,
) -> ReplayCounts:
    """Return what a cache would have done with the calls of a trace.

    Args:
        trace: the calls.
        policy: which entry is evicted to make room.
        entries: how many values it keeps at most; 0 for no cache, which misses always.
        max_bytes: how many bytes it keeps at most (default: no limit).
        ttl: seconds after which a value counts as missing (default: never).

    Raises:
        InputError: a setting is out of range.
    """
    now = 0.0
    cache = _ReplayedCache(trace.cache, entries=entries, max_bytes=max_bytes, ttl=ttl, policy=policy, clock=lambda: now)
    for call in trace.calls:
        now = call.time
        _STEPS[call.kind](cache, call)
    done = cache.statistics()
    return ReplayCounts(done.hits, trace.lookups - done.hits, done.evictions, cache.peak)


def _look_up(cache: _ReplayedCache, call: CacheCall) -> None:
    if cache.get(call.key) is None and call.size is not None:
        cache.put(call.key, True, call.size)  # noqa: FBT003 -- any value will do


def _put(cache: _ReplayedCache, call: CacheCall) -> None:
    cache.put(call.key, True, call.size or 0)  # noqa: FBT003 -- the same


_STEPS: Mapping[CallKind, Callable[[_ReplayedCache, CacheCall], object]] = {
    CallKind.GET: _look_up,
    CallKind.PUT: _put,
    CallKind.FORGET: lambda cache, call: cache.forget([call.key]),
    CallKind.DISCARD: lambda cache, call: cache.discard(call.key.__eq__),
}
