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

import itertools
import math
import reprlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from unitdocs.bench.text import encodable, is_encodable
from unitdocs.errors import InputError

PAIR = 2
FRAME_MEMBERS = 2
MOST = 2**63 - 1
"""The largest whole number that a record holds."""
LEAST_FRAMES = 50
"""The fewest frames of a recorded sequence: a 95th percentile of fewer frames means little."""
Parameter = str | int | float | bool


@dataclass(frozen=True)
class Commands:
    """Two whole commands in place of a function; see `unitdocs.bench.commands`.

    Args:
        run: the words of each arm's command; one line, if they run in a shell.
        prepare: those of what is run before each timed run of an arm; empty for nothing.
        setup: those of what is run once before the first round; empty for nothing.
        in_shell: whether they run in a shell.
        exit_codes: the exit codes with which they end if all is well; empty for any.
        same_output: whether both have to print the same to standard output.
    """

    run: tuple[tuple[str, ...], tuple[str, ...]]
    prepare: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    setup: tuple[str, ...] = ()
    in_shell: bool = False
    exit_codes: tuple[int, ...] = (0,)
    same_output: bool = False


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
        commands: whole commands that are run in place of what the suite's `setup` returns.
        parameters: what distinguishes it from other scenarios of its kind, by name, for `setup` and for the record; see
            `parametrized`.
    """

    name: str
    title: str
    elements: int | None = None
    quick: bool = False
    waits: bool = False
    frames: int | None = None
    firsts: Mapping[str, int] | None = field(default=None, hash=False)
    commands: Commands | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict, hash=False)

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
        prepare: makes what one call uses up; it runs before each call and is not timed. A batch is then one call, so
            that work of some microseconds is measured less exactly. Not for frames.

    Raises:
        InputError: `inner` is no whole number of 1 or more, or another member is no function.
    """

    call: Callable[[], object]
    result: Callable[[], object] | None = None
    counters: Callable[[], Mapping[str, tuple[int, int]]] | None = None
    inner: int = 1
    messages: Callable[[], Mapping[str, str]] | None = None
    start: Callable[[], object] | None = None
    load: Callable[[], object] | None = None
    prepare: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        problems = [
            f"Operation: {member}: expected a function, got {_shown(value)}"
            for member in ("call", "result", "counters", "messages", "start", "load", "prepare")
            if not callable(value := getattr(self, member)) and (value is not None or member == "call")
        ]
        if not _is_count(self.inner, 1):
            problems.append(f"Operation: inner: expected 1 or more operations a call, got {_shown(self.inner)}")
        if problems:
            raise InputError(*problems)


Setup = Callable[[str, Scenario, int], Operation]


@dataclass(frozen=True)
class Suite:
    """Scenarios that are measured with the same arms and judged together.

    Args:
        name: unique name in the project.
        title: a description for readers.
        arms: names of the control and of one or more treatments; see `pairs_of`.
        scenarios: the scenarios.
        setup: sets a scenario up for an arm, from a seed.
        frame: the scenario that represents the suite, and the number of its operations in one frame of the game.
    """

    name: str
    title: str
    arms: tuple[str, ...]
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
    arms: Sequence[str],
    scenarios: Sequence[Scenario],
    setup: Setup,
    frame: tuple[str, int] | None = None,
) -> Suite:
    """Declare a suite; see `Suite` for the arguments.

    Raises:
        InputError: a member has the wrong type or is out of range, there is no scenario, two have the same name, one
            has too few frames or invalid firsts, there are not two or more different arms, or the frame is invalid; one
            problem for each.
    """
    members = tuple(scenarios) if isinstance(scenarios, list) else scenarios
    declared = Suite(name, title, arms, members, setup, frame)  # type: ignore[arg-type]
    problems = problems_of(declared)
    if problems:
        raise InputError(*(f"suite {name if isinstance(name, str) else repr(name)}: {problem}" for problem in problems))
    return replace(declared, arms=tuple(arms))


def pairs_of(suite: Suite) -> tuple[Suite, ...]:
    """Return what is measured of a suite: itself, or, of more than two arms, each treatment with the control.

    Each of these is a suite of its own, whose name is that of the suite and that of its treatment: `parsers-lxml`.
    """
    control, *treatments = suite.arms
    if len(treatments) == 1:
        return (suite,)
    return tuple(
        replace(suite, name=f"{suite.name}-{one}", title=f"{suite.title}: {one}", arms=(control, one))
        for one in treatments
    )


def parametrized(name: str, title: str, /, *, quick: bool = False, **values: Iterable[Parameter]) -> list[Scenario]:
    """Return a scenario for each combination of some parameters.

    ```python
    parametrized("sort/{order}/{size}", "Sort {size} items, {order}", order=("random", "sorted"), size=(10, 1000))
    ```

    Args:
        name: the name of each, with the values in place of their names in braces.
        title: its title, likewise.
        quick: whether quick runs measure them.
        values: the values of each parameter by its name. A parameter `elements` is the number of elements of the
            scenario as well.

    Raises:
        InputError: the name or the title refers to a parameter that is not given.
    """
    combinations = [dict(zip(values, combination, strict=True)) for combination in itertools.product(*values.values())]
    try:
        return [
            Scenario(
                name.format(**one),
                title.format(**one),
                elements=one.get("elements"),  # type: ignore[arg-type]  # the suite checks it
                quick=quick,
                parameters=one,
            )
            for one in combinations
        ]
    except (LookupError, ValueError) as error:
        known = ", ".join(values) or "none"
        raise InputError(
            f"scenario {name!r}: refers to a parameter that is not given ({error}); given: {known}"
        ) from error


