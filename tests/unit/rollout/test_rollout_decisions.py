"""What a rollout decides: it goes on only by proof, and everything else holds or kills."""

import dataclasses
import math

import pytest
from made_observations import AT_HALF, ERRORS, PLAN, TIME, arm, later, observation

from unitdocs.rollout.deciding import decide
from unitdocs.rollout.position import RolloutPosition
from unitdocs.studies import (
    ExposedVersion,
    GateResult,
    MeanObservation,
    MeanStratum,
    Observation,
    RolloutAction,
    ShareObservation,
)

EQUAL = observation()


def action(seen: Observation, position: RolloutPosition = AT_HALF, days: float = 2) -> RolloutAction:
    return decide(PLAN, position, seen, later(days)).action


def gate(seen: Observation, name: str, position: RolloutPosition = AT_HALF, days: float = 2) -> GateResult:
    return next(one for one in decide(PLAN, position, seen, later(days)).gates if one.gate == name)


def test_equal_systems_with_enough_sessions_go_on() -> None:
    assert action(EQUAL) is RolloutAction.ADVANCE


def test_too_few_sessions_hold_and_name_what_is_missing() -> None:
    seen = observation(sessions=300)
    assert action(seen) is RolloutAction.HOLD
    time = gate(seen, "frame time")
    assert time.state == "waiting"
    assert time.needed is not None
    enough = observation(sessions=round((300 + time.needed) * 1.02))
    assert gate(enough, "frame time").state == "passed"
    assert gate(observation(sessions=round((300 + time.needed) * 0.9)), "frame time").state == "waiting"
    assert f"{time.needed:,} more sessions" in time.sentence
    assert "+2 %" in time.sentence


def test_a_share_names_how_many_sessions_prove_it() -> None:
    seen = observation(sessions=200)
    errors = gate(seen, "error")
    assert errors.state == "waiting"
    assert errors.needed is not None
    assert gate(observation(sessions=round((200 + errors.needed) * 1.02)), "error").state == "passed"
    assert gate(observation(sessions=round((200 + errors.needed) * 0.9)), "error").state == "waiting"


def test_harm_beyond_the_limit_kills() -> None:
    decision = decide(PLAN, AT_HALF, observation(1.1), later(2))
    assert decision.action is RolloutAction.KILL
    assert "limit +5 %" in decision.why
    assert gate(observation(1.1), "frame time").state == "harm"


@pytest.mark.parametrize("ratio", [1.03, 1.045])
def test_harm_between_margin_and_limit_holds(ratio: float) -> None:
    assert action(observation(ratio)) is RolloutAction.HOLD
    assert gate(observation(ratio), "frame time").needed is None


def test_errors_beyond_the_limit_kill_and_few_of_them_hold() -> None:
    assert action(observation(errors=(0, 1_000))) is RolloutAction.KILL
    assert action(observation(errors=(0, 250))) is RolloutAction.HOLD
    assert action(observation(errors=(1_000, 1_000))) is RolloutAction.ADVANCE


def test_sparse_errors_do_not_pass_and_do_not_kill() -> None:
    seen = observation(sessions=400, errors=(0, 3))
    assert gate(seen, "error").state == "waiting"
    assert action(seen) is RolloutAction.HOLD


def test_no_error_among_few_sessions_is_no_proof() -> None:
    assert gate(observation(sessions=100), "error").state == "waiting"


@pytest.mark.parametrize("newest", [later(1.7), None])
def test_without_new_events_it_holds(newest: object) -> None:
    seen = EQUAL.model_copy(update={"newest": newest})
    decision = decide(PLAN, AT_HALF, seen, later(2))
    assert decision.action is RolloutAction.HOLD
    assert "traffic" in decision.why


def test_no_data_at_all_holds_in_every_stage() -> None:
    for stage in range(len(PLAN.stages)):
        position = dataclasses.replace(AT_HALF, stage=stage)
        assert action(Observation(newest=None), position) is RolloutAction.HOLD
        assert action(Observation(newest=later(2)), position) is RolloutAction.HOLD


def test_a_stage_lasts_its_time() -> None:
    seen = observation(newest=later(0.9))
    assert action(seen, days=0.9) is RolloutAction.HOLD
    assert gate(seen, "time", days=0.9).sentence == "time: 0.9 days of at least 1"


def test_a_mismatch_of_the_arms_holds() -> None:
    seen = observation(treatment=20_000)
    skewed = seen.model_copy(
        update={"versions": (ExposedVersion(flag_version=4, share=0.5, control=20_000, treatment=18_500),)}
    )
    assert action(skewed) is RolloutAction.HOLD
    assert gate(skewed, "assignment").state == "waiting"


def test_a_session_in_both_arms_holds() -> None:
    assert action(observation(both=1)) is RolloutAction.HOLD
    assert "both systems" in gate(observation(both=1), "assignment").sentence


