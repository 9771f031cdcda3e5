"""The schema of each record and each closed choice that the reference documents, as a snippet for its page.

The tables are made from the classes themselves, so no member can be missing. The meaning of a member comes from the
class's docstring, otherwise from that of the member's own class.
"""

import functools
import html
import inspect
import json
import operator
import pydoc
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import griffe
from pydantic import BaseModel

from unitdocs.errors import InputError
from unitdocs.portal.components.markup import Column, cards
from unitdocs.portal.reference.documented import ReferencePage, lookup
from unitdocs.records.schema import Packed

FOLDER: Final = "generated/reference/schemas"
_HERE: Final = "portal/reference/schema_tables.py"
PLAIN: Mapping[Any, tuple[str, str]] = {
    bool: ("true or false", "true or false"),
    date: ("date", "dates"),
    datetime: ("date and time", "dates and times"),
    float: ("number", "numbers"),
    int: ("whole number", "whole numbers"),
    str: ("text", "texts"),
    NoneType: ("null", "null"),
    Any: ("JSON value", "JSON values"),
}
"""Words for one value of a type, and for several."""
LIMITS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below", "pattern": "like"}
_PARSING: Final[Mapping[str, bool]] = {"warn_unknown_params": False, "warn_missing_types": False}
"""A model takes its members as arguments, though no signature says so; mypy checks the types."""
LARGE = 2**31
"""From this size, a power of two is written as a power."""


def build(pages: Sequence[ReferencePage], code: griffe.ModulesCollection) -> Mapping[str, str]:
    """Return a snippet for each record and each closed choice that a page documents.

    Args:
        pages: the pages of the reference.
        code: the code that they document.

    Raises:
        InputError: a class cannot be described, or its docstring names members that it does not have.
    """
    snippets = {}
    for page in pages:
        for path, _ in page.blocks:
            kind = located(path)
            if isinstance(kind, type) and issubclass(kind, BaseModel | Enum):
                snippets[f"{FOLDER}/{path}.md"] = schema(kind, lookup(code, path, page))
    return snippets


def located(path: str) -> object:
    """Return an object by its path; None if there is none, or if its module needs a package that is not installed.

    The site is built without the packages of extras that only games need: their modules are described by their text.

    Raises:
        pydoc.ErrorDuringImport: the module cannot be imported for another reason.
    """
    try:
        return pydoc.locate(path)
    except pydoc.ErrorDuringImport as failed:
        if isinstance(failed.value, ModuleNotFoundError):
            return None
        raise


def schema(kind: type[BaseModel | Enum], documented: griffe.Object | griffe.Alias) -> str:
    """Return the table of a class.

    Args:
        kind: the class.
        documented: the same class as it is written in the code, with its docstrings.

    Raises:
        InputError: the class cannot be described, or its docstring names members that it does not have.
    """
    if issubclass(kind, Enum):
        meanings = {name: member.docstring.value for name, member in documented.members.items() if member.docstring}
        return choices(kind, meanings)
    sections = documented.docstring.parse("google", **_PARSING) if documented.docstring else []
    parameters = [section for section in sections if section.kind is griffe.DocstringSectionKind.parameters]
    return members(kind, {member.name: member.description for section in parameters for member in section.value})


def members(model: type[BaseModel], meanings: Mapping[str, str]) -> str:
    """Return a table of a record's members.

    Args:
        model: the record's class.
        meanings: meanings of members, by name.

    Raises:
        InputError: a type has no words here, or a meaning names a member that the class does not have.
    """
    if unknown := set(meanings) - set(model.model_fields):
        raise InputError(
            f"{model.__name__}: its docstring describes {', '.join(sorted(unknown))}, which it does not have"
        )
    hints = get_type_hints(model, include_extras=True)
    rows = []
    for name, field in model.model_fields.items():
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        kind = hints[name]
        if not field.is_required() and default is None:
            kind = _without_null(kind)  # the default shows it
        default_text = "required" if field.is_required() else _code(_as_json(default))
        rows.append((_code(name), in_words(kind), default_text, _marked_up(meanings.get(name) or _meaning_of(kind))))
    return _table(f"Members of {model.__name__}", ("Member", "Type", "Default", "Meaning"), rows)


