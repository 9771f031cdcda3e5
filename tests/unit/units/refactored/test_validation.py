"""What units need, and what happens if a context lacks it."""

import warnings
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import contexts, positions, scales, scenes, sizes, units

from unitdocs.errors import InputError
from unitdocs.units import Context, Element, Extent, Position, Scale, Scene, Size, create_system
from unitdocs.units.model.composition import Composition, How
from unitdocs.units.model.requirements import is_valid, needed_member, needed_members
from unitdocs.units.refactored.validation import Validation, ValidationWarning, check, scene_problems

original = create_system("original")
SURFACE = Extent(800, 600)
FREE, OF_PARENT, OF_CONTENT = Size("pixel", 1), Size("parent-width", "fill"), Size("pixel", "content")


def compositions(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def composed(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        hows = st.sampled_from([How.MIN, How.MAX, How.PRIORITY])
        return st.builds(Composition, hows, st.lists(parts, min_size=1, max_size=3))

    return st.recursive(of, composed, max_leaves=6)


composed = st.one_of(compositions(sizes()), compositions(positions()), compositions(scales))


@pytest.mark.parametrize(
    ("spec", "needs"),
    [
        (Size("parent-width", "content"), "parent"),
        (Size("parent-min", 1), None),
        (Size("scene-max", "intrinsic"), "content"),
        (Position("viewport-left", "content-left"), "viewport"),
        (Position("pixel", "content-left"), "content"),
        (Scale("scene-scale", 1), "scene"),
        (Scale("factor", "breakpoint-scale"), "breakpoint"),
        (Scale("factor", 2), None),
    ],
)
def test_a_unit_needs_the_member_it_is_named_after_else_what_its_value_needs(spec: Any, needs: str | None) -> None:
    assert needed_member(spec) == needs
    assert needed_members(spec) == (() if needs is None else (needs,))


@given(units, contexts)
def test_a_unit_is_valid_exactly_if_the_original_says_so(spec: Any, context: Context) -> None:
    assert is_valid(spec, context) is original.build(spec).validate(context)


def test_a_composition_needs_what_its_parts_need_each_once() -> None:
    parts = [OF_PARENT, FREE, Composition("max", [OF_CONTENT, OF_PARENT])]
    assert needed_members(Composition("min", parts)) == ("parent", "content")


def test_a_priority_whose_last_part_needs_nothing_needs_nothing() -> None:
    assert needed_members(Composition("priority", [OF_PARENT, FREE])) == ()
    assert needed_members(Composition("priority", [FREE, OF_PARENT])) == ("parent",)
    assert needed_members(Composition("min", [Composition("priority", [OF_PARENT, FREE]), OF_CONTENT])) == ("content",)


def test_a_composition_is_valid_where_all_its_parts_are_and_a_priority_where_any_is() -> None:
    context = Context(content=SURFACE)
    assert not is_valid(Composition("min", [OF_CONTENT, OF_PARENT]), context)
    assert is_valid(Composition("priority", [OF_PARENT, OF_CONTENT]), context)
    assert not is_valid(Composition("priority", [OF_PARENT, Composition("min", [OF_CONTENT, OF_PARENT])]), context)


def all_valid(spec: Any, context: Context) -> bool:
    if not isinstance(spec, Composition):
        return original.build(spec).validate(context)
    return (any if spec.how is How.PRIORITY else all)(all_valid(part, context) for part in spec.parts)


@given(composed, contexts)
def test_validity_goes_down_to_the_last_part(spec: Any, context: Context) -> None:
    assert is_valid(spec, context) is all_valid(spec, context)
    if all(getattr(context, member) is not None for member in needed_members(spec)):
        assert is_valid(spec, context)


def problems_of(*elements: Element, **surroundings: Any) -> list[str]:
    scene = Scene("lacking", elements)
    return scene_problems(scene.elements, scene.parents, Context(**surroundings))


def test_every_unit_that_lacks_something_is_reported_with_its_place() -> None:
    free = {"y": Position("pixel", 1, "y"), "height": Size("pixel", 3, "height")}
    found = problems_of(
        Element("root", x=Position("parent-left", "left"), width=Size("scene-width", 1), **free),
        Element("leaf", parent="root", x=Position("parent-left", "left"), width=OF_CONTENT, scale=Scale("factor", 1)),
        Element("full", content=SURFACE, width=OF_CONTENT, scale=Scale("viewport-scale", 1)),
        Element("point", scale=Scale("factor", "breakpoint-scale")),
        viewport=SURFACE,
    )
    assert found == [
        "element 'root', x: needs a parent and the element is a root",
        "element 'root', width: needs the scene, give `scene`",
        "element 'leaf', width: needs content and the element has none",
        "element 'point', scale: needs a breakpoint, give the scene breakpoints and a `viewport`",
    ]


def test_a_composition_is_reported_with_all_that_it_lacks() -> None:
    lacking = Composition("min", [OF_PARENT, OF_CONTENT])
    element: Any = SimpleNamespace(id="bar", x=None, y=None, width=lacking, height=None, scale=None, content=None)
    found = scene_problems([element], [-1], Context())
    assert found == [
        "element 'bar', width: needs a parent and the element is a root, needs content and the element has none"
    ]


def test_ten_problems_are_listed_and_the_others_are_counted() -> None:
    found = problems_of(*(Element(f"e{i}", width=OF_PARENT) for i in range(13)))
    assert len(found) == 11
    assert found[-1] == "and 3 more"
    assert len(problems_of(*(Element(f"e{i}", width=OF_PARENT) for i in range(10)))) == 10


@settings(max_examples=40)
@given(scenes(most=8), contexts)
def test_a_scene_has_as_many_problems_as_units_that_are_not_valid(scene: Scene, context: Context) -> None:
    invalid = 0
    for element, parent in zip(scene.elements, scene.parents, strict=True):
        around = context.around(None if parent < 0 else (0, 0, 1, 1), element.content)  # type: ignore[arg-type]
        specs = (element.x, element.y, element.width, element.height, element.scale)
        invalid += sum(not original.build(spec).validate(around) for spec in specs if spec is not None)
    found = scene_problems(scene.elements, scene.parents, context)
    assert len(found) == invalid or (len(found) == 11 and found[-1] == f"and {invalid - 10} more")


def test_the_mode_decides_what_happens() -> None:
    check(Validation.OFF, ["a", "b"])
    with pytest.raises(InputError) as caught:
        check(Validation.STRICT, ["a", "b"])
    assert caught.value.problems == ("a", "b")
    with pytest.warns(ValidationWarning, match="units lack what they need and resolve with fallbacks: a; b$") as warned:
        check(Validation.WARN, ["a", "b"])
    assert len(warned) == 1


@pytest.mark.parametrize("mode", list(Validation))
def test_without_problems_no_mode_does_anything(mode: Validation) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(mode, [])


def test_a_warning_names_the_line_that_resolved() -> None:
    def resolve() -> None:
        check(Validation.WARN, ["a"])

    with pytest.warns(ValidationWarning) as warned:
        resolve()
    assert warned[0].filename == __file__
