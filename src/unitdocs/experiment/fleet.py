"""A simulated fleet: players that really play with the system that the flag gives them, and record real events.

Only the players and their days are simulated. Each session's system is chosen as a game chooses it, its frames are
resolved by that system, and their CPU time is measured. Everything that a fleet records has the source `simulated`.
"""

import contextlib
import datetime as dt
import gc
import os
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field

from unitdocs.errors import InputError
from unitdocs.experiment.columns import SECONDS_A_DAY
from unitdocs.experiment.events import Source
from unitdocs.experiment.playing import BUDGET, Game, Pace, PlayedSums, SimulatedClock, game_of, play
from unitdocs.experiment.writing import EventWriter, SessionEvents
from unitdocs.files.locks import locked
from unitdocs.flags import SystemChooser
from unitdocs.flags.flag import ORIGINAL, REFACTORED
from unitdocs.records.schema import Frozen
from unitdocs.records.store import load_as, save
from unitdocs.settings import Settings
from unitdocs.units import System, create_system

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ACCOUNT = "fleet.json"
"""The name of the file that says what a fleet did."""
QUEUE = 2**20
"""Events that may wait: a fleet makes more of them in a second than a game does."""
WARM_UP = 30
"""Frames of a system before its first session."""
WHAT = "the account of a simulated fleet"
Count = Annotated[int, Field(ge=0)]


class FleetOptions(Frozen):
    """How a fleet plays.

    Args:
        seed: of the players' random numbers.
        frames: frames of a session.
        harm: share by which frames of players of the refactored system take longer than the original's; 0: they have
            the refactored system.
        same: whether those players have the original system, unchanged.
        error_rate: share of their sessions in which a call ends with an error.
        trend: share by which everybody's frames take longer each day than the day before.
        start: the first day.
        scene: scene file, and `recording`: file with recorded sizes of its window; None for the built-in scene.
    """

    seed: int = 1
    frames: Annotated[int, Field(ge=1, le=100_000)] = 30
    harm: Annotated[float, Field(ge=0, le=10)] = 0.0
    same: bool = False
    error_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    trend: Annotated[float, Field(ge=0, le=1)] = 0.0
    start: dt.date
    scene: str | None = None
    recording: str | None = None

    def game(self) -> Game:
        """Return what is played.

        Raises:
            InputError: a file is not what it should be.
        """
        return _game(self.scene, self.recording)


class ArmSums(Frozen):
    """What the players of an arm did; see `PlayedSums`."""

    arm: str
    sessions: Count
    frames: Count
    missed: Count
    errors: Count
    seconds: Annotated[float, Field(ge=0)]

    def played(self) -> PlayedSums:
        """Return the same without the arm."""
        return PlayedSums(self.sessions, self.frames, self.missed, self.errors, self.seconds)


class FleetDay(Frozen):
    """What a fleet did on a day.

    Args:
        day: its number, from 0.
        date: its date.
        flag_versions: versions of the flag that chose.
        arms: what was played, by the system that the flag chose.
        dropped: events that could not be written.
    """

    day: Count
    date: dt.date
    flag_versions: tuple[int, ...]
    arms: tuple[ArmSums, ...]
    dropped: Count

    def of(self, arm: str) -> ArmSums:
        """Return what the players of an arm did."""
        return next(sums for sums in self.arms if sums.arm == arm)


class FleetAccount(Frozen):
    """What a fleet did, and how.

    Args:
        options: how it plays.
        sessions: sessions a day.
        days: what it did on each day.
    """

    format: Literal["unitdocs-fleet"] = "unitdocs-fleet"
    format_version: Literal[1] = 1
    options: FleetOptions
    sessions: Count
    days: tuple[FleetDay, ...] = ()

    def totals(self) -> dict[str, PlayedSums]:
        """Return what was played on all days, by the system that the flag chose."""
        arms = {arm: PlayedSums() for arm in (ORIGINAL, REFACTORED)}
        for sums in (sums for day in self.days for sums in day.arms):
            arms[sums.arm].add(sums.played())
        return arms


@dataclass(frozen=True)
class Shift:
    """The sessions of a day that one process plays.

    Args:
        folder: where the events go.
        flag_file: the flag that chooses.
        options: how they play.
        day: its number, from 0.
        players: numbers of the day's players, all of them.
        first: place of this process's first player among them.
        step: places to its next one.
    """

    folder: Path
    flag_file: Path
    options: FleetOptions
    day: int
    players: range
    first: int = 0
    step: int = 1


