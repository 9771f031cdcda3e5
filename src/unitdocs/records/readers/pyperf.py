"""pyperf: each run is a process of its own, and its values are per loop.

Numbers that a project adds to the metadata or the tags of a benchmark are metrics of their own. Source:
https://pyperf.readthedocs.io/en/latest/api.html (JSON format, version 1.0).
"""

import re
from collections.abc import Mapping, Sequence

from unitdocs.records.readers.collector import ResultCollector, joined, name_at, numbers_in, text_in, time_of
from unitdocs.records.readers.places import Node
from unitdocs.records.results import Absence, Result, Results
from unitdocs.records.schema import Metric

METRICS: Mapping[str, tuple[str, str]] = {"second": ("time", "s"), "byte": ("memory", "B"), "integer": ("count", "1")}
"""Metric and unit by pyperf unit."""
DEFAULT_UNIT = "second"
OWN_NUMBERS = frozenset({
    "loops", "inner_loops", "duration", "uptime", "load_avg_1min", "mem_max_rss", "mem_peak_pagefile_usage",
    "command_max_rss", "calibrate_loops", "recalibrate_loops", "calibrate_warmups", "recalibrate_warmups",
    "warmups", "values", "processes", "cpu_count", "cpu_temp", "cpu_freq", "runnable_threads", "python_hash_seed",
})  # fmt: skip
"""Numbers that pyperf itself adds to the metadata."""
NUMBER_TAG = re.compile(r"(?P<name>[^=:]+)[=:](?P<number>[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")
"""A tag that holds a number, such as `rows=500`."""


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of pyperf."""
    return {"benchmarks", "version"} <= root.keys()


def read(root: Node) -> Results:
    """Read a file of pyperf."""
    if (version := root.member("version")).value != "1.0":
        raise version.problem('expected "1.0", the version that pyperf has written since 2017')
    collector = ResultCollector()
    benchmarks = root.member("benchmarks").items()
    collector.each(benchmarks, lambda benchmark: _read_benchmark(root, benchmark, collector), _invalid_name)
    runs = [run for benchmark in benchmarks for run in _runs(benchmark)]
    measured = next((date for run in runs if (date := time_of(_about("date", run)))), None)
    nodes = (*runs[:1], *benchmarks[:1], root)
    version_of_tool = text_in(_about("perf_version", *nodes))
    return collector.results(joined("pyperf", version_of_tool) or "", root, measured, _context(nodes))


def _read_benchmark(root: Node, benchmark: Node, collector: ResultCollector) -> None:
    runs = benchmark.member("runs").items()
    with_values = [run for run in runs if _has_values(run)]
    collector.skip("calibration runs", len(runs) - len(with_values))
    collector.skip(
        "warm-up values", sum(len(warmups.items()) for run in with_values if (warmups := run.get("warmups")))
    )
    if not with_values:
        collector.skip("benchmarks without values")
        collector.name_left_out([_invalid_name(benchmark)], "time", Absence.UNUSABLE, "no run has values")
        return
    metric, unit = _metric(root, benchmark, with_values)
    node = _about("name", with_values[0], benchmark, root)
    if node is None:
        raise benchmark.problem("expected a name in its metadata")
    name = node.name()
    groups = tuple(run.member("values").numbers(least=0) for run in with_values)
    collector.add(benchmark, Result(suite="", name=name, metric=metric, unit=unit, groups=groups, by_process=True))
    for number, values in _project_numbers(with_values, benchmark, root).items():
        extra = Result(suite="", name=name, metric=number, unit="1", groups=_by_run(values), by_process=True)
        collector.add(benchmark, extra)


def _project_numbers(runs: Sequence[Node], benchmark: Node, root: Node) -> dict[str, list[float]]:
    """Return each number that the project added to the metadata, for every run that has it."""
    numbers: dict[str, list[float]] = {}
    taken = {*Metric, *(metric for metric, _ in METRICS.values())}
    for run in runs:
        found: dict[str, float] = {}
        for node in (root, benchmark, run):
            metadata = node.get("metadata")
            found |= {name: number for name, number in numbers_in(metadata).items() if name not in OWN_NUMBERS}
            found |= _tagged_numbers(metadata.get("tags") if metadata else None)
        for name, number in found.items():
            numbers.setdefault(f"metadata {name}" if name in taken else name, []).append(number)
    return numbers


def _tagged_numbers(tags: Node | None) -> dict[str, float]:
    """Return the numbers among tags: members of an object, or texts such as `rows=500`."""
    if tags is None or not isinstance(tags.value, list):
        return numbers_in(tags)
    matches = (NUMBER_TAG.fullmatch(tag) for tag in tags.value if isinstance(tag, str))
    numbers = ((match["name"].strip(), float(match["number"])) for match in matches if match)
    return {name: number for name, number in numbers if name.isprintable() and name and abs(number) < float("inf")}


def _by_run(values: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    """Return a group for each run, or a single one if all runs repeat one number: it was set, not measured."""
    return ((values[0],),) if len(set(values)) == 1 else tuple((value,) for value in values)


def _has_values(run: Node) -> bool:
    values = run.get("values")
    return values is not None and values.items() != []


def _runs(benchmark: Node) -> list[Node]:
    """Return the runs of a benchmark that may be invalid."""
    runs = benchmark.value.get("runs") if isinstance(benchmark.value, dict) else None
    nodes = Node(runs, benchmark.file, benchmark.place).items() if isinstance(runs, list) else []
    return [node for node in nodes if isinstance(node.value, dict)]


def _metric(root: Node, benchmark: Node, runs: list[Node]) -> tuple[str, str]:
    """Return metric and unit of a benchmark, in which all runs must agree."""
    units = {unit.text() if (unit := _about("unit", run, benchmark, root)) else DEFAULT_UNIT for run in runs}
    if len(units) > 1 or not units <= METRICS.keys():
        raise benchmark.problem(f"expected one unit for all runs, one of {', '.join(METRICS)}")
    return METRICS[units.pop()]


def _about(name: str, *nodes: Node) -> Node | None:
    """Return a member of the metadata; a run overrides its benchmark, and the benchmark overrides the file."""
    tables = (node.value.get("metadata") if isinstance(node.value, dict) else None for node in nodes)
    places = zip(tables, nodes, strict=True)
    found = ((table[name], node) for table, node in places if isinstance(table, dict) and table.get(name) is not None)
    return next((Node(value, node.file, f"{node.place}.metadata.{name}") for value, node in found), None)


def _invalid_name(benchmark: Node) -> tuple[str, str]:
    name = _about("name", *_runs(benchmark)[:1], benchmark)
    return "", text_in(name) or name_at(benchmark)


def _context(nodes: Sequence[Node]) -> dict[str, object]:
    return {
        "machine": text_in(_about("hostname", *nodes)),
        "CPU": text_in(_about("cpu_model_name", *nodes)),
        "cores": text_in(_about("cpu_count", *nodes)),
        "system": text_in(_about("platform", *nodes)),
        "Python": joined(text_in(_about("python_implementation", *nodes)), text_in(_about("python_version", *nodes))),
        "build": text_in(_about("python_compiler", *nodes)),
        "commit": text_in(_about("commit_id", *nodes)),
    }
