# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""Go or no go: the rule over the criteria, and what each kind of check demands of its cases."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

import pytest
from made_records import with_effect

from unitdocs.analysis.case_result import CaseResult, NoEffect
from unitdocs.analysis.criteria import Check, Criteria, Criterion, DrillCheck, Need, TunedCheck
from unitdocs.analysis.decision import Recommendation, State, check, decide, judge
from unitdocs.analysis.run import Run
from unitdocs.records import Direction, Status
from unitdocs.stats import Verdict
from unitdocs.studies import DrilledAlert, ExecutedPage, ExecutedStep, GuideExecutions, MonitoringDrill, Study

MakeCase = Callable[..., CaseResult]

FASTER = Criterion(title="faster", check=Check(need=Need.IMPROVED))
UNKNOWN = Criterion(title="monitored")


@dataclass
class StubRun:
    """The part of a run that the rule reads."""

    cases: tuple[CaseResult, ...]
    is_current: bool


def run_of(*cases: CaseResult, is_current: bool = True) -> Run:
    return cast("Run", StubRun(cases, is_current))


def test_all_criteria_met_by_a_current_record_is_a_go(make_case: MakeCase) -> None:
    assert decide(Criteria(criteria=(FASTER,)), run_of(make_case(0.5))).recommendation is Recommendation.GO


def test_a_criterion_that_is_not_measured_makes_it_not_yet(make_case: MakeCase) -> None:
    assert decide(Criteria(criteria=(FASTER, UNKNOWN)), run_of(make_case(0.5))).recommendation is Recommendation.NOT_YET


def test_a_stale_record_carries_no_go(make_case: MakeCase) -> None:
    assert (
        decide(Criteria(criteria=(FASTER,)), run_of(make_case(0.5), is_current=False)).recommendation
        is Recommendation.NOT_YET
    )


def test_no_margin_excuses_what_a_criterion_forbids(make_case: MakeCase) -> None:
    slower = with_effect(make_case(1.005), verdict=Verdict.MORE, low=1.001, high=1.009, is_below_margin=True)
    state, finding = check(Check(need=Need.NONE_WORSE), [slower, make_case(0.5, "two")])
    assert (state, finding.split(". ")[0]) == (State.NOT_MET, "Better in 1 of 2 cases, worse in 1")
    assert finding.split(". ")[1] == "Below the margin, which counts here: 1"


@pytest.mark.parametrize("is_current", [True, False])
def test_one_contradicted_criterion_is_a_no_go_whatever_else_is_open(make_case: MakeCase, *, is_current: bool) -> None:
    run = run_of(make_case(0.5, "a"), make_case(1.5, "b"), is_current=is_current)
    assert decide(Criteria(criteria=(UNKNOWN, FASTER)), run).recommendation is Recommendation.NO_GO


def test_without_criteria_it_is_never_a_go() -> None:
    assert decide(Criteria(), run_of()).recommendation is Recommendation.NOT_YET


OPEN = Criterion(title="monitored", open="nothing watches it")


def test_what_is_not_met_is_the_only_reason_for_a_no_go(make_case: MakeCase) -> None:
    decision = decide(Criteria(criteria=(OPEN, FASTER)), run_of(make_case(1.5)))
    assert decision.reasons == ("“faster” is not met",)
    assert [item.title for item in decision.open] == ["faster", "monitored"]


def test_a_stale_record_is_a_reason_before_what_is_open(make_case: MakeCase) -> None:
    decision = decide(Criteria(criteria=(FASTER, OPEN, UNKNOWN)), run_of(make_case(0.5), is_current=False))
    stale, *others = decision.reasons
    assert stale == "the code has changed since it was measured"
    assert others == ["nothing watches it", "“monitored” is not measured"]


@pytest.mark.parametrize(
    ("criteria", "reason"),
    [((), "no criteria are declared"), ((FASTER,), "the criterion is met"), ((FASTER,) * 2, "all 2 criteria are met")],
    ids=["none", "one", "two"],
)
def test_a_decision_without_anything_open_has_a_reason_too(
    make_case: MakeCase, criteria: tuple[Criterion, ...], reason: str
) -> None:
    run = run_of(make_case(0.5)) if criteria else run_of()
    assert decide(Criteria(criteria=criteria), run).reasons == (reason,)


def test_a_finding_is_its_text_and_keeps_the_cases_it_names(make_case: MakeCase) -> None:
    cases = [make_case(0.5), make_case(0.9, "two")]
    _, finding = check(Check(need=Need.NONE_WORSE), cases)
    assert finding == "Better in 2 of 2 cases, worse in 0. Least: Title of two, 10 % faster (8.2 % to 11.8 %)."
    assert [part for part in finding.parts if isinstance(part, CaseResult)] == [cases[1]]
    _, alone = check(Check(need=Need.EACH, times=1.5), cases[:1])
    assert alone == "Title of one: 2× faster (1.96× to 2.04×)."


