"""A bounded cache for what is costly to compute, such as a scene's plan or its resolved boxes.

Keys are the objects themselves, compared by `==`: nothing is hashed down to a shorter key, so that a lookup never
returns another key's value. A cache knows nothing of the values in it.

Which entry is evicted when the cache is full is a `Policy`. The default loses least in its worst case, over access
traces as games make them. LRU loses its entries to a dragged window and to favourites among many screens; LRU and SIEVE
find nothing in a tour that is slightly longer than the cache; S3-FIFO stays near the best everywhere, except in caches
of a handful of entries: there its small queue is a single entry, and a few surfaces that alternate miss it.
`tests/unit/benchmarks/test_eviction.py` tests each of these sentences; the suite `eviction` measures the two best,
SIEVE and S3-FIFO, against each other: hit rates, time and memory.

Every policy keeps entries in queues that run from the oldest to the newest. These are `OrderedDict`s: popping the first
key of a plain dict passes over every key that was popped before it, and a chain of Python objects would be a reference
cycle, which keeps large values alive in a game that has turned garbage collection off. They hold entries rather than
keys: an entry is hashed by its identity, at any length of its key.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from threading import Lock
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from unitdocs.errors import InputError

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Policy(StrEnum):
    """Which entry is evicted to make room for a new one."""

    LRU = "lru"
    """The one that was used longest ago. One pass over many keys that never return evicts everything else.

    Mattson et al., "Evaluation techniques for storage hierarchies", IBM Systems Journal 9(2), 1970.
    """
    SIEVE = "sieve"
    """The oldest one that was not used since a hand last passed it; a used one stays in place and loses its mark.

    Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is Simpler than LRU", NSDI 2024, algorithm 1.
    """
    S3_FIFO = "s3-fifo"
    """New ones wait in a small queue, which entries that are used once soon leave; the others are kept in a main queue.

    Yang, Zhang, Qiu, Yue and Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023, algorithm 1.
    """


DEFAULT_POLICY = Policy.S3_FIFO


class EvictionReason(StrEnum):
    """Why an entry was evicted."""

    ENTRIES = "entries"
    """The cache held as many entries as it keeps."""
    BYTES = "bytes"
    """The cache would have held more bytes than it keeps, or the value alone was larger."""
    AGE = "age"
    """It was older than the time to live when it was looked up."""
    CLEARED = "cleared"
    """It was discarded on purpose."""
    REPLACED = "replaced"
    """The object that its key identifies was replaced, so that no lookup could find it again."""


_NO_EVICTIONS = dict.fromkeys(EvictionReason, 0)  # copied, since going through an enumeration takes long


@dataclass(frozen=True, slots=True, weakref_slot=True)
class CacheEvent:
    """Something happened in a cache: a `CacheHit`, a `CacheMiss` or a `CacheEviction`.

    Args:
        cache: the cache's name.
    """

    cache: str


class CacheHit(CacheEvent):
    """A lookup found a value."""

    __slots__ = ()


class CacheMiss(CacheEvent):
    """A lookup found no value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class CacheEviction(CacheEvent):
    """A value was evicted.

    Args:
        cache: the cache's name.
        reason: why it was evicted.
    """

    reason: EvictionReason


class CacheStatistics(NamedTuple):
    """What a cache did since it was made, and what it holds now.

    Args:
        hits: lookups that found a value.
        misses: lookups that found none.
        entries: how many values are held, including those that are too old and were not looked up since.
        bytes: the sum of their sizes.
        evictions: how many values were evicted, by reason; every reason is listed.
        oldest: seconds since the oldest value was put; None in an empty cache.
    """

    hits: int
    misses: int
    entries: int
    bytes: int
    evictions: Mapping[str, int]
    oldest: float | None

    @property
    def hit_rate(self) -> float | None:
        """The share of lookups that found a value, 0 to 1; None before the first lookup."""
        lookups = self.hits + self.misses
        return self.hits / lookups if lookups else None


