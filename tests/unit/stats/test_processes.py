"""Effects over processes: Welch's interval that ranks confirm, at the stated level whatever the distribution."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats as scipy_stats

from unitdocs.stats import LogValues, RatioEffect, TooFew, process_difference, process_effect, unpaired_effect

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
DISTRIBUTIONS: dict[str, Draw] = {
    "normal": lambda rng, n: rng.normal(0, 0.1, n),
    "two speeds": lambda rng, n: np.where(rng.random(n) < 0.5, 0, 0.3) + rng.normal(0, 0.002, n),
    "one in ten disturbed": lambda rng, n: np.where(rng.random(n) < 0.1, 1, 0) + 0.01 * rng.random(n),
    "skewed": lambda rng, n: np.log1p(rng.exponential(1, n)),
    "a few levels": lambda rng, n: np.log(rng.integers(3, 6, n)),
    "a coin": lambda rng, n: np.log(1.0 + (rng.random(n) < 0.5)),
}
SIZES = [(2, 8), (2, 40), (3, 3), (3, 4), (3, 12), (4, 4), (5, 20), (10, 10)]


@pytest.fixture(autouse=True)
def _without_detectable(monkeypatch: pytest.MonkeyPatch) -> None:
    # The search for the minimum detectable effect changes no verdict, and takes most of the time.
    monkeypatch.setattr("unitdocs.stats.effect.noncentrality", lambda _degrees, _level: 0.0)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_equal_arms_are_called_different_at_most_at_the_level(name: str, sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(12)
    trials, wrong = 300, 0
    for _ in range(trials):
        control, treatment = (LogValues(DISTRIBUTIONS[name](rng, n)) for n in sizes)
        effect = process_effect(control, treatment, 0.05)
        wrong += isinstance(effect, RatioEffect) and effect.excludes_one
    # One-sided: more than this has a chance below 1 in 10,000 where the rate is 5 %.
    assert wrong <= scipy_stats.binom.isf(1e-4, trials, 0.05)


def test_welch_alone_would_call_equal_arms_different_far_too_often() -> None:
    rng = np.random.default_rng(12)
    trials, wrong = 200, 0
    for _ in range(trials):
        control, treatment = (LogValues(DISTRIBUTIONS["two speeds"](rng, n)) for n in (2, 40))
        effect = unpaired_effect(control, treatment, 0.05)
        wrong += isinstance(effect, RatioEffect) and effect.excludes_one
    assert wrong > scipy_stats.binom.isf(1e-4, trials, 0.2)


def test_where_ranks_agree_the_effect_is_welchs() -> None:
    arms = LogValues([1.0, 1.1, 1.2, 1.3, 1.25]), LogValues([2.0, 2.1, 2.2, 2.3])
    assert process_effect(*arms, 0.05) == unpaired_effect(*arms, 0.05)


def test_few_processes_have_the_degrees_of_the_smaller_arm() -> None:
    # Both spreads are 0.1 and 0.2, so e = sqrt(0.01/3 + 0.04/3) = 0.129099, and t(0.975, 2) = 4.302653.
    effect = process_effect(LogValues([0.9, 1.0, 1.1]), LogValues([2.8, 3.0, 3.2]), 0.05)
    assert isinstance(effect, RatioEffect)
    assert math.log(effect.low) == pytest.approx(2 - 4.302653 * 0.129099, abs=1e-5)


@pytest.mark.parametrize(
    ("sizes", "needed"), [((1, 9), 3), ((2, 2), 3), ((2, 7), 3), ((3, 3), None), ((2, 8), None)], ids=str
)
def test_too_few_processes_have_no_answer(sizes: tuple[int, int], needed: int | None) -> None:
    arms = [LogValues([1 + 0.1 * index + side for index in range(n)]) for side, n in enumerate(sizes)]
    found = process_effect(arms[0], arms[1], 0.05)
    assert found == TooFew(needed, "processes") if needed else isinstance(found, RatioEffect)


values = st.lists(st.integers(1, 40).map(lambda tenths: tenths / 10), min_size=3, max_size=12)


@given(values, values, st.sampled_from([0.0, 0.05, 0.4]))
def test_p_and_interval_agree_and_exchanging_the_arms_turns_the_effect_round(
    control: list[float], treatment: list[float], allowance: float
) -> None:
    there = process_effect(LogValues(control), LogValues(treatment), 0.05, allowance)
    back = process_effect(LogValues(treatment), LogValues(control), 0.05, allowance)
    if isinstance(there, TooFew) or isinstance(back, TooFew):
        assert there == back
        return
    assert there.excludes_one == (there.p < 0.05)
    assert (back.ratio, back.low, back.high) == pytest.approx((1 / there.ratio, 1 / there.high, 1 / there.low))
    assert back.p == pytest.approx(there.p)
    assert there.low * (1 - 1e-12) <= there.ratio <= there.high * (1 + 1e-12)
    assert math.log(there.high / there.low) >= 2 * allowance - 1e-12


def test_shares_that_agree_by_chance_are_no_difference() -> None:
    rng = np.random.default_rng(3)
    trials, wrong = 300, 0
    for _ in range(trials):
        control, treatment = ((rng.random(n) < 0.5).astype(float).tolist() for n in (3, 12))
        found = process_difference(control, treatment, 0.05)
        wrong += not isinstance(found, TooFew) and found.is_different
    assert wrong <= scipy_stats.binom.isf(1e-4, trials, 0.05)
