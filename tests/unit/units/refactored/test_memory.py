"""What a prepared scene keeps: a fixed number of bytes an element, however often it is updated and resolved."""

import gc
import itertools
import random
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from rules import BREAKPOINTS

from unitdocs.units import Cache, Composition, Element, Extent, Position, Scale, Scene, Size, UnitSystem
from unitdocs.units.refactored.bound_elements import BYTES_PER_ELEMENT
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE, SMALLEST_PLAN
from unitdocs.units.refactored.plan import scene_plan
from unitdocs.units.refactored.prepared_scene import RefactoredScene

EXTENTS = [Extent(800, 600), Extent(400, 300), Extent(1280, 720)]
UNITS = 5
BYTES_AN_ELEMENT = (
    8  # its parent
    + UNITS * (4 + 2) * 8  # of each unit four places (its own, its element, two of the parent) and two constraints
    + UNITS  # roles
    + (UNITS + UNITS + 2 + 2) * 8  # the state: a number of each unit, twice, two offsets, its content
    + 2 * UNITS * 8  # what was resolved last, and what a part is taken over from
    + 2 * 8  # its children: their places, and where they begin
    + 2 * UNITS * 8  # the batch of each unit, and its place in it
)
"""The most that a plan of simple units keeps of an element at one breakpoint."""


def rows(count: int) -> Scene:
    """Return panels with elements in them; batches of all sorts, few of which are a slice."""
    rng = random.Random(1)

    def limits() -> dict[str, Any]:
        return rng.choice([{}, {"min": rng.random()}, {"max": rng.random() * 99}])

    elements = [Element("root")]
    for i in range(1, count):
        parent = "root" if i < 30 else f"e{rng.randrange(1, 30)}"
        x = rng.choice([Position("parent-left", "left"), Position("parent-center-x", "center"), Position("pixel", 5)])
        width = Size(*rng.choice([("parent-width", "fill"), ("pixel", "fit"), ("pixel", 6.0)]), "width", **limits())
        scale = Scale(*rng.choice([("factor", "fit"), ("parent-width-scale", 1), ("factor", 2)]), **limits())
        content = Extent(1 + rng.random(), 2) if rng.random() < 0.5 else None
        elements.append(Element(f"e{i}", parent, x=x, width=width, scale=scale, content=content))
    return Scene("rows", tuple(elements), BREAKPOINTS)


def numbers_alone(element: Element, rng: random.Random) -> Element:
    return replace(element, x=replace(element.x, offset=rng.random()))  # type: ignore[type-var]


def content_alone(element: Element, rng: random.Random) -> Element:
    return replace(element, content=Extent(1 + rng.random(), rng.random()))


def rules(element: Element, rng: random.Random) -> Element:
    return replace(element, width=Size("pixel", rng.choice(["fill", "fit", rng.random()])))


def compositions(element: Element, rng: random.Random) -> Element:
    return replace(element, width=Composition("min", [Size("pixel", rng.random()), Size("parent-width", "fill")]))


Change = Callable[[Element, random.Random], Element]
CHANGES = [numbers_alone, content_alone, rules, compositions]
changed_by = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)


def animate(prepared: RefactoredScene, change: Change, frames: int, rng: random.Random) -> int:
    """Update and resolve `frames` times, and return the most bytes held. Two elements change, always the same ones."""
    elements, most = prepared.scene.elements, 0
    for frame in range(frames):
        prepared.update({i: change(elements[i], rng) for i in (5, len(elements) - 1)})
        for extent in EXTENTS[: 1 + frame % 3]:
            prepared.resolve(scene=extent, viewport=extent)
            most = max(most, prepared.nbytes)
    return most


def always_in_part() -> Any:
    return mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=1)


