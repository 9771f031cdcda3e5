"""Messages between a run and its worker processes, as JSON: a job to the worker, a round result back.

The worker loads this module first, so it imports the standard library only.
"""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from unitdocs.bench.text import all_encodable

SURROGATE = "\\ud"
"""How JSON writes what UTF-8 may not be able to hold."""


class JobKind(StrEnum):
    """What a worker measures."""

    TIME = "time"
    FRAMES = "frames"
    MEMORY = "memory"
    COLD = "cold"
    COMMANDS = "commands"


@dataclass(frozen=True)
class Revisions:
    """Two revisions of a project, each measured in its own process; of each pair, control comes first.

    Args:
        names: names of the revisions.
        roots: the folders that hold the modules of each revision.
        bytecode: folder for the compiled modules of this run, so that neither revision starts from an earlier run's.
        checkout: folder of the base's files.
    """

    names: tuple[str, str]
    roots: tuple[tuple[str, ...], tuple[str, ...]]
    bytecode: str
    checkout: str


@dataclass(frozen=True)
class Job:
    """One round of one scenario.

    Args:
        kind: what the worker measures.
        path: file of the suite.
        scenario: name of the scenario.
        arms: names of control and treatment: those of the suite, or the same one twice.
        seed: seed of the suite's input, the same in all rounds.
        order_seed: seed of the order of the arms, different in every round.
        on_wall_clock: whether the wall clock decides how long a batch is.
        limit: seconds after which the worker is stopped.
        result_file: path to which the worker writes its result.
        revisions: the two revisions that the arms run on, or None if both run on the working tree.
        is_rehearsed: whether a cold round, or one of commands, is run once before it is measured, so that modules are
            compiled to bytecode and in the system's cache of files.
        is_shared: whether its processes measure other jobs too.
        slowdown: share by which the treatment does more calls than are counted: what a self-check plants; only for
            revisions.
    """

    kind: JobKind
    path: str
    scenario: str
    arms: tuple[str, str]
    seed: int
    order_seed: int
    on_wall_clock: bool
    limit: float
    result_file: str = ""
    revisions: Revisions | None = None
    is_rehearsed: bool = False
    is_shared: bool = False
    slowdown: float = 0.0

    def to_json(self) -> str:
        """Return the job as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """Return the object that `to_json` wrote."""
        members = json.loads(text)
        kind, arms, revisions = JobKind(members.pop("kind")), tuple(members.pop("arms")), members.pop("revisions")
        return cls(**members, kind=kind, arms=arms, revisions=revisions and _revisions(**revisions))


@dataclass(frozen=True)
class BatchTimes:
    """The batches of a round; of each pair, control comes first.

    Args:
        order: one letter for each block: `A` for control, treatment, treatment, control; `B` for the reverse.
        operations: operations of one batch of each arm.
        cpu: nanoseconds on the thread CPU clock, two batches for each block.
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
    """The counts of a round; of each pair, control comes first.

    Args:
        peak: peak of the bytes that one call had allocated at once.
        blocks: memory blocks that one call and its result left allocated.
        rates: hits and tries of each arm by the name of the rate; None for an arm that does not count it.
        messages: the error messages of each arm by the name of the input; None if neither arm has any.
    """

    peak: tuple[int, int]
    blocks: tuple[int, int]
    rates: dict[str, tuple[tuple[int, int] | None, tuple[int, int] | None]] = field(default_factory=dict)
    messages: tuple[dict[str, str], dict[str, str]] | None = None


@dataclass(frozen=True)
class RoundResult:
    """What a worker measured.

    Args:
        failure: how the process of a revision failed; nothing was measured then.
        difference: the first difference between the answers of the arms; nothing was measured then.
        first_loaded: the arm that was set up first: 0 for control, 1 for treatment.
        first_warmed: the arm that was warmed up first; None if neither was.
        times: for a job of kind time or commands.
        frames: for a job of kind frames or cold.
        counts: for a job of kind memory.
        starts: nanoseconds of the start of control and of treatment on the wall clock, for a job of kind cold.
        error: what the suite raised, with its place; nothing was measured then.
        details: the traceback of it.
        lacking: why the base cannot run what the working tree can; nothing was measured then.
    """

    failure: str | None = None
    difference: str | None = None
    first_loaded: int = 0
    first_warmed: int | None = 0
    times: BatchTimes | None = None
    frames: FrameTimes | None = None
    counts: RoundCounts | None = None
    starts: tuple[int, int] | None = None
    error: str | None = None
    details: str | None = None
    lacking: str | None = None

    def to_json(self) -> str:
        """Return the result as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "RoundResult":
        """Return the object that `to_json` wrote, with text that UTF-8 can hold.

        Raises:
            KeyError, TypeError, ValueError: a suite wrote something else in its place.
        """
        members = json.loads(text)
        if SURROGATE in text.lower():  # rare, and a round of frames has tens of thousands of numbers
            members = all_encodable(members)
        if not isinstance(members, dict):
            raise TypeError(f"expected an object, got {type(members).__name__}")
        times, frames, counts = (members.pop(name) for name in ("times", "frames", "counts"))
        starts = members.pop("starts", None)
        return cls(
            **members,
            times=times and _times(**times),
            frames=frames and _frames(**frames),
            counts=counts and _counts(**counts),
            starts=starts and (starts[0], starts[1]),
        )

    def fits(self, kind: JobKind) -> bool:
        """Return whether this is a result of a kind of job: its measurement alone, or the reason why there is none."""
        reasons = (self.failure, self.lacking, self.error, self.difference)
        if any(reason is not None for reason in reasons):
            return all(reason is None or isinstance(reason, str) for reason in reasons)
        if kind is JobKind.COLD:
            return bool(self.frames and self.starts) and not (self.times or self.counts)
        if kind is JobKind.COMMANDS:
            kind = JobKind.TIME
        measured = {JobKind.TIME: self.times, JobKind.FRAMES: self.frames, JobKind.MEMORY: self.counts}
        return [one for one, of in measured.items() if of] == [kind] and not self.starts


def _revisions(*, names: list[str], roots: list[list[str]], bytecode: str, checkout: str) -> Revisions:
    """Return revisions with tuples in place of the lists that JSON made of them."""
    return Revisions((names[0], names[1]), (tuple(roots[0]), tuple(roots[1])), bytecode, checkout)


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
    return RoundCounts(
        peak=(peak[0], peak[1]),
        blocks=(blocks[0], blocks[1]),
        rates=both,
        messages=None if messages is None else (messages[0], messages[1]),
    )


def _rate(rate: list[int] | None) -> tuple[int, int] | None:
    return None if rate is None else (rate[0], rate[1])
