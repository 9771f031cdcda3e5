"""Replacing elements: the scene resolves as one that was prepared with the new elements, on every path."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from agreement import LARGE, SURFACE, WIDE, assert_updates_are_like_preparing_again, shares
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import (
    BREAKPOINTS,
    COMPOSED,
    SIMPLE,
    assert_same_boxes,
    bound_boxes,
    large_scenes,
    scenes,
)

from unitdocs.errors import InputError
from unitdocs.units import (
    SYSTEMS,
    Composition,
    Element,
    Extent,
    Position,
    Registry,
    Scale,
    Scene,
    Size,
    UnitSystem,
    create_system,
)
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE
from unitdocs.units.refactored.plan import scene_plan


@settings(max_examples=20)
@given(scenes(most=6), st.data())
def test_small_scenes(scene: Scene, data: st.DataObject) -> None:
    assert_updates_are_like_preparing_again(data, Scene(scene.name, scene.elements, BREAKPOINTS), SIMPLE)


def large(kind: str, examples: int) -> Callable[[Any], Any]:
    """Parametrize by kinds of units; hypothesis draws the scenes."""

    def decorate(test: Any) -> Any:
        of_kind = pytest.mark.parametrize("units_of", [SIMPLE, COMPOSED], ids=["simple", "composed"])
        return of_kind(settings(max_examples=examples)(given(data=st.data())(test)))

    assert kind in LARGE
    return decorate


@large("small", 15)
def test_scenes_of_few_looks(units_of: Any, data: st.DataObject) -> None:
    scene = data.draw(large_scenes(*LARGE["small"], units_of))
    assert_updates_are_like_preparing_again(data, scene, units_of)


@large("planned", 15)
def test_scenes_that_are_planned(units_of: Any, data: st.DataObject) -> None:
    scene = data.draw(large_scenes(*LARGE["planned"], units_of))
    with shares(data):
        assert_updates_are_like_preparing_again(data, scene, units_of)


@large("planned at once", 8)
def test_scenes_that_are_planned_at_once(units_of: Any, data: st.DataObject) -> None:
    scene = data.draw(large_scenes(*LARGE["planned at once"], units_of))
    with shares(data):
        assert_updates_are_like_preparing_again(data, scene, units_of)


# The paths.


def panels(count: int, *, inside: int = 4) -> Scene:
    """Return one root, panels in it, and elements inside each panel, which end where their panel does."""
    elements = [Element("root", width=Size("scene-width", "fill"), height=Size("scene-height", "fill"))]
    for i in range(count):
        if i % (inside + 1) == 0:
            owner = f"panel {i}"
            elements.append(
                Element(
                    owner,
                    "root",
                    x=Position("parent-left", "left", "x", i),
                    width=Size("pixel", 10.0),
                    scale=Scale("factor", "fit"),
                    content=Extent(i + 1, 50),
                )
            )
        else:
            elements.append(Element(f"inside {i}", owner, x=Position("parent-right", "right", "x", i % 7)))
    return Scene("panels", tuple(elements))


def test_a_part_is_resolved_alone_with_all_that_is_inside_it() -> None:
    scene = panels(scene_plan.PARTIAL_FROM + 10 * scene_plan.PARTIAL_SHARE)
    system = UnitSystem()
    prepared = system.prepare(scene)
    before = prepared.resolve(scene=SURFACE)
    numbers = before.array.copy()
    panel = next(i for i, element in enumerate(scene.elements) if i > 40_000 and element.id.startswith("panel"))
    changed = replace(scene.elements[panel], x=Position("parent-left", "left", "x", -3.5), content=Extent(8, 6000))
    prepared.update({panel: changed})
    after = prepared.resolve(scene=SURFACE)
    assert system.statistics()["scenes resolved"] == {"bound": 0, "plan": 1, "partial": 1, "cache": 0}

    differs = np.flatnonzero((after.array != numbers).any(axis=0)).tolist()
    assert differs == [panel, *(panel + k for k in range(1, 5))]
    assert after[panel] == (-3.5, 0, 10, 6000, 0.1)
    assert [after[panel + k].x for k in range(1, 5)] == [6.5 + (panel - 1 + k) % 7 for k in range(1, 5)]
    assert_same_boxes(before, type(before).of_array(numbers), "the layout before")

    prepared.update({panel: scene.elements[panel]})
    prepared.resolve(scene=WIDE)  # another context: all is resolved
    prepared.update({0: replace(scene.elements[0], x=Position("pixel", 1, "x"))})
    prepared.resolve(scene=WIDE)  # all is inside the root
    assert system.statistics()["scenes resolved"] == {"bound": 0, "plan": 3, "partial": 1, "cache": 0}


def _with(scene: Scene, changes: Mapping[int, Element]) -> Scene:
    elements = tuple(changes.get(i, element) for i, element in enumerate(scene.elements))
    return Scene(scene.name, elements, scene.breakpoints)


@pytest.fixture
def always_in_part() -> Iterator[None]:
    with mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=1):
        yield


def resolved_by(system: UnitSystem, path: str) -> Any:
    return system.statistics()["scenes resolved"][path]  # type: ignore[index]


@pytest.mark.usefixtures("always_in_part")
def test_updates_that_follow_each_other_count_together() -> None:
    scene, system = panels(600), UnitSystem()
    prepared = system.prepare(scene)
    prepared.resolve(scene=SURFACE)
    changes = {
        i: replace(scene.elements[i], x=replace(scene.elements[i].x, offset=99.0))  # type: ignore[type-var]
        for i in (3, 17, 16, 101)
    }
    for i, element in changes.items():
        prepared.update({i: element})
    prepared.update({})
    got = prepared.resolve(scene=SURFACE)
    assert resolved_by(system, "partial") == 1
    assert_same_boxes(got, UnitSystem().prepare(_with(scene, changes)).resolve(scene=SURFACE))


@pytest.mark.usefixtures("always_in_part")
def test_zero_and_minus_zero_are_distinguished_when_a_part_is_resolved_alone() -> None:
    by_viewport = Scale("scene-width-scale", 1)
    elements = tuple(Element(f"e{i}", x=Position("pixel", i), scale=by_viewport) for i in range(PLAN_AT_ONCE))
    prepared = UnitSystem().prepare(Scene("flat", elements))
    assert prepared.resolve(scene=SURFACE, viewport=Extent(0.0, 1)).scale[7] == np.inf
    prepared.update({3: replace(elements[3], x=Position("pixel", 5))})
    assert prepared.resolve(scene=SURFACE, viewport=Extent(-0.0, 1)).scale[7] == -np.inf


def test_content_of_zero_and_of_minus_zero_are_distinguished() -> None:
    elements = tuple(
        Element(f"e{i}", scale=Scale("factor", "fill"), content=Extent(0.0, -1)) for i in range(PLAN_AT_ONCE)
    )
    prepared = UnitSystem().prepare(Scene("flat", elements))
    assert prepared.resolve(scene=SURFACE)[3].scale == np.inf
    prepared.update({3: replace(elements[3], content=Extent(-0.0, -1))})
    assert prepared.resolve(scene=SURFACE)[3].scale == -600
    assert prepared.resolve(scene=SURFACE)[4].scale == np.inf


@pytest.mark.parametrize("count", [5, 60, PLAN_AT_ONCE])
def test_content_alone_changes_what_reads_it(count: int) -> None:
    """In compositions and strategies of a project's own too, which a plan knows the content of."""
    registry = Registry()
    registry.register(
        "size", lambda _spec: lambda context: context.content.width * 2, unit="pixel", value="intrinsic", name="twice"
    )
    widest = Composition("max", [Size("pixel", "auto"), Size("pixel", 1)])
    present = Composition("priority", [Scale("factor", "content-scale"), Scale("factor", 7)])
    own = Size("pixel", "intrinsic", "height")
    elements = tuple(
        Element(f"e{i}", width=widest, height=own, scale=present, content=Extent(10, 20)) for i in range(count)
    )
    prepared = UnitSystem(registry=registry).prepare(Scene("flat", elements))
    for _ in range(2):
        prepared.resolve(scene=SURFACE)
    prepared.update({3: replace(elements[3], content=Extent(77, 88))})
    got = prepared.resolve(scene=SURFACE)
    assert [tuple(got[i]) for i in (2, 3)] == [(0, 0, 10, 20, 1), (0, 0, 77, 154, 1)]


