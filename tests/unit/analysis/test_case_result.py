"""What a result of a case means: its outcome, its factors, and which of several is the worst."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from made_records import with_effect

from unitdocs.analysis.case_result import CaseResult, EffectScale, NoEffect, Outcome, measured, metrics, tally, worst
from unitdocs.records import Direction, Status
from unitdocs.stats import Verdict

MakeCase = Callable[..., CaseResult]


def share(case: CaseResult, difference: float) -> CaseResult:
    """Return the case with a difference of shares as its effect."""
    ends = {"low": difference - 0.001, "high": difference + 0.001}
    verdict = Verdict.LESS if difference < 0 else Verdict.MORE
    return with_effect(case, scale=EffectScale.DIFFERENCE, estimate=difference, verdict=verdict, **ends)


@pytest.mark.parametrize(
    ("ratio", "direction", "outcome"),
    [
        (0.5, Direction.LOWER, Outcome.BETTER),
        (2.0, Direction.LOWER, Outcome.WORSE),
        (0.5, Direction.HIGHER, Outcome.WORSE),
        (2.0, Direction.HIGHER, Outcome.BETTER),
        (1.0, Direction.LOWER, Outcome.INCONCLUSIVE),
        (None, Direction.LOWER, Outcome.NONE),
    ],
)
def test_an_outcome_depends_on_the_better_direction(
    make_case: MakeCase, ratio: float | None, direction: Direction, outcome: Outcome
) -> None:
    assert make_case(ratio, direction=direction).outcome is outcome


def test_a_case_without_an_effect_has_none_of_its_numbers(make_case: MakeCase) -> None:
    case = make_case(None, result=NoEffect(Status.FAILED, "a crash"))
    assert (case.control_mean, case.treatment_mean, case.effect, case.improvement_factor) == (None, None, None, None)
    assert (case.status, case.reason, case.verdict_label) == (Status.FAILED, "a crash", "no verdict")


def test_a_measured_case_has_no_reason(make_case: MakeCase) -> None:
    assert (make_case().status, make_case().reason) == (Status.MEASURED, "")


@pytest.mark.parametrize(
    ("case", "is_undecided"),
    [
        ({"ratio": 0.5}, False),
        ({"ratio": 1.0}, True),
        ({"ratio": None}, False),
        ({"ratio": None, "result": NoEffect(Status.FAILED)}, True),
        ({"ratio": None, "result": NoEffect(Status.NOT_MEASURED)}, True),
    ],
)
def test_a_case_is_undecided_where_its_metric_applies_and_there_is_no_verdict(
    make_case: MakeCase, case: dict[str, object], *, is_undecided: bool
) -> None:
    assert make_case(**case).is_undecided is is_undecided


@pytest.mark.parametrize(
    ("about", "less", "more"),
    [
        ({}, "faster", "slower"),
        ({"metric": "peak memory", "unit": "B"}, "less", "more"),
        ({"metric": "missed frames", "unit": "1"}, "fewer", "more"),
        ({"metric": "error rate", "unit": "1"}, "lower", "higher"),
        ({"metric": "cache hit rate", "unit": "1", "direction": Direction.HIGHER}, "lower", "higher"),
    ],
)
def test_a_verdict_is_labelled_in_the_metrics_own_words(
    make_case: MakeCase, about: dict[str, object], less: str, more: str
) -> None:
    assert (make_case(0.5, **about).verdict_label, make_case(2.0, **about).verdict_label) == (less, more)
    assert make_case(1.0, **about).verdict_label == "inconclusive"


def test_the_worst_case_has_the_smallest_improvement(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(1.2, "b"), make_case(None, "c")]
    case = worst(cases)
    assert case
    assert case.scenario == "b"
    assert worst([cases[2]]) is None


def test_measured_cases_can_be_chosen_by_metric(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "a"), make_case(0.5, "b", metric="peak memory"), make_case(None, "c")]
    assert [case.scenario for case in measured(cases)] == ["a", "b"]
    assert [case.scenario for case in measured(cases, "time")] == ["a"]


def test_metrics_are_listed_once_with_time_first(make_case: MakeCase) -> None:
    cases = [make_case(metric=metric) for metric in ("peak memory", "cache hit rate", "time", "peak memory")]
    assert metrics(cases) == ["time", "peak memory", "cache hit rate"]


def test_a_case_whose_control_needs_none_is_ranked_as_if_it_needed_one(
    make_case: MakeCase,
) -> None:
    def blocks(treatment: float, ratio: float, control: float = 0.0) -> CaseResult:
        case = make_case(0.5, metric="allocated blocks", unit="1", control_mean=control, treatment_mean=treatment)
        return with_effect(case, estimate=ratio, low=ratio, high=ratio, is_exact=True)

    few, many, finite = blocks(1.0, math.inf), blocks(201.0, math.inf), blocks(5191.0, 324.4, 16.0)
    assert worst([few, many, finite]) is finite
    assert worst([few, many]) is many


def test_a_difference_below_the_margin_does_not_matter_unless_no_loss_is_allowed(make_case: MakeCase) -> None:
    case = with_effect(make_case(1.005), low=1.001, high=1.009, verdict=Verdict.MORE, is_below_margin=True)
    assert case.outcome is Outcome.BELOW_MARGIN
    assert (case.outcome_label, case.verdict_label) == ("below margin", "slower")
    assert case.strict_outcome is Outcome.WORSE


@pytest.mark.parametrize(
    ("direction", "improvement", "near"),
    [(Direction.LOWER, 4.0, 1 / 0.255), (Direction.HIGHER, 0.25, 0.245)],
)
def test_the_near_improvement_is_that_of_the_least_favourable_end(
    make_case: MakeCase, direction: Direction, improvement: float, near: float
) -> None:
    case = make_case(0.25, direction=direction)
    assert case.improvement_factor == pytest.approx(improvement)
    assert case.near_improvement_factor == pytest.approx(near)


def test_a_share_is_better_or_worse_and_never_by_a_factor(make_case: MakeCase) -> None:
    about = {"metric": "missed frames", "unit": "1"}
    fewer, more = (share(make_case(**about), difference) for difference in (-0.03, 0.01))
    assert (fewer.outcome, fewer.improvement_factor, fewer.near_improvement_factor) == (Outcome.BETTER, None, 0.0)
    assert (fewer.sort_key, more.sort_key) == (1.03, 0.99)
    assert worst([fewer, more]) is more
    assert fewer.is_share


def test_a_share_that_has_no_effect_is_still_a_share(make_case: MakeCase) -> None:
    assert make_case(None, metric="missed frames", unit="1").is_share
    assert not make_case(None).is_share


def test_outcomes_are_counted(make_case: MakeCase) -> None:
    cases = [make_case(0.5), make_case(0.4), make_case(2.0), make_case(None)]
    assert [tally(cases, outcome) for outcome in (Outcome.BETTER, Outcome.WORSE, Outcome.NONE)] == [2, 1, 1]


def test_the_key_of_a_case_is_its_suite_scenario_and_metric(make_case: MakeCase) -> None:
    case = make_case(scenario="a")
    assert case.key == ("suite", "a", "time")
    assert replace(case, metric="peak memory").key != case.key
