"""`unitdocs migrate`: brings a game's code from the original system to both systems."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli.formats import Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from unitdocs.migrate import Scan, SourceFile

MANY_FILES = 50
"""Files from which on a terminal shows progress."""

app = typer.Typer(name="migrate", help="Move code from the original system to both systems.", no_args_is_help=True)


@app.callback()
def migrate() -> None:
    """Move code from the original system to both systems."""


@app.command()
def scan(
    path: Annotated[Path, typer.Argument(help="A folder, or one Python file.")],
    write: Annotated[  # noqa: FBT002 -- an option of the command line
        bool, typer.Option("--write", help="Make the changes (default: show them as a diff).")
    ] = False,
    form: Annotated[
        Format, typer.Option("--format", help="Table for a terminal, JSON for programs, Markdown for a pull request.")
    ] = Format.TABLE,
) -> None:
    """Find the uses of the original system in Python code, change those that are certain, and explain the others.

    Reads .py, .pyi and .pyw files. Folders whose name begins with a dot, virtual environments, build, dist,
    node_modules and site-packages are left out; symbolic links are not followed. Notebooks, Cython files and files that
    cannot be parsed are named.

    With --write each file is replaced at once, with its permissions, encoding and line breaks; bytes outside of the
    changes stay. A second run changes nothing. A line with the comment "# unitdocs: keep" is left and counted.

    Every place that is left has its reason, and the section of the page "What changes in your code" that explains it.

    Exit code 0: nothing is to be changed and nothing is left; 1: something was found, or a file could not be written;
    2: the path cannot be read.

    Example: unitdocs migrate scan game

    Example: unitdocs migrate scan game --write --format markdown > migration.md
    """
    from unitdocs.cli import migration_reports  # noqa: PLC0415 -- help is faster without it
    from unitdocs.migrate import Lines  # noqa: PLC0415 -- the same
    from unitdocs.migrate import scan as scan_tree  # noqa: PLC0415 -- the same

    found = scan_tree(path, _shown, Lines.AFTER_THE_CHANGES if write else Lines.AS_THEY_ARE)
    problems = _write(found) if write else {}
    written = {one.source.name for one in found.changed_files} - set(problems) if write else set()
    outcome = migration_reports.ScanOutcome(
        str(path), found, is_writing=write, written=frozenset(written), problems=problems
    )
    typer.echo(migration_reports.REPORTS[form](outcome), nl=False)
    if problems or found.left or outcome.waiting or any(one.is_concerned for one in found.skipped):
        raise typer.Exit(1)


def _write(found: "Scan") -> dict[str, str]:
    """Write the files that change; return why some were not, by their names."""
    from unitdocs.migrate import write as write_file  # noqa: PLC0415 -- help is faster without it

    results = {one.source.name: write_file(one.source, one.content) for one in found.changed_files}
    return {name: problem for name, problem in results.items() if problem is not None}


def _shown(sources: "Sequence[SourceFile]") -> "Iterable[SourceFile]":
    """Pass files on, with a bar on a terminal if there are many."""
    if len(sources) < MANY_FILES or not sys.stderr.isatty():
        return sources
    from rich.console import Console  # noqa: PLC0415 -- only a terminal needs it
    from rich.progress import track  # noqa: PLC0415 -- the same

    return track(sources, description="reading", console=Console(stderr=True), transient=True)
