"""What the tests of agreement check of a scene, and of a scene that changes."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from hypothesis import strategies as st
from rules import (
    SIMPLE,
    assert_same_boxes,
    bound_boxes,
    changed_elements,
    extents,
    plain_boxes,
    same,
)

from unitdocs.units import Cache, Context, Extent, Layout, Scene, UnitSystem, create_system
from unitdocs.units.refactored import snapshot
from unitdocs.units.refactored.bound_elements import BoundElements
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE, SMALLEST_PLAN
from unitdocs.units.refactored.plan import scene_plan
from unitdocs.units.refactored.plan.compiling import compile_scene

SURFACE, WIDE = Extent(800, 600), Extent(1280, 720)
surroundings = st.tuples(st.none() | extents, st.sampled_from([None, SURFACE, WIDE]) | extents)
original = create_system("original")
LARGE = {
    "small": (2, SMALLEST_PLAN - 1),
    "planned": (SMALLEST_PLAN, SMALLEST_PLAN + 40),
    "planned at once": (PLAN_AT_ONCE, PLAN_AT_ONCE + 20),
}


def assert_alike(scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int) -> None:
    """Resolve a scene with the original, through bound units, and through a plan; the boxes are the same."""
    expected = original.prepare(scene).resolve(scene=surface, viewport=viewport, rng=random.Random(seed))
    context = Context(scene=surface, viewport=viewport)
    bound = BoundElements(scene, scene.elements, None, 0).resolve(context, random.Random(seed))[0]
    whole, state = compile_scene(scene.elements, scene.parents, scene.levels)
    planned = Layout.of_array(whole.resolve(state, context, random.Random(seed)))
    for i, (a, b, c) in enumerate(zip(expected, bound, planned, strict=True)):
        for name, x, y, z in zip(a._fields, a, b, c, strict=True):
            assert same(x, y), f"element {i}, {name}: {x} in the original, {y} bound"
            assert same(x, z), f"element {i}, {name}: {x} in the original, {z} in the plan"


def assert_updates_are_like_preparing_again(
    data: st.DataObject, scene: Scene, units_of: Mapping[str, st.SearchStrategy[Any]], steps: int = 6
) -> None:
    """Update and resolve in any order, in some contexts that come again, and compare with what has no past."""
    has_compositions = units_of is not SIMPLE
    systems = [UnitSystem(), UnitSystem(layouts=Cache("layouts", entries=0))]
    prepared = [system.prepare(scene) for system in systems]
    calculated = None if has_compositions else original.prepare(scene)
    contexts = data.draw(st.lists(surroundings, min_size=1, max_size=2), label="contexts")
    elements = list(scene.elements)
    earlier: list[tuple[Any, Any]] = []
    for step in range(data.draw(st.integers(1, steps), label="steps")):
        if data.draw(st.booleans(), label="update"):
            changes = data.draw(changed_elements(elements, units_of), label="changes")
            for i, element in changes.items():
                elements[i] = element
            for one in (*prepared, *([calculated] if calculated else [])):
                one.update(changes)
            continue
        surface, viewport = data.draw(st.sampled_from(contexts), label="context")
        now = Scene(scene.name, tuple(elements), scene.breakpoints)
        expected = bound_boxes(now, surface, viewport, step)
        for one in prepared:
            got = one.resolve(scene=surface, viewport=viewport, rng=random.Random(step))
            assert_same_boxes(got, expected, f"step {step}, after {one.system.statistics()['scenes resolved']}")
            earlier.append((got, got.array.copy()))
        if calculated is not None:
            boxes = calculated.resolve(scene=surface, viewport=viewport, rng=random.Random(step))
            assert_same_boxes(boxes, expected, f"step {step}, original")
    for layout, numbers in earlier:
        assert not layout.array.flags.writeable
        assert_same_boxes(layout, type(layout).of_array(numbers), "an earlier layout")


@contextmanager
def shares(data: st.DataObject) -> Iterator[None]:
    """Draw from when on parts are resolved alone and elements are shared: always, at times, or where it is worth it."""
    start, share = data.draw(
        st.sampled_from([(0, 1), (0, 3), (scene_plan.PARTIAL_FROM, scene_plan.PARTIAL_SHARE)]), label="parts"
    )
    shared_from, least = data.draw(
        st.sampled_from([(0, 1), (0, 3), (snapshot.SHARED_FROM, snapshot.LEAST_SHARED)]), label="shared"
    )
    with (
        mock.patch.multiple(scene_plan, PARTIAL_FROM=start, PARTIAL_SHARE=share),
        mock.patch.multiple(snapshot, SHARED_FROM=shared_from, LEAST_SHARED=least),
    ):
        yield


def assert_as_the_rules_read(scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int) -> None:
    expected = plain_boxes(scene, surface, viewport, seed)
    prepared = UnitSystem().prepare(scene)
    for again in range(3):  # bound at first, then a plan
        got = prepared.resolve(scene=surface, viewport=viewport, rng=random.Random(seed))
        assert_same_boxes(got, expected, f"resolved {again} times before")
    plain = Scene(scene.name, tuple(replace(element, at={}) for element in scene.elements))
    context = Context(scene=surface, viewport=viewport)
    whole, state = compile_scene(plain.elements, plain.parents, plain.levels)
    planned = Layout.of_array(whole.resolve(state, context, random.Random(seed)))
    bound = BoundElements(plain, plain.elements, None, 0).resolve(context, random.Random(seed))[0]
    expected = plain_boxes(plain, surface, viewport, seed)
    assert_same_boxes(bound, expected, "bound")
    assert_same_boxes(planned, expected, "planned")
