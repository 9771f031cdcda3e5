"""What the system keeps of scenes: which scenes share it, and that none gets what belongs to another."""

import gc
import math
import random
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import BREAKPOINTS, COMPOSED, SIMPLE, assert_same_boxes, bound_boxes, changed_elements, large_scenes

from unitdocs.units import Cache, Element, Extent, Policy, Position, Scale, Scene, Size, UnitSystem
from unitdocs.units.refactored import prepared_scene
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE, SMALLEST_KEPT, SMALLEST_PLAN
from unitdocs.units.refactored.plan import scene_plan
from unitdocs.units.refactored.plan.planned_elements import PlannedElements
from unitdocs.units.refactored.settings import SystemSettings
from unitdocs.units.refactored.snapshot import MOST_REQUESTS

SURFACE, WIDE = Extent(800, 600), Extent(1280, 720)
PLANNED = SMALLEST_PLAN + 10


def row(count: int, *, first: float = 0.0, **units: Any) -> Scene:
    """Return elements in a row."""
    elements = (Element(f"e{i}", x=Position("pixel", first + i), **units) for i in range(count))
    return Scene("row", tuple(elements), BREAKPOINTS)


def paths(system: UnitSystem) -> Any:
    return system.statistics()["scenes resolved"]


# Plans.


@pytest.mark.parametrize("count", [PLANNED, PLAN_AT_ONCE])
def test_two_prepared_scenes_of_one_scene_share_one_plan(count: int) -> None:
    system, scene = UnitSystem(), row(count)
    one, other = system.prepare(scene), system.prepare(scene)
    for _ in range(2):
        one.resolve(viewport=SURFACE)
    shared = one.snapshot("md")
    assert isinstance(shared, PlannedElements)
    assert other.snapshot("md") is shared
    assert other.snapshot("xs") is not shared
    assert system.prepare(row(count)).snapshot("md") is not shared
    assert UnitSystem().prepare(scene).snapshot("md") is not shared


def test_what_is_bound_of_a_scene_is_kept_when_it_comes_again_and_is_planned_the_next_time() -> None:
    system, scene = UnitSystem(), row(PLANNED)
    kept = []
    for surface in (SURFACE, WIDE, SURFACE):
        system.prepare(scene).resolve(scene=surface)
        kept.append(system.plans.statistics().entries)
    assert kept == [0, 1, 1]
    assert paths(system) == {"bound": 2, "plan": 1, "partial": 0, "cache": 0}


@pytest.mark.parametrize("count", [3, PLANNED, PLAN_AT_ONCE])
def test_a_changed_scene_and_the_other_of_the_same_scene_keep_their_own_numbers(count: int) -> None:
    system, scene = UnitSystem(), row(count)
    one, other = system.prepare(scene), system.prepare(scene)
    for prepared in (one, other, one, other):
        assert prepared.resolve(scene=SURFACE)[2].x == 2
    one.update({2: replace(scene.elements[2], x=Position("pixel", 50))})
    for _ in range(2):
        assert one.resolve(scene=SURFACE)[2].x == 50
        assert other.resolve(scene=SURFACE)[2].x == 2
        assert system.prepare(scene).resolve(scene=SURFACE)[2].x == 2
    other.update({2: replace(scene.elements[2], x=Position("pixel", 70))})
    assert [prepared.resolve(scene=SURFACE)[2].x for prepared in (one, other)] == [50, 70]
    if count >= PLAN_AT_ONCE:
        plans = {id(prepared.snapshot(None)._plan) for prepared in (one, other)}  # type: ignore[attr-defined]
        assert len(plans) == 1, "numbers alone changed, so that both still run the same plan"
    one.update({2: scene.elements[2]})
    assert one.resolve(scene=SURFACE)[2].x == 2


def test_a_scene_at_the_address_of_one_that_is_gone_is_another_scene() -> None:
    system = UnitSystem(plans=Cache("plans", entries=2), layouts=Cache("layouts", entries=1))
    addresses: list[int] = []
    while len(addresses) < 2000 and len({*addresses}) > len(addresses) - 10:
        i = len(addresses)
        scene = row(PLANNED, first=i)
        addresses.append(id(scene))
        for _ in range(3):
            assert system.prepare(scene).resolve(scene=SURFACE)[1].x == i + 1
        del scene
        gc.collect(0)
    assert len({*addresses}) < len(addresses), "an address came again, or this tests nothing"


