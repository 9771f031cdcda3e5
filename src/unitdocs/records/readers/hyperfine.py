"""hyperfine: each timed run of a command is a process of its own.

Source: https://github.com/sharkdp/hyperfine, src/benchmark/benchmark_result.rs.
"""

from collections import Counter
from collections.abc import Mapping

from unitdocs.formatting import counted
from unitdocs.records.readers.collector import ResultCollector, name_at
from unitdocs.records.readers.places import Node
from unitdocs.records.results import Absence, Result, Results, Saved, SavedStatistic


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of hyperfine."""
    return isinstance(root.get("results"), list)


def read(root: Node) -> Results:
    """Read a file of hyperfine."""
    collector = ResultCollector()
    entries = root.member("results").items()
    commands = Counter(name_at(entry, "command") for entry in entries)
    collector.each(
        entries, lambda entry: _read_command(entry, commands, collector), lambda entry: ("", name_at(entry, "command"))
    )
    return collector.results("hyperfine", root, None)


def _read_command(entry: Node, commands: Counter[str], collector: ResultCollector) -> None:
    name = _name(entry, commands)
    times = entry.get("times")
    values = times.numbers(least=0) if times else ()
    if not values:
        _read_saved_mean(entry, name, collector)
        return
    succeeded = _succeeded(entry, len(values))
    collector.skip("runs that ended with an error", succeeded.count(False))
    if not any(succeeded):
        collector.leave_out(("", name), "", Absence.FAILED, "every run ended with an error")
        return
    if failed := succeeded.count(False):
        reason = f"{failed} of {counted(len(values), 'run')} ended with an error"
        collector.name_left_out([("", name)], "time", Absence.FAILED, reason)
    collector.add(entry, _of_runs(name, values, succeeded))
    if memory := entry.get("memory_usage_byte"):
        sizes = memory.numbers(least=0)
        if len(sizes) != len(values):
            raise memory.problem(f"expected {len(values)} numbers, one for each run")
        collector.add(entry, _of_runs(name, sizes, succeeded, metric="peak memory", unit="B"))


def _read_saved_mean(entry: Node, name: str, collector: ResultCollector) -> None:
    """Read a command whose file holds no single times."""
    if entry.get("mean") is None:
        collector.leave_out(("", name), "time", Absence.UNUSABLE, "neither single times nor a mean")
        return
    mean = entry.member("mean").number(least=0)
    saved = Saved(statistic=SavedStatistic.MEAN)
    collector.add(entry, Result(suite="", name=name, groups=((mean,),), by_process=False, saved=saved))


def _of_runs(
    name: str, values: tuple[float, ...], succeeded: list[bool], *, metric: str = "time", unit: str = "s"
) -> Result:
    groups = tuple((value,) for value, is_kept in zip(values, succeeded, strict=True) if is_kept)
    return Result(suite="", name=name, metric=metric, unit=unit, groups=groups, by_process=True)


def _succeeded(entry: Node, runs: int) -> list[bool]:
    """Return whether each run succeeded; versions before 1.10 stopped at an error and did not record it."""
    codes = entry.get("exit_codes")
    if codes is None:
        return [True] * runs
    if len(items := codes.items()) != runs:
        raise codes.problem(f"expected {runs} exit codes, one for each run")
    return [code.value is not None and code.number() == 0 for code in items]


def _name(entry: Node, commands: Counter[str]) -> str:
    """Return the command, with its parameters if commands differ only in these."""
    command = entry.member("command").name()
    parameters = entry.get("parameters")
    if commands[command] == 1 or parameters is None:
        return command
    return f"{command} ({', '.join(f'{name}={value.text()}' for name, value in parameters.members().items())})"
