"""Results: what one side measured, without a partner, from this project's records or another tool's files.

Values of one process are not independent of one another. A result therefore keeps its values by process where its tool
says which process they came from; where it does not, that is said too, and nothing is made up.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from unitdocs.records.schema import Direction, Frozen


class Result(Frozen):
    """One benchmark's values.

    Args:
        suite: what it belongs to: the tool's group, file or module; empty where there is none.
        name: its name, unique in its suite and metric.
        metric: what was measured, such as `time`.
        unit: SI unit of the values: `s`, `B` or `1`; else the tool's own word.
        direction: which way is better.
        groups: values per operation. With `by_process`, one group a process; else a single group.
        by_process: whether the tool says which process each value came from.
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
            raise ValueError("groups: expected a single group where values are not by process")
        return self

    @property
    def key(self) -> tuple[str, str, str]:
        """Suite, name and metric: unique in a file."""
        return self.suite, self.name, self.metric

    @property
    def values(self) -> tuple[float, ...]:
        """All values, in their order."""
        return tuple(value for group in self.groups for value in group)


class Results(Frozen):
    """All benchmarks of one file.

    Args:
        tool: the tool that measured, with its version where it says so, such as `pyperf 2.9.0`.
        source: name of the file that they were read from.
        measured: when; None where the file does not say.
        left_out: how many entries were left out, by reason, such as `{"calibration runs": 3}`.
    """

    format: Literal["unitdocs-results"] = "unitdocs-results"
    format_version: Literal[1] = 1
    tool: str
    source: str
    measured: datetime | None = None
    left_out: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    results: tuple[Result, ...]
