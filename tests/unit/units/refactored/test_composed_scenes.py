"""Compositions in scenes: through bound units, through a plan, and as the rules read."""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from agreement import assert_as_the_rules_read
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import COMPOSED, extents, large_scenes, same

from unitdocs.errors import InputError
from unitdocs.units import (
    Box,
    BreakpointRange,
    Composition,
    Context,
    Element,
    Extent,
    How,
    Position,
    Scale,
    Scene,
    Size,
    UnitSystem,
    create_system,
    parse_scene,
)
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE

SURFACE = Extent(800, 600)
INF, NAN = math.inf, math.nan
PANEL = Box(10, 20, 200, 100)
Resolve = Callable[..., float]


def units_alone(_name: str, unit: Any, *, parent: Box | None, content: Extent | None, surface: Any) -> float:
    system = UnitSystem(random.Random(1))
    return system.build(unit).resolve(Context(parent=parent, content=content, scene=surface))


def scene_of(count: int) -> Resolve:
    """Return a function that resolves a unit inside a scene of `count` elements, most of which only make it large."""

    def resolve(name: str, unit: Any, *, parent: Box | None, content: Extent | None, surface: Any) -> float:
        made = Element("it", None if parent is None else "panel", content=content, **{name: unit})
        x, y = Position("pixel", PANEL.x), Position("pixel", PANEL.y, "y")
        panel = Element("panel", x=x, y=y, content=Extent(PANEL.width, PANEL.height))
        others = [
            # the same composition, of elements that lack what this one has and the other way around
            Element(
                f"e{i}",
                "panel" if i % 2 else None,
                content=Extent(7, 7) if i % 3 else None,
                **({name: unit} if i % 5 else {}),
            )
            for i in range(count - 2)
        ]
        prepared = UnitSystem(random.Random(1)).prepare(Scene("one", (made, panel, *others)))
        return prepared.resolve(scene=surface)[0][("x", "y", "width", "height", "scale").index(name)]

    return resolve


@pytest.fixture(params=[units_alone, scene_of(2), scene_of(PLAN_AT_ONCE)], ids=["alone", "bound", "plan"])
def resolve(request: pytest.FixtureRequest) -> Resolve:
    return request.param


def pixels(*values: float) -> list[Size]:
    return [Size("pixel", value) for value in values]


WIDE, OF_CONTENT, OF_VIEWPORT = Size("parent-width", "fill"), Size("pixel", "content"), Size("viewport-width", "pixel")
RIGHT = Position("parent-right", "right", "x", -5)
MIDDLE = Position("parent-center-x", "center", "x", 1)
FIT = Scale("factor", "fit")
ZERO_CONTENT = Extent(0, 0)


