"""What each setting of the refactored system moves: the default settings, and one of them changed.

`unitdocs tune sensitivity` runs it. A scenario is `setting/value/work`: each setting is tried at a low and a high value
in the work that it acts on. The works are few, and together they exercise every setting:

- screens: 200 screens are opened, a few of them much more often than the rest; the game keeps what it has prepared;
- reopened: the same, but a screen is prepared each time it is opened;
- drag: the battle HUD (302 elements), at a new size each time;
- chat: a chat (84 elements), at a new size each time;
- form: a settings form, 60 levels deep, at a new size each time;
- menu: a small screen (24 elements) on four surfaces that return;
- custom: a panel half of whose sizes have custom strategies, built anew each time;
- boxes: an inventory of 1,000 elements at a new size, every box read back.

Two factors are no settings: `registry order`, whether the entry that is used was registered first or last of 40, and
`rows read at once`, the largest block in which a layout hands out its boxes.
"""

import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))  # where `_scenes` is

import _scenes
from _recordings import recording
from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Element, Extent, Registry, Scene, Size, SystemSettings
from unitdocs.units.model import layout
from unitdocs.units.refactored.system import UnitSystem

SCREENS, ENTRIES = 200, 40
SCREEN = Extent(1920.0, 1080.0)
TURNED = (Extent(390.0, 844.0), Extent(844.0, 390.0), Extent(768.0, 1024.0), Extent(1024.0, 768.0))
SIZES = (24, 60, 120)
WARM = {"screens": 1_200, "reopened": 400}
OPENED = 2_000
"""Openings of screens before they repeat."""
ORDER, BLOCK = "registry order", "rows read at once"
FACTORS: Mapping[str, tuple[tuple[Any, ...], tuple[str, ...]]] = {
    "layout_entries": ((8, 256), ("screens",)),
    "layout_policy": (("lru", "sieve"), ("screens",)),
    "layout_ttl": ((1.0, 60.0), ("screens",)),
    "smallest_kept": ((0, 100), ("screens", "menu")),
    "plan_entries": ((4, 64), ("reopened",)),
    "plan_policy": (("lru", "sieve"), ("reopened",)),
    "plan_ttl": ((1.0, 60.0), ("reopened",)),
    "smallest_plan": ((0, 200), ("menu", "chat")),
    "plan_at_once": ((40, 5_000), ("reopened", "boxes")),
    "elements_per_level": ((1, 32), ("form", "drag")),
    "compiling": ((0, 3_500), ("reopened", "chat")),
    "validation": (("warn", "strict"), ("menu", "drag")),
    ORDER: (("last",), ("custom",)),
    BLOCK: ((64, 1_024), ("boxes",)),
}
"""The values that are tried, and the works in which they are."""
WORKS: Mapping[str, tuple[str, int | None]] = {
    "screens": ("Screens, prepared once", None),
    "reopened": ("Screens, prepared anew", None),
    "drag": ("A dragged battle HUD", 302),
    "chat": ("A dragged chat", 84),
    "form": ("A deep form, resized", 241),
    "menu": ("A small screen, turned", 24),
    "custom": ("Custom strategies, built anew", 60),
    "boxes": ("An inventory, every box read", 1_000),
}


