"""A comparison as JSON, for programs."""

import json
import math

from unitdocs.analysis.case_result import CaseResult, EffectScale, NoEffect
from unitdocs.analysis.comparison import CORRECTION, Comparison, reason_of
from unitdocs.analysis.not_compared import NotCompared


def to_json(comparison: Comparison) -> str:
    """Return a comparison as JSON; a missing answer is null, never NaN.

    | member | meaning |
    | --- | --- |
    | `cases[]` `suite`, `name`, `metric`, `unit`, `direction` | the case; `lower` or `higher` is better |
    | `cases[]` `base`, `head` | `mean`, of all values in `unit`; `value`, the statistic that the ratio is of; and \
`n`, the number of independent values |
    | `cases[]` `statistic` | which statistic `value` is: `median`, `geometric mean`, `mean`, `value`, `count`, \
`saved mean`, `saved median`; or `ratio of rounds` if the ratio is one of paired rounds and `value` is the mean |
    | `cases[]` `replicate` | what `n` counts: `round`, `process`, `file`, or `value` if processes are unknown |
    | `cases[]` `ratio`, `low`, `high` | head / base and its interval, or null without one; null for a share |
    | `cases[]` `difference`, `difference_low`, `difference_high` | of a share such as missed frames, head - base with \
its interval; else null |
    | `cases[]` `p`, `p_adjusted` | p-value; adjusted over the cases of the metric; null for exact counts |
    | `cases[]` `verdict`, `below_margin` | as in `to_effects`; null without a verdict |
    | `cases[]` `detectable`, `difference_detectable` | the minimum detectable effect, and the same of a share |
    | `cases[]` `paired` | whether rounds were compared in pairs |
    | `cases[]` `warnings` | why there is no verdict, and what makes one less certain, in sentences |
    | `not_compared[]` `suite`, `name`, `metric` | a case that is not compared; several metrics with commas between |
    | `not_compared[]` `side`, `reason` | `base`, `head` or `both`: which side has no usable result, and why |
    | `summary` `base`, `head` | names of both sides |
    | `summary` `metric`, `unit`, `geomean`, `low`, `high` | geometric mean of the ratios of one metric: `time` if \
measured, else the first; metrics and units are never mixed |
    | `summary` `verdicts` | number of cases with each verdict, `below margin`, or `no verdict` |
    | `summary` `correction` | `holm`: how p-values are adjusted |
    | `summary` `unmatched` | number of cases that only `base` has, and only `head` |
    | `summary` `warnings` | what makes the comparison less certain, each sentence once |
    """
    return json.dumps(as_members(comparison), indent=2, ensure_ascii=False, allow_nan=False)


def as_members(comparison: Comparison) -> dict[str, object]:
    """Return a comparison as the members of `to_json`."""
    overall = next(iter(comparison.summaries), None)
    summary = {
        "base": comparison.base,
        "head": comparison.head,
        "metric": overall.metric if overall else None,
        "unit": overall.unit if overall else None,
        "geomean": overall.ratio if overall else None,
        "low": overall.low if overall else None,
        "high": overall.high if overall else None,
        "verdicts": comparison.verdicts,
        "correction": CORRECTION,
        "unmatched": {"base": comparison.unmatched_base, "head": comparison.unmatched_head},
        "warnings": list(comparison.warnings),
    }
    return {
        "cases": [_case_members(case) for case in comparison.cases],
        "not_compared": [_not_compared_members(case) for case in comparison.not_compared],
        "summary": summary,
    }


def _not_compared_members(case: NotCompared) -> dict[str, object]:
    return {
        "suite": case.suite,
        "name": case.name,
        "metric": case.metric,
        "side": case.side.value,
        "reason": case.reason,
    }


def _case_members(case: CaseResult) -> dict[str, object]:
    """Return a case as the members of a JSON object."""
    effect = case.effect
    is_difference = effect is not None and effect.scale is EffectScale.DIFFERENCE
    ends = [_finite(end) for end in (effect.estimate, effect.low, effect.high)] if effect else _ends_without(case)
    ratios = [None] * 3 if is_difference else ends
    differences = ends if is_difference else [None] * 3
    smallest = effect and effect.minimum_detectable_effect
    return {
        "suite": case.suite,
        "name": case.scenario,
        "metric": case.metric,
        "unit": case.unit,
        "direction": case.direction.value,
        "base": _side_members(case.control_mean, case.control_value, case.control_n),
        "head": _side_members(case.treatment_mean, case.treatment_value, case.treatment_n),
        "statistic": case.statistic.value,
        "replicate": case.replicate.value,
        **dict(zip(("ratio", "low", "high"), ratios, strict=True)),
        "p": effect and effect.p,
        "p_adjusted": effect and effect.p_adjusted,
        "verdict": effect and case.verdict_label,
        "below_margin": effect and effect.is_below_margin,
        "detectable": None if is_difference else smallest,
        **dict(zip(("difference", "difference_low", "difference_high"), differences, strict=True)),
        "difference_detectable": smallest if is_difference else None,
        "paired": case.is_paired,
        "warnings": [*([] if effect else [reason_of(case)]), *case.warnings],
    }


def _side_members(mean: float | None, value: float | None, n: int) -> dict[str, object]:
    return {"mean": _finite(mean), "value": _finite(mean if value is None else value), "n": n}


def _ends_without(case: CaseResult) -> list[float | None]:
    """Return the ratio of a case without a verdict, and the interval if its files hold one."""
    result = case.result
    return [result.ratio, result.low, result.high] if isinstance(result, NoEffect) else [None] * 3


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
