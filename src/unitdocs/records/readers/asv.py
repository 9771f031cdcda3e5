"""asv: a file for one commit, environment and machine in results/<machine>; benchmarks.json holds the units.

The file merges the samples of several processes. Without samples it holds the median of a time and its interval, and a
single number of everything else. Source: https://asv.readthedocs.io/en/stable/dev.html (file
formats), and `Results.update_to_2` in asv/results.py for version 1.
"""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.records.readers.collector import ResultCollector, text_in, time_of_milliseconds
from unitdocs.records.readers.places import Node, one_line, open_file
from unitdocs.records.results import Absence, Result, Results, Saved, SavedStatistic

METRICS: Mapping[str, str] = {
    "time": "time",
    "timeraw": "time",
    "memory": "memory",
    "peakmemory": "peak memory",
    "track": "value",
}
"""Metric by asv type."""
UNITS: Mapping[str, str] = {"seconds": "s", "bytes": "B", "unit": "1"}
"""SI unit by asv unit; other units are kept as they are."""
FILE_OF_KINDS = "benchmarks.json"
FOLDER_FILES = ("machine.json", FILE_OF_KINDS)
"""Files that asv keeps with its results."""
PREFIXES: Mapping[str, tuple[str, str]] = {
    "time": ("time", "s"),
    "timeraw": ("time", "s"),
    "mem": ("memory", "B"),
    "peakmem": ("peak memory", "B"),
}
"""Metric and unit by the prefix of a name, from which asv chooses the type."""


LEVEL = 0.99
"""Confidence of the intervals that asv saves."""
MOST_NAMED = 100
"""Combinations of parameters of one failed benchmark that are named."""


