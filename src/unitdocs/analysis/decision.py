"""Go or no go: a fixed rule over the criteria.

1. A criterion that the record contradicts makes it **no go**.
2. Otherwise a criterion that is not measured, or a stale record, makes it **not yet**.
3. Otherwise it is **go**. Without criteria the recommendation is never go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from unitdocs.analysis.case_result import CaseResult, Outcome, measured, tally, worse_below_margin, worst
from unitdocs.analysis.criteria import Check, ClosingStep, Criteria, Criterion, DrillCheck, Need, TunedCheck
from unitdocs.analysis.descriptions import describe
from unitdocs.analysis.kept_frames import FramesState, kept_frames
from unitdocs.analysis.run import Run
from unitdocs.analysis.tuning_proof import ENOUGH, TuningProof
from unitdocs.formatting import change, change_size, counted, duration, inverse, milliseconds, percent
from unitdocs.records import FRAME
from unitdocs.stats import geometric_mean
from unitdocs.studies import GuideExecutions, MonitoringDrill, Study


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


class Finding(str):
    """What supports a state, as plain sentences; the cases that they name are kept, so that a page can link them.

    The text is that of all parts, a case written as its title.
    """

    __slots__ = ("parts",)
    parts: tuple[str | CaseResult, ...]

    def __new__(cls, *parts: str | CaseResult) -> Self:
        """Join texts and cases; spaces between them are part of the texts."""
        finding = super().__new__(cls, "".join(part.title if isinstance(part, CaseResult) else part for part in parts))
        finding.parts = parts
        return finding


@dataclass(frozen=True)
class CriterionResult:
    """A criterion's state.

    Args:
        title: the criterion.
        state: whether it holds.
        finding: what supports the state; empty without a check.
        open: why it does not hold, as a clause without a full stop.
        closes: what to do while it does not hold, if that is declared.
    """

    title: str
    state: State
    finding: Finding
    open: str = ""
    closes: ClosingStep | None = None


@dataclass(frozen=True)
class Decision:
    """The recommendation, with the result of every criterion."""

    recommendation: Recommendation
    criteria: tuple[CriterionResult, ...]
    is_current: bool

    def count(self, state: State) -> int:
        """Count the criteria in a state."""
        return sum(item.state is state for item in self.criteria)

    @property
    def open(self) -> tuple[CriterionResult, ...]:
        """The criteria that do not hold: first those that the record contradicts, then those not measured."""
        return tuple(
            item for state in (State.NOT_MET, State.NOT_MEASURED) for item in self.criteria if item.state is state
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is what it is, as clauses: what is open, or that everything is met."""
        if not self.criteria:
            return ("no criteria are declared",)
        if self.recommendation is Recommendation.GO:
            every = len(self.criteria)
            return (f"all {every} criteria are met" if every > 1 else "the criterion is met",)
        if self.recommendation is Recommendation.NO_GO:
            return tuple(item.open for item in self.open if item.state is State.NOT_MET)
        stale = () if self.is_current else ("the code has changed since it was measured",)
        return (*stale, *(item.open for item in self.open))


def decide(
    criteria: Criteria,
    run: Run,
    guides: Study[GuideExecutions] | None = None,
    drill: Study[MonitoringDrill] | None = None,
    tuned: TuningProof | None = None,
) -> Decision:
    """Judge every criterion by the run, the executed guides, the drill of the alerts and the chosen settings."""
    results = tuple(judge(criterion, run.cases, guides, drill, tuned) for criterion in criteria.criteria)
    states = {item.state for item in results}
    if State.NOT_MET in states:
        return Decision(Recommendation.NO_GO, results, run.is_current)
    is_go = states == {State.MET} and run.is_current
    return Decision(Recommendation.GO if is_go else Recommendation.NOT_YET, results, run.is_current)


def judge(
    criterion: Criterion,
    cases: Sequence[CaseResult],
    guides: Study[GuideExecutions] | None = None,
    drill: Study[MonitoringDrill] | None = None,
    tuned: TuningProof | None = None,
) -> CriterionResult:
    """Judge one criterion."""
    title = criterion.title
    if criterion.rehearsal is not None:
        state, finding = check_rehearsal(criterion.rehearsal, guides)
    elif criterion.drill is not None:
        state, finding = check_drill(criterion.drill, drill)
    elif criterion.tuned is not None:
        state, finding = check_tuned(criterion.tuned, tuned)
    elif criterion.check is None:
        state, finding = State.NOT_MEASURED, Finding()
    else:
        state, finding = check(criterion.check, cases)
        title = criterion.title.replace("{times}", change_size(inverse(criterion.check.times)))
    if state is State.MET:
        return CriterionResult(title, state, finding)
    return CriterionResult(title, state, finding, criterion.open or f"“{title}” is {state}", criterion.closes)


