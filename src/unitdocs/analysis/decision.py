"""Go or no go: a rule over the criteria, nothing else.

1. A criterion that the record contradicts makes it **no go**.
2. Otherwise a criterion that is not measured, or a stale record, makes it **not yet**.
3. Otherwise it is **go**. Without criteria it is never a go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.analysis.case_result import CaseResult, Outcome, measured, tally, worst
from unitdocs.analysis.criteria import Check, Criteria, Criterion, Need
from unitdocs.analysis.descriptions import describe
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, factor
from unitdocs.stats import geometric_mean


class State(StrEnum):
    """Whether a criterion holds."""

    MET = "met"
    NOT_MET = "not met"
    NOT_MEASURED = "not measured"


class Recommendation(StrEnum):
    """What the rule recommends."""

    GO = "go"
    NO_GO = "no go"
    NOT_YET = "not yet"


@dataclass(frozen=True)
class CriterionResult:
    """A criterion's state, with the finding it rests on as one plain sentence (empty without a check)."""

    title: str
    state: State
    finding: str


@dataclass(frozen=True)
class Decision:
    """The recommendation, with the result of every criterion."""

    recommendation: Recommendation
    criteria: tuple[CriterionResult, ...]
    is_current: bool

    def count(self, state: State) -> int:
        """Count the criteria in a state."""
        return sum(item.state is state for item in self.criteria)


def decide(criteria: Criteria, run: Run) -> Decision:
    """Judge every criterion by the run's cases and apply the rule."""
    judged = tuple(judge(criterion, run.cases) for criterion in criteria.criteria)
    states = {item.state for item in judged}
    if State.NOT_MET in states:
        return Decision(Recommendation.NO_GO, judged, run.is_current)
    is_go = states == {State.MET} and run.is_current
    return Decision(Recommendation.GO if is_go else Recommendation.NOT_YET, judged, run.is_current)


def judge(criterion: Criterion, cases: Sequence[CaseResult]) -> CriterionResult:
    """Judge one criterion."""
    if criterion.check is None:
        return CriterionResult(criterion.title, State.NOT_MEASURED, "")
    state, finding = check(criterion.check, cases)
    return CriterionResult(criterion.title.replace("{times}", factor(criterion.check.times)), state, finding)


def check(asked: Check, cases: Sequence[CaseResult]) -> tuple[State, str]:
    """Recommendation a check: its state and the finding as a sentence."""
    chosen = asked.of(cases)
    failed = [case for case in chosen if case.status == "failed"]
    known = measured(chosen)
    is_ratio_asked = asked.need in (Need.EACH, Need.MEAN)
    if failed:
        return State.NOT_MEASURED, f"{counted(len(failed), 'case')} failed, first: {failed[0].title}."
    if not known:
        return State.NOT_MEASURED, "The record has no such case."
    if is_ratio_asked and any(case.is_share for case in known):
        return State.NOT_MEASURED, f"Shares such as {known[0].metric} have a difference and are no times better."
    is_met, finding = _ANSWERS[asked.need](known, asked.times)
    return State.MET if is_met else State.NOT_MET, finding


def _improved(cases: Sequence[CaseResult], _times: float) -> tuple[bool, str]:
    better = {case.suite for case in cases if case.strict_outcome is Outcome.BETTER}
    is_met = better == {case.suite for case in cases} and not _worse(cases)
    return is_met, f"{_counts(cases)} {_worst(cases)}"


def _none_worse(cases: Sequence[CaseResult], _times: float) -> tuple[bool, str]:
    return not _worse(cases), f"{_counts(cases)} {_worst(cases)}"


def _each(cases: Sequence[CaseResult], times: float) -> tuple[bool, str]:
    reached = [case for case in cases if case.near_improvement_factor >= times]
    finding = (
        f"At least {factor(times)} better with the whole interval: {len(reached)} of {counted(len(cases), 'case')}."
    )
    return len(reached) == len(cases), f"{finding} {_worst(cases)}"


def _mean(cases: Sequence[CaseResult], times: float) -> tuple[bool, str]:
    near, point = (
        _geometric([case.near_improvement_factor for case in cases]),
        _geometric([case.improvement_factor or 0.0 for case in cases]),
    )
    return near >= times, (
        f"Geometric mean of {counted(len(cases), 'case')}: {factor(point)} better, {factor(near)} by the near ends of "
        f"the intervals; asked for: {factor(times)}."
    )


_ANSWERS = {Need.IMPROVED: _improved, Need.NONE_WORSE: _none_worse, Need.EACH: _each, Need.MEAN: _mean}


def _counts(cases: Sequence[CaseResult]) -> str:
    better = tally(cases, Outcome.BETTER)
    return f"Better in {better} of {counted(len(cases), 'case')}, worse in {_worse(cases)}."


def _worse(cases: Sequence[CaseResult]) -> int:
    """Count the cases that are worse, by however little: no margin excuses what a criterion forbids."""
    return sum(case.strict_outcome is Outcome.WORSE for case in cases)


def _worst(cases: Sequence[CaseResult]) -> str:
    found = worst(cases)
    return f"Worst case: {found.title}, {describe(found)}." if found else ""


def _geometric(gains: Sequence[float]) -> float:
    return geometric_mean(gains) if all(gains) else 0.0
