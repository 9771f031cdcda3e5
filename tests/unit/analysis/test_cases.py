# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from unitdocs.analysis.case_result import CaseResult, Outcome, measured, worst
from unitdocs.analysis.descriptions import describe, extent

# READ

MakeCase = Callable[..., CaseResult]


def with_effect(case: CaseResult, **changes: object) -> CaseResult:
    assert case.effect
    return replace(case, effect=replace(case.effect, **changes))  # type: ignore[arg-type]


def test_a_ratio_of_a_twentieth_is_twenty_times_faster_with_its_interval_turned_too(make_case: MakeCase) -> None:
    case = with_effect(make_case(0.05), low=1 / 20.6, high=1 / 19.5)
    assert describe(case) == "20× faster (19.5× to 20.6×)"


def test_a_ratio_above_one_is_slower_by_that_factor(make_case: MakeCase) -> None:
    assert describe(with_effect(make_case(1.3), low=1.25, high=1.35)) == "1.3× slower (1.25× to 1.35×)"


def test_memory_is_less_or_more_and_counted_exactly(make_case: MakeCase) -> None:
    case = with_effect(make_case(1.5, metric="peak memory", unit="B"), verdict="more", exact=True)
    assert describe(case) == "1.5× more (exact count)"
    assert describe(with_effect(case, ratio=1.0)) == "the same"


def test_nothing_left_of_something_is_infinitely_less(make_case: MakeCase) -> None:
    case = with_effect(make_case(0.5, metric="allocated blocks", unit="1"), ratio=0.0, low=0.0, high=0.0, exact=True)
    assert describe(case) == "less, from 0.000001 to 0.0000005 (exact count)"


@pytest.mark.parametrize(
    ("ratio", "direction", "outcome"),
    [
        (0.5, "lower", Outcome.BETTER),
        (2.0, "lower", Outcome.WORSE),
        (0.5, "higher", Outcome.WORSE),
        (2.0, "higher", Outcome.BETTER),
        (1.0, "lower", Outcome.INCONCLUSIVE),
        (None, "lower", Outcome.NONE),
    ],
)
def test_an_outcome_depends_on_the_better_direction(
    make_case: MakeCase, ratio: float | None, direction: str, outcome: Outcome
) -> None:
    assert make_case(ratio, direction=direction).outcome is outcome


def test_a_rate_is_described_by_its_own_words(make_case: MakeCase) -> None:
    assert describe(make_case(2.0, direction="higher", unit="1")).startswith("2× higher")


def test_a_case_without_an_answer_has_none_of_its_numbers(
    make_case: MakeCase, make_effects: Callable[..., pd.DataFrame]
) -> None:
    known, unknown = read(make_effects(make_case(), make_case(None, "two")))
    assert known.effect
    assert (unknown.base, unknown.head, unknown.effect, unknown.gain) == (None, None, None, None)
    assert describe(unknown) == "not applicable"


def test_cases_survive_the_way_through_a_frame(make_case: MakeCase, make_effects: Callable[..., pd.DataFrame]) -> None:
    cases = [make_case(0.5), make_case(1.0, "two"), make_case(None, "three")]
    assert read(make_effects(*cases)) == cases


def test_a_label_with_line_breaks_becomes_one_line(
    make_case: MakeCase, make_effects: Callable[..., pd.DataFrame]
) -> None:
    assert read(make_effects(make_case(title=' a\n--8<-- "b"')))[0].title == 'a --8<-- "b"'


def test_an_interval_without_an_end_is_open(make_case: MakeCase, make_effects: Callable[..., pd.DataFrame]) -> None:
    effects = make_effects(make_case(0.5)).assign(low=math.nan, high=math.nan)
    effect = read(effects)[0].effect
    assert effect
    assert (effect.low, effect.high) == (0, math.inf)


def test_the_worst_case_has_the_smallest_gain(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(1.2, "b"), make_case(None, "c")]
    found = worst(cases)
    assert found
    assert found.scenario == "b"
    assert worst([cases[2]]) is None


def test_measured_cases_can_be_chosen_by_metric(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(0.5, "b", metric="peak memory"), make_case(None, "c")]
    assert [case.scenario for case in measured(cases)] == ["a", "b"]
    assert [case.scenario for case in measured(cases, "time")] == ["a"]


def test_of_those_that_need_what_the_control_needs_none_of_the_worst_is_the_one_that_needs_most(
    make_case: MakeCase,
) -> None:
    def blocks(head: float, ratio: float, base: float = 0.0) -> CaseResult:
        case = make_case(0.5, metric="allocated blocks", unit="1", base=base, head=head)
        return with_effect(case, ratio=ratio, low=ratio, high=ratio, exact=True)

    few, many, finite = blocks(1.0, math.inf), blocks(201.0, math.inf), blocks(5191.0, 324.4, 16.0)
    assert worst([few, many, finite]) is many
    assert extent(many) == "more, from 0 to 201"


def test_a_difference_below_the_margin_is_none(make_case: MakeCase) -> None:
    case = with_effect(make_case(0.995), low=0.991, high=0.999, below_margin=True)
    assert case.outcome is Outcome.EQUIVALENT
