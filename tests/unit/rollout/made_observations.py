"""Plans and observations made by hand, for tests."""

from datetime import UTC, date, datetime, timedelta

from unitdocs.rollout.position import RolloutPosition
from unitdocs.studies import (
    ArmTotals,
    ExposedVersion,
    GateKind,
    MeanObservation,
    MeanStratum,
    Observation,
    PlannedGate,
    PlannedStage,
    RolloutPlan,
    ShareCell,
    ShareObservation,
)

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
STAGES = (
    PlannedStage(name="internal", percent=0, days=1, sessions=5),
    PlannedStage(name="1 percent", percent=1, days=1, sessions=50),
    PlannedStage(name="10 percent", percent=10, days=1, sessions=100),
    PlannedStage(name="50 percent", percent=50, days=1, sessions=100),
    PlannedStage(name="everybody", percent=100, days=1, sessions=100),
)
TIME = PlannedGate(metric="frame time", kind=GateKind.MEAN, margin=0.02, limit=0.05)
ERRORS = PlannedGate(metric="error", kind=GateKind.SHARE, margin=0.01, limit=0.02)
PLAN = RolloutPlan(stages=STAGES, gates=(TIME, ERRORS), source="simulated")
AT_HALF = RolloutPosition(stage=3, entered=BEGIN, first_version=4)


def later(days: float) -> datetime:
    """Return a time after the begin."""
    return BEGIN + timedelta(days=days)


def arm(sessions: int, mean: float, spread: float = 0.1) -> ArmTotals:
    """Return an arm by its relative standard deviation."""
    return ArmTotals(sessions=sessions, mean=mean, variance=(spread * mean) ** 2)


def observation(
    ratio: float = 1.0,
    sessions: int = 20_000,
    *,
    errors: tuple[int, int] = (0, 0),
    version: int = 4,
    share: float = 0.5,
    newest: datetime | None = None,
    both: int = 0,
    treatment: int | None = None,
) -> Observation:
    """Return what was seen of one version of the flag, with as many sessions in each arm."""
    control_arm, treatment_arm = arm(sessions, 1.0), arm(sessions, ratio)
    variance = sum(one.variance / one.sessions / one.mean**2 for one in (control_arm, treatment_arm))
    cell = ShareCell(
        flag_version=version,
        day=date(2026, 11, 2),
        control_hits=errors[0],
        control_sessions=sessions,
        treatment_hits=errors[1],
        treatment_sessions=sessions,
    )
    return Observation(
        newest=newest or later(2),
        versions=(
            ExposedVersion(
                flag_version=version,
                share=share,
                control=sessions,
                treatment=sessions if treatment is None else treatment,
                both=both,
            ),
        ),
        means=(
            MeanObservation(
                metric="frame time",
                strata=(MeanStratum(flag_version=version, control=control_arm, treatment=treatment_arm),),
                covariance=((variance,),),
            ),
        ),
        shares=(ShareObservation(metric="error", cells=(cell,)),),
    )
