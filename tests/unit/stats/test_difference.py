"""Differences of rates, round by round."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, ttest_1samp, ttest_ind

from unitdocs.stats import (
    LOOK_LEVEL,
    LOOKS,
    Difference,
    Rates,
    TooFew,
    Verdict,
    decides_difference,
    difference_of,
    difference_verdict,
    is_difference_below_margin,
    unpaired_difference,
)

rates = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=40)


def of(*pairs: tuple[float, float], tries: int | None = None) -> Rates:
    control, treatment = zip(*pairs, strict=True)
    return Rates(control, treatment, None if tries is None else [(tries, tries)] * len(pairs))


def test_the_difference_is_that_of_a_paired_t_test() -> None:
    # The example of the docstring: 0.2 ± t(0.975, 2)·0.1/sqrt(3), with t = 4.302653.
    found = difference_of(of((0.1, 0.2), (0.2, 0.4), (0.3, 0.6)), 0.05)
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, -0.048414, 0.448414), abs=1e-6)
    test = ttest_1samp([0.1, 0.2, 0.3], 0)
    assert found.p == pytest.approx(test.pvalue)
    assert (found.n, found.is_different) == (3, False)


def test_a_spread_smaller_than_chance_gives_is_not_believed() -> None:
    # Rates near 0.1 of 100 tries spread by sqrt(2 · 0.1 · 0.9 / 100) = 0.042 a round, whatever these four say.
    pairs = [(0.10, 0.11), (0.10, 0.11), (0.10, 0.11), (0.10, 0.12)]
    known, unknown = difference_of(of(*pairs, tries=100), 0.05), difference_of(of(*pairs), 0.05)
    assert unknown.is_different
    assert not known.is_different
    error = (known.high - known.difference) / 3.182446  # t(0.975, 3)
    assert error == pytest.approx(math.sqrt((0.1 * 0.9 + 0.1125 * 0.8875) / 100 / 4))


def test_rates_that_never_vary_need_no_interval() -> None:
    found = difference_of(of((0.3, 0.0), (0.3, 0.0), tries=10), 0.01)
    assert (found.difference, found.low, found.high, found.p, found.minimum_detectable_effect) == (
        -0.3,
        -0.3,
        -0.3,
        None,
        None,
    )
    assert difference_verdict(found, 0.01) is Verdict.LESS


def test_no_hits_at_either_side_are_equivalent_with_the_rates_that_would_have_shown() -> None:
    # Hanley and Lippman-Hand 1983: with 0 of 300 the 95 % upper bound is about 3/300.
    found = difference_of(of((0, 0), (0, 0), (0, 0), tries=100), 0.05)
    assert found.difference == 0
    assert (found.low, found.high) == pytest.approx((-3 / 300, 3 / 300), rel=0.01)
    assert difference_verdict(found, 0.001) is Verdict.EQUIVALENT
    assert not is_difference_below_margin(found, 0.5)
    assert difference_of(of((0, 0), (0, 0)), 0.05).high == 0


@pytest.mark.parametrize(
    ("pairs", "verdict", "below_margin"),
    [
        ([(0.10, 0.30), (0.11, 0.32), (0.10, 0.31), (0.12, 0.30), (0.11, 0.33), (0.10, 0.30)], Verdict.MORE, False),
        ([(0.30, 0.10), (0.32, 0.11), (0.31, 0.10), (0.30, 0.12), (0.33, 0.11), (0.30, 0.10)], Verdict.LESS, False),
        ([(0.100, 0.104), (0.101, 0.1051), (0.100, 0.104)] * 2, Verdict.MORE, True),
        ([(0.100, 0.101), (0.101, 0.100)] * 3, Verdict.EQUIVALENT, False),
        ([(0.1, 0.2), (0.2, 0.1)] * 3, Verdict.INCONCLUSIVE, False),
    ],
)
def test_the_interval_gives_the_verdict_in_points(
    pairs: list[tuple[float, float]],
    verdict: Verdict,
    below_margin: bool,  # noqa: FBT001
) -> None:
    found = difference_of(of(*pairs), 0.01)
    assert difference_verdict(found, 0.01) is verdict
    assert is_difference_below_margin(found, 0.01) is below_margin
    assert decides_difference(of(*pairs), 0.01) is (verdict is not Verdict.INCONCLUSIVE)
    assert not decides_difference(of(*pairs, (0.1, 0.1)), 0.01)


def test_rounds_that_all_differ_by_the_same_have_only_their_signs_to_speak() -> None:
    same = [(0.25 * (i % 3), 0.25 * (i % 3) + 0.25) for i in range(8)]
    six, eight = (difference_of(of(*same[:n]), 0.01) for n in (6, 8))
    assert (six.p, six.is_different) == (2 / 2**6, False)
    assert (eight.p, eight.is_different) == (2 / 2**8, True)


@given(rates)
def test_exchanging_the_sides_turns_the_difference_round(pairs: list[tuple[float, float]]) -> None:
    there = difference_of(of(*pairs, tries=50), 0.01)
    back = difference_of(of(*((treatment, control) for control, treatment in pairs), tries=50), 0.01)
    assert (back.difference, back.low, back.high) == pytest.approx((-there.difference, -there.high, -there.low))
    assert there.low <= there.difference <= there.high
    assert back.is_different == there.is_different


def follow(control: np.ndarray, treatment: np.ndarray, tries: int) -> Difference:
    """Follow the sequential rule to its end, on rounds that are all at hand."""
    for n in LOOKS:
        found = difference_of(Rates(control[:n], treatment[:n], [(tries, tries)] * n), LOOK_LEVEL)
        if difference_verdict(found, 0.01) is not Verdict.INCONCLUSIVE:
            return found
    return found


@pytest.mark.parametrize(
    ("rate", "alikeness", "tries"),
    [
        (0.001, 50, 1000),  # a frame in a thousand is missed
        (0.01, 100, 250),
        (0.01, 5, 1000),
        (0.05, 2, 1000),
        (0.2, 5, 1000),
        (0.5, 1, 100),
        (0.3, math.inf, 20),  # independent tries
    ],
)
def test_equal_rates_are_called_different_in_at_most_one_case_in_twenty(
    rate: float, alikeness: float, tries: int
) -> None:
    # Tries of one process resemble one another: its own rate is drawn first (beta-binomial), for each side.
    cases, rng = 1000, np.random.default_rng(20261124)
    shape = (cases, max(LOOKS), 2)
    own = np.full(shape, rate) if alikeness == math.inf else rng.beta(rate * alikeness, (1 - rate) * alikeness, shape)
    drawn = rng.binomial(tries, own) / tries
    wrong = sum(follow(one[:, 0], one[:, 1], tries).is_different for one in drawn)
    # More than this has a chance below 1 in 1,000 where the rate is 5 %.
    assert wrong <= binom.isf(0.001, cases, 0.05)


def test_a_machine_that_slows_both_sides_of_a_round_makes_no_difference() -> None:
    cases, rng = 500, np.random.default_rng(5)
    own = rng.beta(0.5, 4.5, (cases, max(LOOKS)))
    drawn = rng.binomial(500, np.stack([own, own], axis=2)) / 500
    wrong = sum(follow(one[:, 0], one[:, 1], 500).is_different for one in drawn)
    assert wrong <= binom.isf(0.001, cases, 0.05)


def test_five_points_fewer_missed_frames_are_nearly_always_found() -> None:
    rng = np.random.default_rng(9)
    drawn = rng.binomial(600, np.stack([rng.beta(6, 94, (300, 40)), rng.beta(1, 99, (300, 40))], axis=2)) / 600
    found = [follow(one[:, 0], one[:, 1], 600) for one in drawn]
    assert sum(one.is_different and one.difference < 0 for one in found) >= 0.95 * 300


def test_what_is_detectable_is_found_about_four_times_in_five() -> None:
    rng = np.random.default_rng(14)
    base = difference_of(Rates(*(rng.normal(0.2, 0.02, (2, 11)))), 0.05)
    assert base.minimum_detectable_effect
    spread = (base.high - base.low) / 2 / 2.228139 * math.sqrt(11)  # t(0.975, 10)
    trials = 2000
    drawn = rng.normal(base.minimum_detectable_effect, spread, (trials, 11))
    found = ttest_1samp(drawn, 0, axis=1).pvalue < 0.05
    assert abs(found.mean() - 0.8) < 0.05


def test_sides_measured_apart_are_compared_by_welchs_t_test() -> None:
    control, treatment = [0.1, 0.12, 0.11, 0.09], [0.2, 0.25, 0.21, 0.22, 0.2]
    found = unpaired_difference(control, treatment, 0.05)
    assert isinstance(found, Difference)
    test = ttest_ind(treatment, control, equal_var=False)
    interval = test.confidence_interval(0.95)
    assert (found.p, found.low, found.high) == pytest.approx((test.pvalue, interval.low, interval.high))
    assert found.n == 9


def test_too_few_processes_give_no_difference() -> None:
    assert unpaired_difference([0.1], [0.2, 0.3], 0.05) == TooFew(2, "processes")
    assert unpaired_difference([0.1] * 3, [0.2] * 3, 0.05) == TooFew(4, "processes")
    same = unpaired_difference([0.1] * 3, [0.1] * 3, 0.05)
    assert isinstance(same, Difference)
    assert difference_verdict(same, 0.01) is Verdict.EQUIVALENT


@pytest.mark.parametrize(
    ("control", "treatment", "tries", "said"),
    [
        ([0.1], [0.1], None, "at least two"),
        ([0.1, 0.2], [0.1], None, "the same number of rounds for each arm"),
        ([0.1, 0.2], [0.1, 0.2], [(1, 1)], "the same number of rounds for each arm"),
        ([0.1, 1.1], [0.1, 0.2], None, "from 0 to 1"),
        ([0.1, math.nan], [0.1, 0.2], None, "from 0 to 1"),
        ([0.1, 0.1], [0.1, 0.2], [(1, 1), (0, 1)], "at least one try"),
    ],
)
def test_what_is_no_rate_is_refused(
    control: list[float], treatment: list[float], tries: list[tuple[int, int]] | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Rates(control, treatment, tries)
