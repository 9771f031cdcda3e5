"""Benchmarks of airspeed velocity (asv) as a suite, as they are.

A scenario is a function or method `time_…` with one combination of its `params`. `setup`, `setup_cache`, `teardown` and
`number` are respected: with `number = 1` the setup runs before each call, as in asv; else once. Benchmarks of other
kinds (`mem_…`, `peakmem_…`, `track_…`, `timeraw_…`) are left out. asv itself is not needed.
"""

import functools
import importlib
import importlib.util
import inspect
import itertools
import json
import pkgutil
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from unitdocs.bench.suite import Operation, Scenario, Suite, suite
from unitdocs.bench.written_suites import ARMS, collected, write_modules
from unitdocs.errors import InputError, MeasurementError

NAME = "asv"
PACKAGE = "unitdocs_asv"
"""The name under which the folder is imported: its own may be that of a folder in both revisions."""
TIMED = re.compile(r"time_.+|Time[A-Z_].*")
OTHER = re.compile(r"(mem|peakmem|track|timeraw)_.+|(Mem|PeakMem|Track|Timeraw)[A-Z_].*")
MODULE = '''"""Benchmarks of asv that `unitdocs bench run --asv` found, which wrote this module."""

from unitdocs.bench.asv_suites import AsvBenchmark, suite_of

SUITE = suite_of(
    {folder!r},
    [
{benchmarks}
    ],
)
'''


@dataclass(frozen=True)
class AsvBenchmark:
    """A benchmark with one combination of its parameters.

    Args:
        module: its module below the folder, such as `sorting`.
        function: the function, or the class and the method with a dot between.
        place: number of the combination; None without parameters.
        parameters: the combination: each value as Python writes it, by its name; asv calls those without one `param1`,
            `param2` and so on.
    """

    module: str
    function: str
    place: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def scenario(self) -> str:
        """The name of its scenario."""
        names = [*self.module.split("."), *self.function.split(".")]
        values = ",".join(f"{name}={value}" for name, value in self.parameters.items())
        return "/".join([*names, values] if values else names)


def write_suite(folder: Path, out: Path, sources: Sequence[Path]) -> tuple[Path, int]:
    """Write the module of a suite of a folder's benchmarks; return it, and how many of other kinds were left out.

    Args:
        folder: the folder of the benchmarks, which asv calls `benchmark_dir`.
        out: where the module goes, into a folder of its own.
        sources: folders that come first on the import path.

    Raises:
        InputError: the folder does not exist, a module of it cannot be imported, or it has no benchmark that is timed.
    """
    found = collected("--asv", folder, __name__, sources)
    if problem := found.get("problem"):
        raise InputError(f"--asv {folder}: {problem}")
    benchmarks = [AsvBenchmark(**one) for one in found["benchmarks"]]
    if not benchmarks:
        raise InputError(f"--asv {folder}: no function or method is named time_…; give another folder")
    listed = "\n".join(f"        {one!r}," for one in benchmarks)
    text = MODULE.format(folder=folder.as_posix(), benchmarks=listed)
    return write_modules({"suite.py": text}, out)[0], found["others"]


def suite_of(folder: str, benchmarks: Sequence[AsvBenchmark]) -> Suite:
    """Return the suite of a folder's benchmarks.

    Args:
        folder: the folder, relative to the project, in which every process of a run starts.
        benchmarks: those that were found there.
    """
    by_name = {one.scenario: one for one in benchmarks}

    def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the setup of a suite
        one = by_name[scenario.name]
        return _Benchmark(Path(folder), one.module, one.function).operation(one.place)

    scenarios = [
        Scenario(name, title=name.replace("/", " "), quick=True, parameters=one.parameters)
        for name, one in by_name.items()
    ]
    return suite(NAME, title="Benchmarks of asv", arms=ARMS, scenarios=scenarios, setup=setup)


def main() -> None:
    """Find the benchmarks of the folder on standard input, and write them to a file."""
    task = json.loads(sys.stdin.read())
    sys.path[:0] = task["sources"]
    try:
        found, others = _found(Path(task["path"]))
        result: dict[str, object] = {"benchmarks": [asdict(one) for one in found], "others": others}
    except Exception as error:  # noqa: BLE001 -- whatever a project's module may raise
        result = {"problem": f"a module cannot be imported ({type(error).__name__}: {error})"}
    Path(task["result_file"]).write_text(json.dumps(result), encoding="utf-8")


