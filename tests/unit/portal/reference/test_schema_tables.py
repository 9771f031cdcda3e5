"""Schemas as tables: types in words, and every member of every record."""

import html
import inspect
import pydoc
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, FiniteFloat

import unitdocs.records
from unitdocs.errors import InputError
from unitdocs.portal.reference import schema_tables
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
        (Annotated[tuple[int, ...], Field(min_length=2)], "list of whole numbers, at least 2 of them"),
        (
            Annotated[tuple[int, ...], Field(min_length=1, max_length=9)],
            "list of whole numbers, one or more, at most 9 of them",
        ),
        (Annotated[str, Field(max_length=60)], "text, at most 60 characters"),
        (tuple[date, ...], "list of dates"),
        (tuple[str, int], "list of 2: text; whole number"),
        (tuple[tuple[str, ...], ...], "list of lists of texts"),
        (Mapping[str, float], "object of numbers, by name"),
        (dict[str, tuple[str, str]], "object of lists of 2: text; text, by name"),
        (Pair[Packed], "Pair of packed whole numbers"),
        (Pair[Annotated[float, Field(ge=0)] | None], "Pair of numbers, at least 0, or null"),
    ],
)
def test_a_type_is_written_in_words(kind: Any, words: str) -> None:
    assert text(schema_tables.in_words(kind)) == words


@pytest.mark.parametrize(
    ("kind", "named"), [(set[int], r"the type set\[int\]"), (Annotated[int, Field(multiple_of=3)], "the limit")]
)
def test_a_type_without_words_stops_rendering(kind: Any, named: str) -> None:
    with pytest.raises(InputError, match=f"no words for {named}.*add them to"):
        schema_tables.in_words(kind)


def test_a_table_has_every_member_with_its_type_default_and_meaning() -> None:
    table = schema_tables.members(Whole, {"size": "below 5 & in `px`,\nover two lines."})
    assert rows(table) == [
        ["Member", "Type", "Default", "Meaning"],
        ["format", '"whole"', '"whole"', ""],
        ["size", "whole number, at least 1 and below 5", "required", "below 5 & in px, over two lines."],
        ["colour", "Colour", '"blue"', "Which colour it has."],
        ["note", "text", "null", ""],
        ["parts", "list of Part", "[]", "A part."],
    ]
    assert "5 &amp; in <code>px</code>, over" in table


def test_a_docstring_that_describes_a_removed_member_stops_rendering() -> None:
    with pytest.raises(InputError, match="Whole: its docstring describes weight, which it does not have"):
        schema_tables.members(Whole, {"size": "its size.", "weight": "its weight."})


def test_values_that_their_names_follow_from_are_a_sentence() -> None:
    assert text(schema_tables.choices(Colour, {})) == "One of dark-red, blue. In Python Colour.DARK_RED and so on.\n"


def test_values_with_a_meaning_are_a_table() -> None:
    table = schema_tables.choices(Colour, {"BLUE": "As the sky."})
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
def test_every_record_has_a_table(model: type[Frozen]) -> None:
    assert [row[0] for row in rows(schema_tables.members(model, {}))[1:]] == list(model.model_fields)


def test_an_object_whose_module_needs_a_package_that_is_not_installed_has_no_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "needs_another.py").write_text("import a_package_that_is_not_installed\n")
    (tmp_path / "is_wrong.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert schema_tables.located("needs_another.Thing") is None
    with pytest.raises(pydoc.ErrorDuringImport):
        schema_tables.located("is_wrong.Thing")


def test_the_site_is_rendered_without_the_packages_that_the_portal_s_lock_lacks() -> None:
    root = Path(__file__).parents[4]
    pages = "".join(page.read_text() for page in sorted((root / "docs" / "reference").glob("*.md")))
    program = """
import sys
sys.modules.update(openfeature=None, libcst=None)
import unitdocs.portal.site.rendering
from unitdocs.portal.reference import schema_tables, sections
found = [schema_tables.located(path) for path in sys.argv[1:]]
print(len(found), sum(one is not None for one in found))
"""
    paths = re.findall(r"^::: (unitdocs\.\S+)$", pages, re.MULTILINE)
    done = subprocess.run([sys.executable, "-c", program, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    count, known = map(int, done.stdout.split())
    assert count == len(paths) > 100
    assert known > count - 5  # all but what needs a package of an extra
