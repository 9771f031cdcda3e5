"""Binomial shares."""

import pytest

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
