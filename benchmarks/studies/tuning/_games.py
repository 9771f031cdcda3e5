"""Made-up games: which scenes a session opens, keeps and resolves, frame by frame.

No game of players is recorded yet, so each kind of game is a description of what games do, with ranges; the numbers
of one game (how many screens, how large, how often each is opened) are drawn from these ranges by its seed. Nothing in
a range refers to a setting of the unit system.

| kind | what its session does |
| --- | --- |
| screens | opens one of its screens after the other, some of them much more often than the rest |
| panels | resolves the panels that are visible in every frame; panels are shown and hidden |
| rooms | builds a screen, shows it for a while, and never again |
| devices | opens screens on a device that is turned and split |
| world | moves some elements of a large scene in every frame, with a few panels in front |
| cards | shows small cards for a moment, of a collection that is browsed |
| tour | goes through all of its screens in the same order, again and again |
| windows | changes the size of a window, rests, and changes it again |
"""

import itertools
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the suites' scenes and recordings

import _scenes
from unitdocs.units import Element, Extent, Position, Scene

SCREEN = Extent(1920.0, 1080.0)
SURFACES = (Extent(390.0, 844.0), Extent(844.0, 390.0), Extent(768.0, 1024.0), Extent(1024.0, 768.0))
FRAMES = 400
"""Frames of a session: about seven seconds at 60 frames a second."""
START = 60
"""Frames of the start of a session: its first second."""
EVERY = 37
"""Of how many frames one is compared between the arms."""


@dataclass(frozen=True)
class GameFrame:
    """What a game does in a frame, in this order.

    Args:
        closed: scenes, by number, that it discards.
        opened: scenes, by number, that it prepares.
        changes: elements that it replaces, by their index, of the scene with number 0.
        shown: scenes, by number, that it resolves, each on its surface.
    """

    shown: Sequence[tuple[int, Extent]]
    opened: Sequence[int] = ()
    closed: Sequence[int] = ()
    changes: Mapping[int, Element] | None = None


@dataclass(frozen=True)
class Game:
    """The scenes of a game, and the frames of a session."""

    scenes: Sequence[Scene]
    frames: Sequence[GameFrame]

    def start(self) -> "Game":
        """Return the same game with the first second of the session alone."""
        return replace(self, frames=self.frames[:START])


def play(system: Any, game: Game) -> None:  # noqa: ANN401 -- any unit system
    """Play a session from its first frame to its last."""
    prepared: dict[int, Any] = {}
    for frame in game.frames:
        _advance(system, game, frame, prepared)


def answers(system: Any, game: Game) -> list[list[tuple[float, ...]]]:  # noqa: ANN401 -- any unit system
    """Return the boxes of some frames of a session."""
    prepared: dict[int, Any] = {}
    layouts = (_advance(system, game, frame, prepared) for frame in game.frames)
    return [list(map(tuple, layout)) for layout in itertools.islice(layouts, 0, None, EVERY)]


def _advance(system: Any, game: Game, frame: GameFrame, prepared: dict[int, Any]) -> Any:  # noqa: ANN401
    """Do what a game does in a frame, and return the layout of the last scene that it shows."""
    for number in frame.closed:
        del prepared[number]
    for number in frame.opened:
        prepared[number] = system.prepare(game.scenes[number])
    if frame.changes:
        prepared[0].update(frame.changes)
    layout = None
    for number, surface in frame.shown:
        layout = prepared[number].resolve(scene=surface, viewport=surface)
    return layout


def game(kind: str, seed: int) -> Game:
    """Return a game of a kind; the same seed gives the same game."""
    return KINDS[kind](random.Random(f"{kind}/{seed}"), seed)


def _screens(rng: random.Random, seed: int) -> Game:
    scenes = _some_screens(rng, seed, count=rng.randint(20, 60), least=30, most=250)
    weights = [1 / rank for rank in range(1, len(scenes) + 1)]
    order = iter(lambda: rng.choices(range(len(scenes)), weights)[0], None)
    return Game(scenes, _opened(order, lambda: rng.randint(2, 12)))


def _tour(rng: random.Random, seed: int) -> Game:
    scenes = _some_screens(rng, seed, count=rng.randint(15, 45), least=40, most=200)
    stay = rng.randint(2, 6)
    return Game(scenes, _opened(itertools.cycle(range(len(scenes))), lambda: stay))


