"""What is played for a soak: cycles of scenes, after each of which the same things are alive.

A cycle ends in the same phase as the one before, so that what a level does between samples is neither growth nor noise.
Most scenes are new each time, with new names: what keeps a key, a name or an object of a scene is found.
"""

import itertools
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from unitdocs.flags.changing import create as create_flag
from unitdocs.flags.choosing import choose_system
from unitdocs.flags.flag import Flag
from unitdocs.monitoring import Monitor
from unitdocs.studies.load_soak import SoakMode
from unitdocs.units import Element, Extent, Position, PreparedScene, Scene, Size, System
from unitdocs.units.refactored.defaults import PLANS
from unitdocs.units.refactored.events import Calculated, Failed, Observers

TINY, SMALL, PLANNED = 6, 24, 60
"""Elements of scenes of which caches keep nothing, the layout, and the plan. Each cache holds scenes of one size: which
of them it holds changes from cycle to cycle, and what they take must not."""
EACH = 3
"""Scenes of a cycle, one of each size."""
POOL = 3 * PLANS
"""Scenes with plans, which come again. None of them finds its plan again: when its turn comes, the cache of plans has
been filled by others once, and its list of what it evicted once more. The system remembers up to 256 of them, which new
ones would fill and empty for as long as they are played: neither a leak nor steady."""
FILL = 2 * POOL
"""Cycles that fill all caches: each scene with a plan has come twice, and the cache of layouts has been filled six
times."""
FEW = 3
"""Cycles that fill what one scene needs."""
ASKED = 3
"""Resolves after which the cache of layouts has kept a layout and found it."""
OUTGROWN = 10
"""Viewports after which a scene has a plan. Each is new to it, so that none of its layouts is kept."""
VIEWPORTS = (Extent(1280.0, 720.0), Extent(720.0, 1280.0))
MANY_VIEWPORTS = tuple(Extent(1280.0 + i, 720.0) for i in range(OUTGROWN))
STEPS = 12
"""Scenes of a cycle that plays one prepared scene again and again."""
CHANGED = 6
"""Elements that are replaced before a resolve."""
THREADS = 4
HALF = 5_000
"""Buckets of the flag that get the refactored system: half of them."""
FILLER = 92 - sys.getsizeof(b"")
"""With the place in the list that keeps it, a leak is 100 bytes: 92 of an object and 8 of its reference."""
LEAK = 100
Create = Callable[[], System]


class Player(Protocol):
    """What plays a mode."""

    scenes: int
    """Scenes of a cycle."""
    fill: int
    """Cycles after which caches are full, several times over; none of them counts."""

    def cycle(self) -> None:
        """Play a cycle."""
        ...


def player(mode: SoakMode, create: Create) -> Player:
    """Return what plays a mode.

    Args:
        mode: the mode.
        create: creates the system.
    """
    match mode:
        case SoakMode.CACHES:
            return CachePlayer(create())
        case SoakMode.OBSERVERS:
            return ObserverPlayer(create())
        case SoakMode.UPDATES:
            return UpdatePlayer(create())
        case SoakMode.THREADS:
            return ThreadPlayer(create())
        case SoakMode.FLAGS:
            return FlagPlayer()


class CachePlayer:
    """Plays more scenes than caches hold: prepared, resolved several times, and dropped."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.scenes = EACH
        self.fill = FILL
        self._scenes = SceneSource()

    def cycle(self) -> None:
        """Play a cycle."""
        for scene in self._scenes.following():
            play(self.system, scene)


class ObserverPlayer:
    """Attaches an observer, resolves, builds a unit, and detaches it; the original system is watched from outside."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.scenes = STEPS
        self.fill = FEW
        self._prepared = system.prepare(made_scene(0, PLANNED))

    def cycle(self) -> None:
        """Play a cycle."""
        observers: Observers | None = getattr(self.system, "observers", None)
        for _ in range(STEPS):
            self._watched() if observers is None else self._observed(observers)

    def _observed(self, observers: Observers) -> None:
        observer = Listener()
        observers.add(observer)
        self._resolve()
        observers.remove(observer)

    def _watched(self) -> None:
        watched = Monitor(every=1).watch(self.system)
        play(watched, self._prepared.scene)

    def _resolve(self) -> None:
        self.system.build(Size("pixel", 24.0, "width"))
        for viewport in VIEWPORTS:
            self._prepared.resolve(scene=viewport, viewport=viewport)


class Listener:
    """An observer that notes the last event."""

    last: object = None

    def calculated(self, event: Calculated) -> None:
        """Receive a calculation."""
        self.last = event

    def cached(self, event: object) -> None:
        """Receive an event of a cache."""
        self.last = event

    def failed(self, event: Failed) -> None:
        """Receive a failure."""
        self.last = event


