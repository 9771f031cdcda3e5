"""The unit system of the game, and its random numbers."""

import random
from pathlib import Path

from unitdocs.units import Extent

from orchard.tiles import TileCalculator, TileSize
from unitdocs.units import OriginalSystem


class GameSystem(OriginalSystem):
    def build(self, spec):
        if isinstance(spec, TileSize):
            return TileCalculator(spec, self.rng)
        return super().build(spec)


def new_system(rng):
    return GameSystem(rng)


SEED = 20
SCENES = Path(__file__).parent / "scenes"
WINDOWS = [Extent(1280.0, 720.0), Extent(390.0, 844.0), Extent(1920.0, 1080.0)]

system = new_system(random.Random(SEED))
