"""From samples to effects and verdicts: pure functions, without files and clocks."""

from unitdocs.stats.effect import POWER, Effect, effect_of
from unitdocs.stats.family import geometric_mean, geometric_mean_effect, holm
from unitdocs.stats.sample import LogRatios, log_ratio_of_round
from unitdocs.stats.verdict import (
    LOOK_LEVEL,
    LOOKS,
    MARGIN,
    Verdict,
    decides,
    is_below_margin,
    verdict_of,
)

__all__ = [
    "LOOKS",
    "LOOK_LEVEL",
    "MARGIN",
    "POWER",
    "Effect",
    "LogRatios",
    "Verdict",
    "decides",
    "effect_of",
    "geometric_mean",
    "geometric_mean_effect",
    "holm",
    "is_below_margin",
    "log_ratio_of_round",
    "verdict_of",
]
