"""What both systems do alike: each test here runs with the original and with the refactored system."""

import copy
import json
import pickle
import random
import re
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from rules import own_tile, whole_tiles

from unitdocs.errors import InputError
from unitdocs.units import (
    SYSTEMS,
    Box,
    BreakpointRange,
    BuiltPosition,
    BuiltScale,
    BuiltSize,
    BuiltUnit,
    Context,
    Element,
    Extent,
    Placed,
    Position,
    PreparedScene,
    Registry,
    Scale,
    Scene,
    Size,
    System,
    create_system,
)
from unitdocs.units.model.requirements import needed_member

WINDOW = Extent(800.0, 600.0)
CONTEXT = Context(parent=Box(10, 20, 640, 360), scene=WINDOW, viewport=Extent(1280, 720), content=Extent(120, 32))
SPECS: list[Any] = [
    Size("parent-width", "fill", min=50, max=900, maintain_aspect=True),
    Size("pixel", 40),
    Size("pixel", "random", min=1, max=9),
    Position("parent-center-x", "center", "xy", offset=-5),
    Position("pixel", "random", "y"),
    Scale("factor", "fit", min=0.5),
    Scale("percentage", 50),
]
COUNTS = [3, 60, 600]
"""Elements of scenes that are resolved through bound units, through a plan after a while, and at once."""


@dataclass(frozen=True)
class TileSize(Size):
    """A size with a member of its own."""

    tiles: int = 2


class NamedScale(Scale):
    """A scale of a class of its own, without members of its own."""


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> System:
    return create_system(request.param, rng=random.Random(7))


def shelf(count: int, **units: Any) -> Scene:
    """Return a root and a row of elements in it."""
    spec = {"width": Size("parent-width", "fill", max=400), "x": Position("parent-left", "left", offset=3)} | units
    root = Element("root", width=Size("scene-width", "fill"), height=Size("pixel", "random"))
    rows = tuple(Element(f"e{i}", "root", **spec, content=Extent(float(i), 20.0 + i)) for i in range(count - 1))
    return Scene("shelf", (root, *rows), (BreakpointRange("xs", 0), BreakpointRange("md", 768)))


def boxes_of(prepared: PreparedScene, seed: int = 1) -> Any:
    return prepared.resolve(scene=WINDOW, viewport=WINDOW, rng=random.Random(seed))


# What there is.


def test_systems_units_and_prepared_scenes_have_the_public_surface(system: System) -> None:
    kinds: dict[type, type] = {Size: BuiltSize, Position: BuiltPosition, Scale: BuiltScale}
    assert isinstance(system, System)
    for spec in SPECS:
        assert isinstance(system.build(spec), BuiltUnit)
        assert isinstance(system.build(spec), kinds[type(spec)])
    assert isinstance(system.prepare(shelf(3)), PreparedScene)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_a_built_unit_has_the_members_of_its_spec(system: System, spec: Any) -> None:
    unit = system.build(spec)
    for name in spec.__dataclass_fields__:
        assert getattr(unit, name) == getattr(spec, name)
    assert unit.rng is system.rng
    assert unit.spec == spec


def test_members_that_are_set_change_the_results(system: System) -> None:
    size, position, scale = (system.build(SPECS[i]) for i in (0, 3, 5))
    assert size.resolve(CONTEXT) == 640
    size.max = 100
    assert (size.resolve(CONTEXT), size.width(CONTEXT), size.aspect_ratio()) == (100, 100, 2)
    size.unit, size.max = "scene-width", None
    assert (size.resolve(CONTEXT), size.spec.max) == (800, None)
    position.offset = 7
    assert position.both(CONTEXT) == (337, 337)
    scale.min = 40
    assert scale.resolve(CONTEXT) == 40


def test_a_unit_may_have_a_generator_of_its_own(system: System) -> None:
    unit, other = (system.build(Size("pixel", "random")) for _ in range(2))
    unit.rng = random.Random(3)
    expected = system.build(Size("pixel", "random")).resolve(CONTEXT, random.Random(3))
    assert unit.resolve(CONTEXT) == expected
    assert other.rng is system.rng
    unit.rng = random.Random(3)
    unit.max = 2
    assert 1 <= unit.resolve(CONTEXT) <= 2
    assert unit.rng is not system.rng


