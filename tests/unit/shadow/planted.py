"""A refactored system in which one of the corrected semantics was planted, for tests."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from unitdocs.errors import InputError
from unitdocs.units import Box, Context, Extent, Position, Scale, Scene, Size, create_system
from unitdocs.units.model.context import Breakpoint

PARENT = Box(100, 50, 600, 300)
SCENE = Extent(1600, 800)
VIEWPORT = Extent(700, 500)
CONTENT = Extent(1200, 400)
AROUND = Context(
    parent=PARENT, scene=SCENE, viewport=VIEWPORT, content=CONTENT, breakpoint=Breakpoint("phone", 700, 500)
)


@dataclass(frozen=True)
class Row:
    """A unit for which a row of the corrected semantics gives another number.

    Args:
        spec: the unit.
        context: what it is resolved against.
        compat: the number of both systems.
        corrected: the number of the row, computed by hand; NaN if the unit is refused.
    """

    spec: Any
    context: Context
    compat: float
    corrected: float


ROWS: Mapping[int, tuple[Row, ...]] = {
    1: (
        Row(Size("parent-width", 50), AROUND, 600, 300),
        Row(Size("scene-height", 25), AROUND, 800, 200),
        Row(Size("viewport-width", 10), AROUND, 700, 70),
        Row(Size("parent-width", 50, max=200), AROUND, 200, 200.0),
        Row(Size("parent-height", 50), Context(), 100, 50),
    ),
    2: (
        Row(Size("percentage", 50), AROUND, 50, 300),
        Row(Size("percentage", 50, "height"), AROUND, 50, 150),
        Row(Size("percentage", 50), Context(scene=SCENE), 50, 800),
    ),
    3: (
        Row(Size("parent-min", "pixel"), AROUND, 100, 300),
        Row(Size("parent-max", "pixel"), AROUND, 100, 600),
        Row(Size("scene-min", 10), AROUND, 100, 80),
        Row(Size("scene-max", 10), AROUND, 100, 160),
    ),
    4: (
        Row(Position("parent-left", 10), AROUND, 100, 160),
        Row(Position("parent-right", 10), AROUND, 700, 640),
        Row(Position("parent-bottom", 10, "y", 5), AROUND, 355, 325),
        Row(Position("parent-center-x", 10), AROUND, 400, 460),
        Row(Position("scene-right", 25), AROUND, 1600, 1200),
        Row(Position("viewport-bottom", 10, "y"), AROUND, 500, 450),
    ),
    5: (
        Row(Position("percentage", 50), AROUND, 50, 400),
        Row(Position("percentage", 50, "y"), AROUND, 50, 200),
        Row(Position("percentage", 50), Context(scene=SCENE), 50, 800),
    ),
    6: (
        Row(Position("pixel", "right"), AROUND, 0, 1600),
        Row(Position("pixel", "bottom", "y", -10), AROUND, -10, 790),
        Row(Position("percentage", "center"), AROUND, 0, 800),
    ),
    7: (
        Row(Scale("parent-width-scale", 2), AROUND, 600 / 1600, 1200 / 1600),
        Row(Scale("viewport-height-scale", 2), AROUND, 500 / 800, 1000 / 800),
        Row(Scale("parent-scale", 2), AROUND, 1, 0.75),
    ),
    8: (Row(Scale("factor", "content-scale"), AROUND, 1, 0.5),),
    9: (
        Row(Scale("factor", "device-scale"), AROUND, 1, 0.8),
        Row(Scale("factor", "breakpoint-scale"), Context(breakpoint=Breakpoint("tablet", 800, 600)), 1, 0.9),
    ),
    10: (
        Row(Size("scene-width", "fill"), Context(), 100, 1200),
        Row(Size("viewport-height", "fill", "height"), Context(), 100, 1200),
    ),
    11: (Row(Size("pixel", "auto", "both"), AROUND, 400, 1200),),
    12: (Row(Size("pixel", 5, min=20, max=10), AROUND, 20, math.nan),),
}
CHANGED = {row: tuple(one for one in ones if one.compat != one.corrected) for row, ones in ROWS.items()}
"""The rows without those units for which both numbers are the same, such as a size at its limit."""


class PlantedUnit:
    """A unit that gives the number of a row."""

    def __init__(self, number: float) -> None:
        self.number = number

    def resolve(self, _context: Context, _rng: object = None) -> float:
        return self.number


class PlantedSystem:
    """The refactored system, but for the unit of one row."""

    name = "refactored"

    def __init__(self, row: Row) -> None:
        self._system = create_system("refactored")
        self._units = {repr(row.spec): row.corrected}

    def build(self, spec: Any) -> Any:
        number = self._units.get(repr(spec))
        if number is None:
            return self._system.build(spec)
        if math.isnan(number):
            raise InputError("size: min is above max")
        return PlantedUnit(number)

    def prepare(self, scene: Scene) -> Any:
        return PlantedScene(self, scene)


class PlantedScene:
    """A scene whose planted units are resolved as pixels of the number that they give."""

    def __init__(self, system: PlantedSystem, scene: Scene) -> None:
        elements = [self._planted(system, element) for element in scene.elements]
        self._prepared = system._system.prepare(Scene(scene.name, tuple(elements), breakpoints=scene.breakpoints))
        self.resolve = self._prepared.resolve

    def _planted(self, system: PlantedSystem, element: Any) -> Any:
        changes = {}
        for member in ("x", "y", "width", "height", "scale"):
            spec = getattr(element, member)
            if spec is not None and repr(spec) in system._units:
                number = system.build(spec).number
                changes[member] = replace(spec, unit="factor" if member == "scale" else "pixel", value=number)
                if member in {"x", "y"}:
                    changes[member] = replace(changes[member], offset=0)
        return replace(element, **changes)
