"""One compared case: its effect with a verdict, or the reason why there is none.

Every comparison produces these values, whether its arms were measured alternately or in two sessions, and everything
that shows or judges results reads them. `descriptions` puts them into words.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from unitdocs import stats
from unitdocs.formatting import inverse
from unitdocs.records import PROPORTIONS, Direction, Metric, Status
from unitdocs.stats import Verdict

MAIN_TIMES = (Metric.TIME, Metric.FRAME_P50, Metric.SLOWEST_FRAME)
"""The time that represents a scenario: of one operation, of the median frame, or of the slowest frame after a start."""
NO_VERDICT = "no verdict"
"""The verdict's label if a case has no effect."""
LABELS: Mapping[str, Mapping[Verdict, str]] = {
    Metric.MISSED_FRAMES: {Verdict.LESS: "fewer"},
    Metric.ERROR_RATE: {Verdict.LESS: "lower", Verdict.MORE: "higher"},
    Direction.HIGHER: {Verdict.LESS: "lower", Verdict.MORE: "higher"},
    "s": {Verdict.LESS: "faster", Verdict.MORE: "slower"},
}
"""Labels of "less" and "more": by metric, else by direction if higher is better, else by unit."""
Samples: TypeAlias = stats.LogRatios | stats.UnpairedSample
"""What a geometric mean is estimated from: paired rounds, or both arms of a case measured separately."""


class Outcome(StrEnum):
    """What a verdict means for the treatment, whatever the metric's labels are."""

    BETTER = "better"
    WORSE = "worse"
    BELOW_MARGIN = "below margin"
    """Better or worse, by less than the margin over the whole interval."""
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"
    NONE = NO_VERDICT

    @property
    def is_same(self) -> bool:
        """Whether there is no difference that matters."""
        return self in (Outcome.EQUIVALENT, Outcome.BELOW_MARGIN)


class Statistic(StrEnum):
    """The statistic that a ratio is of: what both sides of a row show."""

    ROUNDS = "ratio of rounds"
    """The geometric mean of the ratios of rounds, in which both arms were measured; a row shows both means."""
    RANKED_ROUNDS = "ratio of rounds by ranks"
    """The median of the geometric means of all pairs of these ratios."""
    GEOMETRIC_MEAN = "geometric mean"
    MEDIAN = "median"
    MEAN = "mean"
    VALUE = "value"
    """A single value a side."""
    COUNT = "count"
    """A count that never varied."""
    SAVED_MEAN = "saved mean"
    SAVED_MEDIAN = "saved median"


class Replicate(StrEnum):
    """What counts as one independent value of a side."""

    ROUND = "round"
    PROCESS = "process"
    FILE = "file"
    VALUE = "value"
    """A value whose process is unknown."""


class EffectScale(StrEnum):
    """How two arms are compared."""

    RATIO = "ratio"
    """treatment / control, from 0 to infinity; 1 is no change."""
    DIFFERENCE = "difference"
    """treatment - control, for shares of tries, from -1 to 1; 0 is no change."""

    @property
    def no_change(self) -> float:
        """The effect of equal arms."""
        return 1.0 if self is EffectScale.RATIO else 0.0


