"""What a run comes to: its answer in a sentence, its cases with the worst first, and what to do about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from unitdocs.analysis import to_effects
from unitdocs.analysis.cases import MAIN_TIMES, Case, Outcome, describe, measured, metrics, read, tally
from unitdocs.formatting import counted, listed, percent
from unitdocs.records import RunRecord

ORDER = (Outcome.WORSE, Outcome.INCONCLUSIVE, Outcome.NONE, Outcome.EQUIVALENT, Outcome.BETTER)
"""Worst first."""
MOST_NAMED = 3
"""Cases named in a sentence; the others are counted."""


@dataclass(frozen=True)
class Findings:
    """What a run comes to.

    Args:
        record: the run.
        cases: all cases, worst first; those that do not apply are left out.
        summary: the answer in plain sentences.
        advice: what to do, in order of weight, each with what it rests on.
    """

    record: RunRecord
    cases: tuple[Case, ...]
    summary: tuple[str, ...]
    advice: tuple[str, ...]

    def of_metric(self, metric: str) -> list[Case]:
        """Return the cases of a metric, worst first."""
        return [case for case in self.cases if case.metric == metric]

    @property
    def metrics(self) -> list[str]:
        """The metrics of all cases, time first."""
        return metrics(self.cases)


def find(record: RunRecord) -> Findings:
    """Return the findings of a run."""
    cases = [case for case in read(to_effects(record)) if case.status != "not applicable"]
    ordered = tuple(sorted(cases, key=_badness))
    return Findings(record, ordered, tuple(_summary(record, ordered)), tuple(_advice(record, ordered)))


def _badness(case: Case) -> tuple[int, float]:
    return ORDER.index(case.outcome), case.standing


def _summary(record: RunRecord, cases: Sequence[Case]) -> list[str]:
    said = [_counts(metric, cases) for metric in metrics(cases)]
    times = [case for case in measured(cases) if case.metric in MAIN_TIMES]
    if times:
        said.append(f"Worst case: {times[0].title}, {describe(times[0])}.")
    if record.finished is None:
        said.append("The run did not finish: cases are missing.")
    return said


def _counts(metric: str, cases: Sequence[Case]) -> str:
    chosen = [case for case in cases if case.metric == metric]
    counts = [(outcome, tally(chosen, outcome)) for outcome in (Outcome.BETTER, *ORDER[:-1])]
    words = [f"{outcome} in {count}" for outcome, count in counts if count]
    return f"{metric.capitalize()}: {listed(words)} of {counted(len(chosen), 'case')}."


def _advice(record: RunRecord, cases: Sequence[Case]) -> list[str]:
    said = []
    times = [case for case in cases if case.metric in MAIN_TIMES]
    failed = [case for case in cases if case.status == "failed"]
    worse = [case for case in times if case.outcome is Outcome.WORSE]
    undecided = [case for case in times if case.outcome is Outcome.INCONCLUSIVE]
    better = [case for case in reversed(times) if case.outcome is Outcome.BETTER]
    if failed:
        said.append(f"Mend first what failed: {_named(failed)}. A failed case has no verdict.")
    if worse:
        said.append(f"Keep {worse[0].control} where it is quicker: {_named(worse)}.")
    if better:
        said.append(f"Switch to {better[0].treatment} where it gains most: {_named(better)}.")
    said += [_cost(metric, cases) for metric in metrics(cases) if metric not in MAIN_TIMES and _worse(metric, cases)]
    if undecided:
        found = max((case.effect.detectable or 1.0 for case in undecided if case.effect), default=1.0)
        said.append(
            f"Measure again on a quieter machine; undecided: {_named(undecided)}. A difference of {percent(found - 1)} "
            "could have been found."
        )
    said += [f"Mind the machine: {warning}." for warning in record.environment.warnings]
    return said


def _cost(metric: str, cases: Sequence[Case]) -> str:
    worse = _worse(metric, cases)
    return f"Look at what it costs: {metric} is worse in {counted(len(worse), 'case')}, most in {_named(worse[:1])}."


def _worse(metric: str, cases: Sequence[Case]) -> list[Case]:
    return [case for case in cases if case.metric == metric and case.outcome is Outcome.WORSE]


def _named(cases: Sequence[Case]) -> str:
    named = [f"{case.title} ({describe(case) if case.effect else case.status})" for case in cases[:MOST_NAMED]]
    more = len(cases) - len(named)
    return listed([*named, *([f"{counted(more, 'more case')}"] if more else [])])
