"""A plan that is changed while the rollout runs: nothing happens by it until a person says who and why."""

from datetime import timedelta

import pytest
from made_events import play
from made_games import PLAN, Game

from unitdocs.errors import InputError
from unitdocs.rollout import log as logs
from unitdocs.studies import RolloutAction

WIDER = PLAN.replace("margin = 0.02", "margin = 0.04")


def test_a_wider_margin_is_not_in_force_until_a_person_says_why(game: Game) -> None:
    game.rollout.start("agreed")
    game.plan_file.write_text(WIDER)
    with pytest.raises(InputError, match=r"was changed .*gate frame time: margin 0.02 -> 0.04.*unitdocs rollout amend"):
        game.day()
    assert game.flag.share == 1_000
    assert len(game.rollout.log().looks) == 1
    look = game.rollout.amend("agreed with design")
    assert (look.action, look.why) == (
        RolloutAction.AMEND,
        "agreed with design (gate frame time: margin 0.02 -> 0.04)",
    )
    advanced = game.rollout.look()
    assert advanced.action is RolloutAction.ADVANCE
    assert next(gate for gate in advanced.gates if gate.gate == "frame time").margin == pytest.approx(1.04)
    log = game.rollout.log()
    assert [logs.decided_again(log, place) for place in range(3)] == [logs.as_line(one) for one in log.looks]
    assert [plan.gates[0].margin for plan in log.plans] == [0.02, 0.04, 0.04]


@pytest.mark.parametrize("content", [WIDER, "[[stages", PLAN.replace("limit = 0.06", "limit = 1.0")])
def test_a_changed_or_damaged_plan_file_does_not_keep_a_look_from_killing(game: Game, content: str) -> None:
    game.rollout.start("agreed")
    game.plan_file.write_text(content)
    assert game.day(error_rate=0.5).action is RolloutAction.KILL
    assert game.flag.killed is not None


def test_without_traffic_it_holds_by_the_plan_in_force(game: Game) -> None:
    game.rollout.start("agreed")
    game.plan_file.write_text(WIDER)
    game.moment += timedelta(days=1)
    assert game.rollout.look().action is RolloutAction.HOLD
    shown, _, decision, _ = game.rollout.show()
    assert shown.gates[0].margin == 0.02
    assert decision is not None


def test_a_change_that_is_taken_back_needs_no_reason(game: Game) -> None:
    game.rollout.start("agreed")
    game.plan_file.write_text(WIDER)
    game.plan_file.write_text(PLAN)
    assert game.day().action is RolloutAction.ADVANCE
    with pytest.raises(InputError, match="is the plan in force already"):
        game.rollout.amend("why")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"10 percent"\npercent = 10', '"10 percent"\npercent = 20', "stage 1 was '10 percent' with 10 %"),
        (PLAN[PLAN.index("[[stages") : PLAN.index('[[stages]]\nname = "50')], "", "stage 1 was '10 percent' with 10 %"),
        ('source = "simulated"', "", "source: was 'simulated' when the rollout started"),
        ('source = "simulated"', 'source = "simulated"\nflag = "other.json"', "flag: was 'flags.json'"),
        ('source = "simulated"', 'source = "simulated"\nenvironment = "beta"', "environment: was ''"),
    ],
)
def test_what_began_cannot_be_amended(game: Game, old: str, new: str, sentence: str) -> None:
    game.rollout.start("agreed")
    assert old in PLAN
    game.plan_file.write_text(PLAN.replace(old, new))
    with pytest.raises(InputError, match=sentence):
        game.rollout.amend("why")
    assert game.flag.share == 1_000


def test_after_a_kill_the_plan_is_amended_before_it_is_resumed(game: Game) -> None:
    game.rollout.start("agreed")
    game.day(error_rate=0.5)
    game.plan_file.write_text(WIDER)
    with pytest.raises(InputError, match="was changed"):
        game.rollout.resume("fixed")
    game.rollout.amend("agreed with design")
    assert game.rollout.look().action is RolloutAction.KILL
    game.rollout.resume("fixed")
    seen = game.day()
    assert seen.action is RolloutAction.ADVANCE
    assert seen.observation is not None
    assert len(seen.observation.versions) == 1


def test_a_hold_by_a_person_outlives_an_amendment(game: Game) -> None:
    game.rollout.start("agreed")
    game.rollout.hold("tournament")
    game.plan_file.write_text(WIDER)
    game.rollout.amend("agreed with design")
    assert game.rollout.log().position().is_held
    assert game.day().action is RolloutAction.HOLD


def test_a_stage_to_come_can_be_amended(game: Game) -> None:
    game.rollout.start("agreed")
    game.plan_file.write_text(PLAN.replace("percent = 50", "percent = 25"))
    game.rollout.amend("slower")
    play(game.folder / "events", game.flag_file, game.moment + timedelta(days=1), sessions=2_500)
    game.moment += timedelta(days=1)
    game.rollout.look()
    assert game.flag.share == 2_500
