"""What a metric has to prove before a stage ends, and what proves its harm.

All bounds are always valid: they hold at every look at once, however often somebody looks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unitdocs.formatting import number, points, signed_change
from unitdocs.rollout.position import RolloutPosition
from unitdocs.stats import (
    RateCell,
    StratifiedEstimate,
    StratumSample,
    always_valid_bound_width,
    combine,
    excess_bounds,
    fixed_sample_information,
    information_needed,
    log_ratio,
)
from unitdocs.studies import (
    ArmTotals,
    GateResult,
    MeanObservation,
    MeanStratum,
    PlannedGate,
    RolloutPlan,
    ShareCell,
    ShareObservation,
)

ADVANCE_LEVEL = 0.05
"""The error level with which a stage proves that a metric is worse by less than the margin."""
POWER = 0.8
"""The chance to prove it at the planned size, at which the bounds are narrowest."""
LEAST_SESSIONS = 50
"""Sessions of each arm below which a version of the flag is left out of means.

The bounds hold for means of many. Three values that happen to be alike have next to no variance, and so would outweigh
the thousands of another version.
"""
LARGEST_LOG = 700.0
"""A larger logarithm has no ratio that a float can hold."""
STEP = 1.05
"""How exact a need is: to 5 %."""
MOST_SESSIONS = 10**9
"""A larger need is not named."""


@dataclass(frozen=True)
class MetricGate:
    """What a metric has to prove in a stage.

    Args:
        plan: the plan.
        position: where the rollout is.
        gate: the metric's margin and limit.
    """

    plan: RolloutPlan
    position: RolloutPosition
    gate: PlannedGate

    @property
    def kill_level(self) -> float:
        """The error level of one test for harm: the plan's, over all metrics, and half of it for all stages at once."""
        return self.plan.level / len(self.plan.gates) / 2

    @property
    def stage_level(self) -> float:
        """The same for the test in one stage: the other half, over all stages that have one."""
        return self.kill_level / max(1, sum(stage.is_randomised for stage in self.plan.stages))

    @property
    def is_judged(self) -> bool:
        """Whether the stage has two arms, so that its metric has to prove something."""
        return self.plan.stages[self.position.stage].is_randomised

    def idle(self) -> GateResult:
        """Return what the gate says without data."""
        if self.is_judged:
            sentence = f"{self.gate.metric}: no data from both arms in this stage"
            return GateResult(gate=self.gate.metric, state="waiting", sentence=sentence)
        sentence = f"{self.gate.metric}: nothing to compare in this stage"
        return GateResult(gate=self.gate.metric, state="passed", sentence=sentence)


@dataclass(frozen=True)
class MeanGate(MetricGate):
    """The gate of a metric that is compared by its means, on logarithms."""

    def result(self, seen: MeanObservation | None) -> GateResult:
        """Return what the gate says."""
        if seen is None or not seen.strata:
            return self.idle()
        everything = self._estimate(seen, 0)
        stage = self._estimate(seen, self.position.first_version)
        low = max(self._low(everything, self.kill_level), self._low(stage, self.stage_level))
        if low > math.log1p(self.gate.limit):
            return self._harm(stage or everything, low)
        if not self.is_judged:
            return self.idle()
        return self._judged(seen, stage, low)

    def _estimate(self, seen: MeanObservation, first_version: int) -> StratifiedEstimate | None:
        """Return the estimate over the versions of the flag from one on; None if none has enough sessions."""
        places = [place for place, one in enumerate(seen.strata) if _is_used(one, first_version)]
        if not places:
            return None
        strata = [seen.strata[place] for place in places]
        ratios = [log_ratio(_sample(one.control), _sample(one.treatment)).estimate for one in strata]
        return combine(ratios, np.array(seen.covariance)[np.ix_(places, places)])

    @property
    def _planned(self) -> float:
        """The information with which a test at one time would prove the margin."""
        return fixed_sample_information(math.log1p(self.gate.margin), ADVANCE_LEVEL, POWER)

    def _width(self, estimate: StratifiedEstimate, level: float) -> float:
        return always_valid_bound_width(_information(estimate), level, self._planned)

    def _low(self, estimate: StratifiedEstimate | None, level: float) -> float:
        return -math.inf if estimate is None else estimate.estimate - self._width(estimate, level)

    def _harm(self, estimate: StratifiedEstimate | None, low: float) -> GateResult:
        bound = math.exp(low)
        sentence = (
            f"{self.gate.metric}: proven to be at least {signed_change(bound)} against the original, "
            f"limit {_relative(self.gate.limit)}"
        )
        return GateResult(
            gate=self.gate.metric,
            state="harm",
            estimate=None if estimate is None else math.exp(estimate.estimate),
            low=bound,
            margin=1 + self.gate.margin,
            limit=1 + self.gate.limit,
            sentence=sentence,
        )

    def _judged(self, seen: MeanObservation, stage: StratifiedEstimate | None, low: float) -> GateResult:
        if stage is None:
            return self.idle()
        high = stage.estimate + self._width(stage, ADVANCE_LEVEL)
        is_proven = high < math.log1p(self.gate.margin)
        needed = None if is_proven else self._needed(seen, stage)
        return GateResult(
            gate=self.gate.metric,
            state="passed" if is_proven else "waiting",
            estimate=math.exp(stage.estimate),
            low=math.exp(low),
            high=math.exp(high) if high < LARGEST_LOG else None,
            margin=1 + self.gate.margin,
            limit=1 + self.gate.limit,
            needed=needed,
            sentence=self._sentence(stage, high, needed, is_proven=is_proven),
        )

    def _sentence(self, stage: StratifiedEstimate, high: float, needed: int | None, *, is_proven: bool) -> str:
        bound = f"at most {signed_change(math.exp(high))}" if high < LARGEST_LOG else "without an upper bound"
        known = f"{self.gate.metric}: {signed_change(math.exp(stage.estimate))} against the original, {bound}"
        if is_proven:
            return f"{known}, below the margin {_relative(self.gate.margin)}"
        return f"{known}, not yet below the margin {_relative(self.gate.margin)}; {_more(needed)}"

    def _needed(self, seen: MeanObservation, stage: StratifiedEstimate) -> int | None:
        """Return how many more sessions prove the margin if the estimate stays as it is."""
        distance = math.log1p(self.gate.margin) - stage.estimate
        if distance <= 0:
            return None
        now = sum(one.treatment.sessions for one in seen.strata if _is_used(one, self.position.first_version))
        wanted = information_needed(distance, ADVANCE_LEVEL, self._planned)
        return _whole(now * (wanted / _information(stage) - 1))


