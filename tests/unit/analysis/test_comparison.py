"""Comparisons: two arms by rounds, two files by processes."""

import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_records import ENVIRONMENT, case, counted, missed, record, with_frames, with_ratios
from scipy import stats as scipy_stats

from unitdocs.analysis import to_effects
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect, Outcome
from unitdocs.analysis.comparison import compare_arms, compare_files, compare_results, reason_of
from unitdocs.analysis.comparison_json import to_json
from unitdocs.analysis.unpaired import Caution, compare_unpaired
from unitdocs.bench.protocol import current_protocol
from unitdocs.errors import InputError
from unitdocs.records import Status, save
from unitdocs.records.readers import read_results
from unitdocs.records.results import Result, Results
from unitdocs.stats import LogRatios, effect_of, holm

RESULTS = Path(__file__).parents[2] / "data" / "results"
BASE, HEAD = (RESULTS / f"pyperf-40-processes-{side}.json" for side in ("base", "head"))
# No value repeats: values that do are taken for multiples of a clock's tick.
STEADY = [[1.0003, 1.0201], [0.9902, 1.0104], [1.0106, 1.0107], [1.0001, 0.9805]]
RATE = {"metric": "cache hit rate", "unit": "1", "direction": "higher"}


def one(name: str, groups: Sequence[Sequence[float]], *, by_process: bool = True, **about: Any) -> Result:
    fields = {"suite": "", "name": name, "groups": tuple(map(tuple, groups)), "by_process": by_process}
    return Result(**(fields | about))


def results(*measured: Result, source: str = "a.json") -> Results:
    return Results(tool="tool 1", source=source, results=measured)


def compared(base: Result, head: Result, **options: Any) -> CaseResult:
    return compare_results(results(base), results(head), **options).cases[0]


def scaled(groups: Sequence[Sequence[float]], factor: float) -> list[list[float]]:
    return [[value * factor for value in group] for group in groups]


def effect_in(case: CaseResult) -> Effect:
    assert case.effect
    return case.effect


def test_processes_are_the_unit_of_two_files_however_many_values_each_has() -> None:
    # scipy.stats.ttest_ind(equal_var=False) on the logarithms of the processes' means is the outside source.
    head = scaled([*STEADY, [1.0, 1.001, 1.002, 1.1]], 1.1)
    case = compared(one("a", STEADY), one("a", head))
    logs = [[math.log(sum(group) / len(group)) for group in side] for side in (STEADY, head)]
    test = scipy_stats.ttest_ind(logs[1], logs[0], equal_var=False)
    interval = test.confidence_interval(0.95)
    assert effect_in(case).p == pytest.approx(test.pvalue)
    assert (effect_in(case).low, effect_in(case).high) == pytest.approx(
        (math.exp(interval.low), math.exp(interval.high))
    )
    assert (case.control_n, case.treatment_n, case.is_paired) == (4, 5, False)
    assert case.control_mean == pytest.approx(8.0229 / 8)
    assert case.control_value == pytest.approx(math.exp(sum(logs[0]) / 4))
    assert case.verdict_label == "slower"


def test_two_files_are_never_paired_by_position() -> None:
    # In pairs these differ by exactly 1 % every time; apart, that drowns in the spread between processes.
    base = [[1.0 + 0.1 * i] for i in range(8)]
    there = compared(one("a", base), one("a", scaled(base, 1.01)))
    back = compared(one("a", base), one("a", scaled(base, 1.01)[::-1]))
    assert there.verdict_label == "inconclusive"
    assert effect_in(there).p == pytest.approx(effect_in(back).p)


def test_pyperfs_own_ratio_of_means_is_that_of_every_row() -> None:
    # `pyperf compare_to` 2.10.0 on these two files, --table and, for what it hides as not significant, -v.
    printed = {"join": "6.17x faster", "sort": "1.19x slower", "sum": "1.03x slower", "split": "1.18x faster"}
    comparison = compare_files(BASE, HEAD)
    assert [case.scenario for case in comparison.cases] == list(printed)
    for each in comparison.cases:
        assert each.control_mean is not None
        assert each.treatment_mean is not None
        ratio = each.treatment_mean / each.control_mean
        text = f"{ratio:.2f}x slower" if ratio > 1 else f"{1 / ratio:.2f}x faster"
        assert text == printed[each.scenario]


