"""Verdicts and the sequential rule."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitdocs.stats import (
    LOOK_LEVEL,
    LOOKS,
    Exact,
    LogRatios,
    RatioEffect,
    Verdict,
    decides,
    effect_of,
    exact,
    is_below_margin,
    verdict_of,
)

OPPOSITE = {
    Verdict.LESS: Verdict.MORE,
    Verdict.MORE: Verdict.LESS,
    Verdict.EQUIVALENT: Verdict.EQUIVALENT,
    Verdict.INCONCLUSIVE: Verdict.INCONCLUSIVE,
}


def effect(low: float, high: float) -> RatioEffect:
    return RatioEffect(math.sqrt(low * high), low, high, level=0.01, p=0.5, n=6, minimum_detectable_effect=1.05)


@pytest.mark.parametrize(
    ("low", "high", "verdict", "below_margin"),
    [
        (0.4, 0.6, Verdict.LESS, False),
        (1.2, 1.3, Verdict.MORE, False),
        (0.995, 0.999, Verdict.LESS, True),
        (1.001, 1.005, Verdict.MORE, True),
        (0.995, 1.005, Verdict.EQUIVALENT, False),
        (0.98, 1.005, Verdict.INCONCLUSIVE, False),
        (0.5, 2.0, Verdict.INCONCLUSIVE, False),
    ],
)
def test_the_interval_gives_the_verdict(low: float, high: float, verdict: Verdict, below_margin: bool) -> None:  # noqa: FBT001
    assert verdict_of(effect(low, high), 0.01) is verdict
    assert is_below_margin(effect(low, high), 0.01) is below_margin


@pytest.mark.parametrize(
    ("control", "treatment", "ratio", "verdict", "below_margin"),
    [
        (2000, 1000, 0.5, Verdict.LESS, False),
        (1000, 1005, 1.005, Verdict.MORE, True),
        (0, 0, 1.0, Verdict.EQUIVALENT, False),
        (5, 0, 0.0, Verdict.LESS, False),
        (0, 5, math.inf, Verdict.MORE, False),
    ],
)
def test_counts_that_never_vary_are_compared_exactly(
    control: float,
    treatment: float,
    ratio: float,
    verdict: Verdict,
    below_margin: bool,  # noqa: FBT001
) -> None:
    assert exact(control, treatment, 0.01) == Exact(ratio, verdict, is_below_margin=below_margin)


@given(st.lists(st.floats(-0.1, 0.1), min_size=6, max_size=40))
def test_swapping_the_arms_turns_the_verdict_round(values: list[float]) -> None:
    there, back = (effect_of(LogRatios([sign * value for value in values]), LOOK_LEVEL) for sign in (1, -1))
    assert verdict_of(back, 0.01) is OPPOSITE[verdict_of(there, 0.01)]


def test_a_case_is_looked_at_only_after_the_rounds_that_were_fixed_before() -> None:
    clear = [0.7 + 0.001 * (i % 3) for i in range(40)]
    assert [n for n in range(1, 41) if decides(clear[:n], 0.01)] == list(LOOKS)


def calls_different(values: np.ndarray) -> bool:
    """Follow the sequential rule to its end, on rounds that are all at hand."""
    for n in LOOKS:
        if decides(values[:n].tolist(), 0.01):
            return verdict_of(effect_of(LogRatios(values[:n]), LOOK_LEVEL), 0.01) in (Verdict.LESS, Verdict.MORE)
    return False


@pytest.mark.parametrize("spread", [0.003, 0.02, 0.2])
def test_equal_code_is_called_different_in_at_most_one_case_in_twenty(spread: float) -> None:
    cases = 2000
    rng = np.random.default_rng(20261123)
    wrong = sum(calls_different(values) for values in rng.normal(0, spread, (cases, max(LOOKS))))
    assert wrong / cases <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / cases)


def test_a_difference_of_two_percent_is_nearly_always_found_where_rounds_spread_by_one() -> None:
    rng = np.random.default_rng(7)
    found = sum(calls_different(values) for values in rng.normal(math.log(1.02), 0.01, (500, max(LOOKS))))
    assert found / 500 >= 0.95
