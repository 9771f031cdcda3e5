"""`unitdocs config`: which settings are in force, where each one came from, and whether they are valid."""

import json
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from unitdocs import settings
from unitdocs.cli.formats import Format
from unitdocs.cli.rows import Row, aligned, inert, marked_up
from unitdocs.errors import InputError
from unitdocs.settings import Resolution, SettingValue

app = typer.Typer(name="config", help="Show and check the settings of a game.", no_args_is_help=True)
HEADING: Final[Row] = ("setting", "value", "from")
LEFT: Final = frozenset({0, 1, 2})
SettingsFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help="A settings file (default: the one that UNITDOCS_SETTINGS names).", show_default=False
    ),
]
Form = Annotated[Format, typer.Option("--format", help="Table for a terminal, JSON for programs, or Markdown.")]


class CheckResult(IntEnum):
    """The exit code of a check."""

    VALID = 0
    CAUTION = 1
    INVALID = 2


@app.callback()
def config() -> None:
    """Show and check the settings of a game."""


def _declarations() -> str:
    """Return one paragraph of help for each setting."""
    return "\n\n".join(
        f"{setting.variable}, in a file {setting.key}: {setting.kind.allowed} (default: "
        f"{setting.written(setting.default)}); {setting.effect}."
        for setting in settings.SETTINGS
    )


SHOW_HELP: Final = f"""
Show all settings, and where the value of each came from.

A variable precedes the settings file, and the file the default; an argument in code, which this command does not see,
precedes them all. In a file, the path of the flag file is relative to that file.

{_declarations()}

Example: unitdocs config show settings/staging.toml
"""


@app.command(help=SHOW_HELP)
def show(file: SettingsFile = None, form: Form = Format.TABLE) -> None:
    """Show all settings, and where the value of each came from."""
    resolution = settings.resolve(file)
    if form is Format.JSON:
        typer.echo(_json(_as_object(resolution)))
        return
    rows = [HEADING, *map(_row, resolution.values)]
    typer.echo("\n".join(aligned(rows, LEFT) if form is Format.TABLE else marked_up(rows, LEFT)))


@app.command()
def check(
    file: SettingsFile = None,
    strict: Annotated[  # noqa: FBT002 -- an option of the command line
        bool, typer.Option("--strict", help="Exit with 1 if something is valid and is still probably a mistake.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """Check the settings: the file, and the variables of this environment.

    Every problem is named with its file and line, or its variable. What is valid and is still probably a mistake is
    named too: a variable UNITDOCS_... that nothing reads, a flag file that does not exist, a setting without effect.

    Exit code 0: valid; 1: with --strict, something is probably a mistake; 2: something is wrong.

    Example: unitdocs config check settings/production.toml --strict
    """
    try:
        resolution = settings.resolve(file)
    except InputError as error:
        if form is Format.TABLE:
            raise
        typer.echo(_written(error.problems, (), form))
        raise typer.Exit(CheckResult.INVALID) from error
    found = settings.cautions(resolution)
    typer.echo(_written((), found, form))
    if found and strict:
        raise typer.Exit(CheckResult.CAUTION)


def _row(one: SettingValue) -> Row:
    return one.setting.key, one.setting.written(one.value), one.place or str(one.origin)


def _as_object(resolution: Resolution) -> dict[str, object]:
    """Return all settings for programs."""
    return {
        "file": None if resolution.file is None else str(resolution.file),
        "settings": {
            one.setting.key: {
                "value": _plain(one.value),
                "origin": str(one.origin),
                "place": one.place or None,
                "variable": one.setting.variable,
                "default": _plain(one.setting.default),
            }
            for one in resolution.values
        },
    }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def _written(problems: tuple[str, ...], cautions: list[str] | tuple[str, ...], form: Format) -> str:
    """Return what a check found."""
    if form is Format.JSON:
        return _json({"valid": not problems, "problems": list(problems), "cautions": list(cautions)})
    lines = ["invalid" if problems else "valid", *problems, *(f"caution: {one}" for one in cautions)]
    return "\n".join(lines if form is Format.TABLE else (f"- {inert(line)}" for line in lines))


def _json(value: object) -> str:
    return json.dumps(value, indent=2)
