"""Plays the game for some frames, and prints what is drawn: `python -m orchard.play [--load FILE] [--save FILE]`."""

import random
import sys

from unitdocs.units import Placed

from orchard import engine, telemetry
from orchard.field import Field
from orchard.saves import Undo, load, save
from orchard.preview import preview
from orchard.screens import Screen, with_cursor
from orchard.widgets import BADGES, UNITS_IN_USE, new_badge

FRAMES = 24


class Game:
    """All that is saved."""

    def __init__(self):
        self.frame = 0
        self.menu = Screen("menu.json")
        self.stall = Screen("stall.json")
        self.field = Field()
        self.badges = [new_badge(f"badge-{i}", 100 * i, 40) for i in range(4)]
        self.undo = Undo()

    def play(self):
        """Play one frame, and return its line of the log."""
        rng = random.Random(self.frame)
        window = engine.WINDOWS[self.frame // 4 % len(engine.WINDOWS)]
        if self.frame % 6 == 2:
            self.menu.move("start", 10 * self.frame)
        if self.frame % 8 == 5:
            self.badges[self.frame % 4].enlarge(1.25)
        if self.frame % 10 == 3:
            self.undo.remember(self.field)
        if self.frame % 10 == 7:
            self.field = self.undo.back()
        self.field.grow(self.frame)
        moved = [screen.layout(window, rng) for screen in (self.menu, self.stall)]
        plants = self.field.boxes(window, rng)
        everything = self.menu.boxes + self.stall.boxes + plants
        self.frame += 1
        return telemetry.line(
            self.frame,
            moved=moved,
            boxes=telemetry.report(everything),
            plants=telemetry.report(plants),
            count=[telemetry.count(self.menu.boxes), telemetry.count(plants), len(everything)],
            tail=plants[-3:],
            hit=self.menu.hit(window.width / 2, window.height / 2),
            same=self.stall.same_as_first("apple"),
            preview=preview(self.frame),
            badges=[badge.place(window) for badge in self.badges],
            cursor=with_cursor(self.menu.prepared, window, Placed(1.0, 2.0, 16.0, 16.0, 1.0))[:3],
        )


def main(arguments):
    """Play, from the start or from a saved game."""
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    game = load(given["--load"]) if "--load" in given else Game()
    print(f"played with {game.menu.prepared.system.name}", file=sys.stderr)
    for _ in range(FRAMES):
        print(game.play())
    print("\n".join(sorted(badge.describe() for badge in game.badges)))
    print(len(BADGES), sorted(UNITS_IN_USE.values()), game.menu.drawn, game.stall.drawn)
    if "--save" in given:
        save(game, given["--save"])


if __name__ == "__main__":
    main(sys.argv[1:])
