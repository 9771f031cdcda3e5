"""The defaults are what the search chose for production."""

from pathlib import Path

from unitdocs.units import SystemSettings, read_settings

CHOSEN = Path(__file__).parents[4] / "benchmarks" / "results" / "settings" / "production.json"


def test_the_defaults_are_the_settings_chosen_for_production() -> None:
    assert read_settings(CHOSEN) == SystemSettings()
