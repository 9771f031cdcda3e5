"""From the tidy frame to effects: one row per case, with its verdict."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from unitdocs import stats
from unitdocs.records.frame import ROLES, to_frame
from unitdocs.records.schema import TIMES, Case, Direction, Metric, RunRecord, Status

if TYPE_CHECKING:
    import pandas as pd

TIME = "time"
WORDS: Mapping[str, Mapping[stats.Verdict, str]] = {
    Metric.MISSED_FRAMES: {stats.Verdict.LESS: "fewer"},
    Metric.ERROR_RATE: {stats.Verdict.LESS: "lower", stats.Verdict.MORE: "higher"},
    "s": {stats.Verdict.LESS: "faster", stats.Verdict.MORE: "slower"},
    Direction.HIGHER: {stats.Verdict.LESS: "lower", stats.Verdict.MORE: "higher"},
}
"""The metric's own words for less and more: by the metric, else by its unit, else by its direction."""
COLUMNS = (
    "suite", "scenario", "title", "elements", "metric", "unit", "direction", "status", "reason",
    "control", "treatment", "base_mean", "head_mean", "n", "ratio", "low", "high", "level", "p", "p_adjusted",
    "verdict", "below_margin", "detectable", "exact",
    "difference", "difference_low", "difference_high", "difference_detectable",
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
    | `p`, `p_adjusted` | p-value, and after Holm over the suite's cases of the metric, for times and frame times |
    | `verdict` | `faster`, `slower`, `less`, `fewer`, `more`, `lower`, `higher`, `equivalent`, `inconclusive` |
    | `below_margin` | a difference was found that lies wholly inside the margin |
    | `detectable` | the smallest ratio above 1 that would have been found with a chance of 80 % |
    | `exact` | both arms gave the same number in every round, so that nothing had to be estimated |
    | `difference`, `difference_low`, `difference_high` | of a share such as missed frames: treatment - control with \
its interval |
    | `difference_detectable` | the smallest difference that would have been found with a chance of 80 % |

    A share of tries has a difference and no ratio; its margin is a difference too: 1 % is one of a hundred tries.
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
            row |= _measured(values, case, record, (control, treatment))
        rows.append(row)
    effects = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"elements": "Int64"})
    return _adjusted(effects)


def words_of(metric: str, unit: str, direction: Direction) -> Mapping[stats.Verdict, str]:
    """Return a metric's own words, where it has some."""
    return WORDS.get(metric) or WORDS.get(unit) or WORDS.get(direction, {})


def _measured(values: "pd.DataFrame", case: Case, record: RunRecord, arms: tuple[str, str]) -> dict[str, Any]:
    """Return what the samples of one case come to."""
    means = values.groupby("role")["value"].mean()
    found: dict[str, Any] = {"base_mean": means["control"], "head_mean": means["treatment"]}
    silent = [arm for arm, role in zip(arms, ROLES, strict=True) if math.isnan(means[role])]
    if silent:
        reason = f"{silent[0]} does not count it" if len(silent) == 1 else "neither arm counts it"
        return found | {"status": Status.NOT_APPLICABLE.value, "reason": reason}
    words = words_of(case.metric, case.unit, case.direction)
    if case.is_proportion:
        return found | _share(values, words, record)
    spread = values.groupby("role")["value"].agg(["min", "max"])
    is_constant = values["value"].notna().all() and (spread["min"] == spread["max"]).all()
    if case.metric not in TIMES and is_constant:
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
        "detectable": effect.minimum_detectable_effect, "exact": False,
    }  # fmt: skip


def _share(values: "pd.DataFrame", words: Mapping[stats.Verdict, str], record: RunRecord) -> dict[str, Any]:
    """Return what the rates of one case come to."""
    rounds = values.pivot_table(index="round", columns="role", values=["value", "tries"], dropna=False)
    rates = rounds["value"]
    problem = None
    if len(rates) < 2:  # noqa: PLR2004 -- a spread needs two
        problem = "too few rounds for an interval"
    elif rates.isna().to_numpy().any():
        problem = "a round that counted nothing has no rate"
    elif rates.to_numpy().max() > 1:
        problem = "a rate above 1 is none"
    if problem:
        return {"status": Status.NOT_MEASURED.value, "reason": problem}
    tries = rounds["tries"][list(ROLES)].to_numpy(dtype=float)
    known = None if np.isnan(tries).any() or tries.min() < 1 else tries.tolist()
    found = stats.difference_of(stats.Rates(rates["control"], rates["treatment"], known), record.look_level)
    verdict = stats.difference_verdict(found, record.margin)
    is_known = found.p is None and found.low == found.high
    return {
        "difference": found.difference, "difference_low": found.low, "difference_high": found.high,
        "difference_detectable": found.minimum_detectable_effect,
        "level": 1.0 if is_known else 1 - found.level, "p": found.p,
        "verdict": words.get(verdict, verdict.value), "exact": found.p is None,
        "below_margin": stats.is_difference_below_margin(found, record.margin),
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


def _exact(base: float, head: float, words: Mapping[stats.Verdict, str], margin: float) -> dict[str, Any]:
    found = stats.exact(base, head, margin)
    ratio = found.ratio if math.isfinite(found.ratio) else math.nan
    return {
        "ratio": ratio, "low": ratio, "high": ratio, "level": 1.0,
        "verdict": words.get(found.verdict, found.verdict.value), "below_margin": found.is_below_margin,
        "exact": True,
    }  # fmt: skip


def _adjusted(effects: "pd.DataFrame") -> "pd.DataFrame":
    """Fill in the p-values adjusted over each suite's cases of a time or a frame time: its family."""
    timed = effects["metric"].isin(TIMES) & effects["p"].notna()
    families = effects.loc[timed, ["suite", "metric"]].drop_duplicates().itertuples(index=False)
    for suite, metric in families:
        rows = timed & (effects["suite"] == suite) & (effects["metric"] == metric)
        effects.loc[rows, "p_adjusted"] = stats.holm(effects.loc[rows, "p"].astype(float).tolist())
    return effects
