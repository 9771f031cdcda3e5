"""Screens: scenes from files, resolved when something changed, read as lists of boxes."""

from dataclasses import replace

from unitdocs.units import Position, load_scene

from orchard.engine import SCENES, system


class Screen:
    """One screen of the game."""

    def __init__(self, file):
        self.scene = load_scene(SCENES / file)
        self.prepared = system.prepare(self.scene)
        self.index = {element.id: i for i, element in enumerate(self.scene.elements)}
        self.boxes = []
        self.drawn = 0

    def layout(self, window, rng):
        """Resolve the screen; return whether anything moved."""
        boxes = self.prepared.resolve(scene=window, viewport=window, rng=rng)
        if boxes == self.boxes:
            return False
        self.boxes = boxes
        self.drawn += 1
        return True

    def move(self, name, offset):
        """Move an element down from its place."""
        i = self.index[name]
        element = self.scene.elements[i]
        self.prepared.update({i: replace(element, y=Position("parent-top", "top", "y", offset=offset))})

    def hit(self, x, y):
        """Return the id of the topmost element at a point."""
        for i, box in zip(range(len(self.boxes) - 1, -1, -1), reversed(self.boxes), strict=True):
            if box.x <= x < box.x + box.width and box.y <= y < box.y + box.height:
                return self.scene.elements[i].id
        return None

    def same_as_first(self, name):
        """Return how many elements have the box of this one, and which of them is the first."""
        box = self.boxes[self.index[name]]
        return self.boxes.count(box), self.boxes.index(box), box in self.boxes[1:]


def with_cursor(prepared, window, cursor):
    boxes = prepared.resolve(scene=window, viewport=window)
    boxes.append(cursor)
    boxes.sort(key=lambda box: box.width)
    return boxes
