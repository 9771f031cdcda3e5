"""What the cache's default policy follows from: hit rates over the traces of the suite `eviction`, which are exact."""

import importlib.util
import itertools
import random
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from unitdocs.units.refactored.cache import DEFAULT_POLICY, Cache, Policy

SEEDS = range(3)
LOOKUPS = 5_000


@cache
def eviction() -> ModuleType:
    path = Path(__file__).parents[3] / "benchmarks" / "studies" / "policies" / "eviction.py"
    spec = importlib.util.spec_from_file_location("eviction", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def hit_rate(policy: Policy, trace: str, entries: int) -> float:
    """Return the share of hits of a cache of a number of entries; the tour is longer than this cache, whatever its size."""
    made = eviction().TRACES[trace][1]
    hits = 0
    for seed in SEEDS:
        rng = random.Random(seed)
        keys = made(rng, entries) if trace == "loop" else made(rng)
        kept: Cache[object, object] = Cache("c", entries=entries, policy=policy)
        eviction()._play(kept, list(itertools.islice(keys, LOOKUPS)))
        hits += kept.statistics().hits
    return hits / (LOOKUPS * len(SEEDS))


def loss(policy: Policy, trace: str, entries: int) -> float:
    """Return how far a policy stays behind the best one."""
    return max(hit_rate(other, trace, entries) for other in Policy) - hit_rate(policy, trace, entries)


SIZES = pytest.mark.parametrize("entries", [16, 32, 64, 128])


@SIZES
def test_the_default_stays_near_the_best_on_every_trace(entries: int) -> None:
    losses = {policy: max(loss(policy, trace, entries) for trace in eviction().TRACES) for policy in Policy}
    assert min(losses, key=losses.__getitem__) is DEFAULT_POLICY
    assert losses[DEFAULT_POLICY] < 0.06


@SIZES
def test_lru_is_pushed_out_by_a_drag_and_by_favourites_among_many_screens(entries: int) -> None:
    assert loss(Policy.LRU, "drag", entries) > 0.05
    assert loss(Policy.LRU, "screens", entries) > 0.03


@SIZES
@pytest.mark.parametrize("policy", [Policy.LRU, Policy.SIEVE])
def test_lru_and_sieve_find_nothing_in_a_tour_longer_than_the_cache(policy: Policy, entries: int) -> None:
    assert hit_rate(policy, "loop", entries) == 0
    assert hit_rate(DEFAULT_POLICY, "loop", entries) > 0.5


def test_s3_fifo_needs_more_than_a_handful_of_entries_where_a_few_surfaces_alternate() -> None:
    assert loss(Policy.S3_FIFO, "breakpoints", 8) > 0.1 > loss(Policy.S3_FIFO, "breakpoints", 16)


@pytest.mark.parametrize("trace", ["screens", "drag", "breakpoints", "loop"])
def test_both_arms_find_the_same_and_count_every_lookup(trace: str) -> None:
    suite = eviction().SUITE
    made = [suite.setup(arm, suite.scenario(trace), 7) for arm in suite.arms]
    assert made[0].result() == made[1].result()
    for operation in made:
        operation.call()
        assert operation.counters()["cache hit rate"][1] == operation.inner