def choices(kind: type[Enum], meanings: Mapping[str, str]) -> str:
    """Return the values of a closed choice: a table, or one sentence where their names follow from them."""
    if not meanings and all(one.name == re.sub(r"\W", "_", one.value).upper() for one in kind):
        words = [_code(one.value) for one in kind]
        first = next(iter(kind))
        return f"<p>One of {', '.join(words)}. In Python {_code(f'{kind.__name__}.{first.name}')} and so on.</p>\n"
    rows = [(_code(one.name), _code(one.value), _marked_up(meanings.get(one.name, ""))) for one in kind]
    width = 3 if meanings else 2
    return _table(
        f"Words of {kind.__name__}", ("In Python", "As text", "Meaning")[:width], [row[:width] for row in rows]
    )


def in_words(kind: Any, many: int = 0) -> str:  # noqa: ANN401 - whatever an annotation may hold
    """Return a type as HTML.

    Args:
        kind: the type.
        many: 1 for several values of it, 0 for one.

    Raises:
        InputError: the type has no words here.
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
    """Return a type that is composed of other types as HTML."""
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
    raise InputError(f"no words for the type {kind!r} yet; add them to {_HERE}")


def _class_in_words(kind: type) -> str:
    """Return a link to a class; the build fails where the reference does not document the class."""
    generic = getattr(kind, "__pydantic_generic_metadata__", {})
    if generic.get("origin"):
        return f"{in_words(generic['origin'])} of {' and '.join(in_words(one, 1) for one in generic['args'])}"
    return f'<autoref identifier="{kind.__module__}.{kind.__qualname__}">{kind.__name__}</autoref>'


def _limited(words: str, limits: tuple[object, ...]) -> str:
    """Return the words for a type within limits."""
    bounds: list[str] = []
    for limit in _each(limits):
        values = {name: getattr(limit, name) for name in LIMITS if getattr(limit, name, None) is not None}
        bounds += [f"{LIMITS[name]} {_limit(value)}" for name, value in values.items()]
        lengths = _lengths(limit, words)
        if getattr(limit, "min_length", None) == 1:
            words = f"{words}, one or more"
        elif getattr(limit, "allow_inf_nan", None) is False:
            words = f"finite {words}"
        elif not values and not lengths:
            raise InputError(f"no words for the limit {limit!r} yet; add them to {_HERE}")
        bounds += lengths
    return ", ".join((words, " and ".join(bounds))) if bounds else words


def _lengths(limit: object, words: str) -> list[str]:
    """Return the words for the shortest and the longest text or list, where a limit is one of these."""
    unit = "characters" if words.startswith("text") else "of them"
    least, most = getattr(limit, "min_length", None), getattr(limit, "max_length", None)
    shortest = [f"at least {least} {unit}"] if least and least > 1 else []
    return shortest + ([f"at most {most} {unit}"] if most else [])


def _each(limits: tuple[object, ...]) -> Iterator[object]:
    """Yield limits one by one: a field of pydantic holds several."""
    for limit in limits:
        yield from getattr(limit, "metadata", [limit])


def _limit(limit: float | str) -> str:
    if isinstance(limit, int) and limit >= LARGE and limit.bit_count() == 1:
        return f"2<sup>{limit.bit_length() - 1}</sup>"
    return _code(limit) if isinstance(limit, str) else str(limit)


def _without_null(kind: Any) -> Any:  # noqa: ANN401 - as of `in_words`
    inner = get_args(kind)
    return functools.reduce(operator.or_, (one for one in inner if one is not NoneType)) if NoneType in inner else kind


def _meaning_of(kind: Any) -> str:  # noqa: ANN401 - as of `in_words`
    """Return the first sentence of the docstring of a class, or of the class in a list; empty for plain types."""
    if isinstance(kind, type) and issubclass(kind, BaseModel | Enum):
        generic = getattr(kind, "__pydantic_generic_metadata__", {})
        return (inspect.getdoc(generic.get("origin") or kind) or "").split("\n\n")[0]
    return next(filter(None, map(_meaning_of, get_args(kind))), "")


def _as_json(value: object) -> str:
    return json.dumps(value.value if isinstance(value, Enum) else value)


def _code(text: str) -> str:
    return f"<code>{html.escape(text, quote=False)}</code>"


def _marked_up(text: str) -> str:
    """Return a sentence of a docstring as HTML: code is the only mark-up in them."""
    sentence = " ".join(html.escape(text, quote=False).split())
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", sentence)


def _table(label: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{word}</th>' for word in heads)
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    table = f'<table aria-label="{label}"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>'
    return f'<div class="ud-table"{cards([Column(head) for head in heads])}>\n{table}\n</div>\n'
