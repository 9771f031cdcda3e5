"""The record of a search for settings of the refactored system: every trial, the Pareto front, what was chosen."""

import math
import statistics
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from unitdocs.records.schema import Environment, Frozen

Value = int | str
"""A value of a setting: a number of entries, bytes or elements, or the name of a policy."""
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0)]
Hits = tuple[Count, Count]
"""Hits and lookups."""


class SearchedSetting(Frozen):
    """A setting, and the values that were tried.

    Args:
        place: its place in a settings file, such as `plans.entries`.
        title: what it is, for readers.
        default: its default.
        choices: the values that were tried, in order; the default alone if it was not searched.
        reason: why it was searched, or why it was not.
    """

    place: str
    title: str
    default: Value
    choices: Annotated[tuple[Value, ...], Field(min_length=1)]
    reason: str

    @property
    def is_searched(self) -> bool:
        """Whether more than one value was tried."""
        return len(self.choices) > 1


class SearchScenario(Frozen):
    """A session that the search measured.

    Args:
        name: its name in the suite `training`.
        title: its title, for readers.
        group: `session`, or `start` for the first second of one.
    """

    name: str
    title: str
    group: str


class TrialState(StrEnum):
    """How far a trial was measured."""

    TIMED = "timed"
    """Counted, and timed in the sessions in which it does other work than a trial before it."""
    DOMINATED = "dominated"
    """Counted alone: an earlier trial with the same rules holds no more bytes and has no fewer hits anywhere."""


class ScenarioMeasure(Frozen):
    """A trial in one session.

    Args:
        scenario: the session.
        peak: the most bytes that the session had allocated at once, counted.
        counts: hits and lookups by the name of their rate, counted.
        log_ratios: logarithms of CPU time divided by that of the default settings, one for each round; empty if it does
            the same work as the default settings, whose ratio is 1.
        same_as: the trial whose times these are, because both do the same work; None if it was timed itself.
    """

    scenario: str
    peak: Count
    counts: dict[str, Hits] = Field(default_factory=dict)
    log_ratios: tuple[float, ...] = ()
    same_as: int | None = None

    @property
    def log_ratio(self) -> float:
        """The mean of the log ratios; 0 if there is none."""
        return math.fsum(self.log_ratios) / len(self.log_ratios) if self.log_ratios else 0.0

    @property
    def cautious_log_ratio(self) -> float:
        """The mean of the log ratios and two standard errors: what of a gain is certain, about; 0 if there is none."""
        if len(self.log_ratios) < 2:  # noqa: PLR2004 -- a spread needs two
            return self.log_ratio
        return self.log_ratio + 2 * statistics.stdev(self.log_ratios) / math.sqrt(len(self.log_ratios))


class SearchTrial(Frozen):
    """One choice of settings.

    Args:
        number: its number, from 0; 0 is the default settings.
        point: the value of each searched setting, by its place in a settings file.
        state: how far it was measured.
        dominated_by: the trial that dominates it, if it was only counted.
        time: CPU time a frame divided by that of the default settings: the geometric mean over the sessions; that of
            the dominating trial if it was only counted.
        bytes: peak memory of a session divided by that of the default settings: the geometric mean.
        measures: each session.
        seconds: how long the trial took.
    """

    number: Count
    point: dict[str, Value]
    state: TrialState
    dominated_by: int | None = None
    time: Annotated[float, Field(gt=0)]
    bytes: Annotated[float, Field(gt=0)]
    measures: tuple[ScenarioMeasure, ...]
    seconds: Share


class ChosenSettings(Frozen):
    """The settings that were chosen for an environment.

    Args:
        environment: name of the environment.
        title: its title.
        purpose: what matters in it, and what it may cost.
        more_bytes: bytes that a session may hold more than with the default settings.
        trial: the trial whose values they are.
        reason: why this one.
        settings: the content of the settings file.
    """

    environment: str
    title: str
    purpose: str
    more_bytes: Count
    trial: Count
    reason: str
    settings: dict[str, Any]


class TuningSearch(Frozen):
    """A search for settings.

    Args:
        finished: when it ended; None while it is running, and where it was stopped.
        command: the command that made it.
        digest: digest of the files that the record depends on.
        seed: seed of the search and of the order of the arms.
        budget: seconds that it may take.
        seconds: seconds that it took.
        sampler: how values were chosen.
        sensitivity: digest of the record of sensitivity that says what to search; empty if there was none.
        settings: every setting, searched or not.
        scenarios: the sessions that were measured.
        held_out: the sessions of the proof, none of which the search saw.
        trials: every trial, in order.
        front: numbers of the trials that no other one beats in both time and bytes, by ascending time.
        chosen: the settings chosen for each environment.
    """

    format: Literal["unitdocs-tuning-search"] = "unitdocs-tuning-search"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime | None = None
    command: str
    digest: str
    environment: Environment
    seed: int
    budget: Share
    seconds: Share = 0.0
    sampler: str
    sensitivity: str = ""
    settings: tuple[SearchedSetting, ...]
    scenarios: Annotated[tuple[SearchScenario, ...], Field(min_length=1)]
    held_out: tuple[str, ...] = ()
    trials: tuple[SearchTrial, ...] = ()
    front: tuple[Count, ...] = ()
    chosen: tuple[ChosenSettings, ...] = ()

    @property
    def timed(self) -> tuple[SearchTrial, ...]:
        """The trials that were timed."""
        return tuple(trial for trial in self.trials if trial.state is TrialState.TIMED)

    @model_validator(mode="after")
    def _numbers_its_trials(self) -> Self:
        if [trial.number for trial in self.trials] != list(range(len(self.trials))):
            raise ValueError("trials: expected the numbers 0, 1, 2 and so on, each once")
        last = len(self.trials) - 1
        named = [*self.front, *(one.trial for one in self.chosen)]
        if any(number > last for number in named):
            raise ValueError(f"front and chosen: expected numbers of trials, 0 to {last}, got {named}")
        return self
