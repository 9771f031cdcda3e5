"""Loading suites by the path of the module that declares them."""

import importlib.util
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from unitdocs.bench.suite import Suite
from unitdocs.errors import InputError


def find_suites(folder: Path, names: Sequence[str] = ()) -> dict[Path, Suite]:
    """Return the suites of a folder by their files, in the order of the files' names.

    Args:
        folder: where the modules are; those whose names start with `_` are passed over.
        names: which suites; all where none is named.

    Raises:
        InputError: there is no such folder, no suite in it, none of a name, or a module that cannot be loaded.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; give the one that holds the suites with --suites")
    suites = _load_all([path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")])
    if not suites:
        raise InputError(f"{folder}: holds no suite; a suite is a module with SUITE = suite(...)")
    known = Counter(found.name for found in suites.values())
    problems = [f"there is no suite {name!r}; give some of {', '.join(known)}" for name in names if name not in known]
    problems += [f"{folder}: {times} suites are called {name!r}" for name, times in known.items() if times > 1]
    if problems:
        raise InputError(*problems)
    return {path: found for path, found in suites.items() if not names or found.name in names}


def load_suite(path: Path) -> Suite:
    """Load the suite that a module declares as `SUITE`; the module may import what lies beside it.

    Raises:
        InputError: the module cannot be loaded, or its SUITE is none.
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
        raise InputError(f"{path}: cannot be loaded ({type(error).__name__}: {error}); mend the suite") from error
    found = getattr(module, "SUITE", None)
    if not isinstance(found, Suite):
        raise InputError(
            f"{path}: SUITE: expected what unitdocs.bench.suite() returns, got {type(found).__name__}; declare one, "
            "or begin the file's name with _ if it only helps others"
        )
    return found


@contextmanager
def importing_from(roots: Sequence[Path]) -> Iterator[None]:
    """Have suites that are loaded meanwhile import modules from these folders before all others."""
    before = sys.path.copy()
    sys.path[:0] = map(str, roots)
    try:
        yield
    finally:
        sys.path[:] = before


def _load_all(paths: Sequence[Path]) -> dict[Path, Suite]:
    """Load modules, and report the problems of all of them at once."""
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
