"""The drill: fleets that really play, from 1 to 100 percent, with harm, with errors, without traffic, with a trend."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from unitdocs.experiment.fleet import FleetOptions, play_day
from unitdocs.flags import changing
from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import load as load_flag
from unitdocs.rollout import log as logs
from unitdocs.rollout.steering import Rollout
from unitdocs.studies import RolloutAction, RolloutLook

PLAN = """\
source = "simulated"
[[stages]]
name = "1 percent"
percent = 1
sessions = 60
[[stages]]
name = "10 percent"
percent = 10
sessions = 60
[[stages]]
name = "50 percent"
percent = 50
sessions = 60
[[stages]]
name = "everybody"
percent = 100
sessions = 60
[[gates]]
metric = "frame time"
kind = "mean"
margin = 0.02
limit = 0.025
[[gates]]
metric = "error"
kind = "share"
margin = 0.1
limit = 0.15
"""
SESSIONS = 4_000
"""Sessions a day: some 40 of them have the refactored system at 1 %."""
BEGIN = date(2026, 11, 1)


class Drill:
    """A rollout to a fleet, a day at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.flag_file = folder / "flags.json"
        self.moment = datetime.combine(BEGIN, datetime.min.time(), UTC)
        (folder / "rollout.toml").write_text(PLAN)
        changing.create(self.flag_file, Flag(), "drill")
        self.rollout = Rollout(folder / "rollout.toml", lambda: self.moment)
        self.days = 0
        self.played: set[tuple[int, str]] = set()

    def day(self, sessions: int = SESSIONS, **options: float | bool) -> RolloutLook:
        """Let a day's players play, each for ten frames, and look."""
        if sessions:
            made = FleetOptions(start=BEGIN, frames=10, **options)
            players = range(self.days * sessions, (self.days + 1) * sessions)
            done = play_day(self.folder / "events", self.flag_file, day=self.days, players=players, options=made)
            assert done.dropped == 0
        self.days += 1
        self.moment += timedelta(days=1)
        return self.rollout.look()

    def until(
        self, *ends: RolloutAction, most: int, sessions: int = SESSIONS, **options: float | bool
    ) -> list[RolloutLook]:
        """Play days until one of these is decided, and return the looks."""
        looks = []
        for _ in range(most):
            looks.append(self.day(sessions, **options))
            if looks[-1].action in ends:
                return looks
        raise AssertionError([look.why for look in looks])

    def at_ten_percent(self) -> None:
        """Begin with the second stage: fewer days have to be played."""
        changing.change(self.flag_file, "set", lambda flag: dataclasses.replace(flag, share=0), "")
        self.rollout.start("drill")
        self.rollout.hold("drill")
        self.rollout.resume("drill", "10 percent")


@pytest.fixture
def drill(tmp_path: Path) -> Drill:
    return Drill(tmp_path)


def test_a_fleet_without_harm_goes_from_1_to_100_percent(drill: Drill) -> None:
    drill.rollout.start("drill")
    looks = drill.until(RolloutAction.COMPLETE, RolloutAction.KILL, most=12)
    assert [look.next_stage for look in looks if look.action is RolloutAction.ADVANCE] == [1, 2, 3]
    assert looks[-1].action is RolloutAction.COMPLETE
    assert load_flag(drill.flag_file).flag.share == 10_000
    assert all(gate.state != "harm" for look in looks for gate in look.gates)
    log = drill.rollout.log()
    assert [logs.decided_again(log, place) for place in range(len(log.looks))] == list(map(logs.as_line, log.looks))


def test_a_system_that_is_slower_by_5_percent_is_held_and_then_killed(drill: Drill) -> None:
    drill.at_ten_percent()
    first = drill.day(400, harm=0.05)  # fewer sessions than the stage needs
    looks = [first, *drill.until(RolloutAction.ADVANCE, RolloutAction.KILL, most=20, sessions=2_000, harm=0.05)]
    assert {look.action for look in looks[:-1]} == {RolloutAction.HOLD}
    assert looks[-1].action is RolloutAction.KILL
    assert "frame time" in looks[-1].why
    assert load_flag(drill.flag_file).flag.killed is not None


def test_errors_kill_at_the_next_look(drill: Drill) -> None:
    drill.at_ten_percent()
    look = drill.day(error_rate=0.4)
    assert look.action is RolloutAction.KILL
    assert "error" in look.why


def test_without_traffic_it_holds_whatever_was_seen_before(drill: Drill) -> None:
    drill.at_ten_percent()
    for _ in range(3):
        look = drill.day(sessions=0)
        assert look.action is RolloutAction.HOLD
        assert "traffic" in look.why


def test_days_that_get_slower_change_nothing(drill: Drill) -> None:
    drill.at_ten_percent()
    looks = drill.until(RolloutAction.COMPLETE, RolloutAction.KILL, most=8, trend=0.3)
    assert looks[-1].action is RolloutAction.COMPLETE
    assert all(gate.state != "harm" for look in looks for gate in look.gates)
