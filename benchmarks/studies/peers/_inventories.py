"""The inventory that peers are measured with: what it is made of, and the arm that is this project's system."""

import itertools
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from unitdocs.bench import Operation, Scenario
from unitdocs.units import Extent, Scene, create_system

sys.path.append(str(Path(__file__).parents[2]))  # a suite is loaded by its path; scenes are shared with benchmarks/

import _scenes

SIZES = (1_000, 10_000)
WIDE, NARROW = Extent(1880.0, 1060.0), Extent(375.0, 812.0)
Resolve = Callable[[Extent], object]
Read = Callable[[Extent], Iterable[Iterable[float]]]


@cache
def inventory(elements: int, seed: int) -> Scene:
    """Return the scene of the suite `layouts`; both arms are given the same one."""
    return _scenes.inventory(elements, seed)


def elements_of(scenario: Scenario) -> int:
    """Return how many elements a scenario's inventory has."""
    assert scenario.elements is not None
    return scenario.elements


def operation(scenario: Scenario, resolve: Resolve, read: Read) -> Operation:
    """Return the work of a scenario.

    Args:
        scenario: its name ends with what it does.
        resolve: resolves the scene at a viewport.
        read: the same, and gives every element's absolute x, y, width and height as plain numbers.
    """
    work = scenario.name.partition("/")[2]
    viewports = _scenes.viewports(NARROW if work == "narrow" else WIDE)  # more than a cache of layouts holds
    following = itertools.cycle(viewports).__next__

    def resolved() -> object:
        return resolve(following())

    def boxes() -> None:
        for _x, _y, _width, _height, *_ in read(following()):
            pass

    def result() -> list[list[tuple[float, ...]]]:
        return [[tuple(box)[:4] for box in read(viewport)] for viewport in (viewports[1], viewports[-1], viewports[1])]

    for _ in range(2):  # what is compiled lazily is compiled now, as in a game that is running
        resolved()
    return Operation(boxes if work == "boxes" else resolved, result)


def refactored(scenario: Scenario, seed: int) -> Operation:
    """Return the work of this project's refactored system."""
    prepared = create_system("refactored").prepare(inventory(elements_of(scenario), seed))

    def resolve(viewport: Extent) -> Iterable[Iterable[float]]:
        return prepared.resolve(scene=viewport, viewport=viewport)

    return operation(scenario, resolve, resolve)


def scenarios() -> list[Scenario]:
    """Return the scenarios, which all peers have."""
    works = {
        "re-resolve": "re-resolve at a new viewport, the panel moves",
        "narrow": "re-resolve at a new viewport, the panel moves and changes its width",
        "boxes": "re-resolve at a new viewport, every box read back",
    }
    return [
        Scenario(f"inventory-{size}/{work}", f"Inventory ({size:,} elements): {does}", size)
        for size in SIZES
        for work, does in works.items()
    ]
