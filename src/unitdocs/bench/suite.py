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

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from unitdocs.errors import InputError


@dataclass(frozen=True)
class Scenario:
    """A piece of real work.

    Args:
        name: its name, unique in the suite, made of words and slashes.
        title: what it is, for readers.
        elements: how many elements it works on, where that says something.
        quick: whether a quick run measures it too.
    """

    name: str
    title: str
    elements: int | None = None
    quick: bool = False


@dataclass(frozen=True)
class Operation:
    """A scenario made ready for one arm.

    Args:
        call: does the work once.
        result: what the work comes to, compared between the arms before anything is timed; `call` where missing.
        counters: hits and lookups by name, such as `{"cache hit rate": (90, 100)}`; none where the arm has none.
        inner: how many operations one call does; times are per operation.
    """

    call: Callable[[], object]
    result: Callable[[], object] | None = None
    counters: Callable[[], Mapping[str, tuple[int, int]]] | None = None
    inner: int = 1


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
        InputError: two scenarios of one name, arms that are not two, or a frame scenario that is not there.
    """
    names = [scenario.name for scenario in scenarios]
    problems = [f"suite {name}: two scenarios are called {twice!r}" for twice in set(names) if names.count(twice) > 1]
    if len(set(arms)) != 2:  # noqa: PLR2004 -- control and treatment
        problems.append(f"suite {name}: expected two different arms, got {arms!r}")
    if frame is not None and frame[0] not in names:
        problems.append(f"suite {name}: frame: there is no scenario {frame[0]!r}")
    if problems:
        raise InputError(*problems)
    return Suite(name, title, (arms[0], arms[1]), tuple(scenarios), setup, frame)


def load_suite(path: Path) -> Suite | None:
    """Load the suite that a module declares as `SUITE`; None where it declares none.

    Raises:
        InputError: the module cannot be loaded, or its SUITE is none.
    """
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # suites may import what lies beside them
    spec = importlib.util.spec_from_file_location(f"unitdocs_suite_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path}: is not a Python module; give the folder that holds the suites")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except InputError:
        raise
    except Exception as error:  # whatever a project's module may raise
        raise InputError(f"{path}: cannot be loaded ({type(error).__name__}: {error}); mend the suite") from error
    found = getattr(module, "SUITE", None)
    if found is not None and not isinstance(found, Suite):
        raise InputError(f"{path}: SUITE: expected what unitdocs.bench.suite() returns, got {type(found).__name__}")
    return found


def find_suites(folder: Path, names: Sequence[str] = ()) -> dict[Path, Suite]:
    """Return the suites of a folder by their files, in name order.

    Args:
        folder: where the modules are.
        names: which suites; all where none is named.

    Raises:
        InputError: there is no such folder, no suite in it, or none of a name.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; give the one that holds the suites with --suites")
    loaded = {path: load_suite(path) for path in sorted(folder.glob("*.py"))}
    suites = {path: found for path, found in loaded.items() if found is not None}
    known = [found.name for found in suites.values()]
    if not suites:
        raise InputError(f"{folder}: holds no suite; a suite is a module with SUITE = suite(...)")
    problems = [f"there is no suite {name!r}; give some of {', '.join(known)}" for name in names if name not in known]
    problems += [f"{folder}: two suites are called {name!r}" for name in set(known) if known.count(name) > 1]
    if problems:
        raise InputError(*problems)
    return {path: found for path, found in suites.items() if not names or found.name in names}
