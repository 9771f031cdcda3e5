"""Sessions of games, played by the real system while its caches note what is looked up.

A session opens screens, turns and drags the window, and plays the recorded frames of `benchmarks/frames`. It is played
twice. For the trace of `layouts`, the game keeps the scenes that it has prepared. For the trace of `plans`, it prepares
a scene each time it opens it, and drops it when it closes it.

Games of `SEARCHED` are what settings may be chosen by, with the seeds of `SEARCHED_SEEDS`; everything else is held out.
"""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import eviction

from _recordings import recording
from _scenes import recorded_scene, screen
from unitdocs.tuning.replay import RecordingCache, Trace
from unitdocs.units import Element, Extent, Scene
from unitdocs.units.refactored.system import UnitSystem

if TYPE_CHECKING:
    from unitdocs.units.refactored.prepared_scene import RefactoredScene

LOOKUPS = 3_000
"""Resolves of a session."""
MANY = 100_000
"""Entries of a cache that evicts nothing."""
FRAME = 1 / 60
OPENING = 2.0
"""Seconds from one opening of a screen to the next, on average."""
FULL_SCREEN = eviction.FULL_SCREEN
ELEMENTS = (12, 24, 60, 120, 240)
"""Elements of a screen: one of these, by its name."""
DRAGGED = 0.1
"""Share of the turns of a device that a drag of a window follows."""
SEARCHED_SEEDS = (0, 1)
HELD_OUT_SEEDS = (2, 3)
RECORDED = ("window-drag", "scrolling-list", "breakpoint-switch", "text-changes")


class Step(NamedTuple):
    """A resolve.

    Args:
        scene: the scene.
        surface: extent of the scene and of the viewport.
        seconds: seconds since the resolve before.
        changes: elements that are replaced before, by index.
    """

    scene: Scene
    surface: Extent
    seconds: float
    changes: Mapping[int, Element] = {}


@dataclass(frozen=True)
class Game:
    """What the players of a game do.

    Args:
        title: in a few words.
        description: as a clause.
        play: yields the steps of a session without end.
        is_searched: whether settings may be chosen by its sessions.
    """

    title: str
    description: str
    play: Callable[[random.Random], Iterator[Step]]
    is_searched: bool


def recorded(game: str, seed: int) -> list[Trace]:
    """Return the traces of a session: of `layouts`, and of `plans`."""
    return [_played(game, seed, cache) for cache in ("layouts", "plans")]


def is_held_out(game: str, seed: int) -> bool:
    """Return whether settings may not be chosen by a session."""
    return not GAMES[game].is_searched or seed in HELD_OUT_SEEDS


def _played(game: str, seed: int, name: str) -> Trace:
    """Return the trace of one cache; a game that is recorded for its plans prepares a scene each time it opens it."""
    now = 0.0
    caches = {each: RecordingCache[Any, Any](each, entries=MANY, clock=lambda: now) for each in ("layouts", "plans")}
    system = UnitSystem(layouts=caches["layouts"], plans=caches["plans"])
    prepared: dict[int, RefactoredScene] = {}
    for step in itertools.islice(GAMES[game].play(random.Random(f"{game}/{seed}")), LOOKUPS):
        now += step.seconds
        if name == "plans" and not step.changes and step.seconds > FRAME:
            prepared.pop(id(step.scene), None)
        scene = prepared.setdefault(id(step.scene), system.prepare(step.scene))
        if step.changes:
            scene.update(step.changes)
        scene.resolve(scene=step.surface, viewport=step.surface)
    return caches[name].trace(f"{game}/{seed}")


def _as_in_eviction(pattern: str) -> Callable[[random.Random], Iterator[Step]]:
    """Return the openings of a trace of the suite `eviction`, each key a screen of this name at its surface."""

    def play(rng: random.Random) -> Iterator[Step]:
        before = None
        for name, width, height in eviction.TRACES[pattern][1](rng):
            is_drag = before is not None and before[0] == name and width % 1 != 0
            yield Step(_screen(name), Extent(width, height), FRAME if is_drag else _pause(rng))
            before = (name, width, height)

    return play