def test_methods_give_the_same_in_both_systems() -> None:
    one, other = (create_system(name) for name in SYSTEMS)
    calls: list[Callable[[Any], object]] = [
        lambda unit: unit.resolve(CONTEXT, random.Random(5)),
        lambda unit: unit.validate(Context()),
        lambda unit: unit.position_range(CONTEXT) if isinstance(unit.spec, Position) else unit.aspect_ratio(),
    ]
    for spec in SPECS:
        for call in calls:
            assert call(one.build(spec)) == call(other.build(spec))


# Classes of a project's own.


def test_a_class_that_extends_a_unit_is_built_and_resolved_like_it(system: System) -> None:
    size, scale = system.build(TileSize("parent-width", "fill")), system.build(NamedScale("factor", "fit"))
    assert size.resolve(CONTEXT) == 640
    assert scale.resolve(CONTEXT) == system.build(Scale("factor", "fit")).resolve(CONTEXT)
    for count in COUNTS:
        plain, own = (
            system.prepare(shelf(count, width=kind("parent-width", "fill"), scale=Scale("factor", 2)))
            for kind in (Size, TileSize)
        )
        for _ in range(3):
            assert list(boxes_of(own)) == list(boxes_of(plain))


def test_a_class_that_extends_a_unit_may_take_its_place_in_an_update(system: System) -> None:
    prepared = system.prepare(shelf(60))
    boxes_of(prepared)
    prepared.update({1: replace(prepared.scene.elements[1], width=TileSize("pixel", 77))})
    assert boxes_of(prepared)[1].width == 77


def test_a_custom_rule_resolves_units_and_scenes(system: System) -> None:
    system.registry.register("size", whole_tiles, name="tiles", unit="parent-width", value="stretch")
    assert system.build(Size("parent-width", "stretch")).resolve(CONTEXT) == 640 // 64 * 64
    assert system.build(Size("parent-width", "fill")).resolve(CONTEXT) == 640
    for count in COUNTS:
        prepared = system.prepare(shelf(count, width=Size("parent-width", "stretch")))
        for _ in range(3):
            assert boxes_of(prepared)[1].width == 768


def test_a_custom_rule_of_a_class_reads_its_members(system: System) -> None:
    system.registry.register("size", own_tile, name="tiles", of=TileSize)
    spec = TileSize("pixel", 1, tiles=3)
    assert system.build(spec).resolve(CONTEXT) == 192
    assert system.build(Size("pixel", 1)).resolve(CONTEXT) == 1
    unit = system.build(spec)
    unit.value = 2
    assert (unit.resolve(CONTEXT), unit.spec.tiles) == (192, 3)
    for count in COUNTS:
        prepared = system.prepare(shelf(count, width=spec, scale=NamedScale("factor", 2)))
        for _ in range(3):
            assert boxes_of(prepared)[1][2:] == (192, 20, 2)


def test_a_custom_rule_draws_no_random_numbers_from_those_of_other_units(system: System) -> None:
    system.registry.register("size", whole_tiles, name="tiles", unit="pixel", value="random")
    scene = shelf(3, width=Size("percentage", "random"))
    first = boxes_of(system.prepare(scene))[1].width
    expected = create_system("original").prepare(replace_root(scene)).resolve(scene=WINDOW, rng=random.Random(1))
    assert first == expected[1].width


def replace_root(scene: Scene) -> Scene:
    """Return the scene with a root that draws no random number."""
    return replace(scene, elements=(replace(scene.elements[0], height=Size("pixel", 1)), *scene.elements[1:]))


def test_custom_rules_may_come_and_go(system: System) -> None:
    prepared = system.prepare(shelf(60, width=Size("parent-width", "stretch")))
    assert boxes_of(prepared)[1].width == 800
    system.registry.register("size", whole_tiles, name="tiles", unit="parent-width", value="stretch")
    assert boxes_of(prepared)[1].width == 768
    system.registry.unregister("tiles")
    assert boxes_of(prepared)[1].width == 800


