"""A rollout from its start to its end, over the files that games, people and killed processes leave."""

import dataclasses
import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from made_events import play
from made_games import Game

from unitdocs.errors import InputError
from unitdocs.flags import audit, changing
from unitdocs.flags.flag import Flag
from unitdocs.rollout import killing
from unitdocs.rollout import log as logs
from unitdocs.rollout.steering import Rollout
from unitdocs.studies import RolloutAction


def test_a_rollout_without_harm_goes_to_its_end_and_is_decided_again_byte_for_byte(game: Game) -> None:
    game.rollout.start("agreed")
    assert game.flag.share == 1_000
    actions = [game.day().action for _ in range(3)]
    assert actions == [RolloutAction.ADVANCE, RolloutAction.ADVANCE, RolloutAction.COMPLETE]
    assert game.flag.share == 10_000
    log = game.rollout.log()
    assert [logs.decided_again(log, place) for place in range(4)] == [logs.as_line(look) for look in log.looks]
    assert game.rollout.look().action is RolloutAction.COMPLETE
    assert len(game.rollout.log().looks) == 4


def test_an_edited_observation_is_decided_differently(game: Game) -> None:
    game.rollout.start("agreed")
    game.day()
    log = game.rollout.log()
    look = log.looks[1]
    assert look.observation is not None
    nothing = look.observation.model_copy(update={"newest": None})
    edited = logs.RolloutLog((log.looks[0], look.model_copy(update={"observation": nothing})), log.plans)
    assert logs.decided_again(edited, 1) != logs.as_line(edited.looks[1])


def test_harm_kills_at_the_next_look_and_nothing_is_decided_afterwards(game: Game) -> None:
    game.rollout.start("agreed")
    look = game.day(error_rate=0.5)
    assert look.action is RolloutAction.KILL
    assert game.flag.killed is not None
    assert "error" in game.flag.killed
    assert game.day().number == look.number


def test_without_traffic_it_holds_every_day(game: Game) -> None:
    game.rollout.start("agreed")
    for _ in range(3):
        game.moment += timedelta(days=1)
        assert game.rollout.look().action is RolloutAction.HOLD
    assert game.flag.share == 1_000


def test_after_a_kill_and_a_fix_what_was_seen_before_does_not_count(game: Game) -> None:
    game.rollout.start("agreed")
    game.day(error_rate=0.5)
    game.rollout.resume("fixed")
    assert game.flag.killed is None
    assert game.flag.share == 1_000
    look = game.day()
    assert look.action is RolloutAction.ADVANCE
    assert look.observation is not None
    assert [one.flag_version for one in look.observation.versions] == [game.flag.version - 1]


def players(game: Game) -> set[int]:
    """Return the players who have the refactored system."""
    return {number for number in range(2_000) if game.flag.choose(f"player-{number}", "", 0.0)[0] == "refactored"}


def test_after_a_kill_by_mistake_the_same_players_go_on_in_the_named_stage_with_new_evidence(game: Game) -> None:
    game.rollout.start("agreed")
    game.day()
    before, entered = players(game), game.moment
    changing.kill(game.flag_file, "wrong alarm")
    assert game.day().action is RolloutAction.KILL
    assert players(game) == set()
    game.moment += timedelta(hours=6)
    look = game.rollout.resume("the alarm was wrong", "50 percent")
    assert (look.action, look.next_stage) == (RolloutAction.RESUME, 1)
    assert players(game) == before
    position = game.rollout.log().position()
    assert position.entered == game.moment > entered
    held = game.rollout.look()
    assert held.action is RolloutAction.HOLD
    assert "time: 0 days of at least 1" in held.why
    seen = game.day().observation
    assert seen is not None
    assert [one.flag_version for one in seen.versions] == [position.first_version]


def test_after_a_kill_by_mistake_it_begins_with_the_first_stage_if_none_is_named(game: Game) -> None:
    game.rollout.start("agreed")
    game.day()
    changing.kill(game.flag_file, "wrong alarm")
    game.rollout.look()
    assert game.rollout.resume("the alarm was wrong").next_stage == 0
    assert game.flag.share == 1_000
    game.rollout.hold("why")
    with pytest.raises(InputError, match="--stage 5 percent: there is no such stage; give one of 10 percent"):
        game.rollout.resume("why", "5 percent")


