"""Each of the twelve corrected semantics, when it is planted, is found by the shadow and named by its row."""

import math

import pytest
from planted import AROUND, CHANGED, PARENT, ROWS, SCENE, VIEWPORT, PlantedSystem, Row

from unitdocs.shadow import create_shadow
from unitdocs.shadow.semantics import SEMANTICS, named
from unitdocs.units import Element, Position, Scale, Scene, Size, create_system

EACH = [(number, row) for number, rows in ROWS.items() for row in rows]
EACH_CHANGED = [(number, row) for number, rows in CHANGED.items() for row in rows]


def identify(value: object) -> str:
    return f"{value.spec.unit}-{value.spec.value}" if isinstance(value, Row) else str(value)


def test_there_are_twelve_rows_in_order() -> None:
    assert [one.row for one in SEMANTICS] == list(range(1, 13)) == list(ROWS)


@pytest.mark.parametrize(("number", "row"), EACH, ids=identify)
def test_both_systems_keep_the_number_of_the_original(number: int, row: Row) -> None:
    del number
    for name in ("original", "refactored"):
        assert create_system(name).build(row.spec).resolve(row.context) == row.compat


@pytest.mark.parametrize(("number", "row"), EACH_CHANGED, ids=identify)
def test_a_planted_row_is_named(number: int, row: Row) -> None:
    system = create_shadow(share=1, budget=1, other=PlantedSystem(row))
    assert system.build(row.spec).resolve(row.context) == row.compat
    report = system.shadow.report()
    if math.isnan(row.corrected):
        assert [one.semantics for one in report.first_errors] == [number]
    else:
        (found,) = report.first_differences
        assert (found.semantics, found.original, found.refactored) == (number, row.compat, row.corrected)
        assert found.unit == repr(row.spec)
        assert f"row {number}" in report.text()


def test_a_number_that_no_row_gives_is_not_named() -> None:
    assert named(Size("parent-width", 50), AROUND, 600.0, 301.0) is None
    assert named(Size("pixel", 50), AROUND, 50.0, 51.0) is None


MEMBERS = {"size": "width", "position": "x", "scale": "scale"}


@pytest.mark.parametrize("number", [1, 4, 7])
def test_a_planted_row_is_named_in_a_scene(number: int) -> None:
    row = CHANGED[number][0]
    member = MEMBERS[type(row.spec).__name__.lower()]
    frame = Element(
        "frame",
        x=Position("pixel", PARENT.x),
        y=Position("pixel", PARENT.y, "y"),
        width=Size("pixel", PARENT.width),
        height=Size("pixel", PARENT.height, "height"),
        scale=Scale("factor", 1),
    )
    scene = Scene("menu", (frame, Element("button", "frame", **{member: row.spec}), Element("text", "button")))
    system = create_shadow(share=1, budget=1, other=PlantedSystem(row))
    system.prepare(scene).resolve(scene=SCENE, viewport=VIEWPORT)
    found = system.shadow.report().first_differences
    assert [(one.place, one.member, one.semantics) for one in found] == [("menu/button", member, number)]