@pytest.mark.parametrize("count", [5, 60, PLAN_AT_ONCE])
@pytest.mark.parametrize(
    ("members", "numbers"),
    [
        ({"min": 900.0}, (0, 900, 600)),
        ({"max": 7.0}, (0, 7, 600)),
        ({"min": 900.0, "max": 1.0}, (0, 900, 600)),
        ({"dimension": "both"}, (0, 600, 600)),
        ({"maintain_aspect": True}, (0, 800, 600)),
    ],
)
def test_constraints_and_sides_that_change_count(count: int, members: Any, numbers: Any) -> None:
    width, height = Size("pixel", "stretch"), Size("pixel", "stretch", "height")
    elements = tuple(Element(f"e{i}", width=width, height=height) for i in range(count))
    prepared = UnitSystem().prepare(Scene("flat", elements))
    for _ in range(2):
        prepared.resolve(scene=SURFACE)
    prepared.update({3: replace(elements[3], width=replace(width, **members))})
    got = prepared.resolve(scene=SURFACE)
    assert [got[i][1:4] for i in (2, 3)] == [(0, 800, 600), numbers]


@pytest.mark.usefixtures("always_in_part")
def test_each_element_of_a_part_keeps_its_own_constraints_and_offset() -> None:
    """Where those of a batch differ, and the part has some of them."""
    elements = [Element("root", width=Size("scene-width", "fill"), height=Size("scene-height", "fill"))]
    for i in range(1, PLAN_AT_ONCE):
        inside = f"e{i - i % 5}" if i > 5 and i % 5 else "root"
        elements.append(
            Element(
                f"e{i}",
                inside,
                x=Position("parent-left", "left", "x", i),
                width=Size("parent-width", "fill", "width", max=400.0 + i),
                height=Size("pixel", "stretch", "height", max=float(i)),
                scale=Scale("parent-width-scale", 1, min=float(i)),
            )
        )
    system, scene = UnitSystem(), Scene("kept", tuple(elements))
    prepared = system.prepare(scene)
    prepared.resolve(scene=SURFACE)
    changes = {i: replace(elements[i], x=Position("parent-left", "left", "x", 3 * i)) for i in (10, 50, 13)}
    prepared.update(changes)
    got = prepared.resolve(scene=SURFACE)
    assert resolved_by(system, "partial") == 1
    assert [got[i] for i in (10, 11, 13, 50)] == [
        (30, 0, 410, 10, 10),
        (41, 0, 410, 11, 11),
        (69, 0, 410, 13, 13),
        (150, 0, 450, 50, 50),
    ]
    assert_same_boxes(got, bound_boxes(_with(scene, changes), SURFACE, None, 0))