def problems_of(suite: Suite) -> list[str]:
    """Return what is wrong with a suite, whose members may be of any type: a suite is the code of a project."""
    scenarios: object = suite.scenarios
    return [
        *_text_problems("name", suite.name),
        *_text_problems("title", suite.title, may_be_empty=True),
        *_arm_problems(suite.arms),
        *_scenario_problems(scenarios),
        *([] if callable(suite.setup) else [f"setup: expected a function, got {_shown(suite.setup)}"]),
        *_frame_problems(suite.frame, scenarios),
    ]


def _first_problems(scenario: Scenario) -> list[str]:
    """Return what is wrong with the firsts of a scenario; each of its frames must follow one of them."""
    firsts: object = scenario.firsts
    if firsts is None:
        return []
    if not isinstance(firsts, Mapping) or not all(isinstance(name, str) and name for name in firsts):
        return [f"firsts: expected frames by what is done first in them, got {_shown(firsts)}"]
    if not _is_count(scenario.frames, LEAST_FRAMES):
        return ["firsts: expected frames as well, the number of frames"]
    assert scenario.frames
    numbers = list(firsts.values())
    outside = [number for number in numbers if not _is_count(number, 1) or number > scenario.frames]
    if outside:
        return [f"firsts: expected frames from 1 to {scenario.frames}, got {_shown(number)}" for number in outside]
    problems = [] if 1 in numbers else ["firsts: expected one in frame 1, the first use"]
    return (
        problems if len(set(numbers)) == len(numbers) else [*problems, "firsts: expected a frame of its own for each"]
    )


def _text_problems(member: str, value: object, *, may_be_empty: bool = False) -> list[str]:
    if not isinstance(value, str) or not (value or may_be_empty):
        return [f"{member}: expected text, got {_shown(value)}"]
    return [] if is_encodable(value) else [f"{member}: holds what UTF-8 cannot hold: {value!r}"]


def _arm_problems(arms: object) -> list[str]:
    if not isinstance(arms, (tuple, list)) or len(arms) < PAIR or any(arms.count(one) > 1 for one in arms):
        return [f"arms: expected two or more different names, got {_shown(arms)}"]
    return [problem for index, arm in enumerate(arms) for problem in _text_problems(f"arms[{index}]", arm)]


def _scenario_problems(scenarios: object) -> list[str]:
    if not isinstance(scenarios, (tuple, list)):
        return [f"scenarios: expected a list of Scenario, got {_shown(scenarios)}"]
    if not scenarios:
        return ["scenarios: expected at least one"]
    names = Counter(one.name for one in scenarios if isinstance(one, Scenario) and isinstance(one.name, str))
    return [
        *(f"scenarios: {times} have the name {name!r}" for name, times in names.items() if times > 1),
        *(f"scenarios: {problem}" for index, one in enumerate(scenarios) for problem in _member_problems(index, one)),
    ]


def _member_problems(index: int, scenario: object) -> list[str]:
    """Return what is wrong with one scenario, each with its name, or its place if it has no name."""
    if not isinstance(scenario, Scenario):
        return [f"[{index}]: expected a Scenario, got {_shown(scenario)}"]
    problems = [*_text_problems("name", scenario.name), *_text_problems("title", scenario.title, may_be_empty=True)]
    if scenario.elements is not None and not _is_count(scenario.elements, 0):
        problems.append(f"elements: expected a whole number from 0 on, got {_shown(scenario.elements)}")
    problems += [
        f"{member}: expected True or False, got {_shown(value)}"
        for member in ("quick", "waits")
        if not isinstance(value := getattr(scenario, member), bool)
    ]
    if scenario.frames is not None and not _is_count(scenario.frames, LEAST_FRAMES):
        problems.append(f"frames: expected {LEAST_FRAMES} or more, got {_shown(scenario.frames)}")
    problems += _first_problems(scenario) + _parameter_problems(scenario.parameters)
    place = repr(scenario.name) if isinstance(scenario.name, str) else f"[{index}]"
    return [f"{place}: {problem}" for problem in problems]


def _parameter_problems(parameters: object) -> list[str]:
    if not isinstance(parameters, dict):
        return [f"parameters: expected values by their names, got {_shown(parameters)}"]
    return [
        f"parameters: {_shown(name)}: expected a text, a number or a bool, got {_shown(value)}"
        for name, value in parameters.items()
        if not _is_name(name) or not _is_parameter(value)
    ]


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value) and is_encodable(value)


def _is_parameter(value: object) -> bool:
    """Return whether JSON and a record can hold a value."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= MOST
    return isinstance(value, str) and is_encodable(value)


def _frame_problems(frame: object, scenarios: object) -> list[str]:
    if frame is None:
        return []
    if not isinstance(frame, (tuple, list)) or len(frame) != FRAME_MEMBERS:
        return [f"frame: expected a scenario's name and a number of operations, got {_shown(frame)}"]
    names = [one.name for one in scenarios if isinstance(one, Scenario)] if isinstance(scenarios, (tuple, list)) else []
    problems = [] if frame[0] in names else [f"frame: no scenario {_shown(frame[0])}"]
    if not _is_count(frame[1], 1):
        problems.append(f"frame: expected 1 or more operations, got {_shown(frame[1])}")
    return problems


def _is_count(value: object, least: int) -> bool:
    """Return whether a value is a whole number, from a least one on, that a record can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST


def _shown(value: object) -> str:
    """Return a value as Python writes it, shortened; its own code may fail to write it."""
    try:
        return encodable(reprlib.repr(value))
    except Exception:  # noqa: BLE001 -- a project's own class, which may raise anything
        return f"a {type(value).__name__}"
