"""Loading of suites from the modules that declare them, into this process.

Workers load this module first, so it imports the standard library only; `finding` loads suites in another process.
"""

import importlib.util
import os
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from unitdocs.bench.suite import Suite, problems_of
from unitdocs.bench.suite_errors import sentence_of
from unitdocs.errors import InputError

SOURCES = "UNITDOCS_SOURCES"
"""The variable that names the folders of the project's modules to a worker."""


def load_suite(path: Path) -> Suite:
    """Load the suite that a module declares as `SUITE`; the module may import others from its folder.

    Raises:
        InputError: the module cannot be loaded, or its SUITE is not a suite; with the place in the module.
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
    except BaseException as error:  # whatever a project's module may raise
        raise InputError(f"{sentence_of(error, path)}; correct the module") from error
    return _declared(module, path)


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


def _declared(module: types.ModuleType, path: Path) -> Suite:
    """Return the suite of a module.

    Raises:
        InputError: it declares none, or a wrong one.
    """
    suite = getattr(module, "SUITE", None)
    if not isinstance(suite, Suite):
        raise InputError(
            f"{path}: SUITE: expected the result of unitdocs.bench.suite(), got {type(suite).__name__}; "
            "declare a suite, or start the file name with _ if other modules import it"
        )
    if problems := problems_of(suite):  # made without `suite()`
        raise InputError(*(f"{path}: SUITE: {problem}" for problem in problems))
    return suite
