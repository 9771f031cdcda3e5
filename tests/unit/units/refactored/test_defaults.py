"""The defaults are what the search chose for production, except where another suite speaks against it."""

from dataclasses import replace
from pathlib import Path

from unitdocs.units import SystemSettings, read_settings
from unitdocs.units.refactored.defaults import PLAN_AT_ONCE

CHOSEN = Path(__file__).parents[4] / "benchmarks" / "results" / "settings" / "production.json"


def test_the_defaults_are_the_settings_chosen_for_production() -> None:
    assert replace(read_settings(CHOSEN), plan_at_once=PLAN_AT_ONCE) == SystemSettings()
