"""What makes an answer right: a function for each exercise.

A check returns a sentence about a right answer, and raises `Mistaken` for any other.
"""

from collections.abc import Callable, Mapping
from typing import Final

from unitdocs.training.attempt import Attempt
from unitdocs.training.checks import (
    alert_at_night,
    first_scene,
    migrating_a_game,
    publishing_a_version,
    reading_a_verdict,
    rolling_out,
    tuning_a_cache,
)

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
    ("rollout-with-an-incident", "plan"): rolling_out.check_plan,
    ("rollout-with-an-incident", "incident"): rolling_out.check_incident,
    ("rollout-with-an-incident", "complete"): rolling_out.check_complete,
    ("alert-at-night", "triage"): alert_at_night.check_triage,
    ("alert-at-night", "drill"): alert_at_night.check_drill,
    ("alert-at-night", "repair"): alert_at_night.check_repair,
    ("tuning-a-cache", "lru"): tuning_a_cache.check_lru,
    ("tuning-a-cache", "optimum"): tuning_a_cache.check_optimum,
    ("tuning-a-cache", "choice"): tuning_a_cache.check_choice,
    ("publishing-a-version", "latest"): publishing_a_version.check_leads_to,
    ("publishing-a-version", "published"): publishing_a_version.check_published,
    ("publishing-a-version", "rolled-back"): publishing_a_version.check_rolled_back,
}
"""Checks by the names of lesson and exercise."""