@pytest.mark.parametrize("path", [BASE, HEAD], ids=lambda path: path.stem)
def test_two_halves_of_one_session_are_called_different_no_more_often_than_chance_allows(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The search for the minimum detectable effect changes no verdict, and takes most of the time.
    monkeypatch.setattr("unitdocs.stats.effect.noncentrality", lambda _degrees, _level: 0.0)
    rng = random.Random(20261124)
    measured = read_results(path).results
    splits, wrong = 500, 0
    for _ in range(splits):
        for result in measured:
            groups = rng.sample(result.groups, len(result.groups))
            first, second = (result.model_copy(update={"groups": part}) for part in (groups[:20], groups[20:]))
            wrong += compare_unpaired(first, second, 0.01).verdict_label in ("faster", "slower")
    trials = splits * len(measured)
    # One-sided: more than this has a chance below 1 in 1,000 where the rate is 5 %.
    assert wrong <= scipy_stats.binom.isf(0.001, trials, 0.05)


@pytest.mark.parametrize("sizes", [(20, 20), (10, 30)])
def test_values_without_processes_are_called_different_no_more_often_than_chance_allows(sizes: tuple[int, int]) -> None:
    rng = random.Random(3)
    trials, wrong = 400, 0
    for _ in range(trials):
        base, head = (one("a", [[rng.lognormvariate(0, 0.1) for _ in range(n)]], by_process=False) for n in sizes)
        wrong += compare_unpaired(base, head, 0.01).verdict_label in ("faster", "slower")
    assert wrong <= scipy_stats.binom.isf(0.001, trials, 0.05)


def test_values_without_processes_are_compared_by_ranks_with_a_warning() -> None:
    base, head = [float(i) for i in range(10, 18)], [float(i) for i in range(20, 28)]
    case = compared(one("a", [base], by_process=False), one("a", [head], by_process=False))
    assert effect_in(case).p == pytest.approx(scipy_stats.mannwhitneyu(base, head, method="exact").pvalue)
    assert (case.control_n, case.treatment_n) == (8, 8)
    assert case.warnings == (Caution.SESSIONS, Caution.NO_PROCESSES)


def test_one_side_with_processes_does_not_lend_them_to_the_other() -> None:
    case = compared(one("a", STEADY), one("a", [[1.0, 1.1, 1.0]], by_process=False))
    assert (case.control_n, case.treatment_n) == (8, 3)
    assert Caution.NO_PROCESSES in case.warnings


@pytest.mark.parametrize(
    ("base", "head", "reason"),
    [
        (one("a", [[1.0, 1.1, 1.2]]), one("a", STEADY), "a side has one value"),
        (one("a", [[1.0, 1.1, 1.2]]), one("a", [[1.3]]), "one value a side"),
        (one("a", [[1.0]] * 3, metric="x", unit="1"), one("a", [[2.0]] * 3, metric="x", unit="1"), "need at least 4 "),
        (
            one("a", [[1.0, 1.1, 1.2]], by_process=False),
            one("a", [[2.0, 2.1, 2.2]], by_process=False),
            "need at least 4 values a side",
        ),
        (one("a", [[0.0], [0.1]]), one("a", STEADY), "a value that is not above 0 has no ratio"),
    ],
)
def test_a_case_without_enough_values_shows_both_and_their_ratio_and_no_verdict(
    base: Result, head: Result, reason: str
) -> None:
    comparison = compare_results(results(base), results(head))
    case = comparison.cases[0]
    assert case.reason.startswith(reason)
    assert comparison.verdicts == {"no verdict": 1}
    written = json.loads(to_json(comparison))["cases"][0]
    members = ("low", "high", "p", "p_adjusted", "verdict", "below_margin", "detectable")
    assert [written[name] for name in members] == [None] * len(members)
    assert written["ratio"] == written["head"]["mean"] / written["base"]["mean"]
    assert written["warnings"][0] == f"no verdict: {case.reason}"


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ({"unit": "B"}, "not comparable: base is in s, head in B"),
        ({"direction": "higher"}, "not comparable: base says that lower is better, head does not"),
        ({"version": "def"}, "not comparable: the benchmark's code changed (versions abc and def)"),
    ],
)
def test_results_of_different_things_are_not_compared_and_in_no_mean(head: dict[str, str], reason: str) -> None:
    base = results(one("a", STEADY, version="abc"), one("b", STEADY))
    comparison = compare_results(base, results(one("a", scaled(STEADY, 9), **head), one("b", STEADY)))
    assert [case.scenario for case in comparison.cases] == ["b"]
    (missing,) = comparison.not_compared
    assert (missing.name, missing.side, missing.reason) == ("a", "both", reason)
    assert comparison.summaries[0].count == 1
    assert (missing.is_worse, missing.is_lost) == (False, False)