def test_a_flag_that_was_resumed_by_hand_after_a_kill_by_mistake_waits_for_the_rollout(game: Game) -> None:
    game.rollout.start("agreed")
    changing.kill(game.flag_file, "wrong alarm")
    game.rollout.look()
    changing.change(game.flag_file, "resume", lambda flag: dataclasses.replace(flag, killed=None), "by hand")
    assert game.day().action is RolloutAction.KILL
    assert len(game.rollout.log().looks) == 2
    game.rollout.resume("the alarm was wrong")
    assert game.day().action is RolloutAction.ADVANCE


def test_a_hold_keeps_the_stage_until_it_is_resumed(game: Game) -> None:
    game.rollout.start("agreed")
    game.rollout.hold("release on Friday")
    held = game.day()
    assert held.action is RolloutAction.HOLD
    assert "a person holds it" in held.why
    game.rollout.resume("released")
    assert game.day().action is RolloutAction.ADVANCE


def test_a_flag_that_somebody_else_changed_holds(game: Game) -> None:
    game.rollout.start("agreed")
    changing.change(game.flag_file, "set", lambda flag: Flag(**{**flag.rules(), "share": 7_000}), "by hand")
    look = game.day()
    assert look.action is RolloutAction.HOLD
    assert "70 %" in look.why
    game.rollout.resume("put back")
    assert game.flag.share == 1_000


def test_a_flag_that_somebody_else_killed_is_a_kill(game: Game) -> None:
    game.rollout.start("agreed")
    changing.kill(game.flag_file, "menus overlap")
    look = game.day()
    assert look.action is RolloutAction.KILL
    assert "menus overlap" in look.why


@pytest.mark.parametrize("damage", ["", "[[stages", "\0", None])
def test_a_kill_needs_no_plan_no_events_and_no_log(game: Game, damage: str | None) -> None:
    game.rollout.start("agreed")
    if damage is None:
        game.plan_file.unlink()
    else:
        game.plan_file.write_text(damage)
    game.rollout.log_file.write_text("damaged\n")
    killing.kill(game.flag_file, "overlap")
    assert "not in the log" in str(killing.write_down(game.plan_file, game.flag_file, "overlap"))
    assert game.flag.killed == "overlap"


def test_a_kill_is_in_the_log(game: Game) -> None:
    game.rollout.start("agreed")
    killing.kill(game.flag_file, "overlap")
    assert killing.write_down(game.plan_file, game.flag_file, "overlap") is None
    log = game.rollout.log()
    assert log.is_killed
    assert log.looks[-1].why == "overlap"


