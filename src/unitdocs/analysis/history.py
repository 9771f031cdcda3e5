"""The history: what the cases of many run records come to, without their samples, so that one small file holds all."""

import math
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from unitdocs.analysis.effects import to_effects
from unitdocs.records.schema import Direction, Environment, Frozen, RunRecord, Status
from unitdocs.records.store import load_as

Positive = Annotated[float, Field(gt=0)]


class Machine(Frozen):
    """What times depend on beside the code: only records of equal ones may stand in one series.

    Args:
        cpu: model of the processor.
        cores: how many.
        system: operating system with its version.
        python: implementation and version.
    """

    cpu: str
    cores: int
    system: str
    python: str

    @property
    def key(self) -> str:
        """The same for equal machines, and for no others."""
        return " | ".join((self.cpu, str(self.cores), self.system, self.python))

    @property
    def label(self) -> str:
        """The machine in words."""
        cores = f"{self.cores} core{'' if self.cores == 1 else 's'}"
        return f"{self.cpu}, {cores}, {self.system}, {self.python}"


class Point(Frozen):
    """What one case of a record came to.

    Args:
        control: mean of the control, in `unit`.
        treatment: mean of the treatment, in `unit`.
        ratio: treatment / control.
        low: lower end of its interval.
        high: upper end of its interval.
        level: confidence of the interval, such as 0.99; 1 for exact counts.
        verdict: in the metric's own words.
    """

    suite: str
    scenario: str
    metric: str
    title: str
    unit: str
    direction: Direction
    control: float
    treatment: float
    ratio: Positive
    low: Positive
    high: Positive
    level: Annotated[float, Field(gt=0, le=1)]
    verdict: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Suite, scenario and metric: unique in a record."""
        return self.suite, self.scenario, self.metric


class Entry(Frozen):
    """What one run record came to.

    Args:
        id: of the record.
        version: of unitdocs; None where the record does not tell.
        arms: names of control and treatment, by suite.
        suites: titles, by suite.
        cases: those with a ratio; shares are compared by their difference and have none.
    """

    id: str
    created: datetime
    commit: str | None = None
    version: str | None = None
    machine: Machine
    arms: Mapping[str, tuple[str, str]]
    suites: Mapping[str, str]
    cases: tuple[Point, ...]


class History(Frozen):
    """Records in order of time."""

    format: Literal["unitdocs-history"] = "unitdocs-history"
    format_version: Literal[1] = 1
    entries: tuple[Entry, ...] = ()


def history_of(records: Iterable[RunRecord]) -> History:
    """Return the history of records, in order of time; a record that comes twice stands there once."""
    history = History()
    for record in records:
        history = add(history, record)
    return history


def add(history: History, record: RunRecord) -> History:
    """Return the history with a record in its place; unchanged where a record of this id is there already."""
    if any(entry.id == record.id for entry in history.entries):
        return history
    entries = sorted([*history.entries, _entry(record)], key=lambda entry: (entry.created, entry.id))
    return History(entries=tuple(entries))


def machine_of(environment: Environment) -> Machine:
    """Return the machine of a run."""
    return Machine(
        cpu=environment.cpu,
        cores=environment.cores,
        system=environment.system,
        python=f"{environment.implementation} {environment.python}",
    )


def load_history(path: Path) -> History:
    """Read a history; see `records.load` for the errors."""
    return load_as(History, path, "a history of records")


def _entry(record: RunRecord) -> Entry:
    environment = record.environment
    rows = to_effects(record).to_dict("records")
    return Entry(
        id=record.id,
        created=record.created,
        commit=environment.commit,
        version=environment.packages.get("unitdocs"),
        machine=machine_of(environment),
        arms={suite.name: suite.arms for suite in record.suites},
        suites={suite.name: suite.title for suite in record.suites},
        cases=tuple(_point(row) for row in rows if _has_ratio(row)),
    )


def _has_ratio(row: Mapping[Hashable, Any]) -> bool:
    """Tell whether a case was measured and has a ratio above 0: a side that needs none of something has no trend."""
    if row["status"] != Status.MEASURED or row["ratio"] is None:
        return False
    return all(math.isfinite(row[name]) and row[name] > 0 for name in ("ratio", "low", "high"))


def _point(row: Mapping[Hashable, Any]) -> Point:
    same = ("suite", "scenario", "metric", "title", "unit", "direction", "verdict")
    numbers = {name: name for name in ("ratio", "low", "high", "level")} | {
        "control": "base_mean",
        "treatment": "head_mean",
    }
    known = {name: row[name] for name in same}
    return Point.model_validate(known | {name: _rounded(row[column]) for name, column in numbers.items()})


def _rounded(value: float) -> float:
    """Return a number with six significant digits: more would be noise, and fill the file."""
    return float(f"{value:.6g}")
