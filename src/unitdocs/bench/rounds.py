"""The steps of a round, whether both arms run in this process or each in its own."""

import gc
import random
from typing import Protocol

from unitdocs.bench import counting, timing
from unitdocs.bench.answers import first_difference
from unitdocs.bench.counting import ArmCounts
from unitdocs.bench.job import BatchTimes, FrameTimes, Job, JobKind, RoundCounts, RoundResult
from unitdocs.bench.suite import Operation, Scenario, Suite
from unitdocs.bench.timing import Pass
from unitdocs.errors import MeasurementError


class Arm(Protocol):
    """One arm of a round. Its steps run in this order, `batch` or `play` repeatedly."""

    def load(self) -> None:
        """Set the scenario up."""

    def answer(self) -> object:
        """Return the answer of the work."""

    def warm_up(self) -> int:
        """Warm the work up, and return the operations of one batch, or the frames of one pass."""

    def settle(self) -> None:
        """Collect garbage, then turn the collector off, or leave it on if frames are timed."""

    def batch(self) -> tuple[int, int]:
        """Run one batch, and return its CPU time and wall time in nanoseconds."""

    def play(self) -> Pass:
        """Play the whole sequence once, and return the CPU time and wall time of each frame in nanoseconds."""

    def count(self) -> ArmCounts:
        """Count one call."""


class LocalArm:
    """An arm in this process.

    Args:
        job: the round.
        name: name of the arm.
        suite: the suite of the arm.
        is_slowed: whether a batch makes more calls than it counts, by the job's slowdown.
    """

    def __init__(self, job: Job, name: str, suite: Suite, *, is_slowed: bool = False) -> None:
        self._job = job
        self._name = name
        self._suite = suite
        self._operation: Operation
        self._is_slowed = is_slowed
        self._calls = 1
        self._uncounted = 0
        self._frames = 1
        self._next_frame = 0

    def load(self) -> None:
        """Set the scenario up.

        Raises:
            MeasurementError: `setup` returned no operation, or `inner` of an operation that plays frames is not 1, or
                such an operation has a `prepare`.
        """
        scenario = self._suite.scenario(self._job.scenario)
        self._operation = set_up(self._suite, self._name, scenario, self._job.seed)
        self._frames = scenario.frames or 1
        if scenario.frames and self._operation.inner != 1:
            raise MeasurementError(
                f"{scenario.name}: a call plays one frame, so inner must be 1, not {self._operation.inner}"
            )

        if scenario.frames and self._operation.prepare is not None:
            raise MeasurementError(f"{scenario.name}: a call plays one frame, so nothing can prepare it; omit prepare")

    def answer(self) -> object:
        """Return the answer of the work."""
        if self._operation.prepare is not None:
            self._operation.prepare()
        if self._operation.result is None:
            self._next_frame = 1 % self._frames
        return (self._operation.result or self._operation.call)()

    def warm_up(self) -> int:
        """Warm the work up, and return the operations of one batch, or the frames of one pass."""
        match self._job.kind:
            case JobKind.TIME:
                if self._operation.prepare is not None:
                    for _ in range(timing.WARM_UPS):
                        self.batch()
                else:
                    clock = timing.clock_of(on_wall_clock=self._job.on_wall_clock)
                    self._calls = timing.calls_a_batch(self._operation.call, clock)
                    if self._job.slowdown:
                        # As many that the share of them is a whole number; also in the other arm: the first call of a
                        # batch takes longer than the rest, so that longer batches alone would look faster.
                        step = round(1 / self._job.slowdown)
                        self._calls = -(-self._calls // step) * step
                        self._uncounted = self._calls // step if self._is_slowed else 0
            case JobKind.FRAMES:
                played = timing.warm_up_frames(self._operation.call, self._frames)
                self._next_frame = (self._next_frame + played) % self._frames
                return self._frames
            case JobKind.MEMORY:
                counting.warm_up(self._operation)
        return self._calls * self._operation.inner

    def settle(self) -> None:
        """Collect garbage, then turn the collector off, or leave it on if frames are timed."""
        gc.collect()
        if self._job.kind is JobKind.FRAMES:
            gc.enable()
        else:
            gc.disable()

    def batch(self) -> tuple[int, int]:
        """Run one batch, and return its CPU time and wall time in nanoseconds."""
        if self._operation.prepare is not None:
            self._operation.prepare()
        return timing.batch(self._operation.call, self._calls + self._uncounted)

    def play(self) -> Pass:
        """Play the whole sequence once, and return the CPU time and wall time of each frame in nanoseconds."""
        gc.collect()  # so that no arm pays for the garbage of the other
        cpu, wall = timing.play(self._operation.call, self._frames)
        # A pass begins where the warm-up ended; its times are returned from the first frame of the sequence on.
        start = -self._next_frame % self._frames
        return cpu[start:] + cpu[:start], wall[start:] + wall[:start]

    def count(self) -> ArmCounts:
        """Count one call."""
        return counting.count(self._operation)


def set_up(suite: Suite, arm: str, scenario: Scenario, seed: int) -> Operation:
    """Set a scenario up for an arm.

    Raises:
        MeasurementError: `setup` returned no operation.
    """
    operation: object = suite.setup(arm, scenario, seed)
    if not isinstance(operation, Operation):
        raise MeasurementError(
            f"setup: expected an Operation for arm {arm!r} and scenario {scenario.name!r}, "
            f"got {type(operation).__name__}"
        )
    return operation


def measure(job: Job, arms: tuple[Arm, Arm], names: tuple[str, str]) -> RoundResult:
    """Set both arms up, compare their answers, and measure them.

    Args:
        job: the round.
        arms: control and treatment.
        names: names of both in messages.
    """
    order = random.Random(job.order_seed)  # noqa: S311 -- an experiment's order
    loading, warming = _random_order(order), _random_order(order)
    for arm in loading:
        arms[arm].load()
    difference = _difference(arms, warming, names)
    if difference:
        return RoundResult(difference=difference)
    operations = {arm: arms[arm].warm_up() for arm in warming}
    for arm in warming:
        arms[arm].settle()
    times: BatchTimes | None = None
    frames: FrameTimes | None = None
    counts: RoundCounts | None = None
    match job.kind:
        case JobKind.TIME:
            batches, counted = (arms[0].batch, arms[1].batch), (operations[0], operations[1])
            times = timing.time_blocks(batches, counted, order, is_shared=job.is_shared)
        case JobKind.FRAMES:
            frames = timing.time_frames((arms[0].play, arms[1].play), operations[0], order)
        case JobKind.MEMORY:
            by_arm = {arm: arms[arm].count() for arm in warming}
            counts = counting.counts_of(by_arm[0], by_arm[1])
    return RoundResult(first_loaded=loading[0], first_warmed=warming[0], times=times, frames=frames, counts=counts)


def _difference(arms: tuple[Arm, Arm], order: list[int], names: tuple[str, str]) -> str | None:
    answers = {arm: arms[arm].answer() for arm in order}
    return first_difference(answers[0], answers[1], names)


def _random_order(order: random.Random) -> list[int]:
    """Draw which arm comes first: always loading or warming up the same one first would favour one of them."""
    first = order.randrange(2)
    return [first, 1 - first]
