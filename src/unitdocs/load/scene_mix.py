"""The scenes of a load run, with viewports and changes: what requests are made of.

Free-threaded interpreters that lack the packages of the command line load this module too, so it imports the unit
system and the standard library alone.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unitdocs.errors import InputError
from unitdocs.units import Element, Extent, Position, Scene, load_scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unitdocs.units import PreparedScene

MOVED_SHARE: Final = 0.05
"""Share of a scene's elements that an update moves; at least one."""
MOVED_BY: Final = 3.0
SMALLEST, LARGEST = Extent(320.0, 480.0), Extent(2560.0, 1440.0)


@dataclass(frozen=True)
class MixedScene:
    """A scene of a mix.

    Args:
        name: the name of its file, without the ending.
        scene: the scene.
        viewports: viewports that it is resolved at; no two are equal.
        states: two sets of the same elements by index, which updates alternate between; the first is that of the scene.
    """

    name: str
    scene: Scene
    viewports: tuple[Extent, ...]
    states: tuple[Mapping[int, Element], Mapping[int, Element]]


def read_mix(folder: Path, viewports: int, seed: int) -> tuple[MixedScene, ...]:
    """Return the scenes in a folder, by name.

    Args:
        folder: holds scene files, `*.json`.
        viewports: how many viewports each has, from 1 to 100,000.
        seed: of the viewports and the elements that updates move.

    Raises:
        InputError: the folder holds no scene, or a file is none.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise InputError(f"--scenes {folder}: holds no scene; give a folder of scene files such as benchmarks/scenes")
    rng = random.Random(seed)  # noqa: S311 -- no secret
    return tuple(mixed(path.stem, load_scene(path), viewports, rng) for path in paths)


def mixed(name: str, scene: Scene, viewports: int, rng: random.Random) -> MixedScene:
    """Return a scene with viewports and with the elements that updates move.

    Raises:
        InputError: the scene has no elements.
    """
    if not scene.elements:
        raise InputError(f"scene {name}: has no elements, so nothing can be resolved; remove its file from the folder")
    sizes = _sizes(rng, viewports)
    movable = [i for i, element in enumerate(scene.elements) if isinstance(element.x, Position)]
    count = min(len(movable), max(1, round(MOVED_SHARE * len(scene.elements))))
    before = {i: scene.elements[i] for i in sorted(rng.sample(movable, count))}
    return MixedScene(name, scene, sizes, (before, {i: _moved(element) for i, element in before.items()}))


def warm_up(prepared: "PreparedScene", one: MixedScene) -> None:
    """Resolve a scene at each of its breakpoints, as often as a running game has: lazy compiling is over."""
    for viewport in _at_breakpoints(one):
        for _ in range(12):
            prepared.resolve(scene=viewport, viewport=viewport)


def _at_breakpoints(one: MixedScene) -> "Sequence[Extent]":
    by_name = {one.scene.breakpoint_at(v.width) if one.scene.breakpoints else None: v for v in one.viewports}
    return list(by_name.values())


def _sizes(rng: random.Random, count: int) -> tuple[Extent, ...]:
    wide, high = int(LARGEST.width - SMALLEST.width), int(LARGEST.height - SMALLEST.height)
    places = rng.sample(range(wide * high), count)
    return tuple(Extent(SMALLEST.width + place % wide, SMALLEST.height + place // wide) for place in places)


def _moved(element: Element) -> Element:
    assert isinstance(element.x, Position)
    return replace(element, x=replace(element.x, offset=element.x.offset + MOVED_BY))
