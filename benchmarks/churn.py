"""What comes and goes: scenes that are built, resolved once and discarded, and one scene under ever new viewports.

The system stays, so that everything it keeps across scenes counts; the hit rates of its caches are counted if it has
any. The scenes' elements are input, and stay too. *Many* is more of them, one after the other, than any cache holds, so
that caching gains nothing; *few* is as many as a device brings that is turned again and again, or a player who goes
back and forth between some screens.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import _scenes
from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Extent, Scene, create_system

MANY_SCENES, FEW = 300, 4
SMALL, MIDDLE = 12, 120
COMPARED = 24
"""Scenes, or viewports, that are compared between the arms."""
SCREEN = Extent(1920.0, 1080.0)
TURNED = (Extent(390.0, 844.0), Extent(844.0, 390.0), Extent(768.0, 1024.0), Extent(1024.0, 768.0))
Counters = Callable[[], Mapping[str, tuple[int, int]]]


@cache
def screens(elements: int, count: int, seed: int) -> Sequence[Scene]:
    """Return `count` different scenes of `elements` elements each; both arms get the same ones."""
    return [_scenes.screen(elements, seed * MANY_SCENES + i) for i in range(count)]


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Prepare a scenario's scenes or viewports for one system."""
    kind, _, how_many = scenario.name.partition("/")
    if kind == "contexts":
        return _of_contexts(arm, _scenes.viewports(SCREEN) if how_many == "many" else TURNED)
    elements = SMALL if kind == "small-scenes" else MIDDLE
    return _of_scenes(arm, screens(elements, MANY_SCENES if how_many == "many" else FEW, seed))


def _of_scenes(arm: str, scenes: Sequence[Scene]) -> Operation:
    """Return the operation of preparing and resolving one scene after the other, none of which is kept."""
    system = create_system(arm)
    following = itertools.cycle(scenes).__next__

    def call() -> object:
        return system.prepare(following()).resolve(scene=SCREEN, viewport=SCREEN)

    def result() -> list[list[tuple[float, ...]]]:
        fresh = create_system(arm)
        compared = [*scenes[:COMPARED], *scenes[:COMPARED]]
        return [list(map(tuple, fresh.prepare(scene).resolve(scene=SCREEN, viewport=SCREEN))) for scene in compared]

    for scene in [*scenes[-FEW:]] * 8:  # scenes that return were there before: planned, requested again, and kept
        system.prepare(scene).resolve(scene=SCREEN, viewport=SCREEN)
    return Operation(call, result, _counters(system, {"cache hit rate": "layouts", "plan cache hit rate": "plans"}))


def _of_contexts(arm: str, surfaces: Sequence[Extent]) -> Operation:
    """Return the operation of resolving one scene under one viewport after the other."""
    system = create_system(arm)
    scene = _scenes.recorded_scene("battle-hud")
    prepared = system.prepare(scene)
    following = itertools.cycle(surfaces).__next__

    def call() -> object:
        surface = following()
        return prepared.resolve(scene=surface, viewport=surface)

    def result() -> list[list[tuple[float, ...]]]:
        fresh = create_system(arm).prepare(scene)
        compared = [*surfaces[:COMPARED], *surfaces[:COMPARED]]
        return [list(map(tuple, fresh.resolve(scene=surface, viewport=surface))) for surface in compared]

    for surface in TURNED * 8:  # the same, and lazy compiling is over, as in a running game
        prepared.resolve(scene=surface, viewport=surface)
    return Operation(call, result, _counters(system, {"cache hit rate": "layouts"}))


def _counters(system: Any, caches: Mapping[str, str]) -> Counters | None:  # noqa: ANN401 -- either system
    """Return a function that reads hits and lookups of a system's caches by name of the rate; None without caches."""
    if not hasattr(system, "statistics"):
        return None

    def read() -> dict[str, tuple[int, int]]:
        of = system.statistics()
        return {rate: (of[cache].hits, of[cache].hits + of[cache].misses) for rate, cache in caches.items()}

    return read


SUITE = suite(
    "churn",
    title="Coming and going",
    arms=("original", "refactored"),
    scenarios=[
        Scenario("small-scenes/many", f"{MANY_SCENES} small scenes ({SMALL} elements), thrown away", SMALL),
        Scenario("small-scenes/few", f"{FEW} small scenes ({SMALL} elements), thrown away and built again", SMALL),
        Scenario("middle-scenes/many", f"{MANY_SCENES} scenes ({MIDDLE} elements), thrown away", MIDDLE),
        Scenario("middle-scenes/few", f"{FEW} scenes ({MIDDLE} elements), thrown away and built again", MIDDLE),
        Scenario("contexts/many", f"Battle HUD under {_scenes.VIEWPORTS:,} viewports (302 elements)", 302),
        Scenario("contexts/few", f"Battle HUD under {FEW} viewports that return (302 elements)", 302),
    ],
    setup=setup,
)
