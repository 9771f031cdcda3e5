"""Findings of a run: a summary, its cases with the worst first, and what to do about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from unitdocs.analysis.arms import compare_cases
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured, metrics, tally
from unitdocs.analysis.descriptions import describe
from unitdocs.formatting import counted, listed, percent
from unitdocs.records import RunRecord

ORDER = (Outcome.WORSE, Outcome.INCONCLUSIVE, Outcome.NONE, Outcome.EQUIVALENT, Outcome.BETTER)
"""Worst first."""
MOST_NAMED = 3
"""Cases named in a sentence; the others are counted."""


@dataclass(frozen=True)
class Findings:
    """Findings of a run.

    Args:
        record: the run.
        cases: all cases, worst first; those that do not apply are left out.
        summary: the result in plain sentences.
        advice: what to do, the most important first, each with its reason.
    """

    record: RunRecord
    cases: tuple[CaseResult, ...]
    summary: tuple[str, ...]
    advice: tuple[str, ...]

    def of_metric(self, metric: str) -> list[CaseResult]:
        """Return the cases of a metric, worst first."""
        return [case for case in self.cases if case.metric == metric]

    @property
    def metrics(self) -> list[str]:
        """The metrics of all cases, time first."""
        return metrics(self.cases)


def find_findings(record: RunRecord) -> Findings:
    """Return the findings of a run."""
    cases = [case for case in compare_cases(record) if case.status != "not applicable"]
    ordered = tuple(sorted(cases, key=_worst_first))
    return Findings(record, ordered, tuple(_summary(record, ordered)), tuple(_advice(record, ordered)))


def _worst_first(case: CaseResult) -> tuple[int, float]:
    return ORDER.index(case.outcome), case.sort_key


def _summary(record: RunRecord, cases: Sequence[CaseResult]) -> list[str]:
    sentences = [_counts(metric, cases) for metric in metrics(cases)]
    times = [case for case in measured(cases) if case.metric in MAIN_TIMES]
    if times:
        sentences.append(f"Worst case: {times[0].title}, {describe(times[0])}.")
    if record.finished is None:
        sentences.append("The run did not finish: cases are missing.")
    return sentences


def _counts(metric: str, cases: Sequence[CaseResult]) -> str:
    chosen = [case for case in cases if case.metric == metric]
    counts = [(outcome, tally(chosen, outcome)) for outcome in (Outcome.BETTER, *ORDER[:-1])]
    words = [f"{outcome} in {count}" for outcome, count in counts if count]
    return f"{metric.capitalize()}: {listed(words)} of {counted(len(chosen), 'case')}."


def _advice(record: RunRecord, cases: Sequence[CaseResult]) -> list[str]:
    sentences = []
    times = [case for case in cases if case.metric in MAIN_TIMES]
    failed = [case for case in cases if case.status == "failed"]
    worse = [case for case in times if case.outcome is Outcome.WORSE]
    undecided = [case for case in times if case.outcome is Outcome.INCONCLUSIVE]
    better = [case for case in reversed(times) if case.outcome is Outcome.BETTER]
    if failed:
        sentences.append(f"Fix what failed first: {_named(failed)}. A failed case has no verdict.")
    if worse:
        sentences.append(f"Keep {worse[0].control} where it is quicker: {_named(worse)}.")
    if better:
        sentences.append(f"Switch to {better[0].treatment} where it gains most: {_named(better)}.")
    sentences += [
        _cost(metric, cases) for metric in metrics(cases) if metric not in MAIN_TIMES and _worse(metric, cases)
    ]
    if undecided:
        smallest = max((case.effect.minimum_detectable_effect or 1.0 for case in undecided if case.effect), default=1.0)
        sentences.append(
            f"Measure again on a quieter machine; undecided: {_named(undecided)}. A difference of "
            f"{percent(smallest - 1)} could have been found."
        )
    sentences += [f"About the machine: {warning}." for warning in record.environment.warnings]
    return sentences


def _cost(metric: str, cases: Sequence[CaseResult]) -> str:
    worse = _worse(metric, cases)
    return f"Check what it costs: {metric} is worse in {counted(len(worse), 'case')}, most in {_named(worse[:1])}."


def _worse(metric: str, cases: Sequence[CaseResult]) -> list[CaseResult]:
    return [case for case in cases if case.metric == metric and case.outcome is Outcome.WORSE]


def _named(cases: Sequence[CaseResult]) -> str:
    named = [f"{case.title} ({describe(case) if case.effect else case.status})" for case in cases[:MOST_NAMED]]
    more = len(cases) - len(named)
    return listed([*named, *([f"{counted(more, 'more case')}"] if more else [])])
