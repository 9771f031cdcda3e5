"""Statistics from samples to effects and verdicts: pure functions without files or clocks."""

from unitdocs.stats.averages import GeometricMean, UnpairedSample, geometric_mean, geometric_mean_over_rounds
from unitdocs.stats.binomial import BinomialShare, share_of
from unitdocs.stats.effect import POWER, RatioEffect, effect_of
from unitdocs.stats.mismatch import AssignmentCell, mismatch_p
from unitdocs.stats.multiplicity import holm
from unitdocs.stats.noninferiority import NonInferiority, non_inferiority, unpaired_non_inferiority
from unitdocs.stats.processes import process_difference, process_effect
from unitdocs.stats.proportion import (
    Difference,
    Hits,
    NoHits,
    Rates,
    decides_difference,
    difference_of,
    difference_verdict,
    is_difference_below_margin,
    proportion_effect,
    unpaired_difference,
)
from unitdocs.stats.ranks import as_ratio_of_medians, rank_effect
from unitdocs.stats.rates import Bounds, RateCell, excess_bounds, rate_bounds, rate_ratio_bounds
from unitdocs.stats.sample import LogRatios, LogValues, TooFew, log_ratio_of_round
from unitdocs.stats.sequences import (
    always_valid_bound_width,
    always_valid_width,
    fixed_sample_information,
    information_needed,
)
from unitdocs.stats.signed_ranks import paired_effect, signed_rank_effect
from unitdocs.stats.strata import StratifiedEstimate, StratumSample, combine, log_ratio
from unitdocs.stats.ticks import NO_TICKS, Ticks, ticks_of
from unitdocs.stats.unpaired import LEVEL, unpaired_effect
from unitdocs.stats.verdict import (
    GATE_LEVEL,
    GATE_RANKS_FROM,
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
    "GATE_LEVEL",
    "GATE_RANKS_FROM",
    "LEVEL",
    "LOOKS",
    "LOOK_LEVEL",
    "MARGIN",
    "NO_TICKS",
    "POWER",
    "AssignmentCell",
    "BinomialShare",
    "Bounds",
    "Difference",
    "Exact",
    "GeometricMean",
    "Hits",
    "LogRatios",
    "LogValues",
    "NoHits",
    "NonInferiority",
    "RateCell",
    "Rates",
    "RatioEffect",
    "StratifiedEstimate",
    "StratumSample",
    "Ticks",
    "TooFew",
    "UnpairedSample",
    "Verdict",
    "always_valid_bound_width",
    "always_valid_width",
    "as_ratio_of_medians",
    "combine",
    "decides",
    "decides_difference",
    "difference_of",
    "difference_verdict",
    "effect_of",
    "exact",
    "excess_bounds",
    "fixed_sample_information",
    "geometric_mean",
    "geometric_mean_over_rounds",
    "holm",
    "information_needed",
    "is_below_margin",
    "is_difference_below_margin",
    "log_ratio",
    "log_ratio_of_round",
    "mismatch_p",
    "non_inferiority",
    "paired_effect",
    "process_difference",
    "process_effect",
    "proportion_effect",
    "rank_effect",
    "rate_bounds",
    "rate_ratio_bounds",
    "share_of",
    "signed_rank_effect",
    "ticks_of",
    "unpaired_difference",
    "unpaired_effect",
    "unpaired_non_inferiority",
    "verdict_of",
]