def _relative(share: float) -> str:
    return f"+{number(100 * share)} %"


def _information(estimate: StratifiedEstimate) -> float:
    return 1 / max(estimate.error**2, 1e-18)


def _is_used(stratum: MeanStratum, first_version: int) -> bool:
    """Return whether a stratum is one of those from a version on, and its means are of enough sessions."""
    fewest = min(stratum.control.sessions, stratum.treatment.sessions)
    return stratum.flag_version >= first_version and fewest >= LEAST_SESSIONS


def _sample(arm: ArmTotals) -> StratumSample:
    return StratumSample(arm.sessions, arm.mean, arm.variance)


def _whole(sessions: float) -> int | None:
    return max(1, math.ceil(sessions)) if sessions < MOST_SESSIONS else None


def _more(needed: int | None) -> str:
    if needed is None:
        return "more sessions alone will not prove it"
    return f"about {needed:,} more sessions with the refactored system prove it if this stays so"


@dataclass(frozen=True)
class ShareGate(MetricGate):
    """The gate of a metric that sessions have or have not."""

    def result(self, seen: ShareObservation | None) -> GateResult:
        """Return what the gate says."""
        if seen is None or not seen.cells:
            return self.idle()
        stage = [one for one in seen.cells if one.flag_version >= self.position.first_version]
        low = max(self._low(seen.cells, self.kill_level), self._low(stage, self.stage_level))
        if low > self.gate.limit:
            return self._harm(stage or seen.cells, low)
        if not self.is_judged or not stage:
            return self.idle()
        return self._judged(stage, low)

    @staticmethod
    def _low(cells: Sequence[ShareCell], level: float) -> float:
        return excess_bounds(_rate_cells(cells), level).low if cells else -1.0

    def _harm(self, cells: Sequence[ShareCell], low: float) -> GateResult:
        limit = points(self.gate.limit)
        sentence = f"{self.gate.metric}: proven in at least {points(low)} more of the sessions, limit {limit}"
        return GateResult(
            gate=self.gate.metric,
            state="harm",
            estimate=_excess(cells),
            low=low,
            margin=self.gate.margin,
            limit=self.gate.limit,
            sentence=sentence,
        )

    def _judged(self, cells: Sequence[ShareCell], low: float) -> GateResult:
        high = excess_bounds(_rate_cells(cells), ADVANCE_LEVEL).high
        is_proven = high < self.gate.margin
        needed = None if is_proven else self._needed(cells)
        known = f"{self.gate.metric}: in {points(_excess(cells))} more of the sessions, at most {points(high)}"
        margin = points(self.gate.margin)
        return GateResult(
            gate=self.gate.metric,
            state="passed" if is_proven else "waiting",
            estimate=_excess(cells),
            low=low,
            high=high,
            margin=self.gate.margin,
            limit=self.gate.limit,
            needed=needed,
            sentence=f"{known}, below {margin}" if is_proven else f"{known}, not yet below {margin}; {_more(needed)}",
        )

    def _needed(self, cells: Sequence[ShareCell]) -> int | None:
        """Return how many more sessions prove the margin if the shares stay as they are."""
        now = sum(one.treatment_sessions for one in cells)
        if not now:
            return None
        less, more = 1.0, 2.0
        while not self._would_prove(cells, more):
            less, more = more, 2 * more
            if now * more > MOST_SESSIONS:
                return None
        while more / less > STEP:
            middle = math.sqrt(less * more)
            less, more = (less, middle) if self._would_prove(cells, middle) else (middle, more)
        return _whole(now * (more - 1))

    def _would_prove(self, cells: Sequence[ShareCell], times: float) -> bool:
        """Return whether that many times the data would prove the margin."""
        scaled = [RateCell(*(round(times * count) for count in _counts(one))) for one in cells]
        return excess_bounds(scaled, ADVANCE_LEVEL).high < self.gate.margin


def _counts(cell: ShareCell) -> tuple[int, int, int, int]:
    return cell.control_hits, cell.control_sessions, cell.treatment_hits, cell.treatment_sessions


def _rate_cells(cells: Sequence[ShareCell]) -> list[RateCell]:
    return [RateCell(*_counts(one)) for one in cells]


def _excess(cells: Sequence[ShareCell]) -> float:
    """Return how many more sessions had the event than would have without the refactored system, per session."""
    expected = sum(
        one.treatment_sessions * one.control_hits / one.control_sessions for one in cells if one.control_sessions
    )
    sessions = sum(one.treatment_sessions for one in cells if one.control_sessions)
    hits = sum(one.treatment_hits for one in cells if one.control_sessions)
    return (hits - expected) / sessions if sessions else 0.0
