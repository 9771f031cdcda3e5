"""pytest-benchmark: rounds of one process; a value is the seconds of one iteration of a round.

Source: `Metadata.update` in pytest_benchmark/stats.py (5.3.1). A test that failed is not in the file.
"""

from collections.abc import Mapping

from unitdocs.records.readers.collector import ResultCollector, time_of
from unitdocs.records.readers.places import Node, each
from unitdocs.records.results import Result, Results


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of pytest-benchmark."""
    return {"benchmarks", "machine_info"} <= root.keys()


def read(root: Node) -> Results:
    """Read a file of pytest-benchmark."""
    collector = ResultCollector()
    each(root.member("benchmarks").items(), lambda benchmark: _read_benchmark(benchmark, collector))
    version = root.get("version")
    tool = f"pytest-benchmark {version.text() if version else ''}".strip()
    return collector.results(tool, root, time_of(root.get("datetime")))


def _read_benchmark(benchmark: Node, collector: ResultCollector) -> None:
    name = benchmark.member("fullname").name()
    stats = benchmark.get("stats")
    data = stats.get("data") if stats else None
    values = data.numbers(least=0) if data else ()
    if not values:
        collector.skip("benchmarks without single values (--benchmark-save-data keeps them)")
        return
    file, _, test = name.partition("::")
    suite, name = (file, test) if test else ("", name)
    collector.add(benchmark, Result(suite=suite, name=name, groups=(values,), by_process=False))
