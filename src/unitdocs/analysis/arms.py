"""The two arms of a run record, compared in pairs of rounds.

Both arms are measured alternately in the same processes. A round gives one number: the log ratio of a time, the ratio
of two counts, or the difference of two rates.
"""

import dataclasses
import math
from collections.abc import Mapping

import numpy as np

from unitdocs import stats
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect, Statistic
from unitdocs.analysis.families import adjust_p_values
from unitdocs.analysis.margins import apply_absolute_margins
from unitdocs.analysis.rounds import Values, blocks_of, values_of
from unitdocs.records import TIMES, Case, Metric, Role, RunRecord, Status


def compare_cases(
    record: RunRecord, *, margin: float | None = None, absolute_margins: Mapping[str, float] | None = None
) -> tuple[CaseResult, ...]:
    """Return the result of every case of a record, in the record's order, at the record's own level.

    Args:
        record: the record.
        margin: differences smaller than this are treated as equivalent; the record's own margin by default.
        absolute_margins: such differences in a metric's unit, by metric; the record's own by default.
    """
    arms = {suite.name: suite.arms for suite in record.suites}
    cases = _compare_cases(record.cases, arms, _Rule.of(record, margin))
    return apply_absolute_margins(cases, record.absolute_margins if absolute_margins is None else absolute_margins)


def compare_same_code(record: RunRecord) -> tuple[CaseResult, ...]:
    """Return the results of the cases in which the treatment was measured against itself."""
    arms = {suite.name: (suite.arms[1], suite.arms[1]) for suite in record.suites}
    return apply_absolute_margins(_compare_cases(record.same_code, arms, _Rule.of(record)), record.absolute_margins)


@dataclasses.dataclass(frozen=True)
class _Rule:
    """By what the cases of a record are judged; the names are those of the record and its protocol."""

    level: float
    margin: float
    ranks_from: int | None

    @classmethod
    def of(cls, record: RunRecord, margin: float | None = None) -> "_Rule":
        """Return the rule of a record, with another margin if one is given."""
        protocol = record.protocol
        return cls(record.look_level, margin or record.margin, protocol.ranks_from if protocol else None)


def _compare_cases(cases: tuple[Case, ...], arms: dict[str, tuple[str, str]], rule: _Rule) -> tuple[CaseResult, ...]:
    """Compare the cases and adjust their p-values family by family."""
    return tuple(adjust_p_values([_compare_case(case, arms[case.suite], rule) for case in cases]))


def _compare_case(case: Case, arms: tuple[str, str], rule: _Rule) -> CaseResult:
    """Return the result of one case; its p-value is not adjusted yet."""
    result = CaseResult(
        suite=case.suite,
        scenario=case.scenario,
        title=_one_line(case.title),
        elements=case.elements,
        metric=case.metric,
        unit=case.unit,
        direction=case.direction,
        control=arms[0],
        treatment=arms[1],
        control_mean=None,
        treatment_mean=None,
        control_n=len(case.rounds),
        treatment_n=len(case.rounds),
        result=NoEffect(case.status, _one_line(case.reason or "")),
    )
    if case.status is not Status.MEASURED or not case.rounds:
        return result
    rounds = {role: [values_of(case, round_, role) for round_ in case.rounds] for role in Role}
    effect = _estimate_effect(case, arms, rounds, rule)
    return dataclasses.replace(
        result,
        statistic=_statistic(effect),
        control_mean=_mean(rounds[Role.CONTROL]),
        treatment_mean=_mean(rounds[Role.TREATMENT]),
        slowest_frames=_slowest_frames(rounds) if case.metric == Metric.SLOWEST_FRAME else (),
        result=effect,
    )


def _statistic(effect: Effect | NoEffect) -> Statistic:
    """Return which statistic of both arms the effect is of."""
    if not isinstance(effect, Effect):
        return Statistic.MEAN
    if effect.scale is EffectScale.DIFFERENCE:
        return Statistic.MEAN
    if effect.is_exact:
        return Statistic.COUNT
    return Statistic.RANKED_ROUNDS if effect.is_ranked else Statistic.ROUNDS


def _slowest_frames(rounds: dict[Role, list[Values]]) -> tuple[tuple[float, float], ...]:
    pairs = zip(rounds[Role.CONTROL], rounds[Role.TREATMENT], strict=True)
    return tuple((float(control[0]), float(treatment[0])) for control, treatment in pairs)