# What is refused, and what happens to the scene then.


@pytest.fixture(params=sorted(SYSTEMS))
def system(request: pytest.FixtureRequest) -> Any:
    return create_system(request.param)


@pytest.mark.parametrize("count", [3, 50, PLAN_AT_ONCE])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({-1: Element("e0")}, r"changes\[-1\]: there is no such element; the scene has 0 to"),
        ({10_000: Element("e0")}, r"changes\[10000\]: there is no such element"),
        ({1: Element("e2", "e0")}, r"changes\[1\]: expected 'e1' in 'e0', got 'e2' in 'e0'"),
        ({1: Element("e1", "e2")}, r"changes\[1\]: expected 'e1' in 'e0', got 'e1' in 'e2'"),
        ({1: Element("e1")}, r"changes\[1\]: expected 'e1' in 'e0', got 'e1' in None"),
        ({1: Element("e1", "e0", at={"xl": {}})}, r"changes\[1\].at.xl: there is no such breakpoint"),
        (
            {"1": Element("e1", "e0")},
            r"changes\['1'\]: expected an Element by its index, a whole number, got Element\(",
        ),
        ({1.0: Element("e1", "e0")}, r"changes\[1\.0\]: expected an Element by its index"),
        ({1: None}, r"changes\[1\]: expected an Element by its index, a whole number, got None"),
    ],
)
def test_what_would_change_the_tree_is_refused_and_nothing_is_replaced(
    system: Any, count: int, wrong: Any, message: str
) -> None:
    elements = tuple(Element(f"e{i}", "e0" if i else None, x=Position("parent-left", "left")) for i in range(count))
    prepared = system.prepare(Scene("family", elements))
    before = [tuple(box) for box in prepared.resolve(scene=SURFACE)]
    right = {0: replace(elements[0], x=Position("pixel", 50))}
    for changes in ({**right, **wrong}, {**wrong, **right}):
        with pytest.raises(InputError, match=message):
            prepared.update(changes)
    assert [tuple(box) for box in prepared.resolve(scene=SURFACE)] == before
    prepared.update(right)
    assert prepared.resolve(scene=SURFACE)[2][0] == 50


