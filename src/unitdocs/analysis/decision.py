"""Go or no go: a rule over the criteria, nothing else.

1. A criterion that the record contradicts makes it **no go**.
2. Otherwise a criterion that is not measured, or a stale record, makes it **not yet**.
3. Otherwise it is **go**. Without criteria it is never a go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.analysis.cases import Case, Outcome, describe, measured, tally, worst
from unitdocs.analysis.criteria import Check, Criteria, Criterion, Need
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, factor
from unitdocs.stats import geometric_mean


class State(StrEnum):
    """Whether a criterion holds."""

    MET = "met"
    NOT_MET = "not met"
    NOT_MEASURED = "not measured"


class Answer(StrEnum):
    """The answer of the rule."""

    GO = "go"
    NO_GO = "no go"
    NOT_YET = "not yet"


@dataclass(frozen=True)
class Judged:
    """A criterion's state, with the finding it rests on as one plain sentence (empty without a check)."""

    title: str
    state: State
    finding: str


@dataclass(frozen=True)
class Decision:
    """The answer, with every criterion judged."""

    answer: Answer
    judged: tuple[Judged, ...]
    is_current: bool

    def count(self, state: State) -> int:
        """Count the criteria in a state."""
        return sum(item.state is state for item in self.judged)


def decide(criteria: Criteria, run: Run) -> Decision:
    """Judge every criterion by the run's cases and apply the rule."""
    judged = tuple(judge(criterion, run.cases) for criterion in criteria.criteria)
    states = {item.state for item in judged}
    if State.NOT_MET in states:
        return Decision(Answer.NO_GO, judged, run.is_current)
    is_go = states == {State.MET} and run.is_current
    return Decision(Answer.GO if is_go else Answer.NOT_YET, judged, run.is_current)


def judge(criterion: Criterion, cases: Sequence[Case]) -> Judged:
    """Judge one criterion."""
    if criterion.check is None:
        return Judged(criterion.title, State.NOT_MEASURED, "")
    state, finding = check(criterion.check, cases)
    return Judged(criterion.title.replace("{times}", factor(criterion.check.times)), state, finding)


def check(asked: Check, cases: Sequence[Case]) -> tuple[State, str]:
    """Answer a check: its state and the finding as a sentence."""
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


def _improved(cases: Sequence[Case], _times: float) -> tuple[bool, str]:
    better = {case.suite for case in cases if case.side is Outcome.BETTER}
    is_met = better == {case.suite for case in cases} and not _worse(cases)
    return is_met, f"{_counts(cases)} {_worst(cases)}"


def _none_worse(cases: Sequence[Case], _times: float) -> tuple[bool, str]:
    return not _worse(cases), f"{_counts(cases)} {_worst(cases)}"


def _each(cases: Sequence[Case], times: float) -> tuple[bool, str]:
    reached = [case for case in cases if _near_gain(case) >= times]
    finding = (
        f"At least {factor(times)} better with the whole interval: {len(reached)} of {counted(len(cases), 'case')}."
    )
    return len(reached) == len(cases), f"{finding} {_worst(cases)}"


def _mean(cases: Sequence[Case], times: float) -> tuple[bool, str]:
    near, point = _geometric([_near_gain(case) for case in cases]), _geometric([case.gain or 0.0 for case in cases])
    return near >= times, (
        f"Geometric mean of {counted(len(cases), 'case')}: {factor(point)} better, {factor(near)} by the near ends of "
        f"the intervals; asked for: {factor(times)}."
    )


_ANSWERS = {Need.IMPROVED: _improved, Need.NONE_WORSE: _none_worse, Need.EACH: _each, Need.MEAN: _mean}


def _counts(cases: Sequence[Case]) -> str:
    better = tally(cases, Outcome.BETTER)
    return f"Better in {better} of {counted(len(cases), 'case')}, worse in {_worse(cases)}."


def _worse(cases: Sequence[Case]) -> int:
    """Count the cases that are worse, by however little: no margin excuses what a criterion forbids."""
    return sum(case.side is Outcome.WORSE for case in cases)


def _worst(cases: Sequence[Case]) -> str:
    found = worst(cases)
    return f"Worst case: {found.title}, {describe(found)}." if found else ""


def _near_gain(case: Case) -> float:
    """Return the end of the interval that is least in the treatment's favour, as a gain."""
    if case.effect is None:
        return 0.0
    return case.effect.low if case.is_higher_better else 1 / case.effect.high


def _geometric(gains: Sequence[float]) -> float:
    return geometric_mean(gains) if all(gains) else 0.0
