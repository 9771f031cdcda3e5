"""Validation and observers of the system: what is reported when, and that they cost nothing if they are off."""

import itertools
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from rules import BREAKPOINTS

from unitdocs.errors import InputError
from unitdocs.units import (
    CacheEvent,
    CacheHit,
    CacheMiss,
    Calculated,
    Composition,
    Context,
    Element,
    Extent,
    Failed,
    Observers,
    Placed,
    Position,
    ResolutionPath,
    Scale,
    Scene,
    Size,
    Subject,
    UnitSystem,
    ValidationWarning,
)
from unitdocs.units.refactored import system as system_module
from unitdocs.units.refactored.bound_units import bind_part
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE, SMALLEST_PLAN
from unitdocs.units.refactored.events import ObserverWarning
from unitdocs.units.refactored.plan import scene_plan
from unitdocs.units.refactored.validation import scene_problems

SURFACE = Extent(800, 600)
COUNTS = [3, SMALLEST_PLAN + 10, PLAN_AT_ONCE]
OF_PARENT, OF_SCENE = Size("parent-width", "fill"), Size("scene-width", "fill")


def lonely(count: int) -> Scene:
    """Return elements of which the first, a root, has a width that needs a parent."""
    others = (Element(f"e{i}", "e0", width=OF_PARENT) for i in range(1, count))
    return Scene("lonely", (Element("e0", width=OF_PARENT), *others), BREAKPOINTS)


# Validation.

LACKING = [
    (OF_PARENT, 100),
    (Size("pixel", "content"), 400),
    (Position("viewport-right", "right", "x", 3), 3),
    (Scale("factor", "breakpoint-scale"), 1),
    (Composition("min", [OF_PARENT, Size("pixel", 7)]), 7),
    (Composition("priority", [OF_PARENT, OF_SCENE]), 100),
]


@pytest.mark.parametrize(("spec", "fallback"), LACKING)
def test_a_unit_that_lacks_what_it_needs(spec: Any, fallback: float) -> None:
    empty = Context()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert UnitSystem().build(spec).resolve(empty) == fallback
        assert UnitSystem(validation="off").build(spec).resolve(empty) == fallback
    with pytest.raises(InputError, match="the context lacks what it needs"):
        UnitSystem(validation="strict").build(spec).resolve(empty)
    with pytest.warns(ValidationWarning, match="the context lacks what it needs") as warned:
        assert UnitSystem(validation="warn").build(spec).resolve(empty) == fallback
    assert len(warned) == 1
    assert warned[0].filename == __file__


def test_a_unit_that_has_what_it_needs_is_not_mentioned() -> None:
    context = Context(scene=SURFACE)
    for mode in ("off", "warn", "strict"):
        assert UnitSystem(validation=mode).build(OF_SCENE).resolve(context) == 800
        assert UnitSystem(validation=mode).build(Composition("priority", [OF_PARENT, OF_SCENE])).resolve(context) == 800


def test_asking_for_a_width_is_watched_too() -> None:
    with pytest.raises(InputError, match="lacks"):
        UnitSystem(validation="strict").build(OF_PARENT).width(Context())  # type: ignore[attr-defined]
    with pytest.warns(ValidationWarning) as warned:
        assert UnitSystem(validation="warn").build(OF_PARENT).width(Context()) == 100  # type: ignore[attr-defined]
    assert warned[0].filename == __file__, "the line of the caller, not one of the unit system"


def test_an_unknown_validation_is_refused() -> None:
    with pytest.raises(InputError, match="validation: 'loud' is not one of off, warn, strict"):
        UnitSystem(validation="loud")


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"observers": [1]}, r"observers: expected Observers\(...\), got \[1\]"),
        ({"registry": {}}, r"registry: expected a Registry, got {}"),
        ({"layouts": 5}, "layouts: expected a Cache, got 5"),
        ({"plans": {}}, "plans: expected a Cache, got {}"),
        ({"rng": 5}, r"rng: expected a random\.Random, got 5"),
        ({"numpy": "off"}, "numpy: expected True or False, got 'off'"),
    ],
)
def test_a_part_of_another_kind_is_refused(parts: Any, problem: str) -> None:
    with pytest.raises(InputError, match=f"^{problem}$"):
        UnitSystem(**parts)


