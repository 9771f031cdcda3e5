"""hyperfine: each timed run of a command is a process of its own.

Source: https://github.com/sharkdp/hyperfine, src/benchmark/benchmark_result.rs.
"""

from collections import Counter
from collections.abc import Mapping

from unitdocs.records.readers.collector import ResultCollector
from unitdocs.records.readers.places import Node, each
from unitdocs.records.results import Result, Results


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of hyperfine."""
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
    succeeded = _succeeded(entry, len(values))
    collector.skip("runs that ended with an error", succeeded.count(False))
    groups = tuple((value,) for value, is_kept in zip(values, succeeded, strict=True) if is_kept)
    if groups:
        collector.add(entry, Result(suite="", name=_name(entry, commands), groups=groups, by_process=True))


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
