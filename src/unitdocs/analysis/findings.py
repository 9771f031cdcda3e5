"""Findings of a run: a summary, its cases with the worst first, and recommended actions."""

from collections.abc import Sequence
from dataclasses import dataclass

from unitdocs.analysis.arms import compare_cases
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured, metrics, tally
from unitdocs.analysis.descriptions import describe, extent, interval, unfinished
from unitdocs.formatting import counted, listed, percent
from unitdocs.records import RunRecord

ORDER = (
    Outcome.WORSE,
    Outcome.INCONCLUSIVE,
    Outcome.NONE,
    Outcome.BELOW_MARGIN,
    Outcome.EQUIVALENT,
    Outcome.BETTER,
)
"""Worst first."""
MOST_NAMED = 3
"""Cases named in a sentence; the others are counted."""


@dataclass(frozen=True)
class Findings:
    """Findings of a run.

    Args:
        record: the run.
        cases: all cases that apply, worst first.
        summary: the result in plain sentences.
        advice: recommended actions, the most important first, each with its reason.
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
    ordered = tuple(sorted(_failures_once(cases), key=_worst_first))
    return Findings(record, ordered, tuple(_summary(record, ordered)), tuple(_advice(record, ordered)))


def _failures_once(cases: Sequence[CaseResult]) -> list[CaseResult]:
    """Return the cases, one that failed in several metrics for one reason only in the first of them."""
    kept: dict[object, CaseResult] = {}
    for case in cases:
        kept.setdefault((case.suite, case.scenario, case.reason) if case.status == "failed" else case.key, case)
    return list(kept.values())


def _worst_first(case: CaseResult) -> tuple[int, float]:
    return ORDER.index(case.outcome), case.sort_key


def _summary(record: RunRecord, cases: Sequence[CaseResult]) -> list[str]:
    sentences = [_describe_outcomes(metric, cases) for metric in metrics(cases)]
    times = [case for case in measured(cases) if case.metric in MAIN_TIMES]
    if times:
        sentences.append(f"Worst case: {times[0].title}, {describe(times[0])}.")
    return [*sentences, *filter(None, [unfinished(record)])]


def _describe_outcomes(metric: str, cases: Sequence[CaseResult]) -> str:
    chosen = [case for case in cases if case.metric == metric]
    counts = [(outcome, tally(chosen, outcome)) for outcome in (Outcome.BETTER, *ORDER[:-1])]
    parts = [f"{outcome} in {count}" for outcome, count in counts if count]
    return f"{metric.capitalize()}: {listed(parts)} of {counted(len(chosen), 'case')}."


def _advice(record: RunRecord, cases: Sequence[CaseResult]) -> list[str]:
    sentences = []
    times = [case for case in cases if case.metric in MAIN_TIMES]
    failed = [case for case in cases if case.status == "failed"]
    worse = [case for case in times if case.outcome is Outcome.WORSE]
    undecided = [case for case in times if case.outcome is Outcome.INCONCLUSIVE]
    better = [case for case in reversed(times) if case.outcome is Outcome.BETTER]
    if failed:
        sentences.append(f"Fix what failed first: {_name_cases(failed)}. A failed case has no verdict.")
    if worse:
        sentences.append(f"Keep {worse[0].control} where it is faster: {_name_cases(worse)}.")
    if better:
        sentences.append(f"Switch to {better[0].treatment} where it gains most: {_name_cases(better)}.")
    sentences += [
        _describe_cost(metric, cases)
        for metric in metrics(cases)
        if metric not in MAIN_TIMES and _worse_cases(metric, cases)
    ]
    if undecided:
        smallest = max((case.effect.minimum_detectable_effect or 1.0 for case in undecided if case.effect), default=1.0)
        sentences.append(
            f"Measure again on a quieter machine; inconclusive: {_name_cases(undecided)}. A difference of "
            f"{percent(smallest - 1)} could have been found."
        )
    sentences += [f"About the machine: {warning}." for warning in record.environment.warnings]
    return sentences


def _describe_cost(metric: str, cases: Sequence[CaseResult]) -> str:
    worse = _worse_cases(metric, cases)
    return f"Check what it costs: {metric} is worse in {counted(len(worse), 'case')}, most in {_name_cases(worse[:1])}."


def _worse_cases(metric: str, cases: Sequence[CaseResult]) -> list[CaseResult]:
    return [case for case in cases if case.metric == metric and case.outcome is Outcome.WORSE]


def _effect_or_status(case: CaseResult) -> str:
    """Return the effect and its interval for brackets, or the status without an effect."""
    return ", ".join(part for part in (extent(case), interval(case)) if part)


def _name_cases(cases: Sequence[CaseResult]) -> str:
    """Return the first cases by title and effect, and the number of the others."""
    names = [f"{case.title} ({_effect_or_status(case)})" for case in cases[:MOST_NAMED]]
    more = len(cases) - len(names)
    return listed([*names, *([f"{counted(more, 'more case')}"] if more else [])])
