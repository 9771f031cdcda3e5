"""The declaration of every setting: the one place that holds its name, type, default, variable and effect.

Adding a setting is adding a member to `Settings`. `unitdocs.units` reads `UNITDOCS_SYSTEM`, `UNITDOCS_NUMPY` and
`UNITDOCS_SYSTEM_SETTINGS` itself, because a game may ship nothing else; a test holds that it allows the same values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from unitdocs.settings.kinds import FilePath, Name, OneOf, Share, Switch, ValueKind

SETTINGS_VARIABLE: Final = "UNITDOCS_SETTINGS"
"""The variable that names the settings file."""
OTHER_VARIABLES: Final[Mapping[str, str]] = {
    SETTINGS_VARIABLE: "the settings file that is read",
    "UNITDOCS_BUILD_VERSION": "the version of a package that is built; publishing sets it",
    "UNITDOCS_PACKAGES": "a folder of packages, in the guides",
    "UNITDOCS_REPOSITORY": "the address of the repository, in the guides",
    "UNITDOCS_SOURCES": "where a measurement finds a project's modules; a run sets it",
}
"""Variables with the project's prefix that are no settings, with their meanings."""


@dataclass(frozen=True)
class Setting:
    """The declaration of a setting.

    Args:
        name: its name in Python.
        variable: its environment variable.
        default: its value if nothing sets it.
        kind: which values it may have.
        effect: what it changes, as a clause in Markdown without a full stop.
    """

    name: str
    variable: str
    default: object
    kind: ValueKind
    effect: str

    @property
    def key(self) -> str:
        """Its name in a settings file."""
        return self.name.replace("_", "-")

    def written(self, value: object) -> str:
        """Return a value as a variable holds it; an absent one is `not set`."""
        if value is None:
            return "not set"
        if isinstance(value, bool):
            return "on" if value else "off"
        return f"{value:g}" if isinstance(value, float) else str(value)


def _declared(variable: str, kind: ValueKind, effect: str) -> Mapping[str, object]:
    """Return what a member of `Settings` says of itself besides its name, type and default."""
    return {"variable": variable, "kind": kind, "effect": effect}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, valid and complete. Make them with [`load`][unitdocs.settings.load].

    Args:
        system: the system that every session gets, `original` or `refactored`; None: the flag file decides, or the
            original system if there is none.
        numpy: whether the refactored system uses NumPy.
        system_settings: the settings file of the refactored system; None for the defaults.
        environment: the environment that the process runs in, such as `staging`.
        flag_file: the flag file; None if there is none.
        shadow_share: share of the calls that shadow mode also resolves by the refactored system, 0 to 1.
        shadow_budget: share of the time of all calls that shadow mode may add, 0 to 1.
        log_levels: the file of log levels, which is read again while a game runs; None if there is none.
    """

    system: str | None = field(
        default=None,
        metadata=_declared(
            "UNITDOCS_SYSTEM",
            OneOf(("original", "refactored")),
            "the system that every session gets, unless the flag is killed; if it is not set, the flag file decides, "
            "and without one it is the original",
        ),
    )
    numpy: bool = field(
        default=True,
        metadata=_declared(
            "UNITDOCS_NUMPY",
            Switch(),
            "whether the refactored system uses NumPy, which is then imported when the system is created",
        ),
    )
    system_settings: Path | None = field(
        default=None,
        metadata=_declared(
            "UNITDOCS_SYSTEM_SETTINGS",
            FilePath(),
            "the settings file of the refactored system: cache sizes, when scenes are compiled, validation",
        ),
    )
    environment: str = field(
        default="production",
        metadata=_declared(
            "UNITDOCS_ENVIRONMENT",
            Name(),
            "the environment that the process runs in; the flag may have another share of players for each",
        ),
    )
    flag_file: Path | None = field(
        default=None,
        metadata=_declared(
            "UNITDOCS_FLAG_FILE",
            FilePath(),
            "the flag file, which chooses a system for each player",
        ),
    )
    shadow_share: float = field(
        default=0.0,
        metadata=_declared(
            "UNITDOCS_SHADOW_SHARE",
            Share(),
            "share of the calls that shadow mode also resolves by the refactored system; 0 turns it off",
        ),
    )
    shadow_budget: float = field(
        default=0.01,
        metadata=_declared(
            "UNITDOCS_SHADOW_BUDGET",
            Share(),
            "share of the time that shadow mode may add; above it, calls are not compared",
        ),
    )
    log_levels: Path | None = field(
        default=None,
        metadata=_declared(
            "UNITDOCS_LOG_LEVELS",
            FilePath(),
            "the file of log levels by component, which is read again each second while a game runs",
        ),
    )


SETTINGS: Final = tuple(
    Setting(name=member.name, default=member.default, **member.metadata) for member in fields(Settings)
)
"""The declarations of all settings, in the order in which they are shown."""