def check_rehearsal(page: str, guides: Study[GuideExecutions] | None) -> tuple[State, Finding]:
    """Evaluate whether a page of guides was executed, all of it and as it is: return the state and the finding.

    A page that fails leaves no record, so one that has a record has passed.
    """
    executed = guides.record.find(page) if guides else None
    if guides is None or executed is None:
        return State.NOT_MEASURED, Finding("No execution of it is recorded.")
    record, steps = guides.record, counted(len(executed.steps), "step")
    made = f"{steps} with {counted(executed.blocks, 'block')} in {duration(executed.seconds)}"
    finding = f"{made}, on {record.finished:%Y-%m-%d} with unitdocs {record.version}."
    if not guides.is_current:
        return State.NOT_MEASURED, Finding(f"{finding} The page, or the code that it uses, has changed since.")
    return State.MET, Finding(f"All steps done: {finding}")


def check_drill(requirement: DrillCheck, drill: Study[MonitoringDrill] | None) -> tuple[State, Finding]:
    """Evaluate whether each alert arrived in time when its cause began, and resolved: return the state and the finding.

    A record of some alerts, or of rules that have changed since, proves nothing about the others.
    """
    if drill is None:
        return State.NOT_MEASURED, Finding("No drill of the alerts is recorded.")
    record = drill.record
    missing = [name for name in record.rules if name not in {alert.name for alert in record.alerts}]
    if missing:
        return State.NOT_MEASURED, Finding(f"Not fired in the last drill: {', '.join(missing)}.")
    failed = [alert.name for alert in record.alerts if not alert.has_passed_within(requirement.within)]
    on = f"on {record.finished:%Y-%m-%d} with unitdocs {record.version}"
    if not drill.is_current:
        return State.NOT_MEASURED, Finding(f"The drill {on} is older than the alerts, the drill or the runbooks.")
    if failed:
        return State.NOT_MET, Finding(f"Not at the webhook in time, or not resolved, {on}: {', '.join(failed)}.")
    slowest = max(alert.reached or 0.0 for alert in record.alerts)
    every = counted(len(record.alerts), "alert")
    return State.MET, Finding(
        f"{every} fired by their causes, at the webhook within {duration(slowest)} at the drill's pace, and resolved, "
        f"{on}."
    )


def check_tuned(requirement: TunedCheck, proof: TuningProof | None) -> tuple[State, Finding]:
    """Evaluate whether the chosen settings need less in enough sessions, and more in none: return state and finding.

    A run of other settings, or of other code, proves nothing.
    """
    if proof is None or not proof.sessions:
        return State.NOT_MEASURED, Finding("No run of chosen against default settings is recorded.")
    if not proof.is_current:
        return State.NOT_MEASURED, Finding("The code or the chosen settings are newer than the run.")
    count = len(proof.proven)
    texts = f"{percent(1 - inverse(ENOUGH))} less in {count} of {counted(len(proof.sessions), 'held-out session')}"
    worse = f"more than allowed in {len(proof.worse)}"
    is_met = count >= requirement.sessions and not proof.worse
    first = [f", first: {proof.worse[0].time.title} ({proof.worse[0].time.suite})"] if proof.worse else []
    return State.MET if is_met else State.NOT_MET, Finding(f"At least {texts}, {worse}", *first, ".")


def check(requirement: Check, cases: Sequence[CaseResult]) -> tuple[State, Finding]:
    """Evaluate a check: return its state and the finding."""
    chosen = requirement.of(cases)
    failed = [case for case in chosen if case.status == "failed"]
    with_effect = measured(chosen)
    needs_ratio = requirement.need in (Need.EACH, Need.MEAN)
    if failed:
        return State.NOT_MEASURED, Finding(f"{counted(len(failed), 'case')} failed, first: ", failed[0], ".")
    if not with_effect:
        return State.NOT_MEASURED, Finding("The record has no such case.")
    open_cases = [case for case in chosen if not case.slowest_frames]
    if requirement.need is Need.FRAMES_KEPT and open_cases:
        first = f"{counted(len(open_cases), 'case')} not measured, first: "
        return State.NOT_MEASURED, Finding(first, open_cases[0], ".")
    if needs_ratio and any(case.is_share for case in with_effect):
        shares = f"Shares such as {with_effect[0].metric} are compared by their difference and have no factor."
        return State.NOT_MEASURED, Finding(shares)
    if requirement.need is Need.FRAMES_KEPT:
        return _check_kept_frames(with_effect)
    is_met, finding = _EVALUATIONS[requirement.need](with_effect, requirement.times)
    return State.MET if is_met else State.NOT_MET, finding