@pytest.mark.parametrize(
    ("counts", "ratio", "verdict", "is_below_margin"),
    [
        ((2000, 1000), 0.5, "less", False),
        ((1000, 1005), 1.005, "more", True),
        ((0, 0), 1.0, "equivalent", False),
        ((5, 0), 0.0, "less", False),
        ((0, 5), math.inf, "more", False),
    ],
)
def test_counts_that_never_vary_are_compared_exactly(
    counts: tuple[float, float],
    ratio: float,
    verdict: str,
    is_below_margin: bool,  # noqa: FBT001
) -> None:
    sides = [one("a", [[count]] * 2, metric="peak memory", unit="B", counted=True) for count in counts]
    case = compared(*sides)
    effect = effect_in(case)
    assert (effect.estimate, effect.low, effect.high, effect.p) == (ratio, ratio, ratio, None)
    assert (case.verdict_label, effect.is_below_margin) == (verdict, is_below_margin)
    assert json.loads(to_json(compare_results(results(sides[0]), results(sides[1]))))["cases"][0]["ratio"] == (
        ratio if math.isfinite(ratio) else None
    )


@pytest.mark.parametrize("about", [{"metric": "peak memory", "unit": "B"}, {"metric": "time", "unit": "s"}])
def test_only_what_a_run_record_counted_is_exact(about: dict[str, str]) -> None:
    base, head = (one("a", [[value]] * 5, **about) for value in (1.0, 2.01))
    effect = effect_in(compared(base, head))
    assert (effect.p, effect.is_exact) == (pytest.approx(2 / 252), False)


def test_a_few_ticks_are_named_and_the_others_counted() -> None:
    base = results(*(one(str(tick), [[tick * 1e-3], [tick * 1e-3], [tick * 2e-3]]) for tick in range(1, 6)))
    warnings = compare_results(base, base).warnings
    assert [warning for warning in warnings if "tick" in warning][-2:] == [
        "times are multiples of the clock's tick, 3 ms; intervals are at least one tick wide",
        "times of other cases are multiples of 2 more ticks",
    ]


def test_a_count_of_one_round_is_not_exact() -> None:
    about = {"metric": "peak memory", "unit": "B", "counted": True}
    case = compared(one("a", [[1.0]], **about), one("a", [[2.0]], **about))
    assert (case.effect, case.ratio) == (None, 2.0)


def test_two_constant_times_may_be_one_tick_apart_and_are_not_called_different() -> None:
    case = compared(one("a", [[1e-3]] * 9), one("a", [[2e-3]] * 9))
    assert case.verdict_label == "inconclusive"
    assert "times are multiples of the clock's tick, 1 ms; intervals are at least one tick wide" in case.warnings


@pytest.mark.parametrize(
    ("direction", "factor", "verdict", "outcome"),
    [
        ("higher", 0.5, "lower", Outcome.WORSE),
        ("higher", 2.0, "higher", Outcome.BETTER),
        ("lower", 2.0, "more", Outcome.WORSE),
    ],
)
def test_worse_is_what_the_metrics_direction_says(
    direction: str, factor: float, verdict: str, outcome: Outcome
) -> None:
    about = {"metric": "rate", "unit": "1", "direction": direction}
    case = compared(one("a", STEADY, **about), one("a", scaled(STEADY, factor), **about))
    assert (case.verdict_label, case.outcome) == (verdict, outcome)


def test_a_difference_within_the_margin_is_not_worse() -> None:
    head = scaled(STEADY, 1.1)
    assert compared(one("a", STEADY), one("a", head)).outcome is Outcome.WORSE
    case = compared(one("a", STEADY), one("a", head), margin=0.5)
    assert (case.verdict_label, effect_in(case).is_below_margin) == ("slower", True)
    assert case.outcome is Outcome.BELOW_MARGIN


