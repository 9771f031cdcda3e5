"""Replays: exactly what the recorded cache did, and what others would have done."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unitdocs.errors import InputError
from unitdocs.tuning.replay import (
    Admission,
    CacheCall,
    CallKind,
    RecordingCache,
    Trace,
    belady,
    lru_curve,
    read_trace,
    replay,
    write_trace,
)
from unitdocs.units import Element, Extent, Position, Scene, Size
from unitdocs.units.refactored.cache import Policy
from unitdocs.units.refactored.system import UnitSystem

POLICIES = pytest.mark.parametrize("policy", list(Policy))
KEYS = st.integers(0, 4)
ONE = st.just(1)


def keys_of(keys: list[int], size: int = 1) -> Trace:
    return Trace.of_lookups("made up", [(key, size, float(time)) for time, key in enumerate(keys)])


@st.composite
def calls(draw: st.DrawFn, sizes: st.SearchStrategy[int] = ONE, most: int = 12) -> Trace:
    """Return a trace as a system makes it: a key's first lookups may put nothing, and keys are dropped now and then."""
    made, put = list[CacheCall](), set[int]()
    for time in range(draw(st.integers(1, most))):
        key = draw(KEYS)
        kind = draw(st.sampled_from([CallKind.GET] * 6 + [CallKind.PUT, CallKind.FORGET, CallKind.DISCARD]))
        size: int | None = None
        if kind is CallKind.GET:
            size = draw(sizes) if key in put or draw(st.booleans()) else None
        elif kind is CallKind.PUT:
            size = draw(sizes)
        if kind in {CallKind.FORGET, CallKind.DISCARD}:
            put.discard(key)
        elif size is not None:
            put.add(key)
        made.append(CacheCall(kind, key, size, float(time)))
    return Trace("drawn", "layouts", tuple(made))


def best_of_all(trace: Trace, entries: int, max_bytes: int, admission: Admission) -> int:
    """Return the most hits of any sequence of evictions, by trying all of them."""
    states = {frozenset[tuple[int, int]](): 0}  # what is held, with sizes -> hits so far
    for call in trace.calls:
        after = dict[frozenset[tuple[int, int]], int]()
        for held, hits in states.items():
            for state, gained in _steps(held, call, entries, max_bytes, admission):
                after[state] = max(after.get(state, 0), hits + gained)
        states = after
    return max(states.values())


def _steps(
    held: frozenset[tuple[int, int]], call: CacheCall, entries: int, max_bytes: int, admission: Admission
) -> list[tuple[frozenset[tuple[int, int]], int]]:
    others = frozenset(item for item in held if item[0] != call.key)
    is_held = len(others) < len(held)
    if call.kind in {CallKind.FORGET, CallKind.DISCARD}:
        return [(others, 0)]
    hits = int(is_held and call.kind is CallKind.GET)
    if (is_held and call.kind is CallKind.GET) or call.size is None:
        return [(held, hits)]
    if call.size > max_bytes:
        return [(others, 0)]
    kept = [
        (frozenset([*left, (call.key, call.size)]), hits)
        for left in _subsets(others)
        if len(left) < entries and sum(size for _, size in left) + call.size <= max_bytes
    ]
    return kept if admission is Admission.REQUIRED else [*kept, (held, hits)]


