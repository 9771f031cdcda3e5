"""What a game should never do but does: no context, odd numbers, deep and huge scenes, and wrong data.

An operation is one attempt: building a unit and resolving it, or preparing a scene and resolving it. Each call makes
its own system and goes through all attempts, so that nothing is cached. A refusal (`InputError`) is an outcome like a
number, counted in the `error rate` and kept with its message; any other exception is a crash, and fails the case. Both
systems must have the same outcomes, including messages, except for messages that list what a system builds: only the
refactored one builds compositions. A deep and a huge scene are resolved again and again; nothing in them is refused.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

import _scenes
from unitdocs.bench import Operation, Scenario, suite
from unitdocs.errors import InputError
from unitdocs.units import (
    Box,
    Context,
    Element,
    Extent,
    Position,
    Scale,
    Scene,
    Size,
    create_system,
    parse_context,
    parse_scene,
)

Attempt = Callable[[Any], object]
"""A use of a system, possibly a wrong one, hence `Any`."""
Spec = Size | Position | Scale

LEVELS, FLAT, COLUMNS = 1_000, 100_000, 100
SCREEN = Extent(1920.0, 1080.0)
OWN_MESSAGES = ("no unit at all", "nothing")
"""Attempts that each system refuses with a message of its own."""
SMALL_TREE, LARGE_TREE = 9, 60
"""Children of the trees; a system may resolve a small one and a large one in different ways."""
NUMBERS = {
    "zero": (0.0, -0.0),
    "negative": (-1.0, -640.0),
    "fractional": (0.1, 1 / 3, 1e-9, 2.5),
    "huge": (1e15, 1e300, 1.7e308),
    "not-a-number": (math.nan, math.inf, -math.inf),
}
SIZE_KEYWORDS = ("pixel", "fill", "auto", "fit", "stretch", "content")
SCALE_KEYWORDS = ("fit", "fill", "maintain-aspect", "device-scale")


def _units(number: float) -> list[Spec]:
    """Return units with a number at every place where a number is possible."""
    return [
        Size("pixel", number),
        Size("percentage", number, "height"),
        Size("parent-width", number, min=number),
        Size("scene-height", "fill", "height", max=number),
        Size("pixel", "fit", min=number, max=number),
        Size("pixel", "intrinsic", "both"),
        Position("pixel", number, "x", number),
        Position("parent-right", "right", "x", number),
        Position("parent-center-y", "center", "y", number),
        Position("scene-center-x", number, "x"),
        Position("pixel", "content-bottom", "y", number),
        Scale("factor", number),
        Scale("percentage", number, min=number),
        Scale("factor", "fit"),
        Scale("factor", "stretch", max=number),
        Scale("parent-width-scale", 1),
        Scale("viewport-height-scale", 1),
    ]


def _surrounded_by(number: float) -> Context:
    extent = Extent(number, number)
    return Context(parent=Box(number, number, number, number), scene=extent, viewport=extent, content=extent)


def _tree_of(number: float, children: int) -> Scene:
    """Return a tree with a number at every place."""
    extent = Extent(number, number)
    root = Element("root", x=Position("pixel", number), width=Size("scene-width", "fill"), content=extent)
    made = [
        Element(
            f"child-{i}",
            parent="root" if i % 5 == 0 else f"child-{i - 1}",
            x=Position("parent-center-x", "center", "x", number),
            y=Position("parent-bottom", "bottom", "y", number),
            width=Size("parent-width" if i % 2 else "pixel", "fit" if i % 3 else "fill", "width", max=number),
            height=Size("pixel", number if i % 2 else "auto", "height", min=number),
            scale=Scale("factor", "fit" if i % 2 else "stretch"),
            content=extent,
        )
        for i in range(children)
    ]
    return Scene(f"tree of {children} children with {number}", (root, *made))


def _resolved(spec: Spec, context: Context) -> Attempt:
    return lambda system: system.build(spec).resolve(context)


def _placed(scene: Scene, surface: Extent | None) -> Attempt:
    """Return the attempt to prepare a scene and to resolve it."""
    return lambda system: system.prepare(scene).resolve(scene=surface, viewport=surface)


def _with_number(numbers: tuple[float, ...]) -> dict[str, Attempt]:
    usual = Context(
        parent=Box(10, 20, 300, 200), scene=Extent(1280, 720), viewport=Extent(1280, 720), content=Extent(64, 32)
    )
    attempts = {}
    for number in numbers:
        for i, spec in enumerate(_units(number)):
            attempts[f"unit {i} of {number}"] = _resolved(spec, usual)
            attempts[f"unit {i} of {number} in {number}"] = _resolved(spec, _surrounded_by(number))
        for children in (SMALL_TREE, LARGE_TREE):
            tree = _tree_of(number, children)
            attempts[tree.name] = _placed(tree, SCREEN)
            attempts[f"{tree.name} in {number}"] = _placed(tree, Extent(number, number))
    return attempts


def _without_context() -> dict[str, Attempt]:
    nothing = Context()
    units: list[Spec] = [
        *(Size(unit, value) for unit in ("pixel", "parent-width", "scene-height") for value in SIZE_KEYWORDS),
        *(Position(f"{of}-{at}", "center") for of in ("parent", "scene") for at in ("right", "center-x", "center-y")),
        *(Scale(unit, value) for unit in ("factor", "scene-width-scale") for value in SCALE_KEYWORDS),
        *_units(8.0),
    ]
    attempts = {f"unit {i}: {spec.unit}, {spec.value}": _resolved(spec, nothing) for i, spec in enumerate(units)}
    scenes = {name: _scenes.recorded_scene(name) for name in ("prize-wheel", "battle-hud")}
    return attempts | {f"scene {name}": _placed(scene, None) for name, scene in scenes.items()}


def _inverted() -> dict[str, Attempt]:
    """Return units and a scene whose min is above their max."""
    bounds = ((200.0, 100.0), (1.0, -1.0), (math.inf, 0.0), (0.0, -math.inf), (math.inf, -math.inf), (1e-300, 0.0))
    contexts = [_surrounded_by(number) for number in (0.0, 50.0, 150.0, 250.0)]
    units: list[Spec] = [
        unit
        for low, high in bounds
        for unit in (
            Size("pixel", 150, "width", low, high),
            Size("parent-width", "fill", "width", low, high),
            Size("pixel", "fit", "height", low, high, maintain_aspect=True),
            Scale("factor", 1.5, low, high),
            Scale("factor", "fit", low, high),
        )
    ]
    attempts = {
        f"unit {i} in {context.scene}": _resolved(spec, context) for i, spec in enumerate(units) for context in contexts
    }
    sizes = [unit for unit in units if isinstance(unit, Size)]
    elements = [Element(f"box-{i}", width=sizes[i % len(sizes)], content=Extent(i, i)) for i in range(100)]
    return attempts | {"scene": _placed(Scene("Inverted", tuple(elements)), SCREEN)}


def _unit(kind: type[Any], *words: object) -> Attempt:
    return lambda system: system.build(kind(*words)).resolve(Context())


def _parsed(data: object) -> Attempt:
    """Return the attempt to parse a scene from its JSON form and to resolve it."""
    return lambda system: _placed(parse_scene(data), SCREEN)(system)  # noqa: PLW0108 -- parsing is part of the attempt


def _elements(*elements: dict[str, object]) -> dict[str, object]:
    return {"format_version": 1, "name": "wrong", "elements": list(elements)}


def _wrong() -> dict[str, Attempt]:
    """Return attempts with wrong data; one in four is right, as in a game that loads files of modders."""
    right = _scenes.inventory(9, 1)
    width = {"unit": "pixel", "value": 1}
    return {
        "unit unknown": _unit(Size, "pixels", 10),
        "keyword unknown": _unit(Size, "pixel", "large"),
        "keyword of another kind": _unit(Position, "pixel", "stretch"),
        "dimension unknown": _unit(Size, "pixel", 10, "depth"),
        "axis unknown": _unit(Position, "pixel", 10, "z"),
        "scale unit unknown": _unit(Scale, "pixel", 2),
        "number as a word": _unit(Size, "pixel", "10"),
        "number missing": _unit(Size, "pixel", None),
        "number too large": _unit(Size, "pixel", 10**400),
        "true as a number": _unit(Position, "pixel", True),  # noqa: FBT003
        "several at once": _unit(Size, "inch", "large", "depth", "low", []),
        "no unit at all": lambda system: system.build("pixel"),
        "nothing": lambda system: system.build(None),
        "width of a height": lambda system: system.build(Size("pixel", 1, "height")).width(Context()),
        "height of a width": lambda system: system.build(Size("pixel", 1, "width")).height(Context()),
        "x of a y": lambda system: system.build(Position("pixel", 1, "y")).x(Context()),
        "y of an x": lambda system: system.build(Position("pixel", 1, "x")).y(Context()),
        "context with half a parent": lambda _: parse_context({"parent": {"x": 0, "y": 0}}),
        "context with an unknown member": lambda _: parse_context({"screen": {"width": 1, "height": 1}}),
        "scene of another version": _parsed({"format_version": 2, "name": "", "elements": []}),
        "scene that is a list": _parsed([]),
        "scene without elements": _parsed({"format_version": 1, "name": "none"}),
        "element without an id": _parsed(_elements({"width": width})),
        "element with an unknown member": _parsed(_elements({"id": "a", "depth": width})),
        "element twice": _parsed(_elements({"id": "a"}, {"id": "a"})),
        "parent unknown": _parsed(_elements({"id": "a", "parent": "b"})),
        "parent inside its child": _parsed(_elements({"id": "a", "parent": "b"}, {"id": "b", "parent": "a"})),
        "unit of a scene unknown": _parsed(_elements({"id": "a", "width": {"unit": "em", "value": 1}})),
        "value of a scene missing": _parsed(_elements({"id": "a", "width": {"unit": "pixel"}})),
        "breakpoint unknown": _parsed(_elements({"id": "a", "at": {"xl": {"width": width}}})),
        "right: empty scene": _parsed({"format_version": 1, "name": "empty", "elements": []}),
        "right: one element": _parsed(_elements({"id": "a", "width": width})),
        "right: child before its parent": _parsed(_elements({"id": "b", "parent": "a"}, {"id": "a"})),
        "right: inventory": _placed(right, SCREEN),
        "right: pixels": _unit(Size, "pixel", 10),
        "right: scene's width": _unit(Size, "scene-width", "fill"),
        "right: offset": _unit(Position, "pixel", 1, "x", 2),
        "right: factor": _unit(Scale, "factor", 2),
        "right: whole number": _unit(Size, "pixel", 2**53),
        "right: keyword with a number's unit": _unit(Size, "percentage", "fill"),
    }


@cache
def deep(levels: int) -> Scene:
    """Return a chain of elements, each the child of the previous one; children come before their parents."""
    made = [
        Element(
            f"level-{level}",
            parent=f"level-{level - 1}" if level else None,
            x=Position("parent-left", "left", "x", 1),
            y=Position("parent-center-y", "center", "y", 1),
            width=Size("parent-width" if level else "viewport-width", "fill", "width"),
            height=Size("pixel", 20, "height"),
        )
        for level in range(levels)
    ]
    return Scene(f"{levels} levels", tuple(reversed(made)))


@cache
def flat(elements: int) -> Scene:
    """Return elements without a parent, in columns."""
    columns = [Position("scene-center-x", "center", "x", 20 * column) for column in range(COLUMNS)]
    rows = [Position("pixel", 20 * row, "y") for row in range(-(-elements // COLUMNS))]
    width, height = Size("viewport-width", "fill", "width", max=200), Size("pixel", 20, "height")
    places = (divmod(i, COLUMNS) for i in range(elements))
    made = (Element(f"box-{row}-{i}", None, columns[i], rows[row], width, height) for row, i in places)
    return Scene(f"{elements} flat elements", tuple(made))


ATTEMPTS: Mapping[str, Callable[[], dict[str, Attempt]]] = {
    "no-context": _without_context,
    **{name: partial(_with_number, numbers) for name, numbers in NUMBERS.items()},
    "inverted-constraints": _inverted,
    "wrong-data": _wrong,
}
SCENES: Mapping[str, Callable[[], Scene]] = {"deep": partial(deep, LEVELS), "flat": partial(flat, FLAT)}


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- nothing is random
    """Prepare a scenario's attempts, or its scene, for one system."""
    if scenario.name in SCENES:
        return of_scene(arm, SCENES[scenario.name]())
    return of_attempts(arm, ATTEMPTS[scenario.name]())


