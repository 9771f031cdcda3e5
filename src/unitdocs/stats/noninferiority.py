"""Non-inferiority: whether a treatment is not worse than the control by more than a predefined margin.

The absence of a detected difference does not prove this; rejecting "worse by the margin or more" in a one-sided test
does.
"""

import math
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from unitdocs.stats.effect import MeanEstimate, estimate_of, exp
from unitdocs.stats.sample import LogRatios, LogValues, TooFew
from unitdocs.stats.unpaired import unpaired_effect, welch


@dataclass(frozen=True)
class NonInferiority:
    """The result of a one-sided test against a margin.

    Args:
        bound: with confidence 1 - level the true ratio lies below this.
        margin: the relative increase that would be too large, such as 0.01.
        level: the error level of the one-sided test.
        p: one-sided p-value of "the ratio is 1 + margin or more".
    """

    bound: float
    margin: float
    level: float
    p: float

    @property
    def is_proven(self) -> bool:
        """Whether the treatment is proven to be not worse than the margin.

        This is the case if the bound lies below 1 + margin. If all values agree, there must also be enough of them for
        a p-value below the level.
        """
        return self.p < self.level


def non_inferiority(sample: LogRatios, margin: float, level: float) -> NonInferiority:
    """Test whether the treatment is below 1 + margin times the control, in paired rounds.

    The upper end of a one-sided t interval, mean + t(1 - level, n - 1) · s/sqrt(n), is compared with ln(1 + margin).

    Source: Blackwelder 1982, "Proving the null hypothesis" in clinical trials; assumptions as for `effect_of`.
    For a metric of which more is better, pass the negated log ratios.

    Example:
        log ratios 0.1, 0.2, 0.3 at level 0.05: t(0.95, 2) = 2.919986, so the bound is exp(0.2 + 0.168585) = 1.445688;
        a margin of 0.5 is kept, p = 0.035345.

    Args:
        sample: one log ratio per round.
        margin: the relative increase that would be too large, above 0.
        level: the error level of the one-sided test, between 0 and 1.
    """
    return _test_against(estimate_of(sample), margin, level)


def unpaired_non_inferiority(
    control: LogValues, treatment: LogValues, margin: float, level: float
) -> NonInferiority | TooFew:
    """Test the same for arms that were not measured in the same rounds, with Welch's standard error.

    For a metric of which more is better, exchange the arms. Arguments as for `unpaired_effect` and `non_inferiority`.

    Example:
        logarithms 1, 2, 3 against 1, 2, 3 at level 0.05: standard error sqrt(2/3), t(0.95, 4) = 2.131847, so the bound
        is exp(1.740646) = 5.701023.
    """
    effect = unpaired_effect(control, treatment, level)
    return effect if isinstance(effect, TooFew) else _test_against(welch(control, treatment), margin, level)


def _test_against(estimate: MeanEstimate, margin: float, level: float) -> NonInferiority:
    """Test an estimated mean log ratio against the margin."""
    distance = estimate.centre - math.log1p(margin)
    bound = exp(estimate.centre + float(stdtrit(estimate.degrees, 1 - level)) * estimate.error)
    if estimate.error == 0:
        p = estimate.least_p / 2 if distance < 0 else 1.0
    else:
        p = float(stdtr(estimate.degrees, distance / estimate.error))
    return NonInferiority(bound=bound, margin=margin, level=level, p=p)