def _estimate_effect(
    case: Case,
    arms: tuple[str, str],
    rounds: dict[Role, list[Values]],
    rule: _Rule,
) -> Effect | NoEffect:
    """Return the effect of a measured case, estimated as its metric requires, or the reason why there is none."""
    uncounted = [arm for arm, role in zip(arms, Role, strict=True) if _mean(rounds[role]) is None]
    if uncounted:
        reason = f"{uncounted[0]} does not count it" if len(uncounted) == 1 else "neither arm counts it"
        return NoEffect(Status.NOT_APPLICABLE, reason)
    if case.is_proportion:
        return _compare_rates(case, rounds, rule)
    if _is_exact(case) and all(_is_constant(values) for values in rounds.values()):
        control, treatment = (float(rounds[role][0][0]) for role in Role)
        return exact_effect(stats.exact(control, treatment, rule.margin))
    if len(case.rounds) < 2:  # noqa: PLR2004 -- a spread needs two
        return NoEffect(Status.NOT_MEASURED, "too few rounds for an interval", _ratio_of_means(rounds))
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratios = [
            stats.log_ratio_of_round(blocks_of(first), blocks_of(second))
            for first, second in zip(rounds[Role.CONTROL], rounds[Role.TREATMENT], strict=True)
        ]
    if not np.isfinite(log_ratios).all():
        return NoEffect(Status.NOT_MEASURED, "a round that counted nothing has no ratio")
    sample = stats.LogRatios(log_ratios)
    ranks_from = rule.ranks_from if case.metric in TIMES else None
    return ratio_effect(stats.paired_effect(sample, rule.level, ranks_from), rule.margin, sample)


def ratio_effect(
    effect: stats.RatioEffect, margin: float, samples: stats.LogRatios | stats.UnpairedSample | None
) -> Effect:
    """Return a measured ratio with its verdict."""
    return Effect(
        scale=EffectScale.RATIO,
        estimate=effect.ratio,
        low=effect.low,
        high=effect.high,
        level=1 - effect.level,
        verdict=stats.verdict_of(effect, margin),
        is_below_margin=stats.is_below_margin(effect, margin),
        p=effect.p,
        minimum_detectable_effect=_finite_or_none(effect.minimum_detectable_effect),
        is_ranked=effect.is_ranked,
        samples=samples,
    )


def exact_effect(counts: stats.Exact) -> Effect:
    """Return the ratio of two counts that never vary."""
    # Without variation there is no sampling error to test against, so an exact count has no p-value.
    return Effect(
        scale=EffectScale.RATIO,
        estimate=counts.ratio,
        low=counts.ratio,
        high=counts.ratio,
        level=1.0,
        verdict=counts.verdict,
        is_below_margin=counts.is_below_margin,
        is_exact=True,
    )


def difference_effect(difference: stats.Difference, margin: float) -> Effect:
    """Return a measured difference of two shares with its verdict."""
    # Both rates are constant over the rounds: the interval is a point, and no confidence level applies to it.
    has_no_spread = difference.p is None and difference.low == difference.high
    return Effect(
        scale=EffectScale.DIFFERENCE,
        estimate=difference.difference,
        low=difference.low,
        high=difference.high,
        level=1.0 if has_no_spread else 1 - difference.level,
        verdict=stats.difference_verdict(difference, margin),
        is_below_margin=stats.is_difference_below_margin(difference, margin),
        p=difference.p,
        minimum_detectable_effect=difference.minimum_detectable_effect,
        is_exact=difference.p is None,
    )


def _compare_rates(case: Case, rounds: dict[Role, list[Values]], rule: _Rule) -> Effect | NoEffect:
    """Return the difference of two proportions, which may be 0 and then have no ratio."""
    control, treatment = (np.concatenate(rounds[role]) for role in Role)
    rates = np.concatenate([control, treatment])
    problem = None
    if len(control) < 2:  # noqa: PLR2004 -- a spread needs two
        problem = "too few rounds for an interval"
    elif np.isnan(rates).any():
        problem = "a round that counted nothing has no rate"
    elif rates.max() > 1:
        problem = "a rate above 1 is not a proportion"
    if problem:
        return NoEffect(Status.NOT_MEASURED, problem)
    tries = [(round_.tries.control, round_.tries.treatment) for round_ in case.rounds if round_.tries]
    both_counted = [(control, treatment) for control, treatment in tries if control and treatment]
    counts = both_counted if len(both_counted) == len(case.rounds) else None
    return difference_effect(stats.difference_of(stats.Rates(control, treatment, counts), rule.level), rule.margin)


def _ratio_of_means(rounds: dict[Role, list[Values]]) -> float | None:
    """Return the ratio of both means, which has no interval; None if one is not above 0."""
    control, treatment = (_mean(rounds[role]) for role in Role)
    return treatment / control if control and treatment and min(control, treatment) > 0 else None


def _is_exact(case: Case) -> bool:
    """Return whether equal counts are exact: counted at least twice, and by no clock."""
    return case.metric not in TIMES and case.unit != "s" and len(case.rounds) > 1


def _is_constant(rounds: list[Values]) -> bool:
    """Return whether every value is the same."""
    values = np.concatenate(rounds)
    return bool(values.min() == values.max())  # False if any value is NaN


def _mean(rounds: list[Values]) -> float | None:
    """Return the mean of all values; None if nothing was counted."""
    values = np.concatenate(rounds)
    counted = values[~np.isnan(values)]
    return float(counted.mean()) if counted.size else None


def _finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
