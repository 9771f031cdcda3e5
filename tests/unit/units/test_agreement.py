"""The two systems give the same numbers, and a plan the same as its units one by one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import contexts, extents, same, scenes, units

from unitdocs.units import Context, Extent, Layout, Scene, create_system
from unitdocs.units.compiling import compiled
from unitdocs.units.snapshot import SMALLEST_PLAN, BoundElements

original, refactored = create_system("original"), create_system("refactored")


@settings(max_examples=1500)
@given(units, contexts, st.integers(0, 2**32))
def test_both_systems_resolve_and_validate_a_unit_alike(spec: object, context: Context, seed: int) -> None:
    one, other = (system.build(spec) for system in (original, refactored))  # type: ignore[arg-type]
    assert same(one.resolve(context, random.Random(seed)), other.resolve(context, random.Random(seed)))
    assert one.validate(context) is other.validate(context)


def assert_alike(scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int) -> None:
    """Resolve a scene with the original, through bound units, and through a plan; the boxes are the same."""
    expected = original.prepare(scene).resolve(scene=surface, viewport=viewport, rng=random.Random(seed))
    context = Context(scene=surface, viewport=viewport)
    bound = BoundElements(scene, scene.elements, None, 0).resolve(context, random.Random(seed))[0]
    plan, state = compiled(scene.elements, scene.parents, scene.levels)
    planned = Layout.of_array(plan.resolve(state, context, random.Random(seed)))
    for i, (a, b, c) in enumerate(zip(expected, bound, planned, strict=True)):
        for name, x, y, z in zip(a._fields, a, b, c, strict=True):
            assert same(x, y), f"element {i}, {name}: {x} in the original, {y} bound"
            assert same(x, z), f"element {i}, {name}: {x} in the original, {z} in the plan"


@settings(max_examples=150)
@given(scenes(most=25), st.none() | extents, st.none() | extents, st.integers(0, 2**32))
def test_both_systems_and_the_plan_resolve_a_scene_alike(
    scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int
) -> None:
    assert_alike(scene, surface, viewport, seed)


@pytest.mark.long
@settings(max_examples=10_000)
@given(scenes(most=80), st.none() | extents, st.none() | extents, st.integers(0, 2**32))
def test_both_systems_and_the_plan_resolve_many_scenes_alike(
    scene: Scene, surface: Extent | None, viewport: Extent | None, seed: int
) -> None:
    assert_alike(scene, surface, viewport, seed)


@given(scenes(most=SMALLEST_PLAN + 20), extents, extents)
@settings(max_examples=40)
def test_resolving_again_gives_what_a_fresh_scene_gives(scene: Scene, one: Extent, other: Extent) -> None:
    again = refactored.prepare(scene)
    for viewport in (one, other, one, other):
        got = again.resolve(scene=one, viewport=viewport, rng=random.Random(1)).boxes()
        fresh = original.prepare(scene).resolve(scene=one, viewport=viewport, rng=random.Random(1))
        assert all(same(x, y) for a, b in zip(got, fresh, strict=True) for x, y in zip(a, b, strict=True))
