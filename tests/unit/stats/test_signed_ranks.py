"""Effects of paired rounds by ranks: the signed-rank test and its interval, which never contradict each other."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from unitdocs.stats import (
    GATE_LEVEL,
    GATE_RANKS_FROM,
    LOOKS,
    MARGIN,
    LogRatios,
    RatioEffect,
    TooFew,
    Verdict,
    decides,
    effect_of,
    paired_effect,
    signed_rank_effect,
    verdict_of,
)

# Hollander and Wolfe 1973, p. 29: depression scores of nine patients at the first and second visit after the beginning
# of a therapy, the example of R's documentation of wilcox.test.
FIRST = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
SECOND = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
CASES = 30
"""Cases of a gate."""
tied = st.lists(st.integers(-8, 8).map(lambda eighths: eighths / 8), min_size=6, max_size=30)
untied = st.lists(st.integers(1, 10**6), min_size=6, max_size=20, unique=True)


def effect(values: list[float], level: float = 0.05) -> RatioEffect:
    found = signed_rank_effect(LogRatios(values), level)
    assert isinstance(found, RatioEffect)
    return found


def test_p_and_estimate_are_those_of_hollander_and_wolfe() -> None:
    # Their V is 40 and the exact one-sided p 0.01953; R gives the estimate -0.46 with wilcox.test(conf.int = TRUE).
    found = effect([after - before for before, after in zip(FIRST, SECOND, strict=True)])
    assert found.p == pytest.approx(2 * 0.01953125)
    assert math.log(found.ratio) == pytest.approx(-0.46, abs=0.005)
    assert found.n == 9


def test_the_worked_number_of_the_docstring() -> None:
    found = effect([1, 2, 4, 8, 16, 32])
    assert [math.log(value) for value in (found.ratio, found.low, found.high)] == pytest.approx([8.5, 1, 32])
    assert found.p == pytest.approx(2 / 64)


@given(untied, st.data())
def test_without_ties_p_is_scipys_exact_one(sizes: list[int], data: st.DataObject) -> None:
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=len(sizes), max_size=len(sizes)))
    values = [float(sign * size) for sign, size in zip(signs, sizes, strict=True)]
    theirs = scipy_stats.wilcoxon(values, method="exact").pvalue
    assert effect(values).p == pytest.approx(float(theirs))


@given(tied, st.sampled_from([0.05, 0.1, 0.2]))
def test_p_and_interval_never_contradict_each_other(values: list[float], level: float) -> None:
    found = effect(values, level)
    assert (found.p < level) is found.excludes_one
    assert found.low <= found.ratio <= found.high


def test_the_interval_misses_the_truth_just_as_often_as_the_level_says() -> None:
    # All signs of given sizes are equally likely under equal code, so that the share of wrong intervals is exact.
    sizes = np.array([1.0, 2, 4, 8, 16, 32, 64])
    found = [effect((sizes * signs).tolist(), 0.05).excludes_one for signs in product([-1, 1], repeat=sizes.size)]
    # Of 128 orders, W is at most 2 in 3 and at least 26 in 3; with the next ones the share would be above 0.05.
    assert sum(found) / len(found) == 6 / 128


@pytest.mark.parametrize(("level", "fewest"), [(0.05, 6), (0.01, 8), (0.001 / 30, 16)])
def test_too_few_rounds_for_a_level_are_named(level: float, fewest: int) -> None:
    assert signed_rank_effect(LogRatios([1.0] * (fewest - 1)), level) == TooFew(fewest, "rounds")
    assert effect([1.0] * fewest, level).excludes_one


def test_one_round_that_is_far_off_changes_the_interval_by_little() -> None:
    rng = np.random.default_rng(3)
    near = rng.normal(0, 0.02, 40)
    far = near.copy()
    far[17] = 0.5
    sample, disturbed = LogRatios(near), LogRatios(far)
    ranked = effect(far.tolist(), 0.001).high / effect(near.tolist(), 0.001).high
    by_mean = effect_of(disturbed, 0.001).high / effect_of(sample, 0.001).high
    assert ranked < 1.005
    assert by_mean > 1.03


def test_ranks_are_used_from_a_number_of_rounds_on_where_they_can_decide() -> None:
    values = np.random.default_rng(5).normal(0.1, 0.02, 300)
    few, enough, many = (LogRatios(values[:n]) for n in (19, 20, 300))
    assert paired_effect(few, 0.01, 20) == effect_of(few, 0.01)
    assert paired_effect(enough, 0.01, 20) == signed_rank_effect(enough, 0.01)
    assert paired_effect(enough, 1e-7, 20) == effect_of(enough, 1e-7)
    assert paired_effect(many, 0.01, 20) == effect_of(many, 0.01)
    assert paired_effect(enough, 0.01) == effect_of(enough, 0.01)


def called(values: np.ndarray) -> Verdict:
    """Follow a gate's rule for one of its cases to its end, on rounds that are all at hand."""
    level = GATE_LEVEL / CASES
    for n in LOOKS:
        if decides(values[:n].tolist(), MARGIN, level, GATE_RANKS_FROM):
            break
    return verdict_of(paired_effect(LogRatios(values[:n]), level, GATE_RANKS_FROM), MARGIN)


def rounds_of_a_gate(rng: np.random.Generator, cases: int) -> np.ndarray:
    """Return log ratios of equal code: a part is common to all cases of a round, and one round in 25 is far off."""
    shape = (cases, max(LOOKS))
    values = rng.normal(0, 0.012, shape[1]) + rng.normal(0, 0.018, shape)
    is_off = rng.random(shape[1]) < 0.04
    return np.where(is_off, values + rng.uniform(0.1, 0.5, shape) * rng.choice([-1, 1], shape[1]), values)


def test_equal_suites_are_called_different_no_more_often_than_the_levels_of_all_looks_allow() -> None:
    rng, gates, most = np.random.default_rng(20261130), 900, len(LOOKS) * GATE_LEVEL
    wrong = sum(
        any(called(case) in (Verdict.LESS, Verdict.MORE) for case in rounds_of_a_gate(rng, CASES)) for _ in range(gates)
    )
    assert wrong / gates <= most + 3 * math.sqrt(most * (1 - most) / gates)


def test_a_slowdown_of_five_percent_is_nearly_always_found_though_some_rounds_are_far_off() -> None:
    rng = np.random.default_rng(11)
    found = sum(called(rounds_of_a_gate(rng, 1)[0] + math.log(1.05)) is Verdict.MORE for _ in range(200))
    assert found / 200 >= 0.95
