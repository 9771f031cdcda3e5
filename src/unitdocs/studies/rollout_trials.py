"""The record of rollouts of made-up players whose truth is known: how often a plan decides rightly, and how fast."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen
from unitdocs.studies.rollout_run import RolloutPlan

Count = Annotated[int, Field(ge=0)]


class TriedRollout(Frozen):
    """How one made-up rollout ended.

    Args:
        action: `complete`, `kill`, or `hold` if it did neither within its days.
        stage: name of the stage in which it ended.
        days: days until then.
        treated: sessions that had the refactored system in stages with two arms.
        gates: the gates that decided.
    """

    action: Literal["complete", "kill", "hold"]
    stage: str
    days: Count
    treated: Count
    gates: tuple[str, ...]


class RolloutTruth(Frozen):
    """Made-up players of whom something is true, and how their rollouts ended.

    Args:
        name: identifies it: `equal`, `slower`, `errors`, `trend`, or `faster`.
        about: what is true, in words.
        right: the action that is right: `complete` or `kill`.
        ratio: frame time with the refactored system divided by that with the original.
        variation: standard deviation of the logarithm of a session's frame time.
        sessions: sessions a day.
        days: days after which a rollout is given up.
        fixed_sample: sessions with the refactored system with which one test at a fixed time would have decided with a
            chance of 80 %; None where frame time does not decide.
        ends: how each rollout ended.
    """

    name: str
    about: str
    right: Literal["complete", "kill"]
    ratio: float
    variation: float
    sessions: Count
    days: Count
    fixed_sample: Count | None = None
    ends: Annotated[tuple[TriedRollout, ...], Field(min_length=1)]

    def count(self, action: str) -> int:
        """Return how many ended so."""
        return sum(one.action == action for one in self.ends)


class RolloutTrials(Frozen):
    """Rollouts of made-up players.

    Args:
        seed: of the random numbers.
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        plan: the plan that was tried.
        truths: what was true, and how the rollouts ended.
    """

    format: Literal["unitdocs-rollout-trials"] = "unitdocs-rollout-trials"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    seed: int
    command: str
    digest: str
    environment: Environment
    plan: RolloutPlan
    truths: Annotated[tuple[RolloutTruth, ...], Field(min_length=1)]