@dataclass(frozen=True)
class AsvEntry:
    """A benchmark in a file of either version; missing and null members are None."""

    name: str
    node: Node
    result: Node | None
    params: Node | None
    samples: Node | None
    started: object
    version: str | None
    ends: tuple[Node | None, Node | None]
    """Both ends of the intervals of the values."""


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of asv."""
    return {"results", "commit_hash"} <= root.keys()


def describes_folder(value: object) -> bool:
    """Return whether a file is one that asv keeps with its results: machine.json or benchmarks.json."""
    if not isinstance(value, dict):
        return False
    is_machine = {"machine", "version"} <= value.keys() and bool({"arch", "cpu", "num_cpu", "os", "ram"} & value.keys())
    benchmarks = [member for name, member in value.items() if name != "version"]
    is_list = "version" in value and all(isinstance(member, dict) and "code" in member for member in benchmarks)
    return is_machine or (is_list and bool(benchmarks))


def read(root: Node) -> Results:
    """Read a result file of asv, with the benchmarks.json in its folder or the folder above."""
    read_entry = _reader_of_entries(root)
    kinds = _kinds(root.file)
    collector = ResultCollector()
    starts = []

    def read_one(item: tuple[str, Node]) -> None:
        entry = read_entry(*item)
        _read_entry(entry, kinds, collector)
        starts.append(time_of_milliseconds(entry.started))

    collector.each(root.member("results").members().items(), read_one, lambda item: _parts(item[0]))
    return collector.results("asv", root, min(filter(None, starts), default=None), _context(root))


def _reader_of_entries(root: Node) -> Callable[[str, Node], AsvEntry]:
    """Return what reads an entry, by the version of the file."""
    version = root.member("version")
    if version.value not in (1, 2):
        raise version.problem("expected the version 1 or 2")
    if version.value == 2:  # noqa: PLR2004 -- the file's version
        columns = [column.text() for column in root.member("result_columns").items()]
        return lambda name, node: _entry_of_2(name, node, columns)
    started, versions = (root.get(name) for name in ("started_at", "benchmark_version"))
    starts = started.members() if started else {}
    return lambda name, node: _entry_of_1(name, node, starts.get(name), text_in(versions, name))


def _entry_of_1(name: str, node: Node, started: Node | None, version: str | None) -> AsvEntry:
    """Return an entry of version 1: a number, null, or an object if there are parameters or statistics."""
    start = started.value if started else None
    if not isinstance(node.value, dict):
        result = None if node.value is None else node
        return AsvEntry(name, node, result, None, None, start, version, (None, None))
    result, params, samples = (node.get(member) for member in ("result", "params", "samples"))
    return AsvEntry(name, node, result, params, samples, start, version, (None, None))


def _entry_of_2(name: str, node: Node, columns: list[str]) -> AsvEntry:
    """Return an entry of version 2: a row, in which columns at the end may be missing."""
    cells = {column: cell for column, cell in zip(columns, node.items(), strict=False) if cell.value is not None}
    started = cells.get("started_at")
    start = started.value if started else None
    result, params, samples = (cells.get(member) for member in ("result", "params", "samples"))
    ends = cells.get("stats_ci_99_a"), cells.get("stats_ci_99_b")
    return AsvEntry(name, node, result, params, samples, start, text_in(cells.get("version")), ends)


def _read_entry(entry: AsvEntry, kinds: Mapping[str, tuple[str, str]], collector: ResultCollector) -> None:
    suite = _parts(entry.name)[0]
    kind = kinds.get(entry.name) or _kind_by_name(entry.name)
    if entry.result is None:
        for name in _names_of_failed(entry):
            collector.leave_out((suite, name), kind[0] if kind else "", Absence.FAILED)
        return
    results = entry.result.items() if isinstance(entry.result.value, list) else [entry.result]
    names = _names(entry, len(results))
    samples = _samples(entry, len(results))
    if kind is None:
        collector.skip("values without a unit (no benchmarks.json)", len(results))
        reason = "no benchmarks.json gives its unit"
        collector.name_left_out([(suite, name) for name in names], "value", Absence.UNUSABLE, reason)
        return
    for index, (name, result) in enumerate(zip(names, results, strict=True)):
        if result.value is None:
            collector.leave_out((suite, name), kind[0], Absence.FAILED)
        elif isinstance(result.value, float) and math.isnan(result.value):
            collector.leave_out((suite, name), kind[0], Absence.SKIPPED)
        else:
            benchmark = _result(entry, index, (suite, name), kind, (result, samples[index]))
            collector.add(result, benchmark)


def _result(
    entry: AsvEntry, index: int, name: tuple[str, str], kind: tuple[str, str], nodes: tuple[Node, Node | None]
) -> Result:
    """Return the samples of one combination of parameters, or the one number without samples."""
    (suite, case), (metric, unit), (result, samples) = name, kind, nodes
    least = 0 if unit in ("s", "B") else -math.inf
    number = result.number(least)
    values = samples.numbers(least) if samples else ()
    return Result(
        suite=suite,
        name=case,
        metric=metric,
        unit=unit,
        groups=(values or (number,),),
        by_process=False,
        saved=None if values or metric != "time" else _saved(entry, index),
        version=entry.version,
    )


def _saved(entry: AsvEntry, index: int) -> Saved:
    """Return the median of a time with its interval, if the file has one."""
    low, high = (_end(column, index) for column in entry.ends)
    if low is None or high is None or not 0 < low <= high:
        return Saved(statistic=SavedStatistic.MEDIAN)
    return Saved(statistic=SavedStatistic.MEDIAN, low=low, high=high, level=LEVEL)


def _end(column: Node | None, index: int) -> float | None:
    """Return the end of an interval in a column; None if there is no number."""
    if column is None or not isinstance(column.value, list) or index >= len(column.value):
        return None
    try:
        return column.items()[index].number()
    except InputError:
        return None


def _names_of_failed(entry: AsvEntry) -> list[str]:
    """Return the names of a benchmark of which every combination of parameters failed."""
    count = math.prod(len(values.items()) for values in entry.params.items()) if entry.params else 1
    return _names(entry, count) if 0 < count <= MOST_NAMED else [_parts(entry.name)[1]]


def _names(entry: AsvEntry, count: int) -> list[str]:
    """Return the name of each value: the name of the benchmark, with its parameters if it has any."""
    name = _parts(entry.name)[1]
    if not name:
        raise entry.node.problem("expected a name, got an empty text")
    lists = [values.items() for values in entry.params.items()] if entry.params else []
    total = 1
    for values in lists:
        total *= len(values)
        if total > count:
            break
    if total != count:
        raise entry.node.problem(f"expected one value for each combination of parameters, got {count}")
    if not lists:
        return [name]
    return [f"{name}({', '.join(value.text() for value in combination)})" for combination in itertools.product(*lists)]


def _samples(entry: AsvEntry, count: int) -> list[Node | None]:
    """Return the list of samples of each value, or None for a value without samples."""
    if entry.samples is None:
        return [None] * count
    if len(samples := entry.samples.items()) != count:
        raise entry.samples.problem(f"expected {count} lists of samples, one for each value")
    return [None if sample.value is None else sample for sample in samples]


def _parts(name: str) -> tuple[str, str]:
    """Return module and name of a benchmark."""
    module, _, benchmark = name.rpartition(".")
    return one_line(module), one_line(benchmark)


def _context(root: Node) -> dict[str, object]:
    params = root.get("params")
    packages = root.get("requirements")
    variables = root.get("env_vars")
    python = text_in(root, "python") or text_in(params, "python")
    names = [text_in(root, "env_name"), *(_assignments(packages)), *(_assignments(variables))]
    return {
        "machine": text_in(params, "machine"),
        "CPU": text_in(params, "cpu"),
        "cores": text_in(params, "num_cpu"),
        "system": text_in(params, "os"),
        "Python": python,
        "build": ", ".join(name for name in names if name) or None,
        "commit": text_in(root, "commit_hash"),
    }


def _assignments(node: Node | None) -> list[str]:
    members = node.value if node and isinstance(node.value, dict) else {}
    return [f"{name}={value}" for name, value in members.items() if value not in (None, "")]


def _kind_by_name(name: str) -> tuple[str, str] | None:
    return PREFIXES.get(name.rpartition(".")[2].partition("_")[0])


def _kinds(file: Path) -> dict[str, tuple[str, str]]:
    """Return metric and unit of each benchmark in the benchmarks.json of a result file; empty without that file."""
    places = (file.parent / ".." / FILE_OF_KINDS, file.parent / FILE_OF_KINDS)
    path = next((path for path in places if path.is_file()), None)
    if path is None:
        return {}
    return {name: _kind(node) for name, node in open_file(path).members().items() if name != "version"}


def _kind(node: Node) -> tuple[str, str]:
    kind, unit = node.member("type"), node.member("unit").name()
    if not isinstance(kind.value, str) or kind.value not in METRICS:
        raise kind.problem(f"expected one of {', '.join(METRICS)}")
    return METRICS[kind.value], UNITS.get(unit, unit)
