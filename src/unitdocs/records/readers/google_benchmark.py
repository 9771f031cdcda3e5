"""Google Benchmark: repetitions of one process; a value is the time of one iteration, in the entry's own unit.

Source: https://github.com/google/benchmark/blob/main/docs/user_guide.md and src/json_reporter.cc.
"""

from collections.abc import Mapping, Sequence

from unitdocs.records.readers.collector import ResultCollector, moment
from unitdocs.records.readers.places import Node, each
from unitdocs.records.results import Result, Results

UNITS: Mapping[object, int] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""How many of a time unit are a second."""
TIMES: Mapping[str, str] = {"time": "real_time", "cpu time": "cpu_time"}
"""The member of each metric."""
AGGREGATES = ("_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS")
"""How the names of aggregates end in files before 1.5, which do not say it otherwise."""


def matches_format(root: Mapping[str, object]) -> bool:
    """Tell whether a file looks like one of Google Benchmark."""
    return {"benchmarks", "context"} <= root.keys()


def read(root: Node) -> Results:
    """Read a file of Google Benchmark."""
    collector = ResultCollector()
    benchmarks: dict[str, list[Node]] = {}
    entries = root.member("benchmarks").items()
    names = {entry.member("name").name() for entry in entries}
    each(entries, lambda entry: _sort_in(entry, names, benchmarks, collector))
    for name, repetitions in benchmarks.items():
        _refuse_doubles(repetitions)
        for metric in TIMES:
            values = tuple(_seconds(entry, metric) for entry in repetitions)
            result = Result(suite="", name=name, metric=metric, groups=(values,), by_process=False)
            collector.add(repetitions[0], result)
    context = root.member("context")
    version = context.get("library_version")
    tool = f"Google Benchmark {version.text() if version else ''}".strip()
    return collector.results(tool, root, moment(context.get("date")))


def _sort_in(entry: Node, names: set[str], benchmarks: dict[str, list[Node]], collector: ResultCollector) -> None:
    """Put an entry to its benchmark, or count why it is left out."""
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
    found = entry.get(member)
    if found and not isinstance(found.value, bool):
        raise found.problem("expected true or false")
    return found is not None and found.value is True


def _seconds(entry: Node, metric: str) -> float:
    unit = entry.member("time_unit")
    if not isinstance(unit.value, str) or unit.value not in UNITS:
        raise unit.problem(f"expected one of {', '.join(map(str, UNITS))}")
    return entry.member(TIMES[metric]).number(least=0) / UNITS[unit.value]


def _refuse_doubles(repetitions: Sequence[Node]) -> None:
    """Refuse two benchmarks of one name: repetitions that have the same number."""
    numbers = set()
    for entry in repetitions:
        index = entry.get("repetition_index")
        if index and index.number() in numbers:
            raise index.problem("a second benchmark with the same name")
        numbers.add(index.number() if index else None)
