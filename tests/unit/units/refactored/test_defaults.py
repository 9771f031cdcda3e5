"""The defaults are what the search chose for production, except where other measurements speak against it."""

from dataclasses import replace
from pathlib import Path

from unitdocs.units import SystemSettings, read_settings
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE, SMALLEST_KEPT

CHOSEN = Path(__file__).parents[4] / "benchmarks" / "results" / "settings" / "production.json"


def test_the_defaults_are_the_settings_chosen_for_production() -> None:
    kept = replace(read_settings(CHOSEN), plan_at_once=PLAN_AT_ONCE, smallest_kept=SMALLEST_KEPT)
    assert kept == SystemSettings()