class _Benchmark:
    """A function, or a method of a new instance, with what asv looks for in it, the instance and the module.

    Args:
        folder: the folder of the benchmarks.
        module: its module.
        function: the function, or the class and the method.
    """

    def __init__(self, folder: Path, module: str, function: str) -> None:
        _import_package(folder)
        self._module, self._function = module, function
        owner: Any = importlib.import_module(f"{PACKAGE}.{module}")
        places = [owner]
        *classes, name = function.split(".")
        for one in classes:
            owner = getattr(owner, one)()
            places.insert(0, owner)
        self._call: Callable[..., object] = getattr(owner, name)
        self._places = [self._call, *places]

    def attribute(self, name: str, default: object = None) -> Any:  # noqa: ANN401 -- of a project
        """Return an attribute of the first place that has it."""
        return next((getattr(place, name) for place in self._places if hasattr(place, name)), default)

    def combinations(self) -> list[tuple[object, ...]] | None:
        """Return the combinations of the parameters; None without parameters."""
        params = self.attribute("params", ())
        if not params:
            return None
        nested = all(isinstance(values, (list, tuple)) for values in params)
        return list(itertools.product(*params)) if nested else [(value,) for value in params]

    def described(self) -> Iterator[AsvBenchmark]:
        """Yield one for each combination."""
        combinations = self.combinations()
        if combinations is None:
            yield AsvBenchmark(self._module, self._function)
            return
        given = list(self.attribute("param_names", ()))
        for place, values in enumerate(combinations):
            names = [*given, *(f"param{number}" for number in range(len(given) + 1, len(values) + 1))]
            parameters = {name: repr(value) for name, value in zip(names, values, strict=False)}
            yield AsvBenchmark(self._module, self._function, place, parameters)

    def operation(self, place: int | None) -> Operation:
        """Set it up with a combination, and return what is measured.

        Raises:
            MeasurementError: its setup says that it does not apply to the combination.
        """
        combinations = self.combinations()
        arguments = () if place is None or combinations is None else combinations[place]
        if (make := self.attribute("setup_cache")) is not None:
            arguments = (make(), *arguments)
        setups = self._all("setup")[::-1]  # the module's first
        teardowns = self._all("teardown")

        def set_up() -> None:
            for one in setups:
                one(*arguments)

        def set_up_again() -> None:
            for one in teardowns:
                one(*arguments)
            set_up()

        try:
            set_up()
        except NotImplementedError as error:
            raise MeasurementError(f"{self._function}: its setup does not apply to these parameters") from error
        call = functools.partial(self._call, *arguments) if arguments else self._call
        is_used_up = self.attribute("number") == 1
        return Operation(call, result=lambda: None, prepare=set_up_again if is_used_up else None)

    def _all(self, name: str) -> list[Callable[..., object]]:
        return [getattr(place, name) for place in self._places if callable(getattr(place, name, None))]


def _found(folder: Path) -> tuple[list[AsvBenchmark], int]:
    """Return the timed benchmarks of a folder, and how many there are of other kinds."""
    benchmarks: list[AsvBenchmark] = []
    others = 0
    for module in _modules(folder):
        name = module.__name__.removeprefix(f"{PACKAGE}.")
        for function in _functions(module):
            last = function.rpartition(".")[2]
            if TIMED.fullmatch(last):
                benchmarks += _Benchmark(folder, name, function).described()
            others += OTHER.fullmatch(last) is not None
    return benchmarks, others


def _functions(module: types.ModuleType) -> Iterator[str]:
    """Yield the functions that a module defines, and the methods of its public classes."""
    for name, member in vars(module).items():
        if getattr(member, "__module__", None) != module.__name__ or name.startswith("_"):
            continue
        if inspect.isclass(member):
            yield from (f"{name}.{one}" for one in dir(member) if callable(getattr(member, one)))
        elif inspect.isfunction(member):
            yield name


def _modules(folder: Path) -> Iterator[types.ModuleType]:
    for info in pkgutil.walk_packages(_import_package(folder).__path__, f"{PACKAGE}."):
        yield importlib.import_module(info.name)


def _import_package(folder: Path) -> types.ModuleType:
    """Import the folder as a package, and return it."""
    if PACKAGE in sys.modules:
        return sys.modules[PACKAGE]
    initial = folder / "__init__.py"
    place = str(folder.resolve())
    if initial.is_file():
        spec = importlib.util.spec_from_file_location(PACKAGE, initial, submodule_search_locations=[place])
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    module = sys.modules[PACKAGE] = types.ModuleType(PACKAGE)
    module.__path__ = [place]
    return module


if __name__ == "__main__":
    main()