def _rooms(rng: random.Random, seed: int) -> Game:
    stay = (8, 24)
    scenes = _some_screens(rng, seed, count=FRAMES // stay[0] + 1, least=40, most=160)
    return Game(scenes, _opened(iter(range(len(scenes))), lambda: rng.randint(*stay)))


def _cards(rng: random.Random, seed: int) -> Game:
    """Return a collection of which a page of cards is shown at a time; pages are turned back and forth."""
    page, pages = rng.randint(6, 12), rng.randint(6, 16)
    scenes = _some_screens(rng, seed, count=page * pages, least=8, most=30)
    frames: list[GameFrame] = []
    place = 0
    closed: tuple[int, ...] = ()
    while len(frames) < FRAMES:
        cards = tuple(range(place * page, (place + 1) * page))
        shown = [(card, SCREEN) for card in cards]
        frames += [GameFrame(shown, cards, closed), *[GameFrame(shown)] * rng.randint(3, 12)]
        place, closed = min(max(place + rng.choice((-1, 1, 1)), 0), pages - 1), cards
    return Game(scenes, frames[:FRAMES])


def _devices(rng: random.Random, seed: int) -> Game:
    scenes = _some_screens(rng, seed, count=rng.randint(6, 24), least=40, most=300)
    frames: list[GameFrame] = []
    closed: tuple[int, ...] = ()
    while len(frames) < FRAMES:
        number = rng.randrange(len(scenes))
        turns = [surface for surface in rng.sample(SURFACES, 2) for _ in range(rng.randint(2, 8))]
        turns *= rng.randint(1, 3)
        frames.append(GameFrame([(number, turns[0])], (number,), closed))
        frames += [GameFrame([(number, surface)]) for surface in turns[1:]]
        closed = (number,)
    return Game(scenes, frames[:FRAMES])


def _panels(rng: random.Random, seed: int) -> Game:
    """Return a display whose panels are all prepared in the first frame; some are shown and hidden later."""
    scenes = _some_screens(rng, seed, count=rng.randint(16, 96), least=6, most=60)
    every = range(len(scenes))
    hidden = set(rng.sample(every, len(scenes) // 4))
    frames = []
    for number in range(FRAMES):
        if number and number % rng.randint(20, 60) == 0:
            hidden ^= {rng.choice(every)}
        shown = [(panel, SCREEN) for panel in every if panel not in hidden]
        frames.append(GameFrame(shown, every if number == 0 else ()))
    return Game(scenes, frames)


def _world(rng: random.Random, seed: int) -> Game:
    soldiers = rng.randint(100, 500)
    field = _scenes.battlefield(soldiers)
    panels = _some_screens(rng, seed, count=rng.randint(2, 6), least=8, most=60)
    at = {element.id: i for i, element in enumerate(field.elements)}
    moving = [at[f"soldier-{number}"] for number in rng.sample(range(soldiers), soldiers // 10)]
    shown = [(number, SCREEN) for number in range(len(panels) + 1)]
    frames = [
        GameFrame(shown, range(len(shown)) if number == 0 else (), changes=_moved(field, moving, number))
        for number in range(FRAMES // 4)
    ]
    return Game([field, *panels], frames)


def _windows(rng: random.Random, seed: int) -> Game:
    scenes = _some_screens(rng, seed, count=rng.randint(2, 5), least=60, most=400)
    frames: list[GameFrame] = []
    width, height = SCREEN
    while len(frames) < FRAMES:
        for _ in range(rng.randint(10, 60)):
            width, height = width + rng.randint(-9, 9), height + rng.randint(-5, 5)
            frames.append(_all_shown(scenes, Extent(width, height), is_first=not frames))
        frames += [_all_shown(scenes, Extent(width, height), is_first=False)] * rng.randint(20, 90)
    return Game(scenes, frames[:FRAMES])


def _all_shown(scenes: Sequence[Scene], surface: Extent, *, is_first: bool) -> GameFrame:
    numbers = range(len(scenes))
    return GameFrame([(number, surface) for number in numbers], numbers if is_first else ())


def _opened(order: Iterator[int], stay: Callable[[], int]) -> list[GameFrame]:
    """Return the frames of a session that opens one screen after the other, and keeps none that is closed."""
    frames: list[GameFrame] = []
    closed: tuple[int, ...] = ()
    while len(frames) < FRAMES:
        number = next(order)
        frames.append(GameFrame([(number, SCREEN)], (number,), closed))
        frames += [GameFrame([(number, SCREEN)])] * (stay() - 1)
        closed = (number,)
    return frames[:FRAMES]


def _some_screens(rng: random.Random, seed: int, *, count: int, least: int, most: int) -> list[Scene]:
    """Return different screens; small ones are more frequent than large ones, as the sizes are drawn on a log scale."""
    sizes = [round(least * (most / least) ** rng.random()) for _ in range(count)]
    return [_scenes.screen(size, 1_000_000 + seed * 1_000 + number) for number, size in enumerate(sizes)]


def _moved(field: Scene, moving: Sequence[int], by: int) -> dict[int, Element]:
    """Return the elements of a frame: each that moves is a pixel further to the right of its place."""
    moved = {}
    for i in moving:
        element = field.elements[i]
        assert isinstance(element.x, Position)
        moved[i] = replace(element, x=replace(element.x, offset=element.x.offset + by % 40))
    return moved


KINDS: Mapping[str, Callable[[random.Random, int], Game]] = {
    "screens": _screens,
    "panels": _panels,
    "rooms": _rooms,
    "devices": _devices,
    "world": _world,
    "cards": _cards,
    "tour": _tour,
    "windows": _windows,
}
