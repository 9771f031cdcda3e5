"""pyperf: each run is a process of its own, and its values are per loop.

Source: https://pyperf.readthedocs.io/en/latest/api.html (JSON format, version 1.0).
"""

from collections.abc import Mapping

from unitdocs.records.readers.collector import ResultCollector, time_of
from unitdocs.records.readers.places import Node, each
from unitdocs.records.results import Result, Results

METRICS: Mapping[str, tuple[str, str]] = {"second": ("time", "s"), "byte": ("memory", "B"), "integer": ("count", "1")}
"""Metric and unit by pyperf unit."""
DEFAULT_UNIT = "second"


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of pyperf."""
    return {"benchmarks", "version"} <= root.keys()


def read(root: Node) -> Results:
    """Read a file of pyperf."""
    if (version := root.member("version")).value != "1.0":
        raise version.problem('expected "1.0", the version that pyperf has written since 2017')
    collector = ResultCollector()
    benchmarks = root.member("benchmarks").items()
    each(benchmarks, lambda benchmark: _read_benchmark(root, benchmark, collector))
    runs = [run for benchmark in benchmarks for run in benchmark.member("runs").items()]
    measured = next((date for run in runs if (date := time_of(_about("date", run)))), None)
    version_of_tool = _about("perf_version", *runs[:1], *benchmarks[:1], root)
    return collector.results(f"pyperf {version_of_tool.text() if version_of_tool else ''}".strip(), root, measured)


def _read_benchmark(root: Node, benchmark: Node, collector: ResultCollector) -> None:
    runs = benchmark.member("runs").items()
    with_values = [run for run in runs if _has_values(run)]
    collector.skip("calibration runs", len(runs) - len(with_values))
    collector.skip(
        "warm-up values", sum(len(warmups.items()) for run in with_values if (warmups := run.get("warmups")))
    )
    if not with_values:
        collector.skip("benchmarks without values")
        return
    metric, unit = _metric(root, benchmark, with_values)
    name = _about("name", with_values[0], benchmark, root)
    if name is None:
        raise benchmark.problem("expected a name in its metadata")
    groups = tuple(run.member("values").numbers(least=0) for run in with_values)
    result = Result(suite="", name=name.name(), metric=metric, unit=unit, groups=groups, by_process=True)
    collector.add(benchmark, result)


def _has_values(run: Node) -> bool:
    values = run.get("values")
    return values is not None and values.items() != []


def _metric(root: Node, benchmark: Node, runs: list[Node]) -> tuple[str, str]:
    """Return metric and unit of a benchmark, in which all runs must agree."""
    units = {unit.text() if (unit := _about("unit", run, benchmark, root)) else DEFAULT_UNIT for run in runs}
    if len(units) > 1 or not units <= METRICS.keys():
        raise benchmark.problem(f"expected one unit for all runs, one of {', '.join(METRICS)}")
    return METRICS[units.pop()]


def _about(name: str, *nodes: Node) -> Node | None:
    """Return a member of the metadata; a run overrides its benchmark, and the benchmark overrides the file."""
    tables = (node.get("metadata") for node in nodes)
    return next((member for table in tables if table and (member := table.get(name))), None)