def of_attempts(arm: str, attempts: Mapping[str, Attempt]) -> Operation:
    """Return the operation of going through attempts, which counts refusals."""
    counts = {"refused": 0, "made": 0}
    work = list(attempts.values())

    def call() -> None:
        system = create_system(arm)
        for attempt in work:
            try:
                attempt(system)
            except InputError:
                counts["refused"] += 1
        counts["made"] += len(work)

    def outcomes() -> Iterator[tuple[str, object, str | None]]:
        system = create_system(arm)
        for name, attempt in attempts.items():
            try:
                yield name, [_numbers(attempt(system)) for _ in range(2)], None  # the second may come from a cache
            except InputError as error:
                yield name, None, str(error)

    def result() -> dict[str, object]:
        by_name = {name: outcome if message is None else message for name, outcome, message in outcomes()}
        return by_name | {name: "refused" for name in OWN_MESSAGES if isinstance(by_name.get(name), str)}

    return Operation(
        call,
        result,
        counters=lambda: {"error rate": (counts["refused"], counts["made"])},
        messages=lambda: {name: message for name, _, message in outcomes() if message is not None},
        inner=len(work),
    )


def _numbers(outcome: Any) -> object:  # noqa: ANN401 -- a number, or what each system calls a scene's boxes
    """Return an outcome as numbers."""
    return outcome if isinstance(outcome, float) else [tuple(box) for box in outcome]


