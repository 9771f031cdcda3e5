"""Messages between a profile and its worker processes: a task to the worker, what it saw back, both as JSON."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

Place = tuple[str, str, int, bool]
"""File, function, first line, and whether it is the project's own code."""


class ProfileKind(StrEnum):
    """What a worker records."""

    TIME = "time"
    MEMORY = "memory"


@dataclass(frozen=True)
class ProfileTask:
    """One pass over one arm of a scenario.

    Args:
        kind: what is recorded.
        path: file of the suite.
        scenario: name of the scenario.
        arm: name of the arm.
        seed: seed of the suite's input.
        seconds: seconds to take samples for.
        interval: seconds between two samples.
        result_file: path to which the worker writes what it saw.
    """

    kind: ProfileKind
    path: str
    scenario: str
    arm: str
    seed: int
    seconds: float
    interval: float
    result_file: str = ""

    def to_json(self) -> str:
        """Return the task as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "ProfileTask":
        """Return the object that `to_json` wrote."""
        members = json.loads(text)
        return cls(**{**members, "kind": ProfileKind(members["kind"])})
