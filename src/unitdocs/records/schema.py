"""The schema of a run record: one JSON file for each run, with every sample and the environment.

Times are whole nanoseconds of a batch, packed; everything else is plain JSON. `to_frame()` converts all numbers to SI
units. Unknown members are an error, so that a newer format is never read in part.
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
NUMBER_BYTES = 8
"""Bytes of one packed number."""


class Frozen(BaseModel):
    """A value read from a file: immutable, without unknown members."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Direction(StrEnum):
    """The better direction of a metric."""

    LOWER = "lower"
    HIGHER = "higher"


class Metric(StrEnum):
    """A metric of a scenario; arms may count further rates under other names."""

    TIME = "time"
    PEAK_MEMORY = "peak memory"
    ALLOCATED_BLOCKS = "allocated blocks"
    CACHE_HIT_RATE = "cache hit rate"
    ERROR_RATE = "error rate"
    FRAME_P50 = "frame time p50"
    FRAME_P95 = "frame time p95"
    FRAME_P99 = "frame time p99"
    MISSED_FRAMES = "missed frames"
    START_TIME = "start time"
    SLOWEST_FRAME = "slowest frame"


COLD_TIMES = (Metric.START_TIME, Metric.SLOWEST_FRAME)
"""Times of scenarios that are measured cold: of the start, and of the slowest of all frames after it."""
TIMES = (Metric.TIME, Metric.FRAME_P50, Metric.FRAME_P95, Metric.FRAME_P99, *COLD_TIMES)
"""Metrics that clocks measure; they are never exact."""
QUANTILES: Mapping[str, float] = {
    Metric.FRAME_P50: 0.5,
    Metric.FRAME_P95: 0.95,
    Metric.FRAME_P99: 0.99,
    Metric.SLOWEST_FRAME: 1.0,
}
"""The quantile of a round's frame times for each metric of frames."""
PROPORTIONS = (Metric.CACHE_HIT_RATE, Metric.ERROR_RATE, Metric.MISSED_FRAMES)
"""Metrics that are shares of tries; they are compared by their difference."""
FRAME = 1 / 60
"""Seconds of one frame at 60 frames per second; a frame that takes longer is missed."""


class Role(StrEnum):
    """The role of an arm in the comparison."""

    CONTROL = "control"
    TREATMENT = "treatment"


class Status(StrEnum):
    """The outcome of measuring a case."""

    MEASURED = "measured"
    FAILED = "failed"
    """The arms gave different answers, or a round crashed or exceeded its time limit."""
    NOT_APPLICABLE = "not applicable"
    """The metric does not apply, such as a hit rate without a cache."""
    NEW = "new"
    """The working tree runs it and the base cannot, so that there is nothing to compare it with."""
    NOT_MEASURED = "not measured"
    """The run ended before there were enough rounds."""


class Clock(StrEnum):
    """The clock by which times are judged."""

    THREAD_CPU = "thread CPU"
    WALL = "wall"


