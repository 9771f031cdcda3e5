"""hyperfine: each timed run of a command is a process of its own.

Source: https://github.com/sharkdp/hyperfine, src/benchmark/benchmark_result.rs.
"""

from collections import Counter
from collections.abc import Mapping

from unitdocs.records.readers.collector import ResultCollector
from unitdocs.records.readers.places import Node, each
from unitdocs.records.results import Result, Results


def matches_format(root: Mapping[str, object]) -> bool:
    """Tell whether a file looks like one of hyperfine."""
    return isinstance(root.get("results"), list)


def read(root: Node) -> Results:
    """Read a file of hyperfine."""
    collector = ResultCollector()
    entries = root.member("results").items()
    commands = Counter(entry.member("command").name() for entry in entries)
    each(entries, lambda entry: _read_command(entry, commands, collector))
    return collector.results("hyperfine", root, None)


def _read_command(entry: Node, commands: Counter[str], collector: ResultCollector) -> None:
    times = entry.get("times")
    values = times.numbers(least=0) if times else ()
    if not values:
        collector.skip("commands without single times")
        return
    passed = _passed(entry, len(values))
    collector.skip("runs that ended with an error", passed.count(False))
    groups = tuple((value,) for value, is_kept in zip(values, passed, strict=True) if is_kept)
    if groups:
        collector.add(entry, Result(suite="", name=_name(entry, commands), groups=groups, by_process=True))


def _passed(entry: Node, runs: int) -> list[bool]:
    """Tell of each run whether it ended well; files before 1.10 do not say it, and then none went on after an error."""
    codes = entry.get("exit_codes")
    if codes is None:
        return [True] * runs
    if len(items := codes.items()) != runs:
        raise codes.problem(f"expected {runs} exit codes, one a run")
    return [code.value is not None and code.number() == 0 for code in items]


def _name(entry: Node, commands: Counter[str]) -> str:
    """Return the command; with its parameters where commands differ in these alone."""
    command = entry.member("command").name()
    parameters = entry.get("parameters")
    if commands[command] == 1 or parameters is None:
        return command
    return f"{command} ({', '.join(f'{name}={value.text()}' for name, value in parameters.members().items())})"
