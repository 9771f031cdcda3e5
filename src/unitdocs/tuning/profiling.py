"""Profiles of scenarios: each arm is sampled in one fresh process, and its allocations are counted in another."""

import fnmatch
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from unitdocs.bench import environment
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.interruption import held_back
from unitdocs.bench.loading import SOURCES
from unitdocs.bench.process import SINGLE_THREADED, run_module, tail_of
from unitdocs.bench.revisions import import_roots
from unitdocs.bench.scratch import remove_abandoned, scratch_folder
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.errors import InputError, MeasurementError
from unitdocs.studies.profile import (
    AllocationSite,
    ArmProfile,
    CodeProfile,
    ProfiledPlace,
    ProfiledScenario,
    SampledStack,
)
from unitdocs.tuning.profile_task import Place, ProfileKind, ProfileTask

PATIENCE = 240.0
"""Seconds that a pass may take beyond its samples: setting a large scene up, and reading what was allocated."""
SITES = 60
"""Lines of each arm that are kept: those that allocate most."""
LEAST_SHARE = 0.0005
"""Share of the time below which a stack is joined with that of its caller."""
Listener = Callable[[str, int, int], None]
"""Called before each pass with what it does, the number of passes done and the number of all passes."""


@dataclass(frozen=True)
class ProfilePlan:
    """What is profiled.

    Args:
        chosen: file, suite and scenario of each.
        rule: how they were chosen, as a sentence.
        arms: names of arms to profile (default: all of each suite).
        seconds: seconds that each arm is sampled for.
        interval: seconds between two samples.
        seed: seed of the suites' input.
        parts: patterns of places by part; see `part_of`.

    Raises:
        InputError: a number is out of range, no suite has one of the arms, or a scenario is measured from its start.
    """

    chosen: tuple[tuple[Path, Suite, Scenario], ...]
    rule: str
    arms: tuple[str, ...] = ()
    seconds: float = 5.0
    interval: float = 0.001
    seed: int = 1
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = []
        if not 0 < self.seconds <= 3600:  # noqa: PLR2004 -- an hour
            problems.append(f"--seconds {self.seconds:g}: expected more than 0 and at most 3600")
        if not 0.0001 <= self.interval <= 1:  # noqa: PLR2004 -- what a timer can do, and what gives any samples
            problems.append(f"--interval {self.interval:g}: expected seconds from 0.0001 to 1")
        available = {arm for _, suite, _ in self.chosen for arm in suite.arms}
        problems += [
            f"--arm {arm}: no suite has this arm; give one of {', '.join(sorted(available))}"
            for arm in self.arms
            if arm not in available
        ]
        problems += [
            f"{suite.name}/{scenario.name}: is measured from its start, once per process; profile another scenario"
            for _, suite, scenario in self.chosen
            if scenario.is_cold
        ]
        if problems:
            raise InputError(*problems)

    def passes(self) -> list[tuple[Path, Suite, Scenario, str]]:
        """Return each arm to profile; it takes two passes."""
        return [
            (path, suite, scenario, arm)
            for path, suite, scenario in self.chosen
            for arm in suite.arms
            if not self.arms or arm in self.arms
        ]


def matching(suites: Mapping[Path, Suite], patterns: Sequence[str]) -> tuple[tuple[Path, Suite, Scenario], ...]:
    """Return the scenarios whose name matches a pattern, such as `layouts/*` or `*/first`.

    Raises:
        InputError: a pattern matches none.
    """
    every = [(path, suite, scenario) for path, suite in suites.items() for scenario in suite.scenarios]
    matches = {
        pattern: [one for one in every if fnmatch.fnmatchcase(f"{one[1].name}/{one[2].name}", pattern)]
        for pattern in patterns
    }
    problems = [f"--scenario {pattern}: matches no scenario" for pattern, found in matches.items() if not found]
    if problems:
        raise InputError(*(f"{problem}; give a pattern such as layouts/*" for problem in problems))
    chosen = {(one[1].name, one[2].name): one for found in matches.values() for one in found if not one[2].is_cold}
    return tuple(chosen.values()) or tuple(found[0] for found in matches.values())