@dataclass(frozen=True)
class Choice:
    """The settings of an arm.

    Args:
        settings: of the system.
        block: rows that a layout reads at once.
        order: where in the registry the entry is that is used.
        systems: the systems that were made with them.
    """

    settings: SystemSettings
    block: int = layout.LARGEST_BLOCK
    order: str = "first"
    systems: list[UnitSystem] = field(default_factory=list)

    def system(self, registry: Registry | None = None) -> UnitSystem:
        """Return a system with these settings."""
        self.systems[:] = [UnitSystem(registry=registry, settings=self.settings)]
        return self.systems[0]


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Prepare a work with the default settings, or with one changed."""
    setting, value, work = scenario.name.split("/")
    choice = _changed(setting, value) if arm == "changed" else Choice(SystemSettings())
    call = _MAKERS[work](choice, seed)
    for _ in range(WARM.get(work, 12)):  # caches are filled, and lazy compiling is over
        call()

    def result() -> list[tuple[float, ...]]:
        fresh = UnitSystem(settings=choice.settings)
        return list(map(tuple, fresh.prepare(_screens(seed)[0]).resolve(scene=SCREEN, viewport=SCREEN)))

    return Operation(call, result)


def _changed(setting: str, value: str) -> Choice:
    values = {str(each): each for each in FACTORS[setting][0]}
    if setting == ORDER:
        return Choice(SystemSettings(), order=value)
    if setting == BLOCK:
        return Choice(SystemSettings(), block=values[value])
    return Choice(SystemSettings(**{setting: values[value]}))


@cache
def _screens(seed: int) -> Sequence[Scene]:
    return [_scenes.screen(SIZES[i % len(SIZES)], seed * SCREENS + i) for i in range(SCREENS)]


def _openings(seed: int) -> Iterator[int]:
    weights = [1 / rank for rank in range(1, SCREENS + 1)]
    return itertools.cycle(random.Random(seed).choices(range(SCREENS), weights, k=OPENED))


def _kept_screens(choice: Choice, seed: int) -> Callable[[], object]:
    system = choice.system()
    prepared, following = [system.prepare(scene) for scene in _screens(seed)], _openings(seed)
    return lambda: prepared[next(following)].resolve(scene=SCREEN, viewport=SCREEN)


def _reopened(choice: Choice, seed: int) -> Callable[[], object]:
    system, scenes, following = choice.system(), _screens(seed), _openings(seed)
    return lambda: system.prepare(scenes[next(following)]).resolve(scene=SCREEN, viewport=SCREEN)


def _resized(find: Callable[[int], Scene], surfaces: Sequence[Extent]) -> Callable[[Choice, int], Callable[[], object]]:
    def make(choice: Choice, seed: int) -> Callable[[], object]:
        prepared = choice.system().prepare(find(seed))
        following = itertools.cycle(surfaces).__next__

        def call() -> object:
            surface = following()
            return prepared.resolve(scene=surface, viewport=surface)

        return call

    return make


def _custom(choice: Choice, seed: int) -> Callable[[], object]:  # noqa: ARG001 -- nothing is random
    registry = Registry()
    for i in range(ENTRIES):
        is_used = i == (0 if choice.order == "first" else ENTRIES - 1)
        name = "tile" if is_used else f"other-{i}"
        unit = "pixel" if is_used else "viewport-width"
        registry.register("size", lambda spec: lambda context, rng=None: 64.0, unit=unit, value="auto", name=name)  # noqa: ARG005
    made = [Element(f"e{i}", width=Size("pixel", "auto" if i % 2 else 40.0, "width")) for i in range(60)]
    scene = Scene("custom", tuple(made))
    return lambda: choice.system(registry).prepare(scene).resolve(scene=SCREEN)


def _boxes(choice: Choice, seed: int) -> Callable[[], object]:
    resolve = _resized(lambda seed: _scenes.inventory(1_000, seed), _scenes.viewports(SCREEN))(choice, seed)

    def call() -> None:
        layout.LARGEST_BLOCK = choice.block  # both arms run in one process
        for _x, _y, _width, _height, _scale in resolve():  # type: ignore[attr-defined]
            pass

    return call


_MAKERS: Mapping[str, Callable[[Choice, int], Callable[[], object]]] = {
    "screens": _kept_screens,
    "reopened": _reopened,
    "drag": _resized(lambda _: _scenes.recorded_scene("battle-hud"), _scenes.viewports(SCREEN)),
    "chat": _resized(lambda _: recording("text-changes").scene, _scenes.viewports(SCREEN)),
    "form": _resized(lambda seed: _scenes.settings_form(60, seed), _scenes.viewports(SCREEN)),
    "menu": _resized(lambda seed: _scenes.screen(24, seed), TURNED),
    "custom": _custom,
    "boxes": _boxes,
}


def _scenarios() -> Iterator[Scenario]:
    for setting, (values, works) in FACTORS.items():
        for value, work in itertools.product(values, works):
            title, elements = WORKS[work]
            yield Scenario(f"{setting}/{value}/{work}", f"{setting} = {value}: {title}", elements)


def held_bytes(scenario: str) -> list[int]:
    """Return the bytes that both caches hold after a work, with the default settings and with one changed."""
    setting, value, work = scenario.split("/")
    held = []
    for choice in (Choice(SystemSettings()), _changed(setting, value)):
        call = _MAKERS[work](choice, 1)
        for _ in range(WARM.get(work, 12)):
            call()
        [system] = choice.systems
        held.append(system.plans.statistics().bytes + system.layouts.statistics().bytes)
    return held


SUITE = suite(
    "settings",
    title="Settings, one changed at a time",
    arms=("default", "changed"),
    scenarios=list(_scenarios()),
    setup=setup,
)


if __name__ == "__main__":  # `unitdocs tune sensitivity` reads it
    print(json.dumps({name: held_bytes(name) for name in sys.argv[1:]}))
