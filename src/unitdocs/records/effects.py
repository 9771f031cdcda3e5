"""From the tidy frame to effects: one row per case, with its verdict."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from unitdocs import stats
from unitdocs.records.frame import ROLES, to_frame
from unitdocs.records.schema import Direction, RunRecord, Status

if TYPE_CHECKING:
    import pandas as pd

TIME = "time"
WORDS = {
    "s": {stats.Verdict.LESS: "faster", stats.Verdict.MORE: "slower"},
    Direction.HIGHER: {stats.Verdict.LESS: "lower", stats.Verdict.MORE: "higher"},
}
"""The metric's own words for less and more."""
COLUMNS = (
    "suite", "scenario", "title", "elements", "metric", "unit", "direction", "status", "reason",
    "control", "treatment", "base_mean", "head_mean", "n", "ratio", "low", "high", "level", "p", "p_adjusted",
    "verdict", "below_margin", "detectable", "exact",
)  # fmt: skip


def to_effects(record: RunRecord) -> "pd.DataFrame":
    """Return one row per case of a record, all of it computed from `to_frame(record)`.

    | column | meaning |
    | --- | --- |
    | `suite`, `scenario`, `title`, `elements`, `metric`, `unit`, `direction` | the case |
    | `status`, `reason` | `measured`, `failed`, `not applicable` or `not measured`, and why |
    | `control`, `treatment` | names of the arms |
    | `base_mean`, `head_mean` | arithmetic means of all values of control and treatment, in `unit` |
    | `n` | rounds |
    | `ratio`, `low`, `high` | treatment / control with its interval; below 1 the treatment has less |
    | `level` | confidence of the interval, such as 0.99 |
    | `p`, `p_adjusted` | p-value, and after Holm over the suite's time cases |
    | `verdict` | `faster`, `slower`, `less`, `more`, `lower`, `higher`, `equivalent`, `inconclusive` |
    | `below_margin` | a difference was found that lies wholly inside the margin |
    | `detectable` | the smallest ratio above 1 that would have been found with a chance of 80 % |
    | `exact` | both arms gave the same number in every round, so that nothing had to be estimated |

    Where there is no answer the cell is missing (None or NaN), never 0.
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    frame = to_frame(record)
    groups = dict(iter(frame.groupby(["suite", "scenario", "metric"], sort=False)))
    arms = {suite.name: suite.arms for suite in record.suites}
    rows = []
    for case in record.cases:
        control, treatment = arms[case.suite]
        row = dict.fromkeys(COLUMNS) | case.model_dump(mode="json", include=set(COLUMNS))
        row |= {"control": control, "treatment": treatment, "n": len(case.rounds)}
        values = groups.get((case.suite, case.scenario, case.metric))
        if case.status is Status.MEASURED and values is not None:
            row |= _measured(values, case.direction, record, (control, treatment))
        rows.append(row)
    effects = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"elements": "Int64"})
    return _adjusted(effects)


def _measured(values: "pd.DataFrame", direction: Direction, record: RunRecord, arms: tuple[str, str]) -> dict[str, Any]:
    """Return what the samples of one case come to."""
    means = values.groupby("role")["value"].mean()
    found: dict[str, Any] = {"base_mean": means["control"], "head_mean": means["treatment"]}
    silent = [arm for arm, role in zip(arms, ROLES, strict=True) if math.isnan(means[role])]
    if silent:
        reason = f"{silent[0]} does not count it" if len(silent) == 1 else "neither arm counts it"
        return found | {"status": Status.NOT_APPLICABLE.value, "reason": reason}
    unit = values["unit"].iloc[0]
    words = WORDS.get(unit) or WORDS.get(direction, {})
    is_timed = bool(values["wall"].notna().any())
    spread = values.groupby("role")["value"].agg(["min", "max"])
    if not is_timed and values["value"].notna().all() and (spread["min"] == spread["max"]).all():
        return found | _exact(means["control"], means["treatment"], words, record.margin)
    ratios = log_ratios(values)
    if len(ratios) < 2:  # noqa: PLR2004 -- a spread needs two
        return found | {"status": Status.NOT_MEASURED.value, "reason": "too few rounds for an interval"}
    if not np.isfinite(ratios).all():
        return found | {"status": Status.NOT_MEASURED.value, "reason": "a round that counted nothing has no ratio"}
    effect = stats.effect_of(stats.LogRatios(ratios), record.look_level)
    verdict = stats.verdict_of(effect, record.margin)
    return found | {
        "ratio": effect.ratio, "low": effect.low, "high": effect.high, "level": 1 - effect.level, "p": effect.p,
        "verdict": words.get(verdict, verdict.value), "below_margin": stats.is_below_margin(effect, record.margin),
        "detectable": effect.detectable, "exact": False,
    }  # fmt: skip


def log_ratios(values: "pd.DataFrame") -> list[float]:
    """Return one log ratio per round from the rows of one case; not finite where a round counted nothing."""
    rounds = {key: _quads(group["value"].to_numpy()) for key, group in values.groupby(["role", "round"])}
    numbers = sorted(values["round"].unique().tolist())
    with np.errstate(divide="ignore", invalid="ignore"):
        return [stats.log_ratio_of_round(rounds["control", i], rounds["treatment", i]) for i in numbers]


def _quads(values: np.ndarray) -> np.ndarray:
    """Return batches as quads of two; a single number stands for itself."""
    return values.reshape(-1, 2) if values.size % 2 == 0 else values.reshape(-1, 1)


def _exact(base: float, head: float, words: dict[stats.Verdict, str], margin: float) -> dict[str, Any]:
    found = stats.exact(base, head, margin)
    ratio = found.ratio if math.isfinite(found.ratio) else math.nan
    return {
        "ratio": ratio, "low": ratio, "high": ratio, "level": 1.0,
        "verdict": words.get(found.verdict, found.verdict.value), "below_margin": found.is_below_margin,
        "exact": True,
    }  # fmt: skip


def _adjusted(effects: "pd.DataFrame") -> "pd.DataFrame":
    """Fill in the p-values adjusted over each suite's time cases: its family."""
    family = (effects["metric"] == TIME) & effects["p"].notna()
    for suite in effects.loc[family, "suite"].unique():
        rows = family & (effects["suite"] == suite)
        effects.loc[rows, "p_adjusted"] = stats.holm(effects.loc[rows, "p"].astype(float).tolist())
    return effects