@dataclass(frozen=True)
class Effect:
    """How the treatment compares with the control.

    Args:
        scale: whether `estimate`, `low` and `high` are ratios or differences.
        estimate: treatment / control in [0, inf], infinite if only the control counted none; or treatment -
            control in [-1, 1].
        low: lower end of the interval.
        high: upper end of the interval.
        level: confidence of the interval, such as 0.99; 1 for exact counts.
        verdict: what the interval means.
        is_below_margin: whether the arms differ, but by less than the margin over the whole interval.
        p: two-sided p-value of "both arms are the same"; None for exact counts.
        p_adjusted: the same, adjusted for the family (see `families`).
        minimum_detectable_effect: the smallest effect in the direction of "more" that would have been found with a
            chance of 80 %: a ratio above 1, or a difference above 0. None for exact counts.
        is_exact: whether every round gave the same number in each arm, so that nothing was estimated.
        is_ranked: whether the ratio of paired rounds was estimated by ranks, not by their mean.
        samples: the logarithms that a ratio was estimated from; None if a geometric mean can use only the ratio.
    """

    scale: EffectScale
    estimate: float
    low: float
    high: float
    level: float
    verdict: Verdict
    is_below_margin: bool
    p: float | None = None
    p_adjusted: float | None = None
    minimum_detectable_effect: float | None = None
    is_exact: bool = False
    is_ranked: bool = False
    samples: Samples | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class NoEffect:
    """Why a case has no effect.

    Args:
        status: `failed`, `new`, `not applicable` or `not measured`.
        reason: as a clause; may be empty.
        ratio: treatment / control, if both sides have a value but there is no verdict.
        low: lower end of an interval that a file holds.
        high: upper end.
    """

    status: Status
    reason: str = ""
    ratio: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class CaseResult:
    """One metric of one scenario, compared.

    Args:
        suite: its suite; may be empty for results of other tools.
        scenario: name of the scenario, unique in its suite and metric.
        title: the scenario in words.
        elements: number of elements in the scene, if there is a scene.
        metric: what was measured.
        unit: SI unit of the means.
        direction: which way is better.
        control: name of the control arm.
        treatment: name of the treatment arm.
        control_mean: arithmetic mean of the control's values in `unit`; None if nothing was measured.
        treatment_mean: the same of the treatment.
        control_n: independent values of the control: rounds, processes, or values whose process is unknown.
        treatment_n: the same of the treatment.
        result: the effect, or why there is none.
        is_paired: whether both arms were measured in the same rounds.
        warnings: what makes the result less certain, in sentences.
        slowest_frames: the slowest frame of control and of treatment in each round, in seconds; only with the metric
            `slowest frame`, and only if both arms were measured in the same rounds.
        control_value: the statistic of the control that the ratio is of, in `unit`; None for the mean.
        treatment_value: the same of the treatment.
        statistic: which statistic that is.
        replicate: what `control_n` and `treatment_n` count.
    """

    suite: str
    scenario: str
    title: str
    elements: int | None
    metric: str
    unit: str
    direction: Direction
    control: str
    treatment: str
    control_mean: float | None
    treatment_mean: float | None
    control_n: int
    treatment_n: int
    result: Effect | NoEffect
    is_paired: bool = True
    warnings: tuple[str, ...] = ()
    slowest_frames: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    control_value: float | None = None
    treatment_value: float | None = None
    statistic: Statistic = Statistic.ROUNDS
    replicate: Replicate = Replicate.ROUND

    @property
    def ratio(self) -> float | None:
        """The ratio treatment / control, with or without a verdict; None for a share, and where there is none."""
        if isinstance(self.result, NoEffect):
            return self.result.ratio
        return self.result.estimate if self.result.scale is EffectScale.RATIO else None

    @property
    def key(self) -> tuple[str, str, str]:
        """Suite, scenario and metric: unique in a record."""
        return self.suite, self.scenario, self.metric

    @property
    def effect(self) -> Effect | None:
        """The effect, if there is one."""
        return self.result if isinstance(self.result, Effect) else None

    @property
    def status(self) -> Status:
        """Whether the case was measured, failed, or does not apply."""
        return self.result.status if isinstance(self.result, NoEffect) else Status.MEASURED

    @property
    def reason(self) -> str:
        """Why there is no effect; empty if there is one."""
        return self.result.reason if isinstance(self.result, NoEffect) else ""

    @property
    def is_higher_better(self) -> bool:
        """Whether more of this metric is better, as for hit rates."""
        return self.direction is Direction.HIGHER

    @property
    def is_share(self) -> bool:
        """Whether the metric is a share of tries, which is compared by its difference."""
        if isinstance(self.result, Effect):
            return self.result.scale is EffectScale.DIFFERENCE
        return self.metric in PROPORTIONS

    @property
    def verdict_label(self) -> str:
        """The verdict in the metric's own words; `no verdict` without an effect."""
        return NO_VERDICT if self.effect is None else self.label(self.effect.verdict)

    @property
    def outcome_label(self) -> str:
        """The one word for the case: `below margin` where the difference is that small, else the verdict's label."""
        return str(Outcome.BELOW_MARGIN) if self.outcome is Outcome.BELOW_MARGIN else self.verdict_label

    def label(self, verdict: Verdict) -> str:
        """Return a verdict in the metric's own words."""
        return verdict_label(verdict, self.metric, self.unit, self.direction)

    @property
    def outcome(self) -> Outcome:
        """What the verdict means for the treatment."""
        if self.effect and self.effect.is_below_margin:
            return Outcome.BELOW_MARGIN
        return self.strict_outcome

    @property
    def strict_outcome(self) -> Outcome:
        """The same without a margin, for criteria that allow no loss at all."""
        if self.effect is None:
            return Outcome.NONE
        if self.effect.verdict in (Verdict.EQUIVALENT, Verdict.INCONCLUSIVE):
            return Outcome(self.effect.verdict.value)
        is_better = (self.effect.verdict is Verdict.MORE) == self.is_higher_better
        return Outcome.BETTER if is_better else Outcome.WORSE

    @property
    def is_undecided(self) -> bool:
        """Whether the metric applies but there is no verdict."""
        if isinstance(self.result, NoEffect):
            return self.result.status is not Status.NOT_APPLICABLE
        return self.result.verdict is Verdict.INCONCLUSIVE

    @property
    def improvement_factor(self) -> float | None:
        """How many times better the treatment is: above 1 better, below 1 worse; None without a ratio."""
        if self.effect is None or self.effect.scale is EffectScale.DIFFERENCE:
            return None
        return self.effect.estimate if self.is_higher_better else inverse(self.effect.estimate)

    @property
    def near_improvement_factor(self) -> float:
        """The improvement factor at the end of the interval least favourable to the treatment; 0 without a ratio."""
        if self.effect is None or self.effect.scale is EffectScale.DIFFERENCE:
            return 0.0
        return self.effect.low if self.is_higher_better else inverse(self.effect.high)

    @property
    def sort_key(self) -> float:
        """A key that sorts cases from worst to best: the improvement factor, or for a share 1 plus its improvement."""
        if self.effect is None:
            return 0.0
        if self.effect.scale is EffectScale.DIFFERENCE:
            return 1 + (self.effect.estimate if self.is_higher_better else -self.effect.estimate)
        return self.improvement_factor or 0.0


