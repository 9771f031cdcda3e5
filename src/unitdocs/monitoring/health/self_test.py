"""The self-test of a system: rows whose numbers are known, resolved once more and timed.

Each row is checked twice: against the number that is written here, and against the steps of `unitdocs.units.explain`,
which uses neither system. The test makes a system of its own, so that a game's system, its caches and its random
numbers stay as they are.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, cast

from unitdocs.errors import InputError
from unitdocs.units import (
    Box,
    Breakpoint,
    Composition,
    Context,
    Dimension,
    Element,
    Extent,
    Placed,
    Position,
    PositionUnit,
    PositionValue,
    Scale,
    ScaleUnit,
    ScaleValue,
    Scene,
    Size,
    SizeUnit,
    SizeValue,
    create_system,
)
from unitdocs.units.explain import explain, explain_element

if TYPE_CHECKING:
    from unitdocs.units.model.composition import Part
    from unitdocs.units.refactored.system import UnitSystem

CONTEXT: Final = Context(
    parent=Box(10, 20, 640, 360),
    scene=Extent(1280, 720),
    viewport=Extent(1920, 1080),
    content=Extent(300, 150),
    breakpoint=Breakpoint("wide", 1920, 1080),
)
"""What the golden rows are resolved against."""
SEED: Final = 17
BUTTONS: Final = 12
"""Buttons of the golden scene; with the panel they are enough for its layout to be kept in a cache."""


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """A unit and the number that it must resolve to in `CONTEXT`.

    Args:
        spec: the unit.
        number: pixels, or a factor for a scale.
    """

    spec: "Part"
    number: float


GOLDEN: Final = {
    "size": (
        GoldenRow(Size("pixel", 250), 250.0),
        GoldenRow(Size("parent-width", "fill"), 640.0),
        GoldenRow(Size("viewport-height", "fit", "height"), 150.0),
        GoldenRow(Size("scene-width", "stretch", max=1000), 1000.0),
        GoldenRow(Size("pixel", "content", "both"), 300.0),
    ),
    "position": (
        GoldenRow(Position("pixel", 25, offset=5), 30.0),
        GoldenRow(Position("parent-center-x", 0), 330.0),
        GoldenRow(Position("parent-bottom", 0, "y"), 380.0),
        GoldenRow(Position("scene-right", "pixel", offset=-40), 1240.0),
    ),
    "scale": (
        GoldenRow(Scale("factor", 1.5), 1.5),
        GoldenRow(Scale("percentage", 50), 0.5),
        GoldenRow(Scale("parent-width-scale", "factor"), 0.5),
        GoldenRow(Scale("viewport-width-scale", "fill", max=2), 2.0),
    ),
    "composition": (
        GoldenRow(Composition("min", (Size("pixel", 250), Size("parent-width", "fill"))), 250.0),
        GoldenRow(Composition("weighted-average", (Size("pixel", 100), Size("pixel", 200)), (1, 3)), 175.0),
        GoldenRow(Composition("clamp", (Size("pixel", 900), Size("pixel", 100), Size("scene-height", 0))), 720.0),
    ),
}
"""The golden rows of each kind of calculator."""
SCENE: Final = Scene(
    "self-test",
    (
        Element("panel", width=Size("scene-width", "fill"), height=Size("pixel", 60, "height")),
        *(
            Element(
                f"button-{i}",
                parent="panel",
                x=Position("parent-left", "pixel", offset=100 * i),
                y=Position("parent-top", "pixel", "y", offset=20),
                width=Size("pixel", 80),
                height=Size("pixel", 40, "height"),
                scale=Scale("factor", 1.5),
            )
            for i in range(BUTTONS)
        ),
    ),
)
"""A panel along the top of the scene with a row of buttons."""
LAYOUT: Final = (Placed(0, 0, 1280, 60, 1), *(Placed(100 * i, 20, 80, 40, 1.5) for i in range(BUTTONS)))
"""The boxes of the golden scene in an extent of 1280 by 720."""
EXTENT: Final = Extent(1280, 720)


class SelfTest:
    """Tests one system. Each method returns problems as sentences; none if all is well.

    Args:
        name: `original` or `refactored`.
        observed: called with the system, the kind of a single unit and its seconds. Scenes are not timed: their metric
            is that of the game's own scenes.
        clock: seconds.

    Raises:
        InputError: the system cannot be created.
    """

    def __init__(
        self,
        name: str,
        observed: Callable[[str, str, float], None] = lambda *_: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.name = name
        self._observed, self._clock = observed, clock
        self._system = create_system(name, rng=random.Random(SEED))  # noqa: S311 -- no secret
        self._prepared = self._system.prepare(SCENE)

    def calculators(self, kind: str) -> tuple[str, ...]:
        """Test the golden rows of a kind of calculator: `size`, `position`, `scale` or `composition`.

        The original system has no compositions: they have no problems there.
        """
        if kind == "composition" and self.name == "original":
            return ()
        return tuple(chain.from_iterable(self._row(kind, row) for row in GOLDEN[kind]))

    def _row(self, kind: str, row: GoldenRow) -> Iterator[str]:
        unit = self._system.build(row.spec)
        begun = self._clock()
        number = unit.resolve(CONTEXT)
        self._observed(self.name, kind, self._clock() - begun)
        explained = explain(row.spec, CONTEXT).result
        if number != row.number:
            yield f"{self.name}: {_short(row.spec)} is {number:g}, expected {row.number:g}"
        if explained != row.number:
            yield f"explain: {_short(row.spec)} is {explained:g}, expected {row.number:g}"

    def scene(self) -> tuple[str, ...]:
        """Test that the golden scene has its layout, and that an element's explanation agrees."""
        layout = tuple(self._prepared.resolve(scene=EXTENT))
        wrong = [
            f"{self.name}: {element.id} of the golden scene is {tuple(box)}, expected {tuple(expected)}"
            for element, box, expected in zip(SCENE.elements, layout, LAYOUT, strict=True)
            if box != expected
        ]
        last = SCENE.elements[-1]
        explained = explain_element(SCENE, last.id, "x", extent=EXTENT).explanation.result
        if explained != LAYOUT[-1].x:
            wrong.append(f"explain: x of {last.id} is {explained:g}, expected {LAYOUT[-1].x:g}")
        return tuple(wrong)

    def cache(self) -> tuple[str, ...]:
        """Test that a layout that is asked for again comes from the cache, and is the same.

        The original system keeps nothing: it has no problems here.
        """
        if self.name == "original":
            return ()
        kept = cast("UnitSystem", self._system).layouts
        asked = Extent(1280 + 1, 720)  # of its own: other tests resolve the scene too
        layouts = [tuple(self._prepared.resolve(scene=asked)) for _ in range(3)]
        hits = kept.statistics().hits
        again = tuple(self._prepared.resolve(scene=asked))
        problems = []
        if kept.statistics().hits != hits + 1:
            problems.append(f"{self.name}: a layout that was resolved three times is not in the cache")
        if any(layout != again for layout in layouts):
            problems.append(f"{self.name}: the cache of layouts returns other boxes than were resolved")
        return tuple(problems)

    def strategies(self) -> tuple[str, ...]:
        """Test that each unit and each keyword is resolved as it is explained."""
        problems = []
        for spec in every_rule():
            explained = explain(spec, CONTEXT, random.Random(SEED)).result  # noqa: S311
            number = self._system.build(spec).resolve(CONTEXT, random.Random(SEED))  # noqa: S311
            if number != explained:
                problems.append(f"{self.name}: {_short(spec)} is {number:g}, its explanation {explained:g}")
        return tuple(problems)

    def validation(self) -> tuple[str, ...]:
        """Test that a unit is valid in a complete context, and not where what it needs is missing."""
        unit = self._system.build(Size("parent-width", "fill"))
        problems = []
        if not unit.validate(CONTEXT):
            problems.append(f"{self.name}: a unit with all that it needs is not valid")
        if unit.validate(Context(scene=EXTENT)):
            problems.append(f"{self.name}: a unit of the parent is valid without a parent")
        try:
            Size("furlong", 1)
        except InputError:
            return tuple(problems)
        return (*problems, "an unknown unit is accepted")


def every_rule() -> Iterator[Size | Position | Scale]:
    """Yield a unit for each way of measuring and for each keyword of the three kinds."""
    yield from (Size(unit, 50.0) for unit in SizeUnit)
    yield from (Size("pixel", value, dimension) for value in SizeValue for dimension in Dimension)
    yield from (Position(unit, 50.0) for unit in PositionUnit)
    yield from (Position("pixel", value) for value in PositionValue)
    yield from (Scale(unit, 50.0) for unit in ScaleUnit)
    yield from (Scale("factor", value) for value in ScaleValue)


def _short(spec: "Part") -> str:
    if isinstance(spec, Composition):
        return f"a composition ({spec.how})"
    return f"the {type(spec).__name__.lower()} {spec.unit} {spec.value}"
