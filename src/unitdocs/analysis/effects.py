"""The results of a record as a frame: one row per case, for figures, CSV files and notebooks."""

import math
from typing import TYPE_CHECKING

from unitdocs.analysis.arms import compare_cases
from unitdocs.analysis.case_result import CaseResult, EffectScale
from unitdocs.records import RunRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

COLUMNS = (
    "suite", "scenario", "title", "elements", "metric", "unit", "direction", "status", "reason",
    "control", "treatment", "control_mean", "treatment_mean", "n", "ratio", "low", "high", "level", "p", "p_adjusted",
    "verdict", "below_margin", "minimum_detectable_effect", "exact",
    "difference", "difference_low", "difference_high", "minimum_detectable_difference",
)  # fmt: skip


def to_effects(record: RunRecord) -> "pd.DataFrame":
    """Return one row per case of a record.

    | column | meaning |
    | --- | --- |
    | `suite`, `scenario`, `title`, `elements`, `metric`, `unit`, `direction` | the case |
    | `status`, `reason` | `measured`, `failed`, `new`, `not applicable` or `not measured`, and the reason |
    | `control`, `treatment` | names of the arms |
    | `control_mean`, `treatment_mean` | arithmetic means of all values of an arm, in `unit` |
    | `n` | rounds |
    | `ratio`, `low`, `high` | treatment / control with its interval; below 1 the treatment has less |
    | `level` | confidence of the interval, such as 0.99; 1 for exact counts |
    | `p`, `p_adjusted` | p-value, and the same adjusted by Holm's method over the record's cases of the metric |
    | `verdict` | `faster`, `slower`, `less`, `fewer`, `more`, `lower`, `higher`, `equivalent`, `inconclusive` |
    | `below_margin` | the arms differ, but by less than the margin over the whole interval |
    | `minimum_detectable_effect` | the smallest ratio above 1 that would have been found with a chance of 80 % |
    | `exact` | every round gave the same number in each arm, so that nothing was estimated |
    | `difference`, `difference_low`, `difference_high` | of a share such as missed frames: treatment - control with \
its interval |
    | `minimum_detectable_difference` | the smallest difference that would have been found with a chance of 80 % |

    A share of tries has a difference and no ratio; its margin is a difference too: 1 % is one in a hundred tries.
    A cell without an answer is missing (None or NaN), never 0. If only the control counted none, there is no ratio.
    """
    return to_frame_of(compare_cases(record))


def to_frame_of(cases: "Iterable[CaseResult]") -> "pd.DataFrame":
    """Return results as a frame with the columns of `to_effects`."""
    import pandas as pd  # noqa: PLC0415 -- slow to load

    rows = [_row(case) for case in cases]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"elements": "Int64"})


def _row(case: CaseResult) -> dict[str, object]:
    """Return a case by column; cells without an answer are None or NaN."""
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    row |= {name: getattr(case, name) for name in ("suite", "scenario", "title", "elements", "metric", "unit")}
    row |= {
        "direction": case.direction.value,
        "status": case.status.value,
        "reason": case.reason or None,
        "control": case.control,
        "treatment": case.treatment,
        "control_mean": case.control_mean,
        "treatment_mean": case.treatment_mean,
        "n": case.control_n,
    }
    effect = case.effect
    if effect is None:
        return row
    ends = (effect.estimate, effect.low, effect.high)
    numbers = [end if math.isfinite(end) else math.nan for end in ends]
    if effect.scale is EffectScale.RATIO:
        row |= dict(zip(("ratio", "low", "high"), numbers, strict=True))
        row["minimum_detectable_effect"] = effect.minimum_detectable_effect
    else:
        row |= dict(zip(("difference", "difference_low", "difference_high"), numbers, strict=True))
        row["minimum_detectable_difference"] = effect.minimum_detectable_effect
    return row | {
        "level": effect.level,
        "p": effect.p,
        "p_adjusted": effect.p_adjusted,
        "verdict": case.verdict_label,
        "below_margin": effect.is_below_margin,
        "exact": effect.is_exact,
    }
