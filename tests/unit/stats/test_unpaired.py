"""Unpaired effects: Welch's interval on the logarithms of two sides."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from unitdocs.stats import LogValues, RatioEffect, TooFew, unpaired_effect

# Student's sleep data, as R ships it: extra hours of sleep with two drugs.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
sides = st.lists(st.floats(-3, 3), min_size=2, max_size=40).filter(lambda values: np.std(values) > 1e-6)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the smallest effect that would have been found: a search a call, where only intervals are counted."""
    monkeypatch.setattr("unitdocs.stats.effect.noncentrality", lambda _degrees, _level: 0.0)


def effect(control: list[float], treatment: list[float], level: float = 0.05) -> RatioEffect:
    found = unpaired_effect(LogValues(control), LogValues(treatment), level)
    assert isinstance(found, RatioEffect)
    return found


def test_the_interval_is_the_one_that_r_documents() -> None:
    # R: t.test(extra ~ group, data = sleep) is Welch's: means 0.75 and 2.33, difference (first - second) from
    # -3.3654832 to 0.2054832, t = -1.8608, df = 17.776, p-value = 0.07939.
    found = effect(FIRST, SECOND)
    assert math.log(found.ratio) == pytest.approx(1.58)
    assert math.log(found.low) == pytest.approx(-0.2054832, abs=1e-6)
    assert math.log(found.high) == pytest.approx(3.3654832, abs=1e-6)
    assert found.p == pytest.approx(0.07939, abs=5e-6)
    assert found.n == 20


def test_the_worked_number_of_the_docstring() -> None:
    found = effect([1, 2, 3], [2, 4, 6])
    assert math.log(found.low) == pytest.approx(2 - 4.155400, abs=1e-6)
    assert found.p == pytest.approx(0.220881, abs=1e-6)


@given(sides, sides)
def test_p_and_interval_agree_with_scipy(control: list[float], treatment: list[float]) -> None:
    found = effect(control, treatment)
    theirs = scipy_stats.ttest_ind(treatment, control, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert found.p == pytest.approx(float(theirs.pvalue), rel=1e-6, abs=1e-12)
    assert math.log(found.low) == pytest.approx(interval.low, rel=1e-6, abs=1e-6)
    assert math.log(found.high) == pytest.approx(interval.high, rel=1e-6, abs=1e-6)
    assert found.excludes_one == (found.p < 0.05)


@given(sides, sides)
def test_exchanging_the_sides_turns_the_effect_round(control: list[float], treatment: list[float]) -> None:
    there, back = effect(control, treatment), effect(treatment, control)
    assert (back.ratio, back.low, back.high) == pytest.approx((1 / there.ratio, 1 / there.high, 1 / there.low))
    assert (back.p, back.minimum_detectable_effect) == pytest.approx((there.p, there.minimum_detectable_effect))


@given(sides, sides, st.floats(-5, 5))
def test_the_unit_of_the_values_does_not_matter(control: list[float], treatment: list[float], unit: float) -> None:
    plain, other = effect(control, treatment), effect([x + unit for x in control], [x + unit for x in treatment])
    assert (other.low, other.high) == pytest.approx((plain.low, plain.high), rel=1e-6)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("sizes", "spreads"), [((6, 6), (0.02, 0.02)), ((5, 40), (0.2, 0.01)), ((20, 8), (1.0, 0.1))])
def test_equal_sides_are_called_different_in_at_most_one_case_in_twenty(
    sizes: tuple[int, int], spreads: tuple[float, float]
) -> None:
    rng = np.random.default_rng(20261124)
    trials = 2000
    drawn = [[rng.normal(0, s, n).tolist() for n, s in zip(sizes, spreads, strict=True)] for _ in range(trials)]
    wrong = sum(effect(*pair).excludes_one for pair in drawn)
    # Welch's approximation itself is off by up to half a percent for such sizes (Welch 1947, table 1).
    assert wrong / trials <= 0.055 + 3 * math.sqrt(0.055 * 0.945 / trials)


def test_what_is_detectable_is_found_four_times_in_five(request: pytest.FixtureRequest) -> None:
    rng = np.random.default_rng(12)
    trials, spreads, n = 3000, (0.02, 0.05), 10
    standard = np.linspace(-1, 1, n) / np.linspace(-1, 1, n).std(ddof=1)
    shift = math.log(effect(*((spread * standard).tolist() for spread in spreads)).minimum_detectable_effect)
    request.getfixturevalue("quick")
    drawn = [(rng.normal(0, spreads[0], n).tolist(), rng.normal(shift, spreads[1], n).tolist()) for _ in range(trials)]
    found = sum(effect(*pair).excludes_one for pair in drawn)
    assert abs(found / trials - 0.8) < 4 * math.sqrt(0.8 * 0.2 / trials)


@pytest.mark.parametrize(("control", "treatment"), [([1.0], [1.0, 2.0]), ([1.0, 2.0, 3.0], [1.0])])
def test_one_process_a_side_has_no_answer(control: list[float], treatment: list[float]) -> None:
    found = unpaired_effect(LogValues(control), LogValues(treatment), 0.05)
    assert found == TooFew(2, "processes")
    assert str(found) == "need at least 2 processes a side"


def test_processes_that_all_agree_need_to_be_enough_for_their_order_to_speak() -> None:
    # The order of 3 and 3 values gives no p-value below 2 / 20; that of 4 and 4 gives 2 / 70.
    assert unpaired_effect(LogValues([1.0] * 3), LogValues([2.0] * 3), 0.05) == TooFew(4, "processes")
    found = effect([1.0] * 4, [2.0] * 4)
    assert found.p == pytest.approx(2 / 70)
    assert found.low == found.high == pytest.approx(math.e)
    assert effect([1.0] * 2, [1.0] * 2).p == 1.0


def test_a_spread_without_bounds_gives_an_interval_without_an_end() -> None:
    found = effect([-700.0, 700.0], [-700.0, 690.0])
    assert (found.low, found.high) == (0.0, math.inf)
    assert not found.excludes_one


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.inf]])
def test_a_side_needs_a_finite_value(values: list[float]) -> None:
    with pytest.raises(ValueError, match="sample"):
        LogValues(values)