def of_scene(arm: str, scene: Scene) -> Operation:
    """Return the operation of resolving a scene at one viewport after the other, more than a cache of layouts holds."""
    prepared = create_system(arm).prepare(scene)
    viewports = _scenes.viewports(SCREEN)
    following = itertools.cycle(viewports).__next__

    def call() -> object:
        viewport = following()
        return prepared.resolve(scene=viewport, viewport=viewport)

    def result() -> list[tuple[float, ...]]:
        return list(map(tuple, prepared.resolve(scene=viewports[-1], viewport=viewports[-1])))

    call()  # lazy compiling is over before anything is timed
    return Operation(call, result)


SUITE = suite(
    "edge-cases",
    title="Edge cases",
    arms=("original", "refactored"),
    scenarios=[
        Scenario("no-context", "Units and scenes without any context"),
        Scenario("zero", "Zero and minus zero everywhere"),
        Scenario("negative", "Negative numbers everywhere"),
        Scenario("fractional", "Fractions of a pixel everywhere"),
        Scenario("huge", "Numbers near the largest possible"),
        Scenario("not-a-number", "NaN and infinities everywhere"),
        Scenario("inverted-constraints", "Constraints whose min is above their max"),
        Scenario("wrong-data", "Unknown units and other wrong data, which is refused", quick=True),
        Scenario("deep", f"A scene of {LEVELS:,} levels, re-resolved", LEVELS),
        Scenario("flat", f"{FLAT:,} elements without a parent, re-resolved", FLAT),
    ],
    setup=setup,
)
