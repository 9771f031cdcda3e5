"""Absolute margins: differences in a metric's own unit that are too small to matter, whatever their ratio.

One block instead of none is infinitely more, and nothing. A margin as a share cannot say that.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale
from unitdocs.stats import Verdict


def apply_absolute_margins(cases: Iterable[CaseResult], margins: Mapping[str, float]) -> tuple[CaseResult, ...]:
    """Return the cases with the absolute margins of their metrics applied.

    A difference whose whole interval is smaller than the margin is below margin, and an inconclusive case whose
    interval lies within it is equivalent. Shares are not changed: their margin is absolute already.

    Args:
        cases: any cases.
        margins: by metric, in the metric's unit, such as `{"peak memory": 16384}`.
    """
    return tuple(_apply(case, margins[case.metric]) if case.metric in margins else case for case in cases)


def _apply(case: CaseResult, margin: float) -> CaseResult:
    effect = case.effect
    if effect is None or effect.scale is EffectScale.DIFFERENCE or not _is_within(case, effect, margin):
        return case
    if effect.verdict is Verdict.INCONCLUSIVE:
        return dataclasses.replace(case, result=dataclasses.replace(effect, verdict=Verdict.EQUIVALENT))
    has_direction = effect.verdict is not Verdict.EQUIVALENT
    return dataclasses.replace(case, result=dataclasses.replace(effect, is_below_margin=has_direction))


def _is_within(case: CaseResult, effect: Effect, margin: float) -> bool:
    """Return whether the interval of the difference, the control's mean times the change, lies within the margin."""
    control, treatment = case.control_mean, case.treatment_mean
    if control is None or treatment is None:
        return False
    if effect.is_exact:
        return abs(treatment - control) < margin
    ends = (control * (effect.low - 1), control * (effect.high - 1))
    return all(math.isfinite(end) and abs(end) < margin for end in ends)
