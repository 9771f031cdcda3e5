"""Verdicts, and the sequential rule by which a case stops as soon as it has one.

A case is looked at after 6, 8, 11, 15, 20, 28 and 40 rounds. Looking often raises the chance of a false alarm, so each
look uses a stricter level: at 0.01 a look, equal code is called different in fewer than 5 % of cases over all looks
(Armitage, McPherson and Rowe 1969 give the size of the problem; the figure itself comes from the seeded simulation in
`tests/unit/stats`). With a family of m cases behind one gate, the level of a look is divided by m (Bonferroni).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.stats.effect import RatioEffect, effect_of
from unitdocs.stats.sample import LogRatios

LOOKS = (6, 8, 11, 15, 20, 28, 40)
"""After how many rounds a case is looked at."""
LOOK_LEVEL = 0.01
"""The error level of one look."""
MARGIN = 0.01
"""The ratio below which nobody cares, unless a run says otherwise."""


class Verdict(StrEnum):
    """What a case comes to: where the treatment stands against the control."""

    LESS = "less"
    MORE = "more"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


def verdict_of(effect: RatioEffect, margin: float) -> Verdict:
    """Return the verdict: the interval excludes 1; or it includes 1 inside the margin; or neither.

    Args:
        effect: the measured ratio.
        margin: the ratio above 1 below which nobody cares, such as 0.01.
    """
    if effect.excludes_one:
        return Verdict.LESS if effect.ratio < 1 else Verdict.MORE
    return Verdict.EQUIVALENT if effect.is_within(margin) else Verdict.INCONCLUSIVE


def is_below_margin(effect: RatioEffect, margin: float) -> bool:
    """Tell whether a difference was found that lies wholly inside the margin."""
    return effect.excludes_one and effect.is_within(margin)


@dataclass(frozen=True)
class Exact:
    """What two counts that never vary come to: nothing has to be estimated.

    Args:
        ratio: treatment / control; 1 where both are 0, infinite where the control alone is.
        verdict: less, more or equivalent.
        is_below_margin: they differ, by less than the margin.
    """

    ratio: float
    verdict: Verdict
    is_below_margin: bool


def exact(control: float, treatment: float, margin: float) -> Exact:
    """Compare two counts that never vary.

    Args:
        control: the control's count, 0 or more.
        treatment: the treatment's.
        margin: as for `verdict_of`.
    """
    if control == treatment:
        return Exact(1.0, Verdict.EQUIVALENT, is_below_margin=False)
    ratio = treatment / control if control else math.inf
    verdict = Verdict.LESS if treatment < control else Verdict.MORE
    return Exact(ratio, verdict, is_below_margin=1 / (1 + margin) < ratio < 1 + margin)


def decides(log_ratios: Sequence[float], margin: float, level: float = LOOK_LEVEL) -> bool:
    """Tell whether a case may stop: it is due for a look, and the look gives a verdict.

    Args:
        log_ratios: one per round so far.
        margin: as for `verdict_of`.
        level: the error level of one look.
    """
    if len(log_ratios) not in LOOKS:
        return False
    return verdict_of(effect_of(LogRatios(log_ratios), level), margin) is not Verdict.INCONCLUSIVE
