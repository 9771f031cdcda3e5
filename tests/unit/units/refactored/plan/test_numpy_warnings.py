"""No floating-point operation ever warns: dividing by zero, infinities and NaN are results here."""

import itertools
import math
import random
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from rules import assert_same_boxes, bound_boxes, plain_boxes, with_other_numbers

from unitdocs.units import (
    Composition,
    Element,
    Extent,
    How,
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
    UnitSystem,
)
from unitdocs.units.refactored.plan import scene_plan

NASTY = (0.0, -0.0, math.inf, -math.inf, math.nan, 1.7e308, -1.7e308, 5e-324)
EXTENTS = [Extent(a, b) for a, b in zip(NASTY, (*NASTY[3:], *NASTY[:3]), strict=True)]


def all_units(rng: random.Random) -> list[dict[str, Any]]:
    """Return every unit with every value, with numbers that go wrong wherever there is a number."""

    def number() -> float:
        return rng.choice(NASTY)

    def limits() -> tuple[float | None, float | None]:
        return rng.choice([(None, None), (number(), number()), (number(), None), (None, number())])

    units: list[dict[str, Any]] = [
        {name: Position(unit, number() if value is None else value, name, number())}
        for unit, value, name in itertools.product(PositionUnit, [*PositionValue, None], ("x", "y"))
    ]
    units += [
        {name: Size(unit, number() if value is None else value, name, *limits())}
        for unit, value, name in itertools.product(SizeUnit, [*SizeValue, None], ("width", "height"))
    ]
    units += [
        {"scale": Scale(unit, number() if value is None else value, *limits())}
        for unit, value in itertools.product(ScaleUnit, [*ScaleValue, None])
    ]
    return units


def composed(units: list[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    """Return compositions of such units, of all sorts."""
    made = []
    for members in units:
        ((name, unit),) = members.items()
        others = [*[other[name] for other in rng.sample(units, 60) if name in other][:2], unit, unit]
        how = rng.choice(list(How))
        weights = (1e308, 0.0, 5e-324) if how is How.WEIGHTED_AVERAGE else ()
        made.append({name: Composition(how, [unit, *others][:3], weights)})
    return made


def scene_of(units: list[dict[str, Any]], rng: random.Random) -> Scene:
    """Return elements in elements whose boxes are as nasty as all else."""
    roots = [
        Element(f"root {i}", x=Position("pixel", x), y=Position("pixel", -x, "y"), content=extent)
        for i, (x, extent) in enumerate(zip(NASTY, EXTENTS, strict=True))
    ]
    inside = [
        Element(f"e{i}", rng.choice(roots).id, content=rng.choice([None, *EXTENTS]), **members)
        for i, members in enumerate(units)
    ]
    deeper = [Element(f"d{i}", rng.choice(inside).id, **members) for i, members in enumerate(rng.sample(units, 60))]
    return Scene("nasty", (*roots, *inside, *deeper))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 20))])
@pytest.mark.parametrize("is_composed", [False, True], ids=["simple", "composed"])
def test_numpy_never_warns(seed: int, is_composed: bool) -> None:  # noqa: FBT001
    rng = random.Random(seed)
    units = all_units(rng)
    scene = scene_of(composed(units, rng) if is_composed else units, rng)
    fixed = [i for i, element in enumerate(scene.elements) if not element.random_units]
    unrandom = tuple(
        element if not element.random_units else Element(element.id, element.parent) for element in scene.elements
    )
    settled = Scene("settled", unrandom)
    handling = np.geterr()
    with np.errstate(all="raise"), mock.patch.multiple(scene_plan, PARTIAL_FROM=0, PARTIAL_SHARE=1):
        system = UnitSystem()
        for made, surface in itertools.product((scene, settled), [None, *rng.sample(EXTENTS, 4)]):
            viewport = rng.choice([None, *EXTENTS])
            prepared = system.prepare(made)
            got = prepared.resolve(scene=surface, viewport=viewport, rng=random.Random(3))
            changes = {i: with_other_numbers(made.elements[i], rng.choice(NASTY)) for i in rng.sample(fixed, 9)}
            changes[fixed[-1]] = replace(made.elements[fixed[-1]], content=rng.choice(EXTENTS))
            prepared.update(changes)
            again = prepared.resolve(scene=surface, viewport=viewport, rng=random.Random(3))
            now = Scene("now", tuple(changes.get(i, element) for i, element in enumerate(made.elements)))
            assert_same_boxes(got, bound_boxes(made, surface, viewport, 3), f"{surface}")
            assert_same_boxes(again, bound_boxes(now, surface, viewport, 3), f"{surface}, changed")
            assert_same_boxes(again, plain_boxes(now, surface, viewport, 3), f"{surface}, as the rules read")
        resolved: Any = system.statistics()["scenes resolved"]
        assert resolved["plan"] >= 10
        assert resolved["bound"] == 0
    assert np.geterr() == handling


def test_where_the_project_wants_errors_it_still_has_them() -> None:
    """Resolving sets how NumPy handles accidents for itself alone."""
    with np.errstate(all="raise"):
        UnitSystem().prepare(scene_of(all_units(random.Random(0)), random.Random(0))).resolve(scene=Extent(0, 0))
        with pytest.raises(FloatingPointError):
            np.float64(1) / np.float64(0)