class Pair(Frozen, Generic[Of]):
    """A value of each arm."""

    control: Of
    treatment: Of

    @model_serializer(mode="wrap")
    def _with_both(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Write both members, even if None members are omitted elsewhere: one arm may count nothing."""
        written: dict[str, object] = write(self)
        return {"control": None, "treatment": None} | written


def _checked_packed(text: str) -> str:
    """Return a packed text unchanged if it decodes to one whole number or more."""
    try:
        size = len(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError(f"expected packed numbers (base64): {error}") from error
    if size == 0 or size % NUMBER_BYTES:
        raise ValueError(f"expected whole 8-byte numbers, got {size} bytes")
    return text


Packed = Annotated[str, AfterValidator(_checked_packed)]
"""Whole numbers, packed as base64 of little-endian unsigned 8-byte integers."""


def pack(numbers: NDArray[np.uint64] | list[int]) -> str:
    """Pack whole numbers, 0 to 2**64 - 1."""
    return base64.b64encode(np.asarray(numbers, dtype="<u8").tobytes()).decode("ascii")


def unpack(text: str) -> NDArray[np.uint64]:
    """Return the numbers of a packed text, shape (n,)."""
    return np.frombuffer(base64.b64decode(text), dtype="<u8")


def packed_count(text: str) -> int:
    """Return how many numbers a packed text holds, without decoding it."""
    padding = text.count("=", max(0, len(text) - 2))
    return (len(text) // 4 * 3 - padding) // NUMBER_BYTES


class Timing(Frozen):
    """The ABBA blocks of one round.

    Args:
        order: one letter for each block: `A` for control, treatment, treatment, control; `B` for the reverse.
        operations: operations of one batch of each arm.
        cpu: nanoseconds of each batch on the thread CPU clock, two for each block in the order in which they ran.
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
                if (count := packed_count(getattr(getattr(self, clock), role))) != expected:
                    raise ValueError(f"{clock}.{role}: expected {expected} batches, two for each block, got {count}")
        return self


class Frames(Frozen):
    """The frames of one round, in whole passes over a recorded sequence.

    Args:
        order: one letter for each pass of both arms: `A` if the control went first, `B` if the treatment did. Two
            passes in succession with different letters are a block. Of a scenario that is measured cold there is one
            pass a round.
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
                if (count := packed_count(getattr(getattr(self, clock), role))) != expected:
                    raise ValueError(
                        f"{clock}.{role}: expected {expected} frames, {self.length} for each pass, got {count}"
                    )
        return self


class Round(Frozen):
    """The measurement of one case in one fresh process.

    Args:
        index: number of the round in the case, from 0.
        hash_seed: PYTHONHASHSEED of the process.
        first_loaded: the arm that was set up first.
        first_warmed: the arm that was warmed up first; null if neither was.
        timing: the batches, for the metric `time`.
        count: one number for each arm, for all other metrics; null for an arm that counts nothing. A frame time is the
            quantile of the round's frame times in seconds (the slowest frame is the quantile 1), a start time is in
            seconds, and a rate is a share from 0 to 1.
        tries: the number of tries, if the count is a rate.
        frames: every frame of the round; only with the metrics `frame time p50` and `slowest frame`.
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
        parameters: what distinguishes the scenario from others of its kind, by name.
        reason: why there is no measurement, or a note on it.
        clock: the clock by which times, frame times and missed frames are judged.
        messages: the error messages of each arm by the name of the input, for the metric `error rate`.
        firsts: the frames, from 1, in which something is done for the first time, by what is done; only with the
            metric `slowest frame`.
    """

    suite: str
    scenario: str
    title: str
    elements: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    parameters: Mapping[str, str | int | float | bool] = {}
    metric: str
    unit: str
    direction: Direction
    status: Status
    reason: str | None = None
    clock: Clock | None = None
    messages: Pair[Mapping[str, str]] | None = None
    firsts: Mapping[str, Annotated[int, Field(ge=1, lt=2**31)]] | None = None
    rounds: tuple[Round, ...] = ()

    @property
    def is_proportion(self) -> bool:
        """Whether the metric is a share of tries, which is compared by its difference."""
        return self.metric in PROPORTIONS or any(round_.tries for round_ in self.rounds)


class SuiteInfo(Frozen):
    """A suite of the run.

    Args:
        arms: names of control and treatment, or of the revisions if the run compared two.
        frame: the scenario that represents the suite, and the number of its operations in one frame of the game.
        file: the module that declares the suite, relative to the project.
        is_of_commands: whether it runs whole commands, so that nothing of the project is measured but what they run.
    """

    name: str
    title: str
    arms: tuple[str, str]
    file: str | None = None
    is_of_commands: bool = False
    frame: tuple[str, Annotated[int, Field(ge=1)]] | None = None


class Environment(Frozen):
    """The machine and the software of a run.

    Args:
        load_start: one-minute load average at the start of the run; None if the system has none.
        load_end: one-minute load average at the end of the run.
        steal: CPU steal during the run, as a share of CPU time from 0 to 1; None if the system does not count it.
        clock_step_ns: the smallest step observed of the thread CPU clock, in nanoseconds.
        warnings: warnings about what makes the run less certain.
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


class MeasurementProtocol(Frozen):
    """How each round of a run took its samples.

    Args:
        batch_ns: nanoseconds that a batch lasts at least; a batch is one call where one call takes longer.
        block_batches: batches of an ABBA block, those of both arms.
        blocks: ABBA blocks of a round at most.
        blocks_ns: nanoseconds after which a round begins no further block.
        frames: frames of recorded sequences after which an arm begins no further block of passes.
        frames_ns: nanoseconds after which a round begins no further block of passes.
        counted_calls: calls over which a rate, such as a cache hit rate, is counted.
        exact_rounds: rounds in which a count must be the same to be taken as exact.
        ranks_from: rounds from which the effect on a time is estimated by ranks; None if by the mean of any number.
    """

    batch_ns: Annotated[int, Field(ge=1, lt=2**63)]
    block_batches: Annotated[int, Field(ge=2, lt=2**31)]
    blocks: Annotated[int, Field(ge=1, lt=2**31)]
    blocks_ns: Annotated[int, Field(ge=1, lt=2**63)]
    frames: Annotated[int, Field(ge=1, lt=2**31)]
    frames_ns: Annotated[int, Field(ge=1, lt=2**63)]
    counted_calls: Annotated[int, Field(ge=1, lt=2**31)]
    exact_rounds: Annotated[int, Field(ge=1, lt=2**31)]
    ranks_from: Annotated[int, Field(ge=2, lt=2**31)] | None = None


class RunRecord(Frozen):
    """One execution of suites on one machine.

    Args:
        finished: when the run ended; None while it lasts and after an interruption.
        margin: relative difference below which the arms are treated as equivalent.
        absolute_margins: differences below which the arms are treated as equivalent whatever their ratio, by metric and
            in its unit.
        look_level: the error level of one look.
        limit: seconds that one round may take.
        gate: whether the error level holds for all cases together.
        looks: the numbers of rounds after which a case was tested.
        protocol: how rounds took their samples; None in records of versions that did not record it.
        command: the command that started the run.
        digest: digest of the measured files (`records.digest`).
        base: full hash of the commit that was the control, if the run compared it with the working tree.
        arm: the arm that both revisions ran; None for the treatment of each suite.
        same_code: cases in which the treatment was measured against itself; none of them should differ.
    """

    format: Literal["unitdocs-run"] = "unitdocs-run"
    format_version: Literal[1] = 1
    id: str
    created: datetime
    finished: datetime | None = None
    profile: str
    seed: int
    margin: Annotated[float, Field(gt=0, lt=1)]
    absolute_margins: Mapping[str, Annotated[float, Field(gt=0)]] = {}
    look_level: Annotated[float, Field(gt=0, lt=1)]
    limit: Annotated[float, Field(gt=0)] = 60.0
    gate: bool = False
    looks: tuple[int, ...]
    protocol: MeasurementProtocol | None = None
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
                known = ", ".join(names).encode(errors="backslashreplace").decode()  # names may hold any code point
                raise ValueError(f"cases[{index}].suite: no suite {case.suite!r} among {known}")
        return self
