"""The record of a long run in shadow mode: how much was compared, what differed, and what it cost."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Count = Annotated[int, Field(ge=0)]


class ComparedSource(Frozen):
    """What of one source was compared.

    Args:
        name: the scene, or `golden inputs`.
        resolves: units that were resolved by both systems; of a scene its elements, each time it was resolved.
        different: numbers that differ.
    """

    name: str
    resolves: Count
    different: Count


class ShadowCost(Frozen):
    """What shadow mode costs a game, on one scene.

    Args:
        share: of the calls that are compared.
        budget: share of the time that comparisons may take.
        ratios: time with shadow mode divided by the time of the original system alone, one for each round.
    """

    share: float
    budget: float
    ratios: Annotated[tuple[float, ...], Field(min_length=1)]


class ShadowRun(Frozen):
    """A run in shadow mode.

    Args:
        seed: of the random numbers.
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        sources: what was compared.
        errors: comparisons that ended with an error.
        scene: the scene on which the costs were measured.
        costs: what shadow mode costs, by share and budget.
    """

    format: Literal["unitdocs-shadow-run"] = "unitdocs-shadow-run"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    seed: int
    command: str
    digest: str
    environment: Environment
    sources: Annotated[tuple[ComparedSource, ...], Field(min_length=1)]
    errors: Count
    scene: str
    costs: tuple[ShadowCost, ...]

    @property
    def resolves(self) -> int:
        """How many units and elements were resolved by both systems."""
        return sum(source.resolves for source in self.sources)

    @property
    def different(self) -> int:
        """How many numbers differ."""
        return sum(source.different for source in self.sources)
