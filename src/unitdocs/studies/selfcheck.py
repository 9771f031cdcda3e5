"""Self-checks: how often verdicts are right where the truth is known. Their schema, and their rates."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen
from unitdocs.stats import BinomialShare, share_of

if TYPE_CHECKING:
    import pandas as pd

Fraction = Annotated[float, Field(ge=0, le=1)]
COLUMNS = (
    "operation", "slowdown", "margin", "repeats", "slower", "faster", "equivalent", "inconclusive",
    "found", "found_low", "found_high", "coverage", "coverage_low", "coverage_high", "median_seconds", "median_rounds",
)  # fmt: skip


class TimeVerdict(StrEnum):
    """A verdict on a time."""

    SLOWER = "slower"
    FASTER = "faster"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


class Truth(Frozen):
    """What is known of an operation.

    Args:
        operation: name of the operation.
        slowdown: how much more work the slowed arm does, as a share.
        ratio: instructions of the slowed arm over those of the plain one; None where they could not be counted.
    """

    operation: str
    slowdown: Fraction
    ratio: float | None = None


class Trial(Frozen):
    """One verdict, from the first round to the last.

    Args:
        operation: name of the operation.
        slowdown: how much more work the slowed arm did, as a share.
        margin: the margin of the verdict.
        repeat: its number, from 0.
        suite: number of the suite that it was judged in, from 0; None where it was judged alone.
        ratio: slowed over plain, as measured.
        low: lower end of its interval.
        high: upper end of its interval.
        seconds: how long it took.
    """

    operation: str
    slowdown: Fraction
    margin: Fraction
    repeat: int
    suite: int | None = None
    verdict: TimeVerdict
    ratio: float
    low: float
    high: float
    rounds: int
    seconds: float


class SelfCheck(Frozen):
    """A self-check of the verdicts on one machine.

    Args:
        finished: when it ended; None while it goes on, and for one that was stopped.
        repeats: verdicts asked for of each operation and slowdown.
        suite_size: cases of a suite that is judged as one.
        suites: suites asked for.
        look_level: the error level of one look at a case that is judged alone.
        command: the command that made it.
        digest: digest of the code that measures and decides.
    """

    format: Literal["unitdocs-selfcheck"] = "unitdocs-selfcheck"
    format_version: Literal[1] = 1
    id: str
    created: datetime
    finished: datetime | None = None
    seed: int
    repeats: int
    suite_size: int
    suites: int
    look_level: float
    command: str
    digest: str = ""
    environment: Environment
    truths: tuple[Truth, ...]
    trials: tuple[Trial, ...] = ()


def rates(check: SelfCheck) -> "pd.DataFrame":
    """Return one row for each operation and slowdown, of the trials that were judged alone.

    | column | meaning |
    | --- | --- |
    | `operation`, `slowdown`, `margin` | what was measured: the slowdown as a share of the work |
    | `repeats` | verdicts |
    | `slower`, `faster`, `equivalent`, `inconclusive` | how many of each |
    | `found` | share that was called slower; for no slowdown, share that was called different: the false rate |
    | `found_low`, `found_high` | its 95 % interval (Clopper and Pearson 1934) |
    | `coverage` | share of intervals that hold the truth: of instructions, or of work where none was counted |
    | `coverage_low`, `coverage_high` | its 95 % interval |
    | `median_seconds`, `median_rounds` | what a verdict took |
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    alone = [trial for trial in check.trials if trial.suite is None]
    groups = ([trial for trial in alone if _is_of(trial, truth)] for truth in check.truths)
    rows = [_row(truth, trials) for truth, trials in zip(check.truths, groups, strict=True) if trials]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def family_rate(check: SelfCheck) -> BinomialShare | None:
    """Return the share of suites of equal code in which any case was called different; None without a whole suite."""
    sizes = {trial.suite: 0 for trial in check.trials if trial.suite is not None}
    wrong = set()
    for trial in check.trials:
        if trial.suite is not None:
            sizes[trial.suite] += 1
            if trial.verdict in (TimeVerdict.SLOWER, TimeVerdict.FASTER):
                wrong.add(trial.suite)
    whole = {suite for suite, size in sizes.items() if size == check.suite_size}
    return share_of(len(wrong & whole), len(whole)) if whole else None


def _is_of(trial: Trial, truth: Truth) -> bool:
    return (trial.operation, trial.slowdown) == (truth.operation, truth.slowdown)


def _row(truth: Truth, trials: Sequence[Trial]) -> dict[str, object]:
    import numpy as np  # noqa: PLC0415 -- slow to load

    counts = {word.value: sum(trial.verdict is word for trial in trials) for word in TimeVerdict}
    found = counts["slower"] if truth.slowdown else counts["slower"] + counts["faster"]
    ratio = truth.ratio or 1 + truth.slowdown
    held = sum(trial.low <= ratio <= trial.high for trial in trials)
    shares = {"found": share_of(found, len(trials)), "coverage": share_of(held, len(trials))}
    return {
        "operation": truth.operation,
        "slowdown": truth.slowdown,
        "margin": trials[0].margin,
        "repeats": len(trials),
        **counts,
        **{
            f"{name}{end}": value
            for name, share in shares.items()
            for end, value in (("", share.share), ("_low", share.low), ("_high", share.high))
        },
        "median_seconds": float(np.median([trial.seconds for trial in trials])),
        "median_rounds": float(np.median([trial.rounds for trial in trials])),
    }
