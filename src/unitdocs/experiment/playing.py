"""A session of a simulated player: frames of a scene, really played by a unit system, with their measured CPU time."""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from unitdocs.errors import InputError
from unitdocs.experiment.writing import SessionEvents
from unitdocs.units import Element, Extent, Position, PreparedScene, Scene, Size, System, load_scene

SCREEN = Extent(1280.0, 720.0)
SLOTS = 8
FIRST_SLOT = 3
BUDGET = 1 / 60
"""Wall time that a frame may take, in seconds."""
LARGEST_RECORDING = 16 * 2**20


class GameFrame(NamedTuple):
    """The changes of one frame: its viewport, and elements by their index."""

    viewport: Extent
    changes: dict[int, Element]


@dataclass(frozen=True)
class Game:
    """What is played.

    Args:
        scene: its scene.
        viewports: recorded sizes of the window, of which each player sees a stretch; if there are none, the built-in
            scene's slots move.
    """

    scene: Scene
    viewports: tuple[Extent, ...] = ()

    def frames(self, rng: random.Random, count: int) -> list[GameFrame]:
        """Return the frames of one player."""
        if not self.viewports:
            return [_moved(rng) for _ in range(count)]
        first = rng.randrange(len(self.viewports))
        return [GameFrame(self.viewports[(first + i) % len(self.viewports)], {}) for i in range(count)]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much slower frames are than the system makes them.

    Args:
        more_work: share of frames whose work is that of one frame more; 1.5 makes it that of two or three.
        wait: share of a frame's time for which it then keeps the processor busy.
    """

    more_work: float = 0.0
    wait: float = 0.0


@dataclass(slots=True)
class PlayedSums:
    """What was played.

    Args:
        sessions: how many.
        frames: their frames.
        missed: frames that took longer than their budget.
        errors: calls that ended with an error.
        seconds: CPU time of the frames, in seconds.
    """

    sessions: int = 0
    frames: int = 0
    missed: int = 0
    errors: int = 0
    seconds: float = 0.0

    def add(self, other: "PlayedSums") -> None:
        """Add what was played elsewhere."""
        self.sessions += other.sessions
        self.frames += other.frames
        self.missed += other.missed
        self.errors += other.errors
        self.seconds += other.seconds


class SimulatedClock:
    """A clock that shows what it is set to.

    Args:
        now: seconds since 1970.
    """

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def game_of(scene: Path | None, recording: Path | None) -> Game:
    """Return what is played: the built-in scene, or one of a file with the recorded sizes of its window.

    Args:
        scene: a scene file; None for the built-in one.
        recording: a JSON file whose member `frames` lists sizes, as `[[1280, 720], [1281, 720]]`.

    Raises:
        InputError: one of the files is not what it should be, or only one is given.
    """
    if scene is None and recording is None:
        return Game(_hud())
    if scene is None or recording is None:
        raise InputError("--scene and --recording: give both, or none of them")
    return Game(load_scene(scene), _viewports(recording))


def play(
    system: System, game: Game, events: SessionEvents, *, clock: SimulatedClock, rng: random.Random, count: int,
    pace: Pace, has_error: bool,
) -> PlayedSums:  # fmt: skip
    """Play a session, and record it as a game does.

    Args:
        system: what the session has.
        game: what is played.
        events: what records it.
        clock: the clock of the events, which goes on with each frame.
        rng: the player's random numbers.
        count: frames.
        pace: how much slower they are.
        has_error: whether a call of the system ends with an error.
    """
    prepared = system.prepare(game.scene)
    sums = PlayedSums(sessions=1)
    for stretch in _stretches(game, rng, count, pace.more_work):
        chance = rng.random()
        begin = time.perf_counter()
        seconds = _seconds_of(prepared, stretch, pace.wait, chance)
        wall = time.perf_counter() - begin
        is_missed = wall > BUDGET
        events.frame(seconds, wall if is_missed else 0.0)
        sums.frames += 1
        sums.missed += is_missed
        sums.seconds += seconds
        clock.now += BUDGET
    if has_error:
        _fail(prepared)
        events.error()
        sums.errors += 1
    return sums


def _stretches(game: Game, rng: random.Random, count: int, more_work: float) -> list[list[GameFrame]]:
    """Return the work of each frame: usually that of one, and of others besides if there is more work."""
    debt = rng.random()
    sizes = []
    for _ in range(count):
        debt += more_work
        sizes.append(1 + int(debt))
        debt -= int(debt)
    frames = iter(game.frames(rng, sum(sizes)))
    return [[next(frames) for _ in range(size)] for size in sizes]


def _seconds_of(prepared: PreparedScene, stretch: Sequence[GameFrame], wait: float, chance: float) -> float:
    """Return the CPU time of a frame, and of its wait.

    A short wait is but a few readings of the clock. It ends at the reading before its end or at the one after it, by
    chance (0 to 1), so that waits have the right length on average.
    """
    begin = time.thread_time()
    for viewport, changes in stretch:
        if changes:
            prepared.update(changes)
        prepared.resolve(scene=viewport, viewport=viewport)
    end = now = time.thread_time()
    end += (end - begin) * wait
    step = 0.0
    while now + step * chance < end:
        before, now = now, time.thread_time()
        step = now - before
    return now - begin


def _fail(prepared: PreparedScene) -> None:
    """Make a call that ends with an error of the unit system."""
    try:
        prepared.update({len(prepared.scene.elements): prepared.scene.elements[0]})
    except InputError:
        return
    raise AssertionError("the unit system took an element that does not exist")


def _hud() -> Scene:
    """Return the built-in scene: a screen with a clock, and a bar of slots."""
    made = [
        Element(
            "screen",
            width=Size("viewport-width", "fill", "width"),
            height=Size("viewport-height", "fill", "height"),
        ),
        Element(
            "clock",
            parent="screen",
            x=Position("parent-center-x", "center", "x", -40),
            y=Position("pixel", 8, "y"),
        ),
        Element(
            "bar",
            parent="screen",
            x=Position("parent-left", "left", "x", 16),
            y=Position("parent-bottom", "bottom", "y", -40),
            width=Size("pixel", 200, "width", max=400),
            height=Size("pixel", 24, "height"),
        ),
    ]
    return Scene("Fleet HUD", (*made, *(_slot(slot, slot * 24) for slot in range(SLOTS))))


def _slot(slot: int, offset: int) -> Element:
    return Element(
        f"slot-{slot}",
        parent="bar",
        x=Position("parent-left", "left", "x", offset),
        y=Position("parent-center-y", "center", "y", -10),
        width=Size("pixel", 20, "width"),
        height=Size("pixel", 20, "height"),
    )


def _moved(rng: random.Random) -> GameFrame:
    """Return a frame in which a slot moves, on a window that is dragged."""
    slot = rng.randrange(SLOTS)
    viewport = Extent(SCREEN.width + rng.randrange(200), SCREEN.height)
    return GameFrame(viewport, {FIRST_SLOT + slot: _slot(slot, rng.randrange(180))})


def _viewports(recording: Path) -> tuple[Extent, ...]:
    """Return the sizes of a recording.

    Raises:
        InputError: it cannot be read, or has none.
    """
    try:
        if recording.stat().st_size > LARGEST_RECORDING:
            raise InputError(f"{recording}: is larger than 16 MiB; give a shorter recording")
        frames = json.loads(recording.read_text(encoding="utf-8"))["frames"]
        viewports = tuple(Extent(float(width), float(height)) for width, height in frames)
    except OSError as error:
        raise InputError(f"{recording}: cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        viewports = ()
    if not viewports or any(not 0 < side < float("inf") for viewport in viewports for side in viewport):
        raise InputError(f"{recording}: needs a member frames with sizes, such as [[1280, 720], [1281, 720]]")
    return viewports