def _subsets(items: frozenset[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return all subsets: a cache may evict at any time."""
    found: list[list[tuple[int, int]]] = [[]]
    for item in items:
        found += [[*one, item] for one in found]
    return found


@given(calls(), st.integers(1, 3), st.sampled_from(Admission))
@settings(max_examples=150, deadline=None)
def test_belady_is_the_best_of_all_sequences_of_evictions(trace: Trace, entries: int, admission: Admission) -> None:
    ceiling = belady(trace, entries, admission=admission)
    assert ceiling.is_exact
    assert ceiling.hits == best_of_all(trace, entries, 1 << 40, admission)


@given(calls(st.integers(0, 5), most=10), st.integers(1, 3), st.integers(1, 8), st.sampled_from(Admission))
@settings(max_examples=100, deadline=None)
def test_with_bytes_the_ceiling_is_never_below_the_best(
    trace: Trace, entries: int, most: int, admission: Admission
) -> None:
    ceiling = belady(trace, entries, most, admission)
    best = best_of_all(trace, entries, most, admission)
    assert ceiling.hits >= best
    if ceiling.is_exact:
        assert ceiling.hits == best


def test_a_value_that_is_put_anew_is_not_worth_keeping_until_then() -> None:
    rows = [("get", 1), ("get", 2), ("put", 0), ("forget", 0), ("put", 2), ("get", 2), ("get", 1)]
    made = [
        CacheCall(CallKind(kind), key, None if kind == "forget" else 1, float(time))
        for time, (kind, key) in enumerate(rows)
    ]
    assert belady(Trace("anew", "plans", tuple(made)), 2).hits == 2


def test_a_value_that_has_to_be_kept_costs_a_hit() -> None:
    trace = keys_of([1, 2, 3, 1, 2])
    assert belady(trace, 2).hits == 1
    assert belady(trace, 2, admission=Admission.OPTIONAL).hits == 2


@given(calls(st.integers(0, 5), most=40), st.integers(0, 4), st.none() | st.integers(1, 9), st.sampled_from(Policy))
def test_no_policy_exceeds_the_ceiling(trace: Trace, entries: int, most: int | None, policy: Policy) -> None:
    counts = replay(trace, policy, entries, most)
    assert counts.hits <= belady(trace, entries, most).hits
    assert counts.hits + counts.misses == trace.lookups
    assert counts.peak_bytes <= (most or 1 << 40)


@given(calls(most=60))
@settings(max_examples=100)
def test_the_curve_of_lru_is_that_of_its_replays(trace: Trace) -> None:
    curve = lru_curve(trace, range(7))
    assert curve == {entries: replay(trace, Policy.LRU, entries).hits for entries in range(7)}


def test_a_value_that_is_not_put_any_more_is_replayed_and_its_ceiling_is_a_bound() -> None:
    trace = Trace.of_lookups("odd", [(1, 1, 0.0), (2, 1, 1.0), (1, None, 2.0), (2, 1, 3.0), (1, None, 4.0)])
    assert lru_curve(trace, [1, 2]) == {1: 1, 2: 3}
    assert not belady(trace, 1).is_exact


def scene(elements: int) -> Scene:
    made = [
        Element(f"e{i}", x=Position("pixel", i, "x"), width=Size("scene-width", "fill", "width", max=100 + i))
        for i in range(elements)
    ]
    return Scene(f"{elements}", tuple(made))


def played(
    policy: Policy, entries: int, ttl: float | None, *, seed: int, plans: int, sizes: Sequence[int]
) -> list[RecordingCache[Any, Any]]:
    """Return the recorded caches of a session: screens, sizes, updates and discarded layouts in random order."""
    now = [10.0]
    caches = [
        RecordingCache[Any, Any](name, entries=most, ttl=ttl, policy=policy, clock=lambda: now[0])
        for name, most in (("layouts", entries), ("plans", plans))
    ]
    system = UnitSystem(layouts=caches[0], plans=caches[1])
    rng, scenes = random.Random(seed), [scene(elements) for elements in sizes]
    prepared = [system.prepare(one) for one in scenes]
    for _ in range(400):
        now[0] += rng.random()
        which = rng.randrange(len(scenes))
        if rng.random() < 0.1:
            prepared[which] = system.prepare(scenes[which])
        if rng.random() < 0.05:
            prepared[which].update({3: scene(40).elements[3]})
        if rng.random() < 0.01:
            caches[0].clear()
        surface = Extent(rng.choice([640.0, 800.0, 1024.0]), 480.0)
        prepared[which].resolve(scene=surface, viewport=surface)
    return caches


@POLICIES
@pytest.mark.parametrize(("entries", "ttl"), [(3, None), (8, 2.5), (64, None)])
def test_a_replay_with_the_recorded_settings_counts_what_the_recorded_cache_counted(
    policy: Policy, entries: int, ttl: float | None
) -> None:
    for cache in played(policy, entries, ttl, seed=entries, plans=entries, sizes=(12, 40, 41, 60, 80, 600)):
        done = cache.statistics()
        counts = replay(cache.trace("session"), policy, entries, ttl=ttl)
        assert (counts.hits, counts.misses) == (done.hits, done.misses)
        assert counts.evictions == done.evictions
        assert done.hits


@POLICIES
def test_a_small_recorded_cache_predicts_a_large_one(policy: Policy) -> None:
    """What a session looks up does not depend on its cache of layouts, if no scene outgrows its bound units."""
    small, _ = played(policy, 3, None, seed=5, plans=16, sizes=(12, 20, 30, 600, 700))
    large, _ = played(policy, 64, None, seed=5, plans=16, sizes=(12, 20, 30, 600, 700))
    predicted = replay(small.trace("small"), policy, 64)
    done = large.statistics()
    assert (predicted.hits, predicted.misses, predicted.evictions) == (done.hits, done.misses, done.evictions)


def test_an_entry_is_lost_to_its_age() -> None:
    trace = Trace.of_lookups("old", [(1, 10, 0.0), (1, 10, 1.0), (1, 10, 2.5)])
    counts = replay(trace, entries=4, ttl=2.0)
    assert (counts.hits, counts.misses, counts.evictions["age"], counts.peak_bytes) == (1, 2, 1, 10)
    assert counts.hit_rate == pytest.approx(1 / 3)


def test_no_cache_misses_always() -> None:
    counts = replay(keys_of([1, 1, 1]), entries=0)
    assert (counts.hits, counts.misses, counts.peak_bytes) == (0, 3, 0)
    assert belady(keys_of([1, 1, 1]), 0).hits == 0


def test_recording_ends_at_the_most_calls() -> None:
    cache = RecordingCache[int, int]("layouts", entries=4, most=2)
    for key in (1, 2, 3):
        cache.get(key)
        cache.put(key, key, 5)
    assert [(call.key, call.size) for call in cache.trace("short").calls] == [(0, 5), (1, 5)]
    assert cache.statistics().entries == 3


@given(calls(st.integers(0, 99)))
@settings(max_examples=30)
def test_a_trace_is_read_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, trace: Trace) -> None:
    path = tmp_path_factory.mktemp("traces") / "a.jsonl"
    write_trace(trace, path)
    if trace.lookups:
        assert read_trace(path) == trace
    else:
        with pytest.raises(InputError, match="holds no lookup"):
            read_trace(path)


HEAD = '{"format": "unitdocs-cache-trace", "format_version": 1, "name": "a", "cache": "layouts"}'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", r'line 1: expected an object with "format": "unitdocs-cache-trace"'),
        ("[1", "line 1: expected an object"),
        (HEAD.replace("1,", "2,"), "line 1: format_version: expected 1, got 2"),
        (HEAD.replace('"a"', "7"), "line 1: name and cache: expected two texts, got 7"),
        (HEAD, "holds no lookup"),
        (f'{HEAD}\n["get", 1, 2, 0.5]\n["get", 1, 2, 0.4]', "line 3: time: 0.4 s is before the call above"),
        *(
            (f"{HEAD}\n{line}", r"line 2: expected a call such as \[")
            for line in (
                '["take", 1, 2, 0]',
                '["get", -1, 2, 0]',
                '["get", true, 2, 0]',
                '["get", 1, 2.5, 0]',
                '["get", 1, -2, 0]',
                '["get", 1, 2, NaN]',
                '["get", 1, 2, "now"]',
                '["put", 1, null, 0]',
                '["get", 1, 2]',
                "{}",
            )
        ),
    ],
)
def test_what_is_no_trace_is_refused_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(InputError, match=said):
        read_trace(path)


def test_sizes_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="entries -1"):
        belady(keys_of([1]), -1)
    with pytest.raises(InputError, match="got \\[\\]"):
        lru_curve(keys_of([1]), [])
    with pytest.raises(InputError, match="entries: expected a whole number"):
        replay(keys_of([1]), entries=-1)
