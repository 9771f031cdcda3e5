"""Timing two arms against each other, on a clock that work itself moves on."""

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.bench import timing
from unitdocs.bench.timing import (
    BATCH_NS,
    BLOCKS,
    FRAMES_ENOUGH,
    WARM_UPS,
    batch,
    calls_a_batch,
    time_blocks,
    time_frames,
    warm_up_frames,
)


@dataclass
class FakeClock:
    """A clock that advances only with the work done; it replaces the module `time`."""

    now: int = 1_000
    log: list[str] = field(default_factory=list)

    def perf_counter_ns(self) -> int:
        return self.now

    def thread_time_ns(self) -> int:
        return self.now // 2

    def work(self, nanoseconds: int, letter: str = "") -> Callable[[], None]:
        def call() -> None:
            self.now += nanoseconds
            self.log.append(letter)

        return call


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    fake = FakeClock()
    monkeypatch.setattr(timing, "time", fake)
    return fake


@given(st.integers(1, 2 * BATCH_NS))
def test_a_batch_takes_at_least_its_time_and_hardly_more(cost: int) -> None:
    fake = FakeClock()
    calls = calls_a_batch(fake.work(cost), fake.perf_counter_ns)
    assert calls * cost >= BATCH_NS
    assert calls == 1 or (calls - 1) * cost <= BATCH_NS * 1.1 + cost


def test_a_call_that_takes_longer_than_a_batch_is_a_batch_of_its_own() -> None:
    fake = FakeClock()
    assert calls_a_batch(fake.work(BATCH_NS), fake.perf_counter_ns) == 1
    assert len(fake.log) == WARM_UPS


def test_one_slow_call_among_the_first_does_not_make_batches_short() -> None:
    fake = FakeClock()
    costs = iter([100 * BATCH_NS])

    def call() -> None:
        fake.now += next(costs, 1_000)

    assert calls_a_batch(call, fake.perf_counter_ns) * 1_000 >= BATCH_NS


def test_a_clock_that_steps_coarsely_is_given_enough_to_see() -> None:
    fake = FakeClock()
    step = 10**6
    calls = calls_a_batch(fake.work(100), lambda: fake.now // step * step)
    assert calls * 100 >= BATCH_NS


def batches(*of: tuple[timing.Call, int]) -> tuple[timing.Batch, timing.Batch]:
    """Return what runs a batch of each arm: a call, and how often it is made."""
    control, treatment = (functools.partial(batch, call, calls) for call, calls in of)
    return control, treatment


def test_a_block_runs_its_four_batches_as_its_letter_says(clock: FakeClock) -> None:
    both = batches((clock.work(10_000, "c"), 2), (clock.work(20_000, "t"), 3))
    times = time_blocks(both, (2, 3), random.Random(7))
    blocks = {"A": "ccttttttcc", "B": "tttcccc" + "ttt"}
    assert "".join(clock.log) == "".join(blocks[letter] for letter in times.order)
    assert set(times.order) == {"A", "B"}


def test_every_batch_is_kept_on_both_clocks(clock: FakeClock) -> None:
    both = batches((clock.work(10_000), 2), (clock.work(20_000), 3))
    times = time_blocks(both, (2, 21), random.Random(7))
    done = 2 * len(times.order)
    assert len(times.order) == BLOCKS
    assert times.wall == ([20_000] * done, [60_000] * done)
    assert times.cpu == ([10_000] * done, [30_000] * done)
    assert times.operations == (2, 21)


def test_no_block_is_begun_when_half_a_second_is_used_up(clock: FakeClock) -> None:
    # A block takes 2 * 10 + 2 * 15 = 50 ms; the eleventh would begin at 500 ms.
    both = batches((clock.work(10_000_000), 1), (clock.work(15_000_000), 1))
    assert len(time_blocks(both, (1, 1), random.Random(7)).order) == 10


def test_work_of_more_than_half_a_second_is_still_timed_once(clock: FakeClock) -> None:
    both = batches((clock.work(10**9), 1), (clock.work(10**9), 1))
    assert len(time_blocks(both, (1, 1), random.Random(7)).order) == 1


@given(st.integers())
def test_the_order_is_the_seeds(seed: int) -> None:
    def order() -> str:
        return time_blocks(batches((list, 1), (list, 1)), (1, 1), random.Random(seed)).order

    shorter, longer = sorted((order(), order()), key=len)  # a busy machine may end one early
    assert longer.startswith(shorter)
    assert 1 <= len(shorter) <= len(longer) <= BLOCKS


def players(clock: FakeClock, *costs: int, frames: int = 50) -> tuple[timing.Play, timing.Play]:
    """Return what plays a sequence of frames that cost so much each, in both arms."""
    control, treatment = (
        functools.partial(timing.play, clock.work(cost, letter), frames)
        for cost, letter in zip(costs, "ct", strict=True)
    )
    return control, treatment


def test_a_sequence_is_played_in_whole_passes_in_blocks(clock: FakeClock) -> None:
    times = time_frames(players(clock, 1_000, 2_000), 50, random.Random(7))
    passes = {"A": "c" * 50 + "t" * 50, "B": "t" * 50 + "c" * 50}
    assert "".join(clock.log) == "".join(passes[letter] for letter in times.order)
    blocks = [times.order[i : i + 2] for i in range(0, len(times.order), 2)]
    assert set(blocks) == {"AB", "BA"}
    # A thousand frames of each arm are twenty passes.
    assert len(times.order) == FRAMES_ENOUGH / 50
    assert (times.length, times.wall) == (50, ([1_000] * 1_000, [2_000] * 1_000))
    assert times.cpu == ([500] * 1_000, [1_000] * 1_000)


def test_no_block_of_passes_is_begun_when_a_second_is_used_up(clock: FakeClock) -> None:
    # A pair of passes takes 50 * 6 ms = 0.3 s, a block 0.6 s; the third would begin at 1.2 s.
    assert len(time_frames(players(clock, 2_000_000, 4_000_000), 50, random.Random(7)).order) == 4


def test_a_block_of_frames_that_take_a_tenth_of_a_second_is_still_played_whole(clock: FakeClock) -> None:
    assert len(time_frames(players(clock, 90_000_000, 90_000_000), 50, random.Random(7)).order) == 2


def test_where_a_pass_takes_seconds_each_arm_plays_one(clock: FakeClock) -> None:
    times = time_frames(players(clock, 100_000_000, 100_000_000), 50, random.Random(7))
    assert (len(times.order), len(times.wall[0]), len(times.wall[1])) == (1, 50, 50)


@pytest.mark.parametrize(("cost", "played"), [(1_000_000, 50), (100_000_000, 20), (3_000_000_000, 1)])
def test_a_warm_up_is_a_whole_pass_unless_it_takes_long(clock: FakeClock, cost: int, played: int) -> None:
    assert warm_up_frames(clock.work(cost), 50) == played
    assert len(clock.log) == played


def test_the_real_clocks_see_the_work() -> None:
    both = batches((lambda: sum(range(1_000)), 10), (lambda: sum(range(1_000)), 10))
    times = time_blocks(both, (10, 10), random.Random(1))
    for revisions in (times.cpu, times.wall):
        assert all(batch > 0 for side in revisions for batch in side)
