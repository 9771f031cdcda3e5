"""The two arms of a record, compared: one result for each case, in the record's order."""

import math

import numpy as np
import pytest
from made_records import case, counted, record, with_ratios

from unitdocs.analysis import compare_cases, compare_same_code
from unitdocs.analysis.case_result import EffectScale, NoEffect, Statistic
from unitdocs.bench.protocol import current_protocol
from unitdocs.records import Direction, Status
from unitdocs.stats import LogRatios, Verdict

FASTER = (0.50, 0.51, 0.49, 0.52, 0.50, 0.48)


def test_every_case_has_one_result_in_the_order_of_the_record() -> None:
    measured = record(
        with_ratios(*FASTER, scenario="b"), counted((2, 1), (2, 1)), with_ratios(*FASTER, scenario="a", suite="scenes")
    )
    keys = [(one.suite, one.scenario, one.metric) for one in measured.cases]
    assert [result.key for result in compare_cases(measured)] == keys


def test_a_result_names_its_arms_and_holds_the_means_of_all_batches() -> None:
    (result,) = compare_cases(record(with_ratios(*FASTER)))
    assert (result.control, result.treatment) == ("old", "new")
    assert (result.control_mean, result.treatment_mean) == pytest.approx((1e-3, 1e-3 * np.mean(FASTER)))
    assert (result.control_n, result.treatment_n, result.is_paired) == (6, 6, True)


def test_an_effect_keeps_the_logarithms_that_it_was_estimated_from() -> None:
    (result,) = compare_cases(record(with_ratios(*FASTER)))
    assert result.effect
    assert result.effect.scale is EffectScale.RATIO
    assert isinstance(result.effect.samples, LogRatios)
    assert list(result.effect.samples.values) == pytest.approx(np.log(FASTER).tolist(), rel=1e-5)


def test_something_instead_of_nothing_is_infinitely_more_and_has_a_verdict() -> None:
    (result,) = compare_cases(record(counted((0, 5), (0, 5))))
    assert result.effect
    assert (result.effect.estimate, result.effect.low, result.effect.high) == (math.inf, math.inf, math.inf)
    assert (result.effect.verdict, result.effect.is_exact, result.improvement_factor) == (Verdict.MORE, True, 0.0)


def test_the_margin_is_the_records_own_unless_another_is_given() -> None:
    measured = record(with_ratios(1.02, 1.021, 1.019, 1.02, 1.022, 1.018), margin=0.05)
    (own,), (other,) = compare_cases(measured), compare_cases(measured, margin=0.01)
    assert own.effect
    assert other.effect
    assert (own.effect.is_below_margin, other.effect.is_below_margin) == (True, False)


def test_a_gates_times_are_estimated_by_ranks_and_its_counts_by_their_mean() -> None:
    ratios = [1.02 + 0.001 * (i % 5) for i in range(19)] + [1.6]
    protocol = current_protocol(is_shared=True)
    counts = counted(*((1000, 1000 * ratio) for ratio in ratios))
    time, count = compare_cases(record(with_ratios(*ratios), counts, protocol=protocol))
    assert time.effect
    assert count.effect
    assert time.effect.estimate == pytest.approx(1.022, abs=2e-3)
    assert count.effect.estimate == pytest.approx(1.045, abs=2e-3)
    assert (time.statistic, count.statistic) == (Statistic.RANKED_ROUNDS, Statistic.ROUNDS)
    (before,) = compare_cases(record(with_ratios(*ratios)))
    assert before.effect
    assert before.effect.estimate == pytest.approx(count.effect.estimate)


def test_the_same_code_is_the_treatment_against_itself() -> None:
    measured = record(with_ratios(*FASTER), same_code=(with_ratios(1.0, 1.01, 0.99, 1.0),))
    (result,) = compare_same_code(measured)
    assert (result.control, result.treatment) == ("new", "new")
    assert result.effect
    assert result.effect.estimate == pytest.approx(1, rel=0.02)
    assert len(compare_cases(measured)) == 1


@pytest.mark.parametrize("status", [Status.FAILED, Status.NOT_MEASURED, Status.NOT_APPLICABLE])
def test_a_case_that_was_not_measured_keeps_its_reason_on_one_line(status: Status) -> None:
    about = {"metric": "time", "unit": "s", "direction": Direction.LOWER}
    (result,) = compare_cases(record(case("one", status=status, reason="first\nsecond", **about)))
    assert result.result == NoEffect(status, "first second")
    assert (result.control_mean, result.treatment_mean) == (None, None)


def test_a_mean_is_known_of_the_arm_that_counts_where_the_other_does_not() -> None:
    (result,) = compare_cases(record(counted((None, 0.5), (None, 0.7), metric="plan hits", unit="1")))
    assert result.result == NoEffect(Status.NOT_APPLICABLE, "old does not count it")
    assert (result.control_mean, result.treatment_mean) == (None, pytest.approx(0.6))
