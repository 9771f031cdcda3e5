"""The tables of what a scene file holds, each row held against the parser."""

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from unitdocs.errors import InputError
from unitdocs.units import parse_scene
from unitdocs.units.model import scene

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "scenes.md").read_text()
ROW = re.compile(r"^\| (?P<members>`[^|]*?) \| (?P<type>[^|]*) \|(?: (?P<default>[^|]*) \|)? [^|]* \|$", re.MULTILINE)

Json = dict[str, Any]

SCENE: Json = {
    "format_version": 1,
    "name": "a scene",
    "breakpoints": [{"name": "xs", "min_width": 0}],
    "elements": [{"id": "root"}],
}
ELEMENT: Json = {
    "id": "a",
    "parent": "root",
    "x": {"unit": "pixel", "value": 1},
    "y": {"unit": "pixel", "value": 1},
    "width": {"unit": "pixel", "value": 1},
    "height": {"unit": "pixel", "value": 1},
    "scale": {"unit": "factor", "value": 1},
    "content": {"width": 1, "height": 2},
    "at": {"xs": {"x": {"unit": "pixel", "value": 2}}},
}
POSITION: Json = {"unit": "pixel", "value": 1, "offset": 3}
SIZE: Json = {"unit": "pixel", "value": 1, "min": 0, "max": 5, "maintain_aspect": True}
SCALE: Json = {"unit": "factor", "value": 1, "min": 0, "max": 5, "maintain_aspect": True}
COMPOSITION: Json = {"compose": "weighted-average", "parts": [{"unit": "pixel", "value": 1}], "weights": [2]}


def with_element(**members: Any) -> Json:
    return {**SCENE, "elements": [{"id": "root"}, {"id": "a", **members}]}


class Part(NamedTuple):
    """A part of a scene file: an example with every member, what a file is with it in, and the table that describes it.

    Args:
        full: every member that the table lists.
        placed: makes a scene file of it.
        table: the table's text.
        own: the default of a member, where the table calls it the part's own.
    """

    full: Json
    placed: Callable[[Json], Json]
    table: str
    own: Mapping[str, str] = {}


def table_of(text: str, beginning: str) -> str:
    """Return the first table after a line."""
    return text.split(beginning, 1)[1].lstrip().split("\n|", 1)[1].split("\n\n", 1)[0]


def section(name: str) -> str:
    return table_of(PAGE, f"{{ #members-{name} }}\n")


SCENE_DOCSTRING = scene.__doc__ or ""
PARTS = {
    "scene": Part(SCENE, lambda part: part, table_of(SCENE_DOCSTRING, "A scene file is one JSON object:\n")),
    "element": Part(
        ELEMENT, lambda part: {**SCENE, "elements": [{"id": "root"}, part]}, table_of(SCENE_DOCSTRING, "An element:\n")
    ),
    "breakpoint": Part(
        {"name": "xs", "min_width": 0}, lambda part: {**SCENE, "breakpoints": [part]}, section("breakpoint")
    ),
    "content": Part({"width": 1, "height": 2}, lambda part: with_element(content=part), section("content")),
    "x": Part({**POSITION, "axis": "x"}, lambda part: with_element(x=part), section("position"), {"axis": "x"}),
    "y": Part({**POSITION, "axis": "y"}, lambda part: with_element(y=part), section("position"), {"axis": "y"}),
    "width": Part(
        {**SIZE, "dimension": "width"}, lambda part: with_element(width=part), section("size"), {"dimension": "width"}
    ),
    "height": Part(
        {**SIZE, "dimension": "height"},
        lambda part: with_element(height=part),
        section("size"),
        {"dimension": "height"},
    ),
    "scale": Part(SCALE, lambda part: with_element(scale=part), section("scale")),
    "composition": Part(COMPOSITION, lambda part: with_element(width=part), section("composition")),
}


class Row(NamedTuple):
    """A member as its table describes it."""

    part: str
    name: str
    is_required: bool
    default: str | None


def rows() -> list[Row]:
    found = []
    for name, part in PARTS.items():
        for row in ROW.finditer("\n|" + part.table):
            is_required = row["default"] == "required" if row["default"] else "optional" not in row["type"]
            found += [
                Row(name, member, is_required, row["default"]) for member in re.findall(r"`(\w+)`", row["members"])
            ]
    return found


ROWS = rows()


def problems(data: Json) -> list[str]:
    try:
        parse_scene(data)
    except InputError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize("name", PARTS)
def test_a_table_lists_just_what_the_parser_knows(name: str) -> None:
    part = PARTS[name]
    listed = [row.name for row in ROWS if row.part == name]
    assert sorted(listed) == sorted(part.full)
    assert problems(part.placed(part.full)) == []
    (problem,) = problems(part.placed({**part.full, "unheard_of": 1}))
    assert "unheard_of: unknown; expected " in problem
    assert sorted(problem.rsplit("expected ", 1)[1].split(", ")) == sorted(listed)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.part}.{row.name}")
def test_a_member_is_required_or_has_the_default_that_its_row_tells(row: Row) -> None:
    part = PARTS[row.part]
    without = {name: value for name, value in deepcopy(part.full).items() if name != row.name}
    if row.is_required:
        missing = (
            "unit" if row.name == "compose" else row.name
        )  # what makes a composition one: it is a plain unit without
        assert any(f".{missing}: missing" in problem for problem in problems(part.placed(without)))
        return
    if row.name == "breakpoints":
        without["elements"] = [{"id": "root"}]
    if row.name == "weights":
        without["compose"] = "min"
    found = parse_scene(part.placed(without))
    if row.default is not None:
        default = part.own[row.name] if row.default == "its own" else json.loads(row.default.strip("`"))
        assert parse_scene(part.placed({**without, row.name: default})) == found
