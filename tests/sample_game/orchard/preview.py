"""The preview of a plant in the shop, which has a system of its own so that it never changes the game's luck."""

import random

from unitdocs.units import Context, Extent, Position

from unitdocs.units import OriginalSystem


def preview_system(rng):
    return OriginalSystem(rng)


from unitdocs.units.original import PositionCalculator


def place_of(spec, system):
    return PositionCalculator(spec, system.rng)


FRAME = Context(scene=Extent(200.0, 200.0))


def preview(seed):
    """Return where a plant falls in its preview."""
    own = preview_system(random.Random(seed))
    return [place_of(Position("pixel", "random", axis), own).resolve(FRAME) for axis in ("x", "y")]
