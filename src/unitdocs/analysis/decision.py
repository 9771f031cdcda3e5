"""Go or no go: a fixed rule over the criteria.

1. A criterion that the record contradicts makes it **no go**.
2. Otherwise a criterion that is not measured, or a stale record, makes it **not yet**.
3. Otherwise it is **go**. Without criteria the recommendation is never go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.analysis.case_result import CaseResult, Outcome, measured, tally, worst
from unitdocs.analysis.criteria import Check, Criteria, Criterion, Need
from unitdocs.analysis.descriptions import describe
from unitdocs.analysis.kept_frames import FramesState, kept_frames
from unitdocs.analysis.run import Run
from unitdocs.formatting import change, change_size, counted, inverse, milliseconds
from unitdocs.records import FRAME
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
    """A criterion's state, with the supporting finding as one plain sentence (empty without a check)."""

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
    results = tuple(judge(criterion, run.cases) for criterion in criteria.criteria)
    states = {item.state for item in results}
    if State.NOT_MET in states:
        return Decision(Recommendation.NO_GO, results, run.is_current)
    is_go = states == {State.MET} and run.is_current
    return Decision(Recommendation.GO if is_go else Recommendation.NOT_YET, results, run.is_current)


def judge(criterion: Criterion, cases: Sequence[CaseResult]) -> CriterionResult:
    """Judge one criterion."""
    if criterion.check is None:
        return CriterionResult(criterion.title, State.NOT_MEASURED, "")
    state, finding = check(criterion.check, cases)
    return CriterionResult(
        criterion.title.replace("{times}", change_size(inverse(criterion.check.times))), state, finding
    )


def check(requirement: Check, cases: Sequence[CaseResult]) -> tuple[State, str]:
    """Evaluate a check: return its state and the finding as a sentence."""
    chosen = requirement.of(cases)
    failed = [case for case in chosen if case.status == "failed"]
    with_effect = measured(chosen)
    needs_ratio = requirement.need in (Need.EACH, Need.MEAN)
    if failed:
        return State.NOT_MEASURED, f"{counted(len(failed), 'case')} failed, first: {failed[0].title}."
    if not with_effect:
        return State.NOT_MEASURED, "The record has no such case."
    open_cases = [case for case in chosen if not case.slowest_frames]
    if requirement.need is Need.FRAMES_KEPT and open_cases:
        return State.NOT_MEASURED, f"{counted(len(open_cases), 'case')} not measured, first: {open_cases[0].title}."
    if needs_ratio and any(case.is_share for case in with_effect):
        metric = with_effect[0].metric
        return State.NOT_MEASURED, f"Shares such as {metric} are compared by their difference and have no factor."
    if requirement.need is Need.FRAMES_KEPT:
        return _check_kept_frames(with_effect)
    is_met, finding = _EVALUATIONS[requirement.need](with_effect, requirement.times)
    return State.MET if is_met else State.NOT_MET, finding


def _evaluate_improved(cases: Sequence[CaseResult], _times: float) -> tuple[bool, str]:
    better = {case.suite for case in cases if case.strict_outcome is Outcome.BETTER}
    is_met = better == {case.suite for case in cases} and not _count_worse(cases)
    return is_met, f"{_describe_counts(cases)} {_describe_worst(cases)}"


def _evaluate_none_worse(cases: Sequence[CaseResult], _times: float) -> tuple[bool, str]:
    return not _count_worse(cases), f"{_describe_counts(cases)} {_describe_worst(cases)}"


def _evaluate_each(cases: Sequence[CaseResult], times: float) -> tuple[bool, str]:
    reached = [case for case in cases if case.near_improvement_factor >= times]
    finding = (
        f"At least {_improvement(times)} with the whole interval: {len(reached)} of {counted(len(cases), 'case')}."
    )
    return len(reached) == len(cases), f"{finding} {_describe_worst(cases)}"


def _evaluate_mean(cases: Sequence[CaseResult], times: float) -> tuple[bool, str]:
    near, point = (
        _mean_factor([case.near_improvement_factor for case in cases]),
        _mean_factor([case.improvement_factor or 0.0 for case in cases]),
    )
    return near >= times, (
        f"Geometric mean of {counted(len(cases), 'case')}: {_improvement(point)}, {_improvement(near)} by the near "
        f"ends of the intervals; required: {_improvement(times)}."
    )


def _check_kept_frames(cases: Sequence[CaseResult]) -> tuple[State, str]:
    """Return whether the treatment keeps the frames of all cases, by the rule of `kept_frames`."""
    by_title = [(case.title, kept_frames(case.slowest_frames)) for case in cases]
    every = [frames for _, frames in by_title]
    states = [
        frames.state(is_slower=case.strict_outcome is Outcome.WORSE) for case, frames in zip(cases, every, strict=True)
    ]
    titles = {
        state: [case.title for case, own in zip(cases, states, strict=True) if own is state] for state in FramesState
    }
    rounds = counted(sum(frames.rounds for frames in every), "round")
    title, slowest = max(by_title, key=lambda pair: pair[1].treatment)
    control, treatment = cases[0].control, cases[0].treatment
    finding = (
        f"Rounds with a frame over {milliseconds(FRAME)}, slower than the slowest of the other system: {treatment} "
        f"{sum(frames.lost for frames in every)}, {control} {sum(frames.gained for frames in every)} of {rounds}. "
        f"Slowest frame of a typical round: {treatment} {milliseconds(slowest.treatment)}, {control} "
        f"{milliseconds(slowest.control)}, in {title}."
    )
    broken, undecided = titles[FramesState.BROKEN], titles[FramesState.UNDECIDED]
    if broken:
        return State.NOT_MET, f"{finding} Not kept in: {'; '.join(broken)}."
    if undecided:
        return State.NOT_MEASURED, f"{finding} Undecided in: {'; '.join(undecided)}."
    return State.MET, finding


_EVALUATIONS = {
    Need.IMPROVED: _evaluate_improved,
    Need.NONE_WORSE: _evaluate_none_worse,
    Need.EACH: _evaluate_each,
    Need.MEAN: _evaluate_mean,
}


def _describe_counts(cases: Sequence[CaseResult]) -> str:
    better = tally(cases, Outcome.BETTER)
    return f"Better in {better} of {counted(len(cases), 'case')}, worse in {_count_worse(cases)}."


def _count_worse(cases: Sequence[CaseResult]) -> int:
    """Count the cases that are worse, by however little: no margin applies to what a criterion forbids."""
    return sum(case.strict_outcome is Outcome.WORSE for case in cases)


def _describe_worst(cases: Sequence[CaseResult]) -> str:
    case = worst(cases)
    return f"Worst case: {case.title}, {describe(case)}." if case else ""


def _improvement(times: float) -> str:
    """Return an improvement factor in words: 20 is `20x better`, 1.25 is `20 % better`, 0.5 is `2x worse`."""
    return change(inverse(times), "better" if times >= 1 else "worse")


def _mean_factor(factors: Sequence[float]) -> float:
    """Return the geometric mean; 0 if a factor is 0."""
    return geometric_mean(factors) if all(factors) else 0.0
