"""Loading of suites from the modules that declare them."""

import importlib.util
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from unitdocs.bench.suite import Suite
from unitdocs.errors import InputError

SOURCES = "UNITDOCS_SOURCES"
"""The variable that names the folders of the project's modules to a worker."""


def find_suites(folder: Path, names: Sequence[str] = ()) -> dict[Path, Suite]:
    """Return the suites of a folder by their files, in the order of the files' names.

    Args:
        folder: the folder of the modules; those whose names start with `_` are ignored.
        names: names of the suites to return (default: all).

    Raises:
        InputError: the folder does not exist or holds no suite, a name is unknown or not unique, or a module cannot be
            loaded.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder of the suites with --suites")
    suites = _load_all([path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")])
    if not suites:
        raise InputError(f"{folder}: no suites; a suite is a module with SUITE = suite(...)")
    available = Counter(suite.name for suite in suites.values())
    problems = [f"no suite {name!r}; give one of {', '.join(available)}" for name in names if name not in available]
    problems += [f"{folder}: {times} suites have the name {name!r}" for name, times in available.items() if times > 1]
    if problems:
        raise InputError(*problems)
    return {path: suite for path, suite in suites.items() if not names or suite.name in names}


def load_suite(path: Path) -> Suite:
    """Load the suite that a module declares as `SUITE`; the module may import others from its folder.

    Raises:
        InputError: the module cannot be loaded, or its SUITE is not a suite.
    """
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(f"unitdocs_suite_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses of the module look themselves up there
    try:
        spec.loader.exec_module(module)
    except InputError as error:
        raise InputError(*(f"{path}: {problem}" for problem in error.problems)) from error
    except (Exception, SystemExit) as error:  # whatever a project's module may raise
        raise InputError(f"{path}: cannot be loaded ({type(error).__name__}: {error}); correct the module") from error
    suite = getattr(module, "SUITE", None)
    if not isinstance(suite, Suite):
        raise InputError(
            f"{path}: SUITE: expected the result of unitdocs.bench.suite(), got {type(suite).__name__}; "
            "declare a suite, or start the file name with _ if other modules import it"
        )
    return suite


def given_sources() -> list[str]:
    """Return the folders of the project's modules that this process was started with."""
    return [folder for folder in os.environ.get(SOURCES, "").split(os.pathsep) if folder]


@contextmanager
def importing_from(roots: Sequence[Path]) -> Iterator[None]:
    """Put these folders first on the import path while suites are loaded."""
    before = sys.path.copy()
    sys.path[:0] = map(str, roots)
    try:
        yield
    finally:
        sys.path[:] = before


def _load_all(paths: Sequence[Path]) -> dict[Path, Suite]:
    """Load modules, and report the problems of all of them together."""
    suites: dict[Path, Suite] = {}
    problems: list[str] = []
    for path in paths:
        try:
            suites[path] = load_suite(path)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return suites