@pytest.mark.parametrize("changes", [[Element("a")], [], Element("a"), 5, None])
def test_changes_are_elements_by_index(system: Any, changes: Any) -> None:
    prepared = system.prepare(Scene("two", (Element("a"), Element("b", "a"))))
    with pytest.raises(InputError, match="changes: expected elements by their index, got"):
        prepared.update(changes)


def test_a_change_may_have_overrides_for_the_breakpoints_that_there_are(system: Any) -> None:
    prepared = system.prepare(Scene("one", (Element("a"),), BREAKPOINTS))
    prepared.update({0: Element("a", at={"md": {"x": Position("pixel", 5)}})})
    assert [prepared.resolve(viewport=Extent(width, 9))[0].x for width in (100, 900)] == [0, 5]


def test_all_wrong_changes_are_named_at_once(system: Any) -> None:
    prepared = system.prepare(Scene("two", (Element("a"), Element("b", "a"))))
    with pytest.raises(InputError) as caught:
        prepared.update({5: Element("a"), 0: Element("b"), 1: Element("b")})
    assert len(caught.value.problems) == 3


def test_the_original_refuses_a_composition_and_replaces_nothing() -> None:
    elements = (Element("a"), Element("b"))
    prepared = create_system("original").prepare(Scene("two", elements))
    before = prepared.resolve()
    changes = {
        0: replace(elements[0], x=Position("pixel", 9)),
        1: Element("b", width=Composition("min", [Size("pixel", 1)])),
    }
    with pytest.raises(InputError, match="the original system builds a Size, a Position or a Scale"):
        prepared.update(changes)
    assert prepared.resolve() == before


@pytest.mark.parametrize("count", [5, PLAN_AT_ONCE])
def test_a_strategy_that_cannot_be_made_leaves_the_scene_as_it_was(count: int) -> None:
    registry = Registry()
    registry.register("size", lambda _spec: 5, unit="scene-min", name="no function")  # type: ignore[arg-type, return-value]
    scene = Scene("flat", tuple(Element(f"e{i}", width=Size("pixel", 1)) for i in range(count)), BREAKPOINTS)
    prepared = UnitSystem(registry=registry).prepare(scene)
    viewports = (None, SURFACE, WIDE)
    before = [prepared.resolve(viewport=viewport).boxes() for viewport in viewports]
    wrong = Element("e1", at={"md": {"width": Size("scene-min", 1)}})  # in one of the breakpoints alone
    with pytest.raises(InputError, match="'no function' made 5"):
        prepared.update({0: Element("e0", x=Position("pixel", 9)), 1: wrong})
    assert [prepared.resolve(viewport=viewport).boxes() for viewport in viewports] == before
    assert prepared.snapshot("xs").elements[0] == scene.elements[0]
