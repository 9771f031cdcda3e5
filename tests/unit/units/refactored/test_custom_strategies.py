"""A project's own strategies in units, scenes and plans, inside compositions too, and when they come and go."""

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import BREAKPOINTS, COMPOSED, Own, assert_same_boxes, changed_elements, extents, large_scenes, plain_boxes

from unitdocs.errors import InputError
from unitdocs.units import (
    Cache,
    Composition,
    Context,
    Element,
    Extent,
    Failed,
    Observers,
    Position,
    Registry,
    Scale,
    Scene,
    Size,
    UnitSystem,
)
from unitdocs.units.refactored.bound_elements import BoundElements
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE, SMALLEST_PLAN
from unitdocs.units.refactored.plan import scene_plan

SURFACE = Extent(800, 600)
COUNTS = [3, SMALLEST_PLAN + 10, PLAN_AT_ONCE]


def always(number: Any) -> Any:
    """Return what makes a strategy that always answers with a number."""
    return lambda _spec: lambda _context: number


def by_parent(spec: Any) -> Any:
    """Make a strategy that reads by name all that a context has."""

    def resolve(context: Context) -> float:
        parent, scene = context.parent, context.scene
        own = spec.value if isinstance(spec.value, float) else 0.0
        content = 0.0 if context.content is None else context.content.height
        within = 1000.0 if parent is None else parent.x + 2 * parent.width + 3 * parent.y + 5 * parent.height
        return within + own + content + (0.0 if scene is None else scene.width)

    return resolve


def family(count: int, **units: Any) -> Scene:
    """Return a root, its children, and theirs, all with the same units; some parents follow their children."""
    root = Element("root", **units, content=Extent(1, 2))
    child, *others = (Element(f"e{i}", "root" if i % 2 else f"e{i - 1}", **units) for i in range(1, count))
    return Scene("family", (child, root, *others), BREAKPOINTS)


def numbers(prepared: Any, column: str, **around: Any) -> list[float]:
    layout = prepared.resolve(scene=SURFACE, **around)
    return [getattr(box, column) for box in layout]


@pytest.mark.parametrize("count", COUNTS)
def test_a_strategy_reads_the_box_around_it_on_every_path(count: int) -> None:
    registry = Registry()
    registry.register("size", by_parent, unit="pixel", name="by parent")
    registry.register("position", by_parent, value="number", name="x by parent")
    scene = family(count, x=Position("pixel", 4, "x"), width=Size("pixel", 10))
    prepared = UnitSystem(registry=registry).prepare(scene)
    for _ in range(3):
        layout = prepared.resolve(scene=SURFACE)
        root, child, grandchild = layout[1], layout[0], layout[2]
        assert root[:4] == (1000 + 4 + 2 + 800, 0, 1000 + 10 + 2 + 800, 2)
        assert child.x == root.x + 2 * root.width + 5 * 2 + 4 + 800
        assert child.width == root.x + 2 * root.width + 5 * 2 + 10 + 800
        assert grandchild.width == child.x + 2 * child.width + 5 * 100 + 10 + 800


@pytest.mark.parametrize("count", COUNTS)
def test_the_entry_of_the_highest_priority_answers_in_scenes(count: int) -> None:
    registry = Registry()
    registry.register("size", always(1), unit="pixel", name="unit")
    registry.register("size", always(2), unit="pixel", value="auto", name="unit and value")
    registry.register("size", always(3), value="fill", priority=5, name="first")
    registry.register("size", always(4), value="fit", priority=-1, name="never")
    for value, expected in (("auto", 2), ("fill", 3), ("stretch", 1), (7, 1)):
        prepared = UnitSystem(registry=registry).prepare(family(count, width=Size("pixel", value)))
        assert set(numbers(prepared, "width")) == {expected}
    prepared = UnitSystem(registry=registry).prepare(family(count, width=Size("scene-width", "fit")))
    assert numbers(prepared, "width")[1:] == [1, *[400] * (count - 2)]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("is_updated", [False, True])
