"""Single units: one unit of each kind of rule, from the first branch of the original's decisions to the last.

An operation resolves one unit against one context; a call goes through twenty recorded contexts, so that the time of
the benchmark's own function is negligible.
"""

import random
from collections.abc import Callable

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Box, Context, Extent, Position, Scale, Size, create_system

CONTEXTS = 20
UNITS: dict[str, tuple[str, Size | Position | Scale]] = {
    "size-pixel-number": ("Size: pixels", Size("pixel", 240)),
    "size-parent-width": ("Size: the parent's width", Size("parent-width", "fill")),
    "size-viewport-height": ("Size: the viewport's height", Size("viewport-height", 1, "height")),
    "size-fit": ("Size: content within the scene", Size("pixel", "fit")),
    "size-content-both": ("Size: the larger side of the content", Size("scene-max", "intrinsic", "both")),
    "size-fill-clamped": ("Size: the scene's width within constraints", Size("scene-width", "fill", min=320, max=960)),
    "position-pixel-number": ("Position: pixels", Position("pixel", 24, "x", 8)),
    "position-parent-center-x": ("Position: the parent's centre", Position("parent-center-x", "center", "x", -100)),
    "position-parent-bottom": ("Position: the parent's lower edge", Position("parent-bottom", "bottom", "y", -16)),
    "position-viewport-bottom": ("Position: the viewport's lower edge", Position("viewport-bottom", "bottom", "y")),
    "position-content-bottom": ("Position: below the content", Position("pixel", "content-bottom", "y", 4)),
    "position-fixed": ("Position: fixed", Position("scene-right", "fixed", "x", 12)),
    "scale-factor-number": ("Scale: a factor", Scale("factor", 1.5)),
    "scale-fit": ("Scale: content fitted to the scene", Scale("factor", "fit")),
    "scale-stretch-clamped": ("Scale: stretched within constraints", Scale("factor", "stretch", 0.5, 2)),
    "scale-viewport-height": ("Scale: viewport by scene", Scale("viewport-height-scale", 1)),
    "scale-device": ("Scale: device", Scale("viewport-scale", "device-scale")),
}
QUICK = ("size-fit", "position-parent-center-x", "mixed")


def contexts(seed: int) -> list[Context]:
    """Return contexts like those of a game's elements, some without a parent, a viewport or content."""
    rng = random.Random(seed)

    def extent(low: int, high: int) -> Extent:
        return Extent(rng.randint(low, high), rng.randint(low, high))

    return [
        Context(
            parent=Box(rng.randint(0, 400), rng.randint(0, 400), *extent(100, 800)) if i % 5 else None,
            scene=extent(600, 2000),
            viewport=extent(400, 1920) if i % 4 else None,
            content=extent(20, 900) if i % 3 else None,
        )
        for i in range(CONTEXTS)
    ]


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Build the scenario's units with one system."""
    system = create_system(arm)
    specs = [spec for _, spec in UNITS.values()] if scenario.name == "mixed" else [UNITS[scenario.name][1]]
    recorded = contexts(seed)
    work = [(system.build(spec).resolve, context) for spec in specs for context in recorded]
    return Operation(_going_through(work), lambda: [resolve(context) for resolve, context in work], inner=len(work))


def _going_through(work: list[tuple[Callable[[Context], float], Context]]) -> Callable[[], None]:
    def call() -> None:
        for resolve, context in work:
            resolve(context)

    return call


SUITE = suite(
    "calculators",
    title="Single units",
    arms=("original", "refactored"),
    scenarios=[
        Scenario("mixed", "All single units, one after the other", quick=True),
        *(Scenario(name, title, quick=name in QUICK) for name, (title, _) in UNITS.items()),
    ],
    setup=setup,
    frame=("mixed", 1000),
)
