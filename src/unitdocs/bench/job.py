"""What goes between a run and its worker processes, as JSON: one job there, one answer back.

The worker reads this module before anything else, so it needs the standard library alone.
"""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class JobKind(StrEnum):
    """What a worker is asked to measure."""

    TIME = "time"
    FRAMES = "frames"
    MEMORY = "memory"


@dataclass(frozen=True)
class Revisions:
    """Two revisions of a project, for rounds in which each has a process of its own; of each pair, control comes first.

    Args:
        names: what they are called.
        roots: the folders of each that hold its modules.
        bytecode: folder for compiled modules, of this run alone: neither revision begins with some of an earlier one.
    """

    names: tuple[str, str]
    roots: tuple[tuple[str, ...], tuple[str, ...]]
    bytecode: str


@dataclass(frozen=True)
class Job:
    """One round of one scenario.

    Args:
        kind: what to measure.
        path: file of the suite.
        scenario: name of the scenario.
        arms: names of control and treatment; those of the suite, or the same one twice.
        seed: where the suite's input comes from; the same in all rounds.
        order_seed: where the order of the arms comes from; another in every round.
        on_wall_clock: whether the wall clock decides how long a batch is.
        limit: seconds after which the worker ends itself, should nobody else.
        answer: file that takes the answer.
        revisions: the revisions that the arms run on, where they are two.
    """

    kind: JobKind
    path: str
    scenario: str
    arms: tuple[str, str]
    seed: int
    order_seed: int
    on_wall_clock: bool
    limit: float
    answer: str = ""
    revisions: Revisions | None = None

    def to_json(self) -> str:
        """Return the job as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """Read what `to_json` wrote."""
        members = json.loads(text)
        kind, arms, revisions = JobKind(members.pop("kind")), tuple(members.pop("arms")), members.pop("revisions")
        return cls(**members, kind=kind, arms=arms, revisions=revisions and _revisions(**revisions))


@dataclass(frozen=True)
class BatchTimes:
    """The batches of a round; of each pair, control comes first.

    Args:
        order: one letter a block: `A` for control, treatment, treatment, control; `B` the other way round.
        operations: operations of one batch of each arm.
        cpu: nanoseconds on the thread CPU clock, two batches a block.
        wall: the same batches on the wall clock.
    """

    order: str
    operations: tuple[int, int]
    cpu: tuple[list[int], list[int]]
    wall: tuple[list[int], list[int]]


@dataclass(frozen=True)
class FrameTimes:
    """The frames of a round; of each pair, control comes first.

    Args:
        order: one letter for each pass of both arms over the sequence: `A` where control went first, `B` the treatment.
        length: frames of a pass.
        cpu: nanoseconds of each frame on the thread CPU clock, pass after pass.
        wall: the same frames on the wall clock.
    """

    order: str
    length: int
    cpu: tuple[list[int], list[int]]
    wall: tuple[list[int], list[int]]


@dataclass(frozen=True)
class RoundCounts:
    """What a round counted; of each pair, control comes first.

    Args:
        peak: the most bytes that one call had allocated at once.
        blocks: memory blocks that one call and its result left allocated.
        rates: hits and lookups of each arm by the name of the rate; None for an arm that does not count it.
        messages: what each arm says where it refuses, by the name of the input; None where no arm tells.
    """

    peak: tuple[int, int]
    blocks: tuple[int, int]
    rates: dict[str, tuple[tuple[int, int] | None, tuple[int, int] | None]] = field(default_factory=dict)
    messages: tuple[dict[str, str], dict[str, str]] | None = None


@dataclass(frozen=True)
class RoundResult:
    """What a worker found.

    Args:
        failure: how one of two revisions failed; nothing was measured then.
        difference: where the arms' answers first differ; the same holds.
        first_loaded: the arm that was set up first: 0 for control, 1 for treatment.
        first_warmed: the arm that was warmed up first.
        times: for a job of kind time.
        frames: for a job of kind frames.
        counts: for a job of kind memory.
    """

    failure: str | None = None
    difference: str | None = None
    first_loaded: int = 0
    first_warmed: int = 0
    times: BatchTimes | None = None
    frames: FrameTimes | None = None
    counts: RoundCounts | None = None

    def to_json(self) -> str:
        """Return the answer as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "RoundResult":
        """Read what `to_json` wrote."""
        members = json.loads(text)
        times, frames, counts = (members.pop(name) for name in ("times", "frames", "counts"))
        return cls(
            **members,
            times=times and _times(**times),
            frames=frames and _frames(**frames),
            counts=counts and _counts(**counts),
        )


def _revisions(*, names: list[str], roots: list[list[str]], bytecode: str) -> Revisions:
    """Return revisions as they were before JSON made lists of the pairs."""
    return Revisions((names[0], names[1]), (tuple(roots[0]), tuple(roots[1])), bytecode)


def _times(*, order: str, operations: list[int], cpu: list[list[int]], wall: list[list[int]]) -> BatchTimes:
    return BatchTimes(order, (operations[0], operations[1]), (cpu[0], cpu[1]), (wall[0], wall[1]))


def _frames(*, order: str, length: int, cpu: list[list[int]], wall: list[list[int]]) -> FrameTimes:
    return FrameTimes(order, length, (cpu[0], cpu[1]), (wall[0], wall[1]))


def _counts(
    *,
    peak: list[int],
    blocks: list[int],
    rates: dict[str, list[list[int] | None]],
    messages: list[dict[str, str]] | None,
) -> RoundCounts:
    both = {name: (_rate(control), _rate(treatment)) for name, (control, treatment) in rates.items()}
    told = None if messages is None else (messages[0], messages[1])
    return RoundCounts((peak[0], peak[1]), (blocks[0], blocks[1]), both, told)


def _rate(rate: list[int] | None) -> tuple[int, int] | None:
    return None if rate is None else (rate[0], rate[1])
