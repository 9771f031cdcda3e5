# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""A case in words: direction and size with its interval, and both amounts."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from made_records import counted, record, with_effect

from unitdocs.analysis import compare_cases
from unitdocs.analysis.case_result import CaseResult, EffectScale, Outcome
from unitdocs.analysis.descriptions import amounts, describe, direction_label, extent, interval
from unitdocs.records import Direction
from unitdocs.stats import Verdict

MakeCase = Callable[..., CaseResult]


def test_a_ratio_of_a_twentieth_is_twenty_times_faster_with_its_interval_turned_too(make_case: MakeCase) -> None:
    case = with_effect(make_case(0.05), low=1 / 20.6, high=1 / 19.5)
    assert describe(case) == "20× faster (19.5× to 20.6×)"


def test_a_ratio_above_one_is_slower_by_that_share(make_case: MakeCase) -> None:
    assert describe(with_effect(make_case(1.3), low=1.25, high=1.35)) == "30 % slower (25 % to 35 %)"


def test_memory_is_less_or_more_and_counted_exactly(make_case: MakeCase) -> None:
    case = with_effect(make_case(1.5, metric="peak memory", unit="B"), verdict=Verdict.MORE, is_exact=True)
    assert describe(case) == "50 % more (exact count)"
    assert describe(with_effect(case, estimate=1.0)) == "the same"


def test_nothing_left_of_something_is_less_and_has_no_factor(make_case: MakeCase) -> None:
    case = make_case(0.5, metric="allocated blocks", unit="1")
    none_left = with_effect(case, estimate=0.0, low=0.0, high=0.0, is_exact=True)
    assert describe(none_left) == "less, from 0.000001 to 0.0000005 (exact count)"


def test_something_instead_of_nothing_is_more_and_has_no_factor(make_case: MakeCase) -> None:
    case = make_case(0.5, metric="allocated blocks", unit="1", control_mean=0.0, treatment_mean=201.0)
    ends = dict.fromkeys(("estimate", "low", "high"), math.inf)
    assert extent(with_effect(case, is_exact=True, **ends)) == "more, from 0 to 201"


def test_counts_of_a_record_that_start_from_nothing_are_described_without_a_factor() -> None:
    (case,) = compare_cases(record(counted((0, 5), (0, 5))))
    assert describe(case) == "more, from 0 B to 5 B (exact count)"


def test_a_rate_is_described_by_its_own_words(make_case: MakeCase) -> None:
    assert describe(make_case(2.0, direction=Direction.HIGHER, unit="1")).startswith("2× higher")


def test_a_case_without_an_effect_is_described_by_its_status(make_case: MakeCase) -> None:
    assert describe(make_case(None)) == "not applicable"


def test_a_label_with_line_breaks_becomes_one_line() -> None:
    (case,) = compare_cases(record(counted((2, 1), (2, 1), title=' a\n--8<-- "b"')))
    assert case.title == 'a --8<-- "b"'


def test_a_share_is_described_in_points_with_its_words(make_case: MakeCase) -> None:
    def share(difference: float, low: float, high: float, metric: str = "missed frames", **changes: Any) -> CaseResult:
        case = make_case(1.0, metric=metric, unit="1", control_mean=0.05, treatment_mean=0.05 + difference)
        verdict = Verdict.LESS if difference < 0 else Verdict.MORE
        ends = {"estimate": difference, "low": low, "high": high, "verdict": verdict}
        settings = {"scale": EffectScale.DIFFERENCE, "minimum_detectable_effect": None}
        return with_effect(case, **(ends | settings | changes))

    fewer = share(-0.03, -0.04, -0.02)
    assert describe(fewer) == "3 points fewer (2 to 4 points)"
    assert fewer.outcome is Outcome.BETTER
    assert amounts(fewer) == ("5 %", "2 %")
    more = share(0.01, -0.02, 0.04)
    assert describe(more) == "1 point more (-2 to 4 points)"
    assert more.outcome is Outcome.WORSE
    none = share(0.0, -0.0008, 0.0008, is_exact=True)
    assert (extent(none), interval(none)) == ("the same", "none seen: at most 0.08 %")
    assert interval(share(0.0, 0.0, 0.0, is_exact=True)) == ""
    assert interval(share(0.5, 0.5, 0.5, is_exact=True)) == "exact count"
    assert direction_label(share(-0.1, -0.1, -0.1, "error rate"), -0.1) == "lower"


@pytest.mark.parametrize(("estimate", "label"), [(0.9, "faster"), (1.1, "slower")])
def test_a_direction_is_that_of_the_estimate_on_its_scale(make_case: MakeCase, estimate: float, label: str) -> None:
    assert direction_label(make_case(0.5), estimate) == label