@dataclass
class PlayedShift:
    """What one process did."""

    arms: dict[str, PlayedSums]
    versions: set[int]
    dropped: int = 0


class Fleet:
    """A fleet whose processes stay for its days.

    Args:
        folder: where the events go.
        flag_file: the flag that chooses, read again at each day's begin and while it is played.
        options: how it plays.
        processes: processes that play; 1 plays in this one.

    Raises:
        InputError: a file of the options is not what it should be.
    """

    def __init__(self, folder: Path, flag_file: Path, options: FleetOptions, *, processes: int = 1) -> None:
        options.game()
        self.folder, self.flag_file, self.options, self.processes = folder, flag_file, options, processes
        self._pool: ProcessPoolExecutor | None = None
        self._ends: Connection | None = None

    def __enter__(self) -> Self:
        if self.processes > 1:  # not by forks, since the writer has a thread
            context = get_context("spawn")
            ends, self._ends = context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(
                self.processes, mp_context=context, initializer=_end_with, initargs=(ends,)
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None and self._ends is not None:
            self._ends.close()
            self._pool.shutdown(cancel_futures=True)
            self._pool = self._ends = None

    def play_day(self, day: int, players: range) -> FleetDay:
        """Play the sessions of a day, and return what was done.

        Args:
            day: its number, from 0.
            players: numbers of its players; player 7 has the key `player-7`.
        """
        step = self.processes if self._pool else 1
        shifts = [Shift(self.folder, self.flag_file, self.options, day, players, first, step) for first in range(step)]
        played = list(self._pool.map(play_shift, shifts)) if self._pool else [play_shift(shifts[0])]
        return _day_of(self.options, day, played)


def play_day(folder: Path, flag_file: Path, *, day: int, players: range, options: FleetOptions) -> FleetDay:
    """Play the sessions of a day in this process, by the flag as it is now, and return what was done.

    Args:
        folder: where the events go.
        flag_file: the flag that chooses.
        day: its number, from 0: the events have the date of that many days after `options.start`.
        players: numbers of its players; player 7 has the key `player-7`. A player who played on another day is the
            same session again.
        options: how they play.

    Raises:
        InputError: a file of the options is not what it should be.
    """
    return Fleet(folder, flag_file, options).play_day(day, players)


def simulate(
    folder: Path,
    flag_file: Path,
    options: FleetOptions,
    *,
    sessions: int,
    days: int = 1,
    processes: int = 1,
    watch: Callable[[FleetDay], None] = lambda _: None,
) -> FleetAccount:
    """Play days with new players each day, go on where an ended simulation was, and write `fleet.json`.

    Args:
        folder: where the events and the account go.
        flag_file: the flag that chooses.
        options: how they play.
        sessions: sessions a day.
        days: days in total; those of the account are not played again.
        processes: processes that play.
        watch: called after each day.

    Raises:
        InputError: the folder has the account of another fleet, another process plays there, or a file is not what it
            should be.
    """
    _check_dates(options, days)
    place = folder / ACCOUNT
    with locked(place), Fleet(folder, flag_file, options, processes=processes) as fleet:
        account = _continued(place, FleetAccount(options=options, sessions=sessions))
        for day in range(len(account.days), days):
            _remove_unfinished(folder, options, day)
            played = fleet.play_day(day, range(day * sessions, (day + 1) * sessions))
            account = account.model_copy(update={"days": (*account.days, played)})
            save(account, place)
            watch(played)
    return account


def account_of(folder: Path) -> FleetAccount | None:
    """Return what the fleet of a folder did; None if none played there.

    Raises:
        InputError: its file cannot be read.
    """
    place = folder / ACCOUNT
    return load_as(FleetAccount, place, WHAT) if place.exists() else None


def _check_dates(options: FleetOptions, days: int) -> None:
    """Refuse days of which the calendar knows nothing.

    Raises:
        InputError: the last one is after the year 9999.
    """
    try:
        options.start + dt.timedelta(days=days)
    except OverflowError:
        raise InputError(f"--days: {days} days from {options.start} on end after the year 9999; give fewer") from None


def _continued(place: Path, wanted: FleetAccount) -> FleetAccount:
    """Return the account so far.

    Raises:
        InputError: it is of another fleet.
    """
    account = account_of(place.parent)
    if account is None:
        return wanted
    before = {**account.options.model_dump(), "sessions": account.sessions}
    now = {**wanted.options.model_dump(), "sessions": wanted.sessions}
    for name, value in before.items():
        if now[name] != value:
            raise InputError(f"{place}: a fleet with {name} {value} played here, not {now[name]}; give another folder")
    return account


def _remove_unfinished(folder: Path, options: FleetOptions, day: int) -> None:
    """Remove what a simulation wrote that was ended within a day."""
    for path in folder.glob(f"*/{_name(options, day)}*.parquet"):
        path.unlink()


def _name(options: FleetOptions, day: int) -> str:
    return f"fleet{options.seed}-day{day}-"


def _end_with(ends: "Connection") -> None:
    """End this process at once when the other end is closed: the fleet stops, or its process was killed."""

    def wait() -> None:
        with contextlib.suppress(EOFError, OSError):
            ends.recv()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def play_shift(shift: Shift) -> PlayedShift:
    """Play the sessions of a shift in this process."""
    options, done = shift.options, PlayedShift({arm: PlayedSums() for arm in (ORIGINAL, REFACTORED)}, set())
    chooser = SystemChooser(Settings(flag_file=shift.flag_file))
    clock = SimulatedClock(_midnight(options, shift.day))
    with (
        EventWriter(
            shift.folder,
            salt=f"fleet-{options.seed}",
            source=Source.SIMULATED,
            queue=QUEUE,
            every=1,
            clock=clock,
            name=_name(options, shift.day),
        ) as writer,
        _without_old_objects(),
    ):
        for player, clock.now in _starts(shift):
            choice = chooser.choose(f"player-{player}")
            events = writer.session(f"player-{player}", choice, options.game().scene.name)
            done.arms[choice.system].add(_play(shift, player, choice.system, events, clock))
            done.versions.add(choice.flag_version or 0)
    done.dropped = writer.dropped
    return done


@contextlib.contextmanager
def _without_old_objects() -> Iterator[None]:
    """Leave what this process already has out of garbage collections: a player's game has none of it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _starts(shift: Shift) -> Iterator[tuple[int, float]]:
    """Yield the players of a shift, and when each begins: spread over the day, and each ends on it."""
    begin, room = _midnight(shift.options, shift.day), SECONDS_A_DAY - (shift.options.frames + 1) * BUDGET
    for place in range(shift.first, len(shift.players), shift.step):
        yield shift.players[place], begin + room * place / len(shift.players)


def _midnight(options: FleetOptions, day: int) -> float:
    date = options.start + dt.timedelta(days=day)
    return dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()


def _play(shift: Shift, player: int, arm: str, events: SessionEvents, clock: SimulatedClock) -> PlayedSums:
    """Play a session with what its arm has."""
    options = shift.options
    rng = random.Random(f"{options.seed}:{shift.day}:{player}")  # noqa: S311 -- repeatable on purpose
    is_treated = arm == REFACTORED
    return play(
        _system(ORIGINAL if is_treated and (options.same or options.harm) else arm),
        options.game(),
        events,
        clock=clock,
        rng=rng,
        count=options.frames,
        pace=Pace((1 + options.trend) ** shift.day - 1, options.harm if is_treated else 0.0),
        has_error=rng.random() < options.error_rate and is_treated,
    )


@cache
def _system(name: str) -> System:
    """Return a unit system that is loaded and has played: a game is loaded before its first frame."""
    system = create_system(name)
    prepared = system.prepare(game_of(None, None).scene)
    for _ in range(WARM_UP):
        prepared.resolve()
    return system


@cache
def _game(scene: str | None, recording: str | None) -> Game:
    return game_of(*(None if path is None else Path(path) for path in (scene, recording)))


def _day_of(options: FleetOptions, day: int, played: Sequence[PlayedShift]) -> FleetDay:
    """Return what all processes did."""
    arms = {arm: PlayedSums() for arm in (ORIGINAL, REFACTORED)}
    for shift in played:
        for arm, sums in shift.arms.items():
            arms[arm].add(sums)
    return FleetDay(
        day=day,
        date=options.start + dt.timedelta(days=day),
        flag_versions=tuple(sorted(set().union(*(shift.versions for shift in played)))),
        arms=tuple(ArmSums(arm=arm, **asdict(sums)) for arm, sums in arms.items()),
        dropped=sum(shift.dropped for shift in played),
    )
