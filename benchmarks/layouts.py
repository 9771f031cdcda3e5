"""Whole scenes: what a game does when a screen opens, when its window changes, and when it draws from the boxes.

- first resolve: building every unit and resolving once, as when the first screen opens; each call makes its own system,
  so that nothing that an earlier call built or cached counts;
- re-resolve: the same scene at another viewport, as while a window is dragged; each system returns its natural result.
  A thousand viewports come one after the other before the first returns, more than any cache of layouts holds;
- boxes: the same, then reading the result box by box, each unpacked to five plain numbers, as a game that draws; the
  loop that reads is the same for both systems.
"""

import itertools
from collections.abc import Callable
from functools import cache

import _scenes
from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Extent, Scene, create_system

WHEEL_VIEWPORTS = {
    "xs": Extent(375.0, 812.0),
    "sm": Extent(600.0, 900.0),
    "md": Extent(820.0, 1180.0),
    "lg": Extent(1024.0, 768.0),
    "xl": Extent(1366.0, 768.0),
}
VIEWPORT = Extent(1880.0, 1060.0)
INVENTORIES = (100, 1_000, 10_000)
LEVELS = 60


@cache
def _scene(name: str, seed: int) -> Scene:
    kind, _, size = name.rpartition("-")
    if kind == "inventory":
        return _scenes.inventory(int(size), seed)
    if kind == "settings":
        return _scenes.settings_form(LEVELS, seed)
    return _scenes.recorded_scene("battle-hud" if name == "battle-hud" else "prize-wheel")


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Prepare a scene and the work on it for one system."""
    name, _, work = scenario.name.partition("/")
    scene = _scene(name, seed)
    viewports = _scenes.viewports(WHEEL_VIEWPORTS.get(name.removeprefix("prize-wheel-"), VIEWPORT))
    prepared = create_system(arm).prepare(scene)

    def resolve(viewport: Extent) -> object:
        return prepared.resolve(scene=viewport, viewport=viewport)

    def boxes(viewport: Extent) -> None:
        for _x, _y, _width, _height, _scale in prepared.resolve(scene=viewport, viewport=viewport):
            pass

    def first(viewport: Extent) -> object:
        return create_system(arm).prepare(scene).resolve(scene=viewport, viewport=viewport)

    def result() -> list[list[tuple[float, ...]]]:
        fresh, compared = create_system(arm).prepare(scene), (viewports[0], viewports[-1])
        return [list(map(tuple, fresh.resolve(scene=v, viewport=v))) for v in (*compared, *compared)]

    following = itertools.cycle(viewports).__next__
    for _ in range(12):  # lazy compiling is over, as in a running game
        resolve(following())
    return Operation(_at({"first": first, "re-resolve": resolve, "boxes": boxes}[work], following), result)


def _at(work: Callable[[Extent], object], following: Callable[[], Extent]) -> Callable[[], object]:
    """Return the work, done at one viewport after the other."""
    return lambda: work(following())


def _scenarios() -> list[Scenario]:
    scenes = [(f"prize-wheel-{name}", f"Prize wheel at {name}", 17) for name in WHEEL_VIEWPORTS]
    scenes.append(("battle-hud", "Battle HUD", 302))
    scenes += [(f"inventory-{size}", "Inventory", size) for size in INVENTORIES]
    scenes.append((f"settings-{LEVELS}", f"Settings form, {LEVELS} levels deep", 4 * LEVELS + 1))
    works = {
        "first": "first resolve, building included",
        "re-resolve": "re-resolve at a new viewport",
        "boxes": "re-resolve, every box read back",
    }
    quick = {"prize-wheel-xl/boxes", "battle-hud/boxes", *(f"inventory-1000/{work}" for work in works)}
    return [
        Scenario(f"{name}/{work}", f"{title} ({size:,} elements): {does}", size, f"{name}/{work}" in quick)
        for name, title, size in scenes
        for work, does in works.items()
    ]


SUITE = suite(
    "layouts",
    title="Whole scenes",
    arms=("original", "refactored"),
    scenarios=_scenarios(),
    setup=setup,
    frame=("inventory-1000/boxes", 1),
)
