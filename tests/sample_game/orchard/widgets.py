"""Single units: built once, cached, changed where a player changes a setting."""

import weakref
from functools import lru_cache

from unitdocs.units import Box, Context, Position, Scale, Size

from orchard.engine import system
from unitdocs.units.original import SizeCalculator


def is_size(unit):
    return isinstance(unit, SizeCalculator)


@lru_cache(maxsize=256)
def unit_of(spec):
    """Build a unit once for all widgets that have the same."""
    return system.build(spec)


class Badge:
    """A counter beside a plant: its width depends on its parent, its place on the player's settings."""

    def __init__(self, name, parent):
        self.name = name
        self.parent = parent
        self.width = unit_of(Size("parent-width", "fill", min=24, max=96))
        self.height = system.build(Size("pixel", 24, "height"))
        self.x = system.build(Position("parent-right", "right", offset=-8))
        self.wobble = system.build(Position("pixel", "random", "y", offset=2))
        self.scale = unit_of(Scale("factor", "fit", min=0.5))

    def place(self, window):
        """Return where the badge is drawn."""
        context = Context(parent=self.parent, scene=window, viewport=window)
        return [
            self.x.x(context),
            self.wobble.y(context),
            self.width.width(context),
            self.height.height(context),
            self.scale.resolve(context),
        ]

    def enlarge(self, factor):
        """Make the badge higher, for players who read badly."""
        self.height.value = self.height.value * factor
        self.x.offset -= 2

    def describe(self):
        """Return a line for the settings page."""
        limits = f"{self.width.min:g} to {self.width.max:g}" if is_size(self.width) else "none"
        return f"{self.name}: {self.width.unit} {self.width.value}, limits {limits}, {self.x.axis} {self.x.offset:g}"


BADGES = weakref.WeakSet()
"""All badges on the screen, for the settings page."""
UNITS_IN_USE = weakref.WeakKeyDictionary()
"""How many badges use a cached unit."""


def new_badge(name, x, y):
    """Make a badge, and count the units that it shares."""
    badge = Badge(name, Box(x, y, 160, 160))
    BADGES.add(badge)
    for unit in (badge.width, badge.scale):
        UNITS_IN_USE[unit] = UNITS_IN_USE.get(unit, 0) + 1
    return badge
