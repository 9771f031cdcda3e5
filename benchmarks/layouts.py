"""Whole scenes: what a game does when a screen opens, when its window changes, and when it draws from the boxes.

- first resolve: building every unit and resolving once, as when a screen opens;
- re-resolve: the same scene at another viewport, as while a window is dragged; each system returns its natural result;
- boxes: the same, with every box read back as plain numbers.
"""

import itertools
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Element, Extent, Placed, Position, Scene, Size, create_system, load_scene

SCENES = Path(__file__).parent / "scenes"
WHEEL_VIEWPORTS = {
    "xs": (Extent(390, 844), Extent(375, 812)),
    "sm": (Extent(640, 960), Extent(600, 900)),
    "md": (Extent(768, 1024), Extent(820, 1180)),
    "lg": (Extent(1024, 768), Extent(1112, 834)),
    "xl": (Extent(1920, 1080), Extent(1366, 768)),
}
VIEWPORTS = WHEEL_VIEWPORTS["xl"]
INVENTORIES = (100, 1_000, 10_000)
SLOT, GAP, PANEL_PADDING = 64, 8, 16
COLUMNS = 10


def inventory(elements: int, seed: int) -> Scene:
    """Return an inventory: a panel, and slots of an icon, a frame and a count each; the counts' widths are random."""
    rng = random.Random(seed)
    slots = (elements - 1) // 4
    made = [_panel(slots)]
    for slot in range(slots):
        made += _slot(slot, rng)
    made += [Element(f"spare-{i}", parent="panel") for i in range(elements - len(made))]
    return Scene(f"Inventory of {elements}", tuple(made))


def _panel(slots: int) -> Element:
    rows = -(-slots // COLUMNS)
    return Element(
        "panel",
        x=Position("scene-center-x", "center", "x", -COLUMNS * (SLOT + GAP) / 2),
        y=Position("pixel", PANEL_PADDING, "y"),
        width=Size("viewport-width", "fill", "width", max=COLUMNS * (SLOT + GAP)),
        height=Size("pixel", rows * (SLOT + GAP), "height"),
    )


def _slot(number: int, rng: random.Random) -> list[Element]:
    row, column = divmod(number, COLUMNS)
    name = f"slot-{number}"
    return [
        Element(
            name,
            parent="panel",
            x=Position("parent-left", "left", "x", column * (SLOT + GAP)),
            y=Position("parent-top", "top", "y", row * (SLOT + GAP)),
            width=Size("pixel", SLOT, "width"),
            height=Size("pixel", SLOT, "height"),
        ),
        Element(
            f"{name}-icon",
            parent=name,
            x=Position("parent-center-x", "center", "x", -24),
            y=Position("parent-center-y", "center", "y", -24),
            width=Size("pixel", 48, "width"),
            height=Size("pixel", 48, "height"),
        ),
        Element(
            f"{name}-frame",
            parent=name,
            x=Position("parent-left", "left", "x"),
            y=Position("parent-top", "top", "y"),
            width=Size("parent-width", "fill", "width"),
            height=Size("parent-height", "fill", "height"),
        ),
        Element(
            f"{name}-count",
            parent=name,
            x=Position("parent-right", "right", "x", -20),
            y=Position("parent-bottom", "bottom", "y", -16),
            width=Size("pixel", "auto", "width", max=32),
            height=Size("pixel", "auto", "height"),
            content=Extent(rng.choice((8, 16, 24)), 14),
        ),
    ]


@cache
def _scene(name: str, seed: int) -> Scene:
    kind, _, size = name.rpartition("-")
    if kind == "inventory":
        return inventory(int(size), seed)
    return load_scene(SCENES / ("battle-hud.json" if name == "battle-hud" else "prize-wheel.json"))


def _viewports(name: str) -> tuple[Extent, Extent]:
    return WHEEL_VIEWPORTS.get(name.removeprefix("prize-wheel-"), VIEWPORTS)


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Make a scene and the work on it ready for one system."""
    name, _, work = scenario.name.partition("/")
    scene, viewports = _scene(name, seed), _viewports(name)
    system = create_system(arm)
    prepared = system.prepare(scene)

    def resolve(viewport: Extent) -> object:
        return prepared.resolve(scene=viewport, viewport=viewport)

    def boxes(viewport: Extent) -> list[Placed]:
        return _boxes(resolve(viewport))

    def first(viewport: Extent) -> object:
        return system.prepare(scene).resolve(scene=viewport, viewport=viewport)

    def result() -> list[list[Placed]]:
        fresh = system.prepare(scene)
        return [_boxes(fresh.resolve(scene=v, viewport=v)) for v in (*viewports, *viewports)]

    for viewport in (*viewports, *viewports):  # what is compiled lazily is compiled now, as in a game that is running
        resolve(viewport)
    return Operation(_alternating({"first": first, "re-resolve": resolve, "boxes": boxes}[work], viewports), result)


def _boxes(resolved: object) -> list[Placed]:
    """Read every box back: the original's result is a list of them already."""
    return resolved if isinstance(resolved, list) else resolved.boxes()  # type: ignore[attr-defined]


def _alternating(work: Callable[[Extent], object], viewports: tuple[Extent, ...]) -> Callable[[], object]:
    """Return the work at one viewport after the other, so that nothing can be remembered from the last call."""
    following = itertools.cycle(viewports).__next__
    return lambda: work(following())


def _scenarios() -> list[Scenario]:
    scenes = [(f"prize-wheel-{name}", f"Prize wheel at {name}", 17) for name in WHEEL_VIEWPORTS]
    scenes.append(("battle-hud", "Battle HUD", 302))
    scenes += [(f"inventory-{size}", "Inventory", size) for size in INVENTORIES]
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
