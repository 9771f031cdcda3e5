"""The field: many plants, made in Python, some of which grow in each frame."""

from dataclasses import replace

from unitdocs.units import Element, Extent, Position, Scale, Scene, Size

from unitdocs.units import original

original.DEFAULT_SIZE = 64.0


def plant(name, parent):
    return Element(name, parent)


from orchard.engine import system  # noqa: E402 -- what is patched above counts for all that is built
from orchard.tiles import TileSize  # noqa: E402

COLUMNS, ROWS = 12, 9


def new_field():
    """Return the scene of a field: beds of tiles, and plants in them."""
    elements = [
        Element("field", width=Size("scene-width", "fill"), height=Size("scene-height", "fill")),
        Element("soil", "field", width=TileSize("parent-width", "fill", tile=48.0), height=Size("pixel", 900)),
        plant("scarecrow", "field"),
    ]
    for row in range(ROWS):
        bed = f"bed-{row}"
        elements.append(
            Element(
                bed,
                "field",
                y=Position("parent-top", "top", "y", offset=row * 80),
                width=TileSize("parent-width", "fill", tile=100.0),
                height=Size("pixel", 76),
            )
        )
        elements += [
            Element(
                f"plant-{row}-{column}",
                bed,
                x=Position("parent-left", "left", offset=column * 90),
                y=Position("parent-center-y", "center", "y", offset=-20),
                width=Size("pixel", "random", min=20, max=60) if column == 3 else Size("pixel", "auto"),
                height=Size("pixel", "auto", "height"),
                scale=Scale("factor", "fit", max=2),
                content=Extent(30.0 + column, 40.0),
            )
            for column in range(COLUMNS)
        ]
    return Scene("field", tuple(elements))


class Field:
    """The field on the screen."""

    def __init__(self):
        self.scene = new_field()
        self.prepared = system.prepare(self.scene)
        self.elements = list(self.scene.elements)

    def grow(self, frame):
        """Let some plants grow."""
        changes = {}
        for i in range(4 + frame % 5, len(self.elements), 29):
            element = self.elements[i]
            if element.content is not None:
                width, height = element.content
                changes[i] = replace(element, content=Extent(width + 1, height + 2))
        self.prepared.update(changes)
        for i, element in changes.items():
            self.elements[i] = element

    def boxes(self, window, rng):
        """Return the boxes of everything on the field."""
        return self.prepared.resolve(scene=window, viewport=window, rng=rng)
