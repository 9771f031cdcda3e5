"""A run record with what is computed from it, each thing once."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from unitdocs import records
from unitdocs.analysis.cases import Case, read
from unitdocs.analysis.effects import to_effects

if TYPE_CHECKING:
    from pandas import DataFrame

    from unitdocs.records import RunRecord


@dataclass(frozen=True)
class Run:
    """A run record with the two frames that everything shown comes from.

    Args:
        record: the record.
        is_current: whether units, suites, scenes and lock are still those that were measured.
    """

    record: "RunRecord"
    is_current: bool

    @cached_property
    def frame(self) -> "DataFrame":
        """Every sample: `records.to_frame()`."""
        return records.to_frame(self.record)

    @cached_property
    def frames(self) -> "DataFrame":
        """Every frame of the recorded sequences: `records.to_frames()`."""
        return records.to_frames(self.record)

    @cached_property
    def effects(self) -> "DataFrame":
        """Every case: `to_effects()`."""
        return to_effects(self.record)

    @cached_property
    def cases(self) -> list[Case]:
        """Every case as a value."""
        return read(self.effects)

    @cached_property
    def same_code(self) -> list[Case]:
        """The cases in which the treatment was measured against itself."""
        suites = tuple(suite.model_copy(update={"arms": (suite.arms[1],) * 2}) for suite in self.record.suites)
        swapped = self.record.model_copy(update={"suites": suites, "cases": self.record.same_code})
        return read(to_effects(swapped))

    @cached_property
    def suites(self) -> dict[str, str]:
        """Title of each suite by its name."""
        return {suite.name: suite.title for suite in self.record.suites}
