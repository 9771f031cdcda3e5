"""Comparing the two systems finds every number that differs, and nothing where they agree."""

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import contexts, extents, scenes, units

from unitdocs.units import (
    BreakpointRange,
    Context,
    Element,
    Extent,
    Position,
    Registry,
    Scene,
    Size,
    UnitSystem,
    comparison,
    create_system,
)
from unitdocs.units.comparison import Disagreement, compare_scene, compare_unit, default_sizes, is_same

SIZE = Extent(800.0, 600.0)
STATE = random.Random(1).getstate()
SHELF = Scene("shelf", (Element("a"), *(Element(f"e{i}", "a", width=Size("scene-width", "fill")) for i in range(60))))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Let the refactored system use other rules than the original one."""
    registry = Registry()
    monkeypatch.setattr(
        comparison,
        "create_system",
        lambda name: UnitSystem(registry=registry) if name == "refactored" else create_system(name),
    )
    return registry


def returning(number: float) -> Any:
    return lambda _spec: lambda _context: number


@settings(max_examples=30, deadline=None)
@given(scenes(most=12), st.lists(extents, min_size=1, max_size=3))
def test_scenes_are_equal_in_every_size(scene: Scene, sizes: list[Extent]) -> None:
    assert list(compare_scene(scene, sizes, seed=3)) == []


@given(units, contexts)
def test_units_are_equal_in_every_context(spec: Any, context: Context) -> None:
    assert list(compare_unit(spec, context, STATE, place="a")) == []


def test_each_number_that_differs_is_named_once(broken: Registry) -> None:
    broken.register("size", returning(7.0), name="seven", unit="scene-width")
    found = list(compare_scene(SHELF, [SIZE], seed=1, place="shelf.json"))
    assert len(found) == 60
    assert found[0] == Disagreement("shelf.json", SIZE, "e0", "width", 800.0, 7.0)
    assert list(compare_scene(SHELF, [Extent(7.0, 7.0)], seed=1)) == []
    assert [difference.size for difference in compare_scene(SHELF, [SIZE, Extent(7.0, 7.0)], seed=1)] == [SIZE] * 60


def test_a_sign_of_zero_is_a_difference_and_nan_is_none(broken: Registry) -> None:
    broken.register("size", returning(-0.0), name="zero", unit="scene-width")
    (found,) = compare_unit(Size("scene-width", "fill"), Context(scene=Extent(0.0, 1.0)), STATE, place="u:1")
    assert (found.place, found.member, str(found.refactored)) == ("u:1", "result", "-0.0")
    assert list(compare_unit(Size("pixel", math.nan), Context(), STATE, place="u:1")) == []
    assert len(list(compare_scene(SHELF, [Extent(0.0, 1.0)], seed=1))) == 60


@given(st.floats(), st.floats())
def test_numbers_are_the_same_if_they_print_the_same(one: float, other: float) -> None:
    assert is_same(one, other) is (repr(one) == repr(other))


def test_random_units_draw_the_same_numbers(broken: Registry) -> None:
    scene = Scene("dice", (Element("a", x=Position("pixel", "random"), width=Size("pixel", "random")),))
    assert list(compare_scene(scene, [SIZE], seed=1)) == []
    broken.register("position", returning(1.0), name="one", value="random")
    assert [difference.member for difference in compare_scene(scene, [SIZE], seed=1)] == ["x", "width"]


def test_default_sizes_cover_both_sides_of_each_breakpoint() -> None:
    ranges = (BreakpointRange("xs", 0), BreakpointRange("md", 768), BreakpointRange("xl", 3000))
    scene = Scene("s", (Element("a", at={"xl": {"width": Size("pixel", 5)}}),), ranges)
    names = {scene.breakpoint_at(size.width) for size in default_sizes(scene)}
    assert names == {"xs", "md", "xl"}
    assert {767, 768, 2999, 3000} <= {size.width for size in default_sizes(scene)}
    assert len(default_sizes(SHELF)) == 5


def test_a_scene_is_resolved_in_all_ways_of_the_refactored_system(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[UnitSystem] = []

    def create(name: str) -> Any:
        system = create_system(name)
        if isinstance(system, UnitSystem):
            made.append(system)
        return system

    monkeypatch.setattr(comparison, "create_system", create)
    assert list(compare_scene(SHELF, default_sizes(SHELF), seed=1)) == []
    ways: Any = made[0].statistics()["scenes resolved"]
    assert ways["bound"] > 0
    assert ways["plan"] > 0
    assert ways["cache"] > 0
