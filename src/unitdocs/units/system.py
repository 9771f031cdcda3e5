"""The systems by name, and the setting that chooses one."""

import os
from functools import cache
from typing import TYPE_CHECKING

from unitdocs.errors import InputError

if TYPE_CHECKING:
    import random
    from os import PathLike

    from unitdocs.units.model.registry import Registry
    from unitdocs.units.original import OriginalSystem
    from unitdocs.units.refactored.settings import SystemSettings
    from unitdocs.units.refactored.system import UnitSystem

ACTIVE_SYSTEM_VARIABLE = "UNITDOCS_SYSTEM"
"""The environment variable that names the active system."""
DEFAULT_SYSTEM = "original"
SYSTEMS = (DEFAULT_SYSTEM, "refactored")
"""The names of the systems."""
NUMPY_VARIABLE = "UNITDOCS_NUMPY"
"""The environment variable that decides whether the refactored system uses NumPy: `on` or `off`."""
SETTINGS_VARIABLE = "UNITDOCS_SYSTEM_SETTINGS"
"""The environment variable that names the refactored system's settings file."""
NUMPY_SETTINGS = {"on": True, "off": False}


def create_system(
    name: str | None = None,
    *,
    rng: "random.Random | None" = None,
    registry: "Registry | None" = None,
    settings: "SystemSettings | PathLike[str] | str | None" = None,
    numpy: bool | None = None,
) -> "OriginalSystem | UnitSystem":
    """Create a system, and load what its frames need.

    The first refactored system of a process imports NumPy and uses it once, so that no frame does. The suite `cold`
    measures how long that takes; further systems load nothing.

    Args:
        name: `original` or `refactored` (default: the value of the variable `UNITDOCS_SYSTEM`, or `original` if that
            is not set).
        rng: where random values are drawn from if a call passes no generator (default: a new one).
        registry: custom strategies, which either system uses (default: none).
        settings: the refactored system's settings, or the path of their file (default: the file that the variable
            `UNITDOCS_SYSTEM_SETTINGS` names, or the defaults if that is not set). The original system has none.
        numpy: whether the refactored system uses NumPy. Without it, nothing imports NumPy, and scenes of any size are
            resolved through bound units: for single units, for scenes of some tens of elements, and where there is no
            NumPy (default: the value of the variable `UNITDOCS_NUMPY`, `on` or `off`, or `on` if that is not set). The
            original system never uses it.

    Raises:
        InputError: no system has that name, the generator has no `random()`, the registry is not a Registry, the
            settings file cannot be read or has wrong members, the variable for NumPy is neither `on` nor `off`, or
            NumPy cannot be imported.
    """
    place, chosen = "system", name
    if chosen is None:
        place, chosen = ACTIVE_SYSTEM_VARIABLE, os.environ.get(ACTIVE_SYSTEM_VARIABLE) or DEFAULT_SYSTEM
    if chosen not in SYSTEMS:
        raise InputError(f"{place}: there is no unit system {chosen!r}; give one of {', '.join(SYSTEMS)}")
    if chosen == DEFAULT_SYSTEM:  # a game loads only the system that it uses
        from unitdocs.units.original import OriginalSystem  # noqa: PLC0415

        return OriginalSystem(rng, registry=registry)
    make = _refactored_system()
    settings = settings or os.environ.get(SETTINGS_VARIABLE)
    uses_numpy = _numpy_setting() if numpy is None else numpy
    if settings is None or settings == "":
        return make(rng, registry=registry, numpy=uses_numpy)
    from unitdocs.units.refactored.settings import SystemSettings, read_settings  # noqa: PLC0415

    chosen_settings = settings if isinstance(settings, SystemSettings) else read_settings(settings)
    return make(rng, registry=registry, settings=chosen_settings, numpy=uses_numpy)


@cache
def _refactored_system() -> "type[UnitSystem]":
    """Return the class of the refactored system; it is imported once, and an import takes time each time."""
    from unitdocs.units.refactored.system import UnitSystem  # noqa: PLC0415 -- a game loads only the system that it uses

    return UnitSystem


def _numpy_setting() -> bool:
    """Return whether the environment allows NumPy.

    Raises:
        InputError: the variable has another value.
    """
    setting = os.environ.get(NUMPY_VARIABLE) or "on"
    if setting not in NUMPY_SETTINGS:
        raise InputError(f"{NUMPY_VARIABLE}: expected {' or '.join(NUMPY_SETTINGS)}, got {setting!r}")
    return NUMPY_SETTINGS[setting]