# Layouts.


def test_a_layout_is_found_again_by_scene_and_context() -> None:
    system, scene = UnitSystem(), row(PLANNED, width=Size("pixel", "stretch"))
    prepared = system.prepare(scene)
    prepared.resolve(viewport=WIDE)  # after which it is planned
    prepared.resolve(scene=SURFACE, viewport=WIDE)
    first = prepared.resolve(scene=SURFACE, viewport=WIDE)  # requested again, and kept
    for surface, viewport in ((SURFACE, WIDE), (Extent(800.0, 600), Extent(1280, 720.0))):
        assert_same_boxes(prepared.resolve(scene=surface, viewport=viewport), first)
    assert paths(system)["cache"] == 2
    for inner, outer in ((SURFACE, SURFACE), (WIDE, WIDE), (None, WIDE), (SURFACE, None), (WIDE, SURFACE)):
        found = prepared.resolve(scene=inner, viewport=outer)
        assert found[0].width == (inner or outer or Extent(0, 0)).width
    assert paths(system)["cache"] == 2


def test_a_layout_that_is_requested_once_is_not_kept() -> None:
    system = UnitSystem()
    prepared = system.prepare(row(PLAN_AT_ONCE))
    for width in range(1, MOST_REQUESTS + 20):
        prepared.resolve(scene=Extent(width, 600))
    assert system.layouts.statistics().entries == 0
    for _ in range(2):
        prepared.resolve(scene=SURFACE)
    assert system.layouts.statistics().entries == 1


@pytest.mark.parametrize("count", [SMALLEST_KEPT, PLANNED, PLAN_AT_ONCE])
def test_zero_minus_zero_and_nan_are_never_taken_for_each_other(count: int) -> None:
    system = UnitSystem()
    prepared = system.prepare(row(count, scale=Scale("scene-width-scale", 1)))
    for _ in range(6):
        for width, scale in ((0.0, math.inf), (-0.0, -math.inf), (math.nan, math.nan), (0, math.inf), (5.0, 160.0)):
            got = prepared.resolve(scene=SURFACE, viewport=Extent(width, 1))[1].scale
            assert got == scale or (math.isnan(got) and math.isnan(scale))
        for height in (0.0, -0.0, math.nan):
            prepared.resolve(scene=Extent(1, height))
    found = paths(system)["cache"]
    assert found == 4, "of the extent without them, from the third time on"


@pytest.mark.parametrize("count", [10, PLANNED, PLAN_AT_ONCE])
def test_random_scenes_are_drawn_anew_each_time(count: int) -> None:
    system = UnitSystem(random.Random(1))
    elements = [Element(f"e{i}") for i in range(count - 1)]
    prepared = system.prepare(Scene("dice", (*elements, Element("it", x=Position("pixel", "random", "x")))))
    drawn = {prepared.resolve(scene=SURFACE)[-1].x for _ in range(5)}
    assert len(drawn) == 5
    assert paths(system)["cache"] == 0
    assert system.layouts.statistics().entries == 0
    same_seed = {prepared.resolve(scene=SURFACE, rng=random.Random(1))[-1].x for _ in range(5)}
    assert same_seed == {random.Random(1).random() * 800}


def in_cache(system: UnitSystem) -> tuple[int, int]:
    found = system.layouts.statistics()
    return found.entries, found.evictions["replaced"]


@pytest.mark.parametrize("count", [SMALLEST_KEPT, PLANNED, PLAN_AT_ONCE])
def test_layouts_of_what_was_replaced_make_room_for_others(count: int) -> None:
    system, scene = UnitSystem(layouts=Cache("layouts", entries=4)), row(count)
    still, moving = system.prepare(row(count)), system.prepare(scene)
    for _ in range(3):
        still.resolve(scene=SURFACE)
    assert in_cache(system)[0] == 1
    for number in range(20):
        moving.update({1: replace(scene.elements[1], x=Position("pixel", number))})
        for surface in (SURFACE, WIDE, SURFACE, WIDE):
            assert moving.resolve(scene=surface)[1].x == number
    found = paths(system)["cache"]
    still.resolve(scene=SURFACE)
    assert paths(system)["cache"] == found + 1
    entries, replaced = in_cache(system)
    assert (entries, replaced >= 19) == (3, True)
    assert system.layouts.statistics().evictions["entries"] == 0


