"""The index of error messages: families with cause and remedy, which are written by hand, and their messages.

The families are in `docs/errors.toml`; the messages come from the source. A message without a family is an error, so
that no message can be added without saying what a reader does about it.
"""

import html
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from unitdocs.analysis.selection import Declaration, load_declaration
from unitdocs.errors import InputError
from unitdocs.portal.components.markup import Column, cards
from unitdocs.portal.reference.error_messages import VARYING, ErrorMessage, error_messages

FOLDER: Final = "generated/reference/errors"
FILE: Final = "errors.toml"
_COLUMNS: Final = ("Message", "Raised in")


class MessageFamily(Declaration):
    """Messages with a common cause.

    Args:
        id: the anchor on the page.
        title: the heading.
        modules: patterns of the modules and scripts that raise them; the longest pattern that fits decides.
        cause: Markdown: when they appear.
        fix: Markdown: what to do; links are relative to the reference's folder.
    """

    id: Annotated[str, Field(pattern=r"^[a-z-]+$")]
    title: str
    modules: Annotated[tuple[str, ...], Field(min_length=1)]
    cause: str
    fix: str


class MessageFamilies(Declaration):
    """All families, in the order of the page."""

    families: tuple[MessageFamily, ...] = ()


def build(project: Path, docs: Path) -> Mapping[str, str]:
    """Return the index as a snippet; nothing for a project that declares no families.

    Raises:
        InputError: the declaration is invalid, a message has no family, or a family no message.
    """
    declared = load_declaration(docs / FILE, MessageFamilies).families
    if not declared:
        return {}
    sorted_messages = by_family(declared, error_messages(project))
    sections = [_section(family, sorted_messages[family.id]) for family in declared]
    return {f"{FOLDER}/messages.md": "\n\n".join(sections) + "\n"}


def by_family(
    families: Sequence[MessageFamily], messages: Sequence[ErrorMessage]
) -> Mapping[str, Sequence[ErrorMessage]]:
    """Return the messages of each family, by its id.

    Raises:
        InputError: a message has no family, or a family no message.
    """
    found: dict[str, list[ErrorMessage]] = {family.id: [] for family in families}
    homeless = set()
    for message in messages:
        family = _family_of(message.module, families)
        if family is None:
            homeless.add(message.module)
        else:
            found[family.id].append(message)
    problems = [f"{FILE}: no family for the messages of {module}; add it to one" for module in sorted(homeless)]
    problems += [f"{FILE}: {family}: no module of it has a message; remove it" for family in found if not found[family]]
    if problems:
        raise InputError(*problems)
    return found


def _family_of(module: str, families: Sequence[MessageFamily]) -> MessageFamily | None:
    """Return the family with the longest pattern that fits a module."""
    fitting = [
        (len(pattern), family) for family in families for pattern in family.modules if fnmatchcase(module, pattern)
    ]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _section(family: MessageFamily, messages: Sequence[ErrorMessage]) -> str:
    modules: dict[str, list[str]] = {}
    for message in messages:
        modules.setdefault(message.text, []).append(message.module)
    body = "\n".join(
        f'<tr><th scope="row">{_message(text)}</th><td>{", ".join(map(_code, raised_in))}</td></tr>'
        for text, raised_in in sorted(modules.items(), key=lambda one: VARYING.sub("", one[0]).lstrip(": ").lower())
    )
    head = "".join(f'<th scope="col">{title}</th>' for title in _COLUMNS)
    table = f'<table aria-label="{html.escape(family.title)}"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n'
    place = f'<div class="ud-table"{cards([Column(title) for title in _COLUMNS])}>'
    return (
        f"## {family.title} {{ #{family.id} }}\n\n**Cause.** {family.cause.strip()}\n\n**What to do.** "
        f"{family.fix.strip()}\n\n{place}\n{table}</tbody></table>\n</div>"
    )


def _message(text: str) -> str:
    """Return a message as HTML, with the parts that vary marked."""
    parts = re.split(f"({VARYING.pattern})", text)
    return "".join(
        f"<var>{html.escape(part[1:-1])}</var>" if VARYING.fullmatch(part) else html.escape(part, quote=False)
        for part in parts
    )


def _code(module: str) -> str:
    return f"<code>{html.escape(module.removeprefix('unitdocs.'))}</code>"
