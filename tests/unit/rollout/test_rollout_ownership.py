"""Two plans on one flag, a log that is older than the flag, and shares of environments."""

import dataclasses
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from made_events import play
from made_games import PLAN, Game

from unitdocs.errors import InputError
from unitdocs.flags import audit, changing
from unitdocs.rollout import log as logs
from unitdocs.rollout.steering import Rollout
from unitdocs.studies import RolloutAction


def other_rollout(game: Game, name: str = "other.toml", plan: str = PLAN) -> Rollout:
    """Return a second rollout on the flag of the game."""
    (game.folder / name).write_text(plan)
    return Rollout(game.folder / name, lambda: game.moment)


def set_share(share: int) -> changing.Edit:
    return lambda flag: dataclasses.replace(flag, share=share)


def test_a_second_plan_on_a_flag_is_refused_while_the_first_one_runs(game: Game) -> None:
    game.rollout.start("agreed")
    with pytest.raises(InputError, match=r"flags.json: its share belongs to another rollout, that of .*rollout.log"):
        other_rollout(game).start("as well")
    assert game.day().action is RolloutAction.ADVANCE


def test_of_two_plans_that_began_with_testers_the_one_that_advances_first_has_the_share(game: Game) -> None:
    internal = '[[stages]]\nname = "internal"\npercent = 0\ndays = 0\nsessions = 0\n'
    with_testers = PLAN.replace("[[stages]]", internal + "[[stages]]", 1)
    game.plan_file.write_text(with_testers)
    other = other_rollout(game, plan=with_testers)
    for rollout in (game.rollout, other):
        rollout.start("agreed")
    assert game.day().action is RolloutAction.ADVANCE
    for call in (other.look, other.show, lambda: other.hold("why")):
        with pytest.raises(InputError, match="belongs to another rollout"):
            call()
    assert game.day().action is RolloutAction.ADVANCE
    assert game.flag.share == 5_000


@pytest.mark.parametrize("end", ["complete", "kill"])
def test_after_the_first_rollout_ended_a_second_plan_may_begin(game: Game, end: str) -> None:
    game.rollout.start("agreed")
    if end == "complete":
        assert [game.day().action for _ in range(3)][-1] is RolloutAction.COMPLETE
    else:
        assert game.day(error_rate=0.5).action is RolloutAction.KILL
        changing.change(game.flag_file, "resume", lambda flag: dataclasses.replace(flag, killed=None), "the next one")
    other = other_rollout(game)
    other.start("the next version")
    assert game.flag.share == 1_000
    if end == "complete":
        with pytest.raises(InputError, match="belongs to another rollout"):
            game.rollout.look()


def test_a_share_that_was_set_by_hand_belongs_to_no_rollout(game: Game) -> None:
    game.rollout.start("agreed")
    changing.change(game.flag_file, "set", set_share(0), "taken over")
    other_rollout(game).start("instead")
    assert game.flag.share == 1_000
    with pytest.raises(InputError, match="belongs to another rollout"):
        game.rollout.look()


def test_a_log_that_is_older_than_the_flag_is_refused(game: Game) -> None:
    game.rollout.start("agreed")
    kept = (game.rollout.log_file, logs.end_of(game.rollout.log_file))
    for path in kept:
        shutil.copy(path, path.with_suffix(f"{path.suffix}.kept"))
    game.day()
    for path in kept:
        shutil.copy(path.with_suffix(f"{path.suffix}.kept"), path)
    for call in (game.rollout.look, game.rollout.show):
        with pytest.raises(InputError, match=r"lacks line 2, which changed flags\.json"):
            call()


def test_a_lost_log_does_not_start_anew_until_the_share_is_set_by_hand(game: Game) -> None:
    game.rollout.start("agreed")
    for path in (game.rollout.log_file, logs.end_of(game.rollout.log_file)):
        path.unlink()
    with pytest.raises(InputError, match="lacks line 1"):
        game.rollout.start("again")
    changing.change(game.flag_file, "set", set_share(0), "the log is lost")
    game.rollout.start("again")
    assert game.flag.share == 1_000


def test_the_audit_log_names_the_line_that_changed_the_flag(game: Game) -> None:
    game.rollout.start("agreed")
    (look,) = game.rollout.log().looks
    entry = audit.read(audit.place_of(game.flag_file))[-1]
    assert entry.why == f"rollout: agreed (rollout.log.jsonl:1 {logs.digest(look)[:16]})"


