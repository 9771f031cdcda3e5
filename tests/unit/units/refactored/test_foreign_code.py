"""Observers and what a registry makes run while no lock is held: what they may do with the scene of an event."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.units import Element, Extent, Observers, Position, Registry, Scene, Size, UnitSystem
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE, SMALLEST_PLAN

SURFACE, WIDE = Extent(800, 600), Extent(1280, 720)
COUNTS = [3, SMALLEST_PLAN + 10, PLAN_AT_ONCE]
SECONDS = 60


def row(count: int) -> Scene:
    return Scene("row", tuple(Element(f"e{i}", x=Position("pixel", i)) for i in range(count)))


def moved(scene: Scene, i: int, x: float) -> dict[int, Element]:
    return {i: replace(scene.elements[i], x=Position("pixel", x))}


def in_time(work: Callable[[], Any]) -> Any:
    """Return what a function returns, which must not wait for itself."""
    answers: list[Any] = []

    def kept() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # noqa: BLE001 -- it is raised below, where pytest sees it
            answers.append(error)

    thread = threading.Thread(target=kept, daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert answers, "it hangs"
    if isinstance(answers[0], BaseException):
        raise answers[0]
    return answers[0]


class Curious:
    """An observer that does something with the scene once, at the first event of a cache."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act: Callable[[], Any] | None = act
        self.seen: list[Any] = []

    def calculated(self, event: Any) -> None:
        pass

    def failed(self, event: Any) -> None:
        pass

    def cached(self, event: Any) -> None:  # noqa: ARG002
        act, self.act = self.act, None
        if act is not None:
            self.seen.append(act())


@pytest.mark.parametrize("count", COUNTS[1:])
@pytest.mark.parametrize("in_thread", [False, True])
def test_an_observer_may_resolve_and_update_the_scene_of_an_event(count: int, in_thread: bool) -> None:  # noqa: FBT001
    scene = row(count)

    def act() -> float:
        prepared.update(moved(scene, 1, 50.0))
        return float(prepared.resolve(scene=SURFACE)[1].x)

    curious = Curious((lambda: in_time(act)) if in_thread else act)
    prepared = UnitSystem(observers=Observers(curious)).prepare(scene)
    in_time(lambda: prepared.resolve(scene=SURFACE))
    assert curious.seen == [50.0]
    assert prepared.resolve(scene=SURFACE)[1].x == 50


@pytest.mark.parametrize("count", COUNTS[1:])
def test_an_observer_may_use_the_scene_when_its_layouts_are_evicted(count: int) -> None:
    scene = row(count)
    observers = Observers()
    prepared = UnitSystem(observers=observers).prepare(scene)
    prepared.update(moved(scene, 1, 5.0))
    for _ in range(5):
        prepared.resolve(scene=SURFACE)

    def act() -> float:
        prepared.update(moved(scene, 2, 60.0))
        return float(prepared.resolve(scene=SURFACE)[1].x)

    curious = Curious(act)
    observers.add(curious)
    in_time(lambda: prepared.update(moved(scene, 1, 50.0)))
    assert curious.seen == [50.0]
    assert prepared.resolve(scene=SURFACE)[2].x == 60


def once(act: Callable[[], Any]) -> Any:
    """Return what makes strategies, and does something the first time."""
    acts = [act]

    def make(_spec: Any) -> Any:
        if acts:
            acts.pop()()
        return lambda _context: 7.0

    return make


@pytest.mark.parametrize("count", COUNTS)
def test_what_makes_a_strategy_may_resolve_the_scene_that_it_is_made_for(count: int) -> None:
    scene, registry, seen = row(count), Registry(), []
    prepared = UnitSystem(registry=registry).prepare(scene)
    make = once(lambda: seen.append(prepared.resolve(scene=WIDE)[0].x))
    registry.register("position", make, unit="pixel", name="seven")
    assert in_time(lambda: prepared.resolve(scene=SURFACE))[0].x == 7
    assert seen == [7]

    registry.register("size", once(lambda: seen.append(prepared.resolve(scene=WIDE)[1].x)), name="one")
    prepared.resolve(scene=SURFACE)
    in_time(lambda: prepared.update({1: replace(scene.elements[1], width=Size("pixel", 5))}))
    assert seen == [7, 7]
    assert prepared.resolve(scene=SURFACE)[1].width == 7


@pytest.mark.parametrize("count", COUNTS)
def test_what_makes_a_strategy_may_not_update_the_scene_that_is_being_updated(count: int) -> None:
    scene, registry = row(count), Registry()
    prepared = UnitSystem(registry=registry).prepare(scene)
    registry.register("size", once(lambda: prepared.update(moved(scene, 0, 9.0))), name="meddler")
    prepared.resolve(scene=SURFACE)
    changes = {1: replace(scene.elements[1], width=Size("pixel", 5))}
    with pytest.raises(InputError, match="scene 'row': updated while it is being updated, by a strategy's `make`"):
        in_time(lambda: prepared.update(changes))
    assert prepared.resolve(scene=SURFACE)[1].width == 100, "nothing was replaced"
    prepared.update(changes)
    assert prepared.resolve(scene=SURFACE)[1].width == 7


@pytest.mark.parametrize("count", COUNTS)
def test_others_resolve_while_a_strategy_is_made_for_an_update(count: int) -> None:
    scene, registry, seen = row(count), Registry(), []
    prepared = UnitSystem(registry=registry).prepare(scene)

    def look() -> None:
        seen.append(in_time(lambda: prepared.resolve(scene=WIDE)[1].width))

    registry.register("size", once(look), name="slow")
    prepared.resolve(scene=SURFACE)
    prepared.update({1: replace(scene.elements[1], width=Size("pixel", 5))})
    assert seen == [100], "what there was before"
    assert prepared.resolve(scene=WIDE)[1].width == 7


@pytest.mark.parametrize("count", COUNTS)
def test_a_snapshot_that_is_made_while_elements_are_replaced_is_not_kept(count: int) -> None:
    first, *others = row(count).elements
    scene, registry = Scene("row", (replace(first, x=Position("pixel", "fixed")), *others)), Registry()
    prepared = UnitSystem(registry=registry).prepare(scene)
    make = once(lambda: in_time(lambda: prepared.update(moved(scene, 1, 50.0))))
    registry.register("position", make, value="fixed", name="slow")
    assert in_time(lambda: prepared.resolve(scene=SURFACE))[1].x == 1, "all of it as it was at the call"
    assert prepared.resolve(scene=SURFACE)[1].x == 50


@pytest.mark.parametrize("count", COUNTS)
def test_updates_at_once_both_count(count: int) -> None:
    scene = row(count)
    prepared = UnitSystem().prepare(scene)
    prepared.resolve(scene=SURFACE)
    barrier = threading.Barrier(2)

    def update(i: int) -> Callable[[], None]:
        def work() -> None:
            barrier.wait(SECONDS)
            for number in range(100):
                prepared.update(moved(scene, i, number))
                assert prepared.resolve(scene=SURFACE)[i].x == number

        return work

    threads = [threading.Thread(target=update(i)) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert [box.x for box in prepared.resolve(scene=SURFACE)][:3] == [99, 99, 2]