def test_what_is_registered_later_counts_in_scenes_that_are_prepared_already(count: int, is_updated: bool) -> None:  # noqa: FBT001
    registry = Registry()
    scene = family(count, width=Size("pixel", 5), height=Composition("min", [Size("pixel", 7, "height")]))
    prepared = UnitSystem(registry=registry).prepare(scene)
    viewports = (None, Extent(100, 100), Extent(1000, 100))

    def assert_all_are(width: float, height: float) -> None:
        for viewport in (*viewports, *viewports):
            assert set(numbers(prepared, "width", viewport=viewport)) == {width}
            assert set(numbers(prepared, "height", viewport=viewport)) == {height}

    assert_all_are(5, 7)
    if is_updated:
        prepared.update({0: replace(scene.elements[0])})
    registry.register("size", always(64), unit="pixel", name="tile")
    assert_all_are(64, 64)
    registry.register("size", by_parent, value="fill", name="another")
    registry.unregister("tile")
    assert_all_are(5, 7)
    registry.unregister("another")
    assert_all_are(5, 7)


def test_units_that_are_built_keep_the_strategy_that_they_were_built_with() -> None:
    registry = Registry()
    system = UnitSystem(registry=registry)
    before = system.build(Size("pixel", 5))
    registry.register("size", always(64), name="tile")
    after = system.build(Size("pixel", 5))
    registry.unregister("tile")
    assert [unit.resolve(Context()) for unit in (before, after, system.build(Size("pixel", 5)))] == [5, 64, 5]


@pytest.mark.parametrize("count", COUNTS)
def test_whatever_a_strategy_answers_is_a_double(count: int) -> None:
    registry = Registry()
    registry.register("size", always(3), value="auto", name="whole")
    registry.register("size", always(np.float32(0.5)), value="fit", name="numpy")
    registry.register("size", always(float("nan")), value="fill", name="nan")
    scene = family(count, width=Size("pixel", "auto"), height=Size("pixel", "fit", "height"))
    prepared = UnitSystem(registry=registry).prepare(scene)
    for _ in range(2):
        box = prepared.resolve()[0]
        assert box[2:4] == (3, 0.5)
        assert {type(number) for number in box} == {float}
    assert np.isnan(UnitSystem(registry=registry).build(Size("pixel", "fill")).resolve(Context()))


@pytest.mark.parametrize("wrong", [None, "wide", (1, 2)])
@pytest.mark.parametrize("count", COUNTS)
def test_a_result_that_is_not_a_number_is_reported_with_the_name_of_the_entry(count: int, wrong: Any) -> None:
    registry = Registry()
    registry.register("size", always(wrong), value="auto", name="tile")
    system = UnitSystem(registry=registry)
    message = re.escape(f"registry: 'tile' resolved to {wrong!r}; a strategy returns a number")
    prepared = system.prepare(family(count, width=Size("pixel", "auto")))
    for resolve in (prepared.resolve, prepared.resolve, lambda: system.build(Size("pixel", "auto")).resolve(Context())):
        with pytest.raises(InputError, match=f"^{message}$"):
            resolve()


OF_PARENT, OF_SCENE = Size("parent-width", "fill"), Size("scene-width", "fill")


@pytest.mark.parametrize(
    ("unit", "lacks"),
    [
        (OF_PARENT, None),
        (OF_SCENE, "scene"),
        (Composition("min", [OF_PARENT, Size("pixel", 1)]), None),
        (Composition("max", [OF_PARENT, OF_SCENE]), "scene"),
        (Composition("priority", [OF_SCENE, OF_PARENT]), None),
        (Composition("priority", [OF_PARENT, OF_SCENE]), "parent"),  # neither is valid, so that the last is chosen
    ],
)
@pytest.mark.parametrize("count", COUNTS)
def test_validation_passes_over_what_strategies_answer(count: int, unit: Any, lacks: str | None) -> None:
    registry = Registry()
    registry.register("size", always(64), unit="parent-width", name="tile")
    system = UnitSystem(registry=registry, validation="strict")
    roots = Scene("roots", tuple(Element(f"e{i}", width=unit) for i in range(count)))
    resolves = (system.prepare(roots).resolve, lambda: system.build(unit).resolve(Context()))
    for resolve in resolves:
        if lacks is None:
            resolve()
        else:
            with pytest.raises(InputError, match="needs"):
                resolve()


