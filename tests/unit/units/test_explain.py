"""Explanations give the same numbers as both systems, step by step."""

import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rules import contexts, extents, positions, same, scales, scenes, sizes, units

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
    PositionUnit,
    PositionValue,
    Scale,
    ScaleUnit,
    ScaleValue,
    Scene,
    Size,
    SizeUnit,
    SizeValue,
    create_system,
)
from unitdocs.units.explain import Explanation, Read, explain, explain_element, to_json
from unitdocs.units.model.scene import UNITS

original, refactored = create_system("original"), create_system("refactored")
PARENT = Box(100, 50, 640, 360)
SURFACE = Extent(1920, 1080)
SCENE_WIDTH = Size("scene-width", "fill")


@st.composite
def compositions(draw: st.DrawFn, depth: int = 2) -> Composition:
    kind = draw(st.sampled_from([sizes(), positions(), scales]))
    return draw(of_kind(kind, depth))


@st.composite
def of_kind(draw: st.DrawFn, kind: Any, depth: int) -> Composition:
    how = draw(st.sampled_from(How))
    count = 3 if how is How.CLAMP else draw(st.integers(1, 4))
    part = kind | of_kind(kind, depth - 1) if depth else kind
    weights = draw(st.lists(st.floats(0.5, 1e6), min_size=count, max_size=count)) if how is How.WEIGHTED_AVERAGE else ()
    return Composition(how, [draw(part) for _ in range(count)], weights)


def assert_steps_lead_to_the_result(explained: Explanation) -> None:
    names = {"size": "measure value clamp", "position": "reference value offset", "scale": "base value clamp"}
    expected = "combine" if explained.parts else names[explained.kind]
    assert " ".join(step.name for step in explained.steps) == expected
    for part in explained.parts:
        assert_steps_lead_to_the_result(part)


@settings(max_examples=1000)
@given(units, contexts, st.integers(0, 2**32))
def test_a_unit_is_explained_as_both_systems_resolve_it(spec: Any, context: Context, seed: int) -> None:
    explained = explain(spec, context, random.Random(seed))
    assert_steps_lead_to_the_result(explained)
    for system in (original, refactored):
        unit = system.build(spec)
        assert same(explained.result, unit.resolve(context, random.Random(seed)))
        assert explained.is_valid is unit.validate(context)


@settings(max_examples=200)
@example(Composition(How.WEIGHTED_AVERAGE, (SCENE_WIDTH, SCENE_WIDTH), (1.0, 1.0)), Context(scene=Extent(-0.0, 1.0)), 0)
@given(compositions(), contexts, st.integers(0, 2**32))
def test_a_composition_is_explained_as_it_resolves(spec: Composition, context: Context, seed: int) -> None:
    explained = explain(spec, context, random.Random(seed))
    assert_steps_lead_to_the_result(explained)
    unit = refactored.build(spec)
    assert same(explained.result, unit.resolve(context, random.Random(seed)))
    assert explained.is_valid is unit.validate(context)


BARE = Context()
FULL = Context(parent=PARENT, scene=SURFACE, viewport=Extent(1366, 768), content=Extent(300, 200))
EVERY_UNIT = [
    *(
        Size(unit, value, dimension)
        for unit in SizeUnit
        for value in (50, *SizeValue)
        for dimension in ("width", "both")
    ),
    *(Position(unit, value, axis, 7) for unit in PositionUnit for value in (50, *PositionValue) for axis in ("x", "y")),
    *(Scale(unit, value) for unit in ScaleUnit for value in (50, *ScaleValue)),
]


@pytest.mark.parametrize("context", [BARE, FULL], ids=["bare", "full"])
def test_every_unit_and_value_is_explained_in_a_bare_and_a_full_context(context: Context) -> None:
    for spec in EVERY_UNIT:
        found = explain(spec, context, random.Random(1)).result
        for system in (original, refactored):
            assert found == system.build(spec).resolve(context, random.Random(1)), spec


@settings(max_examples=100)
@given(scenes(most=12), st.none() | extents, st.none() | extents, st.integers(0, 2**32), st.data())
def test_an_element_is_explained_as_both_systems_resolve_its_scene(
    scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int, data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(scene.elements) - 1))
    boxes = [
        next(iter(list(system.prepare(scene).resolve(scene=surface, viewport=viewport, rng=random.Random(seed)))[i:]))
        for system in (original, refactored)
    ]
    for name in UNITS:
        explained = explain_element(
            scene, f"e{i}", name, extent=surface, viewport=viewport, rng=random.Random(seed)
        ).explanation
        assert all(same(explained.result, getattr(box, name)) for box in boxes)


def reads(explained: Explanation) -> list[list[Read]]:
    return [list(step.reads) for step in explained.steps]