def part_of(place: Place, parts: Mapping[str, Sequence[str]]) -> str | None:
    """Return the part that a place belongs to.

    Args:
        place: the place.
        parts: by part, patterns of `file:function`, such as `*/cache.py:*`; the first match counts.

    Returns:
        The module for the project's code without a match; None for any other code, which counts to its caller.
    """
    file, function, _, is_own = place
    for part, patterns in parts.items():
        if any(fnmatch.fnmatchcase(f"{file}:{function}", pattern) for pattern in patterns):
            return part
    return file.removesuffix(".py").replace("/", ".") if is_own else None


def read_parts(path: Path) -> dict[str, list[str]]:
    """Read a mapping of parts: a JSON object of lists of patterns by part.

    Raises:
        InputError: the file cannot be read, or holds something else.
    """
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"--parts {path}: cannot be read as JSON ({error}); correct the file") from error
    if not isinstance(parts, dict) or not all(
        isinstance(patterns, list) and all(isinstance(pattern, str) for pattern in patterns)
        for patterns in parts.values()
    ):
        raise InputError(f'--parts {path}: expected lists of patterns by part, such as {{"cache": ["*/cache.py:*"]}}')
    return parts


@held_back()
def profile(plan: ProfilePlan, *, root: Path, command: str, digest: str, on_pass: Listener) -> CodeProfile:
    """Profile scenarios, and return the record.

    Args:
        plan: what is profiled.
        root: the project, whose commit is recorded.
        command: the command that makes the record.
        digest: digest of the files that the record depends on.
        on_pass: called before each pass.

    Raises:
        MeasurementError: a suite raised something, or a process crashed or ran out of time.
        Interrupted: a signal arrived.
    """
    remove_abandoned()
    created, ticks, begun = datetime.now(UTC), environment.cpu_ticks(), environment.describe(root)
    places, steps = _Places(plan.parts), plan.passes()
    scenarios: dict[tuple[str, str], ProfiledScenario] = {}
    for number, (path, suite, scenario, arm) in enumerate(steps):
        name = f"{suite.name}/{scenario.name}, {arm}"
        task = ProfileTask(ProfileKind.TIME, str(path), scenario.name, arm, plan.seed, plan.seconds, plan.interval)
        on_pass(f"{name}: time", 2 * number, 2 * len(steps))
        time = _run(task, name)
        on_pass(f"{name}: allocations", 2 * number + 1, 2 * len(steps))
        memory = _run(replace(task, kind=ProfileKind.MEMORY), name)
        before = scenarios.get((suite.name, scenario.name))
        scenarios[suite.name, scenario.name] = ProfiledScenario(
            suite=suite.name,
            scenario=scenario.name,
            title=scenario.title,
            elements=scenario.elements,
            arms=(*(before.arms if before else ()), _arm(arm, time, memory, places)),
        )
    return CodeProfile(
        created=created,
        finished=datetime.now(UTC),
        seed=plan.seed,
        command=command,
        digest=digest,
        environment=environment.closed(begun, ticks),
        rule=plan.rule,
        seconds=plan.seconds,
        interval=plan.interval,
        places=tuple(places.shown),
        scenarios=tuple(scenarios.values()),
    )


class _Places:
    """The places of all stacks, numbered as they come; a function is one place, whatever pass saw it."""

    def __init__(self, parts: Mapping[str, Sequence[str]]) -> None:
        self._parts = parts
        self._numbers: dict[tuple[str, str], int] = {}
        self.shown: list[ProfiledPlace] = []

    def number(self, place: Sequence[Any]) -> int:
        """Return the number of a place."""
        file, function, line, is_own = place
        number = self._numbers.setdefault((file, function), len(self.shown))
        if number == len(self.shown):
            part = part_of((file, function, line, is_own), self._parts)
            self.shown.append(ProfiledPlace(file=file, function=function, line=line, part=part))
        return number