def wrong_rule(_spec: Any) -> Any:
    return lambda _context: "wide"


def test_a_custom_rule_that_returns_no_number_is_refused_in_a_sentence(system: System) -> None:
    system.registry.register("size", wrong_rule, name="wide", unit="pixel")
    with pytest.raises(InputError, match=r"^registry: 'wide' resolved to 'wide'; a strategy returns a number$"):
        system.build(Size("pixel", 3)).resolve(CONTEXT)


# Wrong use.

READING = [spec for spec in SPECS if spec.value not in (40.0, 50.0, "random") or isinstance(spec, Position)]
"""Units that read their context; others accept anything in its place."""


@pytest.mark.parametrize("wrong", [None, {}, WINDOW, 5, "context", Box(1, 2, 3, 4), shelf(3)], ids=repr)
@pytest.mark.parametrize("spec", READING, ids=str)
def test_what_is_not_a_context_is_refused_in_one_sentence(system: System, spec: Any, wrong: Any) -> None:
    unit = system.build(spec)
    calls: list[Any] = [unit.resolve] if needed_member(spec) is None else [unit.resolve, unit.validate]
    for call in calls:
        with pytest.raises(InputError, match=r"^context: expected a Context, got "):
            call(wrong)


def test_wrong_arguments_are_refused_in_one_sentence(system: System) -> None:
    prepared = system.prepare(shelf(3))
    unit: Any = system.build(Position("pixel", "random", "x"))
    anything: Any = system
    calls: dict[str, Callable[[], object]] = {
        "build": lambda: anything.build(None),
        "prepare": lambda: anything.prepare(None),
        "context: expected": lambda: unit.position_range(None),
        "rng: expected": lambda: unit.resolve(CONTEXT, 5),
        "context.scene": lambda: prepared.resolve(scene=(1, 2)),  # type: ignore[arg-type]
        "context.viewport": lambda: prepared.resolve(viewport=(1, 2)),  # type: ignore[arg-type]
        "rng: ": lambda: prepared.resolve(rng=5),  # type: ignore[arg-type]
        "changes": lambda: prepared.update(None),  # type: ignore[arg-type]
        "changes[0]": lambda: prepared.update({0: None}),  # type: ignore[dict-item]
        "registry": lambda: create_system(system.name, registry=5),  # type: ignore[arg-type]
        "rng": lambda: create_system(system.name, rng=5),  # type: ignore[arg-type]
    }
    for place, call in calls.items():
        with pytest.raises(InputError, match=f"^{re.escape(place)}"):
            call()


def broken_rule(_spec: Any) -> Any:
    tiles: dict[str, float] = {}
    return lambda _context: tiles["tile"]


def test_an_error_of_a_custom_rule_is_its_own(system: System) -> None:
    system.registry.register("size", broken_rule, name="broken", unit="pixel")
    with pytest.raises(KeyError, match="tile"):
        system.build(Size("pixel", 3)).resolve(CONTEXT)


# Copies, pickles and weak references.


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": pickled}


@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
def test_copies_of_units_give_the_same_numbers(system: System, again: Callable[[Any], Any]) -> None:
    system.registry.register("size", whole_tiles, name="tiles", unit="pixel", value="stretch")
    for spec in (*SPECS, Size("pixel", "stretch"), TileSize("scene-width", "fill", tiles=5)):
        unit = system.build(spec)
        other = again(unit)
        assert weakref.ref(unit)() is unit
        assert type(other) is type(unit)
        assert other.spec == unit.spec
        assert other.resolve(CONTEXT, random.Random(1)) == unit.resolve(CONTEXT, random.Random(1))


def test_a_deep_copy_of_a_unit_draws_what_the_unit_would_draw_next(system: System) -> None:
    unit = system.build(Size("pixel", "random"))
    other = copy.deepcopy(unit)
    assert other.rng is not unit.rng
    assert other.resolve(CONTEXT) == unit.resolve(CONTEXT)
    assert copy.copy(unit).rng is unit.rng


