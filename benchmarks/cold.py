"""A game's first two seconds: from importing a system to its 120th frame, in a fresh process for each system.

All other suites measure what runs for a while already. Here nothing is warmed up: modules are imported, the screen is
opened, and then each kind of work is done for the first time, in a frame that the page names. A frame changes
elements, if its part of the sequence does, and resolves the scene; its result is not read.

- first use: the scene is prepared and resolved, as when a screen opens, then resolved again in each frame;
- first update: from here on the content of an element changes in each frame, as that of a counter;
- first breakpoint: the window is narrower from here on, so that other units are in force;
- first random: from here on an element shakes: one of its units is random;
- first animation: from here on 5 % of the elements move in each frame.

Scenes and changes are made before the first frame: they are data. This module imports the unit system in functions
only, because importing it is part of what is measured.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from unitdocs.bench import Operation, Scenario, suite

if TYPE_CHECKING:
    from unitdocs.units import Element, Extent, Scene

FRAMES = 120
UPDATE, BREAKPOINT, RANDOM, ANIMATION = 21, 41, 61, 81
FIRSTS = {
    "first use": 1,
    "first update": UPDATE,
    "first breakpoint": BREAKPOINT,
    "first random": RANDOM,
    "first animation": ANIMATION,
}
COMPARED = {*FIRSTS.values(), FRAMES}
"""The frames whose boxes are compared between the systems."""
ANIMATED = 20
"""One element in this many is animated."""
WIDE, NARROW = (1366.0, 768.0), (820.0, 1180.0)
NARROW_BELOW = 1000.0
LEVELS = 60
SCENES = {
    "battle-hud": ("battle HUD", 302),
    "inventory-100": ("inventory", 100),
    "inventory-1000": ("inventory", 1_000),
    "prize-wheel": ("prize wheel", 17),
    "settings-60": ("settings form, 60 levels deep", 241),
}
QUICK = ("inventory-100",)


class Frame(NamedTuple):
    """The changes of one frame: its viewport, and elements by their index."""

    viewport: "Extent"
    changes: "Mapping[int, Element]"


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Return the steps of a game's start with one system."""
    system: Any = None
    prepared: Any = None
    scene: Any = None
    following: Callable[[], tuple[int, Frame]]
    compared: list[Any] = []

    def start() -> None:
        nonlocal system
        from unitdocs.units import create_system  # noqa: PLC0415 -- it is measured

        system = create_system(arm, rng=random.Random(seed))

    def load() -> None:
        nonlocal scene, following
        scene = scene_of(scenario.name, seed)
        following = enumerate(frames_of(scene), start=1).__next__

    def frame() -> object:
        nonlocal prepared
        number, (viewport, changes) = following()
        if prepared is None:
            prepared = system.prepare(scene)
        if changes:
            prepared.update(changes)
        layout = prepared.resolve(scene=viewport, viewport=viewport)
        if number in COMPARED:
            compared.append(layout)
        return layout

    def result() -> list[list[tuple[float, ...]]]:
        return [list(map(tuple, layout)) for layout in compared]

    return Operation(frame, result, start=start, load=load)


def scene_of(name: str, seed: int) -> "Scene":
    """Return a scene with breakpoints; one that has none gets two, and a narrower first element in one of them."""
    import _scenes  # noqa: PLC0415 -- it imports the unit system
    from unitdocs.units import BreakpointRange, Size  # noqa: PLC0415

    kind, _, size = name.rpartition("-")
    if kind == "inventory":
        scene = _scenes.inventory(int(size), seed)
    else:
        scene = _scenes.settings_form(LEVELS, seed) if kind == "settings" else _scenes.recorded_scene(name)
    if scene.breakpoints:
        return scene
    root, *others = scene.elements
    narrow = replace(root, at={"narrow": {"width": Size("viewport-width", "fill", "width", max=NARROW[0] / 2)}})
    ranges = (BreakpointRange("narrow", 0.0), BreakpointRange("wide", NARROW_BELOW))
    return replace(scene, elements=(narrow, *others), breakpoints=ranges)


def frames_of(scene: "Scene") -> Sequence[Frame]:
    """Return the frames of the sequence."""
    from unitdocs.units import Extent  # noqa: PLC0415

    wide, narrow = Extent(*WIDE), Extent(*NARROW)
    work = _Changes(scene)
    return [Frame(wide if number < BREAKPOINT else narrow, work.of(number)) for number in range(1, FRAMES + 1)]


class _Changes:
    """The elements that change: a counter, one that shakes, and those that are animated."""

    def __init__(self, scene: "Scene") -> None:
        from unitdocs.units import Position  # noqa: PLC0415

        self.elements = scene.elements
        placed = [i for i, e in enumerate(scene.elements) if type(e.x) is type(e.y) is Position]
        self.counter = max(i for i, element in enumerate(scene.elements) if element.content is not None)
        self.shaken = max(i for i in placed if i != self.counter)
        still = {self.counter, self.shaken}
        self.animated = [i for i in placed[::ANIMATED] if i not in still] or [i for i in placed if i not in still][:1]

    def of(self, number: int) -> "Mapping[int, Element]":
        """Return the changes of a frame, by the number of the frame."""
        changes: dict[int, Element] = {}
        if number >= UPDATE:
            changes[self.counter] = self._counted(number)
        if number == RANDOM:
            changes[self.shaken] = self._shaken()
        if number >= ANIMATION:
            changes |= {i: self._moved(i, number) for i in self.animated}
        return changes

    def _counted(self, number: int) -> "Element":
        from unitdocs.units import Extent  # noqa: PLC0415

        element = self.elements[self.counter]
        assert element.content is not None
        return replace(element, content=Extent(element.content.width + number % 10, element.content.height))

    def _shaken(self) -> "Element":
        from unitdocs.units import Position  # noqa: PLC0415

        return replace(self.elements[self.shaken], x=Position("pixel", "random", "x"))

    def _moved(self, i: int, number: int) -> "Element":
        element: Any = self.elements[i]
        by = number - ANIMATION + 1
        x = replace(element.x, offset=element.x.offset + by)
        moved: Element = replace(element, x=x, y=replace(element.y, offset=element.y.offset + by))
        return moved


def _scenarios() -> Iterator[Scenario]:
    for name, (title, size) in SCENES.items():
        yield Scenario(
            name,
            f"First {FRAMES} frames: {title} ({size:,} elements)",
            size,
            name in QUICK,
            frames=FRAMES,
            firsts=FIRSTS,
        )


SUITE = suite(
    "cold",
    title="Start and first frames",
    arms=("original", "refactored"),
    scenarios=list(_scenarios()),
    setup=setup,
)
