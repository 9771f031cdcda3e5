"""The record of a check of the gate: what it says of changes whose effect is known, and the rates of its verdicts."""

import statistics
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen
from unitdocs.studies.selfcheck import Fraction

if TYPE_CHECKING:
    import pandas as pd

Count = Annotated[int, Field(ge=0)]
COLUMNS = (
    "slowdown", "trials", "found", "found_share", "found_low", "found_high",
    "false_alarms", "false_share", "false_low", "false_high", "cases", "failed", "median_seconds", "longest_seconds",
)  # fmt: skip


class GateTrial(Frozen):
    """One run of the gate on a commit that changes documentation alone, and its parent.

    Args:
        commit: the commit.
        slowdown: share of additional work that was planted in one case; 0 for none.
        planted: the case that it was planted in, as `suite/scenario`; None for none.
        repeat: its number among the trials of this slowdown, from 0.
        cases: cases that were judged.
        slower: those that were called slower.
        faster: those that were called faster.
        failed: number of those without a verdict, because they were not measured or not often enough.
        seconds: how long the run took.
        load: one-minute load average before it; None where the system has none.
    """

    commit: str
    slowdown: Fraction
    planted: str | None = None
    repeat: Count
    cases: Count
    slower: tuple[str, ...] = ()
    faster: tuple[str, ...] = ()
    failed: Count = 0
    seconds: Annotated[float, Field(ge=0)]
    load: float | None = None

    @property
    def is_found(self) -> bool:
        """Whether the planted slowdown was called slower."""
        return self.planted is not None and self.planted in self.slower

    @property
    def is_false_alarm(self) -> bool:
        """Whether any other case was called slower, which fails a pull request without a reason."""
        return any(case != self.planted for case in self.slower)


class GateCheck(Frozen):
    """What a gate said of changes whose effect is known.

    Args:
        finished: when it ended; None while it is running, and where it was stopped.
        slowdowns: the planted slowdowns; 0 is none.
        repeats: planned trials without a slowdown; each slowdown has half as many.
        cases: cases of a run.
        suites: names of the suites that they are taken from; empty for all.
        command: the command that made it.
        digest: digest of the code that measures and decides.
    """

    format: Literal["unitdocs-gate-check"] = "unitdocs-gate-check"
    format_version: Literal[1] = 1
    id: str
    created: datetime
    finished: datetime | None = None
    seed: int
    slowdowns: tuple[Fraction, ...]
    repeats: Count
    cases: Count
    suites: tuple[str, ...] = ()
    command: str
    digest: str = ""
    environment: Environment
    trials: tuple[GateTrial, ...] = ()

    @property
    def planned(self) -> int:
        """The number of trials that it plans."""
        return sum(trials_of(self.repeats, slowdown) for slowdown in self.slowdowns)


def trials_of(repeats: int, slowdown: float) -> int:
    """Return how many trials a slowdown has: half as many as changes that plant none, rounded up."""
    return -(-repeats // 2) if slowdown else repeats


def gate_rates(check: GateCheck) -> "pd.DataFrame":
    """Return one row for each slowdown that has trials.

    | column | meaning |
    | --- | --- |
    | `slowdown` | additional work in one case of the suite, as a share; 0 for none |
    | `trials` | runs of the gate |
    | `found` | how many called the slowed case slower |
    | `found_share`, `found_low`, `found_high` | their share, and its 95 % interval (Clopper and Pearson) |
    | `false_alarms` | how many called any other case slower |
    | `false_share`, `false_low`, `false_high` | the same of these |
    | `cases`, `failed` | cases of all these runs, and how many had no verdict: measured too seldom or not at all |
    | `median_seconds`, `longest_seconds` | duration of a run |
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    groups = [[trial for trial in check.trials if trial.slowdown == slowdown] for slowdown in check.slowdowns]
    return pd.DataFrame([_row(trials) for trials in groups if trials], columns=list(COLUMNS))


def _row(trials: Sequence[GateTrial]) -> dict[str, object]:
    from unitdocs.stats import share_of  # noqa: PLC0415 -- slow to load

    found, alarms = sum(trial.is_found for trial in trials), sum(trial.is_false_alarm for trial in trials)
    shares = {"found": share_of(found, len(trials)), "false": share_of(alarms, len(trials))}
    seconds = [trial.seconds for trial in trials]
    return {
        "slowdown": trials[0].slowdown,
        "trials": len(trials),
        "found": found,
        "false_alarms": alarms,
        **{
            f"{name}_{end}": value
            for name, share in shares.items()
            for end, value in (("share", share.share), ("low", share.low), ("high", share.high))
        },
        "cases": sum(trial.cases for trial in trials),
        "failed": sum(trial.failed for trial in trials),
        "median_seconds": statistics.median(seconds),
        "longest_seconds": max(seconds),
    }
