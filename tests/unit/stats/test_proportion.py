"""Proportions: the score interval of the ratio of two rates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import confint_proportions_2indep

from unitdocs.stats import Hits, NoHits, RatioEffect, proportion_effect


def effect(control: tuple[int, int], treatment: tuple[int, int], level: float = 0.05) -> RatioEffect:
    found = proportion_effect(Hits(*control), Hits(*treatment), level)
    assert isinstance(found, RatioEffect)
    return found


@st.composite
def hits(draw: st.DrawFn, least: int = 0) -> tuple[int, int]:
    tries = draw(st.integers(max(1, least), 300))
    return draw(st.integers(least, tries)), tries


def test_the_interval_is_the_published_one() -> None:
    # R package PropCIs: riskscoreci(7, 34, 1, 34, 0.95) is 1.220853 to 42.575718; Fagerland, Lydersen and Laake 2015
    # give 1.21 to 43 for the same trial of adrenaline.
    found = effect((1, 34), (7, 34))
    assert found.ratio == pytest.approx(7.0)
    assert (found.low, found.high) == pytest.approx((1.220853, 42.575718), abs=1e-6)
    assert found.p == pytest.approx(0.023926, abs=1e-6)


@given(hits(), hits())
def test_p_is_that_of_pearsons_chi_squared_test_and_agrees_with_the_interval(
    control: tuple[int, int], treatment: tuple[int, int]
) -> None:
    table = [[count, tries - count] for count, tries in (control, treatment)]
    if not all(map(sum, zip(*table, strict=True))):
        return  # all hits or none: no such test
    found = effect(control, treatment)
    assert found.p == pytest.approx(float(chi2_contingency(table, correction=False).pvalue), abs=1e-9)
    assert found.excludes_one == (found.p < 0.05)
    assert found.low <= found.ratio <= found.high


@given(hits(least=1), hits(least=1))
def test_the_interval_is_statsmodels_where_that_has_one(control: tuple[int, int], treatment: tuple[int, int]) -> None:
    if control[0] == control[1] or treatment[0] == treatment[1]:
        return
    theirs = confint_proportions_2indep(*treatment, *control, method="score", compare="ratio", correction=False)
    found = effect(control, treatment)
    assert (found.low, found.high) == pytest.approx(tuple(map(float, theirs)), rel=1e-5)


@given(hits(), hits())
def test_exchanging_the_sides_turns_the_interval_round(control: tuple[int, int], treatment: tuple[int, int]) -> None:
    if control[0] == treatment[0] == 0:
        return
    there, back = effect(control, treatment), effect(treatment, control)
    turned = tuple(1 / end if end else math.inf for end in (there.high, there.low))
    assert (back.low, back.high) == pytest.approx(turned)
    assert back.p == pytest.approx(there.p)


def test_no_hits_at_one_side_leave_an_end_open() -> None:
    none = effect((5, 50), (0, 60))
    assert (none.ratio, none.low) == (0.0, 0.0)
    assert 0 < none.high < 1
    some = effect((0, 60), (5, 50))
    assert (some.ratio, some.high) == (math.inf, math.inf)
    assert some.low == pytest.approx(1 / none.high)


def test_nothing_but_hits_at_both_sides_is_a_ratio_of_one_with_an_interval() -> None:
    # At x = n the score is sqrt((θ - 1)·n0) in size, so that the upper end is 1 + 1.959964² / 10.
    found = effect((10, 10), (10, 10))
    assert (found.ratio, found.p) == (1.0, 1.0)
    assert (found.low, found.high) == pytest.approx((1 / 1.384146, 1.384146), abs=1e-6)


def test_no_hits_at_either_side_have_no_answer() -> None:
    assert proportion_effect(Hits(0, 10), Hits(0, 20), 0.05) == NoHits()


@pytest.mark.parametrize(("control", "treatment"), [((0.02, 300), (0.02, 200)), ((0.9, 50), (0.6, 80))])
def test_the_interval_covers_the_truth(control: tuple[float, int], treatment: tuple[float, int]) -> None:
    rng = np.random.default_rng(13)
    trials, covered = 1000, 0
    for _ in range(trials):
        one, other = (Hits(int(rng.binomial(tries, rate)), tries) for rate, tries in (control, treatment))
        found = proportion_effect(one, other, 0.05)
        covered += isinstance(found, NoHits) or found.low <= treatment[0] / control[0] <= found.high
    # The score interval is approximate; one percent less than promised is allowed.
    assert covered / trials >= 0.94 - 3 * math.sqrt(0.06 * 0.94 / trials)


def test_what_is_detectable_is_found_about_four_times_in_five() -> None:
    rng = np.random.default_rng(14)
    trials, tries, rate = 1000, 500, 0.2
    larger = rate * effect((100, tries), (100, tries)).minimum_detectable_effect
    drawn = zip(rng.binomial(tries, rate, trials), rng.binomial(tries, larger, trials), strict=True)
    found = sum(effect((int(a), tries), (int(b), tries)).excludes_one for a, b in drawn)
    assert abs(found / trials - 0.8) < 0.05  # a normal approximation


def test_nothing_can_be_found_above_a_rate_of_one() -> None:
    assert effect((99, 100), (99, 100)).minimum_detectable_effect == math.inf


@pytest.mark.parametrize(("count", "tries"), [(-1, 5), (6, 5), (0, 0)])
def test_hits_are_at_most_as_many_as_tries(count: int, tries: int) -> None:
    with pytest.raises(ValueError, match="hits"):
        Hits(count, tries)