@pytest.mark.parametrize(
    ("name", "unit", "inside", "root"),
    [
        ("width", Composition("min", [WIDE, *pixels(150)]), 150, 100),
        ("width", Composition("max", [WIDE, *pixels(150)]), 200, 150),
        ("width", Composition("min", pixels(5)), 5, 5),
        ("width", Composition("clamp", [WIDE, *pixels(50, 120)]), 120, 100),
        ("width", Composition("clamp", [*pixels(120), WIDE, *pixels(500)]), 200, 120),
        ("width", Composition("clamp", [*pixels(500, 10), WIDE]), 200, 100),
        ("width", Composition("clamp", [WIDE, *pixels(300, 20)]), 300, 300),
        ("width", Composition("weighted-average", [*pixels(100), WIDE], (1, 3)), 175, 100),
        ("width", Composition("weighted-average", [*pixels(INF), WIDE], (0, 3)), NAN, NAN),
        ("width", Composition("weighted-average", [WIDE, *pixels(-INF)], (1, 3)), -INF, -INF),
        ("width", Composition("priority", [WIDE, *pixels(5)]), 200, 5),
        ("width", Composition("priority", [OF_CONTENT, OF_VIEWPORT, Size("scene-width", "fill")]), 800, 800),
        ("width", Composition("priority", [OF_CONTENT, WIDE, OF_VIEWPORT]), 200, 1200),
        ("width", Composition("priority", [OF_VIEWPORT]), 1200, 1200),
        ("width", Composition("priority", [Composition("min", [WIDE, *pixels(7)]), *pixels(5)]), 7, 5),
        ("width", Composition("min", [Composition("priority", [WIDE, *pixels(5)]), *pixels(50)]), 50, 5),
        ("width", Composition("max", [Composition("max", [Composition("min", [WIDE]), *pixels(1)])]), 200, 100),
        ("width", Composition("min", [*pixels(1, NAN), WIDE]), NAN, NAN),
        ("width", Composition("max", [WIDE, *pixels(NAN, 300)]), NAN, NAN),
        ("width", Composition("clamp", [WIDE, *pixels(NAN, NAN)]), 200, 100),
        ("width", Composition("clamp", [*pixels(NAN, 1, 2)]), NAN, NAN),
        ("width", Composition("clamp", [*pixels(INF, -INF, 2)]), 2, 2),
        ("width", Composition("max", [replace(WIDE, max=60.0), replace(WIDE, min=40.0, max=70.0)]), 70, 70),
        ("height", Composition("min", [Size("pixel", "stretch", "height"), Size("pixel", "fit", "both")]), 400, 400),
        ("x", Composition("max", [RIGHT, Position("pixel", 50, "x", 3)]), 205, 53),
        ("x", Composition("min", [MIDDLE, RIGHT]), 111, -5),
        ("x", Composition("weighted-average", [MIDDLE, RIGHT], (1, 1)), 158, (401 - 5) / 2),
        ("y", Composition("priority", [Position("parent-bottom", "bottom", "y"), Position("pixel", 4, "y")]), 120, 4),
        ("scale", Composition("min", [FIT, Scale("percentage", 150)]), 1.5, 1.5),
        ("scale", Composition("max", [Scale("parent-width-scale", 1), Scale("factor", 0.1)]), 0.25, 0.1),
        ("scale", Composition("max", [Scale("parent-width-scale", 1, max=0.2), Scale("factor", 0.1)]), 0.2, 0.1),
    ],
)
def test_the_number_of_a_composition(resolve: Resolve, name: str, unit: Any, inside: float, root: float) -> None:
    assert same(resolve(name, unit, parent=PANEL, content=None, surface=SURFACE), inside)
    assert same(resolve(name, unit, parent=None, content=None, surface=SURFACE), root)


@pytest.mark.parametrize("count", [4, PLAN_AT_ONCE])
def test_compositions_that_differ_in_weights_or_constraints_alone_keep_their_own(count: int) -> None:
    """Though a plan resolves many of them at once."""
    elements = [
        Element(
            f"e{i}",
            width=Composition("weighted-average", pixels(0, 100), (1, 1 + i)),
            height=Composition("max", [Size("scene-height", "fill", "height", max=i)]),
            x=Composition("max", [Position("scene-right", "right", "x", i)]),
        )
        for i in range(count)
    ]
    layout = UnitSystem().prepare(Scene("row", tuple(elements))).resolve(scene=SURFACE)
    assert list(layout) == [(800 + i, 0, (1 + i) * 100 / (2 + i), min(i, 600), 1) for i in range(count)]


def test_a_part_that_divides_by_no_content_is_infinite_or_nothing(resolve: Resolve) -> None:
    unit = Composition("min", [FIT, Scale("factor", 3)])
    assert resolve("scale", unit, parent=None, content=ZERO_CONTENT, surface=SURFACE) == 3
    assert math.isnan(resolve("scale", unit, parent=None, content=ZERO_CONTENT, surface=ZERO_CONTENT))


