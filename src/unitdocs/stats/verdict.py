"""Verdicts, and the sequential rule by which a case stops as soon as it has one.

A case is tested after 6, 8, 11, 15, 20, 28 and 40 rounds. Repeated looks raise the chance of a false alarm, so each
look uses a stricter level: at 0.01 for each look, equal code gets a difference in fewer than 5 % of cases over all
looks. Armitage, McPherson and Rowe 1969 give the size of the problem; the figure comes from the seeded simulation in
`tests/unit/stats`. With a family of m cases behind one gate, the level of a look is divided by m (Bonferroni).

A gate on two revisions runs for every change, and most changes change nothing. There a look uses a tenth of that level,
and ranks from 20 rounds on, since a few of its short rounds are far off; the same tests simulate it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.stats.effect import RatioEffect
from unitdocs.stats.sample import LogRatios
from unitdocs.stats.signed_ranks import paired_effect

LOOKS = (6, 8, 11, 15, 20, 28, 40)
"""The numbers of rounds after which a case is tested."""
LOOK_LEVEL = 0.01
"""The error level of one look."""
GATE_LEVEL = 0.001
"""The same in a gate on two revisions, for all its cases together."""
GATE_RANKS_FROM = 20
"""The number of rounds from which a gate on two revisions estimates times by ranks; see `paired_effect`."""
MARGIN = 0.01
"""The default margin: smaller relative differences are treated as equivalent."""


class Verdict(StrEnum):
    """The verdict of a case: whether the treatment has less or more than the control."""

    LESS = "less"
    MORE = "more"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


def verdict_of(effect: RatioEffect, margin: float) -> Verdict:
    """Return the verdict: less or more if the interval excludes 1; else equivalent inside the margin, or inconclusive.

    Args:
        effect: the measured ratio.
        margin: relative differences smaller than this are treated as equivalent, such as 0.01.
    """
    if effect.excludes_one:
        return Verdict.LESS if effect.ratio < 1 else Verdict.MORE
    return Verdict.EQUIVALENT if effect.is_within(margin) else Verdict.INCONCLUSIVE


def is_below_margin(effect: RatioEffect, margin: float) -> bool:
    """Return whether there is a difference whose interval lies inside the margin."""
    return effect.excludes_one and effect.is_within(margin)


@dataclass(frozen=True)
class Exact:
    """The comparison of two counts that do not vary, so that nothing is estimated.

    Args:
        ratio: treatment / control; 1 if both are 0, infinite if only the control is.
        verdict: less, more or equivalent.
        is_below_margin: whether the counts differ by less than the margin.
    """

    ratio: float
    verdict: Verdict
    is_below_margin: bool


def exact(control: float, treatment: float, margin: float) -> Exact:
    """Compare two counts that do not vary.

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


def decides(
    log_ratios: Sequence[float], margin: float, level: float = LOOK_LEVEL, ranks_from: int | None = None
) -> bool:
    """Return whether a case may stop: a look is due and gives a verdict.

    Args:
        log_ratios: one for each round so far.
        margin: as for `verdict_of`.
        level: the error level of one look.
        ranks_from: as for `paired_effect`.
    """
    if len(log_ratios) not in LOOKS:
        return False
    return verdict_of(paired_effect(LogRatios(log_ratios), level, ranks_from), margin) is not Verdict.INCONCLUSIVE
