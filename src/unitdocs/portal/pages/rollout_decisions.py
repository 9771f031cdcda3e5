"""Part of the page deploy/rollout-decisions: how often rollouts of made-up players end as they should, and how fast."""

import math
import statistics
from collections.abc import Iterator

from unitdocs.formatting import NO_ANSWER, counted, factor, number, percent
from unitdocs.portal.components.markup import Column, Html, Page, admonition, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.studies import RolloutTrials, RolloutTruth, Study

PAGE = Page("deploy/rollout-decisions.md")
ENDS = ("complete", "kill", "hold")


def build_page(rollout_trials: Study[RolloutTrials] | None) -> PageOutput:
    """Return the snippet `trials`."""
    output = PageOutput(PAGE, "rollout-decisions")
    output.snippet("trials", *_trials(rollout_trials))
    return output


def _trials(study: Study[RolloutTrials] | None) -> Iterator[Html]:
    if study is None:
        yield paragraph("Not tried for this site.")
        return
    record = study.record
    if study.is_current is False:
        yield admonition(
            "warning ud-stale", "Stale: the tried rollouts", "The code that decides has changed since they were tried."
        )
    yield paragraph(
        f"Tried on {record.created:%Y-%m-%d} with the default plan and made-up players, of whom it is known what is "
        "true: random numbers, neither players nor a fleet."
    )
    columns = [
        Column("What is true"),
        Column("Right"),
        *(Column(name, is_number=True) for name in ("Rollouts", "Complete", "Killed", "On hold", "Wrong, 95 % bound")),
        Column("Sessions until then, median", is_number=True),
        Column("One test at a fixed time", is_number=True),
    ]
    yield table("How tried rollouts ended", columns, [_row(truth) for truth in record.truths])
    yield tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")


def _row(truth: RolloutTruth) -> list[str]:
    n = len(truth.ends)
    wrong = truth.count("kill") if truth.right == "complete" else n - truth.count("kill")
    return [
        cell_lines(
            f"{truth.about[:1].upper()}{truth.about[1:]}",
            f"{truth.sessions:,} sessions a day, at most {counted(truth.days, 'day')}",
        ),
        truth.right,
        f"{n:,}",
        *(f"{truth.count(end):,}" for end in ENDS),
        cell_lines(percent(wrong / n), f"at most {percent(_at_most(wrong, n))}"),
        _sessions(truth),
        _fixed(truth),
    ]


def _at_most(wrong: int, n: int) -> float:
    """Return the upper end of the 95 % interval of a share (Clopper and Pearson 1934)."""
    from unitdocs.stats import share_of  # noqa: PLC0415 -- slow to load

    return share_of(wrong, n).high


def median_sessions(truth: RolloutTruth) -> float | None:
    """Return the median of the sessions with the refactored system of rollouts that ended as they should."""
    sessions = [end.treated for end in truth.ends if end.action == truth.right]
    return statistics.median(sessions) if sessions else None


def _sessions(truth: RolloutTruth) -> str:
    median = median_sessions(truth)
    return NO_ANSWER if median is None else number(median)


def _fixed(truth: RolloutTruth) -> str:
    """Return the sessions of one test at a fixed time, and how many times as many the rollout took."""
    median = median_sessions(truth)
    if not truth.fixed_sample:
        return NO_ANSWER
    times = f"{factor(median / truth.fixed_sample)} as many" if median and math.isfinite(median) else ""
    return cell_lines(f"{truth.fixed_sample:,}", times)