@pytest.mark.parametrize("count", [PLANNED, PLAN_AT_ONCE])
def test_an_update_of_one_leaves_the_layouts_of_another_of_the_same_scene(count: int) -> None:
    system, scene = UnitSystem(), row(count)
    one, other = system.prepare(scene), system.prepare(scene)
    for _ in range(4):
        for prepared in (one, other):
            prepared.resolve(scene=SURFACE)
    found = paths(system)["cache"]
    one.update({1: replace(scene.elements[1], x=Position("pixel", 7))})
    other.resolve(scene=SURFACE)
    assert paths(system)["cache"] == found + 1


def test_layouts_of_a_snapshot_that_is_out_of_date_leave() -> None:
    system = UnitSystem()
    prepared = system.prepare(row(PLAN_AT_ONCE))
    for _ in range(2):
        prepared.resolve(scene=SURFACE)
    assert in_cache(system) == (1, 0)
    system.registry.register("scale", lambda _: lambda _: 2.0, name="two")
    prepared.resolve(scene=SURFACE)
    assert in_cache(system) == (0, 1)


def test_a_layout_that_is_kept_while_its_snapshot_is_replaced_leaves_at_once() -> None:
    system = UnitSystem()
    prepared = system.prepare(row(PLAN_AT_ONCE))
    snapshot = prepared.snapshot(None)
    prepared.resolve(scene=SURFACE)
    system.drop_layouts(snapshot.requests)  # as by another thread, after this one got the snapshot
    prepared.resolve(scene=SURFACE)
    assert in_cache(system) == (0, 1)


def test_a_cache_of_no_entries_is_off() -> None:
    system = UnitSystem(layouts=Cache("layouts", entries=0), plans=Cache("plans", entries=0))
    scene = row(PLAN_AT_ONCE)
    one, other = system.prepare(scene), system.prepare(scene)
    layouts = [prepared.resolve(scene=SURFACE) for prepared in (one, one, other)]
    assert paths(system) == {"bound": 0, "plan": 3, "partial": 0, "cache": 0}
    assert one.snapshot(None) is not other.snapshot(None)
    assert len({id(layout) for layout in layouts}) == 3
    for part in ("layouts", "plans"):
        found: Any = system.statistics()[part]
        assert (found.hits, found.misses, found.entries) == (0, 0, 0)


def test_caches_of_the_project_s_own_are_used() -> None:
    layouts: Cache[Any, Any] = Cache("my layouts", entries=1, policy=Policy.LRU)
    plans: Cache[Any, Any] = Cache("my plans", entries=1)
    system = UnitSystem(layouts=layouts, plans=plans)
    assert (system.layouts, system.plans) == (layouts, plans)
    prepared = system.prepare(row(PLAN_AT_ONCE))
    for surface in (SURFACE, SURFACE, SURFACE, WIDE, WIDE, SURFACE):
        prepared.resolve(scene=surface)
    found = layouts.statistics()
    assert (found.hits, found.misses, found.entries, found.evictions["entries"]) == (1, 5, 1, 2)
    assert found.bytes == prepared.resolve(scene=SURFACE).nbytes
    assert plans.statistics().entries == 1
    assert plans.statistics().bytes > 0


def test_statistics_add_up() -> None:
    system, rng = UnitSystem(layouts=Cache("layouts", entries=3)), random.Random(4)
    prepared = [system.prepare(row(count)) for count in (10, PLANNED, PLAN_AT_ONCE)]
    requests = 0
    for _ in range(300):
        one = rng.choice(prepared)
        if rng.random() < 0.2:
            i = rng.randrange(10)
            one.update({i: replace(one.scene.elements[i], x=Position("pixel", rng.random()))})
        else:
            one.resolve(scene=rng.choice([SURFACE, WIDE]), viewport=rng.choice([SURFACE, WIDE, Extent(0, 0)]))
            requests += 1
    found: Any = system.statistics()
    resolved = found["scenes resolved"]
    assert sum(resolved.values()) == requests
    assert min(resolved["bound"], resolved["plan"], resolved["cache"]) > 0
    layouts = found["layouts"]
    assert layouts.hits == resolved["cache"]
    assert layouts.hits + layouts.misses < requests, "those with an extent of 0 are not looked up"
    assert layouts.entries + sum(layouts.evictions.values()) <= layouts.misses
    for viewport in (SURFACE, WIDE, None, SURFACE):
        for _ in range(3):
            prepared[2].resolve(scene=WIDE, viewport=viewport)
    assert system.layouts.statistics().entries == 3, "it is full again, and no fuller"
    assert layouts.evictions["replaced"] > 0


