"""pytest-benchmark: rounds of one process; a value is the seconds of one iteration of a round.

Files that were saved without `--benchmark-save-data` hold statistics only, of which the mean is read. A test that
failed is not in the file. Source: `Metadata.update` in pytest_benchmark/stats.py (5.3.1).
"""

from collections.abc import Mapping

from unitdocs.records.readers.collector import ResultCollector, joined, name_at, numbers_in, text_in, time_of
from unitdocs.records.readers.places import Node
from unitdocs.records.results import Result, Results, Saved, SavedStatistic
from unitdocs.records.schema import Metric

NAMES = ("fullname", "name")


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of pytest-benchmark."""
    return {"benchmarks", "machine_info"} <= root.keys()


def read(root: Node) -> Results:
    """Read a file of pytest-benchmark."""
    collector = ResultCollector()
    collector.each(root.member("benchmarks").items(), lambda entry: _read_benchmark(entry, collector), _invalid_name)
    version = root.get("version")
    tool = f"pytest-benchmark {version.text() if version else ''}".strip()
    return collector.results(tool, root, time_of(root.get("datetime")), _context(root))


def _read_benchmark(benchmark: Node, collector: ResultCollector) -> None:
    suite, name = _parts(benchmark.member("fullname").name())
    stats = benchmark.member("stats")
    data = stats.get("data")
    values = data.numbers(least=0) if data else ()
    saved = None if values else Saved(statistic=SavedStatistic.MEAN)
    groups = (values or (stats.member("mean").number(least=0),),)
    collector.add(benchmark, Result(suite=suite, name=name, groups=groups, by_process=False, saved=saved))
    for metric, number in numbers_in(benchmark.get("extra_info")).items():
        collector.add(
            benchmark,
            Result(
                suite=suite, name=name, metric=_free_metric(metric), unit="1", groups=((number,),), by_process=False
            ),
        )


def _free_metric(name: str) -> str:
    """Return the metric of a number that a test noted; it is never one of the metrics that this project defines."""
    return f"extra_info {name}" if name in list(Metric) else name


def _invalid_name(benchmark: Node) -> tuple[str, str]:
    return _parts(name_at(benchmark, *NAMES))


def _parts(fullname: str) -> tuple[str, str]:
    """Return file and test."""
    file, _, test = fullname.partition("::")
    return (file, test) if test else ("", fullname)


def _context(root: Node) -> dict[str, object]:
    machine = root.get("machine_info")
    return {
        "machine": text_in(machine, "node"),
        "CPU": text_in(machine, "cpu", "brand_raw") or text_in(machine, "processor") or text_in(machine, "machine"),
        "cores": text_in(machine, "cpu", "count"),
        "system": joined(text_in(machine, "system"), text_in(machine, "release")),
        "Python": joined(text_in(machine, "python_implementation"), text_in(machine, "python_version")),
        "build": text_in(machine, "python_compiler"),
        "commit": text_in(root.get("commit_info"), "id"),
    }
