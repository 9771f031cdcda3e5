# ruff: noqa: INP001 -- MkDocs loads this file by its path
"""What a file may hold, as tables: below each record and each closed choice that the reference documents.

MkDocs calls `on_page_markdown`. The tables come from the classes themselves, so that no member can be missing; what a
member means is said by the class's docstring, else by that of the member's own class.
"""

import functools
import html
import inspect
import json
import operator
import pydoc
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from pydantic import BaseModel

from unitdocs.records.schema import Packed

DIRECTIVE = re.compile(r"^::: (?P<path>[\w.]+)\n(?:    .*\n)*", re.MULTILINE)
PLAIN: Mapping[Any, tuple[str, str]] = {
    bool: ("true or false", "true or false"),
    datetime: ("date and time", "dates and times"),
    float: ("number", "numbers"),
    int: ("whole number", "whole numbers"),
    str: ("text", "texts"),
    NoneType: ("null", "null"),
}
"""One of a kind, and several."""
LIMITS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below", "pattern": "like"}
LARGE = 2**31
"""From here on a power of two is written as one."""


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs's names
    """Put a table below each record and each closed choice of a page of the reference."""
    if not page.file.src_uri.startswith("reference/"):
        return markdown

    def with_table(found: re.Match[str]) -> str:
        kind = pydoc.locate(found["path"])
        if not isinstance(kind, type) or not issubclass(kind, BaseModel | Enum):
            return found[0]
        handler = config.plugins["mkdocstrings"].get_handler("python")  # type: ignore[attr-defined]
        documented = handler.collect(found["path"], handler.get_options({}))
        if issubclass(kind, Enum):
            said = {name: member.docstring.value for name, member in documented.members.items() if member.docstring}
            return f"{found[0]}\n{choices(kind, said)}\n"
        sections = documented.docstring.parsed if documented.docstring else []
        said = {
            member.name: member.description
            for section in sections
            if section.kind.value == "parameters"
            for member in section.value
        }
        return f"{found[0]}\n{members(kind, said)}\n"

    return DIRECTIVE.sub(with_table, f"{markdown}\n")


def members(model: type[BaseModel], said: Mapping[str, str]) -> str:
    """Return a table of a record's members.

    Args:
        model: the record's class.
        said: what members mean, by name.

    Raises:
        PluginError: a type that there are no words for, or words for a member that there is not.
    """
    if unknown := set(said) - set(model.model_fields):
        raise PluginError(f"{model.__name__} has no {', '.join(sorted(unknown))}, but its docstring tells of it")
    hints = get_type_hints(model, include_extras=True)
    rows = []
    for name, field in model.model_fields.items():
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        kind = hints[name]
        if not field.is_required() and default is None:
            kind = _without_null(kind)  # the default says so
        shown = "required" if field.is_required() else _code(_as_json(default))
        rows.append((_code(name), in_words(kind), shown, _marked_up(said.get(name) or _said_by_kind(kind))))
    return _table(f"Members of {model.__name__}", ("Member", "Type", "Default", "Meaning"), rows)


def choices(kind: type[Enum], said: Mapping[str, str]) -> str:
    """Return the words of a closed choice: a table, or a sentence where their names and meanings go without saying."""
    if not said and all(one.name == re.sub(r"\W", "_", one.value).upper() for one in kind):
        words = [_code(one.value) for one in kind]
        first = next(iter(kind))
        return f"<p>One of {', '.join(words)}. In Python {_code(f'{kind.__name__}.{first.name}')} and so on.</p>\n"
    rows = [(_code(one.name), _code(one.value), _marked_up(said.get(one.name, ""))) for one in kind]
    width = 3 if said else 2
    return _table(
        f"Words of {kind.__name__}", ("In Python", "As text", "Meaning")[:width], [row[:width] for row in rows]
    )


def in_words(kind: Any, many: int = 0) -> str:  # noqa: ANN401 - a type, or what stands for one in an annotation
    """Return a type as HTML.

    Args:
        kind: the type.
        many: 1 where there are several of it.

    Raises:
        PluginError: there are no words for it.
    """
    if kind == Packed:
        return f'<autoref identifier="unitdocs.records.schema.unpack">packed</autoref> {in_words(int, 1)}'
    if kind in PLAIN:
        return PLAIN[kind][many]
    if isinstance(kind, TypeVar):
        return "of any kind"
    if isinstance(kind, type) and issubclass(kind, BaseModel | Enum):
        return _class_in_words(kind)
    return _composed_in_words(kind, "s" * many)


