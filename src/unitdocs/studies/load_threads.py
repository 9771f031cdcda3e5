"""The record of a thread run: every answer of several threads checked, their throughput, and the share of each."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Sharing(StrEnum):
    """What threads share.

    `scene`: one system and one prepared scene. `updates`: the same, and each thread updates the scene too. `system`:
    one system, in which each thread prepares the scene itself. `nothing`: each thread has a system of its own.
    """

    SCENE = "scene"
    UPDATES = "updates"
    SYSTEM = "system"
    NOTHING = "nothing"


class Interpreter(Frozen):
    """A Python that threads ran in.

    Args:
        version: its version, such as 3.13.5.
        numpy: the version of its NumPy.
        gil: whether a lock lets one thread run at a time, as in every Python that is not built free-threaded.
    """

    version: str
    numpy: str
    gil: bool


class ThreadSettings(Frozen):
    """The settings of a thread run, which a resumed run must have again.

    Args:
        systems: names of the unit systems.
        scenes: names of the scenes; a smaller scene is resolved more often, so that each has as many elements resolved.
        threads: numbers of threads.
        answers: answers that are checked in the whole run, at least.
        original_part: answers of a step of the original system, as a share of those of the refactored one.
        update_every: answers of a thread after which it updates the scene, where threads update.
        viewports: viewports of each scene.
        seed: of the viewports and the order of the requests.
        interpreters: the Pythons, the one that runs unitdocs first.
    """

    systems: Annotated[tuple[str, ...], Field(min_length=1)]
    scenes: Annotated[tuple[str, ...], Field(min_length=1)]
    threads: Annotated[tuple[Annotated[int, Field(ge=1, le=64)], ...], Field(min_length=1)]
    answers: Annotated[int, Field(ge=1)]
    original_part: Annotated[float, Field(gt=0, le=1)]
    update_every: Annotated[int, Field(ge=2)]
    viewports: Annotated[int, Field(ge=2)]
    seed: int
    interpreters: Annotated[tuple[Interpreter, ...], Field(min_length=1)]


class WrongAnswer(Frozen):
    """The first wrong answer of a step.

    Args:
        scene: the scene.
        viewport: width and height of the viewport, in pixels.
        thread: the thread, from 0.
        problem: what was wrong: an error, or the first element whose numbers differ.
    """

    scene: str
    viewport: tuple[float, float]
    thread: Count
    problem: str


class ThreadStep(Frozen):
    """Threads of one system that resolve at the same time.

    Args:
        system: the unit system.
        sharing: what they share.
        interpreter: version of the Python.
        gil: whether it has a global lock.
        threads: how many there are.
        answers: answers of each thread, all of them checked.
        wrong: answers that were wrong.
        first_wrong: the first of them, if there is one.
        updates: updates of the scenes.
        draws: answers with random values, each drawn from a generator of its own.
        seconds: wall time, in seconds.
        cpu: CPU time of the process meanwhile, in seconds.
        switches: how often the machine took the processor from a thread that still had work; None where not known.
        table: digest of the expected answers, which is the same in all steps.
    """

    system: str
    sharing: Sharing
    interpreter: str
    gil: bool
    threads: Annotated[int, Field(ge=1)]
    answers: Annotated[tuple[Count, ...], Field(min_length=1)]
    wrong: Count
    first_wrong: WrongAnswer | None = None
    updates: Count
    draws: Count
    seconds: Annotated[float, Field(gt=0)]
    cpu: Seconds
    switches: Count | None
    table: str

    @property
    def checked(self) -> int:
        """Answers that were checked."""
        return sum(self.answers)

    @property
    def throughput(self) -> float:
        """Checked answers a second, of all threads together."""
        return self.checked / self.seconds

    @property
    def fairness(self) -> float:
        """How equal the shares of the threads are; see `jain_index`."""
        return jain_index(self.answers)


def jain_index(shares: Sequence[float]) -> float:
    """Return how equal shares are, from 1/n (one has all) to 1 (all have the same).

    The square of the sum over n times the sum of the squares: Jain, Chiu and Hawe (1984), "A Quantitative Measure of
    Fairness and Discrimination for Resource Allocation in Shared Computer Systems", DEC-TR-301. Shares 1 and 3 have
    0.8; without any share all have the same, which is 1.

    Args:
        shares: shape (n,), at least 0.
    """
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0


class LoadThreads(Frozen):
    """A thread run; written again after every step.

    Args:
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        settings: the settings.
        free_threaded: why no free-threaded Python was measured; empty if one was.
        nice: the niceness of the process; below 0 it had priority over other programs.
        steps: every step, in order.
        environment: the machine.
        finished: when the run ended; None while it lasts or if it was interrupted.
    """

    format: Literal["unitdocs-load-threads"] = "unitdocs-load-threads"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime | None = None
    command: str
    digest: str
    settings: ThreadSettings
    free_threaded: str
    nice: int = 0
    steps: tuple[ThreadStep, ...] = ()
    environment: Environment

    @property
    def checked(self) -> int:
        """Answers that were checked."""
        return sum(step.checked for step in self.steps)

    @property
    def wrong(self) -> int:
        """Answers that were wrong."""
        return sum(step.wrong for step in self.steps)
