"""Tests that use pytest-benchmark's fixture as a suite, as they are.

A scenario is a test that asks for the fixture `benchmark`. pytest runs it in a thread of the worker's process, up to
the call `benchmark(function, …)`; the function is then what is measured. What the test does after that is not run.
Neither pytest-benchmark nor its options are needed.
"""

import json
import queue
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from unitdocs.bench.suite import Operation, Scenario, Suite, suite
from unitdocs.bench.written_suites import ARMS, collected, write_modules
from unitdocs.errors import InputError, MeasurementError

NAME = "pytest"
FIXTURE = "benchmark"
NO_TESTS = 5
"""pytest's exit code."""
MODULE = '''"""Tests with a benchmark that pytest collected; `unitdocs bench run --pytest` wrote this module."""

from unitdocs.bench.pytest_suites import suite_of

SUITE = suite_of(
    [
{tests}
    ]
)
'''


def write_suite(path: Path, out: Path, sources: Sequence[Path]) -> tuple[Path, int]:
    """Write the module of a suite of the tests below a path; return it, and 0: no test with the fixture is left out.

    Args:
        path: a file or a folder with tests.
        out: where the module goes, into a folder of its own.
        sources: folders that come first on the import path.

    Raises:
        InputError: pytest is not installed, or cannot collect the tests, or none uses the fixture.
    """
    found = collected("--pytest", path, __name__, sources)
    if found["problems"]:
        raise InputError(*(f"--pytest {path}: pytest could not collect {problem}" for problem in found["problems"]))
    if found["code"] not in (0, NO_TESTS):
        raise InputError(f"--pytest {path}: pytest could not collect the tests{found['output']}")
    if not found["tests"]:
        raise InputError(f"--pytest {path}: no test uses the fixture {FIXTURE}; give another file or folder")
    text = MODULE.format(tests="\n".join(f"        {test!r}," for test in found["tests"]))
    return write_modules({"suite.py": text}, out)[0], 0


def suite_of(tests: Sequence[str]) -> Suite:
    """Return the suite of tests, by what pytest calls each: `tests/test_work.py::test_one[10]`."""
    by_name = {test.replace(".py::", "/").replace("::", "/"): test for test in tests}
    scenarios = [Scenario(name, title=title_of(test), quick=True) for name, test in by_name.items()]

    def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the setup of a suite
        return operation_of(by_name[scenario.name])

    return suite(NAME, title="Tests with pytest-benchmark's fixture", arms=ARMS, scenarios=scenarios, setup=setup)


def title_of(test: str) -> str:
    """Return what a test is called for readers: `one[10] (work)` for `tests/test_work.py::test_one[10]`.

    What differs comes first, since places without room for all of it show its beginning.
    """
    place, bracket, parameters = test.partition("[")
    file, *classes, function = place.split("::")
    name = ".".join([*classes, function.removeprefix("test_")])
    return f"{name}{bracket}{parameters} ({Path(file).stem.removeprefix('test_')})"


def operation_of(test: str) -> Operation:
    """Let pytest run a test in a thread up to its benchmark, and return what that measures.

    Raises:
        MeasurementError: the test ends before, or asks for what cannot be measured here.
    """
    found: queue.SimpleQueue[Operation | str] = queue.SimpleQueue()
    sys.path.append(str(Path(test.partition("::")[0]).resolve().parent))  # helpers next to the test
    threading.Thread(target=_run, args=(test, found), daemon=True).start()
    answer = found.get()
    if isinstance(answer, str):
        raise MeasurementError(f"{test}: {answer}")
    return answer


def main() -> None:
    """Collect the tests below the path on standard input, and write their names to a file."""
    task = json.loads(sys.stdin.read())
    sys.path[:0] = task["sources"]
    try:
        from unitdocs.bench import pytest_plugin  # noqa: PLC0415 -- pytest is no dependency: who has such tests has it
    except ImportError:
        sys.exit("pytest is not installed in this environment; install it there")
    path = Path(task["path"])
    sys.path += dict.fromkeys(str(file.resolve().parent) for file in (path.rglob("*.py") if path.is_dir() else [path]))
    code, tests, problems = pytest_plugin.collect(task["path"])
    found = {"code": code, "tests": tests, "problems": problems}
    Path(task["result_file"]).write_text(json.dumps(found), encoding="utf-8")


def _run(test: str, found: "queue.SimpleQueue[Operation | str]") -> None:
    """Run a test, and hand its function over; what comes first counts."""
    try:
        from unitdocs.bench import pytest_plugin  # noqa: PLC0415 -- as above

        found.put(pytest_plugin.run(test, found.put))
    except BaseException as error:  # noqa: BLE001 -- whatever a project's plugins may raise
        found.put(f"pytest ended with {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
