# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The findings of a run: cases with the worst first, a summary in sentences, and advice with its evidence."""

from made_records import ENVIRONMENT, case, counted, missed, record, with_ratios

from unitdocs.analysis import find_findings
from unitdocs.records import Status

FASTER = (0.50, 0.51, 0.49, 0.52, 0.50, 0.48)
SLOWER = tuple(1 / ratio for ratio in FASTER)
WIDE = (0.8, 1.3, 0.9, 1.2, 1.0, 1.1)
SAME = (1.001, 0.999, 1.0, 1.0005, 0.9995, 1.0002)
FAILED = {"metric": "time", "unit": "s", "direction": "lower", "status": Status.FAILED, "reason": "a crash"}


def test_cases_are_ordered_from_worse_over_undecided_and_failed_to_better() -> None:
    findings = find_findings(
        record(
            with_ratios(*FASTER, scenario="better"),
            case("failed", **FAILED),
            with_ratios(*SAME, scenario="equivalent"),
            with_ratios(*WIDE, scenario="undecided"),
            with_ratios(*SLOWER, scenario="worse"),
        )
    )
    assert [each.scenario for each in findings.cases] == ["worse", "undecided", "failed", "equivalent", "better"]
    assert (
        findings.summary[0]
        == "Time: better in 1, worse in 1, inconclusive in 1, no verdict in 1 and equivalent in 1 of 5 cases."
    )


def test_of_worse_cases_the_worst_comes_first_and_of_better_ones_the_best_last() -> None:
    ratios = {"a": 1.5, "b": 3.0, "c": 0.5, "d": 0.1}
    cases = [with_ratios(*(ratio * noise for noise in SAME), scenario=name) for name, ratio in ratios.items()]
    assert [each.scenario for each in find_findings(record(*cases)).cases] == ["b", "a", "c", "d"]


def test_what_does_not_apply_is_left_out() -> None:
    silent = counted((None, 0.5), (None, 0.5), metric="plan hits", unit="1")
    findings = find_findings(record(with_ratios(*FASTER), silent))
    assert findings.metrics == ["time"]
    assert findings.of_metric("plan hits") == []


def test_the_worst_time_is_described_as_everywhere() -> None:
    findings = find_findings(record(with_ratios(*(2.0 * noise for noise in SAME), scenario="slow")))
    assert findings.summary[1].startswith("Worst case: Title of slow, 2× slower (")


def test_more_cases_than_three_are_counted() -> None:
    cases = [with_ratios(*SLOWER, scenario=f"{index}") for index in range(5)]
    [keep] = [advice for advice in find_findings(record(*cases)).advice if advice.startswith("Keep old")]
    assert keep.endswith(" and 2 more cases.")


def test_advice_for_undecided_cases_says_how_small_a_difference_was_detectable() -> None:
    [advice] = find_findings(record(with_ratios(*WIDE))).advice
    assert advice.startswith("Measure again on a quieter machine; inconclusive: Title of one (")
    assert advice.endswith("% could have been found.")


def test_a_metric_other_than_time_that_is_worse_is_a_cost_to_check() -> None:
    late = [(6, 60), (3, 66), (9, 60), (6, 72), (0, 60), (6, 57)]
    findings = find_findings(record(with_ratios(*FASTER), missed(*late), counted((2, 4), (2, 4))))
    costs = [advice.partition(",")[0] for advice in findings.advice if advice.startswith("Check what it costs")]
    assert costs == [
        "Check what it costs: peak memory is worse in 1 case",
        "Check what it costs: missed frames is worse in 1 case",
    ]


def test_warnings_of_the_machine_come_last() -> None:
    busy = ENVIRONMENT.model_copy(update={"warnings": ("the machine was busy",)})
    assert find_findings(record(with_ratios(*FASTER), environment=busy)).advice[-1] == (
        "About the machine: the machine was busy."
    )