def test_improved_needs_a_better_case_in_every_suite(make_case: MakeCase) -> None:
    requirement = Check(need=Need.IMPROVED)
    assert check(requirement, [make_case(0.5, suite="a"), make_case(1.0, suite="b")])[0] is State.NOT_MET
    assert check(requirement, [make_case(0.5, suite="a"), make_case(0.5, suite="b")])[0] is State.MET


def test_none_worse_accepts_what_is_undecided(make_case: MakeCase) -> None:
    requirement = Check(need=Need.NONE_WORSE)
    assert check(requirement, [make_case(1.0)])[0] is State.MET
    assert check(requirement, [make_case(1.0), make_case(1.5, "two")])[0] is State.NOT_MET


@pytest.mark.parametrize(("ratio", "state"), [(0.3, State.MET), (0.33, State.NOT_MET)])
def test_each_demands_the_unfavourable_end_of_every_interval(make_case: MakeCase, ratio: float, state: State) -> None:
    # The interval reaches 2 % to both sides: 0.3 reaches 0.306, below a third; 0.33 reaches 0.3366, above it.
    assert check(Check(need=Need.EACH, times=3), [make_case(0.1, "a"), make_case(ratio, "b")])[0] is state


def test_each_demands_the_low_end_where_more_is_better(make_case: MakeCase) -> None:
    case = make_case(2.0, direction=Direction.HIGHER, unit="1")
    assert check(Check(need=Need.EACH, times=1.95), [case])[0] is State.MET
    assert check(Check(need=Need.EACH, times=1.97), [case])[0] is State.NOT_MET


def test_the_mean_is_geometric_and_counts_the_unfavourable_ends(make_case: MakeCase) -> None:
    # Gains of 2 and 8 have the geometric mean 4; the unfavourable ends lie 2 % lower.
    cases = [make_case(0.5, "a"), make_case(0.125, "b")]
    state, finding = check(Check(need=Need.MEAN, times=3.9), cases)
    assert state is State.MET
    assert "4× better" in finding
    assert check(Check(need=Need.MEAN, times=3.95), cases)[0] is State.NOT_MET


def test_a_failed_case_leaves_its_criterion_not_measured(make_case: MakeCase) -> None:
    failed = make_case(None, "two", result=NoEffect(Status.FAILED, "results differ"))
    state, finding = check(Check(need=Need.NONE_WORSE), [make_case(0.5), failed])
    assert state is State.NOT_MEASURED
    assert finding == "1 case failed, first: Title of two."


def test_a_check_that_selects_nothing_is_not_measured(make_case: MakeCase) -> None:
    cases = [make_case(0.5)]
    assert check(Check(need=Need.NONE_WORSE, suites=("other",)), cases)[0] is State.NOT_MEASURED
    assert check(Check(need=Need.NONE_WORSE, metric="peak memory"), cases)[0] is State.NOT_MEASURED


def test_a_check_selects_by_suite_and_by_pattern_of_scenarios(make_case: MakeCase) -> None:
    cases = [make_case(0.5, "big/x"), make_case(2.0, "small/x"), make_case(2.0, "big/x", suite="other")]
    requirement = Check(need=Need.NONE_WORSE, suites=("suite",), scenarios=("big/*",))
    assert check(requirement, cases)[0] is State.MET


def test_a_title_names_the_factor_that_is_requirement_for(make_case: MakeCase) -> None:
    criterion = Criterion(title="at least {times} faster", check=Check(need=Need.EACH, times=3))
    assert judge(criterion, [make_case(0.1)]).title == "at least 3× faster"


FRAMES_KEPT = Check(need=Need.FRAMES_KEPT, metric="slowest frame")


def cold(make_case: MakeCase, *slowest: tuple[float, float], scenario: str = "one") -> CaseResult:
    ratio = 2.0 if all(control < treatment for control, treatment in slowest) else 0.5
    return make_case(ratio, scenario, metric="slowest frame", suite="cold", slowest_frames=slowest)


def test_a_record_without_starts_that_were_measured_cold_says_nothing_about_kept_frames(make_case: MakeCase) -> None:
    assert check(FRAMES_KEPT, [make_case(0.5)]) == (State.NOT_MEASURED, "The record has no such case.")


def test_every_case_has_to_keep_its_frames(make_case: MakeCase) -> None:
    kept = cold(make_case, *[(0.002, 0.003)] * 6)
    stalled = cold(make_case, *[(0.002, 0.1)] * 6, scenario="two")
    state, finding = check(FRAMES_KEPT, [kept])
    assert state is State.MET
    assert "refactored 0, original 0 of 6 rounds. Slowest frame of a typical round: refactored 3 ms" in finding
    state, finding = check(FRAMES_KEPT, [kept, stalled])
    assert state is State.NOT_MET
    assert finding.endswith(f"Not kept in: {stalled.title}.")


