"""The record of scale: how the time and memory of a scene grow with its elements."""

import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

if TYPE_CHECKING:
    from unitdocs.stats.slopes import PowerLaw

Whole = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(gt=0)]
SystemName = Literal["original", "refactored"]
SCALE_LIMIT = 1.05
"""The exponent that growth may have: 1 is proportional."""
SCALE_START = 10_000
"""Elements from which on an exponent is fitted. Below, what each call costs whatever the size is a large part, which
makes growth look slower than it is."""
SCALE_LEVEL = 0.05
FEWEST_SIZES = 3
"""Sizes that an interval needs."""


class TreeShape(StrEnum):
    """The shape of a tree."""

    WIDE = "wide"
    """All elements in one parent: two levels."""
    NESTED = "nested"
    """Two elements in each: as many levels as the number has binary digits."""
    CHAIN = "chain"
    """Each element in the one before it: as many levels as elements."""


class ScaledCost(StrEnum):
    """What grows."""

    RESOLVE = "resolve"
    """Seconds of a resolve at a new viewport."""
    FIRST = "first"
    """Seconds of preparing a scene in a new system and resolving it once."""
    FIRST_UNCOLLECTED = "first_uncollected"
    """The same without the garbage collector."""
    UPDATE = "update"
    """Seconds of replacing 1 % of the elements and resolving."""
    LIVE = "live"
    """Bytes that the system holds of a scene in use."""
    PEAK = "peak"
    """Bytes that it holds at most in the first resolve."""


BYTES = (ScaledCost.LIVE, ScaledCost.PEAK)
"""Costs in bytes; the others are in seconds."""


class ScaleVerdict(StrEnum):
    """Whether an exponent is within the limit."""

    WITHIN = "within"
    """The upper end of the interval is."""
    OPEN = "open"
    """The limit is in the interval, or there is none."""
    ABOVE = "above"
    """The lower end of the interval is above."""


class ScaleSeconds(Frozen):
    """CPU seconds of one size: medians of repetitions.

    Args:
        build: building the scene, which is input and the same in both systems.
        first: preparing it in a new system and resolving it.
        first_uncollected: the same without the garbage collector.
        resolve: a resolve at a new viewport.
        update: replacing 1 % of the elements, and resolving.
        copying: copying an array as large as a result, which is the least that a resolve of arrays takes; None in
            records that do not have it.
    """

    build: Seconds
    first: Seconds
    first_uncollected: Seconds
    resolve: Seconds
    update: Seconds
    copying: Seconds | None = None


class ScaleSize(Frozen):
    """One size of a tree, measured in a process of its own.

    Args:
        round: the round, from 1.
        system: the system.
        shape: the shape of the tree.
        elements: the number of elements.
        seconds: CPU times.
        live_bytes: bytes that the system holds of the scene when it was resolved several times, without the scene.
        peak_bytes: bytes that it holds at most in the first resolve.
        result_bytes: bytes of a result.
        wall: seconds that all of it took.
    """

    round: Annotated[int, Field(ge=1)]
    system: SystemName
    shape: TreeShape
    elements: Annotated[int, Field(ge=1)]
    seconds: ScaleSeconds
    live_bytes: Whole
    peak_bytes: Whole
    result_bytes: Whole
    wall: Seconds

    def cost(self, what: ScaledCost) -> float:
        """Return a cost in seconds or bytes."""
        match what:
            case ScaledCost.LIVE:
                return self.live_bytes
            case ScaledCost.PEAK:
                return self.peak_bytes
            case _:
                return float(getattr(self.seconds, what.value))


class ScaleEnd(Frozen):
    """Where a system stopped before the largest size, and why.

    Args:
        round: the round, from 1.
        system: the system.
        shape: the shape of the tree.
        elements: the first size that was not measured.
        reason: why.
    """

    round: Annotated[int, Field(ge=1)]
    system: SystemName
    shape: TreeShape
    elements: Annotated[int, Field(ge=1)]
    reason: str


class LocalPower(NamedTuple):
    """The exponent between two neighbouring sizes."""

    less: int
    more: int
    exponent: float