def test_all_parts_of_another_kind_are_named_at_once() -> None:
    with pytest.raises(InputError) as found:
        UnitSystem(5, registry=5, plans=5, layouts=5, observers=5, validation=5, numpy=5)  # type: ignore[arg-type]
    assert len(found.value.problems) == 7


@pytest.mark.parametrize("wrong", [None, "menu.json", []])
def test_a_scene_alone_is_prepared(wrong: Any) -> None:
    with pytest.raises(InputError, match="prepare: expected a Scene, got"):
        UnitSystem().prepare(wrong)


@pytest.mark.parametrize("count", COUNTS)
def test_a_slice_of_a_layout_is_a_list_of_boxes(count: int) -> None:
    elements = tuple(Element(f"e{i}", x=Position("pixel", i)) for i in range(count))
    layout = UnitSystem().prepare(Scene("row", elements)).resolve()
    boxes = layout.boxes()
    for part in (slice(0, 2), slice(None), slice(-2, None), slice(None, None, -1), slice(5, 1), slice(1, 9999, 3)):
        got = layout[part]
        assert got == boxes[part]
        assert all(type(box) is Placed and type(box.x) is float for box in got)


@pytest.mark.parametrize("count", COUNTS)
def test_a_strict_scene_is_refused_before_anything_is_resolved(count: int) -> None:
    system = UnitSystem(validation="strict")
    prepared = system.prepare(lonely(count))
    for _ in range(3):
        with pytest.raises(InputError, match=r"^element 'e0', width: needs a parent and the element is a root$"):
            prepared.resolve(scene=SURFACE)
    assert system.statistics()["scenes resolved"] == {"bound": 0, "plan": 0, "partial": 0, "cache": 0}


@pytest.mark.parametrize("count", COUNTS)
def test_a_warning_comes_with_every_resolve_and_names_the_line_that_resolved(count: int) -> None:
    prepared = UnitSystem(validation="warn").prepare(lonely(count))
    for _ in range(3):  # bound, planned or out of the cache
        with pytest.warns(ValidationWarning, match="element 'e0', width") as warned:
            layout = prepared.resolve(scene=SURFACE)
        assert len(warned) == 1
        assert warned[0].filename == __file__
        assert layout[0].width == layout[1].width == 100


@pytest.mark.parametrize("count", COUNTS)
def test_what_is_cached_of_a_scene_does_not_outlive_an_update(count: int) -> None:
    prepared = UnitSystem(validation="strict").prepare(lonely(count))
    root, child = prepared.scene.elements[:2]

    def says(message: str, **around: Any) -> None:
        for _ in range(2):
            with pytest.raises(InputError, match=message):
                prepared.resolve(**around)

    says("'e0', width: needs a parent", scene=SURFACE)
    prepared.update({0: replace(root, width=OF_SCENE)})
    says("'e0', width: needs the scene", viewport=SURFACE)
    assert prepared.resolve(scene=SURFACE)[1].width == 800
    assert prepared.resolve(scene=SURFACE, viewport=SURFACE)[1].width == 800
    says("'e0', width: needs the scene")
    prepared.update({1: replace(child, scale=Scale("factor", "content-scale"))})
    says("'e1', scale: needs content", scene=SURFACE)
    prepared.update({1: replace(child, scale=Scale("factor", "content-scale"), content=Extent(1, 1))})
    assert prepared.resolve(scene=SURFACE)[1].width == 800
    prepared.update({1: replace(child, at={"md": {"height": Size("pixel", "content")}})})
    assert prepared.resolve(scene=SURFACE, viewport=Extent(767, 1))[1].width == 800
    says("'e1', height: needs content", scene=SURFACE, viewport=Extent(768, 1))
    prepared.update({1: replace(child, scale=Scale("factor", "breakpoint-scale"))})
    says("'e1', scale: needs a breakpoint", scene=SURFACE)
    assert prepared.resolve(scene=SURFACE, viewport=SURFACE)[1].scale == 1


@pytest.mark.parametrize("count", COUNTS)
def test_a_scene_is_looked_through_once_for_the_members_of_a_context(count: int) -> None:
    prepared = UnitSystem(validation="strict").prepare(Scene("fine", _fine(count)))
    prepared.resolve(scene=SURFACE)
    prepared.resolve(scene=SURFACE)  # from here on it is what it stays
    with mock.patch.object(system_module, "scene_problems", wraps=scene_problems) as looked:
        for width in range(1, 6):
            prepared.resolve(scene=Extent(width, 1))
            prepared.resolve(scene=Extent(width, 1), viewport=SURFACE)
        assert looked.call_count <= 2
        before = looked.call_count
        prepared.update({0: prepared.scene.elements[0]})
        prepared.resolve(scene=SURFACE)
        assert looked.call_count == before + 1