def test_what_was_decided_before_a_process_was_killed_is_put_in_force_once(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    game.rollout.start("agreed")
    with monkeypatch.context() as patched:
        patched.setattr(Rollout, "_put_in_force", lambda *_: None)  # what a kill between log and flag leaves
        assert game.day().action is RolloutAction.ADVANCE
    assert game.flag.share == 1_000
    version = game.flag.version
    assert game.rollout.look().action is RolloutAction.HOLD
    assert game.flag.share == 5_000
    assert game.flag.version == version + 1


def watch(game: Game, *options: str) -> list[str]:
    """Return a command that watches at the time of the game."""
    at = f"{game.moment:%Y-%m-%dT%H:%MZ}"
    command = [sys.executable, "-m", "unitdocs.cli", "rollout", "watch", "--plan", str(game.plan_file), "--at", at]
    return [*command, *options]


def test_two_watchers_decide_once(game: Game) -> None:
    game.rollout.start("agreed")
    game.moment += timedelta(days=1)
    play(game.folder / "events", game.flag_file, game.moment, sessions=2_500)
    with subprocess.Popen(watch(game, "--once")) as one, subprocess.Popen(watch(game, "--once")) as other:
        assert (one.wait(), other.wait()) == (0, 0)
    actions = [look.action for look in game.rollout.log().looks]
    assert actions.count(RolloutAction.ADVANCE) == 1
    shares = [entry.after.share for entry in audit.read(audit.place_of(game.flag_file))]
    assert shares == [0, 1_000, 5_000]


def test_a_watcher_that_is_killed_leaves_a_log_that_goes_on(game: Game) -> None:
    game.rollout.start("agreed")
    game.moment += timedelta(days=1)
    play(game.folder / "events", game.flag_file, game.moment, sessions=2_500)
    with subprocess.Popen(watch(game, "--every", "1s"), stdout=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        watcher.stdout.readline()
        watcher.send_signal(signal.SIGKILL)
    with game.rollout.log_file.open("ab") as log:
        log.write(b'{"number": 9')
    assert game.day().action in (RolloutAction.ADVANCE, RolloutAction.COMPLETE)
    assert all(json.loads(line) for line in game.rollout.log_file.read_bytes().splitlines())


def test_a_kill_that_was_only_written_down_is_put_in_force_whatever_happened_since(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    game.rollout.start("agreed")
    with monkeypatch.context() as patched:
        patched.setattr(Rollout, "_put_in_force", lambda *_: None)  # what a kill between log and flag leaves
        assert game.day(error_rate=0.5).action is RolloutAction.KILL
    changing.change(game.flag_file, "allow", lambda flag: dataclasses.replace(flag, allowed=frozenset({"tester"})))
    assert game.flag.killed is None
    game.rollout.look()
    assert game.flag.killed is not None
    changing.change(game.flag_file, "resume", lambda flag: dataclasses.replace(flag, killed=None), "by hand")
    game.rollout.look()
    assert game.flag.killed is None


def events_of(game: Game) -> Path:
    return next((game.folder / "events").rglob("*.parquet"))


def test_one_arm_without_values_of_many_sessions_holds(game: Game) -> None:
    game.rollout.start("agreed")
    game.moment += timedelta(days=1)
    play(game.folder / "events", game.flag_file, game.moment, sessions=5_000)
    table = pq.read_table(events_of(game))
    lacks = pc.and_(pc.equal(table["arm"], "refactored"), pc.equal(table["metric"], "frame time"))
    few = pc.less(pc.bit_wise_and(table["session"], 7), 6)  # three of four
    pq.write_table(table.filter(pc.invert(pc.and_(lacks, few))), events_of(game))
    look = game.rollout.look()
    assert look.action is RolloutAction.HOLD
    assert "frame time: no data" in look.why


@pytest.mark.parametrize("days", [-30, 900])
def test_events_of_another_time_are_no_traffic(game: Game, days: int) -> None:
    game.rollout.start("agreed")
    play(game.folder / "events", game.flag_file, game.moment + timedelta(days=days), sessions=5_000)
    game.moment += timedelta(days=1)
    look = game.rollout.look()
    assert look.action is RolloutAction.HOLD
    assert "traffic" in look.why


def test_a_foreign_file_is_no_traffic_and_no_error(game: Game) -> None:
    game.rollout.start("agreed")
    (game.folder / "events").mkdir()
    pq.write_table(
        pa.table({"time": [game.moment.replace(tzinfo=None)], "source": [1]}), game.folder / "events" / "a.parquet"
    )
    look = game.rollout.look()
    assert look.action is RolloutAction.HOLD
    assert look.observation is not None
    assert "left out" in " ".join(look.observation.notes)


def allowing(key: str) -> changing.Edit:
    return lambda flag: dataclasses.replace(flag, allowed=frozenset({key}))


def test_players_who_return_after_a_change_for_single_keys_count_once(game: Game) -> None:
    game.rollout.start("agreed")
    game.moment += timedelta(days=1)
    for version in range(3):
        play(game.folder / "events", game.flag_file, game.moment, sessions=600, seed=version)
        changing.change(game.flag_file, "allow", allowing(f"tester-{version}"))
    seen = game.rollout.look().observation
    assert seen is not None
    assert [(one.share, one.control + one.treatment) for one in seen.versions if one.share] == [(0.1, 600)]
    assert [sum(cell.control_sessions + cell.treatment_sessions for cell in one.cells) for one in seen.shares] == [600]


def test_an_edited_log_is_refused(game: Game) -> None:
    game.rollout.start("agreed")
    game.day()
    text = game.rollout.log_file.read_text()
    game.rollout.log_file.write_text(text.replace("agreed", "agreen"))
    with pytest.raises(InputError, match="was edited"):
        game.rollout.look()


@pytest.mark.parametrize("call", ["look", "hold", "resume"])
def test_what_was_not_started_cannot_go_on(game: Game, call: str) -> None:
    with pytest.raises(InputError, match="was not started"):
        getattr(game.rollout, call)("why") if call != "look" else game.rollout.look()


def test_nothing_is_resumed_that_is_neither_held_nor_killed(game: Game) -> None:
    game.rollout.start("agreed")
    with pytest.raises(InputError, match="neither held nor killed"):
        game.rollout.resume("why")
    with pytest.raises(InputError, match="started already"):
        game.rollout.start("again")
