"""Where a rollout is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RolloutPosition:
    """Where a rollout is.

    Args:
        stage: index of the stage.
        entered: when it began.
        first_version: the first version of the flag of this stage.
        is_held: whether a person holds the rollout.
    """

    stage: int
    entered: datetime
    first_version: int
    is_held: bool = False
