"""Comparisons: the two arms of a run record, or any two files of results, case by case.

The two arms of a record are measured alternately in the same processes, so their rounds are compared in pairs. Two
files were measured separately: their values are never paired by position, and the spread between processes decides
whether a change is significant.
"""

import dataclasses
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from unitdocs import stats
from unitdocs.analysis.arms import compare_cases, difference_effect, exact_effect, ratio_effect
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect, metrics
from unitdocs.analysis.families import adjust_p_values
from unitdocs.analysis.margins import apply_absolute_margins
from unitdocs.errors import InputError
from unitdocs.formatting import inverse
from unitdocs.records import PROPORTIONS, TIMES, Metric, RunRecord, Status, load
from unitdocs.records.readers import read_results
from unitdocs.records.results import Result, Results

SEED = 1
"""Seed of the draws behind a geometric mean's interval: the same comparison gives the same numbers."""
CORRECTION = "holm"
"""How p-values are adjusted; see `families`."""


class Caution(StrEnum):
    """What makes a comparison less certain."""

    SESSIONS = (
        "base and head were measured in different sessions, which differ by several percent whatever the code does; "
        "measure both in one session to detect smaller changes"
    )
    NO_PROCESSES = (
        "a file does not say which process a value came from; values of one process resemble one another, so intervals "
        "are narrower than they should be"
    )


@dataclass(frozen=True)
class MetricSummary:
    """The cases of one metric together.

    Args:
        metric: which metric.
        ratio: geometric mean of the ratios; None if no case has one, as for shares.
        low: lower end of its interval; None if the processes of a case are unknown.
        high: upper end of its interval.
        count: number of cases that the mean is taken over.
        worst: the case with the worst ratio, or the worst difference.
    """

    metric: str
    ratio: float | None
    low: float | None
    high: float | None
    count: int
    worst: CaseResult | None


