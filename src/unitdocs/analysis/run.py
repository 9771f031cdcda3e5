"""A run record with its results, each computed once."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from unitdocs import records
from unitdocs.analysis.arms import compare_cases, compare_same_code
from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.effects import to_frame_of
from unitdocs.analysis.rounds import RoundValues, round_values

if TYPE_CHECKING:
    from pandas import DataFrame

    from unitdocs.records import RunRecord


@dataclass(frozen=True)
class Run:
    """A run record with its results.

    Args:
        record: the record.
        is_current: whether units, suites, scenes and lock are unchanged since the measurement.
    """

    record: "RunRecord"
    is_current: bool

    @cached_property
    def cases(self) -> tuple[CaseResult, ...]:
        """The result of every case."""
        return compare_cases(self.record)

    @cached_property
    def same_code(self) -> tuple[CaseResult, ...]:
        """The results of the cases in which the treatment was measured against itself."""
        return compare_same_code(self.record)

    @cached_property
    def rounds(self) -> dict[tuple[str, str, str], RoundValues]:
        """The rounds of every case that has any, by suite, scenario and metric."""
        return {
            (case.suite, case.scenario, case.metric): round_values(case) for case in self.record.cases if case.rounds
        }

    @cached_property
    def frames(self) -> "DataFrame":
        """Every frame of the recorded sequences: `records.to_frames()`."""
        return records.to_frames(self.record)

    @cached_property
    def effects(self) -> "DataFrame":
        """Every case as a row: `analysis.to_effects()`."""
        return to_frame_of(self.cases)

    @cached_property
    def suites(self) -> dict[str, str]:
        """Title of each suite by its name."""
        return {suite.name: suite.title for suite in self.record.suites}
