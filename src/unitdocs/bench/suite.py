"""Suites: the declarations in a project's own `benchmarks/*.py` of what is measured.

```python
from unitdocs.bench import Operation, Scenario, suite

def setup(arm, scenario, seed):
    work = make(arm, scenario.name, seed)
    return Operation(call=work.run, result=work.answer)

SCENARIOS = [Scenario("small", title="Ten items")]
SUITE = suite("sorting", title="Sorting", arms=("old", "new"), scenarios=SCENARIOS, setup=setup)
```

This module is loaded in every worker process and imports the standard library only.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from unitdocs.errors import InputError

ARMS = 2
LEAST_FRAMES = 50
"""The fewest frames of a recorded sequence: a 95th percentile of fewer frames means little."""


@dataclass(frozen=True)
class Scenario:
    """A piece of real work.

    Args:
        name: unique name in the suite, made of words and slashes.
        title: a description for readers.
        elements: the number of elements it works on, or None if that does not apply.
        quick: whether quick runs measure it.
        waits: whether the work sleeps, does input or output, or uses threads. It is then judged by the wall clock,
            because the CPU clock of one thread does not see such work.
        frames: the number of frames, 50 or more, if the work is a recorded sequence of frames. Every call plays the
            next frame, and the first again after the last. It is then measured frame by frame, with the garbage
            collector on, instead of in batches.
        firsts: the frames, counted from 1, in which something is done for the first time, by what is done, such as
            `{"first use": 1, "first update": 21}`. The frames are then measured cold: in each round each arm runs in a
            fresh process of its own, from the start on, without any warm-up, and plays every frame once.
    """

    name: str
    title: str
    elements: int | None = None
    quick: bool = False
    waits: bool = False
    frames: int | None = None
    firsts: Mapping[str, int] | None = field(default=None, hash=False)

    @property
    def is_cold(self) -> bool:
        """Whether each arm is measured in a fresh process of its own, from its start on."""
        return self.firsts is not None


@dataclass(frozen=True)
class Operation:
    """A scenario set up for one arm.

    Args:
        call: does the work once. Memory that its return value holds counts as allocated.
        result: returns the answer of the work, which must be the same for both arms before anything is measured
            (default: `call`). It must not advance a sequence of frames.
        counters: returns hits and tries since the start by the name of their rate, such as
            `{"cache hit rate": (90, 100)}`; None if the arm counts nothing. A rate is counted over ten calls after
            warm-up. A lower `error rate` is better; of all other rates a higher one.
        inner: the number of operations of one call; times are per operation. A frame is one operation.
        messages: returns the arm's error messages by the name of the input, for the record.
        start: imports and creates what the frames need, as a game does before its first frame; a scenario that is
            measured cold needs it. Its time is the start time, so neither the suite's module nor `setup` may import
            what is measured.
        load: makes the input of the frames, after `start`; it is not timed.

    Raises:
        InputError: `inner` is less than 1.
    """

    call: Callable[[], object]
    result: Callable[[], object] | None = None
    counters: Callable[[], Mapping[str, tuple[int, int]]] | None = None
    inner: int = 1
    messages: Callable[[], Mapping[str, str]] | None = None
    start: Callable[[], object] | None = None
    load: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        if self.inner < 1:
            raise InputError(f"Operation: inner: expected 1 or more operations a call, got {self.inner}")


Setup = Callable[[str, Scenario, int], Operation]


@dataclass(frozen=True)
class Suite:
    """Scenarios that are measured with the same two arms and judged together.

    Args:
        name: unique name in the project.
        title: a description for readers.
        arms: names of control and treatment.
        scenarios: the scenarios.
        setup: sets a scenario up for an arm, from a seed.
        frame: the scenario that represents the suite, and the number of its operations in one frame of the game.
    """

    name: str
    title: str
    arms: tuple[str, str]
    scenarios: tuple[Scenario, ...]
    setup: Setup
    frame: tuple[str, int] | None = None

    def scenario(self, name: str) -> Scenario:
        """Return the scenario with this name."""
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
        InputError: there is no scenario, two have the same name, one has too few frames or invalid firsts, there are
            not two different arms, or the frame is invalid; one problem for each.
    """
    names = [scenario.name for scenario in scenarios]
    problems = [
        *_arm_problems(arms),
        *_scenario_problems(names),
        *_sequence_problems(scenarios),
        *(problem for scenario in scenarios for problem in _first_problems(scenario)),
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
    return [f"scenarios: {times} have the name {name!r}" for name, times in Counter(names).items() if times > 1]


def _sequence_problems(scenarios: Sequence[Scenario]) -> list[str]:
    return [
        f"scenarios: {scenario.name!r}: frames: expected {LEAST_FRAMES} or more, got {scenario.frames}"
        for scenario in scenarios
        if scenario.frames is not None and scenario.frames < LEAST_FRAMES
    ]


def _first_problems(scenario: Scenario) -> list[str]:
    """Return what is wrong with the firsts of a scenario; each of its frames must follow one of them."""
    if scenario.firsts is None:
        return []
    place, numbers = f"scenarios: {scenario.name!r}: firsts", list(scenario.firsts.values())
    if scenario.frames is None:
        return [f"{place}: expected frames as well, the number of frames"]
    outside = [number for number in numbers if not 1 <= number <= scenario.frames]
    problems = [f"{place}: expected frames from 1 to {scenario.frames}, got {number}" for number in outside]
    if 1 not in numbers:
        problems.append(f"{place}: expected one in frame 1, the first use")
    if len(set(numbers)) < len(numbers):
        problems.append(f"{place}: expected a frame of its own for each")
    return problems


def _frame_problems(frame: tuple[str, int] | None, names: Sequence[str]) -> list[str]:
    if frame is None:
        return []
    problems = [] if frame[0] in names else [f"frame: no scenario {frame[0]!r}"]
    return problems if frame[1] >= 1 else [*problems, f"frame: expected 1 or more operations, got {frame[1]}"]