def _evaluate_improved(cases: Sequence[CaseResult], _times: float) -> tuple[bool, Finding]:
    better = {case.suite for case in cases if case.strict_outcome is Outcome.BETTER}
    is_met = better == {case.suite for case in cases} and not _count_worse(cases)
    return is_met, Finding(_describe_counts(cases), *_least(cases))


def _evaluate_none_worse(cases: Sequence[CaseResult], _times: float) -> tuple[bool, Finding]:
    return not _count_worse(cases), Finding(_describe_counts(cases), *_least(cases))


def _evaluate_each(cases: Sequence[CaseResult], times: float) -> tuple[bool, Finding]:
    reached = [case for case in cases if case.near_improvement_factor >= times]
    if len(cases) == 1:
        return bool(reached), Finding(cases[0], f": {describe(cases[0])}.")
    required = _improvement(times)
    counts = f"{len(reached)} of {counted(len(cases), 'case')} at least {required} over the whole range."
    return len(reached) == len(cases), Finding(counts, *_least(cases))


def _evaluate_mean(cases: Sequence[CaseResult], times: float) -> tuple[bool, Finding]:
    near, point = (
        _mean_factor([case.near_improvement_factor for case in cases]),
        _mean_factor([case.improvement_factor or 0.0 for case in cases]),
    )
    return near >= times, Finding(
        f"On average of {counted(len(cases), 'case')} {_improvement(point)}, at the worse end of every range "
        f"{_improvement(near)}; required: {_improvement(times)}."
    )


def _check_kept_frames(cases: Sequence[CaseResult]) -> tuple[State, Finding]:
    """Return whether the treatment keeps the frames of all cases, by the rule of `kept_frames`."""
    by_case = [(case, kept_frames(case.slowest_frames)) for case in cases]
    every = [frames for _, frames in by_case]
    states = [frames.state(is_slower=case.strict_outcome is Outcome.WORSE) for case, frames in by_case]
    in_state = {state: [case for case, own in zip(cases, states, strict=True) if own is state] for state in FramesState}
    rounds = counted(sum(frames.rounds for frames in every), "round")
    case, slowest = max(by_case, key=lambda pair: pair[1].treatment)
    control, treatment = cases[0].control, cases[0].treatment
    counts = (
        f"Rounds with a frame over {milliseconds(FRAME)}, slower than the slowest of the other system: {treatment} "
        f"{sum(frames.lost for frames in every)}, {control} {sum(frames.gained for frames in every)} of {rounds}. "
        f"Slowest frame of a typical round: {treatment} {milliseconds(slowest.treatment)}, {control} "
        f"{milliseconds(slowest.control)}, in "
    )
    broken, undecided = in_state[FramesState.BROKEN], in_state[FramesState.UNDECIDED]
    if broken:
        return State.NOT_MET, Finding(counts, case, ". Not kept in: ", *_separated(broken), ".")
    if undecided:
        return State.NOT_MEASURED, Finding(counts, case, ". Undecided in: ", *_separated(undecided), ".")
    return State.MET, Finding(counts, case, ".")


def _separated(cases: Sequence[CaseResult]) -> list[str | CaseResult]:
    """Return cases with semicolons between them."""
    return [part for case in cases for part in ("; ", case)][1:]


_EVALUATIONS = {
    Need.IMPROVED: _evaluate_improved,
    Need.NONE_WORSE: _evaluate_none_worse,
    Need.EACH: _evaluate_each,
    Need.MEAN: _evaluate_mean,
}


def _describe_counts(cases: Sequence[CaseResult]) -> str:
    better, slight = tally(cases, Outcome.BETTER), len(worse_below_margin(cases))
    counts = f"Better in {better} of {counted(len(cases), 'case')}, worse in {_count_worse(cases)}."
    return f"{counts} Below the margin, which counts here: {slight}." if slight else counts


def _count_worse(cases: Sequence[CaseResult]) -> int:
    """Count the cases that are worse, by however little: no margin applies to what a criterion forbids."""
    return sum(case.strict_outcome is Outcome.WORSE for case in cases)


def _least(cases: Sequence[CaseResult]) -> tuple[str | CaseResult, ...]:
    """Return the case with the least gain or the greatest loss, as the end of a finding."""
    case = worst(cases)
    return (" Least: ", case, f", {describe(case)}.") if case else ()


def _improvement(times: float) -> str:
    """Return an improvement factor in words: 20 is `20x better`, 1.25 is `20 % better`, 0.5 is `2x worse`."""
    return change(inverse(times), "better" if times >= 1 else "worse")


def _mean_factor(factors: Sequence[float]) -> float:
    """Return the geometric mean; 0 if a factor is 0."""
    return geometric_mean(factors) if all(factors) else 0.0
