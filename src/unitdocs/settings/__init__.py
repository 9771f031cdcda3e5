"""The settings of a game that uses unitdocs, and of the commands that work on its flag.

Each setting is declared once, in [`Settings`][unitdocs.settings.Settings]: its type, default, environment variable,
allowed values and effect. Validation, `unitdocs config` and the tables of the guide read that declaration. The package
needs the standard library alone, and knows neither the unit systems nor the flag.
"""

from unitdocs.settings.loading import Origin, Resolution, SettingValue, load, resolve
from unitdocs.settings.mistakes import cautions
from unitdocs.settings.model import OTHER_VARIABLES, SETTINGS, SETTINGS_VARIABLE, Setting, Settings

__all__ = [
    "OTHER_VARIABLES",
    "SETTINGS",
    "SETTINGS_VARIABLE",
    "Origin",
    "Resolution",
    "Setting",
    "SettingValue",
    "Settings",
    "cautions",
    "load",
    "resolve",
]
