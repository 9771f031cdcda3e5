"""`unitdocs check`: whether this machine and environment have what is needed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from unitdocs.cli import requirements
from unitdocs.cli.extras import EXTRAS
from unitdocs.cli.formats import Format
from unitdocs.cli.rows import marked_up
from unitdocs.errors import InputError


def check(
    *,
    extra: Annotated[
        list[str] | None,
        typer.Option(help=f"An extra that has to be installed: {', '.join(EXTRAS)}; repeatable.", show_default=False),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write the table.")] = Format.TABLE,
) -> None:
    """Check what unitdocs needs: Python, disk, packages, extras.

    Ends with 1 if something that is needed is missing. It uses none of the packages that it looks for: in a clone of
    the project, `PYTHONPATH=src python -m unitdocs.cli check` gives the table before anything is installed.

    Example: unitdocs check --extra flags
    """
    wanted = extra or []
    unknown = [name for name in wanted if name not in EXTRAS]
    if unknown:
        raise InputError(f"--extra {unknown[0]}: there is no such extra; give one of {', '.join(EXTRAS)}")
    rows = requirements.requirements(Path.cwd(), wanted)
    if form is Format.JSON:
        typer.echo(json.dumps([row._asdict() for row in rows], indent=2))
    elif form is Format.MARKDOWN:
        heading = ("state", "requirement", "found", "needed")
        typer.echo("\n".join(marked_up([heading, *rows], range(len(heading)))))
    else:
        typer.echo(requirements.table(rows))
        typer.echo(requirements.verdict(rows))
    if not requirements.is_complete(rows):
        raise typer.Exit(1)
