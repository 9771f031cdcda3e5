"""Geometric means of many cases."""

import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from unitdocs.stats import LogRatios, LogValues, geometric_mean, geometric_mean_over_rounds


def test_the_geometric_mean_of_a_half_and_two_is_one() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)


@pytest.mark.parametrize("cases", [1, 4])
def test_the_geometric_means_interval_covers_the_truth_with_six_rounds(cases: int) -> None:
    rng = np.random.default_rng(cases)
    truths = np.linspace(-2.0, 0.5, cases)
    trials, covered = 250, 0
    for trial in range(trials):
        samples = [LogRatios(rng.normal(truth, 0.05, 6)) for truth in truths]
        found = geometric_mean_over_rounds(samples, 0.05, seed=trial)
        covered += found.low <= math.exp(truths.mean()) <= found.high
    assert covered / trials >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / trials)


def test_the_geometric_means_interval_covers_the_truth_with_six_processes_a_side() -> None:
    rng = np.random.default_rng(5)
    trials, covered = 250, 0
    for trial in range(trials):
        sides = [(LogValues(rng.normal(3, 0.1, 6)), LogValues(rng.normal(2, 0.02, 6))) for _ in range(2)]
        found = geometric_mean_over_rounds(sides, 0.05, seed=trial)
        covered += found.low <= math.exp(-1) <= found.high
    assert covered / trials >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / trials)


def test_one_cases_geometric_mean_has_about_the_interval_of_a_t_test() -> None:
    # Forty rounds: the bootstrap and the t interval estimate the same; 2 % of its width is the noise of 10,000 draws.
    values = np.random.default_rng(9).normal(0.1, 0.02, 40)
    found, exact = (
        geometric_mean_over_rounds([LogRatios(values)], 0.05, seed=1),
        scipy_stats.ttest_1samp(values, 0).confidence_interval(0.95),
    )
    width = exact.high - exact.low
    assert math.log(found.low) == pytest.approx(exact.low, abs=0.04 * width)
    assert math.log(found.high) == pytest.approx(exact.high, abs=0.04 * width)


def test_the_geometric_mean_is_the_same_for_the_same_seed() -> None:
    cases = [LogRatios([0.1, 0.2, 0.3, 0.25, 0.15, 0.21]), LogRatios([-0.1, 0.4, 0.13, 0.19])]
    first, again, other = (geometric_mean_over_rounds(cases, 0.05, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert other != first
    assert other.ratio == first.ratio == pytest.approx(math.exp((1.21 / 6 + 0.62 / 4) / 2))


def test_rounds_that_agree_to_the_bit_leave_the_geometric_mean_without_doubt() -> None:
    found = geometric_mean_over_rounds([LogRatios([0.1] * 3), LogRatios([0.3] * 3)], 0.05, seed=1)
    assert found.low == found.high == found.ratio == pytest.approx(math.exp(0.2))
