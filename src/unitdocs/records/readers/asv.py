"""asv: a file for one commit, environment and machine in results/<machine>; benchmarks.json holds the units.

The file merges the samples of several processes. Source: https://asv.readthedocs.io/en/stable/dev.html (file
formats), and `Results.update_to_2` in asv/results.py for version 1.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from unitdocs.records.readers.collector import ResultCollector, time_of_milliseconds
from unitdocs.records.readers.places import Node, each, one_line, open_file
from unitdocs.records.results import Result, Results

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
PREFIXES: Mapping[str, tuple[str, str]] = {
    "time": ("time", "s"),
    "timeraw": ("time", "s"),
    "mem": ("memory", "B"),
    "peakmem": ("peak memory", "B"),
}
"""Metric and unit by the prefix of a name, from which asv chooses the type."""


@dataclass(frozen=True)
class AsvEntry:
    """A benchmark in a file of either version; missing and null members are None."""

    name: str
    node: Node
    result: Node | None
    params: Node | None
    samples: Node | None
    started: object


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of asv."""
    return {"results", "commit_hash"} <= root.keys()


def read(root: Node) -> Results:
    """Read a result file of asv, with the benchmarks.json in its folder or the folder above."""
    entries = _entries(root)
    kinds = _kinds(root.file)
    collector = ResultCollector()
    each(entries, lambda entry: _read_entry(entry, kinds, collector))
    starts = [start for entry in entries if (start := time_of_milliseconds(entry.started))]
    return collector.results("asv", root, min(starts, default=None))


def _entries(root: Node) -> list[AsvEntry]:
    version = root.member("version")
    if version.value not in (1, 2):
        raise version.problem("expected the version 1 or 2")
    nodes = root.member("results").members().items()
    if version.value == 1:
        started = root.get("started_at")
        starts = started.members() if started else {}
        return [_entry_of_1(name, node, starts.get(name)) for name, node in nodes]
    columns = [column.text() for column in root.member("result_columns").items()]
    return [_entry_of_2(name, node, columns) for name, node in nodes]


def _entry_of_1(name: str, node: Node, started: Node | None) -> AsvEntry:
    """Return an entry of version 1: a number, null, or an object if there are parameters or statistics."""
    start = started.value if started else None
    if not isinstance(node.value, dict):
        return AsvEntry(name, node, None if node.value is None else node, None, None, start)
    return AsvEntry(name, node, node.get("result"), node.get("params"), node.get("samples"), start)


def _entry_of_2(name: str, node: Node, columns: list[str]) -> AsvEntry:
    """Return an entry of version 2: a row, in which columns at the end may be missing."""
    cells = {column: cell for column, cell in zip(columns, node.items(), strict=False) if cell.value is not None}
    started = cells.get("started_at")
    start = started.value if started else None
    return AsvEntry(name, node, cells.get("result"), cells.get("params"), cells.get("samples"), start)


def _read_entry(entry: AsvEntry, kinds: Mapping[str, tuple[str, str]], collector: ResultCollector) -> None:
    if entry.result is None:
        collector.skip("failed")
        return
    results = entry.result.items() if isinstance(entry.result.value, list) else [entry.result]
    names = _names(entry, len(results))
    samples = _samples(entry, len(results))
    kind = kinds.get(entry.name) or _kind_by_name(entry.name)
    if kind is None:
        collector.skip("values without a unit (no benchmarks.json)", len(results))
        return
    suite = one_line(entry.name.rpartition(".")[0])
    for name, result, sample in zip(names, results, samples, strict=True):
        if result.value is None:
            collector.skip("failed")
        elif isinstance(result.value, float) and math.isnan(result.value):
            collector.skip("skipped")
        else:
            number = result.number()
            values = (sample.numbers() if sample else ()) or (number,)
            benchmark = Result(suite=suite, name=name, metric=kind[0], unit=kind[1], groups=(values,), by_process=False)
            collector.add(result, benchmark)


def _names(entry: AsvEntry, count: int) -> list[str]:
    """Return the name of each value: the name of the benchmark, with its parameters if it has any."""
    name = one_line(entry.name.rpartition(".")[2])
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
