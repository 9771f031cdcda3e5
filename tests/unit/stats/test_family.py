"""Cases that are judged together."""

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.multitest import multipletests

from unitdocs.stats import LogRatios, LogValues, benjamini_hochberg, geometric_mean, geometric_mean_over_rounds, holm


def test_holm_adjusts_as_r_does() -> None:
    # R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") is 0.05 0.08 0.09 0.09 0.09
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_makes_a_p_value_smaller_and_keeps_the_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(after >= before for before, after in zip(p_values, adjusted, strict=True))
    assert np.argsort(adjusted, kind="stable").size == len(p_values)
    for (a, x), (b, y) in zip(sorted(zip(p_values, adjusted)), sorted(zip(p_values, adjusted))[1:]):  # noqa: B905
        assert a <= b
        assert x <= y


def test_the_geometric_mean_of_a_half_and_two_is_one() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)


@pytest.mark.parametrize(("adjust", "method"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
@given(p_values=st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.5, 1.0])), min_size=1, max_size=40))
def test_adjusted_values_are_those_of_statsmodels_to_the_bit(
    adjust: Callable[[list[float]], list[float]], method: str, p_values: list[float]
) -> None:
    assert adjust(p_values) == multipletests(p_values, method=method)[1].tolist()


def test_adjusting_does_not_import_statsmodels() -> None:
    check = "import sys; from unitdocs import stats; stats.holm([0.1]); assert 'statsmodels' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)


# Benjamini and Hochberg 1995, section 4.1: fifteen hypotheses on the treatment of heart attacks.
PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
PUBLISHED += [0.7590, 1.0000]


def test_the_false_discovery_rate_is_held_as_in_the_paper_that_introduced_it() -> None:
    # At 0.05 the paper rejects the four smallest by its own method, and three by Bonferroni's and those like it.
    assert sum(p <= 0.05 for p in benjamini_hochberg(PUBLISHED)) == 4
    assert sum(p <= 0.05 for p in holm(PUBLISHED)) == 3


def test_benjamini_and_hochberg_adjust_as_r_does() -> None:
    # R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "BH") is 0.05 five times
    assert benjamini_hochberg([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05] * 5)
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert benjamini_hochberg([]) == []


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_false_discovery_rate_is_never_stricter_than_the_family_wise_error(p_values: list[float]) -> None:
    pairs = zip(benjamini_hochberg(p_values), holm(p_values), strict=True)
    assert all(milder <= stricter + 1e-12 for milder, stricter in pairs)


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
