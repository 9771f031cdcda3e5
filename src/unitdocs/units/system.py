"""The systems by name, and the setting that chooses one."""

import os
from typing import TYPE_CHECKING

from unitdocs.errors import InputError

if TYPE_CHECKING:
    import random

    from unitdocs.units.model.registry import Registry
    from unitdocs.units.original import OriginalSystem
    from unitdocs.units.refactored.system import UnitSystem

ACTIVE_SYSTEM_VARIABLE = "UNITDOCS_SYSTEM"
"""The environment variable that names the active system."""
DEFAULT_SYSTEM = "original"
SYSTEMS = (DEFAULT_SYSTEM, "refactored")
"""The names of the systems."""


def create_system(
    name: str | None = None, *, rng: "random.Random | None" = None, registry: "Registry | None" = None
) -> "OriginalSystem | UnitSystem":
    """Create a system.

    Args:
        name: `original` or `refactored` (default: the value of the variable `UNITDOCS_SYSTEM`, or `original` if that
            is not set).
        rng: where random values are drawn from if a call passes no generator (default: a new one).
        registry: custom strategies, which either system uses (default: none).

    Raises:
        InputError: no system has that name, the generator has no `random()`, or the registry is not a Registry.
    """
    place, chosen = "system", name
    if chosen is None:
        place, chosen = ACTIVE_SYSTEM_VARIABLE, os.environ.get(ACTIVE_SYSTEM_VARIABLE) or DEFAULT_SYSTEM
    if chosen not in SYSTEMS:
        raise InputError(f"{place}: there is no unit system {chosen!r}; give one of {', '.join(SYSTEMS)}")
    if chosen == DEFAULT_SYSTEM:  # a game loads only the system that it uses
        from unitdocs.units.original import OriginalSystem  # noqa: PLC0415

        return OriginalSystem(rng, registry=registry)
    from unitdocs.units.refactored.system import UnitSystem  # noqa: PLC0415

    return UnitSystem(rng, registry=registry)