def verdict_label(verdict: Verdict, metric: str, unit: str, direction: Direction) -> str:
    """Return a verdict in a metric's own words: less time is faster, fewer frames are missed."""
    labels = LABELS.get(metric) or LABELS.get(direction) or LABELS.get(unit) or {}
    return labels.get(verdict, verdict.value)


def measured(cases: Iterable[CaseResult], metric: str | None = None) -> list[CaseResult]:
    """Return the cases that have an effect, optionally of one metric."""
    return [case for case in cases if case.effect and metric in (None, case.metric)]


def metrics(cases: Iterable[CaseResult]) -> list[str]:
    """Return the metrics of cases, time first, the others in their order."""
    return sorted(dict.fromkeys(case.metric for case in cases), key=lambda metric: metric != Metric.TIME)


def worst(cases: Iterable[CaseResult]) -> CaseResult | None:
    """Return the case with the smallest improvement, or None if nothing was measured."""
    return min(measured(cases), key=worst_first, default=None)


def worst_first(case: CaseResult) -> tuple[float, float]:
    """Return a key that sorts measured cases from the smallest improvement to the largest.

    A case in which only the treatment needs any of what is measured has an infinite ratio, however little that is. It
    is ranked as if the control needed one: 207 blocks instead of 0 are less of a loss than 5,134 instead of 2.
    """
    more = (case.treatment_mean or 0.0) - (case.control_mean or 0.0)
    rank = 1 / max(more, 1.0) if case.effect and math.isinf(case.effect.estimate) else case.sort_key
    return rank, more if case.is_higher_better else -more


def worse_below_margin(cases: Iterable[CaseResult]) -> list[CaseResult]:
    """Return the cases that are worse by less than the margin: a criterion that allows no loss counts them."""
    return [case for case in cases if case.outcome is Outcome.BELOW_MARGIN and case.strict_outcome is Outcome.WORSE]


def tally(cases: Sequence[CaseResult], outcome: Outcome) -> int:
    """Count the cases with an outcome."""
    return sum(case.outcome is outcome for case in cases)
