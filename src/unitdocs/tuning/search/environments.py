"""The environments that settings are chosen for: what matters in each, and what it may cost.

Each number has its reason next to it. What an environment requires, such as validation, is the same for the default
settings that the choice is compared with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from unitdocs.errors import InputError

BUDGET: Final = 2_000_000
"""Bytes that a session may hold more than with the default settings: what `docs/decision.toml` allows a layout, a
thousandth of the memory of a phone with 2 GB."""
SAME: Final = 16 * 1024
"""Bytes that do not matter: the absolute margin of peak memory in every run."""


class Priority(StrEnum):
    """What is made as small as possible."""

    TIME = "time"
    BYTES = "bytes"


@dataclass(frozen=True)
class TunedEnvironment:
    """An environment.

    Args:
        name: its name, as in `--environment`.
        title: its title, for readers.
        purpose: what matters in it and what it may cost, with the reason, for readers.
        priority: what is made as small as possible.
        weights: how much a session counts, by its group.
        more_bytes: bytes that the peak of a session may be above that with the default settings.
        slower: how much more time than with the default settings a session may take, as a share.
        validation: what its settings require.
    """

    name: str
    title: str
    purpose: str
    priority: Priority
    weights: Mapping[str, float]
    more_bytes: int
    slower: float
    validation: str = "off"


_SESSIONS: Final = MappingProxyType({"session": 1.0, "start": 0.0})
_STARTS: Final = MappingProxyType({"session": 0.0, "start": 1.0})
ENVIRONMENTS: Final = (
    TunedEnvironment(
        "development",
        "Development",
        "The first second of a session counts, since a game is restarted after each change. Units that lack something "
        "are errors, so that they are found here. A session may hold 2 MB more.",
        Priority.TIME,
        _STARTS,
        BUDGET,
        0.05,
        "strict",
    ),
    TunedEnvironment(
        "staging",
        "Staging",
        "As production, so that what is tested there is what players get; units that lack something are reported.",
        Priority.TIME,
        _SESSIONS,
        BUDGET,
        0.05,
        "warn",
    ),
    TunedEnvironment(
        "production",
        "Production",
        "CPU time of a frame counts. A session may hold 2 MB more: the budget that the decision allows a layout.",
        Priority.TIME,
        _SESSIONS,
        BUDGET,
        0.05,
    ),
    TunedEnvironment(
        "small-memory",
        "Small memory",
        "Bytes count, at equal speed: no session may hold more, or be slower by more than the search's noise, 5 %.",
        Priority.BYTES,
        _SESSIONS,
        SAME,
        0.05,
    ),
)
"""Every environment, in the order of the pages."""
ALL: Final = "all"


def environments_named(name: str) -> tuple[TunedEnvironment, ...]:
    """Return the environments of a name, or all of them.

    Raises:
        InputError: there is none of this name.
    """
    chosen = tuple(one for one in ENVIRONMENTS if name in (one.name, ALL))
    if not chosen:
        raise InputError(f"--environment {name}: give {ALL} or one of {', '.join(one.name for one in ENVIRONMENTS)}")
    return chosen
