"""P-values of many cases that are judged together."""

import subprocess
import sys
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from unitdocs.stats import holm

# Benjamini and Hochberg 1995, section 4.1: fifteen hypotheses on the treatment of heart attacks.
PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
PUBLISHED += [0.7590, 1.0000]


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


def test_as_many_published_p_values_stay_significant_as_in_the_paper() -> None:
    # At 0.05 the paper rejects three hypotheses by methods that hold the family-wise error.
    assert sum(p <= 0.05 for p in holm(PUBLISHED)) == 3


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.5, 1.0])), min_size=1, max_size=40))
def test_adjusted_values_are_those_of_statsmodels_to_the_bit(p_values: list[float]) -> None:
    with mock.patch("gc.collect"):  # statsmodels calls it each time, and other tests left much to walk through
        expected = multipletests(p_values, method="holm")[1].tolist()
    assert holm(p_values) == expected


def test_adjusting_does_not_import_statsmodels() -> None:
    check = "import sys; from unitdocs import stats; stats.holm([0.1]); assert 'statsmodels' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)