class Cache(Generic[Key, Value]):
    """A cache with a limit of entries and bytes; several threads may use it.

    Each call holds one lock. While it is held no foreign code runs, except the `==` and `hash` of keys.

    Args:
        name: its name in events and messages.
        entries: how many values it keeps at most; 0 turns it off: it keeps nothing and counts nothing.
        max_bytes: how many bytes it keeps at most, by the sizes that `put` receives (default: no limit).
        ttl: seconds after which a value counts as missing (default: never).
        policy: which entry is evicted to make room.
        clock: seconds, monotonic; ages are measured on it.

    Attributes:
        listener: called with each `CacheHit`, `CacheMiss` and `CacheEviction`, after the lock is released, so that it
            may use the cache; None if there is no listener.

    Raises:
        InputError: no name, counts that are too small or not whole numbers, a time to live that is not above 0, an
            unknown policy; all of them at once.
    """

    def __init__(
        self,
        name: str,
        *,
        entries: int,
        max_bytes: int | None = None,
        ttl: float | None = None,
        policy: Policy = DEFAULT_POLICY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        problems = _problems(name, entries, max_bytes, ttl, policy)
        if problems:
            raise InputError(*(f"cache {name!r}: {problem}" for problem in problems))
        self.name = name
        self.listener: Callable[[CacheEvent], None] | None = None
        self._most_entries = entries
        self._most_bytes = math.inf if max_bytes is None else max_bytes
        self._ttl = ttl
        self._clock = clock
        self._policy = policy if isinstance(policy, Policy) else Policy(policy)
        self._lock = Lock()
        self._entries: dict[Key, _CacheEntry] = {}
        self._order: _Order = _ORDERS[self._policy]()
        self._touch = self._order.touch
        self._bytes = 0
        self._hits = 0
        self._misses = 0
        self._evictions = _NO_EVICTIONS.copy()
        self._hit, self._miss = _lookup_events(name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make an empty cache with the same settings: a copy or a pickle holds no values."""
        most_bytes = None if self._most_bytes == math.inf else self._most_bytes
        settings: dict[str, Any] = {"entries": self._most_entries, "max_bytes": most_bytes, "ttl": self._ttl}
        settings["policy"] = self._policy
        return partial(type(self), self.name, **settings, clock=self._clock), ()

    def get(self, key: Key) -> Value | None:
        """Return the value that was put under this key; None if there is none, or it is too old.

        What is returned is the object that was put, not a copy.
        """
        if not self._most_entries:
            return None
        stale = None
        now = 0.0 if self._ttl is None else self._clock()
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and self._ttl is not None and now - entry.since >= self._ttl:
                self._remove(entry)
                self._evictions[EvictionReason.AGE] += 1
                stale, entry = entry, None
            if entry is None:
                self._misses += 1
            else:
                self._hits += 1
                self._touch(entry)
        if self.listener is not None:
            if stale is not None:
                self._notify_evictions([EvictionReason.AGE])
            self.listener(self._miss if entry is None else self._hit)
        return None if entry is None else entry.value

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep a value, in place of the one that was put under this key before; others are evicted to make room.

        A value larger than all bytes that the cache keeps is not kept: an eviction for "bytes".

        Args:
            key: the key to look it up by.
            value: never None, which `get` returns if there is no value.
            size: its size in bytes, 0 or more; it is not checked.

        Raises:
            InputError: the size is negative.
        """
        if size < 0:
            raise InputError(f"cache {self.name!r}: size: expected 0 bytes or more, got {size}")
        if not self._most_entries:
            return
        entry = _CacheEntry(key, value, size, self._clock())
        with self._lock:
            replaced = self._entries.get(key)
            if replaced is not None:
                self._remove(replaced)
            if size > self._most_bytes:
                evicted = [(EvictionReason.BYTES, entry)]
            else:
                evicted = self._make_room(size)
                self._entries[key] = entry
                self._order.add(entry)
                self._bytes += size
            for reason, _ in evicted:
                self._evictions[reason] += 1
        if evicted and self.listener is not None:
            self._notify_evictions([reason for reason, _ in evicted])

    def discard(self, where: Callable[[Key], bool]) -> int:
        """Drop the values whose key makes the function true; return how many.

        The function runs without the lock: a value that another thread puts meanwhile may stay.
        """
        with self._lock:
            entries = list(self._entries.values())
        chosen = [entry for entry in entries if where(entry.key)]
        with self._lock:
            dropped = [entry for entry in chosen if self._entries.get(entry.key) is entry]
            for entry in dropped:
                self._remove(entry)
            self._evictions[EvictionReason.CLEARED] += len(dropped)
        self._notify_evictions([EvictionReason.CLEARED] * len(dropped))
        return len(dropped)

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop the values of keys that are not looked up any more: evictions for "replaced"."""
        with self._lock:
            dropped = [entry for key in dict.fromkeys(keys) if (entry := self._entries.get(key)) is not None]
            for entry in dropped:
                self._remove(entry)
            self._evictions[EvictionReason.REPLACED] += len(dropped)
        self._notify_evictions([EvictionReason.REPLACED] * len(dropped))

    def clear(self) -> int:
        """Drop all values; return how many. What was counted stays counted."""
        return self.discard(lambda _: True)

    def statistics(self) -> CacheStatistics:
        """Return what the cache did and holds, all at the same moment."""
        now = self._clock()
        with self._lock:
            since = [entry.since for entry in self._entries.values()]
            return CacheStatistics(
                hits=self._hits,
                misses=self._misses,
                entries=len(since),
                bytes=self._bytes,
                evictions={reason.value: count for reason, count in self._evictions.items()},
                oldest=max(now - min(since), 0.0) if since else None,
            )

    def _remove(self, entry: "_CacheEntry") -> None:
        del self._entries[entry.key]
        self._order.remove(entry)
        self._bytes -= entry.size

    def _make_room(self, size: int) -> list[tuple[EvictionReason, "_CacheEntry"]]:
        """Evict until one more entry of this size fits; the caller frees the values after it released the lock."""
        evicted = []
        while self._entries:
            if len(self._entries) >= self._most_entries:
                reason = EvictionReason.ENTRIES
            elif self._bytes + size > self._most_bytes:
                reason = EvictionReason.BYTES
            else:
                break
            entry = self._order.evict()
            del self._entries[entry.key]
            self._bytes -= entry.size
            evicted.append((reason, entry))
        return evicted

    def _notify_evictions(self, reasons: list[EvictionReason]) -> None:
        if self.listener is not None:
            for reason in reasons:
                self.listener(CacheEviction(self.name, reason))


@cache
def _lookup_events(name: str) -> tuple[CacheHit, CacheMiss]:
    """Return the events of a cache's lookups; made once for each name, since lookups are frequent."""
    return CacheHit(name), CacheMiss(name)


def _problems(name: object, entries: object, max_bytes: object, ttl: object, policy: object) -> list[str]:
    problems = []
    if not isinstance(name, str) or not name:
        problems.append(f"name: expected a text, got {name!r}")
    if not _is_whole(entries) or entries < 0:  # type: ignore[operator]
        problems.append(f"entries: expected a whole number, 0 (off) or more, got {entries!r}")
    if max_bytes is not None and (not _is_whole(max_bytes) or max_bytes < 1):  # type: ignore[operator]
        problems.append(f"max_bytes: expected a whole number, 1 or more, got {max_bytes!r}; entries=0 turns it off")
    if ttl is not None and not _is_seconds(ttl):
        problems.append(f"ttl: expected a number of seconds above 0, got {ttl!r}; leave it out for none")
    if not isinstance(policy, Policy) and policy not in list(Policy):
        problems.append(f"policy: {policy!r} is not one of {', '.join(Policy)}")
    return problems


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_seconds(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


class _CacheEntry:
    """A value that is kept, with what the policies record of it."""

    __slots__ = ("key", "since", "size", "uses", "value")

    def __init__(self, key: Any, value: Any, size: int, since: float) -> None:  # noqa: ANN401 -- of any cache
        self.key = key
        self.value = value
        self.size = size
        self.since = since
        self.uses = 0


_Queue = OrderedDict[_CacheEntry, None]


class _Order(Protocol):
    """A policy at work: it chooses the entry to evict, and is notified of all that happens to the others."""

    def touch(self, entry: _CacheEntry) -> None:
        """Record that an entry was used."""
        ...

    def add(self, entry: _CacheEntry) -> None:
        """Add a new entry."""
        ...

    def remove(self, entry: _CacheEntry) -> None:
        """Remove an entry that was dropped for another reason."""
        ...

    def evict(self) -> _CacheEntry:
        """Choose the entry to evict, and remove it; there is at least one."""
        ...


class _Lru:
    """One queue in the order of use."""

    def __init__(self) -> None:
        self.queue: _Queue = OrderedDict()
        self.touch: Callable[[_CacheEntry], None] = self.queue.move_to_end

    def add(self, entry: _CacheEntry) -> None:
        self.queue[entry] = None

    def remove(self, entry: _CacheEntry) -> None:
        del self.queue[entry]

    def evict(self) -> _CacheEntry:
        return self.queue.popitem(last=False)[0]


class _Sieve:
    """The paper's one queue, cut in two at its hand: the part that the hand has passed is older than the part ahead.

    When the hand has passed the newest entry, it goes on at the oldest: the two parts change places.
    """

    def __init__(self) -> None:
        self.passed: _Queue = OrderedDict()
        self.ahead: _Queue = OrderedDict()

    def touch(self, entry: _CacheEntry) -> None:
        entry.uses = 1

    def add(self, entry: _CacheEntry) -> None:
        self.ahead[entry] = None

    def remove(self, entry: _CacheEntry) -> None:
        del (self.ahead if entry in self.ahead else self.passed)[entry]

    def evict(self) -> _CacheEntry:
        while True:
            entry = self._under_the_hand()
            if not entry.uses:
                break
            entry.uses = 0
            self.passed[entry] = None
        if not self.ahead:  # the newest one is gone: the hand is at the oldest again before another is added
            self.passed, self.ahead = self.ahead, self.passed
        return entry

    def _under_the_hand(self) -> _CacheEntry:
        if not self.ahead:
            self.passed, self.ahead = self.ahead, self.passed
        return self.ahead.popitem(last=False)[0]


class _S3Fifo:
    """A small queue for new entries, a main queue, and the ghosts: hashes of the keys that left the small queue last.

    A key among the ghosts goes to the main queue at once. Two keys of one hash are confused there, which may put an
    entry into the better queue and never changes what a lookup returns.
    """

    SMALL_SHARE = 10  # one entry in ten, as in the paper; of those that are held, since bytes may leave room for few
    MOST_USES = 3
    USES_TO_STAY = 2

    def __init__(self) -> None:
        self.small: _Queue = OrderedDict()
        self.main: _Queue = OrderedDict()
        self.ghosts: OrderedDict[int, None] = OrderedDict()

    def touch(self, entry: _CacheEntry) -> None:
        if entry.uses < self.MOST_USES:
            entry.uses += 1

    def add(self, entry: _CacheEntry) -> None:
        is_ghost = self.ghosts and self.ghosts.pop(hash(entry.key), self) is None
        (self.main if is_ghost else self.small)[entry] = None

    def remove(self, entry: _CacheEntry) -> None:
        del (self.small if entry in self.small else self.main)[entry]

    def evict(self) -> _CacheEntry:
        while True:
            held = len(self.small) + len(self.main)
            if self.small and len(self.small) * self.SMALL_SHARE >= held:
                entry = self.small.popitem(last=False)[0]
                if entry.uses < self.USES_TO_STAY:
                    self._remember(entry, held)
                    return entry
                entry.uses = 0
            else:
                entry = self.main.popitem(last=False)[0]
                if not entry.uses:
                    return entry
                entry.uses -= 1
            self.main[entry] = None

    def _remember(self, entry: _CacheEntry, most: int) -> None:
        self.ghosts[hash(entry.key)] = None
        while len(self.ghosts) > most:
            self.ghosts.popitem(last=False)


_ORDERS: dict[Policy, Callable[[], _Order]] = {Policy.LRU: _Lru, Policy.SIEVE: _Sieve, Policy.S3_FIFO: _S3Fifo}