class UpdatePlayer:
    """Replaces elements of one scene, and resolves it; the tree stays."""

    def __init__(self, system: System) -> None:
        self.scenes = STEPS
        self.fill = FEW
        self._prepared = system.prepare(made_scene(0, PLANNED))
        self._following = itertools.cycle(range(STEPS))

    def cycle(self) -> None:
        """Play a cycle."""
        for _ in range(STEPS):
            update(self._prepared, next(self._following))


class ThreadPlayer:
    """Four new threads a cycle, which play new scenes by one system and update a scene that all of them share."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.scenes = THREADS * EACH
        self.fill = FILL // THREADS
        self._shared = system.prepare(made_scene(0, PLANNED))
        self._scenes = SceneSource()
        self._errors: list[BaseException] = []

    def cycle(self) -> None:
        """Play a cycle.

        Raises:
            BaseException: what a thread raised.
        """
        threads = [threading.Thread(target=self._play, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _play(self, number: int) -> None:
        try:
            for step, scene in enumerate(self._scenes.following()):
                play(self.system, scene)
                update(self._shared, (number + step) % STEPS)
        except BaseException as error:  # noqa: BLE001 -- raised again where the threads are joined
            self._errors.append(error)


class FlagPlayer:
    """Sessions of ever new players, each with the system that a flag of 50 % gives it; both systems stay."""

    def __init__(self) -> None:
        from unitdocs.units import create_system  # noqa: PLC0415 -- NumPy is loaded before anything is counted

        self.scenes = STEPS
        self.fill = 2 * FILL // STEPS  # half of the scenes are the refactored system's
        self._systems = {name: create_system(name) for name in ("original", "refactored")}
        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name) / "flags.json"
        create_flag(self._file, Flag(share=HALF), "soak")
        self._names = itertools.count()

    def cycle(self) -> None:
        """Play a cycle."""
        for _ in range(STEPS):
            number = next(self._names)
            choice = choose_system(f"player-{number:09d}", file=self._file)
            play(self._systems[choice.system], made_scene(number, SMALL))


class SceneSource:
    """The scenes of cycles; several threads may ask for them."""

    def __init__(self) -> None:
        self._names = itertools.count(POOL)
        self._pool = itertools.cycle([made_scene(number, PLANNED) for number in range(POOL)])

    def following(self) -> Iterator[Scene]:
        """Yield the scenes of a cycle: two new ones, and the next one of those that come again."""
        yield made_scene(next(self._names), TINY)
        yield made_scene(next(self._names), SMALL)
        yield next(self._pool)


class PlantedLeak:
    """Keeps some bytes of each scene."""

    def __init__(self, size: int) -> None:
        self._each = size // LEAK
        self._kept: list[bytes] = []

    def grow(self, scenes: int) -> None:
        """Keep the bytes of some scenes."""
        for _ in range(scenes * self._each):
            self._kept.append(bytes(FILLER))


def play(system: System, scene: Scene) -> None:
    """Prepare a scene, resolve it until a cache has what it keeps of it, and drop it."""
    prepared = system.prepare(scene)
    if len(scene.elements) < PLANNED:
        for _ in range(ASKED):
            prepared.resolve(scene=VIEWPORTS[0], viewport=VIEWPORTS[0])
        return
    for viewport in MANY_VIEWPORTS:
        prepared.resolve(scene=viewport, viewport=viewport)


def update(prepared: PreparedScene, step: int) -> None:
    """Replace some elements of a prepared scene and resolve it."""
    elements = prepared.scene.elements
    places = [1 + (CHANGED * step + i) % (len(elements) - 1) for i in range(CHANGED)]
    height = Size("pixel", 20.0 + step, "height")
    prepared.update({place: _with_height(elements[place], height) for place in places})
    prepared.resolve(scene=VIEWPORTS[0], viewport=VIEWPORTS[0])


def made_scene(number: int, elements: int) -> Scene:
    """Return a new scene: a panel with rows in it; its names have the number, in as many letters each time."""
    return Scene(f"scene-{number:09d}", tuple(_elements(f"{number:09d}", elements)))


def _elements(name: str, count: int) -> Iterator[Element]:
    yield Element(
        f"panel-{name}",
        x=Position("scene-center-x", "center", "x", -240.0),
        width=Size("viewport-width", "fill", "width", max=480.0),
        height=Size("pixel", 24.0 * count, "height"),
    )
    for row in range(1, count):
        yield Element(
            f"row-{name}-{row:03d}",
            parent=f"panel-{name}",
            x=Position("parent-left", "left", "x"),
            y=Position("parent-top", "top", "y", 24.0 * row),
            width=Size("parent-width", "fill", "width"),
            height=Size("pixel", 24.0, "height"),
        )


def _with_height(element: Element, height: Size) -> Element:
    return Element(element.id, element.parent, element.x, element.y, element.width, height)
