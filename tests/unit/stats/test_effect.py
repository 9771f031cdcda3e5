"""Effects: a t interval on log ratios."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from unitdocs.stats import LogRatios, effect_of, log_ratio_of_round

log_ratios = st.lists(st.floats(-3, 3), min_size=2, max_size=40).filter(lambda values: np.std(values) > 1e-6)


def test_the_interval_is_that_of_the_t_distribution() -> None:
    # Student's sleep data as R documents it (t.test(extra ~ group, data = sleep, paired = TRUE)): the ten differences
    # have mean 1.58, 95 % interval 0.7001142 to 2.4598858 and p 0.002833.
    differences = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    effect = effect_of(LogRatios(differences), 0.05)
    assert math.log(effect.ratio) == pytest.approx(1.58)
    assert math.log(effect.low) == pytest.approx(0.7001142, abs=1e-6)
    assert math.log(effect.high) == pytest.approx(2.4598858, abs=1e-6)
    assert effect.p == pytest.approx(0.002833, abs=1e-6)
    assert effect.n == 10


@given(log_ratios)
def test_p_and_interval_agree_with_scipy(values: list[float]) -> None:
    effect = effect_of(LogRatios(values), 0.01)
    theirs = scipy_stats.ttest_1samp(values, 0)
    interval = theirs.confidence_interval(0.99)
    assert effect.p == pytest.approx(float(theirs.pvalue), rel=1e-6, abs=1e-12)
    assert math.log(effect.low) == pytest.approx(interval.low, abs=1e-6)
    assert math.log(effect.high) == pytest.approx(interval.high, abs=1e-6)


@given(log_ratios)
def test_swapping_the_arms_turns_the_effect_round(values: list[float]) -> None:
    there, back = (effect_of(LogRatios([sign * value for value in values]), 0.01) for sign in (1, -1))
    assert back.ratio == pytest.approx(1 / there.ratio)
    assert back.low == pytest.approx(1 / there.high)
    assert back.p == pytest.approx(there.p)
    assert back.minimum_detectable_effect == pytest.approx(there.minimum_detectable_effect)


def test_what_is_detectable_is_found_four_times_in_five() -> None:
    rng = np.random.default_rng(11)
    n, spread, level, trials = 8, 0.02, 0.05, 4000
    values = rng.normal(0, 1, n)
    sample = LogRatios(spread * (values - values.mean()) / values.std(ddof=1))
    shift = math.log(effect_of(sample, level).minimum_detectable_effect)
    found = sum(effect_of(LogRatios(rng.normal(shift, spread, n)), level).p < level for _ in range(trials))
    assert abs(found / trials - 0.8) < 4 * math.sqrt(0.8 * 0.2 / trials)


@pytest.mark.parametrize(("n", "level"), [(2, 0.05), (2, 0.01), (4, 0.01), (6, 0.01 / 45), (8, 0.01 / 45)])
def test_what_is_detectable_is_found_four_times_in_five_also_with_few_rounds_at_a_gates_level(
    n: int, level: float
) -> None:
    rng = np.random.default_rng(5)
    trials, sample = 20_000, LogRatios(np.linspace(-0.01, 0.01, n))
    shift = math.log(effect_of(sample, level).minimum_detectable_effect)
    # The spread is the sample's own, as the effect's is.
    drawn = rng.normal(shift, sample.standard_error * math.sqrt(n), (trials, n))
    t = drawn.mean(axis=1) / (drawn.std(axis=1, ddof=1) / math.sqrt(n))
    found = float((np.abs(t) > scipy_stats.t.ppf(1 - level / 2, n - 1)).mean())
    assert abs(found - 0.8) < 4 * math.sqrt(0.8 * 0.2 / trials)


def test_rounds_that_agree_to_the_bit_leave_the_sign_test() -> None:
    assert effect_of(LogRatios([0.5] * 6), 0.01).p == pytest.approx(2 / 2**6)
    assert effect_of(LogRatios([0.0] * 6), 0.01).p == 1.0


@pytest.mark.parametrize("values", [[], [0.1], [0.1, math.nan], [0.1, math.inf]])
def test_a_sample_needs_two_finite_rounds(values: list[float]) -> None:
    with pytest.raises(ValueError, match="sample"):
        LogRatios(values)


def test_a_round_is_the_median_over_blocks_of_the_ratio_of_the_smaller_times() -> None:
    control = np.array([[2.0, 3.0], [9.0, 4.0], [1.0, 1.0]])
    treatment = np.array([[4.0, 5.0], [4.0, 6.0], [8.0, 9.0]])
    # ln(4/2), ln(4/4), ln(8/1): the median is ln 2
    assert log_ratio_of_round(control, treatment) == pytest.approx(math.log(2))


@given(st.floats(0.001, 1000))
def test_a_rounds_log_ratio_does_not_depend_on_the_unit_of_time(factor: float) -> None:
    control, treatment = np.array([[2.0, 3.0]]), np.array([[4.0, 5.0]])
    plain = log_ratio_of_round(control, treatment)
    assert log_ratio_of_round(control * factor, treatment * factor) == pytest.approx(plain)