def test_validation_reports_units_again_after_their_strategy_is_unregistered() -> None:
    registry = Registry()
    system = UnitSystem(registry=registry, validation="strict")
    prepared = system.prepare(Scene("root", (Element("root", width=OF_PARENT),)))
    for _ in range(2):
        with pytest.raises(InputError, match="needs a parent"):
            prepared.resolve()
        registry.register("size", always(64), unit="parent-width", name="tile")
        assert prepared.resolve()[0].width == 64
        registry.unregister("tile")


class Notes:
    """An observer that notes failures."""

    def __init__(self) -> None:
        self.failures: list[Failed] = []

    def calculated(self, event: Any) -> None:
        pass

    def cached(self, event: Any) -> None:
        pass

    def failed(self, event: Failed) -> None:
        self.failures.append(event)


@pytest.mark.parametrize("count", COUNTS)
def test_a_strategy_that_raises_is_announced_and_nothing_is_kept(count: int) -> None:
    registry, notes, fails = Registry(), Notes(), [True]

    def strategy(_context: Context) -> float:
        if fails[0]:
            raise ZeroDivisionError("no columns")
        return 8

    registry.register("size", lambda _spec: strategy, value="auto", name="columns")
    prepared = UnitSystem(registry=registry, observers=Observers(notes)).prepare(
        family(count, width=Size("pixel", "auto"))
    )
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="no columns"):
            prepared.resolve(scene=SURFACE)
    assert notes.failures == [Failed("scene", "family: no columns")] * 2
    fails[0] = False
    assert set(numbers(prepared, "width")) == {8}


# Together with random units.


@pytest.mark.parametrize("count", COUNTS)
def test_a_strategy_in_the_place_of_a_random_unit_draws_nothing(count: int) -> None:
    registry = Registry()
    registry.register("size", always(6), value="random", name="fixed")
    dice = Position("pixel", "random", "x")
    scene = family(count, x=dice, width=Size("pixel", "random"), scale=Scale("factor", "random"))
    prepared = UnitSystem(registry=registry).prepare(scene)
    for _ in range(2):
        layout, rng = prepared.resolve(scene=SURFACE, rng=random.Random(2)), random.Random(2)
        for box in layout:
            assert box == (rng.random() * 800, 0, 6, box.height, 0.5 + 1.5 * rng.random())


@pytest.mark.parametrize("count", COUNTS)
def test_a_composition_of_both_draws_in_element_order(count: int) -> None:
    registry = Registry()
    registry.register("size", by_parent, unit="pixel", value="auto", name="by parent")
    both = Composition("max", [Size("pixel", "auto"), Size("pixel", "random", "width", 0, 9000)])
    prepared = UnitSystem(registry=registry).prepare(family(count, width=both))
    for _ in range(3):
        layout, rng = prepared.resolve(scene=SURFACE, rng=random.Random(2)), random.Random(2)
        drawn = [9000 * rng.random() for _ in range(count)]
        assert layout[1].width == max(1802, drawn[1])
        assert layout[0].width == max(2 * layout[1].width + 10 + 800, drawn[0])


def test_an_update_may_bring_such_a_composition_into_a_plan_and_take_it_out_again() -> None:
    registry = Registry()
    registry.register("size", always(7), unit="pixel", value="auto", name="seven")
    scene = family(PLAN_AT_ONCE, width=Size("pixel", 5))
    prepared = UnitSystem(registry=registry).prepare(scene)
    assert numbers(prepared, "width")[:3] == [5, 5, 5]
    both = Composition("min", [Size("pixel", "auto"), Size("pixel", "random", "width", 100)])
    prepared.update({2: replace(scene.elements[2], width=both)})
    assert numbers(prepared, "width")[:4] == [5, 5, 7, 5]
    prepared.update({2: scene.elements[2], 1: replace(scene.elements[1], width=Size("pixel", "auto"))})
    assert numbers(prepared, "width")[:4] == [5, 7, 5, 5]