def test_testers_with_an_error_hold_the_first_stage() -> None:
    position = RolloutPosition(0, later(0), 1)
    exposed = ExposedVersion(flag_version=1, share=0, control=1_000, treatment=0, testers=10)
    seen = Observation(newest=later(2), versions=(exposed,))
    assert action(seen, position) is RolloutAction.ADVANCE
    failing = exposed.model_copy(update={"tester_errors": 1})
    assert action(seen.model_copy(update={"versions": (failing,)}), position) is RolloutAction.HOLD


def test_the_last_stage_is_complete() -> None:
    exposed = ExposedVersion(flag_version=5, share=1, control=0, treatment=1_000)
    seen = Observation(newest=later(2), versions=(exposed,))
    assert action(seen, RolloutPosition(4, later(0), 5)) is RolloutAction.COMPLETE


def test_an_earlier_stage_does_not_prove_a_later_one() -> None:
    seen = observation(version=2, share=0.1)
    assert action(seen) is RolloutAction.HOLD
    assert gate(seen, "frame time").state == "waiting"


def test_harm_that_an_earlier_stage_proved_kills_later_too() -> None:
    assert action(observation(1.1, version=2, share=0.1)) is RolloutAction.KILL


def test_a_trend_over_days_with_growing_shares_moves_nothing() -> None:
    # Each later version is 30 % slower in both arms and has more treated sessions: pooled, the treatment looks slower.
    strata, variances, pooled = [], [], {"control": 0.0, "treatment": 0.0}
    counts = {"control": 0, "treatment": 0}
    for version, share in ((2, 0.01), (3, 0.1), (4, 0.5)):
        level, sessions = 1.3**version, 40_000
        control = arm(round(sessions * (1 - share)), level)
        treatment = arm(round(sessions * share), 0.99 * level)
        strata.append(MeanStratum(flag_version=version, control=control, treatment=treatment))
        variances.append(sum(one.variance / one.sessions / one.mean**2 for one in (control, treatment)))
        for name, one in (("control", control), ("treatment", treatment)):
            pooled[name] += one.sessions * one.mean
            counts[name] += one.sessions
    assert pooled["treatment"] / counts["treatment"] > 1.1 * pooled["control"] / counts["control"]
    covariance = tuple(tuple(v if i == j else 0.0 for j in range(3)) for i, v in enumerate(variances))
    seen = EQUAL.model_copy(
        update={"means": (MeanObservation(metric="frame time", strata=tuple(strata), covariance=covariance),)}
    )
    result = gate(seen, "frame time", RolloutPosition(3, later(0), 2))
    assert result.state == "passed"
    assert result.estimate == pytest.approx(0.99)
    assert action(seen) is RolloutAction.ADVANCE


def test_a_hold_by_a_person_holds_and_harm_kills_nevertheless() -> None:
    held = dataclasses.replace(AT_HALF, is_held=True)
    assert action(EQUAL, held) is RolloutAction.HOLD
    assert action(observation(1.1), held) is RolloutAction.KILL


def test_seven_of_ten_values_at_100_against_1_do_not_pass() -> None:
    """A rank test finds no difference here: canary judges by ranks let it pass."""
    treatment = arm(10, 0.7 * 100 + 0.3, spread=math.sqrt(0.21) * 99 / 70.3)
    strata = (MeanStratum(flag_version=4, control=arm(10, 1.0), treatment=treatment),)
    seen = EQUAL.model_copy(
        update={"means": (MeanObservation(metric="frame time", strata=strata, covariance=((0.05,),)),)}
    )
    assert gate(seen, "frame time").state == "waiting"


def test_a_version_of_three_sessions_that_are_alike_neither_proves_nor_kills() -> None:
    # A version that just began; its three sessions of each arm happen to agree.
    for ratio in (0.8, 1.3):
        few = MeanStratum(flag_version=5, control=arm(3, 1.0, 1e-4), treatment=arm(3, ratio, 1e-4))
        many = MeanStratum(flag_version=4, control=arm(1_000, 1.0, 0.3), treatment=arm(1_000, 1.0, 0.3))
        variances = [2 * one.control.variance / one.control.sessions for one in (many, few)]
        means = MeanObservation(
            metric="frame time",
            strata=(many, few),
            covariance=((variances[0], 0.0), (0.0, variances[1])),
        )
        result = gate(EQUAL.model_copy(update={"means": (means,)}), "frame time")
        assert result.state == "waiting"
        assert result.estimate == pytest.approx(1.0)


def test_a_metric_without_data_holds() -> None:
    seen = EQUAL.model_copy(update={"shares": (ShareObservation(metric="error", cells=()),)})
    assert action(seen) is RolloutAction.HOLD
    assert gate(seen, "error").sentence == "error: no data from both arms in this stage"


def test_the_gates_are_those_of_the_plan() -> None:
    names = [one.gate for one in decide(PLAN, AT_HALF, EQUAL, later(2)).gates]
    assert names == ["time", "traffic", "sessions", "assignment", TIME.metric, ERRORS.metric]
