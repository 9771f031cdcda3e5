"""What a rollout does next: go on, hold, or go back. A pure function of the plan, the stage and what was seen.

A stage ends only if every gate is passed in that stage's own data: each metric is proven to be worse by less than its
margin. The rollout is killed if a metric is proven to be worse by more than its limit, in this stage or over all stages
since the start. All else means hold; that nothing was found is no reason to go on.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from unitdocs.formatting import counted, number
from unitdocs.rollout.metric_gates import MeanGate, ShareGate
from unitdocs.rollout.position import RolloutPosition
from unitdocs.stats import AssignmentCell, mismatch_p
from unitdocs.studies import (
    GateKind,
    GateResult,
    MeanObservation,
    Observation,
    RolloutAction,
    RolloutPlan,
    ShareObservation,
)

Observed = TypeVar("Observed", MeanObservation, ShareObservation)


@dataclass(frozen=True)
class RolloutDecision:
    """What to do, and why.

    Args:
        action: `advance`, `hold`, `kill` or `complete`.
        why: the reason, in words.
        gates: what each gate says.
    """

    action: RolloutAction
    why: str
    gates: tuple[GateResult, ...]


def decide(plan: RolloutPlan, position: RolloutPosition, observation: Observation, now: datetime) -> RolloutDecision:
    """Return what to do.

    Args:
        plan: the plan.
        position: where the rollout is.
        observation: what was seen since it started or was resumed.
        now: the time of the look.
    """
    gates = tuple(_gates(plan, position, observation, now))
    harm = [gate for gate in gates if gate.state == "harm"]
    waiting = [gate for gate in gates if gate.state == "waiting"]
    if harm:
        return RolloutDecision(RolloutAction.KILL, _reasons(harm), gates)
    if waiting:
        return RolloutDecision(RolloutAction.HOLD, _reasons(waiting), gates)
    is_last = position.stage == len(plan.stages) - 1
    if is_last:
        return RolloutDecision(RolloutAction.COMPLETE, "every stage is passed", gates)
    following = plan.stages[position.stage + 1]
    return RolloutDecision(RolloutAction.ADVANCE, f"all gates are passed; {following.name} is next", gates)


def _reasons(gates: Sequence[GateResult]) -> str:
    return "; ".join(gate.sentence for gate in gates)


def _gates(
    plan: RolloutPlan, position: RolloutPosition, observation: Observation, now: datetime
) -> Iterator[GateResult]:
    stage = plan.stages[position.stage]
    if position.is_held:
        yield GateResult(gate="person", state="waiting", sentence="a person holds it: see its history")
    yield _time(stage.days, position.entered, now)
    yield _traffic(plan.stall_hours, observation.newest, now)
    yield _sessions(plan, position, observation)
    yield _assignment(plan, observation)
    if stage.percent == 0:
        yield _testers(observation)
    for gate in plan.gates:
        if gate.kind is GateKind.MEAN:
            yield MeanGate(plan, position, gate).result(_of(observation.means, gate.metric))
        else:
            yield ShareGate(plan, position, gate).result(_of(observation.shares, gate.metric))


def _of(seen: Sequence[Observed], metric: str) -> Observed | None:
    return next((one for one in seen if one.metric == metric), None)


def _time(days: float, entered: datetime, now: datetime) -> GateResult:
    passed = (now - entered).total_seconds() / 86_400
    if passed >= days:
        return GateResult(gate="time", state="passed", sentence=f"time: {counted_days(passed)} of {number(days)}")
    sentence = f"time: {counted_days(passed)} of at least {number(days)}"
    return GateResult(gate="time", state="waiting", sentence=sentence)


def counted_days(days: float) -> str:
    """Return a number of days in words, with one decimal."""
    rounded = math.floor(days * 10) / 10
    return f"{rounded:g} day{'' if rounded == 1 else 's'}"


def _traffic(hours: float, newest: datetime | None, now: datetime) -> GateResult:
    if newest is None:
        return GateResult(gate="traffic", state="waiting", sentence="traffic: no event at all")
    age = (now - newest).total_seconds() / 3_600
    if age > hours:
        sentence = f"traffic: no event for {number(age)} hours, more than {number(hours)}"
        return GateResult(gate="traffic", state="waiting", sentence=sentence)
    return GateResult(gate="traffic", state="passed", sentence=f"traffic: newest event {newest:%Y-%m-%d %H:%M}")


def _sessions(plan: RolloutPlan, position: RolloutPosition, observation: Observation) -> GateResult:
    stage = plan.stages[position.stage]
    versions = [one for one in observation.versions if one.flag_version >= position.first_version]
    seen = sum(one.testers if stage.percent == 0 else one.treatment for one in versions)
    if seen >= stage.sessions:
        return GateResult(gate="sessions", state="passed", sentence=f"sessions: {seen:,} with the refactored system")
    needed = stage.sessions - seen
    sentence = f"sessions: {seen:,} with the refactored system, {needed:,} more are needed"
    return GateResult(gate="sessions", state="waiting", needed=needed, sentence=sentence)


def _assignment(plan: RolloutPlan, observation: Observation) -> GateResult:
    both = sum(one.both for one in observation.versions)
    if both:
        sentence = f"assignment: {counted(both, 'session')} had both systems under one version of the flag"
        return GateResult(gate="assignment", state="waiting", sentence=sentence)
    randomised = [one for one in observation.versions if 0 < one.share < 1]
    cells = [AssignmentCell(one.control, one.treatment, one.share) for one in randomised]
    p = mismatch_p(cells)
    if p < plan.mismatch_level:
        sentence = f"assignment: the arms do not have their shares of sessions (p = {p:.2g}); find out why"
        return GateResult(gate="assignment", state="waiting", estimate=p, sentence=sentence)
    return GateResult(gate="assignment", state="passed", estimate=p, sentence=f"assignment: as planned (p = {p:.2g})")


def _testers(observation: Observation) -> GateResult:
    errors = sum(one.tester_errors for one in observation.versions)
    if errors:
        sentence = f"testers: {counted(errors, 'session')} of allowed keys had an error; find out why, then resume"
        return GateResult(gate="testers", state="waiting", sentence=sentence)
    return GateResult(gate="testers", state="passed", sentence="testers: no session of allowed keys had an error")