def test_kept_frames_need_all_cases_of_the_suite(make_case: MakeCase) -> None:
    kept = cold(make_case, *[(0.002, 0.003)] * 6)
    unmeasured = replace(cold(make_case, scenario="two"), result=NoEffect(Status.NOT_MEASURED, "the run ended"))
    assert check(FRAMES_KEPT, [kept, unmeasured]) == (
        State.NOT_MEASURED, f"1 case not measured, first: {unmeasured.title}."
    )  # fmt: skip


def test_a_typical_stall_without_a_verdict_is_undecided(make_case: MakeCase) -> None:
    slowest = ((0.002, 0.1),) * 4 + ((0.1, 0.002),) * 2
    undecided = make_case(1.0, metric="slowest frame", slowest_frames=slowest)
    state, finding = check(FRAMES_KEPT, [undecided])
    assert state is State.NOT_MEASURED
    assert finding.endswith(f"Undecided in: {undecided.title}.")


REHEARSED = Criterion(title="deployed", rehearsal="deploy/drill.md")


def executions(*, is_current: bool = True, page: str = "deploy/drill.md") -> Study[GuideExecutions]:
    step = ExecutedStep(heading="Kill", blocks=3, seconds=2.0)
    record = GuideExecutions.model_construct(
        finished=datetime(2026, 3, 1, tzinfo=UTC),
        version="1.2",
        pages=(ExecutedPage(page=page, digest="0", steps=(step,)),),
    )
    return Study(record, is_current)


def test_a_rehearsal_holds_while_its_execution_is_current() -> None:
    assert judge(REHEARSED, ()).state is State.NOT_MEASURED
    assert judge(REHEARSED, (), executions(page="deploy/other.md")).state is State.NOT_MEASURED
    met = judge(REHEARSED, (), executions())
    assert (met.state, met.finding) == (
        State.MET,
        "All steps done: 1 step with 3 blocks in 2 s, on 2026-03-01 with unitdocs 1.2.",
    )
    changed = judge(REHEARSED, (), executions(is_current=False))
    assert changed.state is State.NOT_MEASURED
    assert "has changed since" in changed.finding


WATCHED = Criterion(title="watched", drill=DrillCheck(within=30))


def drill(
    *seconds: float | None, is_current: bool = True, rules: tuple[str, ...] = ("A", "B")
) -> Study[MonitoringDrill]:
    """Return a drill of the alerts A, B and so on, with the seconds until each reached the webhook."""
    alerts = tuple(
        DrilledAlert(name=name, runbook="#", cause="", fired=value, reached=value, resolved=2.0)
        for name, value in zip(rules, seconds, strict=False)
    )
    record = MonitoringDrill.model_construct(
        finished=datetime(2026, 3, 1, tzinfo=UTC), version="1.2", rules=rules, alerts=alerts
    )
    return Study(record, is_current)


def test_monitoring_holds_while_every_alert_of_a_current_drill_arrived_in_time() -> None:
    met = judge(WATCHED, (), drill=drill(1.0, 29.0))
    assert (met.state, met.finding) == (
        State.MET,
        (
            "2 alerts fired by their causes, at the webhook within 29 s at the drill's pace, and resolved, on "
            "2026-03-01 with unitdocs 1.2."
        ),
    )
    late = judge(WATCHED, (), drill=drill(1.0, 31.0))
    assert (late.state, late.finding) == (
        State.NOT_MET,
        "Not at the webhook in time, or not resolved, on 2026-03-01 with unitdocs 1.2: B.",
    )
    assert judge(WATCHED, (), drill=drill(None, 1.0)).state is State.NOT_MET


def test_a_drill_proves_nothing_about_alerts_that_it_did_not_fire_or_that_changed() -> None:
    assert judge(WATCHED, ()).finding == "No drill of the alerts is recorded."
    some = judge(WATCHED, (), drill=drill(1.0))
    assert (some.state, some.finding) == (State.NOT_MEASURED, "Not fired in the last drill: B.")
    old = judge(WATCHED, (), drill=drill(1.0, 31.0, is_current=False))
    assert old.state is State.NOT_MEASURED
    assert old.finding.endswith("is older than the alerts, the drill or the runbooks.")


def test_an_alert_that_did_not_resolve_has_not_passed() -> None:
    alert = DrilledAlert(name="A", runbook="#", cause="", fired=1.0, reached=1.0)
    assert not alert.has_passed
    assert alert.model_copy(update={"resolved": 1.0}).has_passed
    assert not alert.model_copy(update={"resolved": 1.0, "problem": "the game ended"}).has_passed


def test_a_criterion_has_one_kind_of_check() -> None:
    for other in (
        {"rehearsal": "deploy/drill.md"},
        {"drill": DrillCheck(within=30)},
        {"tuned": TunedCheck(sessions=3)},
    ):
        with pytest.raises(ValueError, match="either a check, a rehearsal, a drill or tuned"):
            Criterion.model_validate({"title": "both", "check": Check(need=Need.IMPROVED), **other})
