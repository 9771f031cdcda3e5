"""From samples to effects and verdicts: pure functions, without files and clocks."""

from unitdocs.stats.binomial import Share, share_of
from unitdocs.stats.effect import POWER, Effect, effect_of
from unitdocs.stats.family import (
    GeometricMean,
    Sides,
    benjamini_hochberg,
    geometric_mean,
    geometric_mean_over_rounds,
    holm,
)
from unitdocs.stats.noninferiority import NonInferiority, non_inferiority, unpaired_non_inferiority
from unitdocs.stats.proportion import Hits, NoHits, proportion_effect
from unitdocs.stats.ranks import rank_effect
from unitdocs.stats.sample import LogRatios, LogValues, TooFew, log_ratio_of_round
from unitdocs.stats.unpaired import LEVEL, unpaired_effect
from unitdocs.stats.verdict import (
    LOOK_LEVEL,
    LOOKS,
    MARGIN,
    Exact,
    Verdict,
    decides,
    exact,
    is_below_margin,
    verdict_of,
)

__all__ = [
    "LEVEL",
    "LOOKS",
    "LOOK_LEVEL",
    "MARGIN",
    "POWER",
    "Effect",
    "Exact",
    "GeometricMean",
    "Hits",
    "LogRatios",
    "LogValues",
    "NoHits",
    "NonInferiority",
    "Share",
    "Sides",
    "TooFew",
    "Verdict",
    "benjamini_hochberg",
    "decides",
    "effect_of",
    "exact",
    "geometric_mean",
    "geometric_mean_over_rounds",
    "holm",
    "is_below_margin",
    "log_ratio_of_round",
    "non_inferiority",
    "proportion_effect",
    "rank_effect",
    "share_of",
    "unpaired_effect",
    "unpaired_non_inferiority",
    "verdict_of",
]
