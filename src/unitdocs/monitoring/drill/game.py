"""A game for drills: it plays sessions under both systems, and does what an alert is about while it is asked to.

``python -m unitdocs.monitoring.drill.game ALERT FOLDER [--port PORT]`` writes the port of its metrics to standard
output, and reads orders from standard input: ``begin`` and ``end`` of the cause. It ends when standard input does, and
so never outlives the drill.
"""

import argparse
import json
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unitdocs.errors import InputError
from unitdocs.flags import Flag, SystemChooser, changing
from unitdocs.flags.watching import WatchedFlag
from unitdocs.monitoring.health.checks import HealthChecks
from unitdocs.monitoring.health.serving import start_server
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.settings import Settings
from unitdocs.units import Element, Extent, Position, Scene, Size, System, create_system

if TYPE_CHECKING:
    from unitdocs.experiment.writing import EventWriter
    from unitdocs.units import PreparedScene

FRAME: Final = 1 / 50
"""Seconds from one frame to the next."""
BUDGET: Final = 1 / 60
"""Seconds that a frame may take."""
SESSION: Final = 6
"""Frames of a session: players who look in and leave, so that the sessions of hours fit into seconds."""
EVERY: Final = 5
"""Every how many resolves one is timed."""
WARM_UP: Final = 60
"""Frames that the baseline is measured over, after as many that are not counted."""
TOLERANCE: Final = 3.0
"""By how much the baseline is above what was measured: the machine may get busy during the drill, and is no cause."""
INTERVAL: Final = 0.3
"""Seconds after which events are written."""
KEEP: Final = 600.0
"""Seconds for which the results of health checks are kept."""
RECHECK: Final = 1.0
"""The same of the game whose component goes down."""
SCREEN: Final = Extent(1280.0, 720.0)
ROOM: Final = 65_536
"""Events that may wait, as in a game."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What differs from one game to another, and while a cause lasts.

    Args:
        elements: of the scene.
        budget: seconds that a frame may take.
        numpy: whether the refactored system may resolve in NumPy batches.
        has_baseline: whether the time of a resolve is measured at first, for slowdowns.
        wrong_every: every how many frames one has a call that fails; 0 for none.
        layouts: layouts that the cache keeps; 0 turns it off.
        viewports: sizes of the window that come back in turn; 0: each is new.
        wait: seconds for which each frame waits, as for a file.
        queue: events that may wait to be written.
        has_event_folder: whether the folder of the events exists.
        share: buckets of the flag, 0 to 10,000.
        is_flag_whole: whether the flag file can be read.
        follows_flag: whether sessions get the system that the flag gives; otherwise the original.
        has_records: whether the folder that the health check reads exists.
    """

    elements: int = 40
    budget: float = BUDGET
    numpy: bool = True
    has_baseline: bool = False
    wrong_every: int = 0
    layouts: int = 64
    viewports: int = 8
    wait: float = 0.0
    queue: int = ROOM
    has_event_folder: bool = True
    share: int = 5_000
    is_flag_whole: bool = True
    follows_flag: bool = True
    has_records: bool = True


QUIET: Final = Circumstances()
_ALL_REFACTORED: Final = replace(QUIET, share=10_000)
# A frame may take longer here: missed frames inhibit the alert of slow calculations.
_MEASURED: Final = replace(_ALL_REFACTORED, elements=100, budget=0.1, numpy=False, layouts=0, has_baseline=True)
_NOT_ROLLED_OUT: Final = replace(QUIET, share=0)
CIRCUMSTANCES: Final[Mapping[str, tuple[Circumstances, Circumstances, Circumstances]]] = {
    "calculation-slow": (_MEASURED, replace(_MEASURED, elements=4_800), _MEASURED),
    "cache-hit-rate-low": (_ALL_REFACTORED, replace(_ALL_REFACTORED, viewports=0), _ALL_REFACTORED),
    "eviction-storm": (_ALL_REFACTORED, replace(_ALL_REFACTORED, layouts=4), _ALL_REFACTORED),
    "errors-fast": (QUIET, replace(QUIET, wrong_every=8), QUIET),
    "errors-slow": (QUIET, replace(QUIET, wrong_every=120), QUIET),
    "missed-frames": (_ALL_REFACTORED, replace(_ALL_REFACTORED, wait=1.2 * BUDGET), _ALL_REFACTORED),
    "telemetry-stalled": (QUIET, replace(QUIET, has_event_folder=False), QUIET),
    "telemetry-dropped": (QUIET, replace(QUIET, queue=1), QUIET),
    "flag-file-invalid": (QUIET, replace(QUIET, is_flag_whole=False), QUIET),
    "rollout-without-data": (_NOT_ROLLED_OUT, replace(QUIET, follows_flag=False), QUIET),
    "component-down": (QUIET, replace(QUIET, has_records=False), QUIET),
    "nothing-scraped": (QUIET, QUIET, QUIET),  # the drill kills it
}
"""Before, while and after the cause of an alert lasts, by the alert's anchor."""