def test_cases_are_matched_by_suite_name_and_metric_and_the_others_are_counted() -> None:
    base = results(one("a", STEADY), one("a", STEADY, suite="s"), one("b", STEADY), one("c", STEADY))
    head = results(one("c", STEADY), one("a", STEADY), one("b", STEADY, metric="wall time"))
    comparison = compare_results(base, head)
    assert [(case.suite, case.scenario) for case in comparison.cases] == [("", "a"), ("", "c")]
    assert (comparison.unmatched_base, comparison.unmatched_head) == (2, 1)
    assert [(each.label, each.side, each.reason) for each in comparison.not_compared] == [
        ("s/a (time)", "head", "head does not have it"),
        ("b (time)", "head", "head does not have it"),
        ("b (wall time)", "base", "base does not have it"),
    ]
    assert [each.is_lost for each in comparison.not_compared] == [True, True, False]


def test_p_values_are_adjusted_over_the_cases_of_their_metric_across_suites() -> None:
    heads = [scaled(STEADY, factor) for factor in (1.001, 1.01, 1.02)]
    base = results(*(one(str(i), STEADY, suite=f"suite {i}") for i in range(3)), one("m", STEADY, metric="x", unit="1"))
    head = results(
        *(one(str(i), groups, suite=f"suite {i}") for i, groups in enumerate(heads)),
        one("m", scaled(STEADY, 1.02), metric="x", unit="1"),
    )
    *times, other = [effect_in(case) for case in compare_results(base, head).cases]
    assert [effect.p_adjusted for effect in times] == pytest.approx(holm([effect.p or 0 for effect in times]))
    assert other.p_adjusted == other.p


def test_a_summary_has_the_geometric_mean_of_the_cases_ratios_and_the_worst_case() -> None:
    base = results(one("a", STEADY), one("b", STEADY), one("c", [[1.0]]))
    head = results(one("a", scaled(STEADY, 0.5)), one("b", scaled(STEADY, 4)), one("c", [[1.0]]))
    (summary,) = compare_results(base, head).summaries
    assert summary.ratio == pytest.approx(math.sqrt(2))
    assert summary.low is not None
    assert summary.high is not None
    assert 1.38 < summary.low < math.sqrt(2) < summary.high < 1.45
    assert summary.worst is not None
    assert (summary.count, summary.worst.scenario) == (2, "b")


def test_the_worst_hit_rate_is_the_lowest() -> None:
    rates = scaled(STEADY, 0.2)
    base = results(one("a", rates, **RATE), one("b", rates, **RATE))
    head = results(one("a", scaled(rates, 0.5), **RATE), one("b", scaled(rates, 4), **RATE))
    (summary,) = compare_results(base, head).summaries
    assert (summary.ratio, summary.count) == (None, 0)
    assert summary.worst is not None
    assert summary.worst.scenario == "a"


def test_shares_measured_apart_are_compared_by_their_difference() -> None:
    about = {"metric": "missed frames", "unit": "1"}
    base, head = [[0.05], [0.06], [0.055], [0.05]], [[0.01], [0.012], [0.0], [0.01]]
    case = compared(one("a", base, **about), one("a", head, **about))
    test = scipy_stats.ttest_ind([x for (x,) in head], [x for (x,) in base], equal_var=False)
    assert effect_in(case).p == pytest.approx(test.pvalue)
    assert effect_in(case).scale is EffectScale.DIFFERENCE
    assert effect_in(case).estimate == pytest.approx(-0.04575)
    assert (case.verdict_label, case.is_share, case.outcome) == ("fewer", True, Outcome.BETTER)
    assert case.improvement_factor is None
    assert compared(one("a", head, **about), one("a", base, **about)).outcome is Outcome.WORSE


@pytest.mark.parametrize(
    ("base", "head", "by_process", "reason"),
    [
        ([[0.1], [2.0]], [[0.1], [0.2]], True, "a rate above 1 is not a proportion"),
        ([[0.1, 0.2]], [[0.1, 0.3]], False, "the processes of its values are unknown"),
        ([[-0.1, 0.2]], [[0.1, 0.3]], False, "a rate below 0 is not a proportion"),
    ],
)
def test_a_share_that_cannot_be_compared_says_why(base: Any, head: Any, by_process: bool, reason: str) -> None:  # noqa: FBT001
    about = {"metric": "missed frames", "unit": "1", "by_process": by_process}
    case = compared(one("a", base, **about), one("a", head, **about))
    assert case.result == NoEffect(Status.NOT_MEASURED, reason)


