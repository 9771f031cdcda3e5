"""Records of rollouts made by hand: a plan, looks twice a day, and how they end. No number in them was measured."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from unitdocs.records import Environment
from unitdocs.records.schema import Clock
from unitdocs.studies import (
    ArmTotals,
    ExposedVersion,
    GateKind,
    GateResult,
    MeanObservation,
    MeanStratum,
    Observation,
    PlannedGate,
    PlannedStage,
    RolloutAction,
    RolloutLook,
    RolloutPlan,
    RolloutRun,
    ShareCell,
    ShareObservation,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HALF_DAY = timedelta(hours=12)
STAGES = (
    PlannedStage(name="internal", percent=0, days=1, sessions=20),
    PlannedStage(name="1 percent", percent=1, days=2, sessions=100),
    PlannedStage(name="10 percent", percent=10, days=2, sessions=500),
    PlannedStage(name="50 percent", percent=50, days=3, sessions=2000),
    PlannedStage(name="everybody", percent=100, days=2, sessions=2000),
)
GATES = (
    PlannedGate(metric="frame time", kind=GateKind.MEAN, margin=0.02, limit=0.05),
    PlannedGate(metric="missed frame", kind=GateKind.SHARE, margin=0.02, limit=0.05),
    PlannedGate(metric="error", kind=GateKind.SHARE, margin=0.005, limit=0.01),
)
ENVIRONMENT = Environment(
    cpu="A processor",
    cores=2,
    system="Linux",
    python="3.11.7",
    implementation="CPython",
    packages={"unitdocs": "0.1"},
    commit="c0ffee0000",
    clock=Clock.THREAD_CPU,
    clock_step_ns=1,
)
LOOKS = (1, 2, 9, 6, 6, 4)
"""Looks of each stage before it ends, so that the third has the most."""
PACE = (40, 200, 400, 1500, 3000)
"""Sessions with the refactored system between two looks of each stage."""


def plan(*, source: Literal["simulated", "production"] = "simulated") -> RolloutPlan:
    """Return the plan."""
    return RolloutPlan(source=source, stages=STAGES, gates=GATES)


def rollout(*looks: RolloutLook, source: Literal["simulated", "production"] = "simulated") -> RolloutRun:
    """Return the record of looks."""
    return RolloutRun(
        created=START + timedelta(days=60),
        command="python benchmarks/studies/rollout/rehearse.py",
        digest="d",
        environment=ENVIRONMENT,
        title="the refactored unit system in the sample game",
        plan=plan(source=source),
        looks=looks,
    )


def started(count: int = 1) -> list[RolloutLook]:
    """Return the first lines: the start, and looks of the first stage, which has allowed keys alone."""
    first = _line(1, START, RolloutAction.START, 0, 0, why="the pilot is over", who="ada")
    return [first, *(held(number + 2, 0, number) for number in range(count - 1))]


def held(number: int, stage: int, looks: int, *, drift: float = 0.0) -> RolloutLook:
    """Return a look that holds.

    Args:
        number: of the line.
        stage: index of the stage.
        looks: looks before it in this stage.
        drift: added to the ratio of the frame times.
    """
    observation = observed(stage, looks + 1, START + number * HALF_DAY)
    gates = tuple(gates_of(stage, looks + 1, drift=drift))
    why = "; ".join(gate.sentence for gate in gates if gate.state == "waiting") or "waits"
    return _line(number, None, RolloutAction.HOLD, stage, stage, why=why, gates=gates, observation=observation)


def advanced(number: int, stage: int, looks: int) -> RolloutLook:
    """Return a look that goes on to the next stage."""
    gates = tuple(gate.model_copy(update={"state": "passed", "needed": None}) for gate in gates_of(stage, looks + 1))
    why = f"all gates are passed; {STAGES[stage + 1].name} is next"
    observation = observed(stage, looks + 1, START + number * HALF_DAY)
    return _line(number, None, RolloutAction.ADVANCE, stage, stage + 1, why=why, gates=gates, observation=observation)


def until(stage: int) -> list[RolloutLook]:
    """Return the lines of a rollout without harm up to the last hold of a stage."""
    lines = started()
    for place in range(stage + 1):
        for looks in range(LOOKS[place]):
            lines.append(held(len(lines) + 1, place, looks))
        if place < stage:
            lines.append(advanced(len(lines) + 1, place, LOOKS[place]))
    return lines


def one_look() -> RolloutRun:
    """Return a rollout that was started and looked at once."""
    return rollout(*until(0))


def on_hold() -> RolloutRun:
    """Return a rollout that waits in its third stage for sessions."""
    return rollout(*until(2))


def without_traffic() -> RolloutRun:
    """Return a rollout that holds because no event arrives."""
    lines = until(1)
    gates = tuple(
        gate.model_copy(update={"state": "waiting", "sentence": "traffic: no event for 12 hours, more than 6"})
        if gate.gate == "traffic"
        else gate
        for gate in lines[-1].gates
    )
    lines[-1] = lines[-1].model_copy(update={"gates": gates})
    return rollout(*lines)


def killed() -> RolloutRun:
    """Return a rollout that was killed in its third stage, because frames are slower."""
    lines = until(2)[:-3]
    number = len(lines) + 1
    harm = GateResult(
        gate="frame time",
        state="harm",
        estimate=1.09,
        low=1.062,
        margin=1.02,
        limit=1.05,
        sentence="frame time: proven to be at least +6.20 % against the original, limit +5 %",
    )
    gates = (*(gate for gate in gates_of(2, 7) if gate.gate != "frame time"), harm)
    observation = observed(2, 7, START + number * HALF_DAY)
    why = harm.sentence
    lines.append(_line(number, None, RolloutAction.KILL, 2, 2, why=why, gates=gates, observation=observation))
    return rollout(*lines)


def held_by_a_person() -> RolloutRun:
    """Return a rollout that a person holds, at which a look was made since."""
    lines = until(2)
    why = "a tournament this weekend"
    lines.append(_line(len(lines) + 1, None, RolloutAction.HOLD, 2, 2, why=why, who="grace"))
    lines.append(held(len(lines) + 1, 2, LOOKS[2]))
    return rollout(*lines)


def complete(*, source: Literal["simulated", "production"] = "simulated") -> RolloutRun:
    """Return a rollout in which everybody has the refactored system."""
    lines = until(4)
    looks = {"gates": tuple(gates_of(4, 5)), "observation": observed(4, 5, START + len(lines) * HALF_DAY)}
    number = len(lines) + 1
    lines.append(_line(number, None, RolloutAction.COMPLETE, 4, 4, why="every stage is passed", **looks))
    return rollout(*lines, source=source)


def without_gates() -> RolloutRun:
    """Return a rollout at which nobody looked since its start."""
    return rollout(*started())


def gates_of(stage: int, looks: int, *, drift: float = 0.0) -> Iterator[GateResult]:
    """Yield what the gates say after some looks of a stage."""
    planned = STAGES[stage]
    sessions = PACE[stage] * looks
    days = looks / 2
    yield _gate("time", f"{days:g} days of {planned.days:g}", passed=days >= planned.days)
    yield _gate("traffic", "newest event an hour ago")
    missing = max(0, planned.sessions - sessions)
    yield _gate("sessions", f"{sessions:,} with the refactored system", missing or None, passed=not missing)
    yield GateResult(gate="assignment", state="passed", estimate=0.8, sentence="assignment: as planned (p = 0.8)")
    if stage == 0:
        yield _gate("testers", "no session of allowed keys had an error")
    if not planned.is_randomised:
        for gate in GATES:
            yield _gate(gate.metric, "nothing to compare in this stage")
        return
    wave = 0.004 * math.sin(looks + stage)
    yield _mean_gate(1.003 + wave + drift, 1.5 / math.sqrt(sessions), sessions)
    for gate, width in zip(GATES[1:], (0.9, 0.25), strict=True):
        yield _share_gate(gate, wave / 3, width / math.sqrt(sessions), sessions)


def observed(stage: int, looks: int, time: datetime) -> Observation:
    """Return what was seen after some looks of a stage, and in all stages before it."""
    counts = {place: PACE[place] * (LOOKS[place] + 1) for place in range(stage)} | {stage: PACE[stage] * looks}
    versions = tuple(
        ExposedVersion(
            flag_version=place + 2,
            share=STAGES[place].percent / 100,
            control=_others(place, count),
            treatment=count if place else 0,
            testers=0 if place else count,
        )
        for place, count in counts.items()
    )
    compared = [one for one in versions if 0 < one.share < 1]
    strata = tuple(
        MeanStratum(
            flag_version=one.flag_version,
            control=ArmTotals(sessions=one.control, mean=0.004, variance=1e-6),
            treatment=ArmTotals(sessions=one.treatment, mean=0.00402, variance=1e-6),
        )
        for one in compared
    )
    covariance = tuple(tuple(1e-5 * (row == column) for column in range(len(strata))) for row in range(len(strata)))
    cells = tuple(
        ShareCell(
            flag_version=one.flag_version,
            day=time.date() - timedelta(days=len(compared) - place),
            control_hits=one.control // 50,
            control_sessions=one.control,
            treatment_hits=one.treatment // 50,
            treatment_sessions=one.treatment,
        )
        for place, one in enumerate(compared)
    )
    if not compared:
        return Observation(newest=time, versions=versions)
    return Observation(
        newest=time,
        versions=versions,
        means=(MeanObservation(metric="frame time", strata=strata, covariance=covariance),),
        shares=tuple(ShareObservation(metric=gate.metric, cells=cells) for gate in GATES[1:]),
    )


def _others(place: int, count: int) -> int:
    share = STAGES[place].percent / 100
    return round(count * (1 - share) / share) if 0 < share < 1 else 0


def _gate(name: str, text: str, needed: int | None = None, *, passed: bool = True) -> GateResult:
    state: Literal["passed", "waiting"] = "passed" if passed else "waiting"
    return GateResult(gate=name, state=state, needed=needed, sentence=f"{name}: {text}")


def _mean_gate(estimate: float, width: float, sessions: int) -> GateResult:
    high = estimate + width
    return GateResult(
        gate="frame time",
        state="passed" if high < 1.02 else "waiting",
        estimate=estimate,
        low=estimate - width,
        high=high,
        margin=1.02,
        limit=1.05,
        needed=None if high < 1.02 else 4 * sessions,
        sentence=f"frame time: {100 * (estimate - 1):+.2f} % against the original",
    )


def _share_gate(gate: PlannedGate, estimate: float, width: float, sessions: int) -> GateResult:
    high = estimate + width
    is_passed = high < gate.margin
    return GateResult(
        gate=gate.metric,
        state="passed" if is_passed else "waiting",
        estimate=estimate,
        low=estimate - width,
        high=high,
        margin=gate.margin,
        limit=gate.limit,
        needed=None if is_passed else 2 * sessions,
        sentence=f"{gate.metric}: in {100 * estimate:.2f} points more of the sessions",
    )


def _line(
    number: int,
    time: datetime | None,
    action: RolloutAction,
    stage: int,
    next_stage: int,
    *,
    why: str,
    who: str = "watch",
    gates: tuple[GateResult, ...] = (),
    observation: Observation | None = None,
) -> RolloutLook:
    return RolloutLook(
        number=number,
        time=time or START + number * HALF_DAY,
        who=who,
        action=action,
        why=why,
        stage=stage,
        next_stage=next_stage,
        entered=START + HALF_DAY * (sum(LOOKS[:stage]) + stage),
        flag_version=stage + 2,
        first_version=stage + 2,
        next_version=next_stage + 2,
        gates=gates,
        observation=observation,
        previous="0" * 64,
    )
