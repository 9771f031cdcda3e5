"""Results: the values of one arm or one file, from this project's records or another tool's files.

Values of one process are not independent of one another. If a tool reports the process of each value, a result keeps
its values by process; otherwise the result says that the processes are unknown.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from unitdocs.records.schema import Direction, Frozen


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
    """

    suite: str
    name: str
    metric: str = "time"
    unit: str = "s"
    direction: Direction = Direction.LOWER
    groups: Annotated[tuple[Annotated[tuple[FiniteFloat, ...], Field(min_length=1)], ...], Field(min_length=1)]
    by_process: bool

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


class Results(Frozen):
    """All benchmarks of one file.

    Args:
        tool: the tool that measured, with its version if known, such as `pyperf 2.9.0`.
        source: name of the file of the results.
        measured: time of the measurement; None if unknown.
        left_out: numbers of skipped entries by reason, such as `{"calibration runs": 3}`.
    """

    format: Literal["unitdocs-results"] = "unitdocs-results"
    format_version: Literal[1] = 1
    tool: str
    source: str
    measured: datetime | None = None
    left_out: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    results: tuple[Result, ...]
