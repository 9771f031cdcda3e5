"""A cache answers with what was put under a key, stays within its bounds, and counts what it does."""

import gc
import random
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from unitdocs.errors import InputError
from unitdocs.units.refactored.cache import (
    Cache,
    CacheEvent,
    CacheEviction,
    CacheHit,
    CacheMiss,
    EvictionReason,
    Policy,
)

KEYS = st.integers(0, 12)
every_policy = pytest.mark.parametrize("policy", list(Policy))


class Clock:
    """A clock that does not advance until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Thing:
    """A value that can be referred to weakly."""


class AgainstAModel(RuleBasedStateMachine):
    """The model keeps all that was ever put: a cache may forget, and must never answer otherwise."""

    @initialize(
        entries=st.integers(1, 6),
        max_bytes=st.none() | st.integers(1, 40),
        ttl=st.none() | st.integers(1, 10),
        policy=st.sampled_from(Policy),
    )
    def make(self, entries: int, max_bytes: int | None, ttl: int | None, policy: Policy) -> None:
        self.entries, self.max_bytes, self.ttl = entries, max_bytes, ttl
        self.clock = Clock()
        self.cache: Cache[int, object] = Cache(
            "c", entries=entries, max_bytes=max_bytes, ttl=ttl, policy=policy, clock=self.clock
        )
        self.events: list[CacheEvent] = []
        self.cache.listener = self.events.append
        self.last: dict[int, tuple[object, int, float]] = {}
        self.lookups = self.puts = self.replaced = 0

    def held(self) -> set[int]:
        return set(self.cache._entries)

    @rule(key=KEYS, size=st.integers(0, 50))
    def put(self, key: int, size: int) -> None:
        self.puts += 1
        self.replaced += key in self.held()
        self.last[key] = (object(), size, self.clock.now)
        self.cache.put(key, self.last[key][0], size)
        assert (key in self.held()) is (self.max_bytes is None or size <= self.max_bytes)

    @rule(key=KEYS)
    def get(self, key: int) -> None:
        self.lookups += 1
        fresh = key in self.held() and (self.ttl is None or self.clock.now - self.last[key][2] < self.ttl)
        assert self.cache.get(key) is (self.last[key][0] if fresh else None)

    @rule(seconds=st.integers(0, 12))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule(divisor=st.integers(1, 4))
    def discard(self, divisor: int) -> None:
        others = {key for key in self.held() if key % divisor}
        dropped = len(self.held()) - len(others)
        assert self.cache.discard(lambda key: key % divisor == 0) == dropped
        assert self.held() == others

    @rule(keys=st.lists(KEYS, max_size=4))
    def forget(self, keys: list[int]) -> None:
        others = self.held() - set(keys)
        self.cache.forget(keys)
        assert self.held() == others

    @invariant()
    def bounds_hold_and_statistics_add_up(self) -> None:
        found = self.cache.statistics()
        held = [self.last[key] for key in self.held()]
        assert found.entries == len(held) <= self.entries
        assert found.bytes == sum(size for _, size, _ in held)
        assert self.max_bytes is None or found.bytes <= self.max_bytes
        assert found.oldest == max((self.clock.now - since for _, _, since in held), default=None)
        assert found.hits + found.misses == self.lookups
        assert self.puts == found.entries + self.replaced + sum(found.evictions.values())
        assert (found.hits, found.misses) == (self.events.count(CacheHit("c")), self.events.count(CacheMiss("c")))
        assert found.evictions == {
            reason: self.events.count(CacheEviction("c", EvictionReason(reason)))
            for reason in ("entries", "bytes", "age", "cleared", "replaced")
        }


AgainstAModel.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestEverySequenceOfCalls = AgainstAModel.TestCase


# The policies once more, as the papers write them: lists, the newest first, no matter the cost.


def lru(keys: list[int], room: int) -> list[bool]:
    queue: list[int] = []
    hits = []
    for key in keys:
        hits.append(key in queue)
        if key in queue:
            queue.remove(key)
        elif len(queue) == room:
            queue.pop()
        queue.insert(0, key)
    return hits


def sieve(keys: list[int], room: int) -> list[bool]:
    queue: list[int] = []
    visited: dict[int, bool] = {}
    hand: int | None = None
    hits = []
    for key in keys:
        hits.append(key in queue)
        if key in queue:
            visited[key] = True
            continue
        if len(queue) == room:
            at = len(queue) - 1 if hand is None else queue.index(hand)
            while visited[queue[at]]:
                visited[queue[at]] = False
                at = at - 1 if at else len(queue) - 1
            hand = queue[at - 1] if at else None
            queue.pop(at)
        queue.insert(0, key)
        visited[key] = False
    return hits


def s3_fifo(keys: list[int], room: int) -> list[bool]:
    small: list[int] = []
    main: list[int] = []
    ghosts: list[int] = []
    uses: dict[int, int] = {}

    def evict() -> None:
        while True:
            if small and len(small) >= 0.1 * room:
                oldest = small.pop()
                if uses[oldest] <= 1:
                    ghosts.insert(0, oldest)
                    del ghosts[room:]
                    return
                uses[oldest] = 0
                main.insert(0, oldest)
            else:
                oldest = main.pop()
                if uses[oldest] == 0:
                    return
                uses[oldest] -= 1
                main.insert(0, oldest)

    hits = []
    for key in keys:
        hits.append(key in small or key in main)
        if hits[-1]:
            uses[key] = min(uses[key] + 1, 3)
            continue
        if len(small) + len(main) == room:
            evict()
        known = key in ghosts
        if known:
            ghosts.remove(key)
        (main if known else small).insert(0, key)
        uses[key] = 0
    return hits


@pytest.mark.parametrize(("policy", "paper"), [(Policy.LRU, lru), (Policy.SIEVE, sieve), (Policy.S3_FIFO, s3_fifo)])
@given(st.lists(st.integers(0, 30), max_size=200), st.integers(1, 25))
def test_a_policy_keeps_the_same_entries_as_its_paper(
    policy: Policy, paper: Callable[[list[int], int], list[bool]], keys: list[int], room: int
) -> None:
    cache: Cache[int, str] = Cache("c", entries=room, policy=policy)
    hits = []
    for key in keys:
        hits.append(cache.get(key) is not None)
        if not hits[-1]:
            cache.put(key, str(key), 1)
    assert hits == paper(keys, room)


def test_a_value_lives_as_long_as_its_time_to_live() -> None:
    clock = Clock()
    cache: Cache[str, int] = Cache("c", entries=4, ttl=10, clock=clock)
    cache.put("a", 1, 1)
    clock.now = 9.75
    assert cache.get("a") == 1
    assert cache.statistics().oldest == 9.75
    clock.now = 10
    assert cache.get("a") is None
    assert cache.statistics().evictions["age"] == 1
    assert cache.statistics().oldest is None


def test_putting_again_starts_a_value_s_time_anew() -> None:
    clock = Clock()
    cache: Cache[str, int] = Cache("c", entries=4, ttl=10, clock=clock)
    cache.put("a", 1, 1)
    clock.now = 8
    cache.put("a", 2, 1)
    clock.now = 17
    assert cache.get("a") == 2
    assert sum(cache.statistics().evictions.values()) == 0


def test_every_eviction_is_counted_by_its_reason() -> None:
    clock = Clock()
    cache: Cache[str, int] = Cache("c", entries=2, max_bytes=100, ttl=5, policy=Policy.LRU, clock=clock)
    for key in "abc":
        cache.put(key, 1, 10)
    cache.put("c", 1, 10)
    cache.put("b", 1, 95)
    cache.put("large", 1, 101)
    clock.now = 5
    cache.get("b")
    cache.put("d", 1, 1)
    cache.put("e", 1, 1)
    cache.forget(["e", "gone", "e"])
    assert cache.clear() == 1
    assert cache.statistics().evictions == {"entries": 1, "bytes": 2, "age": 1, "cleared": 1, "replaced": 1}


def test_a_value_that_is_too_large_leaves_no_older_one_under_its_key() -> None:
    cache: Cache[str, int] = Cache("c", entries=2, max_bytes=100)
    cache.put("a", 1, 10)
    cache.put("b", 1, 10)
    cache.put("a", 2, 101)
    assert cache.get("a") is None
    assert cache.get("b") == 1


def test_a_listener_may_use_the_cache() -> None:
    cache: Cache[int, int] = Cache("boxes", entries=1, policy=Policy.LRU)
    events: list[tuple[CacheEvent, int]] = []
    cache.listener = lambda event: events.append((event, cache.statistics().entries))
    cache.get(1)
    cache.put(1, 1, 1)
    cache.get(1)
    cache.put(2, 2, 1)
    cache.clear()
    assert events == [
        (CacheMiss("boxes"), 0),
        (CacheHit("boxes"), 1),
        (CacheEviction("boxes", EvictionReason.ENTRIES), 1),
        (CacheEviction("boxes", EvictionReason.CLEARED), 0),
    ]


def test_events_of_two_kinds_or_of_two_caches_are_never_equal() -> None:
    events = [
        kind(name)
        for name in ("boxes", "plans")
        for kind in (CacheHit, CacheMiss, lambda name: CacheEviction(name, EvictionReason.AGE))
    ]
    assert len(set(events)) == len(events)
    with pytest.raises(AttributeError):
        events[0].cache = "other"  # type: ignore[misc]


def test_a_cache_that_is_off_keeps_and_counts_nothing() -> None:
    cache: Cache[int, int] = Cache("c", entries=0)
    cache.put(1, 1, 1)
    assert cache.get(1) is None
    assert cache.statistics().misses == 0
    assert cache.statistics().hit_rate is None


def test_the_hit_rate_is_the_share_of_lookups_that_found_a_value() -> None:
    cache: Cache[int, int] = Cache("c", entries=3)
    assert cache.statistics().hit_rate is None
    cache.put(1, 1, 1)
    for key in (1, 1, 1, 2):
        cache.get(key)
    assert cache.statistics().hit_rate == 0.75


def test_keys_of_one_hash_are_distinguished() -> None:
    class Key:
        def __hash__(self) -> int:
            return 1

    one, other = Key(), Key()
    for policy in Policy:
        cache: Cache[Any, str] = Cache("c", entries=2, policy=policy)
        cache.put(one, "one", 1)
        assert cache.get(other) is None
        cache.put(other, "other", 1)
        assert (cache.get(one), cache.get(other)) == ("one", "other")


@every_policy
def test_what_leaves_is_free_at_once_without_garbage_collection(policy: Policy) -> None:
    gc.disable()
    try:
        cache: Cache[int, Thing] = Cache("c", entries=2, policy=policy)
        things = [Thing() for _ in range(5)]
        kept = [weakref.ref(thing) for thing in things]
        while things:
            cache.put(len(things), things.pop(), 1)
        assert sum(ref() is not None for ref in kept) == 2
        del cache
        assert all(ref() is None for ref in kept)
    finally:
        gc.enable()


@pytest.fixture
def _eager_threads() -> Iterator[None]:
    """Let threads take turns much more often than usual, so that what is not locked shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@every_policy