def test_the_first_part_that_is_valid_is_chosen_element_by_element(resolve: Resolve) -> None:
    unit = Composition("priority", [OF_CONTENT, *pixels(9)])
    assert resolve("width", unit, parent=None, content=Extent(33, 1), surface=SURFACE) == 33
    assert resolve("width", unit, parent=PANEL, content=None, surface=SURFACE) == 9


@pytest.mark.parametrize("count", [2, PLAN_AT_ONCE])
@pytest.mark.parametrize("is_updated", [False, True])
def test_a_part_that_needs_a_breakpoint_is_valid_where_the_scene_has_one(count: int, is_updated: bool) -> None:  # noqa: FBT001
    chosen = Composition("priority", [Scale("factor", "breakpoint-scale"), Scale("factor", 3)])
    nested = Composition("max", [Scale("factor", 0), chosen])
    plain = tuple(Element(f"e{i}") for i in range(count))
    composed = tuple(
        replace(element, scale=unit) for element, unit in zip(plain, (chosen, nested) * count, strict=False)
    )
    for ranges, viewport, expected in (
        ((BreakpointRange("xs", 0), BreakpointRange("md", 768)), SURFACE, 1),
        ((BreakpointRange("xs", 0),), None, 3),
        ((), SURFACE, 3),
    ):
        prepared = UnitSystem().prepare(Scene("composed", plain if is_updated else composed, ranges))
        for again in range(3):
            if is_updated and not again:
                prepared.resolve(viewport=viewport)
                prepared.update(dict(enumerate(composed)))
            assert {box.scale for box in prepared.resolve(viewport=viewport)} == {expected}


def test_a_part_that_is_not_chosen_draws_all_the_same(resolve: Resolve) -> None:
    """So the numbers after it are the same, whatever is chosen."""
    unit = Composition("priority", [*pixels(4), Size("pixel", "random", "width", 0, 1)])
    after = Composition("max", [unit, Size("pixel", "random", "width", 100, 200)])
    rng = random.Random(1)
    rng.random()
    expected = 100 + 100 * rng.random()
    assert resolve("width", after, parent=None, content=None, surface=SURFACE) == expected


@pytest.mark.parametrize("least", [2, PLAN_AT_ONCE])
def test_random_parts_are_drawn_element_by_element_unit_by_unit_part_by_part(least: int) -> None:
    def between(a: float, b: float) -> Size:
        return Size("pixel", "random", "width", a, b)

    unit = Composition("max", [between(0, 1), Composition("min", [between(10, 20), between(30, 40)])])
    place = Composition("min", [Position("pixel", "random", "x"), Position("pixel", "random", "x", 5)])
    elements = [Element(f"e{i}", f"e{i + 1}" if i + 1 < least else None, x=place, width=unit) for i in range(least)]
    flat = [replace(element, parent=None) for element in elements]
    for made in (elements if least < 10 else flat, flat):
        got = UnitSystem().prepare(Scene("dice", tuple(made))).resolve(scene=SURFACE, rng=random.Random(5))
        rng = random.Random(5)
        for box in got:
            assert box.x == min(rng.random() * 800, rng.random() * 800 + 5)
            assert box.width == max(rng.random(), min(10 + 10 * rng.random(), 30 + 10 * rng.random()))


@settings(max_examples=30)
@given(large_scenes(1, 50, COMPOSED), st.none() | extents, st.none() | extents, st.integers(0, 2**32))
def test_bound_units_and_plans_follow_the_rules(
    scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int
) -> None:
    assert_as_the_rules_read(scene, surface, viewport, seed)


# Their JSON form.


def json_scene(*elements: Any) -> dict[str, Any]:
    breakpoints = [{"name": "xs", "min_width": 0}]
    return {"format_version": 1, "name": "composed", "breakpoints": breakpoints, "elements": list(elements)}


