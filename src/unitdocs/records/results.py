"""Results: the values of one arm or one file, from this project's records or another tool's files.

Values of one process are not independent of one another. If a tool reports the process of each value, a result keeps
its values by process; otherwise the result says that the processes are unknown. Some files hold no values, only a mean
or a median that the tool saved; a result then says which.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from unitdocs.records.schema import Direction, Frozen

Level = Annotated[float, Field(gt=0, lt=1)]


class SavedStatistic(StrEnum):
    """What a tool saved in place of the values."""

    MEAN = "mean"
    MEDIAN = "median"


class Saved(Frozen):
    """A mean or a median that a tool saved in place of the values.

    Args:
        statistic: which of both.
        low: lower end of its interval; None if the file has none.
        high: upper end.
        level: confidence of the interval, such as 0.99.
    """

    statistic: SavedStatistic
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    level: Level | None = None


class Result(Frozen):
    """One benchmark's values.

    Args:
        suite: the tool's group, file or module; empty if there is none.
        name: name of the benchmark, unique in its suite and metric.
        metric: the metric, such as `time`.
        unit: SI unit of the values, `s`, `B` or `1`, or the tool's own unit.
        direction: the better direction.
        groups: values per operation: one group for each process with `by_process`, otherwise a single group.
        by_process: whether the tool reports the process of each value.
        by_file: whether each group is one of several merged files.
        counted: whether a run record counted the values, so that equal ones are exact.
        saved: which statistic the only value is, if the file holds no values.
        version: version of the benchmark's code, if the tool records it.
    """

    suite: str
    name: str
    metric: str = "time"
    unit: str = "s"
    direction: Direction = Direction.LOWER
    groups: Annotated[tuple[Annotated[tuple[FiniteFloat, ...], Field(min_length=1)], ...], Field(min_length=1)]
    by_process: bool
    by_file: bool = False
    counted: bool = False
    saved: Saved | None = None
    version: str | None = None

    @model_validator(mode="after")
    def _has_one_group_without_processes(self) -> Self:
        if not self.by_process and len(self.groups) > 1:
            raise ValueError("groups: expected a single group if values are not by process")
        return self

    @property
    def key(self) -> tuple[str, str, str]:
        """Suite, name and metric, which are unique in a file."""
        return self.suite, self.name, self.metric

    @property
    def values(self) -> tuple[float, ...]:
        """All values, in order."""
        return tuple(value for group in self.groups for value in group)


class Absence(StrEnum):
    """Why a file has no result of a benchmark."""

    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not applicable"
    UNUSABLE = "left out"
    """An entry that cannot be used, such as a negative time."""


class LeftOut(Frozen):
    """A benchmark, or a part of one, that a file names without a usable result.

    Args:
        suite: as in `Result`.
        name: as in `Result`; the place in the file if the entry has no name.
        metric: the metric; empty if it is unknown.
        absence: why there is no result.
        reason: the reason in words.
    """

    suite: str
    name: str
    metric: str = ""
    absence: Absence
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Suite, name and metric."""
        return self.suite, self.name, self.metric


class Results(Frozen):
    """All benchmarks of one file.

    Args:
        tool: the tool that measured, with its version if known, such as `pyperf 2.9.0`.
        source: name of the file of the results.
        measured: time of the measurement; None if unknown.
        left_out: numbers of skipped entries by reason, such as `{"calibration runs": 3}`.
        left_out_cases: benchmarks without a usable result, each with its reason.
        context: where and of what it was measured, as far as the file says: `machine`, `CPU`, `cores`, `system`,
            `Python`, `build` and `commit`.
    """

    format: Literal["unitdocs-results"] = "unitdocs-results"
    format_version: Literal[1] = 1
    tool: str
    source: str
    measured: datetime | None = None
    left_out: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    left_out_cases: tuple[LeftOut, ...] = ()
    context: Mapping[str, str] = {}
    results: tuple[Result, ...]
