"""Ticks: the step of the clock that repeated values show, and how far a ratio may be off because of it."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.stats import LogValues, RatioEffect, TooFew, rank_effect
from unitdocs.stats.ticks import NO_TICKS, ticks_of

counts = st.lists(st.integers(1, 60), min_size=2, max_size=20)


def of_logs(one: Sequence[float], other: Sequence[float], allowance: float) -> RatioEffect | TooFew:
    control, treatment = (LogValues(map(math.log, side)) for side in (one, other))
    return rank_effect(control, treatment, 0.05, allowance)


def test_the_worked_number_of_the_docstring() -> None:
    ticks = ticks_of([100, 100, 200], [100, 200, 200])
    assert (ticks.control, ticks.treatment) == (100, 100)
    assert ticks.allowance == pytest.approx(0.8)
    assert ticks.coarsest == 1


@given(counts, counts, st.sampled_from([1.0, 1e-9, 15.625e-3, 1 / 3, 1e-7 / 64]))
def test_the_tick_of_values_that_repeat_divides_them_all(one: list[int], other: list[int], tick: float) -> None:
    ticks = ticks_of([count * tick for count in one], [count * tick for count in other])
    for found, side in ((ticks.control, one), (ticks.treatment, other)):
        if 1 < len(set(side)) < len(side):
            assert found == pytest.approx(tick * math.gcd(*side))


@pytest.mark.parametrize("values", [[1.0], [0.1, 0.2, 0.3], [5.0, 5.0]])
def test_values_that_do_not_repeat_or_never_differ_show_no_tick(values: list[float]) -> None:
    assert ticks_of(values, values) == NO_TICKS


def test_times_of_a_fine_clock_show_no_tick_even_if_two_are_equal() -> None:
    values = np.random.default_rng(1).lognormal(0, 0.1, 50).tolist()
    assert ticks_of([*values, values[3]], values).control is None


def test_ticks_are_found_although_a_clock_rounds() -> None:
    # A clock that counts seconds since the start in floats: after a day its readings are 1.5e-11 apart.
    start = 86_400.0
    times = [(start + count * 1e-7) - start for count in (10, 10, 11, 12, 12, 13)]
    assert ticks_of(times, times).control == pytest.approx(1e-7, rel=1e-3)


def test_ticks_of_times_less_an_overhead_are_found_by_their_distances() -> None:
    values = [0.051733917 + count * 0.01 for count in (1, 1, 2, 4, 4)]
    assert ticks_of(values, values).control == pytest.approx(0.01)


def test_an_arm_that_never_varies_has_the_tick_of_both_together() -> None:
    ticks = ticks_of([0.3] * 5, [0.4] * 5)
    assert (ticks.control, ticks.treatment) == pytest.approx((0.1, 0.1))


@given(st.integers(1, 1000))
def test_two_arms_one_tick_apart_are_never_different(count: int) -> None:
    one, other = [float(count)] * 20, [float(count + 1)] * 20
    effect = of_logs(one, other, ticks_of(one, other).allowance)
    assert not isinstance(effect, TooFew)
    assert not effect.excludes_one


@given(counts, counts)
def test_an_interval_is_never_narrower_than_one_tick_of_the_coarser_arm(one: list[int], other: list[int]) -> None:
    ticks = ticks_of(one, other)
    effect = of_logs(one, other, ticks.allowance)
    if isinstance(effect, RatioEffect):
        assert math.log(effect.high / effect.low) >= ticks.coarsest - 1e-9
        assert effect.excludes_one == (effect.p < 0.05)