@pytest.mark.usefixtures("_eager_threads")
def test_threads_get_the_right_value_for_every_key(policy: Policy) -> None:
    cache: Cache[tuple[int, str], tuple[int, str, int]] = Cache("c", entries=16, max_bytes=60, policy=policy)
    wrong: list[object] = []
    lookups = 3000

    def work(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(lookups):
            key = (rng.randrange(40), "key")
            found = cache.get(key)
            if found is None:
                cache.put(key, (*key, seed), rng.randrange(10))
            elif found[:2] != key:
                wrong.append((key, found))
            if rng.random() < 0.005:
                cache.discard(lambda key: key[0] % 3 == 0)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = cache.statistics()
    assert not wrong
    assert found.hits + found.misses == 4 * lookups
    assert found.entries <= 16
    assert found.bytes == sum(entry.size for entry in cache._entries.values()) <= 60


def test_all_wrong_settings_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Cache("", entries=-1, max_bytes=0, ttl=0, policy="newest")  # type: ignore[arg-type]
    assert [problem.split(": ")[1] for problem in caught.value.problems] == [
        "name",
        "entries",
        "max_bytes",
        "ttl",
        "policy",
    ]
    with pytest.raises(InputError, match="entries: expected a whole number"):
        Cache("c", entries=True)
    with pytest.raises(InputError, match="ttl"):
        Cache("c", entries=1, ttl=float("nan"))


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(InputError, match="cache 'c': size: expected 0 bytes or more, got -1"):
        Cache("c", entries=1).put(1, 1, -1)
