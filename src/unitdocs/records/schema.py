"""The schema of a run record: one JSON file a run, with every sample and the environment it was taken in.

Times are whole nanoseconds of a batch, packed; everything else is plain JSON. Numbers are in SI units once read through
`to_frame()`. A member that this schema does not know is an error, so that a newer format is not half read.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

Of = TypeVar("Of")


class Frozen(BaseModel):
    """A value read from a file: frozen, and without members that are not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Direction(StrEnum):
    """Which way a metric is better."""

    LOWER = "lower"
    HIGHER = "higher"


class Metric(StrEnum):
    """What is measured of a scenario; arms may count further rates under names of their own."""

    TIME = "time"
    PEAK_MEMORY = "peak memory"
    ALLOCATED_BLOCKS = "allocated blocks"
    CACHE_HIT_RATE = "cache hit rate"
    ERROR_RATE = "error rate"
    FRAME_P50 = "frame time p50"
    FRAME_P95 = "frame time p95"
    FRAME_P99 = "frame time p99"
    MISSED_FRAMES = "missed frames"


TIMES = (Metric.TIME, Metric.FRAME_P50, Metric.FRAME_P95, Metric.FRAME_P99)
"""What clocks measured: never exact."""
QUANTILES: Mapping[str, float] = {Metric.FRAME_P50: 0.5, Metric.FRAME_P95: 0.95, Metric.FRAME_P99: 0.99}
"""Which share of a round's frames takes at most that long."""
PROPORTIONS = (Metric.CACHE_HIT_RATE, Metric.ERROR_RATE, Metric.MISSED_FRAMES)
"""Shares of all tries, which are compared by their difference."""
FRAME = 1 / 60
"""Seconds of one frame of a game that shows 60 frames a second; a frame that takes longer is missed."""


class Role(StrEnum):
    """The side of the comparison that an arm stands on."""

    CONTROL = "control"
    TREATMENT = "treatment"


class Status(StrEnum):
    """What came of a case."""

    MEASURED = "measured"
    FAILED = "failed"
    """The arms answered differently, or a round crashed or ran out of time."""
    NOT_APPLICABLE = "not applicable"
    """The metric means nothing here, such as a hit rate without a cache."""
    NOT_MEASURED = "not measured"
    """The run ended before there were rounds enough."""


class Clock(StrEnum):
    """Which clock decides."""

    THREAD_CPU = "thread CPU"
    WALL = "wall"


