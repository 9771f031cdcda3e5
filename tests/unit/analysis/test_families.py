"""The family rule: p-values are adjusted over the cases of one metric, across suites, by Holm's method."""

import math
from typing import Any

import pytest
from made_records import case, counted, missed, record, with_ratios

from unitdocs.analysis import compare_cases, to_effects
from unitdocs.analysis.families import adjust_p_values
from unitdocs.records import Status
from unitdocs.stats import holm

FASTER = (0.50, 0.51, 0.49, 0.52, 0.50, 0.48)
SAME = (1.001, 0.999, 1.0, 1.0005, 0.9995, 1.0002)
WIDE = (0.8, 1.3, 0.9, 1.2, 1.0, 1.1)


def test_p_values_are_adjusted_over_the_cases_of_their_metric_across_suites() -> None:
    effects = to_effects(
        record(
            with_ratios(*FASTER, scenario="a"),
            with_ratios(*SAME, scenario="b"),
            counted(*[(1000 + 3 * i, 2000 + 5 * i) for i in range(6)], scenario="a"),
            with_ratios(*WIDE, scenario="in another suite", suite="scenes"),
            case("d", metric="time", unit="s", direction="lower", status=Status.FAILED),
        )
    )
    p, p_adjusted = effects["p"].astype(float), effects["p_adjusted"].astype(float)
    times = [0, 1, 3]
    smallest, *others = sorted(p[times])
    # Holm 1979: times 3, 2, 1 in rising order, never below one before it.
    expected = {
        smallest: 3 * smallest,
        others[0]: min(1, 2 * others[0]),
        others[1]: max(min(1, 2 * others[0]), others[1]),
    }
    assert p_adjusted[times].tolist() == pytest.approx([expected[value] for value in p[times]])
    assert p_adjusted[2] == pytest.approx(p[2])
    assert math.isnan(p_adjusted[4])


def test_each_quantile_of_the_frames_is_a_family_of_its_own() -> None:
    def quantile(scenario: str, metric: str, *ratios: float) -> Any:
        counts = [(0.001, 0.001 * ratio) for ratio in ratios]
        return counted(*counts, scenario=scenario, metric=metric, unit="s")

    quantiles = [quantile(name, f"frame time p{q}", *FASTER) for q in (50, 99) for name in ("a", "b")]
    effects = to_effects(record(*quantiles, with_ratios(*WIDE, scenario="c")))
    # Two equal p-values of one family are doubled by Holm, whatever other metrics there are.
    assert (effects["p_adjusted"] / effects["p"]).tolist() == pytest.approx([2, 2, 2, 2, 1])


def test_shares_of_one_metric_are_a_family_too() -> None:
    late = [(60, 6), (66, 3), (60, 9), (72, 6), (60, 0), (57, 6)]
    effects = [
        result.effect
        for result in compare_cases(record(missed(*late), missed(*late, scenario="two"), missed(*late, suite="scenes")))
    ]
    p_values = [effect.p for effect in effects if effect and effect.p is not None]
    assert [effect and effect.p_adjusted for effect in effects] == pytest.approx(holm(p_values))


def test_exact_counts_have_no_p_value_and_enlarge_no_family() -> None:
    counts = [(1000 + 3 * i, 2000 + 5 * i) for i in range(6)]
    exact, varying = compare_cases(record(counted((2, 1), (2, 1)), counted(*counts, scenario="two")))
    assert exact.effect
    assert (exact.effect.p, exact.effect.p_adjusted) == (None, None)
    assert varying.effect
    assert varying.effect.p_adjusted == varying.effect.p


def test_adjusting_keeps_the_order_of_the_cases_and_everything_but_the_p_value() -> None:
    cases = compare_cases(
        record(with_ratios(*WIDE), counted((2, 1), (2, 1)), with_ratios(*FASTER, scenario="two", suite="scenes"))
    )
    again = adjust_p_values(cases)
    assert [result.key for result in again] == [result.key for result in cases]
    assert tuple(again) == cases  # adjusted p-values are computed from the raw ones, never from one another


def test_an_adjusted_p_value_is_never_smaller_and_never_above_one() -> None:
    cases = compare_cases(record(*(with_ratios(*WIDE, scenario=f"{index}") for index in range(20))))
    for result in cases:
        assert result.effect
        assert result.effect.p is not None
        assert result.effect.p_adjusted is not None
        assert result.effect.p <= result.effect.p_adjusted <= 1