# Any order of everything.


@settings(max_examples=25)
@given(st.data())
def test_any_order_of_resolves_and_updates_is_as_without_caches(data: st.DataObject) -> None:
    units_of = data.draw(st.sampled_from([SIMPLE, COMPOSED]))
    sizes = [(8, 20), (SMALLEST_PLAN, SMALLEST_PLAN + 5)]
    drawn = [data.draw(large_scenes(*size, units_of)) for size in sizes]
    entries = data.draw(st.integers(0, 3))
    system = UnitSystem(
        layouts=Cache("layouts", entries=entries, policy=data.draw(st.sampled_from(Policy))),
        plans=Cache("plans", entries=data.draw(st.integers(0, 2))),
    )
    trees = [drawn[0], drawn[1], drawn[1]]
    prepared = [system.prepare(scene) for scene in trees]
    elements = [list(scene.elements) for scene in trees]
    extents = [SURFACE, WIDE, Extent(0.0, -0.0), Extent(-0.0, 5)]
    with mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=1):
        for step in range(data.draw(st.integers(3, 14))):
            k = data.draw(st.integers(0, 2))
            if data.draw(st.integers(0, 2)) == 0:
                changes = data.draw(changed_elements(elements[k], units_of))
                prepared[k].update(changes)
                for i, element in changes.items():
                    elements[k][i] = element
                continue
            surface, viewport = data.draw(st.sampled_from(extents)), data.draw(st.sampled_from([None, *extents]))
            got = prepared[k].resolve(scene=surface, viewport=viewport, rng=random.Random(step))
            now = Scene("now", tuple(elements[k]), BREAKPOINTS)
            assert_same_boxes(
                got, bound_boxes(now, surface, viewport, step), f"scene {k}, step {step}, {paths(system)}"
            )


# Threads.