def _fine(count: int) -> tuple[Element, ...]:
    return tuple(Element(f"e{i}", width=OF_SCENE) for i in range(count))


# Observers.


class Notes:
    """An observer that notes the events that it receives."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def calculated(self, event: Calculated) -> None:
        self.events.append(event)

    def cached(self, event: CacheEvent) -> None:
        self.events.append(event)

    def failed(self, event: Failed) -> None:
        self.events.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def about(self, *subjects: Subject) -> list[Calculated]:
        return [event for event in self.of(Calculated) if event.what in subjects]


def ticking(seconds: float) -> Callable[[], float]:
    """Return a clock that advances by a number of seconds each time it is read."""
    return itertools.count(0, seconds).__next__  # type: ignore[arg-type]


def test_every_calculation_of_a_unit_is_announced_with_its_seconds() -> None:
    notes = Notes()
    system = UnitSystem(observers=Observers(notes), clock=ticking(0.25))
    for spec in (OF_SCENE, Position("pixel", 1), Scale("factor", 2), Composition("max", [Size("pixel", "random")])):
        system.build(spec).resolve(Context(scene=SURFACE))
    kinds = ("size", "position", "scale", "size")
    assert notes.events == [Calculated(Subject.UNIT, kind, 1, ResolutionPath.BOUND, 0.25) for kind in kinds]


PATHS = ("bound", "plan", "plan", "cache", "partial")


def test_a_scene_is_announced_with_its_name_its_path_and_its_seconds() -> None:
    notes = Notes()
    system = UnitSystem(observers=Observers(notes), clock=ticking(2.0))
    count = SMALLEST_PLAN + 10
    prepared = system.prepare(Scene("menu", _fine(count)))
    with mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=1):
        for _ in range(4):
            prepared.resolve(scene=SURFACE)
        prepared.update({0: replace(prepared.scene.elements[0], width=OF_SCENE)})
        prepared.resolve(scene=SURFACE)
    expected = [Calculated(Subject.SCENE, "menu", count, ResolutionPath(path), 2.0) for path in PATHS]
    assert notes.about(Subject.SCENE) == expected
    chosen = [Calculated(Subject.STRATEGIES, "menu", count, ResolutionPath(path), 2.0) for path in ("bound", "plan")]
    assert notes.about(Subject.STRATEGIES) == chosen
    lookups = [event for event in notes.of(CacheEvent) if event.cache == "layouts"]
    miss, hit = CacheMiss("layouts"), CacheHit("layouts")
    assert lookups == [miss, miss, miss, hit, miss]
    assert {event.cache for event in notes.of(CacheEvent)} == {"layouts", "plans"}
    assert not notes.of(Failed)


@pytest.mark.parametrize("count", COUNTS)
def test_failures_are_announced(count: int) -> None:
    notes = Notes()
    system = UnitSystem(observers=Observers(notes), validation="strict")
    with pytest.raises(InputError):
        system.prepare(lonely(count)).resolve(scene=SURFACE)
    with pytest.raises(InputError):
        system.build(OF_PARENT).resolve(Context())
    scene, unit = notes.of(Failed)
    assert scene == Failed(Subject.SCENE, "lonely: element 'e0', width: needs a parent and the element is a root")
    assert unit.what == "unit"
    assert "lacks what it needs" in unit.message
    assert not notes.about(Subject.SCENE, Subject.UNIT)
    assert system.statistics()["failures"] == {"unit": 1, "scene": 1, "update": 0}
    assert system.statistics()["invalid"] == 2


def test_an_update_that_fails_is_counted_and_announced() -> None:
    notes = Notes()
    system = UnitSystem(observers=Observers(notes))
    prepared = system.prepare(Scene("menu", _fine(3)))
    with pytest.raises(InputError):
        prepared.update({9: prepared.scene.elements[0]})
    assert [event.what for event in notes.of(Failed)] == [Subject.UPDATE]
    assert system.statistics()["failures"] == {"unit": 0, "scene": 0, "update": 1}


def test_a_sample_announces_one_of_so_many_resolves_and_every_failure() -> None:
    notes = Notes()
    system = UnitSystem(observers=Observers(notes, every=5), clock=ticking(1.0))
    prepared = system.prepare(Scene("menu", _fine(3)))
    system.build(OF_SCENE).resolve(Context(scene=SURFACE))
    for _ in range(12):
        prepared.resolve(scene=SURFACE)
    with pytest.raises(InputError):
        prepared.resolve(scene=800)  # type: ignore[arg-type]
    assert [event.what for event in notes.of(Calculated)] == [Subject.STRATEGIES, Subject.SCENE, Subject.SCENE]
    assert len(notes.of(Failed)) == 1
    assert notes.of(CacheEvent) == []


def test_a_sample_does_not_move_compiling_into_the_first_frame() -> None:
    system = UnitSystem(observers=Observers(notes := Notes(), every=5))
    system.prepare(Scene("menu", _fine(500)))
    assert [event.path for event in notes.about(Subject.STRATEGIES)] == [ResolutionPath.PLAN]


@pytest.mark.parametrize("count", COUNTS)
def test_an_observer_may_resolve_a_scene_whose_strategies_were_chosen(count: int) -> None:
    class Resolving(Notes):
        def calculated(self, event: Calculated) -> None:
            super().calculated(event)
            if event.what is Subject.STRATEGIES:
                prepared.resolve(scene=SURFACE)

    prepared = UnitSystem(observers=Observers(resolving := Resolving())).prepare(Scene("menu", _fine(count)))
    prepared.resolve(scene=SURFACE)
    assert len(resolving.about(Subject.STRATEGIES)) == 1


class Broken(Notes):
    """An observer that notes one event and raises."""

    def calculated(self, event: Calculated) -> None:
        super().calculated(event)
        raise OSError("disk full")

    cached = failed = calculated  # type: ignore[assignment]


@pytest.mark.parametrize("count", COUNTS)
def test_an_observer_that_raises_is_dropped_and_the_scene_is_resolved(count: int) -> None:
    broken, notes = Broken(), Notes()
    system = UnitSystem(observers=Observers(broken, notes))
    prepared = system.prepare(Scene("fine", _fine(count)))
    with pytest.warns(ObserverWarning, match="disk full"):
        assert prepared.resolve(scene=SURFACE)[1].width == 800
    assert prepared.resolve(scene=Extent(5, 5))[1].width == 5
    assert len(broken.events) == 1
    assert len(notes.about(Subject.SCENE)) == 2
    assert len(notes.of(Failed)) == 1
    assert system.statistics()["observers"] == 1


def test_a_later_observer_receives_scenes_at_once_and_units_that_are_built_later() -> None:
    system, notes = UnitSystem(), Notes()
    prepared, before = system.prepare(Scene("fine", _fine(3))), system.build(OF_SCENE)
    prepared.resolve(scene=SURFACE)
    system.observers.add(notes)
    before.resolve(Context(scene=SURFACE))
    assert not notes.events
    system.build(OF_SCENE).resolve(Context(scene=SURFACE))
    prepared.resolve(scene=SURFACE)
    assert [event.what for event in notes.of(Calculated)] == ["unit", "scene"]
    system.observers.remove(notes)
    prepared.resolve(scene=SURFACE)
    assert len(notes.of(Calculated)) == 2


@pytest.mark.parametrize("spec", [OF_SCENE, OF_PARENT, Position("pixel", "static"), Scale("factor", "fit")])
def test_without_observers_a_unit_is_its_strategy_and_nothing_around_it(spec: Any) -> None:
    resolve = UnitSystem().build(spec).resolve
    if isinstance(spec, Position):  # which has an offset of its own, and so a function of its own
        assert resolve.__code__ is bind_part(spec).__code__
        assert not any(callable(cell.cell_contents) for cell in resolve.__closure__ or ())
    else:
        assert resolve is bind_part(spec)
    watched = UnitSystem(observers=Observers(Notes())).build(spec).resolve
    assert watched.__code__ is not resolve.__code__


@pytest.mark.parametrize("count", COUNTS)
def test_without_observers_the_clock_is_not_read(count: int) -> None:
    def clock() -> float:
        raise AssertionError("the clock was read")

    system = UnitSystem(clock=clock, validation="strict")
    prepared = system.prepare(Scene("fine", _fine(count)))
    for _ in range(3):
        assert prepared.resolve(scene=SURFACE)[0].width == 800
    assert UnitSystem(clock=clock).build(OF_SCENE).resolve(Context(scene=SURFACE)) == 800
