"""Which sessions the search measures and which the proof, and a session as the operation of a suite.

The split is here alone. It is by game and by seed: the proof has kinds of games that the search never saw, and other
games of the kinds that it saw; and by recording. Seeds and lists were written before the search ran.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import _games

from _recordings import recording
from unitdocs.bench import Operation, Scenario
from unitdocs.tuning.search.space import BASELINE
from unitdocs.units import SystemSettings, read_settings
from unitdocs.units.refactored.system import UnitSystem

CANDIDATE = "TUNING_CANDIDATE"
"""The variable that names the settings file of a candidate."""
SETTINGS = Path(__file__).parents[2] / "results" / "settings"
"""The chosen settings, a file for each environment."""
TRAINING = (
    "screens/1", "panels/1", "rooms/1", "devices/1", "world/1", "tour/1", "screens/2", "screens/4", "screens/11",
    "tour/2", "panels/4",
)  # fmt: skip
"""Of the games of screens, two show large ones most of the time, `screens/4` shows more small ones than the others and
`screens/11` those of 40 to 100 elements. The panels of the last one are more than the layouts that are kept before any
search."""
TRAINING_RECORDINGS = ("window-drag", "text-changes")
TRAINING_STARTS = ("screens/1", "panels/1", "devices/1")
HELD_OUT = (
    "screens/501", "screens/502", "panels/501", "panels/502", "rooms/501", "devices/501", "world/501", "tour/501",
    "cards/501", "windows/501", "panels/511",
)  # fmt: skip
"""The search never saw games of cards or windows. The panels of the last one are more than the layouts that are kept
before any search."""
HELD_OUT_RECORDINGS = ("animation", "breakpoint-switch", "scrolling-list")
HELD_OUT_STARTS = ("screens/501", "panels/501", "devices/501", "cards/501")
QUICK = ("screens/501", "rooms/501", "tour/501", "start/screens/501")
"""What a quick run of the proof has time for."""
TITLES = {
    "screens": "{} screens, some opened much more often than others",
    "panels": "{} panels on one display, shown and hidden",
    "rooms": "{} screens that are shown once and never again",
    "devices": "{} screens on a device that is turned",
    "world": "A large scene that moves, with {} scenes on one display",
    "cards": "A collection of {} cards, browsed",
    "tour": "A tour of {} screens, again and again",
    "windows": "{} scenes in a window that changes its size",
}


def scenarios(sessions: Sequence[str], recordings: Sequence[str], starts: Sequence[str]) -> list[Scenario]:
    """Return the scenarios of a suite."""
    return [
        *(Scenario(name, _title(name), quick=name in QUICK) for name in sessions),
        *(Scenario(f"recording/{name}", f"The recorded frames of {name}") for name in recordings),
        *(
            Scenario(f"start/{name}", f"{_title(name)}: the first second", quick=f"start/{name}" in QUICK)
            for name in starts
        ),
    ]


def game_of(name: str) -> _games.Game:
    """Return the game of a scenario."""
    kind, _, rest = name.partition("/")
    if kind == "start":
        return game_of(rest).start()
    if kind == "recording":
        return _recorded(rest)
    return _games.game(kind, int(rest))


def candidate_settings() -> SystemSettings:
    """Return the settings that the variable names; the baseline without it."""
    path = os.environ.get(CANDIDATE)
    return read_settings(path) if path else BASELINE


def operation(settings: SystemSettings, name: str, *, has_paths: bool = False) -> Operation:
    """Return the operation of playing a session with a new system, from its first frame to its last.

    The peak memory of a call is all that a session holds at once.

    Args:
        settings: the settings of the system.
        name: the scenario.
        has_paths: whether the number of scenes resolved each way is counted as well as the hits of both caches.
    """
    game = game_of(name)
    totals: dict[str, tuple[int, int]] = {}

    def call() -> None:
        system = UnitSystem(settings=settings)
        _games.play(system, game)
        for rate, (hits, tries) in _counts(system, has_paths=has_paths).items():
            before = totals.get(rate, (0, 0))
            totals[rate] = before[0] + hits, before[1] + tries

    def result() -> list[list[tuple[float, ...]]]:
        return _games.answers(UnitSystem(settings=settings), game)

    return Operation(call, result, _read(totals), inner=len(game.frames))


def _counts(system: UnitSystem, *, has_paths: bool) -> dict[str, tuple[int, int]]:
    counts = {
        rate: (counted.hits, counted.hits + counted.misses)
        for rate, counted in (
            ("cache hit rate", system.layouts.statistics()),
            ("plan cache hit rate", system.plans.statistics()),
        )
    }
    if has_paths:
        resolved: Any = system.statistics()["scenes resolved"]
        counts |= {f"resolved, {path}": (number, sum(resolved.values())) for path, number in resolved.items()}
    return counts


def _read(totals: Mapping[str, tuple[int, int]]) -> Callable[[], Mapping[str, tuple[int, int]]]:
    return lambda: dict(totals)


def _recorded(name: str) -> _games.Game:
    """Return a recording as a game of one scene."""
    played = recording(name)
    frames = [
        _games.GameFrame([(0, frame.viewport)], [0] if number == 0 else (), changes=frame.changes or None)
        for number, frame in enumerate(played.frames)
    ]
    return _games.Game([played.scene], frames)


def _title(name: str) -> str:
    kind, _, _ = name.partition("/")
    return TITLES[kind].format(len(game_of(name).scenes))
