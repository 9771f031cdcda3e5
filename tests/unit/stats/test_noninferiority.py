"""Not worse than a margin: a one-sided test."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from unitdocs.stats import LogRatios, LogValues, NonInferiority, TooFew, non_inferiority, unpaired_non_inferiority

samples = st.lists(st.floats(-1, 1), min_size=2, max_size=30).filter(lambda values: np.std(values) > 1e-6)
margins = st.floats(0.001, 0.5)


def unpaired(control: list[float], treatment: list[float], margin: float) -> NonInferiority:
    found = unpaired_non_inferiority(LogValues(control), LogValues(treatment), margin, 0.05)
    assert isinstance(found, NonInferiority)
    return found


def test_the_worked_numbers_of_the_docstrings() -> None:
    found = non_inferiority(LogRatios([0.1, 0.2, 0.3]), 0.5, 0.05)
    assert found.bound == pytest.approx(1.445688, abs=1e-6)
    assert found.p == pytest.approx(0.035345, abs=1e-6)
    assert found.is_proven
    assert unpaired([1, 2, 3], [1, 2, 3], 0.5).bound == pytest.approx(5.701023, abs=1e-6)


@given(samples, margins)
def test_paired_rounds_are_tested_as_scipys_one_sided_test_does(values: list[float], margin: float) -> None:
    found = non_inferiority(LogRatios(values), margin, 0.05)
    theirs = scipy_stats.ttest_1samp(values, math.log1p(margin), alternative="less")
    assert found.p == pytest.approx(float(theirs.pvalue), rel=1e-6, abs=1e-12)
    assert math.log(found.bound) == pytest.approx(float(theirs.confidence_interval(0.95).high), abs=1e-6)


@given(samples, samples, margins)
def test_sides_measured_apart_are_tested_as_scipys_one_sided_test_does(
    control: list[float], treatment: list[float], margin: float
) -> None:
    found = unpaired(control, treatment, margin)
    shifted = np.array(control) + math.log1p(margin)
    theirs = scipy_stats.ttest_ind(treatment, shifted, equal_var=False, alternative="less")
    assert found.p == pytest.approx(float(theirs.pvalue), rel=1e-6, abs=1e-12)
    assert found.is_proven == (found.bound < 1 + margin)


def test_a_treatment_worse_by_just_the_margin_passes_in_at_most_one_case_in_twenty() -> None:
    rng = np.random.default_rng(15)
    trials, margin = 2000, 0.02
    drawn = rng.normal(math.log1p(margin), 0.03, (trials, 8))
    passed = sum(non_inferiority(LogRatios(values), margin, 0.05).is_proven for values in drawn)
    assert passed / trials <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / trials)


def test_an_inconclusive_effect_does_not_show_that_nothing_got_worse() -> None:
    assert not non_inferiority(LogRatios([-0.2, 0.2, 0.1, -0.1]), 0.01, 0.05).is_proven


def test_rounds_that_all_agree_must_be_enough() -> None:
    # n equal signs have the one-sided chance 1 / 2^n: 1/8 of three rounds shows nothing, 1/64 of six does.
    few, enough, worse = (non_inferiority(LogRatios([x] * n), 0.01, 0.05) for x, n in ((0.0, 3), (0.0, 6), (0.1, 6)))
    assert [one.is_proven for one in (few, enough, worse)] == [False, True, False]
    assert (few.p, enough.p, worse.p) == (1 / 8, 1 / 64, 1.0)


def test_one_process_has_no_answer() -> None:
    assert unpaired_non_inferiority(LogValues([1.0]), LogValues([1.0, 2.0]), 0.01, 0.05) == TooFew(2, "processes")
