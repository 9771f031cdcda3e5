"""`unitdocs history`: the results of many run records, in one small file."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.analysis import History
    from unitdocs.records import RunRecord

app = typer.Typer(name="history", help="Keep the results of run records over time.", no_args_is_help=True)


@app.callback()
def history() -> None:
    """Keep the results of run records over time."""


@app.command("add")
def add_records(
    record: Annotated[list[Path], typer.Argument(help="Run records.", show_default=False)],
    to: Annotated[Path, typer.Option(help="The history file; created if it does not exist.", show_default=False)],
) -> None:
    """Add run records to a history: ratios, intervals and verdicts of their cases, without samples.

    Prints one line per record. A record that the history already holds changes nothing. If a file cannot be read,
    nothing is written. Several of these commands may add to one history at the same time.

    Example: unitdocs history add benchmarks/results/reference.json.gz --to build/history.json.gz
    """
    from unitdocs import analysis, records  # noqa: PLC0415 -- pandas would slow the start of every command
    from unitdocs.analysis.history import merged_histories  # noqa: PLC0415
    from unitdocs.files import locks  # noqa: PLC0415

    added = [(one, analysis.history_of([one])) for one in load_records(record)]
    lines = []
    with locks.locked(to, patience=locks.PATIENCE):
        results = analysis.load_history(to) if to.exists() else analysis.History()
        for run_record, entries in added:
            extended = merged_histories(results, entries)
            lines.append(describe_addition(run_record, results, extended))
            results = extended
        records.save(results, to)
    typer.echo("\n".join(lines))


def load_records(files: Iterable[Path]) -> "list[RunRecord]":
    """Read run records.

    Raises:
        InputError: a file cannot be read; all problems are reported together.
    """
    from unitdocs import records  # noqa: PLC0415 -- pandas would slow the start of every command

    run_records: list[RunRecord] = []
    problems: list[str] = []
    for file in files:
        try:
            run_records.append(records.load(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return run_records


def describe_addition(record: "RunRecord", before: "History", after: "History") -> str:
    """Return the line that reports whether a record was added."""
    if before == after:
        return f"{record.id}: already in the history"
    from unitdocs.formatting import counted  # noqa: PLC0415 -- as above

    kept = next(len(entry.cases) for entry in after.entries if entry.id == record.id)
    others = len(record.cases) - kept
    line = f"{record.id}: added with {counted(kept, 'case')}"
    return f"{line}; not kept: {counted(others, 'case')} without a ratio" if others else line