def test_each_step_lists_what_it_reads_and_its_fallbacks() -> None:
    fit = explain(Size("scene-width", "fit", min=500), Context(viewport=Extent(300, 200)))
    assert [step.result for step in fit.steps] == [1200, 300, 500]
    assert reads(fit) == [
        [Read("scene.width", 1200, is_missing=True)],
        [
            Read("content.width", 400, is_missing=True),
            Read("scene.width", None, is_missing=True),
            Read("viewport.width", 300),
        ],
        [Read("min", 500)],
    ]
    assert [step.rule for step in fit.steps] == [
        "scene-width: the scene's width",
        "fit: the smaller width of content and scene or viewport",
        "below min: min",
    ]


def test_a_number_that_counts_for_nothing_is_named() -> None:
    assert explain(Size("parent-width", 50), FULL).steps[0].rule == (
        "parent-width: the parent's width; the number 50 is ignored"
    )
    assert explain(Position("parent-right", 0.5), FULL).steps[0].rule.endswith("; the number 0.5 is ignored")
    assert explain(Scale("parent-scale", 2), FULL).steps[0].rule == "parent-scale: 1; the number 2 is ignored"
    assert "ignored" not in explain(Size("pixel", 50), FULL).steps[0].rule


def test_a_priority_names_the_part_that_it_took() -> None:
    parts = [Size("parent-width", "fill"), Size("scene-width", "fill")]
    for context, rule, number in (
        (Context(scene=SURFACE), "priority: part 2 is the first that is valid", 1920),
        (Context(parent=PARENT), "priority: part 1 is the first that is valid", 640),
        (BARE, "priority: no part is valid, so the last", 100),
    ):
        explained = explain(Composition("priority", parts), context)
        assert (explained.steps[0].rule, explained.result) == (rule, number)


def test_the_parts_of_a_composition_draw_in_their_order() -> None:
    drawn = Composition("max", [Size("pixel", "random", max=10), Size("pixel", 50), Size("pixel", "random", max=10)])
    rng = random.Random(7)
    numbers = [rng.random(), rng.random()]
    explained = explain(drawn, BARE, random.Random(7))
    assert [step.reads[-1].number for i in (0, 2) for step in explained.parts[i].steps[1:2]] == numbers


def test_an_element_without_a_unit_has_its_default() -> None:
    scene = Scene("bare", (Element("a"), Element("b", content=Extent(30, 20))))
    found = {(a, name): explain_element(scene, a, name).explanation for a in "ab" for name in UNITS}
    assert [found["a", name].result for name in UNITS] == [0, 0, 100, 100, 1]
    assert [found["b", name].result for name in UNITS] == [0, 0, 30, 20, 1]
    assert found["a", "width"].steps[0].reads == (Read("content.width", 100, is_missing=True),)


@pytest.mark.parametrize(("width", "name", "number"), [(390, "narrow", 240), (1280, "wide", 480)])
def test_an_element_is_explained_with_the_units_of_the_breakpoint_in_force(width: int, name: str, number: int) -> None:
    bar = Element("bar", width=Size("pixel", 480), at={"narrow": {"width": Size("pixel", 240)}})
    scene = Scene("bar", (bar,), (BreakpointRange("narrow", 0), BreakpointRange("wide", 800)))
    explained = explain_element(scene, "bar", "width", viewport=Extent(width, 600))
    assert (explained.breakpoint, explained.explanation.result) == (name, number)


def test_an_element_or_unit_that_is_none_is_named_with_those_that_there_are() -> None:
    few = Scene("few", (Element("wheel"), Element("pointer")))
    many = Scene("many", tuple(Element(f"slot-{i}") for i in range(30)))
    with pytest.raises(InputError) as caught:
        explain_element(few, "wheels", "z")
    assert caught.value.problems == (
        "element: there is no 'wheels' in scene 'few'; it has wheel, pointer",
        "unit: 'z' is not one of x, y, width, height, scale",
    )
    with pytest.raises(InputError, match=r"did you mean slot-\d+ or slot-\d+ or slot-\d+\?"):
        explain_element(many, "slot-99", "x")
    with pytest.raises(InputError, match="it has 30 others"):
        explain_element(many, "panel", "x")


def test_what_is_no_unit_is_refused() -> None:
    with pytest.raises(InputError, match="explain: expected a Size, a Position, a Scale or a Composition, got 3"):
        explain(3, BARE)  # type: ignore[arg-type]


@given(units | compositions(), contexts)
def test_the_json_form_holds_every_number_that_there_is(spec: Any, context: Context) -> None:
    data = to_json(explain(spec, context, random.Random(1)))
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_the_json_form_names_unit_steps_and_reads() -> None:
    data = to_json(explain(Composition("min", [Size("parent-width", 5, max=float("inf"))]), BARE))
    parts: Any = data["parts"]
    (part,) = parts
    assert data["spec"] == {"compose": "min", "weights": []}
    assert (data["kind"], data["result"], data["valid"]) == ("size", 100.0, False)
    assert part["spec"] == {
        "unit": "parent-width",
        "value": 5.0,
        "dimension": "width",
        "min": None,
        "max": "Infinity",
        "maintain_aspect": False,
    }
    assert part["steps"][0]["reads"] == [{"place": "parent.width", "number": 100.0, "missing": True}]