class Pair(Frozen, Generic[Of]):
    """Something of both arms."""

    control: Of
    treatment: Of

    @model_serializer(mode="wrap")
    def _with_both(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Write both members, also where missing ones are left out otherwise: one arm may not count something."""
        written: dict[str, object] = write(self)
        return {"control": None, "treatment": None} | written


def _unpackable(text: str) -> str:
    try:
        size = len(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError(f"expected packed numbers (base64): {error}") from error
    if size == 0 or size % 8:
        raise ValueError(f"expected whole 8-byte numbers, got {size} bytes")
    return text


Packed = Annotated[str, AfterValidator(_unpackable)]
"""Whole numbers as base64 of little-endian unsigned 8-byte integers."""


def pack(numbers: NDArray[np.uint64] | list[int]) -> str:
    """Pack whole numbers, 0 to 2**64 - 1."""
    return base64.b64encode(np.asarray(numbers, dtype="<u8").tobytes()).decode("ascii")


def unpack(text: str) -> NDArray[np.uint64]:
    """Return the numbers of a packed text, shape (n,)."""
    return np.frombuffer(base64.b64decode(text), dtype="<u8")


class Timing(Frozen):
    """The blocks of one round.

    Args:
        order: one character per block: `A` for control, treatment, treatment, control; `B` the other way round.
        operations: how many operations one batch of each arm does.
        cpu: nanoseconds of each batch on the thread CPU clock, two per block in the order they ran.
        wall: the same batches on the wall clock.
    """

    order: Annotated[str, Field(pattern="^[AB]+$")]
    operations: Pair[Annotated[int, Field(ge=1, lt=2**63)]]
    cpu: Pair[Packed]
    wall: Pair[Packed]

    @model_validator(mode="after")
    def _has_two_batches_a_block(self) -> Self:
        expected = 2 * len(self.order)
        for clock in ("cpu", "wall"):
            for role in Role:
                if (found := unpack(getattr(getattr(self, clock), role)).size) != expected:
                    raise ValueError(f"{clock}.{role}: expected {expected} batches, two a block, got {found}")
        return self


class Frames(Frozen):
    """The frames of one round, in whole passes over a recorded sequence.

    Args:
        order: one character per pass of both arms: `A` where control went first, `B` where the treatment did. Two
            passes in a row that differ are a block.
        length: frames of a pass.
        cpu: nanoseconds of each frame on the thread CPU clock, pass after pass, each from the first frame to the last.
        wall: the same frames on the wall clock.
    """

    order: Annotated[str, Field(pattern="^[AB]+$")]
    length: Annotated[int, Field(ge=1, lt=2**31)]
    cpu: Pair[Packed]
    wall: Pair[Packed]

    @model_validator(mode="after")
    def _has_every_frame_of_each_pass(self) -> Self:
        expected = self.length * len(self.order)
        for clock in ("cpu", "wall"):
            for role in Role:
                if (found := unpack(getattr(getattr(self, clock), role)).size) != expected:
                    raise ValueError(f"{clock}.{role}: expected {expected} frames, {self.length} a pass, got {found}")
        return self


class Round(Frozen):
    """What one fresh process measured of one case.

    Args:
        index: its number in the case, from 0.
        hash_seed: PYTHONHASHSEED of the process.
        first_loaded: which arm was set up first.
        first_warmed: which arm was warmed up first.
        timing: batches, for the metric time.
        count: one number per arm, for the other metrics; null for an arm that does not count it. A frame time is the
            quantile over the round's frames, in seconds; a rate is its share, from 0 to 1.
        tries: how many tries the count is a share of, where it is one.
        frames: every frame of the round; it stands once, with the metric `frame time p50`.
    """

    index: Annotated[int, Field(ge=0)]
    hash_seed: Annotated[int, Field(ge=0, lt=2**32)]
    first_loaded: Role | None = None
    first_warmed: Role | None = None
    timing: Timing | None = None
    count: Pair[Annotated[float, Field(ge=0)] | None] | None = None
    tries: Pair[Annotated[int, Field(ge=0, lt=2**63)] | None] | None = None
    frames: Frames | None = None

    @model_validator(mode="after")
    def _holds_one_of_both(self) -> Self:
        if (self.timing is None) == (self.count is None):
            raise ValueError("expected either timing or count")
        if self.count is None and (self.tries is not None or self.frames is not None):
            raise ValueError("expected a count with tries or frames")
        return self


class Case(Frozen):
    """A scenario and a metric, with its rounds.

    Args:
        reason: why there is no measurement, or what is to be known about it.
        clock: which clock decides, for times, frame times and missed frames.
        messages: what each arm says where it refuses, by the name of the input, for the metric `error rate`.
    """

    suite: str
    scenario: str
    title: str
    elements: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    metric: str
    unit: str
    direction: Direction
    status: Status
    reason: str | None = None
    clock: Clock | None = None
    messages: Pair[Mapping[str, str]] | None = None
    rounds: tuple[Round, ...] = ()

    @property
    def is_proportion(self) -> bool:
        """Whether it is a share of tries, which is compared by its difference."""
        return self.metric in PROPORTIONS or any(round_.tries for round_ in self.rounds)


class SuiteInfo(Frozen):
    """A suite of the run.

    Args:
        arms: names of control and treatment; where a run compared two revisions, those of the revisions.
        frame: the scenario that stands for the suite, and how many operations of it one frame of the game does.
        file: the module that declares it, relative to the project.
    """

    name: str
    title: str
    arms: tuple[str, str]
    file: str | None = None
    frame: tuple[str, Annotated[int, Field(ge=1)]] | None = None


class Environment(Frozen):
    """The machine and the software of a run.

    Args:
        load_start: one-minute load average when the run began; None where the system has none.
        load_end: the same at its end.
        steal: share of CPU time that the hypervisor took during the run, 0 to 1; None where the system does not tell.
        clock_step_ns: the smallest step of the thread CPU clock that was seen, in nanoseconds.
        warnings: what makes the run less sure, in sentences.
    """

    cpu: str
    cores: int
    system: str
    python: str
    implementation: str
    packages: Mapping[str, str]
    commit: str | None = None
    dirty: bool | None = None
    load_start: float | None = None
    load_end: float | None = None
    steal: float | None = None
    clock: Clock
    clock_step_ns: int
    warnings: tuple[str, ...] = ()


class RunRecord(Frozen):
    """One execution of suites on one machine.

    Args:
        finished: when the run ended; None while it goes on, and for one that was killed.
        margin: the ratio above 1 below which nobody cares.
        look_level: the error level of one look.
        limit: seconds that one round may take.
        gate: whether the error is held over all cases.
        looks: after how many rounds a case was looked at.
        command: the command that made the record.
        digest: what the measured files were (`records.digest`).
        base: the commit that was the control, in full, where a run compared it with the working tree.
        arm: the arm that both revisions ran; None where each suite's treatment was it.
        same_code: cases in which the treatment was measured against itself: none should be called different.
    """

    format: Literal["unitdocs-run"] = "unitdocs-run"
    format_version: Literal[1] = 1
    id: str
    created: datetime
    finished: datetime | None = None
    profile: str
    seed: int
    margin: Annotated[float, Field(gt=0, lt=1)]
    look_level: Annotated[float, Field(gt=0, lt=1)]
    limit: Annotated[float, Field(gt=0)] = 60.0
    gate: bool = False
    looks: tuple[int, ...]
    command: str
    digest: str
    base: Annotated[str, Field(pattern="^[0-9a-f]{40,64}$")] | None = None
    arm: str | None = None
    environment: Environment
    suites: tuple[SuiteInfo, ...]
    cases: tuple[Case, ...] = ()
    same_code: tuple[Case, ...] = ()

    @model_validator(mode="after")
    def _names_the_suite_of_each_case(self) -> Self:
        names = [suite.name for suite in self.suites]
        for index, case in enumerate(self.cases):
            if case.suite not in names:
                raise ValueError(f"cases[{index}].suite: there is no suite {case.suite!r} among {', '.join(names)}")
        return self