def test_a_plan_in_another_folder_is_named_by_its_way_from_the_flag(game: Game) -> None:
    folder = game.folder / "plans"
    folder.mkdir()
    plan = 'flag = "../flags.json"\nevents = "../events"\n' + PLAN
    first = other_rollout(game, "plans/first.toml", plan)
    first.start("agreed")
    with pytest.raises(InputError, match=r"plans/first\.log\.jsonl"):
        game.rollout.start("as well")
    first.look()


# Shares of environments.

BETA = 'environment = "beta"\n' + PLAN


def test_a_rollout_of_an_environment_changes_the_share_of_that_alone(tmp_path: Path) -> None:
    game = Game(tmp_path)
    changing.change(game.flag_file, "set", set_share(300), "by hand")
    game.plan_file.write_text(BETA)
    game.rollout.start("agreed")
    assert (game.flag.share, dict(game.flag.shares)) == (300, {"beta": 1_000})


def test_two_rollouts_of_two_environments_do_not_disturb_each_other(game: Game) -> None:
    beta = other_rollout(game, "beta.toml", BETA.replace("[[stages", 'events = "beta"\n[[stages', 1))
    game.rollout.start("agreed")
    beta.start("agreed")
    for _ in range(2):
        game.moment += timedelta(days=1)
        play(game.folder / "events", game.flag_file, game.moment, sessions=2_500)
        play(game.folder / "beta", game.flag_file, game.moment, sessions=2_500, environment="beta")
        assert [rollout.look().action for rollout in (game.rollout, beta)] == [RolloutAction.ADVANCE] * 2
    assert (game.flag.share, dict(game.flag.shares)) == (10_000, {"beta": 10_000})
    versions = game.rollout.look().observation
    assert versions is not None
    assert [one.share for one in versions.versions] == [0.0, 0.1, 0.5, 1.0]


def test_sessions_of_an_environment_with_another_share_hold_the_rollout(game: Game) -> None:
    changing.change(game.flag_file, "set", lambda flag: dataclasses.replace(flag, shares={"beta": 8_000}), "testers")
    game.rollout.start("agreed")
    game.moment += timedelta(days=1)
    play(game.folder / "events", game.flag_file, game.moment, sessions=2_000)
    play(game.folder / "events", game.flag_file, game.moment, sessions=500, seed=2, environment="beta")
    look = game.rollout.look()
    assert look.action is RolloutAction.HOLD
    assert "assignment" in look.why


def test_a_share_of_another_environment_that_changes_meanwhile_assigns_nobody_anew(game: Game) -> None:
    game.rollout.start("agreed")
    changing.change(game.flag_file, "set", lambda flag: dataclasses.replace(flag, shares={"beta": 8_000}), "testers")
    look = game.day()
    assert look.action is RolloutAction.ADVANCE
    assert look.observation is not None
    assert [one.share for one in look.observation.versions if one.share] == [0.1]


def test_a_kill_takes_every_environment_back_and_a_resume_gives_it_again(game: Game) -> None:
    game.plan_file.write_text(BETA)
    changing.change(game.flag_file, "set", set_share(300), "by hand")
    game.rollout.start("agreed")
    changing.kill(game.flag_file, "menus overlap")
    assert game.rollout.look().action is RolloutAction.KILL
    for environment in ("", "beta"):
        assert {game.flag.choose(f"player-{n}", environment, 0.0)[0] for n in range(500)} == {"original"}
    game.rollout.resume("fixed")
    assert (game.flag.killed, game.flag.share, dict(game.flag.shares)) == (None, 300, {"beta": 1_000})


def test_an_environment_without_a_share_of_its_own_had_that_of_all_others(game: Game) -> None:
    game.plan_file.write_text(BETA)
    changing.change(game.flag_file, "set", set_share(5_000), "by hand")
    before = {n for n in range(1_000) if game.flag.choose(f"player-{n}", "beta", 0.0)[0] == "refactored"}
    game.rollout.start("agreed")
    after = {n for n in range(1_000) if game.flag.choose(f"player-{n}", "beta", 0.0)[0] == "refactored"}
    assert after < before