@pytest.fixture
def threads_take_turns_all_the_time() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(*works: Callable[[], None]) -> None:
    """Run functions in threads of their own, and raise what they raise."""
    raised: list[BaseException] = []

    def kept(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 -- it is raised below, where pytest sees it
            raised.append(error)

    threads = [threading.Thread(target=kept, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


STATES = 7


class Sightings:
    """The states that threads have seen; a thread can wait until another one has seen a state."""

    def __init__(self) -> None:
        self.states: set[int] = set()
        self.is_over = False
        self._news = threading.Condition()

    def add(self, state: int) -> None:
        if state not in self.states:
            with self._news:
                self.states.add(state)
                self._news.notify_all()

    def wait_for(self, state: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.is_over or state in self.states, timeout=60)

    def until_one_ends(self, work: Callable[[], None]) -> Callable[[], None]:
        """Let all threads end with the first one, so that no failure leaves another waiting."""

        def ending() -> None:
            try:
                work()
            finally:
                with self._news:
                    self.is_over = True
                    self._news.notify_all()

        return ending


@pytest.mark.parametrize("count", [12, PLANNED, PLAN_AT_ONCE])
@pytest.mark.parametrize("entries", [0, 4], ids=["uncached", "cached"])
@pytest.mark.usefixtures("threads_take_turns_all_the_time")
def test_threads_see_all_of_an_update_or_nothing_of_it(count: int, entries: int) -> None:
    """A state has its number as every second element's offset, as a width that is not a number, and at a breakpoint."""

    def state(number: int) -> tuple[Element, ...]:
        inside = Position("parent-left", "left", "x", number)
        width = Size("pixel", number) if number % 2 else Size("scene-width", "fill", "width", number, number)
        at = {"md": {"height": Size("pixel", number, "height")}}
        root = Element("root", x=Position("pixel", number), height=Size("pixel", number, "height"))
        children = (Element(f"e{i}", "root", x=inside, width=width, at=at) for i in range(1, count))
        return (root, *children)

    system = UnitSystem(layouts=Cache("layouts", entries=entries))
    states = [state(number) for number in range(STATES)]
    scene = Scene("states", states[0], BREAKPOINTS)
    changes = [dict(enumerate(elements)) for elements in states]
    viewports = (None, SURFACE, WIDE, Extent(100, 100))
    expected = {
        (number, viewport): bound_boxes(Scene("state", elements, BREAKPOINTS), SURFACE, viewport, 0).array.tobytes()
        for number, elements in enumerate(states)
        for viewport in viewports
    }
    prepared = [system.prepare(scene), system.prepare(scene)]
    sightings = Sightings()

    def resolve(seed: int) -> None:
        rng = random.Random(seed)
        while not sightings.is_over:
            viewport = rng.choice(viewports)
            layout = prepared[0].resolve(scene=SURFACE, viewport=viewport)
            number = int(layout[0].x)
            assert layout.array.tobytes() == expected[number, viewport], f"a mix with state {number} at {viewport}"
            sightings.add(number)

    def resolve_another() -> None:
        while not sightings.is_over:
            assert prepared[1].resolve(scene=SURFACE, viewport=WIDE).array.tobytes() == expected[0, WIDE]

    def update() -> None:
        rng = random.Random(9)
        for step in range(max(15, 600 // count)):
            number = step if step < STATES else rng.randrange(STATES)
            prepared[0].update(changes[number])
            assert prepared[0].resolve(scene=SURFACE).array.tobytes() == expected[number, None]
            sightings.wait_for(number)

    works = (lambda: resolve(1), lambda: resolve(2), resolve_another, update)
    with mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=1):
        at_once(*map(sightings.until_one_ends, works))
    assert sightings.states == set(range(STATES))


@pytest.mark.parametrize("count", [12, PLANNED, PLAN_AT_ONCE])
def test_a_resolve_in_the_middle_of_an_update_sees_nothing_of_it(count: int) -> None:
    """The update stops where it has made the new snapshot, until another thread has resolved the scene."""
    scene = row(count)
    prepared = UnitSystem().prepare(scene)
    for _ in range(2):
        prepared.resolve(scene=SURFACE)
    is_halfway, has_resolved = threading.Event(), threading.Event()
    original = prepared_scene._updated

    def halfway(*arguments: Any) -> Any:
        made = original(*arguments)
        is_halfway.set()
        assert has_resolved.wait(timeout=60)
        return made

    def update() -> None:
        with mock.patch.object(prepared_scene, "_updated", halfway):
            prepared.update({i: replace(scene.elements[i], x=Position("pixel", 1000 + i)) for i in range(count)})

    def resolve() -> None:
        assert is_halfway.wait(timeout=60)
        try:
            assert prepared.resolve(scene=WIDE).x.tolist() == list(range(count))
        finally:
            has_resolved.set()

    at_once(update, resolve)
    assert prepared.resolve(scene=WIDE).x.tolist() == [1000 + i for i in range(count)]


@pytest.mark.usefixtures("threads_take_turns_all_the_time")
def test_threads_that_update_other_elements_lose_none() -> None:
    scene = row(PLANNED)
    prepared = UnitSystem().prepare(scene)

    def update(first: int) -> Callable[[], None]:
        def work() -> None:
            for number in range(1, 40):
                for i in range(first, PLANNED, 3):
                    prepared.update({i: replace(scene.elements[i], x=Position("pixel", 1000 * number + i))})
                prepared.resolve(scene=SURFACE)

        return work

    at_once(*(update(first) for first in range(3)))
    assert prepared.resolve(scene=SURFACE).x.tolist() == [39_000 + i for i in range(PLANNED)]


def test_a_small_scene_is_planned_when_bound_units_have_cost_as_much_as_compiling() -> None:
    system = UnitSystem(settings=SystemSettings(compiling=200))
    prepared = system.prepare(row(PLANNED))
    for width in range(1, 12):
        prepared.resolve(scene=Extent(width, 600))
    in_bound_units = -(-200 // PLANNED) + 2
    assert paths(system) == {"bound": in_bound_units, "plan": 11 - in_bound_units, "partial": 0, "cache": 0}
