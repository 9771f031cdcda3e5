"""Slopes of levels and exponents of costs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress, t

from unitdocs.stats.binomial import share_of
from unitdocs.stats.slopes import BLOCKS, power_of, slope_of

N = 120
DONE = [10.0 * i for i in range(N)]
LEVEL = 0.05


def autocorrelated(rng: np.random.Generator, correlation: float) -> list[float]:
    errors = rng.normal(size=N)
    for i in range(1, N):
        errors[i] += correlation * errors[i - 1]
    return [float(error) for error in errors]


def test_a_level_without_errors_has_its_slope_exactly() -> None:
    slope = slope_of(DONE, [5 + 2 * x for x in DONE], LEVEL)
    assert (slope.value, slope.low, slope.high) == pytest.approx((2, 2, 2))
    assert slope.step is None


def test_a_constant_level_has_the_slope_zero() -> None:
    slope = slope_of(DONE, [7e9] * N, LEVEL)
    assert (slope.low, slope.high, slope.half_width) == (0, 0, 0)


def test_a_single_step_is_set_aside_wherever_it_is() -> None:
    rng = np.random.default_rng(1)
    for place in (0.2, 0.5, 0.8):
        levels = [(50_000 if x > place * DONE[-1] else 0) + float(rng.normal()) for x in DONE]
        slope = slope_of(DONE, levels, LEVEL)
        assert slope.low <= 0 <= slope.high
        assert slope.step == pytest.approx(50_000, rel=0.01)
        assert slope.at == pytest.approx(place * DONE[-1], abs=2 * DONE[-1] / BLOCKS)


def test_a_step_does_not_hide_a_slope() -> None:
    slope = slope_of(DONE, [100 * x + (50_000 if x > 600 else 0) for x in DONE], LEVEL)
    assert slope.value == pytest.approx(100)
    assert slope.step == pytest.approx(50_000)


def test_growth_in_many_steps_is_a_slope() -> None:
    slope = slope_of(DONE, [8_000 * math.floor(x / 150) for x in DONE], LEVEL)
    assert slope.low > 30
    assert slope.step is None


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_intervals_hold_the_true_slope_as_often_as_they_say(correlation: float) -> None:
    rng = np.random.default_rng(2)
    missed = 0
    for _ in range(400):
        slope = slope_of(DONE, autocorrelated(rng, correlation), LEVEL)
        missed += not slope.low <= 0 <= slope.high
    assert share_of(missed, 400).low <= LEVEL


def test_independent_errors_almost_never_have_a_step() -> None:
    rng = np.random.default_rng(3)
    steps = sum(slope_of(DONE, autocorrelated(rng, 0.0), LEVEL).step is not None for _ in range(500))
    assert share_of(steps, 500).low <= 0.002


@given(
    st.floats(-1e3, 1e3),
    st.floats(1e-3, 1e3),
    st.lists(st.integers(-1000, 1000), min_size=N, max_size=N),
)
def test_a_slope_follows_the_unit_of_the_level(offset: float, scale: float, levels: list[int]) -> None:
    plain = slope_of(DONE, [float(level) for level in levels], LEVEL)
    scaled = slope_of(DONE, [offset + scale * level for level in levels], LEVEL)
    if (plain.step is None) is (scaled.step is None):  # F can be on the threshold
        assert scaled.value == pytest.approx(scale * plain.value, rel=1e-6, abs=1e-6 * max(1.0, scale))


def test_too_few_samples_have_no_slope() -> None:
    with pytest.raises(ValueError, match="needs 20 samples or more, got 19"):
        slope_of(DONE[:19], DONE[:19], LEVEL)


def test_squares_have_the_exponent_two() -> None:
    power = power_of([1, 2, 3], [3, 12, 27], LEVEL)
    assert (power.exponent, power.low, power.high) == pytest.approx((2, 2, 2))
    assert power.n == 3


def test_a_bend_widens_the_interval_of_an_exponent() -> None:
    sizes = [10.0**i for i in range(6)]
    straight = power_of(sizes, sizes, LEVEL)
    bent = power_of(sizes, [size + size**1.5 / 100 for size in sizes], LEVEL)
    assert straight.high - straight.low < 1e-6
    assert bent.low < bent.exponent - 0.05


def test_the_interval_of_an_exponent_is_that_of_scipy() -> None:
    sizes, costs = [10.0, 20.0, 50.0, 100.0, 200.0], [1.0, 2.2, 4.9, 11.0, 19.0]
    power, line = power_of(sizes, costs, LEVEL), linregress(np.log(sizes), np.log(costs))
    assert power.exponent == pytest.approx(line.slope)
    assert power.high - power.exponent == pytest.approx(t.ppf(0.975, 3) * line.stderr)


def test_one_size_has_no_exponent() -> None:
    with pytest.raises(ValueError, match="needs 2 sizes or more, got 1"):
        power_of([1], [1], LEVEL)
