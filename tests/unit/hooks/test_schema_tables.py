"""Schemas as tables: types in words, and every member of every record."""

import html
import inspect
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from mkdocs.exceptions import PluginError
from pydantic import Field, FiniteFloat

import unitdocs.records
from unitdocs.records import results
from unitdocs.records.schema import Frozen, Packed, Pair


class Colour(StrEnum):
    """Which colour it has."""

    DARK_RED = "dark-red"
    BLUE = "blue"


class Part(Frozen):
    """A part.

    It has more to say.
    """

    name: str


class Whole(Frozen):
    """A whole.

    Args:
        size: below 5 & in `px`,
            over two lines.
    """

    format: Literal["whole"] = "whole"
    size: Annotated[int, Field(ge=1, lt=5)]
    colour: Colour = Colour.BLUE
    note: str | None = None
    parts: tuple[Part, ...] = ()


def text(markup: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", markup))


def rows(table: str) -> list[list[str]]:
    found = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [[text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in found]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (str, "text"),
        (bool, "true or false"),
        (datetime, "date and time"),
        (str | None, "text or null"),
        (Literal["s", "B"], '"s" or "B"'),
        (Annotated[int, Field(ge=0, lt=2**63)], "whole number, at least 0 and below 263"),
        (Annotated[float, Field(gt=0, le=1)] | None, "number, above 0 and at most 1, or null"),
        (Annotated[str, Field(pattern="^[AB]+$")], "text, like ^[AB]+$"),
        (FiniteFloat, "finite number"),
        (tuple[Part, ...], "list of Part"),
        (Annotated[tuple[int, ...], Field(min_length=1)], "list of whole numbers, one or more"),
        (tuple[str, int], "list of 2: text; whole number"),
        (tuple[tuple[str, ...], ...], "list of lists of texts"),
        (Mapping[str, float], "object of numbers, by name"),
        (dict[str, tuple[str, str]], "object of lists of 2: text; text, by name"),
        (Pair[Packed], "Pair of packed whole numbers"),
        (Pair[Annotated[float, Field(ge=0)] | None], "Pair of numbers, at least 0, or null"),
    ],
)
def test_a_type_is_told_in_words(schemas: ModuleType, kind: Any, words: str) -> None:
    assert text(schemas.in_words(kind)) == words


@pytest.mark.parametrize(
    ("kind", "named"), [(set[int], r"the type set\[int\]"), (Annotated[int, Field(multiple_of=3)], "the limit")]
)
def test_what_there_are_no_words_for_stops_the_build(schemas: ModuleType, kind: Any, named: str) -> None:
    with pytest.raises(PluginError, match=f"there are no words for {named}.*add them to"):
        schemas.in_words(kind)


def test_a_table_has_every_member_with_its_type_default_and_meaning(schemas: ModuleType) -> None:
    table = schemas.members(Whole, {"size": "below 5 & in `px`,\nover two lines."})
    assert rows(table) == [
        ["Member", "Type", "Default", "Meaning"],
        ["format", '"whole"', '"whole"', ""],
        ["size", "whole number, at least 1 and below 5", "required", "below 5 & in px, over two lines."],
        ["colour", "Colour", '"blue"', "Which colour it has."],
        ["note", "text", "null", ""],
        ["parts", "list of Part", "[]", "A part."],
    ]
    assert "5 &amp; in <code>px</code>, over" in table


def test_a_docstring_that_tells_of_a_member_that_is_gone_stops_the_build(schemas: ModuleType) -> None:
    with pytest.raises(PluginError, match="Whole has no weight, but its docstring tells of it"):
        schemas.members(Whole, {"size": "its size.", "weight": "its weight."})


def test_words_that_say_their_names_are_a_sentence(schemas: ModuleType) -> None:
    assert text(schemas.choices(Colour, {})) == "One of dark-red, blue. In Python Colour.DARK_RED and so on.\n"


def test_words_with_a_meaning_are_a_table(schemas: ModuleType) -> None:
    table = schemas.choices(Colour, {"BLUE": "As the sky."})
    assert rows(table) == [
        ["In Python", "As text", "Meaning"],
        ["DARK_RED", "dark-red", ""],
        ["BLUE", "blue", "As the sky."],
    ]


RECORDS = [
    kind
    for module in (unitdocs.records, results)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Frozen) and kind is not Frozen
]


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_every_record_can_be_told_in_words(schemas: ModuleType, model: type[Frozen]) -> None:
    assert [row[0] for row in rows(schemas.members(model, {}))[1:]] == list(model.model_fields)
