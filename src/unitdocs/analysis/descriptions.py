"""A case in words: sizes and intervals from `formatting`, with the metric's own labels."""

import math
from collections.abc import Iterable, Mapping

from unitdocs import formatting
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect
from unitdocs.records import Metric, RunRecord, Status
from unitdocs.stats import Verdict

NO_DIRECTION = (Verdict.EQUIVALENT, Verdict.INCONCLUSIVE)
"""Verdicts that leave open on which side of no change the effect is."""

PLAIN_METRICS: Mapping[str, str] = {
    Metric.FRAME_P50: "typical frame",
    Metric.FRAME_P95: "slow frames, 1 in 20",
    Metric.FRAME_P99: "slow frames, 1 in 100",
}
"""Metrics whose names are those of statistics, in everyday words."""
ROLES = ("control", "treatment")
"""The two sides of a table of cases that do not share their arms."""


def unfinished(record: RunRecord) -> str:
    """Return a sentence on a run that was stopped; empty if it finished."""
    if record.finished is not None:
        return ""
    if not record.cases or any(case.status is Status.NOT_MEASURED for case in record.cases):
        return "The run did not finish: cases are missing."
    return "The run was stopped: more rounds might have decided what is inconclusive."


def shared_arms(cases: Iterable[CaseResult]) -> tuple[str, str] | None:
    """Return the arms that all cases compare; None if suites with other arms are among them, or there is no case."""
    pairs = {(case.control, case.treatment) for case in cases}
    return pairs.pop() if len(pairs) == 1 else None


def arms_of(case: CaseResult) -> str:
    """Return the arms of a case, for a row whose columns do not name them: `original, refactored`."""
    return f"{case.control}, {case.treatment}"


def plain_metric(metric: str) -> str:
    """Return the name of a metric for readers without statistics: `frame time p95` is `slow frames, 1 in 20`."""
    return PLAIN_METRICS.get(metric, metric)


def describe(case: CaseResult) -> str:
    """Return direction and size with the interval: for a time, a ratio of 0.05 is `20x faster (19.5x to 20.6x)`.

    A case without a difference has no direction: its effect is a change with a sign, such as `+0.30 %`.
    """
    return f"{extent(case)} ({interval(case)})" if interval(case) else extent(case)


def extent(case: CaseResult) -> str:
    """Return direction and size alone, such as `20x faster`; the status if there is no effect."""
    effect = case.effect
    if effect is None:
        return case.status.value if case.ratio is None else formatting.plain_ratio(case.ratio)
    if effect.is_exact and effect.estimate == effect.scale.no_change:
        return "the same"
    label = direction_label(case, effect.estimate)
    has_direction = effect.verdict not in NO_DIRECTION
    if effect.scale is EffectScale.DIFFERENCE:
        size = formatting.points(abs(effect.estimate))
        return f"{size} {label}" if has_direction else formatting.change_points(effect.estimate)
    if not has_direction:
        return formatting.signed_change(effect.estimate)
    if effect.estimate in (0, math.inf):  # no factor leads from nothing to something
        return f"{label}, from {' to '.join(amounts(case))}"
    return formatting.change(effect.estimate, label)


def interval(case: CaseResult) -> str:
    """Return the interval of the size that `extent` gives; empty if there is none."""
    effect = case.effect
    if effect is None:
        return _saved_interval(case)
    if math.isnan(effect.low):
        return ""
    if effect.scale is EffectScale.DIFFERENCE:
        return _interval_in_points(effect)
    if effect.verdict in NO_DIRECTION and not effect.is_exact:
        return formatting.signed_interval(effect.low, effect.high)
    if effect.is_exact:
        return "" if effect.estimate == effect.scale.no_change else "exact count"
    return formatting.change_interval(effect.estimate, effect.low, effect.high)


def describe_mean(case: CaseResult, ratio: float, low: float | None, high: float | None) -> tuple[str, str]:
    """Return a geometric mean of ratios and its interval, in the form of `extent` and `interval`.

    Args:
        case: any of the cases; its metric gives the labels.
        ratio: their geometric mean.
        low: lower end of its interval; None without an interval.
        high: upper end.
    """
    if low is None or high is None:
        return formatting.plain_ratio(ratio), ""
    if low <= 1 <= high:
        return formatting.signed_change(ratio), formatting.signed_interval(low, high)
    return formatting.change(ratio, direction_label(case, ratio)), formatting.change_interval(ratio, low, high)


def direction_label(case: CaseResult, estimate: float) -> str:
    """Return the metric's own label for an estimate: faster, slower, less, fewer, more, higher or lower."""
    no_change = case.effect.scale.no_change if case.effect else 1.0
    return case.label(Verdict.LESS if estimate < no_change else Verdict.MORE)


def amounts(case: CaseResult) -> tuple[str, str]:
    """Return control and treatment, scaled for display; shares in percent.

    They are the statistic that the effect is of, or the means if the effect is one of paired rounds.
    """
    values = (case.control_value, case.control_mean), (case.treatment_value, case.treatment_mean)
    control, treatment = (_amount(case, mean if value is None else value) for value, mean in values)
    return control, treatment


def _amount(case: CaseResult, mean: float | None) -> str:
    return formatting.percent(mean) if case.is_share and mean is not None else formatting.quantity(mean, case.unit)


def _saved_interval(case: CaseResult) -> str:
    """Return the interval of a case without a verdict, if its files hold one."""
    result = case.result
    if not isinstance(result, NoEffect) or result.ratio is None or result.low is None or result.high is None:
        return ""
    return formatting.plain_interval(result.ratio, result.low, result.high)


def _interval_in_points(effect: Effect) -> str:
    """Return the interval of a share's difference, with the sign that `extent` gives the size."""
    if effect.is_exact:
        if effect.estimate != 0:
            return "exact count"
        return f"none seen: at most {formatting.percent(effect.high)}" if effect.high else ""
    if effect.verdict in NO_DIRECTION:
        low, high = (formatting.change_points(end) for end in (effect.low, effect.high))
        return f"{low.removesuffix(' points')} to {high}"
    ends = (effect.low, effect.high) if effect.estimate >= 0 else (-effect.high, -effect.low)
    return f"{formatting.number(ends[0] * 100)} to {formatting.points(ends[1])}"