def test_one_share_a_side_has_no_verdict() -> None:
    about = {"metric": "error rate", "unit": "1"}
    case = compared(one("a", [[0.1]], **about), one("a", [[0.2]], **about))
    assert (case.effect, case.ratio, case.reason) == (None, 2.0, "one value a side")


def test_an_error_rate_that_never_varies_is_compared_exactly() -> None:
    about = {"metric": "error rate", "unit": "1", "counted": True}
    none = compared(one("a", [[0.0]] * 2, **about), one("a", [[0.0]] * 2, **about))
    assert (none.verdict_label, effect_in(none).estimate, effect_in(none).p) == ("equivalent", 0.0, None)
    more = compared(one("a", [[0.0]] * 2, **about), one("a", [[0.25]] * 2, **about))
    assert (more.verdict_label, effect_in(more).estimate, more.outcome) == ("higher", 0.25, Outcome.WORSE)


def test_the_arms_of_a_record_with_frames_are_compared_metric_by_metric() -> None:
    late = [(60, 6), (66, 3), (60, 9), (72, 6), (60, 0), (57, 6)]
    measured = record(with_frames(*[([2, 3 + i / 10, 4], [1, 1, 1]) for i in range(6)]), missed(*late))
    comparison = compare_arms(measured)
    assert [(summary.metric, summary.count) for summary in comparison.summaries] == [
        ("frame time p50", 1),
        ("missed frames", 0),
    ]
    assert comparison.verdicts == {"faster": 1, "fewer": 1}
    written = json.loads(to_json(comparison))
    assert written["summary"]["metric"] == "frame time p50"
    members = written["cases"][1]
    assert [members[name] for name in ("ratio", "low", "high", "detectable")] == [None] * 4
    assert members["difference_low"] < members["difference"] < members["difference_high"] < 0


def test_without_processes_the_geometric_mean_has_no_interval() -> None:
    sides = [results(one("a", [[1.01 * k, 1.1 * k, 1.2 * k, 1.3 * k]], by_process=False)) for k in (1, 2)]
    (summary,) = compare_results(*sides).summaries
    assert summary.ratio == pytest.approx(2.0)
    assert (summary.low, summary.high) == (None, None)


@pytest.mark.parametrize("is_gate", [False, True])
def test_the_geometric_mean_of_a_single_case_is_the_effect_of_the_case(*, is_gate: bool) -> None:
    ratios = [1.002 + 0.001 * (i % 5) for i in range(19)] + [1.6]
    protocol = current_protocol(is_shared=is_gate)
    comparison = compare_arms(record(with_ratios(*ratios), protocol=protocol))
    (summary,), effect = comparison.summaries, effect_in(comparison.cases[0])
    assert effect.is_ranked is is_gate
    assert (summary.ratio, summary.low, summary.high) == (effect.estimate, effect.low, effect.high)


def test_the_same_comparison_gives_the_same_bytes() -> None:
    assert to_json(compare_files(BASE, HEAD)) == to_json(compare_files(BASE, HEAD))


def test_a_single_record_compares_its_arms_by_rounds_with_the_numbers_of_its_effects() -> None:
    measured = record(
        with_ratios(0.5, 0.51, 0.49, 0.52, 0.5, 0.48),
        with_ratios(1.0, 1.3, 0.8, 1.1, scenario="two"),
        counted((2000, 1000), (2000, 1000)),
        counted((0.9, None), (0.9, None), **RATE),
        case("three", metric="time", unit="s", direction="lower", status=Status.FAILED, reason="a crash"),
    )
    comparison = compare_arms(measured)
    cases = comparison.cases
    rows = to_effects(measured).to_dict("records")
    for paired, row in zip(cases[:2], rows, strict=False):
        effect = effect_in(paired)
        numbers = (effect.estimate, effect.low, effect.high, effect.p, effect.p_adjusted)
        assert numbers == tuple(row[name] for name in ("ratio", "low", "high", "p", "p_adjusted"))
        assert (paired.verdict_label, paired.is_paired) == (row["verdict"], True)
        assert (paired.control_mean, paired.control_n) == (row["control_mean"], row["n"])
    assert (comparison.base, comparison.head) == ("old", "new")
    assert effect_in(cases[2]).p is None
    assert cases[3].result == NoEffect(Status.NOT_APPLICABLE, "new does not count it")
    assert reason_of(cases[3]) == "not applicable: new does not count it"
    assert cases[3].control_mean == pytest.approx(0.9)
    assert [each.is_undecided for each in cases] == [False, True, False, False]
    (failed,) = comparison.not_compared
    assert (failed.side, failed.reason, failed.is_worse, failed.is_lost) == ("both", "failed: a crash", True, True)
    values = [0.5, 0.51, 0.49, 0.52, 0.5, 0.48]
    ratio = (
        effect_of(LogRatios(map(math.log, values)), 0.01).ratio
        * effect_of(LogRatios(map(math.log, [1.0, 1.3, 0.8, 1.1])), 0.01).ratio
    )
    assert comparison.summaries[0].ratio == pytest.approx(math.sqrt(ratio), rel=1e-5)


