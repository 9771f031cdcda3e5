"""Settings that are valid and still probably not what was meant."""

import os
from collections.abc import Iterator, Mapping
from typing import Final

from unitdocs.settings.loading import Resolution
from unitdocs.settings.model import OTHER_VARIABLES, SETTINGS
from unitdocs.settings.suggestions import suggestion

_PREFIX: Final = "UNITDOCS_"


def cautions(resolution: Resolution, environ: Mapping[str, str] | None = None) -> list[str]:
    """Return one sentence for each thing that is allowed and is probably a mistake.

    Args:
        resolution: the settings.
        environ: the environment (default: that of the process).
    """
    return [*_unknown_variables(os.environ if environ is None else environ), *_without_effect(resolution)]


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    names = (*(setting.variable for setting in SETTINGS), *OTHER_VARIABLES)
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in names:
            yield f"{name}: nothing reads this variable; {suggestion(name, names)}"


def _without_effect(resolution: Resolution) -> Iterator[str]:
    settings = resolution.settings
    if settings.flag_file is None:
        pass
    elif not settings.flag_file.is_file():
        yield f"{settings.flag_file}: there is no such flag file, so every session gets the original system; create it"
    elif settings.system is not None:
        yield f"system is set to {settings.system}, so only a kill in the flag file counts; unset system to roll out"
    if settings.shadow_share and not settings.shadow_budget:
        yield "shadow-share has no effect while shadow-budget is 0; allow it a share of the time, such as 0.01"
