"""Effects by ranks: the Mann-Whitney test and the Hodges-Lehmann interval, which never contradict each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from unitdocs.stats import LogValues, RatioEffect, TooFew, rank_effect

# Hollander and Wolfe 1973, p. 69: permeability of the human chorioamnion at term and at 12 to 26 weeks, the example of
# R's documentation of wilcox.test.
TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
WEEKS = [1.15, 0.88, 0.90, 0.74, 1.21]
# Multiples of an eighth: their differences are exact, and many are tied.
tied = st.lists(st.integers(-8, 8).map(lambda eighths: eighths / 8), min_size=4, max_size=30)
untied = st.lists(st.floats(-3, 3).map(lambda value: round(value, 6)), min_size=4, max_size=20, unique=True)


def effect(control: list[float], treatment: list[float], level: float = 0.05) -> RatioEffect:
    found = rank_effect(LogValues(control), LogValues(treatment), level)
    assert isinstance(found, RatioEffect)
    return found


def test_estimate_interval_and_p_are_those_of_hollander_and_wolfe() -> None:
    # Their exact two-sided p is 0.2544, the estimate 0.305, the interval from -0.15 to 0.76; so R's
    # wilcox.test(x, y, conf.int = TRUE).
    found = effect(WEEKS, TERM)
    assert math.log(found.ratio) == pytest.approx(0.305)
    assert math.log(found.low) == pytest.approx(-0.15)
    assert math.log(found.high) == pytest.approx(0.76)
    assert found.p == pytest.approx(0.2544, abs=5e-5)
    assert found.n == 15


def test_p_is_the_one_that_scipy_documents() -> None:
    # scipy.stats.mannwhitneyu: ages at which diabetes was diagnosed, U = 17, exact p = 0.1111111111111111.
    assert effect([19, 22, 16, 29, 24], [20, 11, 17, 12]).p == pytest.approx(0.1111111111111111)


def test_the_worked_number_of_the_docstring() -> None:
    found = effect([1, 2, 3, 4], [5, 6, 7, 8])
    assert [math.log(value) for value in (found.ratio, found.low, found.high)] == pytest.approx([4, 1, 7])
    assert found.p == pytest.approx(2 / 70)


@given(untied, untied)
def test_without_ties_p_is_scipys_exact_one(control: list[float], treatment: list[float]) -> None:
    control = [value + 1e-7 for value in control]  # no value is on both sides
    theirs = scipy_stats.mannwhitneyu(treatment, control, method="exact").pvalue
    assert effect(control, treatment).p == pytest.approx(float(theirs))


@pytest.mark.parametrize("kind", ["few", "many"])
@given(data=st.data(), level=st.sampled_from([0.05, 0.1, 0.2]))
def test_p_and_interval_never_contradict_each_other(kind: str, data: st.DataObject, level: float) -> None:
    control, treatment = data.draw(tied), data.draw(tied)
    if kind == "many":
        control, treatment = control * 15, treatment * 15  # more than 2,500 pairs more often than not
    found = effect(control, treatment, level)
    assert found.excludes_one == (found.p < level)
    assert found.low <= found.ratio <= found.high


@given(tied, tied)
def test_the_estimate_is_the_median_of_all_differences(control: list[float], treatment: list[float]) -> None:
    differences = np.subtract.outer(treatment, control)
    assert math.log(effect(control, treatment).ratio) == pytest.approx(float(np.median(differences)), abs=1e-12)


@given(tied, tied)
def test_exchanging_the_sides_turns_the_effect_round(control: list[float], treatment: list[float]) -> None:
    there, back = effect(control, treatment), effect(treatment, control)
    assert (back.ratio, back.low, back.high) == pytest.approx((1 / there.ratio, 1 / there.high, 1 / there.low))
    assert (back.p, back.minimum_detectable_effect) == pytest.approx((there.p, there.minimum_detectable_effect))


def test_many_values_take_the_normal_approximation_that_scipy_takes() -> None:
    rng = np.random.default_rng(4)
    control, treatment = rng.normal(0, 1, 80), rng.normal(0.3, 1, 60)
    theirs = scipy_stats.mannwhitneyu(treatment, control, method="asymptotic", use_continuity=True)
    assert effect(control.tolist(), treatment.tolist()).p == pytest.approx(float(theirs.pvalue))


def test_exact_and_approximate_chances_agree_where_one_gives_way_to_the_other() -> None:
    rng = np.random.default_rng(6)
    control, treatment = rng.normal(0, 1, 50), rng.normal(0.4, 1, 51)
    fewer, more = (effect(control.tolist(), treatment[:n].tolist()) for n in (50, 51))
    assert math.log(fewer.low) == pytest.approx(math.log(more.low), abs=0.05)
    assert math.log(fewer.high) == pytest.approx(math.log(more.high), abs=0.05)


@pytest.mark.parametrize("digits", [1, 6])
def test_equal_sides_are_called_different_in_at_most_one_case_in_twenty(digits: int) -> None:
    rng = np.random.default_rng(8)
    trials = 800
    drawn = rng.lognormal(0, 0.2, (trials, 2, 8)).round(digits)
    wrong = sum(effect(control.tolist(), treatment.tolist()).excludes_one for control, treatment in drawn)
    assert wrong / trials <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / trials)


def test_what_is_detectable_is_found_about_four_times_in_five() -> None:
    rng = np.random.default_rng(10)
    n, trials = 30, 500
    control = scipy_stats.norm.ppf((np.arange(n) + 0.5) / n)
    shift = math.log(effect(control.tolist(), control.tolist()).minimum_detectable_effect)
    drawn = [(rng.normal(0, 1, n).tolist(), rng.normal(shift, 1, n).tolist()) for _ in range(trials)]
    found = sum(effect(*pair).excludes_one for pair in drawn)
    assert abs(found / trials - 0.8) < 0.07  # an asymptotic formula


@pytest.mark.parametrize(("level", "needed"), [(0.05, 4), (0.01, 5), (0.001, 7)])
def test_too_few_values_have_no_answer_and_say_how_many_are_needed(level: float, needed: int) -> None:
    # 2 / (2n choose n): 0.1 for 3, 0.0286 for 4, 0.0079 for 5, 0.0022 for 6, 0.0006 for 7.
    few, enough = ([float(i) for i in range(n)] for n in (needed - 1, needed))
    assert rank_effect(LogValues(few), LogValues(few), level) == TooFew(needed, "values")
    assert isinstance(rank_effect(LogValues(enough), LogValues(enough), level), RatioEffect)


def test_one_sides_many_values_make_up_for_the_others_few() -> None:
    # 2 / (11 choose 3) = 0.0121
    assert effect([1.0, 2.0, 3.0], [float(i) for i in range(10, 18)]).p == pytest.approx(2 / 165)


def test_a_hundred_thousand_values_a_side_are_compared_without_all_their_differences() -> None:
    rng = np.random.default_rng(2)
    found = effect(rng.normal(0, 1, 100_000).tolist(), rng.normal(0.1, 1, 100_000).tolist())
    assert math.log(found.low) < 0.1 < math.log(found.high) < math.log(found.low) + 0.03
