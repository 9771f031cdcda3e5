"""The plan of a rollout, what was seen at each look, and what was decided: the record of a rollout.

Each look holds all that its decision depends on, so that the decision can be made again from the record alone.
"""

import itertools
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from unitdocs.records.schema import Environment, Frozen

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class GateKind(StrEnum):
    """How a metric is compared.

    `mean`: the ratio of the arms' means over sessions. `share`: how many more sessions in a hundred have at least one
    event of the metric.
    """

    MEAN = "mean"
    SHARE = "share"


class RolloutAction(StrEnum):
    """What a look or a person decides.

    `start`: the first stage began. `advance`: the next stage begins. `hold`: everything stays. `kill`: nobody gets the
    refactored system. `resume`: the first stage, or another one, begins again after a hold or a kill. `complete`:
    everybody has the refactored system, and nothing is left to decide. `amend`: a person put a changed plan in force.
    """

    START = "start"
    ADVANCE = "advance"
    HOLD = "hold"
    KILL = "kill"
    RESUME = "resume"
    COMPLETE = "complete"
    AMEND = "amend"


class PlannedStage(Frozen):
    """A stage of a rollout.

    Args:
        name: its name.
        percent: share of players with the refactored system, in percent; 0 for allowed keys alone.
        days: days that it lasts at least.
        sessions: sessions with the refactored system that it needs at least.
    """

    name: Name
    percent: Annotated[float, Field(ge=0, le=100)]
    days: Annotated[float, Field(ge=0, le=3650)] = 1.0
    sessions: Annotated[int, Field(ge=0, le=10**9)] = 100

    @property
    def is_randomised(self) -> bool:
        """Whether both arms have players by chance, so that they can be compared."""
        return 0 < self.percent < 100  # noqa: PLR2004 -- percent


