"""The record of a profile: where the time and the allocations of scenarios go, as call stacks.

Stacks refer to places of the code by their index. The seconds of a stack are those that passed between two samples, so
that a call that no sample could interrupt counts in full.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

COLLECTOR = "garbage collector"
"""The function of the place to which collections belong; its file is empty."""
OUTSIDE = "outside"
"""The part of what no part calls, such as the suite's own loop."""
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[float, Field(ge=0)]
Stack = Annotated[tuple[Count, ...], Field(min_length=1)]


class ProfiledPlace(Frozen):
    """A function.

    Args:
        file: path of its module below the folder that it is imported from; empty for functions written in C.
        function: its name.
        line: its first line; 0 if it has none.
        part: the part of the project that it belongs to; None if it counts to the part that calls it.
    """

    file: str
    function: str
    line: Count = 0
    part: str | None = None

    @property
    def label(self) -> str:
        """The function with its module, such as `cache.get`."""
        module = self.file.rpartition("/")[2].removesuffix(".py")
        return f"{module}.{self.function}" if module else self.function


class SampledStack(Frozen):
    """What was sampled in one stack.

    Args:
        places: indices of places, the operation's own function first.
        samples: samples in which this was the stack.
        microseconds: the time that they represent.
    """

    places: Stack
    samples: Annotated[int, Field(ge=1)]
    microseconds: Count


class AllocationSite(Frozen):
    """What one line allocates in an operation.

    Args:
        places: indices of places, the operation's own function first; the last one allocates.
        line: the line that allocates.
        allocations: allocations of one operation, on average.
        size: bytes that they take together.
    """

    places: Stack
    line: Count
    allocations: Amount
    size: Amount


class ArmProfile(Frozen):
    """The profile of one arm of a scenario.

    Args:
        arm: its name.
        operations: operations while samples were taken.
        seconds: the time that they took, sampling included.
        collecting: seconds of them that the garbage collector took, by its own callbacks.
        stacks: what was sampled.
        tracer: what counted the allocations. `memray` counts each one; `tracemalloc`, where memray cannot be had, those
            that the operation leaves while its result is kept.
        counted: operations whose allocations were counted.
        sites: what allocates, in descending order of size.
        peak: peak of the bytes that one operation had allocated at once, by tracemalloc.
        blocks: memory blocks that one operation and its result left allocated.
    """

    arm: str
    operations: Annotated[int, Field(ge=1)]
    seconds: Annotated[float, Field(gt=0)]
    collecting: Amount
    stacks: tuple[SampledStack, ...]
    tracer: Literal["memray", "tracemalloc"]
    counted: Annotated[int, Field(ge=1)]
    sites: tuple[AllocationSite, ...]
    peak: int
    blocks: int

    @property
    def samples(self) -> int:
        """The number of samples."""
        return sum(stack.samples for stack in self.stacks)

    @property
    def microseconds(self) -> int:
        """The time that all samples represent."""
        return sum(stack.microseconds for stack in self.stacks)

    @property
    def allocations(self) -> float:
        """Allocations of one operation."""
        return sum(site.allocations for site in self.sites)

    @property
    def size(self) -> float:
        """Bytes that one operation allocates, whether they are freed meanwhile or not."""
        return sum(site.size for site in self.sites)


class ProfiledScenario(Frozen):
    """A scenario, profiled with its arms.

    Args:
        suite: the suite.
        scenario: the scenario.
        title: its description.
        elements: elements that it works on; None if that does not apply.
        arms: the profiles.
    """

    suite: str
    scenario: str
    title: str
    elements: int | None = None
    arms: Annotated[tuple[ArmProfile, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        """Suite and scenario."""
        return f"{self.suite}/{self.scenario}"


class CodeProfile(Frozen):
    """Where the time and the allocations of scenarios go.

    Args:
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        rule: how the scenarios were chosen, as a sentence.
        seconds: seconds that each arm was sampled for, about.
        interval: seconds between two samples.
        places: the functions that stacks refer to.
        scenarios: the scenarios.
    """

    format: Literal["unitdocs-profile"] = "unitdocs-profile"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    seed: int
    command: str
    digest: str
    environment: Environment
    rule: str
    seconds: Annotated[float, Field(gt=0)]
    interval: Annotated[float, Field(gt=0)]
    places: tuple[ProfiledPlace, ...]
    scenarios: Annotated[tuple[ProfiledScenario, ...], Field(min_length=1)]


class PlaceCost(NamedTuple):
    """What a function costs in an arm.

    Args:
        place: index of the function.
        own: its share of the time without what it calls, 0 to 1.
        total: its share with what it calls.
        allocations: allocations of one operation, of the function itself.
        size: bytes of them.
    """

    place: int
    own: float
    total: float
    allocations: float
    size: float


class PartCost(NamedTuple):
    """What a part costs in an arm: its share of the time, and allocations and bytes of one operation."""

    part: str
    share: float
    allocations: float
    size: float


def hottest(arm: ArmProfile) -> list[PlaceCost]:
    """Return what each function costs, in descending order of its own time."""
    own, total, allocations, size = (Counter[int]() for _ in range(4))
    for stack in arm.stacks:
        own[stack.places[-1]] += stack.microseconds
        for place in set(stack.places):
            total[place] += stack.microseconds
    for site in arm.sites:
        allocations[site.places[-1]] += site.allocations  # type: ignore[assignment]
        size[site.places[-1]] += site.size  # type: ignore[assignment]
    whole = arm.microseconds or 1
    costs = [
        PlaceCost(place, own[place] / whole, total[place] / whole, allocations[place], size[place])
        for place in {*total, *allocations}
    ]
    return sorted(costs, key=lambda cost: (-cost.own, -cost.total, cost.place))


def by_part(arm: ArmProfile, places: Sequence[ProfiledPlace]) -> list[PartCost]:
    """Return what each part costs, in descending order of its time; the innermost function of any part decides."""
    time, allocations, size = Counter[str](), Counter[str](), Counter[str]()
    for stack in arm.stacks:
        time[_part_of(stack.places, places)] += stack.microseconds
    for site in arm.sites:
        part = _part_of(site.places, places)
        allocations[part] += site.allocations  # type: ignore[assignment]
        size[part] += site.size  # type: ignore[assignment]
    whole = arm.microseconds or 1
    costs = [PartCost(part, time[part] / whole, allocations[part], size[part]) for part in {*time, *size}]
    return sorted(costs, key=lambda cost: (-cost.share, -cost.size, cost.part))


def _part_of(stack: Sequence[int], places: Sequence[ProfiledPlace]) -> str:
    return next((part for place in reversed(stack) if (part := places[place].part)), OUTSIDE)