@changed_by
@pytest.mark.parametrize("count", [SMALLEST_PLAN, PLAN_AT_ONCE, 1000])
def test_a_scene_keeps_a_fixed_number_of_bytes_an_element(count: int, change: Change) -> None:
    system = UnitSystem()
    prepared, rng = system.prepare(rows(count)), random.Random(2)
    with always_in_part():
        animate(prepared, change, 5, random.Random(3))
        early = prepared.nbytes
        animate(prepared, change, 12, rng)
        animate(prepared, change, 5, random.Random(3))
        last = prepared.nbytes
        most = animate(prepared, change, 30, random.Random(3))
        later = animate(prepared, change, 30, random.Random(3))
    at_breakpoints = len(BREAKPOINTS)
    others = 1000  # where the children of the last end, and compositions, of two elements
    assert last <= at_breakpoints * (count * BYTES_AN_ELEMENT + others)
    assert last >= at_breakpoints * count * (UNITS + UNITS) * 8, "the state and what was resolved, at least"
    assert later == most, "it does not grow"
    # With other rules, a smaller scene goes back to bound units for some frames: the last resolve may be of either.
    if count >= PLAN_AT_ONCE or change in (numbers_alone, content_alone):
        assert last == early


def test_small_scenes_keep_bound_units() -> None:
    prepared = UnitSystem().prepare(rows(SMALLEST_PLAN - 1))
    animate(prepared, numbers_alone, 30, random.Random(2))
    assert prepared.nbytes == len(BREAKPOINTS) * (SMALLEST_PLAN - 1) * BYTES_PER_ELEMENT


FRAMES = 24


@pytest.mark.parametrize("entries", [0, 2])
@pytest.mark.parametrize(("change", "count"), [*itertools.product(CHANGES, [20]), (numbers_alone, 60), (rules, 60)])
def test_nothing_is_kept_of_states_that_are_gone(change: Change, count: int, entries: int) -> None:
    """What stays of each state grows in every round; what Python and the caches keep is full after some of them."""
    prepared, rng = UnitSystem(layouts=Cache("layouts", entries=entries)).prepare(rows(count)), random.Random(2)
    kept = []
    with always_in_part():
        animate(prepared, change, 6, rng)
        tracemalloc.start()
        try:
            for _ in range(4):
                animate(prepared, change, FRAMES - 6, rng)
                animate(prepared, change, 6, random.Random(3))  # so that every round ends in the same way
                gc.collect()
                kept.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
    one_state = count * UNITS * 8
    assert min(after - before for before, after in itertools.pairwise(kept)) < FRAMES * one_state / 4


def test_updates_without_a_resolve_keep_nothing_either() -> None:
    prepared = UnitSystem().prepare(rows(PLAN_AT_ONCE))
    for extent in EXTENTS:
        prepared.resolve(scene=extent, viewport=extent)
    size, rng = prepared.nbytes, random.Random(1)
    for _ in range(50):
        prepared.update({i: numbers_alone(prepared.scene.elements[i], rng) for i in range(1, 40)})
    assert prepared.nbytes <= size


def test_what_was_replaced_is_remembered_only_where_a_part_may_be_resolved_alone() -> None:
    scene = rows(PLAN_AT_ONCE)

    def replace_one_by_one(count: int) -> Any:
        prepared, rng = UnitSystem().prepare(scene), random.Random(1)
        prepared.resolve(viewport=EXTENTS[0])
        for i in range(1, count):
            prepared.update({i: numbers_alone(scene.elements[i], rng)})
        return prepared.snapshot("md")

    assert len(replace_one_by_one(40).replaced) == 0, "so few elements are never resolved in part"
    with mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=10):
        assert len(replace_one_by_one(40).replaced) == 39
        too_many = replace_one_by_one(100)
        assert (too_many.before, len(too_many.replaced)) == (None, 0)


@pytest.mark.parametrize("count", [20, 3000])
def test_layouts_that_were_kept_leave_with_the_elements_that_they_are_of(count: int) -> None:
    """A scene that is updated is resolved three times in each of its states: the second layout is kept, in vain."""
    scene, rng = rows(count), random.Random(1)
    system = UnitSystem()
    prepared = system.prepare(scene)
    prepared.resolve(scene=EXTENTS[0])
    one_snapshot = prepared.nbytes + 8 * count
    tracemalloc.start()
    try:
        for number in range(70):
            i = 1 + number % (count - 1)
            prepared.update({i: numbers_alone(scene.elements[i], rng)})
            for _ in range(3):
                prepared.resolve(scene=EXTENTS[0])
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    found: Any = system.statistics()
    counted = sum(found[cache].bytes for cache in ("plans", "layouts"))
    assert found["scenes resolved"]["cache"] == 70
    assert held <= counted + 4 * one_snapshot + 100_000
    assert (found["layouts"].entries, found["layouts"].evictions["replaced"]) == (1, 69)
