"""Counting memory and hits."""

import gc
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from unitdocs.bench import Operation, counting
from unitdocs.bench.counting import COUNTED_CALLS, allocated_blocks, peak_memory
from unitdocs.bench.job import Job, JobKind, RoundCounts
from unitdocs.bench.process import run_worker
from unitdocs.errors import MeasurementError

Declare = Callable[..., Path]
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def count(operations: tuple[Operation, Operation], order: Sequence[int]) -> RoundCounts:
    for arm in order:
        counting.warm_up(operations[arm])
    found = {arm: counting.count(operations[arm]) for arm in order}
    return counting.counts_of(found[0], found[1])


def nothing() -> None:
    pass


def many_objects() -> list[object]:
    return [object() for _ in range(1_000)]


def a_megabyte_kept() -> bytearray:
    return bytearray(MEGABYTE)


def a_megabyte_dropped() -> None:
    bytearray(MEGABYTE)


def two_megabytes_one_after_the_other() -> None:
    bytearray(MEGABYTE)
    bytearray(MEGABYTE)


def two_megabytes_at_once() -> int:
    return len([bytearray(MEGABYTE), bytearray(MEGABYTE)])


def test_blocks_are_those_that_the_result_keeps() -> None:
    # Each object is one block; the list adds itself, and its array of pointers is too large to be one.
    assert allocated_blocks(nothing) == 0
    assert 1_000 <= allocated_blocks(many_objects) <= 1_005


@pytest.mark.parametrize(
    ("call", "megabytes"),
    [
        (nothing, 0),
        (a_megabyte_kept, 1),
        (a_megabyte_dropped, 1),
        (two_megabytes_one_after_the_other, 1),
        (two_megabytes_at_once, 2),
    ],
)
def test_the_peak_is_the_most_that_is_held_at_once(call: object, megabytes: int) -> None:
    assert peak_memory(call) == pytest.approx(megabytes * MEGABYTE, abs=5_000)  # type: ignore[arg-type]


def test_a_call_does_not_seem_to_need_less_after_objects_were_freed_that_it_can_use_again() -> None:
    def many_tuples() -> list[tuple[float, ...]]:
        return [(number, 1.0, 2.0, 3.0, 4.0) for number in map(float, range(1_500))]

    gc.collect()
    first = peak_memory(many_tuples)
    kept = many_tuples()
    del kept
    assert peak_memory(many_tuples) == first


@pytest.mark.parametrize("call", ["[object() for _ in range(1_000)]", "bytes(10**6)", "[bytes(10**6), bytes(10**6)]"])
def test_a_count_is_the_same_to_the_bit_in_every_process_whichever_arm_is_first(declare: Declare, call: str) -> None:
    # In processes of their own: other threads of this one allocate at the same time.
    path = declare(
        f"""
        def setup(arm, scenario, seed):
            return Operation(lambda: {call} if arm == "old" else None, result=lambda: 0)
        """
    )
    jobs = [
        Job(JobKind.MEMORY, str(path), "one", ("old", "new"), seed=1, order_seed=order, on_wall_clock=False, limit=60.0)
        for order in range(4)
    ]
    answers = [run_worker(job, hash_seed=order) for order, job in enumerate(jobs)]
    assert len({answer.first_warmed for answer in answers}) == 2
    assert [answer.counts for answer in answers] == [answers[0].counts] * 4
    assert answers[0].counts is not None
    assert answers[0].counts.blocks[1] == 0


def test_each_arm_keeps_its_own_numbers_whichever_is_counted_first() -> None:
    operations = (Operation(many_objects), Operation(a_megabyte_kept))
    first, second = count(operations, (0, 1)), count(operations, (1, 0))
    assert first == second
    assert first.blocks[0] >= 1_000 > first.blocks[1]
    assert first.peak[0] < MEGABYTE <= first.peak[1]


def test_what_is_made_once_and_kept_is_no_cost_of_a_call() -> None:
    table: list[bytearray] = []

    def call() -> None:
        if not table:
            table.append(bytearray(MEGABYTE))

    assert count((Operation(call), Operation(nothing)), (0, 1)).peak[0] < 5_000


@dataclass
class Cache:
    """Misses the first of every few lookups."""

    period: int
    calls: int = 0

    def call(self) -> None:
        self.calls += 1

    def counters(self) -> dict[str, tuple[int, int]]:
        return {"cache hit rate": (self.calls - self.calls // self.period, self.calls)}


def test_a_hit_rate_is_that_of_the_counted_calls_alone() -> None:
    cache = Cache(period=5)
    found = count((Operation(nothing), Operation(cache.call, counters=cache.counters)), (0, 1))
    assert found.rates == {"cache hit rate": (None, (COUNTED_CALLS - COUNTED_CALLS // 5, COUNTED_CALLS))}


def test_more_hits_than_lookups_are_no_rate() -> None:
    calls = itertools.count(step=2)
    operation = Operation(nothing, counters=lambda: {"rate": (2 * (at := next(calls)), at)})
    with pytest.raises(MeasurementError, match="counters: rate: expected from 0 to 2 hits, got 4"):
        counting.count(operation)


def test_what_either_arm_says_is_kept() -> None:
    silent, speaking = Operation(nothing), Operation(nothing, messages=lambda: {"NaN": "is no number"})
    assert count((silent, speaking), (0, 1)).messages == ({}, {"NaN": "is no number"})
    assert count((silent, silent), (0, 1)).messages is None


def test_every_rate_of_either_arm_is_kept() -> None:
    one = Operation(nothing, counters=lambda: {"a": (1, 2), "b": (0, 0)})
    other = Operation(nothing, counters=lambda: {"b": (0, 0), "c": (0, 0)})
    assert count((one, other), (0, 1)).rates == {
        "a": ((0, 0), None),
        "b": ((0, 0), (0, 0)),
        "c": (None, (0, 0)),
    }
    assert count((Operation(nothing), Operation(nothing)), (0, 1)).rates == {}


def test_a_call_that_frees_more_than_it_keeps_keeps_nothing() -> None:
    kept = [[object() for _ in range(100)] for _ in range(20)]
    assert allocated_blocks(kept.pop) == 0
