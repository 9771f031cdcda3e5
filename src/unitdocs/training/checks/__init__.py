"""What makes an answer right: a function for each exercise.

A check returns a sentence about a right answer, and raises `WrongAnswer` for any other.
"""

from collections.abc import Callable, Mapping
from typing import Final

from unitdocs.training.attempt import Attempt
from unitdocs.training.checks import first_scene, migrating_a_game, reading_a_verdict

CHECKS: Final[Mapping[tuple[str, str], Callable[[Attempt], str]]] = {
    ("first-scene", "button"): first_scene.check_button,
    ("first-scene", "panel"): first_scene.check_panel,
    ("first-scene", "breakpoint"): first_scene.check_breakpoint,
    ("first-scene", "frames"): first_scene.check_frames,
    ("reading-a-verdict", "effect"): reading_a_verdict.check_effect,
    ("reading-a-verdict", "interval"): reading_a_verdict.check_interval,
    ("reading-a-verdict", "word"): reading_a_verdict.check_word,
    ("reading-a-verdict", "report"): reading_a_verdict.check_report,
    ("migrating-a-game", "scan"): migrating_a_game.check_scan,
    ("migrating-a-game", "write"): migrating_a_game.check_write,
    ("migrating-a-game", "by-hand"): migrating_a_game.check_by_hand,
}
"""Checks by the names of lesson and exercise."""
