"""Suites: what is measured, declared in a project's own `benchmarks/*.py`.

```python
from unitdocs.bench import Operation, Scenario, suite

def setup(arm, scenario, seed):
    work = make(arm, scenario.name, seed)
    return Operation(call=work.run, result=work.answer)

SCENARIOS = [Scenario("small", title="Ten items")]
SUITE = suite("sorting", title="Sorting", arms=("old", "new"), scenarios=SCENARIOS, setup=setup)
```

This module is loaded in every worker process and imports the standard library alone.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from unitdocs.errors import InputError

ARMS = 2
LEAST_FRAMES = 50
"""A sequence of fewer frames has no 95th percentile to speak of."""


@dataclass(frozen=True)
class Scenario:
    """A piece of real work.

    Args:
        name: its name, unique in the suite, made of words and slashes.
        title: what it is, for readers.
        elements: how many elements it works on, where that says something.
        quick: whether a quick run measures it too.
        waits: whether the work sleeps, does input or output, or uses threads; the wall clock decides then, since the
            CPU clock of one thread sees nothing of it.
        frames: of how many frames, 50 or more, it is a recorded sequence. Every call plays the next one, and the first
            again after the last. It is then measured frame by frame, with the garbage collector on, instead of in
            batches.
    """

    name: str
    title: str
    elements: int | None = None
    quick: bool = False
    waits: bool = False
    frames: int | None = None


@dataclass(frozen=True)
class Operation:
    """A scenario made ready for one arm.

    Args:
        call: does the work once; what it returns counts as kept when memory is counted.
        result: what the work comes to, compared between the arms before anything is measured; `call` where missing. It
            leaves the next frame of a sequence where it is.
        counters: hits and lookups since the start by the name of their rate, such as `{"cache hit rate": (90, 100)}`;
            none where the arm counts nothing. The rate is taken over ten calls after the first. An `error rate` is
            better lower, all others higher.
        inner: how many operations one call does; times are per operation. A frame is one operation.
        messages: what the arm says where it refuses: its message by the name of the input. Kept in the record.

    Raises:
        InputError: `inner` is less than 1.
    """

    call: Callable[[], object]
    result: Callable[[], object] | None = None
    counters: Callable[[], Mapping[str, tuple[int, int]]] | None = None
    inner: int = 1
    messages: Callable[[], Mapping[str, str]] | None = None

    def __post_init__(self) -> None:
        if self.inner < 1:
            raise InputError(f"Operation: inner: expected 1 or more operations a call, got {self.inner}")


Setup = Callable[[str, Scenario, int], Operation]


@dataclass(frozen=True)
class Suite:
    """Scenarios that are measured with the same two arms and judged together.

    Args:
        name: its name, unique in the project.
        title: what it is, for readers.
        arms: names of control and treatment.
        scenarios: what is measured.
        setup: makes a scenario ready for an arm, from a seed.
        frame: the scenario that stands for the suite, and how many operations of it one frame of the game does.
    """

    name: str
    title: str
    arms: tuple[str, str]
    scenarios: tuple[Scenario, ...]
    setup: Setup
    frame: tuple[str, int] | None = None

    def scenario(self, name: str) -> Scenario:
        """Return the scenario of this name."""
        return next(scenario for scenario in self.scenarios if scenario.name == name)


def suite(
    name: str,
    *,
    title: str,
    arms: tuple[str, str],
    scenarios: Sequence[Scenario],
    setup: Setup,
    frame: tuple[str, int] | None = None,
) -> Suite:
    """Declare a suite; see `Suite` for the arguments.

    Raises:
        InputError: no scenario, two of one name, too few frames, arms that are not two, or a frame that is none; all
            of them at once.
    """
    names = [scenario.name for scenario in scenarios]
    problems = [
        *_arm_problems(arms),
        *_scenario_problems(names),
        *_sequence_problems(scenarios),
        *_frame_problems(frame, names),
    ]
    if problems:
        raise InputError(*(f"suite {name}: {problem}" for problem in problems))
    return Suite(name, title, (arms[0], arms[1]), tuple(scenarios), setup, frame)


def _arm_problems(arms: Sequence[str]) -> list[str]:
    return [] if len(arms) == ARMS and arms[0] != arms[1] else [f"arms: expected two different names, got {arms!r}"]


def _scenario_problems(names: Sequence[str]) -> list[str]:
    if not names:
        return ["scenarios: expected at least one"]
    return [f"scenarios: {name!r} stands {times} times" for name, times in Counter(names).items() if times > 1]


def _sequence_problems(scenarios: Sequence[Scenario]) -> list[str]:
    return [
        f"scenarios: {scenario.name!r}: frames: expected {LEAST_FRAMES} or more, got {scenario.frames}"
        for scenario in scenarios
        if scenario.frames is not None and scenario.frames < LEAST_FRAMES
    ]


def _frame_problems(frame: tuple[str, int] | None, names: Sequence[str]) -> list[str]:
    if frame is None:
        return []
    problems = [] if frame[0] in names else [f"frame: there is no scenario {frame[0]!r}"]
    return problems if frame[1] >= 1 else [*problems, f"frame: expected 1 or more operations, got {frame[1]}"]