class LoadScale(Frozen):
    """How time and memory grow with the elements of a scene.

    Args:
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        sizes: numbers of elements, ascending.
        shapes: shapes of trees.
        systems: the systems.
        rounds: how often all sizes are measured.
        budget: seconds that one size may take by itself.
        most_bytes: memory that a process may have.
        measured: what was measured.
        ends: where a system stopped before the largest size.
        finished: when the last size ended; None in a run that was stopped.
    """

    format: Literal["unitdocs-load-scale"] = "unitdocs-load-scale"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime | None = None
    command: str
    digest: str
    environment: Environment
    sizes: Annotated[tuple[int, ...], Field(min_length=1)]
    shapes: tuple[TreeShape, ...]
    systems: tuple[SystemName, ...]
    rounds: Annotated[int, Field(ge=1)]
    budget: Seconds
    most_bytes: Whole
    measured: tuple[ScaleSize, ...] = ()
    ends: tuple[ScaleEnd, ...] = ()

    def costs(self, system: str, shape: TreeShape, what: ScaledCost) -> dict[int, float]:
        """Return a cost by number of elements: the median over rounds, in seconds or bytes."""
        found: dict[int, list[float]] = {}
        for one in self.measured:
            if one.system == system and one.shape is shape:
                found.setdefault(one.elements, []).append(one.cost(what))
        return {elements: statistics.median(values) for elements, values in sorted(found.items())}

    def power(self, system: str, shape: TreeShape, what: ScaledCost) -> "PowerLaw | None":
        """Return the exponent over the sizes from `SCALE_START` on; None with fewer than three sizes."""
        return _power(self.costs(system, shape, what))

    def copying_power(self) -> "PowerLaw | None":
        """Return the exponent of copying a result's bytes, of all systems and trees; None with fewer than three sizes.

        It is what the machine's memory adds: an array that no longer fits the processor's caches takes longer to copy,
        for each of its bytes.
        """
        found: dict[int, list[float]] = {}
        for one in self.measured:
            if one.seconds.copying is not None:
                found.setdefault(one.elements, []).append(one.seconds.copying)
        return _power({elements: statistics.median(values) for elements, values in sorted(found.items())})

    def local_powers(self, system: str, shape: TreeShape, what: ScaledCost) -> tuple[LocalPower, ...]:
        """Return the exponent between each size and the next, in which a bend shows that a line hides."""
        costs = [(size, cost) for size, cost in self.costs(system, shape, what).items() if cost]
        return tuple(
            LocalPower(less, more, math.log(high / low) / math.log(more / less))
            for (less, low), (more, high) in pairwise(costs)
        )

    def steep_step(self, system: str, shape: TreeShape, what: ScaledCost) -> LocalPower | None:
        """Return the largest exponent between neighbouring sizes from `SCALE_START` on; None without any."""
        steps = [one for one in self.local_powers(system, shape, what) if one.less >= SCALE_START]
        return max(steps, key=lambda one: one.exponent, default=None)


def _power(costs: Mapping[int, float]) -> "PowerLaw | None":
    """Return the exponent of costs by number of elements, over the sizes from `SCALE_START` on."""
    fitted = {size: cost for size, cost in costs.items() if size >= SCALE_START and cost}
    if len(fitted) < FEWEST_SIZES:
        return None
    from unitdocs.stats.slopes import power_of  # noqa: PLC0415 -- reading a record loads no statistics

    return power_of(list(fitted), list(fitted.values()), SCALE_LEVEL)


def verdict_of_power(power: "PowerLaw | None") -> ScaleVerdict:
    """Return whether an exponent is within the limit."""
    if power is None or power.low <= SCALE_LIMIT < power.high:
        return ScaleVerdict.OPEN
    return ScaleVerdict.WITHIN if power.high <= SCALE_LIMIT else ScaleVerdict.ABOVE


def log_sizes(most: int) -> Sequence[int]:
    """Return the sizes up to `most`: 1 and 3 in each decade from 10, from 10,000 on 1, 2 and 5, and `most` itself."""
    small = [step * 10**decade for decade in (1, 2, 3) for step in (1, 3)]
    large = [step * 10**decade for decade in range(4, 7) for step in (1, 2, 5)]
    return (*(size for size in (*small, *large) if size < most), most)