def _arm(arm: str, time: Mapping[str, Any], memory: Mapping[str, Any], places: _Places) -> ArmProfile:
    whole = sum(stack["microseconds"] for stack in time["stacks"])
    sites: dict[tuple[tuple[int, ...], int], tuple[float, float]] = {}
    for site in memory["sites"]:
        key = tuple(map(places.number, site["places"])), site["line"]
        count, size = sites.get(key, (0.0, 0.0))
        sites[key] = count + site["allocations"], size + site["size"]
    largest = sorted(sites.items(), key=lambda item: (-item[1][1], item[0]))
    return ArmProfile(
        arm=arm,
        operations=time["operations"],
        seconds=time["seconds"],
        collecting=time["collecting"],
        stacks=_joined(time["stacks"], places, LEAST_SHARE * whole),
        tracer=memory["tracer"],
        counted=memory["counted"],
        sites=tuple(
            AllocationSite(places=stack, line=line, allocations=round(count, 3), size=round(size, 1))
            for (stack, line), (count, size) in _limited(largest)
        ),
        peak=memory["peak"],
        blocks=memory["blocks"],
    )


def _limited(
    sites: list[tuple[tuple[tuple[int, ...], int], tuple[float, float]]],
) -> list[tuple[tuple[tuple[int, ...], int], tuple[float, float]]]:
    """Return the largest sites; all others are joined by the function at their end, so that sums stay whole."""
    rest: dict[tuple[int, ...], tuple[float, float]] = {}
    for (stack, _), (count, size) in sites[SITES:]:
        before = rest.get(stack[-1:], (0.0, 0.0))
        rest[stack[-1:]] = before[0] + count, before[1] + size
    return [*sites[:SITES], *(((stack, 0), amounts) for stack, amounts in rest.items())]


def _joined(stacks: Sequence[Mapping[str, Any]], places: _Places, least: float) -> tuple[SampledStack, ...]:
    """Return stacks with numbered places; rare ones are joined with their caller's, so that no time is lost."""
    weights: dict[tuple[int, ...], tuple[int, int]] = {}
    for stack in stacks:
        _add(weights, tuple(map(places.number, stack["places"])), stack["samples"], stack["microseconds"])
    for depth in range(max(map(len, weights), default=0), 1, -1):
        for key in [key for key in weights if len(key) == depth and weights[key][1] < least]:
            _add(weights, key[:-1], *weights.pop(key))
    return tuple(
        SampledStack(places=key, samples=samples, microseconds=microseconds)
        for key, (samples, microseconds) in sorted(weights.items())
    )


def _add(weights: dict[tuple[int, ...], tuple[int, int]], key: tuple[int, ...], samples: int, passed: int) -> None:
    before = weights.get(key, (0, 0))
    weights[key] = before[0] + samples, before[1] + passed


def _run(task: ProfileTask, name: str) -> dict[str, Any]:
    """Run a pass in a fresh process, and return what it saw.

    Raises:
        MeasurementError: the suite raised something, or the process crashed or ran out of time.
    """
    sources = os.pathsep.join(map(str, import_roots(Path.cwd())))
    variables = {**os.environ, **dict.fromkeys(SINGLE_THREADED, "1"), "PYTHONHASHSEED": "0", SOURCES: sources}
    with scratch_folder() as folder:
        file = folder / "seen.json"
        text = replace(task, path=str(Path(task.path).resolve()), result_file=str(file)).to_json()
        module, limit = "unitdocs.tuning.profile_worker", task.seconds + PATIENCE
        ended = run_module(module, text, folder=folder, limit=limit, environment=variables)
        if ended.code or not file.is_file():
            how = how_it_ended(ended.code) if ended.code else "ended without a result"
            raise MeasurementError(f"{name}: the process {how}{tail_of(ended.output)}")
        seen: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if "error" in seen:
        raise MeasurementError(f"{name}: {seen['error']}")
    return seen