@dataclass(frozen=True)
class Comparison:
    """Base against head.

    Args:
        base: name of the base: a file with its tool, or an arm.
        head: name of the head.
        level: error level of the intervals.
        cases: matched cases, in the order of the base.
        unmatched_base: number of cases that only the base has.
        unmatched_head: number of cases that only the head has.
    """

    base: str
    head: str
    level: float
    cases: tuple[CaseResult, ...]
    unmatched_base: int = 0
    unmatched_head: int = 0

    @property
    def summaries(self) -> tuple[MetricSummary, ...]:
        """A summary of each metric, `time` first."""
        return tuple(
            summarise(metric, [case for case in self.cases if case.metric == metric], self.level)
            for metric in metrics(self.cases)
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of all cases, each once."""
        return tuple(dict.fromkeys(warning for case in self.cases for warning in case.warnings))

    @property
    def verdicts(self) -> dict[str, int]:
        """Number of cases by their one word: the label of the verdict, `below margin`, or `no answer`."""
        return dict(sorted(Counter(case.outcome_label for case in self.cases).items()))


def compare_files(
    base: Path,
    head: Path | None = None,
    *,
    margin: float | None = None,
    absolute_margins: Mapping[str, float] | None = None,
    metrics: Sequence[str] = (),
) -> Comparison:
    """Compare two files of results, or the two arms of a run record.

    Args:
        base: a file that `read_results` reads; a run record if it is the only file.
        head: the file to compare with it.
        margin: differences smaller than this are treated as equivalent; by default the record's own, or 0.01.
        absolute_margins: such differences in a metric's unit, by metric; by default the record's own, or none.
        metrics: which metrics to compare; all by default.

    Raises:
        InputError: a file cannot be read, nothing matches, or an unknown metric.
    """
    if head is None:
        return compare_arms(_load_record(base), margin=margin, absolute_margins=absolute_margins, metrics=metrics)
    results = [read_results(file) for file in (base, head)]
    comparison = compare_results(
        *results, margin=margin or stats.MARGIN, absolute_margins=absolute_margins or {}, metrics=metrics
    )
    if not comparison.cases:
        raise InputError(
            f"{base} and {head}: no case has the same suite, name and metric in both; compare files of the same "
            "benchmarks"
        )
    machine = [f"{file.name}: {warning}" for file in (base, head) for warning in _machine_warnings(file)]
    return _with_warnings(comparison, machine)


def compare_arms(
    record: RunRecord,
    *,
    margin: float | None = None,
    absolute_margins: Mapping[str, float] | None = None,
    metrics: Sequence[str] = (),
) -> Comparison:
    """Compare treatment and control of a run record, paired by rounds, at the record's own level.

    Arguments as for `compare_files`.

    Raises:
        InputError: an unknown metric.
    """
    _check_metrics(metrics, {case.metric for case in record.cases})
    all_cases = compare_cases(record, margin=margin, absolute_margins=absolute_margins)
    cases = tuple(case for case in all_cases if not metrics or case.metric in metrics)
    base, head = (_common_name(suite.arms[index] for suite in record.suites) for index in (0, 1))
    comparison = Comparison(base or "control", head or "treatment", record.look_level, cases)
    return _with_warnings(comparison, record.environment.warnings)


def compare_results(
    base: Results,
    head: Results,
    *,
    margin: float = stats.MARGIN,
    absolute_margins: Mapping[str, float] = MappingProxyType({}),
    metrics: Sequence[str] = (),
) -> Comparison:
    """Compare results that were measured separately, at the level 0.05.

    Cases are matched by suite, name and metric. Processes are the unit of replication if both files record which
    process a value came from; otherwise values are compared by ranks, with a warning.

    Arguments as for `compare_files`.

    Raises:
        InputError: an unknown metric.
    """
    _check_metrics(metrics, {result.metric for results in (base, head) for result in results.results})
    base_results, head_results = (
        {result.key: result for result in results.results if not metrics or result.metric in metrics}
        for results in (base, head)
    )
    cases = [
        compare_unpaired(result, head_results[key], margin)
        for key, result in base_results.items()
        if key in head_results
    ]
    return Comparison(
        f"{base.source} ({base.tool})",
        f"{head.source} ({head.tool})",
        stats.LEVEL,
        apply_absolute_margins(adjust_p_values(cases), absolute_margins),
        unmatched_base=len(base_results.keys() - head_results.keys()),
        unmatched_head=len(head_results.keys() - base_results.keys()),
    )


def summarise(metric: str, cases: Sequence[CaseResult], level: float) -> MetricSummary:
    """Return the geometric mean and the worst case of one metric's cases.

    Args:
        metric: their metric.
        cases: any number of them.
        level: error level of the interval.
    """
    rated_cases = [case for case in cases if _regression_factor(case)]
    if not rated_cases:
        shares = [case for case in cases if case.effect and case.effect.scale is EffectScale.DIFFERENCE]
        return MetricSummary(metric, None, None, None, 0, min(shares, key=lambda case: case.sort_key, default=None))
    worst = max(rated_cases, key=_regression_factor)
    samples = [sample for case in rated_cases if (sample := _samples(case)) is not None]
    if len(samples) < len(rated_cases):
        ratios = [case.effect.estimate for case in rated_cases if case.effect]
        return MetricSummary(metric, stats.geometric_mean(ratios), None, None, len(rated_cases), worst)
    mean = stats.geometric_mean_over_rounds(samples, level, seed=SEED)
    return MetricSummary(metric, _finite(mean.ratio), _finite(mean.low), _finite(mean.high), len(rated_cases), worst)


def to_json(comparison: Comparison) -> str:
    """Return a comparison as JSON; a missing answer is null, never NaN.

    | member | meaning |
    | --- | --- |
    | `cases[]` `suite`, `name`, `metric`, `unit`, `direction` | the case; `lower` or `higher` is better |
    | `cases[]` `base`, `head` | `mean`, of all values in `unit`, and `n`, the number of independent values |
    | `cases[]` `ratio`, `low`, `high` | head / base, the estimate that the interval belongs to; null for a share |
    | `cases[]` `difference`, `difference_low`, `difference_high` | of a share such as missed frames, head - base with \
its interval; else null |
    | `cases[]` `p`, `p_adjusted` | p-value; adjusted over the cases of the metric; null for exact counts |
    | `cases[]` `verdict`, `below_margin` | as in `to_effects` |
    | `cases[]` `detectable`, `difference_detectable` | the minimum detectable effect, and the same of a share |
    | `cases[]` `paired` | whether rounds were compared in pairs |
    | `cases[]` `warnings` | why there is no answer, and what makes one less certain, in sentences |
    | `summary` `metric`, `geomean`, `low`, `high` | geometric mean of the ratios of one metric: `time` if \
measured, else the first; metrics are never mixed |
    | `summary` `verdicts` | number of cases with each verdict, `below margin`, or `no answer` |
    | `summary` `correction` | `holm`: how p-values are adjusted |
    | `summary` `unmatched` | number of cases that only `base` has, and only `head` |
    """
    overall = next(iter(comparison.summaries), None)
    summary = {
        "metric": overall.metric if overall else None,
        "geomean": overall.ratio if overall else None,
        "low": overall.low if overall else None,
        "high": overall.high if overall else None,
        "verdicts": comparison.verdicts,
        "correction": CORRECTION,
        "unmatched": {"base": comparison.unmatched_base, "head": comparison.unmatched_head},
    }
    written = {"cases": [_as_members(case) for case in comparison.cases], "summary": summary}
    return json.dumps(written, indent=2, ensure_ascii=False, allow_nan=False)


def _as_members(case: CaseResult) -> dict[str, object]:
    """Return a case as the members of a JSON object."""
    effect = case.effect
    is_ratio, is_difference = (effect is not None and effect.scale is scale for scale in EffectScale)
    ends = [_finite(end) for end in (effect.estimate, effect.low, effect.high)] if effect else [None] * 3
    ratios = ends if is_ratio else [None] * 3
    differences = ends if is_difference else [None] * 3
    smallest = effect and effect.minimum_detectable_effect
    return {
        "suite": case.suite,
        "name": case.scenario,
        "metric": case.metric,
        "unit": case.unit,
        "direction": case.direction.value,
        "base": {"mean": _finite(case.control_mean), "n": case.control_n},
        "head": {"mean": _finite(case.treatment_mean), "n": case.treatment_n},
        **dict(zip(("ratio", "low", "high"), ratios, strict=True)),
        "p": effect and effect.p,
        "p_adjusted": effect and effect.p_adjusted,
        "verdict": effect and case.verdict_label,
        "below_margin": effect and effect.is_below_margin,
        "detectable": smallest if is_ratio else None,
        **dict(zip(("difference", "difference_low", "difference_high"), differences, strict=True)),
        "difference_detectable": smallest if is_difference else None,
        "paired": case.is_paired,
        "warnings": [*([] if effect else [reason_of(case)]), *case.warnings],
    }


def reason_of(case: CaseResult) -> str:
    """Return why a case has no effect, as a clause; preceded by the status of a record's case, such as `failed`."""
    if not case.is_paired:
        return case.reason
    return f"{case.status.value}: {case.reason}" if case.reason else case.status.value


def compare_unpaired(base: Result, head: Result, margin: float) -> CaseResult:
    """Compare one case of two files; its p-value is not adjusted yet."""
    is_by_process = base.by_process and head.by_process
    warnings = [Caution.SESSIONS, *([] if is_by_process else [Caution.NO_PROCESSES])]
    return CaseResult(
        suite=base.suite,
        scenario=base.name,
        title=base.name,
        elements=None,
        metric=base.metric,
        unit=base.unit,
        direction=base.direction,
        control="base",
        treatment="head",
        control_mean=math.fsum(base.values) / len(base.values),
        treatment_mean=math.fsum(head.values) / len(head.values),
        control_n=len(base.groups if is_by_process else base.values),
        treatment_n=len(head.groups if is_by_process else head.values),
        result=_unpaired_effect(base, head, margin),
        is_paired=False,
        warnings=tuple(warning.value for warning in warnings),
    )


def _unpaired_effect(base: Result, head: Result, margin: float) -> Effect | NoEffect:
    """Return the effect of a case measured in two files, estimated as its metric requires, or why there is none."""
    if (base.unit, base.direction) != (head.unit, head.direction):
        return _no_effect(f"base is in {base.unit}, {base.direction} is better; head is not")
    if base.metric in PROPORTIONS:
        return _unpaired_shares(base, head, margin)
    if base.metric not in TIMES and _is_constant(base) and _is_constant(head):
        return exact_effect(stats.exact(base.values[0], head.values[0], margin))
    is_by_process = base.by_process and head.by_process
    values = [_independent_values(side, is_by_process=is_by_process) for side in (base, head)]
    if min(map(min, values)) <= 0:
        return _no_effect("a value that is not above 0 has no ratio")
    control, treatment = (stats.LogValues(map(math.log, side)) for side in values)
    estimate = stats.unpaired_effect if is_by_process else stats.rank_effect
    effect = estimate(control, treatment, stats.LEVEL)
    if isinstance(effect, stats.TooFew):
        return _no_effect(str(effect))
    return ratio_effect(effect, margin, (control, treatment) if is_by_process else None)


def _unpaired_shares(base: Result, head: Result, margin: float) -> Effect | NoEffect:
    """Compare shares of tries, such as hit rates, by their difference."""
    if max(*base.values, *head.values) > 1:
        return _no_effect("a rate above 1 is not a proportion")
    if base.metric != Metric.MISSED_FRAMES and _is_constant(base) and _is_constant(head):
        rates = stats.Rates([base.values[0]] * 2, [head.values[0]] * 2)
        return difference_effect(stats.difference_of(rates, stats.LEVEL), margin)
    if not (base.by_process and head.by_process):
        return _no_effect("the processes of its values are unknown")
    control, treatment = (_independent_values(side, is_by_process=True) for side in (base, head))
    difference = stats.unpaired_difference(control, treatment, stats.LEVEL)
    if isinstance(difference, stats.TooFew):
        return _no_effect(str(difference))
    return difference_effect(difference, margin)


def _no_effect(reason: str) -> NoEffect:
    return NoEffect(Status.NOT_MEASURED, reason)


def _is_constant(result: Result) -> bool:
    return len(set(result.values)) == 1


def _independent_values(result: Result, *, is_by_process: bool) -> list[float]:
    """Return the means of processes, or all values if the processes are unknown."""
    return [math.fsum(group) / len(group) for group in result.groups] if is_by_process else list(result.values)


def _regression_factor(case: CaseResult) -> float:
    """Return how many times worse the treatment is; 0 without a finite ratio above 0."""
    factor = case.improvement_factor
    return inverse(factor) if factor and math.isfinite(factor) else 0.0


def _samples(case: CaseResult) -> stats.LogRatios | stats.UnpairedSample | None:
    """Return what a geometric mean is estimated from; exact counts are treated as rounds that agree."""
    effect = case.effect
    if effect is None or not effect.is_exact:
        return effect.samples if effect else None
    return stats.LogRatios([math.log(effect.estimate)] * 2)


def _with_warnings(comparison: Comparison, warnings: Sequence[str]) -> Comparison:
    """Add warnings about the machine to every case."""
    cases = (dataclasses.replace(case, warnings=(*case.warnings, *warnings)) for case in comparison.cases)
    return dataclasses.replace(comparison, cases=tuple(cases))


def _load_record(path: Path) -> RunRecord:
    """Read a run record whose own arms are compared."""
    try:
        return load(path)
    except InputError:
        tool = read_results(path).tool  # raises its own error if the file cannot be read at all
        raise InputError(
            f"{path}: holds results of {tool}, not both arms of a run; give a second file to compare it with"
        ) from None


def _machine_warnings(path: Path) -> tuple[str, ...]:
    """Return the environment warnings of a run record; none for other files."""
    try:
        return load(path).environment.warnings
    except InputError:
        return ()


def _check_metrics(requested: Iterable[str], measured: Iterable[str]) -> None:
    """Raise an error if a requested metric was not measured."""
    missing = [metric for metric in requested if metric not in measured]
    if missing:
        raise InputError(f"--metric {missing[0]}: was not measured; give one of {', '.join(sorted(measured))}")


def _common_name(names: Iterable[str]) -> str | None:
    """Return the name that all share; None if they differ."""
    distinct = set(names)
    return distinct.pop() if len(distinct) == 1 else None


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