def test_the_margin_and_the_level_of_a_record_are_its_own_unless_another_margin_is_given() -> None:
    measured = record(with_ratios(1.02, 1.021, 1.019, 1.02, 1.022, 1.018), margin=0.05, look_level=0.01)
    assert effect_in(compare_arms(measured).cases[0]).is_below_margin
    assert not effect_in(compare_arms(measured, margin=0.01).cases[0]).is_below_margin


def test_two_records_are_compared_arm_by_arm_and_apart(tmp_path: Path) -> None:
    busy = ENVIRONMENT.model_copy(update={"warnings": ("The machine was busy.",)})
    for name, factor, about in (("a.json", 1.0, {"environment": busy}), ("b.json", 1.2, {})):
        save(record(with_ratios(*(factor * x for x in (0.5, 0.51, 0.49, 0.52))), **about), tmp_path / name)
    comparison = compare_files(tmp_path / "a.json", tmp_path / "b.json")
    assert [each.scenario for each in comparison.cases] == ["one [old]", "one [new]"]
    assert [each.verdict_label for each in comparison.cases] == ["equivalent", "slower"]
    assert not any(each.is_paired for each in comparison.cases)
    assert Caution.SAME_VALUES in comparison.cases[0].warnings
    assert Caution.SESSIONS in comparison.cases[1].warnings
    assert comparison.cautions == ("a.json: The machine was busy.",)


def test_a_busy_machine_is_a_warning_of_a_single_record_too() -> None:
    busy = ENVIRONMENT.model_copy(update={"warnings": ("The machine was busy.",)})
    comparison = compare_arms(record(with_ratios(0.5, 0.5, 0.5), environment=busy))
    assert comparison.warnings == ("The machine was busy.",)


def test_a_metric_can_be_chosen_and_one_that_was_not_measured_is_named() -> None:
    measured = record(with_ratios(0.5, 0.51), counted((2, 1), (2, 1)))
    assert [each.metric for each in compare_arms(measured, metrics=["peak memory"]).cases] == ["peak memory"]
    with pytest.raises(InputError, match=r"--metric speed: .*; give one of peak memory, time"):
        compare_arms(measured, metrics=["speed"])


def test_files_without_a_common_case_are_refused() -> None:
    with pytest.raises(InputError, match="no case has the same suite, name and metric"):
        compare_files(BASE, RESULTS / "hyperfine.json")


def test_a_file_of_another_tool_alone_has_no_arms() -> None:
    with pytest.raises(InputError, match=r"results of pyperf 2\.10\.0, not both arms of a run; give a second file"):
        compare_files(BASE)
    with pytest.raises(InputError, match="cannot be read"):
        compare_files(RESULTS / "missing.json")


def test_the_json_has_the_documented_members() -> None:
    written = json.loads(to_json(compare_files(BASE, HEAD)))
    assert list(written) == ["cases", "not_compared", "summary"]
    assert list(written["cases"][0]) == [
        *("suite", "name", "metric", "unit", "direction", "base", "head", "statistic", "replicate"),
        *("ratio", "low", "high", "p", "p_adjusted", "verdict", "below_margin", "detectable"),
        *("difference", "difference_low", "difference_high", "difference_detectable", "paired", "warnings"),
    ]
    assert set(written["cases"][0]["base"]) == {"mean", "value", "n"}
    for each in written["cases"]:
        assert each["statistic"] == "geometric mean"
        assert each["ratio"] == pytest.approx(each["head"]["value"] / each["base"]["value"])
    assert {"geomean", "low", "high", "verdicts"} <= set(written["summary"])
