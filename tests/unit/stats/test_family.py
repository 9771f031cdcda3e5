"""Cases that are judged together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.stats import LogRatios, geometric_mean, geometric_mean_effect, holm


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


def test_the_geometric_means_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(3)
    truths = np.array([-1.0, -2.0, 0.1])
    covered = 0
    for _ in range(1000):
        samples = [LogRatios(rng.normal(truth, 0.05, 8)) for truth in truths]
        effect = geometric_mean_effect(samples, 0.05)
        covered += effect.low <= math.exp(truths.mean()) <= effect.high
    assert covered / 1000 >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 1000)