def _shop(rng: random.Random) -> Iterator[Step]:
    """Yield a shop: from its entrance into one of many shelves, from there to some goods, and back the same way."""
    surface = Extent(*FULL_SCREEN)
    favourites = list(range(30))
    for visit in itertools.count():
        if visit % 20 == 0:
            rng.shuffle(favourites)
        shelf = favourites[min(int(rng.paretovariate(0.7)) - 1, len(favourites) - 1)]
        names = ["entrance", f"shelf-{shelf}"]
        for _ in range(rng.randint(1, 6)):
            names += [f"goods-{shelf}-{rng.randint(0, 11)}", f"shelf-{shelf}"]
        for name in names:
            yield Step(_screen(name), surface, _pause(rng))


def _match(rng: random.Random) -> Iterator[Step]:
    """Yield matches: menus before, and then the recorded frames of one of the recordings."""
    menus = [f"menu-{i}" for i in range(24)]
    while True:
        for _ in range(rng.randint(20, 60)):
            name = menus[min(int(rng.expovariate(0.15)), len(menus) - 1)]
            yield Step(_screen(name), Extent(*FULL_SCREEN), _pause(rng))
        played = recording(rng.choice(RECORDED))
        for frame in played.frames[: rng.randint(60, 200)]:
            yield Step(played.scene, frame.viewport, FRAME, frame.changes)


def _turned(rng: random.Random) -> Iterator[Step]:
    """Yield a battle's HUD on a device that is turned, with windows of the inventory over it, and with drags."""
    hud = recorded_scene("battle-hud")
    windows = [f"window-{i}" for i in range(40)]
    surfaces = [Extent(*device) for device in eviction.DEVICES]
    while True:
        surface = rng.choice(surfaces)
        yield Step(hud, surface, _pause(rng))
        for _ in range(rng.randint(0, 8)):
            name = windows[min(int(rng.expovariate(0.08)), len(windows) - 1)]
            yield Step(_screen(name), surface, _pause(rng))
            yield Step(hud, surface, _pause(rng))
        if rng.random() < DRAGGED:
            for i in range(rng.randint(30, 150)):
                yield Step(hud, Extent(surface.width - i, surface.height), FRAME)


def _pause(rng: random.Random) -> float:
    return FRAME + rng.expovariate(1 / OPENING)


@cache
def _screen(name: str) -> Scene:
    rng = random.Random(name)
    return screen(rng.choice(ELEMENTS), rng.randrange(1 << 30))


GAMES: dict[str, Game] = {
    "screens": Game(
        "Screens, a few favourites",
        "screens are opened and reopened, a few of them much more often than the rest",
        _as_in_eviction("screens"),
        is_searched=True,
    ),
    "drag": Game(
        "The same, with drags of the window",
        "screens are opened as before, and now and then a drag of the window passes many sizes once",
        _as_in_eviction("drag"),
        is_searched=True,
    ),
    "breakpoints": Game(
        "A few surfaces in turn",
        "a few surfaces alternate, as when a device is turned, in sessions with screens of their own",
        _as_in_eviction("breakpoints"),
        is_searched=True,
    ),
    "loop": Game(
        "A tour",
        "65 to 80 screens are opened in the same order, again and again",
        _as_in_eviction("loop"),
        is_searched=True,
    ),
    "shop": Game(
        "A shop",
        "from an entrance into one of 30 shelves, to some goods and back; which shelves are visited most changes",
        _shop,
        is_searched=False,
    ),
    "match": Game(
        "Matches",
        "menus, and between them recorded frames: a dragged window, a scrolled list, texts that change",
        _match,
        is_searched=False,
    ),
    "turned": Game(
        "A turned device",
        "a battle's HUD on six surfaces, with 40 windows that are opened over it, and now and then a drag",
        _turned,
        is_searched=False,
    ),
}
