"""Finding the suites of a project."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.interruption import held_back
from unitdocs.bench.process import LARGEST_RESULT, OutOfTimeError, run_module, tail_of
from unitdocs.bench.scratch import scratch_folder
from unitdocs.bench.suite import Commands, Operation, Scenario, Suite, pairs_of, problems_of
from unitdocs.bench.text import is_encodable
from unitdocs.errors import InputError

LIMIT = 60.0
"""Seconds that loading a suite may take by default."""


def find_suites(
    folder: Path, names: Sequence[str] = (), *, limit: float = LIMIT, sources: Sequence[Path] = ()
) -> dict[Path, Suite]:
    """Return the suites of a folder by their files, in the order of the files' names.

    Args:
        folder: the folder of the modules; those whose names start with `_` are ignored.
        names: names of the suites to return (default: all).
        limit: seconds that loading a suite may take.
        sources: folders that come first on the import path while suites are loaded.

    Raises:
        InputError: the folder does not exist or holds no suite, a name is unknown or not unique, or a module cannot be
            loaded.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder of the suites with --suites")
    files = [path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")]
    suites = declared_suites(files, limit=limit, sources=sources)
    if not suites:
        raise InputError(f"{folder}: no suites; a suite is a module with SUITE = suite(...)")
    available = Counter(suite.name for suite in suites.values())
    measured = Counter(pair.name for suite in suites.values() for pair in pairs_of(suite))
    problems = [f"no suite {name!r}; give one of {', '.join(available)}" for name in names if name not in available]
    problems += [
        f"{folder}: {times} suites have the name {name!r}"
        for name, times in (available | measured).items()
        if times > 1
    ]
    if problems:
        raise InputError(*problems)
    return {path: suite for path, suite in suites.items() if not names or suite.name in names}


@held_back()
def declared_suites(files: Sequence[Path], *, limit: float = LIMIT, sources: Sequence[Path] = ()) -> dict[Path, Suite]:
    """Return the suites that modules declare, loaded in another process; they cannot be set up in this one.

    Args:
        files: the modules.
        limit: seconds that loading a suite may take.
        sources: folders that come first on the import path while suites are loaded.

    Raises:
        InputError: a module cannot be loaded, ends its process, or takes longer than the limit; the problems of all
            modules are reported together.
    """
    suites: dict[Path, Suite] = {}
    problems = [f"{file}: its name is not valid UTF-8; rename it" for file in files if not is_encodable(str(file))]
    left = list(files) if not problems else []
    while left:
        declared, culprit = _declarations(left, limit, sources)
        for file, declaration in zip(left, declared, strict=False):
            try:
                suites[file] = _suite(file, declaration)
            except InputError as error:
                problems += error.problems
        left = left[len(declared) :]
        if left and culprit:
            problems.append(f"{left.pop(0)}: {culprit}; correct the module")
    if problems:
        raise InputError(*problems)
    return suites


def _declarations(files: Sequence[Path], limit: float, sources: Sequence[Path]) -> tuple[list[str], str | None]:
    """Load modules in a process, and return a line for each until one ends the process, and how that one did it.

    If the process ran out of time after some lines, the modules of these lines may have used it up: nothing is said of
    the next one, which is loaded again.
    """
    with scratch_folder() as folder:
        results = folder / "declarations.jsonl"
        task = {
            "files": [str(file) for file in files],
            "sources": [str(source) for source in sources],
            "result_file": str(results),
        }
        try:
            ended = run_module("unitdocs.bench.declaration_worker", json.dumps(task), folder=folder, limit=limit)
        except OutOfTimeError:
            lines = _lines(results)
            return lines, None if lines else f"was not loaded within the limit of {limit:.3g} s"
        how = f"its process {how_it_ended(ended.code)} while it was loaded{tail_of(ended.output)}"
        return _lines(results)[: len(files)], how


def _lines(file: Path) -> list[str]:
    """Return the complete lines of a file, if it has the size of declarations."""
    if not file.is_file() or file.stat().st_size > LARGEST_RESULT:
        return []
    return [line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]


def _suite(file: Path, line: str) -> Suite:
    """Return the suite that a line declares.

    Raises:
        InputError: the line holds the problems of the module, or a module wrote it in place of the process.
    """
    try:
        declaration = json.loads(line)
        if "problems" in declaration:
            raise InputError(*map(str, declaration["problems"]))
        scenarios = tuple(_declared_scenario(**scenario) for scenario in declaration["scenarios"])
        name, title, arms, frame = (declaration[member] for member in ("name", "title", "arms", "frame"))
        suite = Suite(name, title, tuple(arms), scenarios, _set_up_elsewhere, frame and tuple(frame))
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{file}: what it declares cannot be read ({error}); correct the module") from error
    if problems := problems_of(suite):
        raise InputError(*(f"{file}: SUITE: {problem}" for problem in problems))
    return suite


def _declared_scenario(commands: dict[str, Any] | None = None, **members: Any) -> Scenario:  # noqa: ANN401 -- JSON
    """Return a scenario with tuples in place of the lists that JSON made of its commands."""
    if commands is None:
        return Scenario(**members)
    run, prepare = ((tuple(commands[name][0]), tuple(commands[name][1])) for name in ("run", "prepare"))
    others = {name: tuple(commands[name]) for name in ("setup", "exit_codes")}
    return Scenario(**members, commands=Commands(**commands | others | {"run": run, "prepare": prepare}))


def _set_up_elsewhere(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the setup of a suite
    raise AssertionError("suites are set up in worker processes; `load_suite` loads one here")