def _composed_in_words(kind: Any, plural: str) -> str:  # noqa: ANN401 - as of `in_words`
    """Return what is made of other types as HTML."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _limited(in_words(inner[0], len(plural)), inner[1:])
    if origin is Literal:
        return " or ".join(_code(json.dumps(value)) for value in inner)
    if origin in {Union, UnionType}:
        words = [in_words(one, len(plural)) for one in inner]
        return (", or " if any(", " in one for one in words) else " or ").join(words)
    if origin is tuple and inner[1:] == (...,):
        return f"list{plural} of {in_words(inner[0], 1)}"
    if origin is tuple:
        return f"list{plural} of {len(inner)}: {'; '.join(in_words(one) for one in inner)}"
    if isinstance(origin, type) and issubclass(origin, Mapping) and inner[0] is str:
        return f"object{plural} of {in_words(inner[1], 1)}, by name"
    raise PluginError(f"there are no words for the type {kind!r} yet; add them to hooks/schemas.py")


def _class_in_words(kind: type) -> str:
    """Return a link to a class; it does not lead anywhere where the reference lacks the class, and the build fails."""
    generic = getattr(kind, "__pydantic_generic_metadata__", {})
    if generic.get("origin"):
        return f"{in_words(generic['origin'])} of {' and '.join(in_words(one, 1) for one in generic['args'])}"
    return f'<autoref identifier="{kind.__module__}.{kind.__qualname__}">{kind.__name__}</autoref>'


def _limited(words: str, limits: tuple[object, ...]) -> str:
    """Return the words for a type within limits."""
    said = []
    for limit in _each(limits):
        found = {name: getattr(limit, name) for name in LIMITS if getattr(limit, name, None) is not None}
        said += [f"{LIMITS[name]} {_shown(value)}" for name, value in found.items()]
        if getattr(limit, "min_length", None) == 1:
            words = f"{words}, one or more"
        elif getattr(limit, "allow_inf_nan", None) is False:
            words = f"finite {words}"
        elif not found:
            raise PluginError(f"there are no words for the limit {limit!r} yet; add them to hooks/schemas.py")
    return ", ".join((words, " and ".join(said))) if said else words


def _each(limits: tuple[object, ...]) -> Iterator[object]:
    """Yield limits one by one: a field of pydantic's holds several."""
    for limit in limits:
        yield from getattr(limit, "metadata", [limit])


def _shown(limit: float | str) -> str:
    if isinstance(limit, int) and limit >= LARGE and limit.bit_count() == 1:
        return f"2<sup>{limit.bit_length() - 1}</sup>"
    return _code(limit) if isinstance(limit, str) else str(limit)


def _without_null(kind: Any) -> Any:  # noqa: ANN401 - as of `in_words`
    inner = get_args(kind)
    return functools.reduce(operator.or_, (one for one in inner if one is not NoneType)) if NoneType in inner else kind


def _said_by_kind(kind: Any) -> str:  # noqa: ANN401 - as of `in_words`
    """Return the first sentence of a member's own class, or of what it is a list of; nothing for plain types."""
    if isinstance(kind, type) and issubclass(kind, BaseModel | Enum):
        generic = getattr(kind, "__pydantic_generic_metadata__", {})
        return (inspect.getdoc(generic.get("origin") or kind) or "").split("\n\n")[0]
    return next(filter(None, map(_said_by_kind, get_args(kind))), "")


def _as_json(value: object) -> str:
    return json.dumps(value.value if isinstance(value, Enum) else value)


def _code(text: str) -> str:
    return f"<code>{html.escape(text, quote=False)}</code>"


def _marked_up(text: str) -> str:
    """Return a sentence of a docstring as HTML: code is the only mark-up that they use."""
    sentence = " ".join(html.escape(text, quote=False).split())
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", sentence)


def _table(label: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{word}</th>' for word in heads)
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    table = f'<table aria-label="{label}"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>'
    return f'<div class="ud-table">\n{table}\n</div>\n'