def test_a_composition_may_take_the_place_of_every_unit_in_a_scene_file() -> None:
    def size(value: object, unit: str = "pixel") -> dict[str, object]:
        return {"unit": unit, "value": value}

    nested = {"compose": "max", "parts": [size(3), size("fill", "parent-width")]}
    scene = parse_scene(
        json_scene(
            {
                "id": "a",
                "x": {"compose": "min", "parts": [{"unit": "pixel", "value": 9, "offset": 1}]},
                "y": {"compose": "max", "parts": [{"unit": "scene-bottom", "value": "bottom"}]},
                "width": {"compose": "weighted-average", "parts": [size(5), nested], "weights": [1, 3]},
                "scale": {"compose": "priority", "parts": [{"unit": "factor", "value": 2}]},
                "at": {"xs": {"height": {"compose": "clamp", "parts": [size(1), size(2), size(3)]}}},
            }
        )
    )
    element = scene.elements[0]
    inner = Composition("max", [Size("pixel", 3), WIDE])
    assert element.x == Composition("min", [Position("pixel", 9, "x", 1)])
    assert element.y == Composition("max", [Position("scene-bottom", "bottom", "y")])
    assert element.width == Composition(How.WEIGHTED_AVERAGE, [Size("pixel", 5), inner], [1, 3])
    assert element.scale == Composition("priority", [Scale("factor", 2)])
    assert element.at == {"xs": {"height": Composition("clamp", [Size("pixel", n, "height") for n in (1, 2, 3)])}}
    prepared = UnitSystem().prepare(scene)
    assert list(prepared.resolve(scene=SURFACE)) == [(10, 600, (5 + 3 * 100) / 4, 100, 2)]
    assert list(prepared.resolve(scene=SURFACE, viewport=SURFACE)) == [(10, 600, (5 + 3 * 100) / 4, 2, 2)]


def test_all_problems_of_compositions_in_a_scene_are_named_with_their_places() -> None:
    pixel = {"unit": "pixel", "value": 1}
    data = json_scene(
        {"id": "a", "x": {"compose": "least", "parts": [pixel]}},
        {"id": "b", "width": {"compose": "min", "parts": [pixel, {"unit": "inch", "value": 1}, 7], "of": 1}},
        {"id": "c", "scale": {"compose": "clamp", "parts": [{"unit": "factor", "value": 1}]}},
        {"id": "d", "y": {"compose": "max", "parts": [{"unit": "pixel", "value": 1, "axis": "x"}]}},
        {"id": "e", "at": {"xs": {"height": {"compose": "min", "parts": [{"compose": "min"}]}}}},
        {"id": "f", "width": {"compose": "weighted-average", "parts": [pixel], "weights": [0]}},
        {"id": "g", "height": {"compose": "min", "parts": {}, "weights": None}, "parent": "nobody"},
    )
    with pytest.raises(InputError) as caught:
        parse_scene(data, "menu.json")
    assert sorted(problem.split(": ")[1] for problem in caught.value.problems) == sorted(
        [
            "$.elements[0].x.compose",
            "$.elements[1].width.of",
            "$.elements[1].width.parts[1].unit",
            "$.elements[1].width.parts[2]",
            "$.elements[2].scale.parts",
            "$.elements[3].y.parts[0].axis",
            "$.elements[4].at.xs.height.parts[0].parts",
            "$.elements[5].width.weights",
            "$.elements[6].height.parts",
            "$.elements[6].height.parts",
            "$.elements[6].height.weights",
            "$.elements[6].parent",
        ]
    )
    assert all(problem.startswith("menu.json: ") for problem in caught.value.problems)


def test_the_original_refuses_compositions_in_one_sentence() -> None:
    unit = Composition("min", pixels(1))
    original = create_system("original")
    for tried in (
        lambda: original.build(unit),
        lambda: original.prepare(Scene("one", (Element("a", width=unit),))).resolve(),
    ):
        with pytest.raises(
            InputError, match=r"build: the original system builds a Size, a Position or a Scale, got a composition$"
        ) as caught:
            tried()
        assert len(caught.value.problems) == 1
