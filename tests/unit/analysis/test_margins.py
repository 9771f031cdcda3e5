"""Absolute margins: small differences in a metric's own unit."""

import math
from collections.abc import Callable

import pytest
from made_records import with_effect

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.analysis.margins import apply_absolute_margins
from unitdocs.stats import Verdict

MakeCase = Callable[..., CaseResult]
MARGINS = {"peak memory": 16384.0, "allocated blocks": 64.0}


def memory(make_case: MakeCase, control: float, treatment: float, metric: str = "allocated blocks") -> CaseResult:
    ratio = treatment / control if control else math.inf
    case = make_case(0.5, metric=metric, unit="1", control_mean=control, treatment_mean=treatment)
    verdict = Verdict.MORE if treatment > control else Verdict.LESS
    return with_effect(case, estimate=ratio, low=ratio, high=ratio, verdict=verdict, is_exact=True)


@pytest.mark.parametrize(
    ("control", "treatment", "outcome"),
    [
        (0.0, 1.0, Outcome.BELOW_MARGIN),
        (0.0, 63.0, Outcome.BELOW_MARGIN),
        (0.0, 64.0, Outcome.WORSE),
        (1000.0, 940.0, Outcome.BELOW_MARGIN),
        (1000.0, 900.0, Outcome.BETTER),
    ],
)
def test_a_count_that_differs_by_less_than_the_margin_is_below_it(
    make_case: MakeCase, control: float, treatment: float, outcome: Outcome
) -> None:
    (case,) = apply_absolute_margins([memory(make_case, control, treatment)], MARGINS)
    assert case.outcome is outcome


def test_the_whole_interval_of_an_estimate_counts(make_case: MakeCase) -> None:
    case = make_case(1.1, metric="peak memory", unit="B", control_mean=100_000, treatment_mean=110_000)
    inside = with_effect(case, low=1.08, high=1.12, verdict=Verdict.MORE)
    outside = with_effect(case, low=1.01, high=1.19, verdict=Verdict.MORE)
    assert [found.outcome for found in apply_absolute_margins([inside, outside], MARGINS)] == [
        Outcome.BELOW_MARGIN,
        Outcome.WORSE,
    ]


def test_an_inconclusive_case_within_the_margin_is_equivalent(make_case: MakeCase) -> None:
    case = make_case(1.02, metric="peak memory", unit="B", control_mean=100_000, treatment_mean=102_000)
    undecided = with_effect(case, low=0.95, high=1.1, verdict=Verdict.INCONCLUSIVE)
    (found,) = apply_absolute_margins([undecided], MARGINS)
    assert found.outcome is Outcome.EQUIVALENT


def test_metrics_without_an_absolute_margin_and_cases_without_an_effect_stay_as_they_are(make_case: MakeCase) -> None:
    time = make_case(1.5)
    assert apply_absolute_margins([time], MARGINS) == (time,)
