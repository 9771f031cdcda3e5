"""Rollouts of made-up players whose truth is known: how often a plan kills, completes or holds, and how fast.

Each day some sessions are drawn, each with a log-normal value of the metrics that are compared by their means, and
perhaps with events of the others; the flag's share assigns them. The decisions are those of `deciding`, once a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from unitdocs.rollout.deciding import decide
from unitdocs.rollout.position import RolloutPosition
from unitdocs.studies import (
    ArmTotals,
    ExposedVersion,
    GateKind,
    MeanObservation,
    MeanStratum,
    Observation,
    RolloutAction,
    RolloutPlan,
    ShareCell,
    ShareObservation,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""A day to count from; its date has no meaning."""


@dataclass(frozen=True)
class PlayerTruth:
    """What is true of made-up players.

    Args:
        ratio: frame time with the refactored system divided by that with the original.
        variation: standard deviation of the logarithm of a session's frame time.
        shares: of the sessions that have an event with the original, 0 to 1, by metric.
        excess: of the sessions that have one more with the refactored system, 0 to 1, by metric.
        trend: by how much frame time grows from day to day in both arms, such as 0.05.
    """

    ratio: float = 1.0
    variation: float = 0.3
    shares: Mapping[str, float] = field(default_factory=dict)
    excess: Mapping[str, float] = field(default_factory=dict)
    trend: float = 0.0


@dataclass(frozen=True)
class TrialEnd:
    """How a made-up rollout ended.

    Args:
        action: `complete`, `kill`, or `hold` if it did neither within its days.
        stage: name of the stage in which it ended.
        days: days until then.
        treated: sessions that had the refactored system in stages with two arms.
        gates: names of the gates that decided: those with harm of a kill, those that wait of a hold.
    """

    action: RolloutAction
    stage: str
    days: int
    treated: int
    gates: tuple[str, ...]


@dataclass
class _ArmSums:
    """Sums over the sessions of an arm under one version of the flag."""

    sessions: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, values: np.ndarray) -> None:
        self.sessions += len(values)
        self.total += float(values.sum())
        self.squares += float((values**2).sum())

    def totals(self) -> ArmTotals:
        mean = self.total / self.sessions
        variance = max(0.0, (self.squares - self.sessions * mean**2) / (self.sessions - 1))
        return ArmTotals(sessions=self.sessions, mean=mean, variance=variance)

    @property
    def relative_variance(self) -> float:
        totals = self.totals()
        return totals.variance / totals.sessions / totals.mean**2


class MadePlayers:
    """Made-up players of one rollout, and what was seen of them so far.

    Args:
        plan: the plan.
        truth: what is true of them.
        sessions: sessions a day.
        seed: of the random numbers.
    """

    def __init__(self, plan: RolloutPlan, truth: PlayerTruth, sessions: int, seed: int) -> None:
        self.plan = plan
        self.truth = truth
        self.sessions = sessions
        self.treated = 0
        self._random = np.random.default_rng(seed)
        self._arms: dict[tuple[int, bool], _ArmSums] = {}
        self._cells: dict[str, list[ShareCell]] = {metric: [] for metric in self._gates(GateKind.SHARE)}

    def _gates(self, kind: GateKind) -> tuple[str, ...]:
        return tuple(gate.metric for gate in self.plan.gates if gate.kind is kind)

    def play(self, day: int, stage: int) -> None:
        """Play the sessions of a day in a stage; the version of the flag is the stage's index."""
        share = self.plan.stages[stage].percent / 100
        treated = int(self._random.binomial(self.sessions, share)) if share else self.plan.stages[stage].sessions
        sides = {False: self.sessions - (treated if share else 0), True: treated}
        for is_treated, count in sides.items():
            level = (1 + self.truth.trend) ** day * (self.truth.ratio if is_treated else 1.0)
            values = level * self._random.lognormal(0.0, self.truth.variation, count)
            self._arms.setdefault((stage, is_treated), _ArmSums()).add(values)
        if 0 < share < 1:
            self.treated += treated
        for metric, cells in self._cells.items():
            cells.append(self._cell(metric, stage, day, sides))

    def _cell(self, metric: str, stage: int, day: int, sides: Mapping[bool, int]) -> ShareCell:
        usual = self.truth.shares.get(metric, 0.0)
        more = usual + self.truth.excess.get(metric, 0.0)
        return ShareCell(
            flag_version=stage,
            day=(BEGIN + timedelta(days=day)).date(),
            control_hits=int(self._random.binomial(sides[False], usual)),
            control_sessions=sides[False],
            treatment_hits=int(self._random.binomial(sides[True], more)),
            treatment_sessions=sides[True],
        )

    def seen(self, day: int) -> Observation:
        """Return what was seen until the end of a day."""
        stages = sorted({stage for stage, _ in self._arms})
        compared = [stage for stage in stages if self.plan.stages[stage].is_randomised]
        means = tuple(self._means(metric, compared) for metric in self._gates(GateKind.MEAN))
        shares = tuple(
            ShareObservation(metric=metric, cells=tuple(cell for cell in cells if cell.flag_version in compared))
            for metric, cells in self._cells.items()
        )
        return Observation(
            newest=BEGIN + timedelta(days=day + 1),
            versions=tuple(self._exposed(stage) for stage in stages),
            means=means,
            shares=shares,
        )

    def _means(self, metric: str, compared: list[int]) -> MeanObservation:
        arms = [(self._arms[stage, False], self._arms[stage, True]) for stage in compared]
        enough = [
            (stage, *pair) for stage, pair in zip(compared, arms, strict=True) if min(one.sessions for one in pair) > 1
        ]
        strata = tuple(
            MeanStratum(flag_version=stage, control=control.totals(), treatment=treatment.totals())
            for stage, control, treatment in enough
        )
        variances = [control.relative_variance + treatment.relative_variance for _, control, treatment in enough]
        covariance = tuple(map(tuple, np.diag(variances).tolist())) if variances else ()
        return MeanObservation(metric=metric, strata=strata, covariance=covariance)

    def _exposed(self, stage: int) -> ExposedVersion:
        share = self.plan.stages[stage].percent / 100
        treated = self._arms[stage, True].sessions
        return ExposedVersion(
            flag_version=stage,
            share=share,
            control=self._arms[stage, False].sessions,
            treatment=treated if share else 0,
            testers=0 if share else treated,
        )


def try_rollout(plan: RolloutPlan, truth: PlayerTruth, *, sessions: int, days: int, seed: int) -> TrialEnd:
    """Return how a rollout of made-up players ends.

    Args:
        plan: the plan.
        truth: what is true of the players.
        sessions: sessions a day.
        days: days after which it ends.
        seed: of the random numbers.
    """
    players = MadePlayers(plan, truth, sessions, seed)
    position = RolloutPosition(stage=0, entered=BEGIN, first_version=0)
    end = TrialEnd(RolloutAction.HOLD, plan.stages[0].name, days, 0, ())
    for day in range(days):
        players.play(day, position.stage)
        now = BEGIN + timedelta(days=day + 1)
        decision = decide(plan, position, players.seen(day), now)
        states = {"harm"} if decision.action is RolloutAction.KILL else {"waiting"}
        gates = tuple(gate.gate for gate in decision.gates if gate.state in states)
        end = TrialEnd(decision.action, plan.stages[position.stage].name, day + 1, players.treated, gates)
        if decision.action in (RolloutAction.KILL, RolloutAction.COMPLETE):
            return end
        if decision.action is RolloutAction.ADVANCE:
            position = RolloutPosition(position.stage + 1, now, position.stage + 1)
    return replace(end, action=RolloutAction.HOLD)
