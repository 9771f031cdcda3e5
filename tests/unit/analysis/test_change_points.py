"""The laws of change points: what does not change the answer, which shifts are detected, and how seldom noise is."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from unitdocs.analysis import change_points
from unitdocs.analysis.change_points import FEWEST, LEVEL, NEEDED, splits

STEP = [0.0] * 8 + [1.0] * 8
SERIES = st.lists(st.integers(-1000, 1000).map(float), min_size=NEEDED, max_size=30)


def noise(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n)


def test_a_step_is_found_where_it_is() -> None:
    assert change_points(STEP) == (8,)


def test_each_of_several_steps_is_found() -> None:
    assert change_points([*[0.0] * 10, *[2.0] * 10, *[1.0] * 10]) == (10, 20)


def test_values_that_are_all_the_same_have_none() -> None:
    assert change_points([0.7] * 20) == ()


@pytest.mark.parametrize("n", range(NEEDED))
def test_too_few_points_have_no_answer(n: int) -> None:
    assert change_points(STEP[8 - n // 2 :][:n]) is None


def test_the_fewest_points_can_show_a_change_and_fewer_could_not() -> None:
    half = NEEDED // 2
    assert change_points([0.0] * half + [1.0] * half) == (half,)
    assert 2 / math.comb(NEEDED, half) < LEVEL / 2
    assert 2 / math.comb(2 * FEWEST, FEWEST) > LEVEL


def test_a_single_odd_point_is_no_change() -> None:
    values = noise(3, 20)
    values[9] += 100
    assert change_points(values.tolist()) == ()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_an_error(value: float) -> None:
    with pytest.raises(ValueError, match="expected finite numbers"):
        change_points([*STEP, value])


@given(SERIES, st.integers(-1000, 1000), st.sampled_from([0.5, 2.0, 1024.0]))
def test_neither_a_shift_nor_a_positive_factor_changes_the_answer(
    values: Sequence[float], shift: int, scale: float
) -> None:
    assert change_points([scale * value + shift for value in values]) == change_points(values)


@given(st.lists(st.integers(1, 1000).map(float), min_size=NEEDED, max_size=30))
def test_ratios_and_their_logarithms_give_the_same(values: Sequence[float]) -> None:
    assert change_points([math.log(value) for value in values]) == change_points(values)


@given(SERIES)
def test_levels_have_the_fewest_points_or_more_and_come_in_order(values: Sequence[float]) -> None:
    points = change_points(values)
    assert points is not None
    assert np.all(np.diff([0, *points, len(values)]) >= FEWEST)


@pytest.mark.parametrize("n", [12, 16, 30])
def test_noise_without_a_change_shows_one_no_more_often_than_promised(n: int) -> None:
    tried = 400
    alarms = sum(bool(change_points(noise(seed, n).tolist())) for seed in range(tried))
    assert alarms <= binom.ppf(0.999, tried, LEVEL)


def test_heavy_tails_raise_no_more_alarms() -> None:
    tried = 400
    drawn = np.random.default_rng(1).standard_t(2, size=(tried, 16))
    assert sum(bool(change_points(row.tolist())) for row in drawn) <= binom.ppf(0.999, tried, LEVEL)


def test_a_shift_of_three_deviations_is_nearly_always_found_near_its_place() -> None:
    tried = 100
    answers = [change_points((noise(seed, 24) + np.repeat([0, 3], 12)).tolist()) for seed in range(tried)]
    assert sum(at is not None and any(abs(one - 12) <= 1 for one in at) for at in answers) >= 0.95 * tried


def test_numbers_can_be_split_as_they_are() -> None:
    assert splits(np.array(STEP), LEVEL) == (8,)
    assert splits(np.array(STEP[:4]), LEVEL) == ()
