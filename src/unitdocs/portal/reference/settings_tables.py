"""The tables of settings and of other variables, made from the declarations that validation reads."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from unitdocs import settings
from unitdocs.portal.components.markup import Column, cards

FOLDER: Final = "generated/reference/settings"


def build(project: Path, docs: Path) -> Mapping[str, str]:  # noqa: ARG001 - the signature of every section
    """Return the tables as snippets."""
    return {
        f"{FOLDER}/settings.md": _table(
            "Settings", ("Setting", "Values", "Default", "Effect"), list(map(_row, settings.SETTINGS))
        ),
        f"{FOLDER}/variables.md": _table(
            "Other variables",
            ("Variable", "Meaning"),
            [
                (_code(name), html.escape(meaning, quote=False))
                for name, meaning in sorted(settings.OTHER_VARIABLES.items())
            ],
        ),
    }


def _row(setting: settings.Setting) -> tuple[str, ...]:
    kind = setting.kind
    values = (
        kind.allowed if kind.allowed == kind.allowed_in_file else f"{kind.allowed}; in a file {kind.allowed_in_file}"
    )
    default = setting.written(setting.default)
    return (
        f"{_code(setting.variable)}<br>in a file {_code(setting.key)}",
        html.escape(values, quote=False),
        default if setting.default is None else _code(default),
        html.escape(setting.effect, quote=False),
    )


def _code(text: str) -> str:
    return f"<code>{html.escape(text, quote=False)}</code>"


def _table(label: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    table = f'<table aria-label="{label}"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>'
    return f'<div class="ud-table"{cards([Column(title) for title in titles])}>\n{table}\n</div>\n'
