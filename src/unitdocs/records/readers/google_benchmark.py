"""Google Benchmark: repetitions of one process; a value is the time of one iteration, in the unit of its entry.

Source: https://github.com/google/benchmark/blob/main/docs/user_guide.md and src/json_reporter.cc.
"""

from collections.abc import Mapping, Sequence

from unitdocs.records.readers.collector import ResultCollector, time_of
from unitdocs.records.readers.places import Node, each
from unitdocs.records.results import Result, Results

UNITS: Mapping[object, int] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Number of each time unit in a second."""
TIMES: Mapping[str, str] = {"time": "real_time", "cpu time": "cpu_time"}
"""The member of each metric."""
AGGREGATES = ("_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS")
"""Suffixes of aggregates' names in files before version 1.5, which have no other mark of aggregates."""


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of Google Benchmark."""
    return {"benchmarks", "context"} <= root.keys()


def read(root: Node) -> Results:
    """Read a file of Google Benchmark."""
    collector = ResultCollector()
    benchmarks: dict[str, list[Node]] = {}
    entries = root.member("benchmarks").items()
    names = {entry.member("name").name() for entry in entries}
    each(entries, lambda entry: _sort_in(entry, names, benchmarks, collector))
    for name, repetitions in benchmarks.items():
        _refuse_duplicates(repetitions)
        for metric in TIMES:
            values = tuple(_seconds(entry, metric) for entry in repetitions)
            result = Result(suite="", name=name, metric=metric, groups=(values,), by_process=False)
            collector.add(repetitions[0], result)
    context = root.member("context")
    version = context.get("library_version")
    tool = f"Google Benchmark {version.text() if version else ''}".strip()
    return collector.results(tool, root, time_of(context.get("date")))


def _sort_in(entry: Node, names: set[str], benchmarks: dict[str, list[Node]], collector: ResultCollector) -> None:
    """Add an entry to the repetitions of its benchmark, or skip it with a reason."""
    name = entry.member("name").name()
    if _is_aggregate(entry, name, names):
        collector.skip("aggregates")
    elif _is_true(entry, "error_occurred"):
        collector.skip("failed")
    elif _is_true(entry, "skipped"):
        collector.skip("skipped")
    else:
        for metric in TIMES:
            _seconds(entry, metric)
        benchmarks.setdefault(name, []).append(entry)


def _is_aggregate(entry: Node, name: str, names: set[str]) -> bool:
    if kind := entry.get("run_type"):
        if kind.value not in ("iteration", "aggregate"):
            raise kind.problem("expected iteration or aggregate")
        return kind.value == "aggregate"
    ending = next((ending for ending in AGGREGATES if name.endswith(ending)), None)
    if ending in ("_BigO", "_RMS"):
        return entry.get("real_time") is None or entry.get("time_unit") is None
    return ending is not None and name.removesuffix(ending) in names


def _is_true(entry: Node, member: str) -> bool:
    flag = entry.get(member)
    if flag and not isinstance(flag.value, bool):
        raise flag.problem("expected true or false")
    return flag is not None and flag.value is True


def _seconds(entry: Node, metric: str) -> float:
    unit = entry.member("time_unit")
    if not isinstance(unit.value, str) or unit.value not in UNITS:
        raise unit.problem(f"expected one of {', '.join(map(str, UNITS))}")
    return entry.member(TIMES[metric]).number(least=0) / UNITS[unit.value]


def _refuse_duplicates(repetitions: Sequence[Node]) -> None:
    """Raise an error if two benchmarks have one name: their repetitions then have the same number."""
    numbers = set()
    for entry in repetitions:
        index = entry.get("repetition_index")
        if index and index.number() in numbers:
            raise index.problem("a second benchmark with the same name")
        numbers.add(index.number() if index else None)
