"""Tests that use pytest-benchmark's fixture as a suite, as they are.

A scenario is a test that asks for the fixture `benchmark`. pytest runs it in a thread of the worker's process, up to
the call `benchmark(function, …)`; the function is then what is measured. What the test does after that is not run.
Neither pytest-benchmark nor its options are needed.
"""

import hashlib
import json
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from unitdocs.bench.process import run_module, tail_of
from unitdocs.bench.scratch import scratch_folder
from unitdocs.bench.suite import Operation, Scenario, Suite, suite
from unitdocs.errors import InputError, MeasurementError
from unitdocs.files import write_atomically

NAME = "pytest"
FIXTURE = "benchmark"
ARMS = ("control", "treatment")
"""The suite is measured on two revisions of a project, which run the same arm."""
NO_TESTS = 5
"""pytest's exit code."""
LIMIT = 300.0
"""Seconds that pytest may take to collect the tests."""
MODULE = '''"""Tests with a benchmark that pytest collected; `unitdocs bench run --pytest` wrote this module."""

from unitdocs.bench.pytest_suites import suite_of

SUITE = suite_of(
    [
{tests}
    ]
)
'''


def write_module(path: Path, folder: Path, sources: Sequence[Path]) -> Path:
    """Write the module of a suite of the tests below a path, and return it.

    Args:
        path: a file or a folder with tests.
        folder: where the module goes, into a folder of its own.
        sources: folders that come first on the import path.

    Raises:
        InputError: pytest is not installed, or cannot collect the tests, or none uses the fixture.
    """
    tests = _collected(path, sources)
    text = MODULE.format(tests="\n".join(f"        {test!r}," for test in tests)).encode()
    file = folder / hashlib.sha256(text).hexdigest()[:12] / "suite.py"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text)
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror or error}); choose another --out") from error
    return file


def suite_of(tests: Sequence[str]) -> Suite:
    """Return the suite of tests, by what pytest calls each: `tests/test_work.py::test_one[10]`."""
    by_name = {test.replace(".py::", "/").replace("::", "/"): test for test in tests}
    scenarios = [Scenario(name, title=test, quick=True) for name, test in by_name.items()]

    def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the setup of a suite
        call = function_of(by_name[scenario.name])
        return Operation(call, result=lambda: None)  # the test has its own checks, which both revisions passed

    return suite(NAME, title="Tests with pytest-benchmark's fixture", arms=ARMS, scenarios=scenarios, setup=setup)


def function_of(test: str) -> Callable[[], object]:
    """Let pytest run a test in a thread up to its benchmark, and return what that would measure.

    Raises:
        MeasurementError: the test ends before, or asks for what cannot be measured here.
    """
    found: queue.SimpleQueue[Callable[[], object] | str] = queue.SimpleQueue()
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
    code, tests = pytest_plugin.collect(task["path"])
    Path(task["result_file"]).write_text(json.dumps({"code": code, "tests": tests}), encoding="utf-8")


def _collected(path: Path, sources: Sequence[Path]) -> list[str]:
    if not path.exists():
        raise InputError(f"--pytest {path}: no such file or folder")
    with scratch_folder() as folder:
        result = folder / "collected.json"
        task = {"path": str(path), "sources": [str(source) for source in sources], "result_file": str(result)}
        ended = run_module(__name__, json.dumps(task), folder=folder, limit=LIMIT)
        if not result.is_file():
            raise InputError(f"--pytest {path}: pytest could not be run{tail_of(ended.output)}")
        collected = json.loads(result.read_text(encoding="utf-8"))
    tests: list[str] = collected["tests"]
    if collected["code"] not in (0, NO_TESTS):
        raise InputError(f"--pytest {path}: pytest could not collect the tests{tail_of(ended.output)}")
    if not tests:
        raise InputError(f"--pytest {path}: no test uses the fixture {FIXTURE}; give another file or folder")
    return tests


def _run(test: str, found: "queue.SimpleQueue[Callable[[], object] | str]") -> None:
    """Run a test, and hand its function over; what comes first counts."""
    try:
        from unitdocs.bench import pytest_plugin  # noqa: PLC0415 -- as above

        found.put(pytest_plugin.run(test, found.put))
    except BaseException as error:  # noqa: BLE001 -- whatever a project's plugins may raise
        found.put(f"pytest ended with {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
