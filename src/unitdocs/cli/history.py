"""`unitdocs history`: what many run records come to, in one small file."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.analysis import History
    from unitdocs.records import RunRecord

app = typer.Typer(name="history", help="Keep what run records come to, over time.", no_args_is_help=True)


@app.callback()
def history() -> None:
    """Keep what run records come to, over time."""


@app.command("add")
def add_records(
    record: Annotated[list[Path], typer.Argument(help="Run records.", show_default=False)],
    to: Annotated[Path, typer.Option(help="The history; made where there is none.", show_default=False)],
) -> None:
    """Add run records to a history: ratios, intervals and verdicts of their cases, without samples.

    One line a record says what came of it. A record that is there already changes nothing. Where a file cannot be read
    nothing is written.

    Example: unitdocs history add benchmarks/results/reference.json.gz --to build/history.json.gz
    """
    from unitdocs import analysis, records  # noqa: PLC0415 -- pandas would slow the start of every command

    known = analysis.load_history(to) if to.exists() else analysis.History()
    lines = []
    for read in read_all(record):
        grown = analysis.add_to_history(known, read)
        lines.append(line_of(read, known, grown))
        known = grown
    records.save(known, to)
    typer.echo("\n".join(lines))


def read_all(files: Iterable[Path]) -> "list[RunRecord]":
    """Read run records.

    Raises:
        InputError: some cannot be read; the problems of all of them.
    """
    from unitdocs import records  # noqa: PLC0415 -- pandas would slow the start of every command

    read: list[RunRecord] = []
    problems: list[str] = []
    for file in files:
        try:
            read.append(records.load(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return read


def line_of(record: "RunRecord", before: "History", after: "History") -> str:
    """Say what came of a record."""
    if before == after:
        return f"{record.id}: there already"
    cases = next(len(entry.cases) for entry in after.entries if entry.id == record.id)
    return f"{record.id}: added, {cases} of {len(record.cases)} cases have a ratio"
