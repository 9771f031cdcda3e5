"""The flag: its rules, and the share that they give to the refactored system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from unitdocs.errors import InputError
from unitdocs.flags.assignment import BUCKETS, bucket

NAME = "unit-system"
"""The flag's name in a flag file, and its salt if no other is given."""
ORIGINAL: Final = "original"
REFACTORED: Final = "refactored"
ALL = 100.0
TIMES: Final = range(-62_135_596_800, 253_402_300_800)
"""Times that a flag may start at, in seconds since 1970: the years 1 to 9999."""


class Reason(StrEnum):
    """Why a system was chosen.

    `argument` and `setting`: code or a setting names it. `killed`: the flag is killed. `denied`, `allowed`: the flag
    names the key. `not started`: the flag's start is still to come. `share`: the bucket of the key decides. `default`:
    there is no flag file. `fault`: the flag cannot be used.
    """

    ARGUMENT = "argument"
    KILLED = "killed"
    SETTING = "setting"
    DENIED = "denied"
    ALLOWED = "allowed"
    NOT_STARTED = "not started"
    SHARE = "share"
    DEFAULT = "default"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Flag:
    """The rules by which a key gets a system.

    Args:
        version: number of the change that made it, from 1 up.
        salt: text that the buckets depend on; never changed once players are assigned.
        share: buckets that get the refactored system, 0 to 10,000.
        shares: the same for single environments, by name.
        allowed: keys that get the refactored system whatever their bucket is.
        denied: keys that get the original system, also if they are allowed.
        start: time from which the shares hold, in seconds since 1970 (default: at once).
        killed: why nobody gets the refactored system; None if the flag is not killed.
        audit: digest of the last entry of the audit log when the file was written; empty if there was none.
    """

    version: int = 1
    salt: str = NAME
    share: int = 0
    shares: Mapping[str, int] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    start: int | None = None
    killed: str | None = None
    audit: str = ""

    def choose(self, key: str, environment: str, now: float) -> tuple[str, Reason]:
        """Return the system of a key, and the rule that decides.

        Args:
            key: text that identifies a player or session.
            environment: name of the environment, such as `production`.
            now: seconds since 1970.
        """
        if self.killed is not None:
            return ORIGINAL, Reason.KILLED
        if key in self.denied:
            return ORIGINAL, Reason.DENIED
        if key in self.allowed:
            return REFACTORED, Reason.ALLOWED
        if self.start is not None and now < self.start:
            return ORIGINAL, Reason.NOT_STARTED
        share = self.shares.get(environment, self.share)
        return REFACTORED if bucket(self.salt, key) < share else ORIGINAL, Reason.SHARE

    def rules(self) -> dict[str, object]:
        """Return what the flag says as JSON can hold it; shares in buckets, without `audit`."""
        return {
            "version": self.version,
            "salt": self.salt,
            "share": self.share,
            "shares": dict(sorted(self.shares.items())),
            "allowed": sorted(self.allowed),
            "denied": sorted(self.denied),
            "start": self.start,
            "killed": self.killed,
        }

    @classmethod
    def of_rules(cls, rules: Mapping[str, Any]) -> "Flag":
        """Return the flag of such rules.

        Raises:
            KeyError, TypeError: they are not those of a flag.
        """
        flag = cls(**{**rules, "allowed": frozenset(rules["allowed"]), "denied": frozenset(rules["denied"])})
        if not flag._is_of_the_right_types():
            raise TypeError("a rule of the flag is of another type")
        return flag

    def _is_of_the_right_types(self) -> bool:
        return (
            type(self.version) is int
            and isinstance(self.salt, str)
            and isinstance(self.shares, dict)
            and all(type(share) is int for share in (self.share, *self.shares.values()))
            and all(isinstance(key, str) for key in (*self.allowed, *self.denied))
            and (self.start is None or type(self.start) is int)
            and (self.killed is None or isinstance(self.killed, str))
        )


def buckets_of(percent: float) -> int:
    """Return the number of buckets of a percentage.

    Raises:
        InputError: it is not between 0 and 100, or finer than 0.01 %.
    """
    number = percent * BUCKETS / ALL
    if not 0 <= number <= BUCKETS:
        raise InputError(f"PERCENT: {percent:g} is not between 0 and 100")
    if abs(number - round(number)) > 1e-6:  # noqa: PLR2004 -- 0.07 times 100 is not quite 7
        raise InputError(f"PERCENT: {percent:g} is finer than 0.01; give at most two decimals")
    return round(number)


def percent_of(buckets: int) -> str:
    """Return a number of buckets as a percentage, such as `12.5 %`."""
    return f"{buckets * ALL / BUCKETS:g} %"
