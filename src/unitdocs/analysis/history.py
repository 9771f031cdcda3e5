"""The history: results of many run records without their samples, in one small file."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.analysis.arms import compare_cases
from unitdocs.analysis.case_result import CaseResult, EffectScale
from unitdocs.records.schema import Direction, Environment, Frozen, RunRecord
from unitdocs.records.store import load_as

Positive = Annotated[float, Field(gt=0)]


class Machine(Frozen):
    """The machine that times depend on: only records of equal machines belong to one series.

    Args:
        cpu: model of the processor.
        cores: number of cores.
        system: operating system with its version.
        python: implementation and version.
    """

    cpu: str
    cores: int
    system: str
    python: str

    @property
    def key(self) -> str:
        """A key that is the same only for equal machines."""
        return " | ".join((self.cpu, str(self.cores), self.system, self.python))

    @property
    def label(self) -> str:
        """The machine in words."""
        cores = f"{self.cores} core{'' if self.cores == 1 else 's'}"
        return f"{self.cpu}, {cores}, {self.system}, {self.python}"


class HistoryPoint(Frozen):
    """The result of one case of a record.

    Args:
        control: mean of the control, in `unit`.
        treatment: mean of the treatment, in `unit`.
        ratio: treatment / control.
        low: lower end of its interval.
        high: upper end of its interval.
        level: confidence of the interval, such as 0.99; 1 for exact counts.
        verdict: the verdict's label.
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


class HistoryEntry(Frozen):
    """The results of one run record.

    Args:
        id: of the record.
        version: of unitdocs; None if the record does not say.
        arms: names of control and treatment, by suite.
        suites: titles, by suite.
        cases: results with a ratio; shares are compared by their difference and have no ratio.
    """

    id: str
    created: datetime
    commit: str | None = None
    version: str | None = None
    machine: Machine
    arms: Mapping[str, tuple[str, str]]
    suites: Mapping[str, str]
    cases: tuple[HistoryPoint, ...]


class History(Frozen):
    """Records in chronological order."""

    format: Literal["unitdocs-history"] = "unitdocs-history"
    format_version: Literal[1] = 1
    entries: tuple[HistoryEntry, ...] = ()


def history_of(records: Iterable[RunRecord]) -> History:
    """Return the history of records in chronological order; duplicate records are added once."""
    history = History()
    for record in records:
        history = add_to_history(history, record)
    return history


def add_to_history(history: History, record: RunRecord) -> History:
    """Return the history with a record added in chronological order; unchanged if it already has the record."""
    return history if _holds(history, record.id) else merged_histories(history, History(entries=(_entry(record),)))


def merged_histories(history: History, other: History) -> History:
    """Return a history with the entries of another in chronological order, except those of records that it has."""
    new = [entry for entry in other.entries if not _holds(history, entry.id)]
    if not new:
        return history
    return History(entries=tuple(sorted([*history.entries, *new], key=lambda entry: (entry.created, entry.id))))


def _holds(history: History, record: str) -> bool:
    return any(entry.id == record for entry in history.entries)


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


def _entry(record: RunRecord) -> HistoryEntry:
    environment = record.environment
    return HistoryEntry(
        id=record.id,
        created=record.created,
        commit=environment.commit,
        version=environment.packages.get("unitdocs"),
        machine=machine_of(environment),
        arms={suite.name: suite.arms for suite in record.suites},
        suites={suite.name: suite.title for suite in record.suites},
        cases=tuple(point for case in compare_cases(record) if (point := _point(case))),
    )


def _point(case: CaseResult) -> HistoryPoint | None:
    """Return a case for the history; None without a finite ratio above 0, whose trend cannot be drawn on a log axis."""
    effect = case.effect
    if (
        effect is None
        or effect.scale is not EffectScale.RATIO
        or case.control_mean is None
        or case.treatment_mean is None
    ):
        return None
    if not all(math.isfinite(end) and end > 0 for end in (effect.estimate, effect.low, effect.high)):
        return None
    return HistoryPoint(
        suite=case.suite,
        scenario=case.scenario,
        metric=case.metric,
        title=case.title,
        unit=case.unit,
        direction=case.direction,
        control=_rounded(case.control_mean),
        treatment=_rounded(case.treatment_mean),
        ratio=_rounded(effect.estimate),
        low=_rounded(effect.low),
        high=_rounded(effect.high),
        level=_rounded(effect.level),
        verdict=case.verdict_label,
    )


def _rounded(value: float) -> float:
    """Return a number with six significant digits: more would be noise and enlarge the file."""
    return float(f"{value:.6g}")
