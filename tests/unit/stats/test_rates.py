"""Bounds of rare events: exact at small counts, kept at all looks, whatever the rates of days are."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from unitdocs.stats import RateCell, excess_bounds, rate_bounds, rate_ratio_bounds, share_of

STREAMS, LOOKS, LEVEL = 1_000, 40, 0.1


@pytest.mark.parametrize("units", [10, 100, 5_000])
def test_no_event_has_the_bound_of_its_equation(units: int) -> None:
    # (1 - p)^n (n + 1) = level
    expected = 1 - (LEVEL / (units + 1)) ** (1 / units)
    assert rate_bounds(0, units, LEVEL).high == pytest.approx(expected)
    assert rate_bounds(0, units, LEVEL).low == 0
    assert rate_bounds(units, units, LEVEL).low == pytest.approx(1 - expected)


def test_without_units_nothing_is_known() -> None:
    assert rate_bounds(0, 0, LEVEL) == rate_bounds(0, 0, 0.5)
    assert (rate_bounds(0, 0, LEVEL).low, rate_bounds(0, 0, LEVEL).high) == (0, 1)
    nothing = rate_ratio_bounds([], LEVEL)
    assert (nothing.low, nothing.high) == (0, math.inf)
    assert rate_ratio_bounds([RateCell(0, 10_000, 0, 10_000)], LEVEL) == nothing
    assert rate_ratio_bounds([RateCell(3, 10, 0, 0)], LEVEL) == nothing
    assert (excess_bounds([], LEVEL).low, excess_bounds([], LEVEL).high) == (-1, 1)


def test_more_data_of_the_same_kind_narrow_the_bounds() -> None:
    wide, narrow = (excess_bounds([RateCell(4 * n, 1_000 * n, 5 * n, 1_000 * n)], LEVEL) for n in (1, 20))
    assert wide.low < narrow.low < 0.001 < narrow.high < wide.high


def test_exchanged_arms_have_the_inverse_ratio() -> None:
    there = rate_ratio_bounds([RateCell(4, 900, 11, 300)], LEVEL)
    back = rate_ratio_bounds([RateCell(11, 300, 4, 900)], LEVEL)
    assert there.low == pytest.approx(1 / back.high)
    assert there.high == pytest.approx(1 / back.low)


def test_days_with_other_rates_do_not_look_like_an_effect() -> None:
    # Later days have ten times the events and most of the treated sessions; within each day both arms are alike.
    cells = [RateCell(99, 99_000, 1, 1_000), RateCell(500, 50_000, 500, 50_000)]
    bounds = rate_ratio_bounds(cells, 0.01)
    assert bounds.low < 1 < bounds.high
    assert rate_ratio_bounds([RateCell(599, 149_000, 501, 51_000)], 0.01).low > 1.5


def test_three_of_a_thousand_against_none_prove_neither_harm_nor_safety() -> None:
    bounds = excess_bounds([RateCell(0, 1_000, 3, 1_000)], 0.05)
    assert bounds.low < 0.001
    assert bounds.high > 0.003


@pytest.mark.parametrize("hits", [3, 300, 30_000, 3_000_000])
def test_the_bounds_are_those_of_the_integral(hits: int) -> None:
    # Independent computation: the mean likelihood by adaptive integration around the peak.
    treated = round(1.03 * hits)
    bounds = rate_ratio_bounds([RateCell(hits, 100 * hits, treated, 100 * hits)], LEVEL)
    peak = math.log(treated / hits)

    def height(logarithm: float) -> float:
        there, here = (treated * one - (treated + hits) * math.log1p(math.exp(one)) for one in (logarithm, peak))
        return there - here

    widest, spread = math.log(64), 1 / math.sqrt(hits / 2)
    ends = max(-widest, peak - 12 * spread), min(widest, peak + 12 * spread)
    mean = quad(lambda logarithm: math.exp(height(logarithm)), *ends, points=[peak], limit=500)[0] / (2 * widest)
    for bound in (bounds.low, bounds.high):
        assert height(math.log(bound)) == pytest.approx(math.log(mean * LEVEL), abs=1e-4)


def test_bounds_of_a_ratio_go_on_narrowing_with_millions_of_hits() -> None:
    # A mixture of a few ratios would keep bounds as wide as the distance between these.
    for hits in (10_000, 1_000_000, 100_000_000):
        bounds = rate_ratio_bounds([RateCell(hits, 10 * hits, round(1.03 * hits), 10 * hits)], LEVEL)
        one_look = 1.645 * math.sqrt(2 / hits)
        assert 1 < math.log(bounds.high / bounds.low) / (2 * one_look) < 4


def streams(control: float, treatment: float, seed: int) -> np.ndarray:
    """Return the hits of both arms, of shape (streams, looks, 2): 400 and 100 sessions a day."""
    random = np.random.default_rng(seed)
    return random.binomial((400, 100), (control, treatment), (STREAMS, LOOKS, 2))


@pytest.mark.parametrize("chance", [0.001, 0.02, 0.3])
def test_the_bounds_of_a_chance_are_kept_at_all_looks(chance: float) -> None:
    hits = streams(chance, chance, 3)[:, :, 1].cumsum(axis=1)
    missed = 0
    for stream in hits:
        bounds = (rate_bounds(int(count), 100 * (look + 1), LEVEL) for look, count in enumerate(stream))
        missed += any(not one.low <= chance <= one.high for one in bounds)
    assert share_of(missed, STREAMS).high <= LEVEL


@pytest.mark.parametrize(("control", "ratio"), [(0.002, 1.0), (0.01, 3.0), (0.02, 0.5)])
def test_the_bounds_of_a_ratio_are_kept_at_all_looks_over_days_that_differ(control: float, ratio: float) -> None:
    half = LOOKS // 2
    quiet, busy = streams(control, control * ratio, 4), streams(2 * control, 2 * control * ratio, 5)
    missed = 0
    for first, second in zip(quiet.cumsum(axis=1), busy.cumsum(axis=1), strict=True):
        found = False
        for look in range(0, LOOKS, 4):
            cells = [cell(first[min(look, half - 1)], min(look + 1, half))]
            if look >= half:
                cells.append(cell(second[look - half], look + 1 - half))
            bounds = rate_ratio_bounds(cells, LEVEL)
            found = found or not bounds.low <= ratio <= bounds.high
        missed += found
    assert share_of(missed, STREAMS).high <= LEVEL


def cell(hits: np.ndarray, days: int) -> RateCell:
    return RateCell(int(hits[0]), 400 * days, int(hits[1]), 100 * days)


@pytest.mark.parametrize(("chance", "share"), [(0.3, 0.5), (0.05, 0.1)])
def test_a_ratio_of_one_is_kept_whenever_a_session_that_chance_assigned_is_looked_at(
    chance: float, share: float
) -> None:
    # One cell whose units are not planned but drawn, looked at after 10, 20, 40, ... sessions: common events too.
    random = np.random.default_rng(8)
    sizes = np.diff([0, *(10 * 2**power for power in range(11))])
    missed = 0
    for _ in range(STREAMS):
        treated = random.binomial(sizes, share)
        hits = random.binomial([sizes - treated, treated], chance).cumsum(axis=1)
        units = np.array([sizes - treated, treated]).cumsum(axis=1)
        looks = [RateCell(*map(int, look)) for look in zip(hits[0], units[0], hits[1], units[1], strict=True)]
        bounds = (rate_ratio_bounds([look], LEVEL) for look in looks)
        missed += any(not one.low <= 1 <= one.high for one in bounds)
    assert share_of(missed, STREAMS).high <= LEVEL


def test_bounds_of_one_look_are_not_kept_at_all_looks() -> None:
    hits = streams(0.3, 0.3, 6)[:, :, 1].cumsum(axis=1)
    units = 100 * np.arange(1, LOOKS + 1)
    share = hits / units
    missed = (np.abs(share - 0.3) > 1.645 * np.sqrt(share * (1 - share) / units)).any(axis=1)
    assert share_of(int(missed.sum()), STREAMS).low > LEVEL