def test_units_that_are_pickled_together_share_their_generator(system: System) -> None:
    one, other = pickled([system.build(Size("pixel", "random")) for _ in range(2)])
    assert one.rng is other.rng


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
def test_a_copy_of_a_prepared_scene_has_its_elements_and_goes_its_own_way(
    system: System, again: Callable[[Any], Any], count: int
) -> None:
    prepared = system.prepare(shelf(count))
    prepared.update({1: replace(prepared.scene.elements[1], width=Size("pixel", 5))})
    expected = [boxes_of(prepared) for _ in range(3)][-1]
    other = again(prepared)
    assert weakref.ref(prepared)() is prepared
    assert list(boxes_of(other)) == list(expected)
    other.update({1: replace(prepared.scene.elements[1], width=Size("pixel", 6))})
    assert boxes_of(other)[1].width == 6
    assert boxes_of(prepared)[1].width == 5


@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
def test_systems_and_what_they_resolve_can_be_copied(system: System, again: Callable[[Any], Any]) -> None:
    scene = shelf(60)
    prepared = system.prepare(scene)
    boxes = [boxes_of(prepared) for _ in range(3)][-1]  # the refactored system's are out of its cache
    for value in (CONTEXT, scene, scene.elements[1], *SPECS, TileSize("pixel", 1), boxes):
        assert again(value) == value
    other = again(system)
    assert (type(other), other.name) == (type(system), system.name)
    assert list(boxes_of(other.prepare(scene))) == list(boxes)
    for value in (CONTEXT, scene, scene.elements[1], *SPECS, system, system.registry):
        assert weakref.ref(value)() is value


def test_a_registry_with_a_function_that_cannot_be_found_again_says_what_to_do(system: System) -> None:
    system.registry.register("size", lambda _spec: lambda _context: 1.0, name="one", unit="pixel")
    unit = system.build(Size("pixel", 3))
    with pytest.raises(InputError, match=r"^registry: 'one' cannot be pickled: define its `make` at the top"):
        pickle.dumps(unit)
    assert copy.deepcopy(unit).resolve(CONTEXT) == 1


# Results.


@pytest.mark.parametrize("count", COUNTS)
def test_results_are_used_like_a_list_of_boxes(system: System, count: int) -> None:
    prepared = system.prepare(shelf(count))
    expected = list(boxes_of(create_system("original").prepare(shelf(count))))
    for _ in range(4):
        boxes = boxes_of(prepared)
        assert boxes == expected
        assert expected == boxes
        assert boxes != expected[:-1]
        assert (boxes[-1], boxes[1:3], len(boxes)) == (expected[-1], expected[1:3], count)
        assert boxes.index(expected[2]) == 2
        assert boxes.count(expected[1]) == 1
        assert expected[1] in boxes
        assert Placed(0, 0, 0, 0, 0) not in boxes
        assert list(reversed(boxes)) == expected[::-1]
        assert boxes + expected == expected + boxes == boxes + boxes == expected * 2 == boxes * 2
        assert boxes >= expected
        assert max(boxes, key=lambda box: box.width).width == 800
        assert json.dumps(list(boxes)) == json.dumps(expected)
        taken = boxes.copy()
        taken.append(expected[0])
        assert len(boxes) == count
        with pytest.raises(TypeError, match="unhashable"):
            hash(boxes)
        with pytest.raises(ValueError, match="not in list"):
            boxes.index(5)
        for wrong in ("a", 1.5, None, [1]):
            with pytest.raises(TypeError):
                boxes[wrong]
        with pytest.raises(IndexError):
            boxes[count]


def test_one_registry_serves_both_systems() -> None:
    registry = Registry()
    registry.register("size", whole_tiles, name="tiles", unit="parent-width", value="stretch")
    scene = shelf(60, width=Size("parent-width", "stretch"))
    one, other = (boxes_of(create_system(name, registry=registry).prepare(scene)) for name in SYSTEMS)
    assert one == other
    assert one[1].width == 768
