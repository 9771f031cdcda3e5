"""Google Benchmark: repetitions of one process; a value is the time of one iteration, in the unit of its entry.

The counters for items and bytes per second are metrics of their own. If a file holds only aggregates of a benchmark,
its mean is read, or its median. Source: https://github.com/google/benchmark/blob/main/docs/user_guide.md and
src/json_reporter.cc.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unitdocs.records.readers.collector import ResultCollector, name_at, text_in, time_of
from unitdocs.records.readers.places import Node
from unitdocs.records.results import Absence, Result, Results, Saved, SavedStatistic
from unitdocs.records.schema import Direction

UNITS: Mapping[object, int] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Number of each time unit in a second."""
AGGREGATES = ("_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS")
"""Suffixes of aggregates' names in files before version 1.5, which have no other mark of aggregates."""
USED_AGGREGATES = (SavedStatistic.MEAN, SavedStatistic.MEDIAN)
"""Aggregates that are read in place of the values, the preferred one first."""


@dataclass(frozen=True)
class Quantity:
    """A metric of an entry.

    Args:
        member: the member that holds it.
        unit: its unit in results.
        direction: the better direction.
        is_time: whether the member is a time in the unit of the entry, which every entry has.
    """

    member: str
    unit: str = "s"
    direction: Direction = Direction.LOWER
    is_time: bool = True


QUANTITIES: Mapping[str, Quantity] = {
    "time": Quantity("real_time"),
    "cpu time": Quantity("cpu_time"),
    "items per second": Quantity("items_per_second", "1/s", Direction.HIGHER, is_time=False),
    "bytes per second": Quantity("bytes_per_second", "B/s", Direction.HIGHER, is_time=False),
}


@dataclass
class Entries:
    """The entries of a file, sorted by benchmark.

    Args:
        repetitions: the repetitions of each benchmark.
        aggregates: the mean and the median of each benchmark, as far as the file has them.
    """

    repetitions: dict[str, list[Node]]
    aggregates: dict[str, dict[SavedStatistic, Node]]


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of Google Benchmark."""
    return {"benchmarks", "context"} <= root.keys()


def read(root: Node) -> Results:
    """Read a file of Google Benchmark."""
    collector = ResultCollector()
    sorted_entries = Entries({}, {})
    entries = root.member("benchmarks").items()
    names = {name_at(entry, "name") for entry in entries}
    collector.each(entries, lambda entry: _sort_in(entry, names, sorted_entries, collector), _invalid_name)
    for name, repetitions in sorted_entries.repetitions.items():
        _add_metrics(name, _without_duplicates(name, repetitions, collector), None, collector)
    for name, aggregates in sorted_entries.aggregates.items():
        if name not in sorted_entries.repetitions:
            statistic = next(one for one in USED_AGGREGATES if one in aggregates)
            _add_metrics(name, [aggregates[statistic]], Saved(statistic=statistic), collector)
    context = root.member("context")
    version = context.get("library_version")
    tool = f"Google Benchmark {version.text() if version else ''}".strip()
    return collector.results(tool, root, time_of(context.get("date")), _context(context))


def _sort_in(entry: Node, names: set[str], entries: Entries, collector: ResultCollector) -> None:
    """Add an entry to those of its benchmark, or skip it with a reason."""
    name = entry.member("name").name()
    if _is_true(entry, "error_occurred"):
        message = text_in(entry, "error_message") or "the benchmark reported an error"
        collector.leave_out(("", name), "", Absence.FAILED, message)
    elif _is_true(entry, "skipped"):
        collector.leave_out(("", name), "", Absence.SKIPPED, text_in(entry, "skip_message") or "")
    elif _is_aggregate(entry, name, names):
        collector.skip("aggregates")
        _sort_in_aggregate(entry, name, entries)
    else:
        entries.repetitions.setdefault(name, []).append(entry)


def _sort_in_aggregate(entry: Node, name: str, entries: Entries) -> None:
    """Keep a mean or a median; every other aggregate is not needed."""
    statistic = next((one for one in USED_AGGREGATES if name.endswith(f"_{one}")), None)
    if statistic is not None:
        run = text_in(entry, "run_name") or name.removesuffix(f"_{statistic}")
        entries.aggregates.setdefault(run, {})[statistic] = entry


def _is_aggregate(entry: Node, name: str, names: set[str]) -> bool:
    if kind := entry.get("run_type"):
        if kind.value not in ("iteration", "aggregate"):
            raise kind.problem("expected iteration or aggregate")
        return kind.value == "aggregate"
    ending = next((ending for ending in AGGREGATES if name.endswith(ending)), None)
    if ending in ("_BigO", "_RMS"):
        return entry.get("real_time") is None or entry.get("time_unit") is None
    if ending is None:
        return False
    run = name.removesuffix(ending)
    return run in names or {f"{run}_mean", f"{run}_median", f"{run}_stddev"} <= names


def _is_true(entry: Node, member: str) -> bool:
    flag = entry.get(member)
    if flag and not isinstance(flag.value, bool):
        raise flag.problem("expected true or false")
    return flag is not None and flag.value is True


def _add_metrics(name: str, entries: Sequence[Node], saved: Saved | None, collector: ResultCollector) -> None:
    """Add every metric of a benchmark; an entry whose number is invalid is left out of that metric and named."""
    for metric, quantity in QUANTITIES.items():
        values: list[float] = []

        def read(entry: Node, quantity: Quantity = quantity, values: list[float] = values) -> None:
            values.extend(_value(entry, quantity))

        collector.each(entries, read, lambda _: ("", name), metric)
        if values:
            result = Result(
                suite="",
                name=name,
                metric=metric,
                unit=quantity.unit,
                direction=quantity.direction,
                groups=(tuple(values),),
                by_process=False,
                saved=saved,
            )
            collector.add(entries[0], result)


def _value(entry: Node, quantity: Quantity) -> list[float]:
    """Return the number of a metric in SI units; none if the entry has no such counter."""
    if not quantity.is_time:
        counter = entry.get(quantity.member)
        return [] if counter is None else [counter.number(least=0)]
    unit = entry.member("time_unit")
    if not isinstance(unit.value, str) or unit.value not in UNITS:
        raise unit.problem(f"expected one of {', '.join(map(str, UNITS))}")
    return [entry.member(quantity.member).number(least=0) / UNITS[unit.value]]


def _without_duplicates(name: str, repetitions: Sequence[Node], collector: ResultCollector) -> list[Node]:
    """Return the repetitions of the first benchmark of a name: those of a second one have the same numbers."""
    numbers: set[object] = set()
    kept: list[Node] = []

    def keep(entry: Node) -> None:
        index = entry.get("repetition_index")
        number = index.number() if index else None
        if index and number in numbers:
            raise index.problem("a second benchmark with the same name")
        numbers.add(number)
        kept.append(entry)

    collector.each(repetitions, keep, lambda _: ("", name))
    return kept


def _invalid_name(entry: Node) -> tuple[str, str]:
    return "", name_at(entry, "name")


def _context(context: Node) -> dict[str, object]:
    return {
        "machine": text_in(context, "host_name"),
        "cores": text_in(context, "num_cpus"),
        "build": text_in(context, "library_build_type"),
    }