# In any scene.

ENTRIES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "pixels": ("size", {"unit": "pixel", "value": "number"}),
    "fill": ("size", {"value": "fill"}),
    "random sizes": ("size", {"value": "random", "priority": 2}),
    "edges": ("position", {"unit": "parent-right"}),
    "random places": ("position", {"value": "random"}),
    "factors": ("scale", {"unit": "factor"}),
    "content": ("size", {"value": "content", "priority": 1}),
}


def registered(names: Any) -> tuple[Registry, Own]:
    """Return a registry, and what it answers in plain words."""
    registry = Registry()
    for name in names:
        kind, what = ENTRIES[name]
        registry.register(kind, by_parent, name=name, **what)

    def own(spec: Any, context: Context) -> float | None:
        kind, value = type(spec).__name__.lower(), "number" if isinstance(spec.value, float) else spec.value
        is_own = any(
            kind == of and what.get("unit", spec.unit) == spec.unit and what.get("value", value) == value
            for of, what in (ENTRIES[name] for name in names)
        )
        return by_parent(spec)(context) if is_own else None

    return registry, own


@settings(max_examples=20)
@given(
    large_scenes(1, SMALLEST_PLAN + 20, COMPOSED),
    st.sets(st.sampled_from(sorted(ENTRIES)), min_size=1),
    st.none() | extents,
    st.integers(0, 2**32),
    st.data(),
)
def test_scenes_resolve_as_the_rules_and_the_strategies_say(
    scene: Scene, names: set[str], surface: Extent | None, seed: int, data: st.DataObject
) -> None:
    registry, own = registered(names)
    prepared = UnitSystem(registry=registry, layouts=Cache("layouts", entries=0)).prepare(scene)
    elements = list(scene.elements)
    with mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=1):
        for step in range(4):
            now = Scene(scene.name, tuple(elements), scene.breakpoints)
            expected = plain_boxes(now, surface, None, seed, own)
            got = prepared.resolve(scene=surface, rng=random.Random(seed))
            assert_same_boxes(got, expected, f"step {step}")
            bound = BoundElements(now, now.elements, registry.find, 0)
            assert_same_boxes(bound.resolve(Context(scene=surface), random.Random(seed))[0], expected, "bound")
            if step % 2:
                changes = data.draw(changed_elements(elements, COMPOSED))
                for i, element in changes.items():
                    elements[i] = element
                prepared.update(changes)


@pytest.mark.parametrize("count", COUNTS)
def test_systems_that_share_a_cache_of_plans_keep_their_own_strategies(count: int) -> None:
    plans, scene = Cache[Any, Any]("plans", entries=9), family(count, width=Size("pixel", 5))
    answers = []
    for number in (1, 2):
        registry = Registry()
        registry.register("size", always(number), name="own")
        answers.append(set(numbers(UnitSystem(registry=registry, plans=plans).prepare(scene), "width")))
    assert answers == [{1}, {2}]


def test_what_makes_no_strategy_is_refused_when_a_scene_is_resolved() -> None:
    registry = Registry()
    registry.register("size", always(5), name="good", value="fill")
    registry.register("size", lambda _spec: None, name="bad", value="fit")  # type: ignore[arg-type, return-value]
    system = UnitSystem(registry=registry)
    for count in COUNTS:
        with pytest.raises(InputError, match="registry: 'bad' made None"):
            system.prepare(family(count, width=Size("pixel", "fit"))).resolve()
    with pytest.raises(InputError, match="registry: 'bad' made None"):
        system.build(Composition("min", [Size("pixel", "fill"), Size("pixel", "fit")]))
