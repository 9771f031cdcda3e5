"""Margins: differences that are too small to matter, as a share of all cases or of some, or in a metric's own unit.

One block instead of none is infinitely more, and nothing. A margin as a share cannot say that; an absolute one can.
"""

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale
from unitdocs.stats import Verdict


@dataclass(frozen=True)
class Margins:
    """The margins of a comparison.

    Args:
        share: relative margin of every case, such as 0.01; None for the record's own, or the default.
        by_pattern: margins of the cases that a pattern matches; the last that matches counts.
    """

    share: float | None = None
    by_pattern: Mapping[str, float] = field(default_factory=dict)

    def of(self, suite: str, name: str, default: float) -> float:
        """Return the margin of a case."""
        found = [share for pattern, share in self.by_pattern.items() if matches(pattern, suite, name)]
        return found[-1] if found else default if self.share is None else self.share

    def shares(self, default: float) -> Iterable[float]:
        """Return every margin that a case may have."""
        return {default if self.share is None else self.share, *self.by_pattern.values()}


def matches(pattern: str, suite: str, name: str) -> bool:
    """Return whether a pattern matches a case.

    Args:
        pattern: a name, or `suite/name`, in which `*` matches any text and `?` any character; without either, a part of
            `suite/name` is enough.
        suite: the case's suite; may be empty.
        name: the case's name.
    """
    label = f"{suite}/{name}" if suite else name
    if not re.search(r"[*?]", pattern):
        return pattern in label
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    expression = re.compile("".join(parts), re.DOTALL)
    return any(expression.fullmatch(text) for text in (label, name))


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
