"""The record of a soak: what was alive after that many scenes, and whether it grows."""

from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from unitdocs.records.schema import Environment, Frozen

if TYPE_CHECKING:
    from unitdocs.stats.slopes import LevelSlope

Whole = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]
SOAK_LIMIT = 1.0
"""Bytes a scene up to which growth does not matter, and which an interval has to exclude on one side."""
LEAST_GROWTH = 8192
"""Bytes that a leak has at least kept in the scenes that count. Less can be a table or two of a bounded cache that were
enlarged, of some kilobytes each."""
SOAK_LEVEL = 0.001
"""Error level of an interval: a run has about ten."""


class SoakMode(StrEnum):
    """What is played."""

    CACHES = "caches"
    OBSERVERS = "observers"
    UPDATES = "updates"
    THREADS = "threads"
    FLAGS = "flags"


class SoakVerdict(StrEnum):
    """Whether live bytes grow."""

    LEAK = "leak"
    """The interval is wholly above the limit, and what was kept is more than a table that was enlarged."""
    STEADY = "steady"
    """The interval is wholly below the limit."""
    INCONCLUSIVE = "inconclusive"
    """Neither of both, or there are too few samples, or the system raised an error."""


class GrowthPlace(Frozen):
    """A line of code whose allocations hold more at the end than after the warm-up.

    Args:
        place: file and line.
        bytes: bytes more for each scene.
        blocks: blocks more for each scene.
    """

    place: str
    bytes: float
    blocks: float


class SoakCell(Frozen):
    """One mode, played with one system.

    Args:
        mode: what was played.
        system: the system; `both` where a flag chose.
        planted: bytes that a planted leak kept of each scene; 0 for none.
        seconds: how long it was played.
        warm: samples at the beginning that fill caches, and are no part of slopes.
        scenes: scenes played until each sample.
        bytes: bytes alive, by tracemalloc.
        blocks: blocks alive, by Python's allocator.
        resident: resident set in bytes, as context; 0 where the system does not say.
        places: lines that hold most more than before, the largest first.
        failure: what the system raised; None if it did not.
    """

    mode: SoakMode
    system: Literal["original", "refactored", "both"]
    planted: Whole = 0
    seconds: Amount = 0
    warm: Whole = 0
    scenes: tuple[Whole, ...] = ()
    bytes: tuple[int, ...] = ()
    blocks: tuple[int, ...] = ()
    resident: tuple[Whole, ...] = ()
    places: tuple[GrowthPlace, ...] = ()
    failure: str | None = None

    @model_validator(mode="after")
    def _has_equal_columns(self) -> Self:
        if len({len(self.scenes), len(self.bytes), len(self.blocks), len(self.resident)}) > 1:
            raise ValueError("scenes, bytes, blocks and resident: expected as many of each")
        return self

    @cached_property
    def slope(self) -> "LevelSlope | None":
        """The slope of live bytes a scene; None with too few samples."""
        return self._slope(self.bytes)

    @cached_property
    def block_slope(self) -> "LevelSlope | None":
        """The slope of live blocks a scene; None with too few samples."""
        return self._slope(self.blocks)

    @property
    def verdict(self) -> SoakVerdict:
        """Whether live bytes grow."""
        slope = self.slope
        if self.failure is not None or slope is None:
            return SoakVerdict.INCONCLUSIVE
        if slope.low > max(SOAK_LIMIT, LEAST_GROWTH / self.counted_scenes):
            return SoakVerdict.LEAK
        return SoakVerdict.STEADY if slope.high < SOAK_LIMIT else SoakVerdict.INCONCLUSIVE

    @property
    def counted_scenes(self) -> int:
        """The scenes from the first sample that counts to the last; 0 with too few samples."""
        return self.scenes[-1] - self.scenes[self.warm] if len(self.scenes) > self.warm else 0

    @property
    def is_proof(self) -> bool:
        """Whether the interval holds 0 and is narrow: half of it is less than the limit."""
        slope = self.slope
        return slope is not None and slope.low <= 0 <= slope.high and slope.half_width < SOAK_LIMIT

    def _slope(self, levels: tuple[int, ...]) -> "LevelSlope | None":
        from unitdocs.stats.slopes import BLOCKS, slope_of  # noqa: PLC0415 -- reading a record loads no statistics

        if len(self.scenes) - self.warm < BLOCKS:
            return None
        return slope_of(self.scenes[self.warm :], levels[self.warm :], SOAK_LEVEL)


class LeakTrial(Frozen):
    """A short soak whose answer is known.

    Args:
        mode: what was played.
        system: the system.
        planted: bytes that a planted leak kept of each scene; 0 for none.
        scenes: scenes that count.
        slope: growth of live bytes a scene.
        low: lower end of its interval.
        high: upper end of its interval.
        verdict: the verdict.
        place: the line that grew most; None if none did.
    """

    mode: SoakMode
    system: Literal["original", "refactored", "both"]
    planted: Whole
    scenes: Whole
    slope: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: SoakVerdict
    place: str | None = None


class LoadSoak(Frozen):
    """A soak: modes and systems in turn, and short soaks whose answer is known.

    Args:
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        minutes: how long all parts are played together.
        modes: the modes.
        systems: the systems.
        trials_planned: short soaks with a planted leak and without, in this order.
        trial_seconds: how long each of them is played.
        warm_share: share of the time of a part that is no part of slopes.
        parts: the parts.
        trials: the short soaks.
        finished: when the last part ended; None in a run that was stopped.
    """

    format: Literal["unitdocs-load-soak"] = "unitdocs-load-soak"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime | None = None
    command: str
    digest: str
    environment: Environment
    minutes: Annotated[float, Field(gt=0)]
    modes: tuple[SoakMode, ...]
    systems: tuple[Literal["original", "refactored"], ...]
    trials_planned: tuple[Whole, Whole] = (0, 0)
    trial_seconds: Amount = 0
    warm_share: Annotated[float, Field(ge=0, lt=1)]
    parts: tuple[SoakCell, ...] = ()
    trials: tuple[LeakTrial, ...] = ()

    def trial_counts(self, *, planted: bool) -> tuple[int, int]:
        """Return how many of the short soaks with, or without, a planted leak were called a leak, and how many ran."""
        chosen = [one for one in self.trials if bool(one.planted) is planted]
        return sum(one.verdict is SoakVerdict.LEAK for one in chosen), len(chosen)
