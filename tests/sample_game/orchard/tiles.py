"""A unit of the game's own: whole tiles."""

from dataclasses import dataclass

from unitdocs.units import Size
from unitdocs.units.original import SizeCalculator


@dataclass(frozen=True)
class TileSize(Size):
    tile: float = 64.0


class TileCalculator(SizeCalculator):
    def __init__(self, spec, rng):
        super().__init__(spec, rng)
        self.tile = spec.tile

    def resolve(self, context, rng=None):
        return super().resolve(context, rng) // self.tile * self.tile
