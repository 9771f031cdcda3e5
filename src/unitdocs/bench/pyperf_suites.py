"""Scripts of pyperf as a suite, as they are.

A scenario is a call of `Runner.bench_func` or `Runner.bench_async_func`, by its name. The script runs to its end, with
a module in pyperf's place that notes what it is given; the function is then what is measured. Calls that time
themselves or run a command (`bench_time_func`, `timeit`, `bench_command`) are left out. pyperf itself is not needed.
"""

import argparse
import asyncio
import functools
import json
import runpy
import sys
import time
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unitdocs.bench.suite import Operation, Scenario, Suite, suite
from unitdocs.bench.written_suites import ARMS, collected, write_modules
from unitdocs.errors import InputError, MeasurementError

NAME = "pyperf"
MODULE = '''"""Benchmarks of pyperf's scripts that `unitdocs bench run --pyperf` found, which wrote this module."""

from unitdocs.bench.pyperf_suites import suite_of

SUITE = suite_of(
    {{
{benchmarks}
    }}
)
'''


def write_suite(path: Path, out: Path, sources: Sequence[Path]) -> tuple[Path, int]:
    """Write the module of a suite of scripts; return it, and how many benchmarks were left out.

    Args:
        path: a script, or a folder of scripts whose names begin with `bench` or `bm_`.
        out: where the module goes, into a folder of its own.
        sources: folders that come first on the import path.

    Raises:
        InputError: there is no such script, one raises an error, or none has a benchmark.
    """
    found = collected("--pyperf", path, __name__, sources)
    if problem := found.get("problem"):
        raise InputError(f"--pyperf {path}: {problem}")
    if not found["benchmarks"]:
        raise InputError(
            f"--pyperf {path}: no script calls bench_func; give a script, or a folder of bench*.py or bm_*.py"
        )
    listed = "\n".join(f"        {name!r}: {script!r}," for name, script in found["benchmarks"])
    return write_modules({"suite.py": MODULE.format(benchmarks=listed)}, out)[0], found["others"]


def suite_of(benchmarks: dict[str, str]) -> Suite:
    """Return the suite of benchmarks.

    Args:
        benchmarks: the script of each, by the name of its scenario: that of the script and that of the benchmark.
    """

    def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the setup of a suite
        script = benchmarks[scenario.name]
        functions, name = run_script(Path(script)).functions, scenario.name.partition("/")[2]
        if name not in functions:
            raise MeasurementError(f"{script}: has no benchmark {name!r} now")
        return Operation(functions[name], result=lambda: None)

    scenarios = [Scenario(name, title=name.replace("/", " "), quick=True) for name in benchmarks]
    return suite(NAME, title="Benchmarks of pyperf", arms=ARMS, scenarios=scenarios, setup=setup)


@dataclass
class NotedBenchmarks:
    """What a script benchmarks.

    Args:
        functions: the functions by their name.
        others: names of what is left out.
    """

    functions: dict[str, Callable[[], object]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


class NotingRunner:
    """In place of `pyperf.Runner`: it notes functions by their name, and measures nothing.

    Args:
        noted: where it notes them.
    """

    def __init__(self, noted: NotedBenchmarks) -> None:
        self._noted = noted
        self.metadata: dict[str, object] = {}
        self.argparser = argparse.ArgumentParser()
        self.args = argparse.Namespace()

    def parse_args(self, args: Sequence[str] | None = None) -> argparse.Namespace:
        """Return the defaults of the script's own options."""
        self.args = self.argparser.parse_args(args or [])
        return self.args

    def bench_func(self, name: str, func: Callable[..., object], *args: object, **options: Any) -> None:  # noqa: ANN401
        """Note a function; an `inner_loops` only scales numbers, and both revisions alike."""
        given = options.get("kwargs") or {}
        self._noted.functions[name] = functools.partial(func, *args, **given) if args or given else func

    def bench_async_func(self, name: str, func: Callable[..., Any], *args: object, **_: object) -> None:
        """Note a coroutine function, of which each call runs in an event loop of its own."""
        self._noted.functions[name] = lambda: asyncio.run(func(*args))

    def bench_time_func(self, name: str, *_: object, **__: object) -> None:
        """Leave out what times itself."""
        self._noted.others.append(name)

    timeit = bench_command = bench_time_func


def run_script(script: Path) -> NotedBenchmarks:
    """Run a script with a module in pyperf's place, and return what it benchmarks."""
    noted = NotedBenchmarks()
    module: Any = types.ModuleType("pyperf")
    module.Runner, module.perf_counter = lambda **_: NotingRunner(noted), time.perf_counter
    before, words = sys.modules.get("pyperf"), sys.argv
    sys.modules["pyperf"], sys.argv = module, [str(script)]
    sys.path.append(str(script.resolve().parent))
    try:
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = words
        if before is None:
            del sys.modules["pyperf"]
        else:
            sys.modules["pyperf"] = before
    return noted


def main() -> None:
    """Find the benchmarks of the scripts on standard input, and write them to a file."""
    task = json.loads(sys.stdin.read())
    sys.path[:0] = task["sources"]
    path = Path(task["path"])
    scripts = sorted({*path.glob("bench*.py"), *path.glob("bm_*.py")}) if path.is_dir() else [path]
    benchmarks: list[tuple[str, str]] = []
    others = 0
    result: dict[str, object] = {}
    for script in scripts:
        try:
            noted = run_script(script)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a project's script may raise
            result = {"problem": f"{script.name} cannot be run ({type(error).__name__}: {error})"}
            break
        benchmarks += [(f"{script.stem}/{name}", script.as_posix()) for name in noted.functions]
        others += len(noted.others)
    Path(task["result_file"]).write_text(
        json.dumps({"benchmarks": benchmarks, "others": others} | result), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
