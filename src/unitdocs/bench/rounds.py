"""One round, step by step, whichever process each arm is in."""

import gc
import random
from typing import Protocol

from unitdocs.bench import counting, timing
from unitdocs.bench.answers import first_difference
from unitdocs.bench.counting import ArmCounts
from unitdocs.bench.job import BatchTimes, FrameTimes, Job, JobKind, RoundCounts, RoundResult
from unitdocs.bench.suite import Operation, Suite
from unitdocs.bench.timing import Pass
from unitdocs.errors import MeasurementError


class Arm(Protocol):
    """One arm in a round; the steps are taken in this order, `batch` or `play` many times."""

    def load(self) -> None:
        """Set the scenario up."""

    def answer(self) -> object:
        """Return what the work comes to."""

    def warm_up(self) -> int:
        """Run the work in, and return how many operations one batch does, or how many frames a pass has."""

    def settle(self) -> None:
        """Collect garbage, and do not until the end; collect as usual where frames are timed."""

    def batch(self) -> tuple[int, int]:
        """Run one batch, and return the nanoseconds of CPU and of wall time that it took."""

    def play(self) -> Pass:
        """Play the whole sequence once, and return the nanoseconds of CPU and of wall time of each frame."""

    def count(self) -> ArmCounts:
        """Count what one call takes."""


class LocalArm:
    """An arm in this process.

    Args:
        job: the round.
        name: the arm.
        suite: the suite that has it.
    """

    def __init__(self, job: Job, name: str, suite: Suite) -> None:
        self._job = job
        self._name = name
        self._suite = suite
        self._operation: Operation
        self._calls = 1
        self._frames = 1
        self._next_frame = 0

    def load(self) -> None:
        """Set the scenario up.

        Raises:
            MeasurementError: a call plays more than one frame.
        """
        scenario = self._suite.scenario(self._job.scenario)
        self._operation = self._suite.setup(self._name, scenario, self._job.seed)
        self._frames = scenario.frames or 1
        if scenario.frames and self._operation.inner != 1:
            raise MeasurementError(
                f"{scenario.name}: a call plays one frame, so that inner must be 1, not {self._operation.inner}"
            )

    def answer(self) -> object:
        """Return what the work comes to."""
        if self._operation.result is None:
            self._next_frame = 1 % self._frames
        return (self._operation.result or self._operation.call)()

    def warm_up(self) -> int:
        """Run the work in, and return how many operations one batch does, or how many frames a pass has."""
        match self._job.kind:
            case JobKind.TIME:
                clock = timing.clock_of(on_wall_clock=self._job.on_wall_clock)
                self._calls = timing.calls_a_batch(self._operation.call, clock)
            case JobKind.FRAMES:
                played = timing.warm_up_frames(self._operation.call, self._frames)
                self._next_frame = (self._next_frame + played) % self._frames
                return self._frames
            case JobKind.MEMORY:
                counting.run_in(self._operation)
        return self._calls * self._operation.inner

    def settle(self) -> None:
        """Collect garbage, and do not until the end; collect as usual where frames are timed."""
        gc.collect()
        if self._job.kind is JobKind.FRAMES:
            gc.enable()
        else:
            gc.disable()

    def batch(self) -> tuple[int, int]:
        """Run one batch, and return the nanoseconds of CPU and of wall time that it took."""
        return timing.batch(self._operation.call, self._calls)

    def play(self) -> Pass:
        """Play the whole sequence once, and return the nanoseconds of CPU and of wall time of each frame."""
        gc.collect()  # so that no arm clears up what the other one left
        cpu, wall = timing.play(self._operation.call, self._frames)
        # A pass begins where the warm-up ended; its times are told from the sequence's first frame on.
        start = -self._next_frame % self._frames
        return cpu[start:] + cpu[:start], wall[start:] + wall[:start]

    def count(self) -> ArmCounts:
        """Count what one call takes."""
        return counting.count(self._operation)


def measure(job: Job, arms: tuple[Arm, Arm], names: tuple[str, str]) -> RoundResult:
    """Set both arms up, compare their answers, and measure.

    Args:
        job: the round.
        arms: control and treatment.
        names: what a message calls them.
    """
    order = random.Random(job.order_seed)  # noqa: S311 -- an experiment's order
    loading, warming = _drawn(order), _drawn(order)
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
            times = timing.time_blocks((arms[0].batch, arms[1].batch), (operations[0], operations[1]), order)
        case JobKind.FRAMES:
            frames = timing.time_frames((arms[0].play, arms[1].play), operations[0], order)
        case JobKind.MEMORY:
            found = {arm: arms[arm].count() for arm in warming}
            counts = counting.counts_of(found[0], found[1])
    return RoundResult(first_loaded=loading[0], first_warmed=warming[0], times=times, frames=frames, counts=counts)


def _difference(arms: tuple[Arm, Arm], order: list[int], names: tuple[str, str]) -> str | None:
    answers = {arm: arms[arm].answer() for arm in order}
    return first_difference(answers[0], answers[1], names)


def _drawn(order: random.Random) -> list[int]:
    """Draw which arm comes first, since always loading or warming the same one first favours one."""
    first = order.randrange(2)
    return [first, 1 - first]