class PlannedGate(Frozen):
    """What a metric has to prove.

    Args:
        metric: the metric of the events.
        kind: how it is compared.
        margin: a stage ends only if the refactored system is proven to be worse by less: relative for a mean, such as
            0.02; in sessions per session for a share, such as 0.005.
        limit: the rollout ends if the refactored system is proven to be worse by more.
    """

    metric: Name
    kind: GateKind
    margin: Annotated[float, Field(gt=0, le=1)]
    limit: Annotated[float, Field(gt=0, le=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.limit < self.margin:
            raise ValueError(f"limit: {self.limit:g} is below the margin {self.margin:g}")
        return self


class RolloutPlan(Frozen):
    """The plan of a rollout.

    Args:
        flag: the flag file.
        events: the folder of events.
        environment: the environment whose share of players is changed; empty for that of all others.
        source: `production`, or `simulated` for a rehearsal.
        level: chance that a rollout is killed although the refactored system is worse by no more than the limits.
        mismatch_level: p-value of the assignment below which a rollout is held.
        stall_hours: hours without an event after which a rollout is held.
        stages: the stages, in their order.
        gates: what has to be proven in each stage with two arms.
    """

    flag: Name = "flags.json"
    events: Name = "events"
    environment: str = ""
    source: Literal["production", "simulated"] = "production"
    level: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    mismatch_level: Annotated[float, Field(gt=0, lt=0.5)] = 0.001
    stall_hours: Annotated[float, Field(gt=0, le=8760)] = 6.0
    stages: Annotated[tuple[PlannedStage, ...], Field(min_length=1, max_length=50)]
    gates: Annotated[tuple[PlannedGate, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        shares = [stage.percent for stage in self.stages]
        if any(later <= earlier for earlier, later in itertools.pairwise(shares)):
            raise ValueError("stages: each needs a larger percent than the one before")
        for names in ([stage.name for stage in self.stages], [gate.metric for gate in self.gates]):
            if len(set(names)) < len(names):
                raise ValueError(f"two stages or gates named {next(one for one in names if names.count(one) > 1)!r}")
        return self


class ArmTotals(Frozen):
    """The sessions of one arm under one version of the flag.

    Args:
        sessions: how many have a value.
        mean: the mean of their values.
        variance: the variance of their values, after what is known from before the rollout was taken out.
    """

    sessions: Count
    mean: float
    variance: Annotated[float, Field(ge=0)]


class MeanStratum(Frozen):
    """A mean under one version of the flag, in both arms."""

    flag_version: int
    control: ArmTotals
    treatment: ArmTotals


class MeanObservation(Frozen):
    """What was seen of a metric that is compared by its means.

    Args:
        metric: the metric.
        strata: one for each version of the flag under which both arms have at least two sessions.
        covariance: covariances of the strata's log ratios: players return in a later one.
        has_covariate: whether the values of before the rollout were used.
    """

    metric: Name
    strata: tuple[MeanStratum, ...]
    covariance: tuple[tuple[float, ...], ...]
    has_covariate: bool = False


class ShareCell(Frozen):
    """Sessions that began on one day under one version of the flag, and those of them with at least one event."""

    flag_version: int
    day: date
    control_hits: Count
    control_sessions: Count
    treatment_hits: Count
    treatment_sessions: Count


class ShareObservation(Frozen):
    """What was seen of a metric that sessions have or have not."""

    metric: Name
    cells: tuple[ShareCell, ...]


class ExposedVersion(Frozen):
    """Who was seen under a version of the flag.

    Args:
        flag_version: the version.
        share: share of the players that it gives the refactored system, 0 to 1.
        control: sessions that were assigned the original.
        treatment: sessions that were assigned the refactored system.
        testers: sessions that have the refactored system because their key is allowed.
        tester_errors: those of them with an error.
        both: sessions that were seen in both arms, which assignment never does.
    """

    flag_version: int
    share: Share
    control: Count
    treatment: Count
    testers: Count = 0
    tester_errors: Count = 0
    both: Count = 0


class Observation(Frozen):
    """All that a decision depends on besides the plan and the stage.

    Args:
        newest: time of the newest event; None if there is none.
        versions: who was seen, by version of the flag, since the rollout started or was resumed.
        means: metrics that are compared by their means.
        shares: metrics that sessions have or have not.
        notes: what could not be used, as sentences.
    """

    newest: datetime | None = None
    versions: tuple[ExposedVersion, ...] = ()
    means: tuple[MeanObservation, ...] = ()
    shares: tuple[ShareObservation, ...] = ()
    notes: tuple[str, ...] = ()


class GateResult(Frozen):
    """What a gate says.

    Args:
        gate: its name: `time`, `traffic`, `sessions`, `assignment`, `testers`, or a metric.
        state: `passed`, `waiting`, or `harm`.
        estimate: for a metric the estimated ratio or excess in this stage; None without data.
        low: lower bound, always valid, at the level of the kill.
        high: upper bound, always valid, at the level of the advance.
        margin: what the upper bound has to be below; as a ratio for a mean.
        limit: what the lower bound must not be above.
        needed: further sessions with the refactored system that are needed if the arms are equal; None if not known.
        sentence: the same in words.
    """

    gate: Name
    state: Literal["passed", "waiting", "harm"]
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    limit: float | None = None
    needed: int | None = None
    sentence: str


class RolloutLook(Frozen):
    """A line of the log of a rollout: a look, or what a person decided.

    Args:
        number: 1 for the first, then one more each.
        time: when; in a rehearsal the simulated time.
        who: `watch`, or the user who ran the command.
        action: what was decided.
        why: the reason.
        stage: index of the stage before this line.
        next_stage: index of the stage after it.
        entered: when the stage before this line began.
        flag_version: version of the flag before this line.
        first_version: the first version of the flag of that stage; those before belong to earlier stages.
        next_version: the same of the stage after this line.
        observation: what was seen; None for what a person decided without looking.
        gates: what the gates said.
        plan: the plan, where it is new or changed.
        previous: digest of the line before.
    """

    number: Annotated[int, Field(ge=1)]
    time: datetime
    who: str
    action: RolloutAction
    why: str
    stage: Count
    next_stage: Count
    entered: datetime
    flag_version: int
    first_version: int
    next_version: int
    observation: Observation | None = None
    gates: tuple[GateResult, ...] = ()
    plan: RolloutPlan | None = None
    previous: str


class RolloutRun(Frozen):
    """The record of a rollout.

    Args:
        command: the command that made the record.
        digest: digest of the files that it depends on.
        plan: the plan.
        looks: the log.
        title: what was rolled out, for readers.
    """

    format: Literal["unitdocs-rollout"] = "unitdocs-rollout"
    format_version: Literal[1] = 1
    created: datetime
    command: str
    digest: str
    environment: Environment
    title: str
    plan: RolloutPlan
    looks: Annotated[tuple[RolloutLook, ...], Field(min_length=1)]

    @property
    def finished(self) -> datetime:
        """When the last look was made."""
        return self.looks[-1].time
