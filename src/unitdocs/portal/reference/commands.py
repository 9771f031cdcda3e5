"""The command-line reference, made from the same declarations as the program's own help.

The project names its program in `[tool.unitdocs] commands` of pyproject.toml, so this package imports no command.
"""

import html
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import typer

from unitdocs.errors import InputError
from unitdocs.records.project import setting

FOLDER: Final = "generated/reference/commands"
_SETTING: Final = "commands"


class Command(Protocol):
    """The members of a command that are read here; typer has no public name for its type."""

    name: str | None
    help: str | None
    params: list[Any]


def build(project: Path, docs: Path) -> Mapping[str, str]:  # noqa: ARG001 - the signature of every section
    """Return the reference of the project's program as a snippet.

    Raises:
        InputError: pyproject.toml does not name a typer program.
    """
    place = f"{project / 'pyproject.toml'}: tool.unitdocs.{_SETTING}"
    declared = setting(project, _SETTING)
    if not isinstance(declared, str):
        raise InputError(f'{place}: expected the name of a typer program, such as "package.module:app"')
    try:
        program = pkgutil.resolve_name(declared)
    except (ValueError, ImportError, AttributeError) as error:
        raise InputError(f"{place}: {declared} cannot be loaded ({error})") from error
    command = typer.main.get_command(program)
    name = command.name or declared
    return {f"{FOLDER}/{name}.md": command_reference(name, command)}


def command_reference(name: str, command: Command) -> str:
    """Return Markdown for a command and its sub-commands, with the words of the program's help."""
    return "\n\n".join(_sections(name, command, 2)) + "\n"


def _sections(name: str, command: Command, level: int) -> Iterator[str]:
    inner: Mapping[str, Command] = getattr(command, "commands", {})
    if not inner:
        yield from _section(name, command, level)
    for word, sub_command in sorted(inner.items()):
        yield from _sections(f"{name} {word}", sub_command, level)


def _section(name: str, command: Command, level: int) -> Iterator[str]:
    context = typer.Context(command, info_name=name)  # type: ignore[arg-type]
    yield f"{'#' * level} `{name}` {{ #{name.replace(' ', '-')} }}"
    yield f'```text title="Usage"\n{context.get_usage().removeprefix("Usage: ")}\n```'
    yield from (_paragraph(text) for text in (command.help or "").split("\n\n"))
    if command.params:
        yield _table([parameter.get_help_record(context) for parameter in command.params])


def _paragraph(text: str) -> str:
    """Return a paragraph of help; an example becomes a code block."""
    if text.startswith("Example: "):
        return f'```bash title="Example"\n{text.removeprefix("Example: ")}\n```'
    return f"<p>{html.escape(text, quote=False)}</p>"


def _table(rows: list[tuple[str, str]]) -> str:
    body = "\n".join(
        f'<tr><th scope="row"><code>{html.escape(name.strip())}</code></th><td>{html.escape(meaning)}</td></tr>'
        for name, meaning in rows
    )
    head = '<thead><tr><th scope="col">Option</th><th scope="col">Meaning</th></tr></thead>'
    table = f"<table data-search-exclude>{head}\n<tbody>\n{body}\n</tbody></table>"
    return f'<div class="ud-table" data-narrow="cards">\n{table}\n</div>'