class DrillGame:
    """A game with its flag, its events and its monitor.

    Args:
        folder: where its files are; it exists.
        circumstances: those at its start.
    """

    def __init__(self, folder: Path, circumstances: Circumstances) -> None:
        self.now = circumstances
        self.flag_file, self.events, self.records = folder / "flags.json", folder / "events", folder / "records"
        self.records.mkdir(exist_ok=True)
        if not self.flag_file.exists():
            changing.create(self.flag_file, Flag(share=circumstances.share), "drill")
        self._flag_content = self.flag_file.read_bytes()
        self._chooser = SystemChooser(Settings(flag_file=self.flag_file))
        self._frames_so_far = 0
        self.monitor = Monitor(
            every=EVERY, budget=circumstances.budget, baseline=self._baseline(), flag=WatchedFlag(self.flag_file)
        )
        self._counts = {name: self.monitor.frames(name) for name in ("original", "refactored")}
        self._scenes = {name: self._prepared(name) for name in self._counts}
        self._writer = self._new_writer()
        self._sessions = count()
        self._frames = self._played()

    def play_frame(self) -> None:
        """Play the next frame, and wait until the one after it is due."""
        begun = time.perf_counter()
        system = next(self._frames)
        seconds = time.perf_counter() - begun
        self._counts[system].count(seconds)
        time.sleep(max(0.0, FRAME - seconds))

    def change(self, circumstances: Circumstances) -> None:
        """Let other circumstances begin."""
        before, self.now = self.now, circumstances
        if (before.elements, before.layouts) != (self.now.elements, self.now.layouts):
            self._scenes = {name: self._prepared(name) for name in self._scenes}
        if before.queue != self.now.queue:
            self._writer.close()
            self._writer = self._new_writer()
        if before.share != self.now.share:
            changing.change(self.flag_file, "share", lambda flag: replace(flag, share=self.now.share), "drill")
        if before.is_flag_whole != self.now.is_flag_whole:
            self._change_flag_file()
        self.flush()  # or a write that goes on would keep its folder
        _change_folder(self.events, exists=self.now.has_event_folder)
        _change_folder(self.records, exists=self.now.has_records)

    def flush(self) -> None:
        """Write the events that wait."""
        self._writer.flush()

    def close(self) -> None:
        """Write the events that wait, and record no more."""
        self._writer.close()

    def _change_flag_file(self) -> None:
        if self.now.is_flag_whole:
            self.flag_file.write_bytes(self._flag_content)
        else:
            self._flag_content = self.flag_file.read_bytes()
            self.flag_file.write_bytes(self._flag_content[: len(self._flag_content) // 2])

    def _played(self) -> Iterator[str]:
        """Play session after session; yield the system of each frame."""
        while True:
            key = f"player-{next(self._sessions)}"
            choice = self._chooser.choose(key)
            system = str(choice.system) if self.now.follows_flag else "original"
            self.monitor.session_began(system)
            session = self._writer.session(key, choice, "bag")
            for _ in range(SESSION):
                begun = time.thread_time()
                self._resolve(system)
                session.frame(time.thread_time() - begun)
                yield system

    def _resolve(self, system: str) -> None:
        """Resolve the scene of a frame, after a call that fails if it is time for one."""
        self._frames_so_far += 1
        scene = self._scenes[system]
        if self.now.wrong_every and self._frames_so_far % self.now.wrong_every == 0:
            with suppress(InputError):  # the game goes on; the monitor has counted it
                scene.update({len(scene.scene.elements): scene.scene.elements[0]})
        viewport = self._viewport()
        scene.resolve(scene=viewport, viewport=viewport)
        if self.now.wait:
            time.sleep(self.now.wait)

    def _viewport(self) -> Extent:
        number = self._frames_so_far % (self.now.viewports or sys.maxsize)
        return Extent(SCREEN.width + number / 64, SCREEN.height)

    def _prepared(self, name: str) -> "PreparedScene":
        system = self.monitor.watch(_system(name, self.now))
        return system.prepare(bag(self.now.elements))

    def _new_writer(self) -> "EventWriter":
        from unitdocs.experiment.writing import EventWriter  # noqa: PLC0415 -- takes long to import

        size = self.now.queue
        writer = EventWriter(self.events, salt="drill", queue=size, batch=min(size, 1_000), interval=INTERVAL)
        self.monitor.events = writer
        return writer

    def _baseline(self) -> dict[tuple[str, str], float]:
        """Measure how long a resolve takes at the game's own pace, at which a processor's caches are cold."""
        if not self.now.has_baseline:
            return {}
        scene = _system("refactored", self.now).prepare(bag(self.now.elements))
        seconds = []
        for _ in range(2 * WARM_UP):
            self._frames_so_far += 1
            viewport = self._viewport()
            begun = time.perf_counter()
            scene.resolve(scene=viewport, viewport=viewport)
            seconds.append(time.perf_counter() - begun)
            time.sleep(FRAME / 2)
        return {("refactored", scene.scene.name): TOLERANCE * statistics.median(seconds[WARM_UP:])}


def bag(elements: int) -> Scene:
    """Return a scene with rows of slots in a window, of a number of elements."""
    screen = Element(
        "screen", width=Size("viewport-width", "fill", "width"), height=Size("viewport-height", "fill", "height")
    )
    return Scene("bag", (screen, *(_slot(number) for number in range(1, elements))))


def _slot(number: int) -> Element:
    row, column = divmod(number, 8)
    return Element(
        f"slot-{number}",
        parent="screen",
        x=Position("parent-left", "left", "x", 24 * column),
        y=Position("parent-top", "top", "y", 24 * row),
        width=Size("pixel", 20, "width"),
        height=Size("pixel", 20, "height"),
    )


def _system(name: str, now: Circumstances) -> System:
    if name == "original":
        return create_system(name)
    from unitdocs.units import Cache, UnitSystem  # noqa: PLC0415 -- loads the refactored system

    return UnitSystem(numpy=now.numpy, layouts=Cache("layouts", entries=now.layouts))


def _change_folder(folder: Path, *, exists: bool) -> None:
    if exists:
        folder.mkdir(parents=True, exist_ok=True)
    while not exists and folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str] | None = None) -> None:
    """Play until standard input ends."""
    parser = argparse.ArgumentParser(prog="drill_game")
    parser.add_argument("alert", choices=list(CIRCUMSTANCES))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    before, meanwhile, after = CIRCUMSTANCES[options.alert]
    game = DrillGame(options.folder, before)
    # Checks take longer than most scrapes of a drill may: only the game that needs them again makes them again.
    health = HealthChecks(game.monitor, records=game.records, keep=KEEP if meanwhile.has_records else RECHECK)
    health.run()
    orders = _Orders({"begin": lambda: game.change(meanwhile), "end": lambda: game.change(after)})
    with start_server(game.monitor, health, port=options.port) as server:
        print(json.dumps({"port": server.port}), flush=True)  # noqa: T201 -- for the drill
        while not orders.have_ended:
            orders.carry_out()
            game.play_frame()


class _Orders:
    """Orders from standard input, carried out between two frames."""

    def __init__(self, actions: Mapping[str, Callable[[], None]]) -> None:
        self._actions = actions
        self._waiting: list[str] = []
        self.have_ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self._waiting.append(line.strip())
        self.have_ended = True

    def carry_out(self) -> None:
        """Do what was ordered since the last call."""
        while self._waiting:
            self._actions[self._waiting.pop(0)]()


if __name__ == "__main__":
    main()
