"""Binomial shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from unitdocs.stats import share_of


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    # R: binom.test(682, 925)$conf.int is 0.7076683 0.7654066 (its documentation's example, after Conover 1971)
    found = share_of(682, 925)
    assert found.share == pytest.approx(0.7372973, abs=1e-7)
    assert (found.low, found.high) == pytest.approx((0.7076683, 0.7654066), abs=1e-7)


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 0.0313), (116, 0.9687, 1.0)])
def test_none_and_all_have_an_interval_too(count: int, low: float, high: float) -> None:
    # With no event in n trials the upper end is 1 - 0.025^(1/n).
    found = share_of(count, 116)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.05, 0.01]))
def test_the_interval_is_scipys(trials: tuple[int, int], level: float) -> None:
    found, exact = share_of(*trials, level), binomtest(*trials).proportion_ci(1 - level, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-10)
