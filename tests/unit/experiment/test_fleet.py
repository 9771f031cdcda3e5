"""A simulated fleet really plays, and its events are what it says it did."""

import datetime as dt
import json
import math
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from unitdocs.cli.program import app
from unitdocs.errors import InputError
from unitdocs.experiment import fleet, playing
from unitdocs.experiment.events import session_of
from unitdocs.experiment.fleet import Fleet, FleetAccount, FleetDay, FleetOptions, account_of, play_day, simulate
from unitdocs.experiment.keeping import event_files
from unitdocs.experiment.writing import EventWriter
from unitdocs.flags import Choice, Flag, Reason, bucket, changing
from unitdocs.units import create_system

ROOT = Path(__file__).parents[3]
START = dt.date(2026, 12, 1)
HALF = 5_000


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    changing.create(tmp_path / "flags.json", Flag(share=HALF), "a test")
    return tmp_path / "flags.json"


def options(**changes: object) -> FleetOptions:
    return FleetOptions(**{"start": START, "frames": 3, **changes})


def read(folder: Path) -> pd.DataFrame:
    return pd.concat([pq.ParquetFile(path).read().to_pandas() for path in event_files(folder)], ignore_index=True)


def assert_events_are_what_was_done(events: pd.DataFrame, day: FleetDay) -> None:
    for sums in day.arms:
        mine = events[(events.arm == sums.arm) & (events.day == day.date)]
        counts = Counter(mine.metric)
        assert mine[mine.metric == "session"].session.nunique() == counts["session"] == sums.sessions
        assert counts["frame time"] == sums.frames
        assert counts["missed frame"] == sums.missed
        assert counts["error"] == sums.errors
        seconds = math.fsum(mine[mine.metric == "frame time"].value)
        assert seconds == pytest.approx(sums.seconds, rel=1e-12)
    assert day.dropped == 0


def test_sums_of_events_equal_what_the_fleet_says_it_did(tmp_path: Path, flag: Path) -> None:
    day = play_day(tmp_path, flag, day=0, players=range(200), options=options(error_rate=0.2))
    events = read(tmp_path)
    assert_events_are_what_was_done(events, day)
    assert sum(sums.sessions for sums in day.arms) == 200
    assert day.of("refactored").errors > 0
    assert day.of("original").errors == 0
    assert set(events.source) == {"simulated"}
    assert set(events.flag_version) == set(day.flag_versions) == {1}


def test_each_player_has_the_system_that_the_flag_gives_the_key(tmp_path: Path, flag: Path) -> None:
    play_day(tmp_path, flag, day=0, players=range(100, 150), options=options())
    events = read(tmp_path)
    arms = dict(zip(events.session, events.arm, strict=True))
    assert arms == {
        session_of("fleet-1", key): "refactored" if bucket(Flag().salt, key) < HALF else "original"
        for key in (f"player-{number}" for number in range(100, 150))
    }
    assert set(events.reason) == {"share"}


def test_a_changed_flag_holds_from_the_next_day_on(tmp_path: Path, flag: Path) -> None:
    first = play_day(tmp_path, flag, day=0, players=range(40), options=options())
    changing.kill(flag, "a test")
    second = play_day(tmp_path, flag, day=1, players=range(40, 80), options=options())
    assert (first.flag_versions, second.flag_versions) == ((1,), (2,))
    assert second.of("refactored").sessions == 0
    assert set(read(tmp_path).query("flag_version == 2").reason) == {"killed"}


def test_sessions_are_spread_over_their_day_and_end_on_it(tmp_path: Path, flag: Path) -> None:
    play_day(tmp_path, flag, day=2, players=range(48), options=options())
    events = read(tmp_path)
    assert set(events.day) == {dt.date(2026, 12, 3)}
    assert set(events[events.metric == "session"].time.dt.hour) == set(range(24))


def test_processes_share_the_players_of_a_day(tmp_path: Path, flag: Path) -> None:
    with Fleet(tmp_path, flag, options(), processes=2) as players:
        days = [players.play_day(day, range(day * 50, (day + 1) * 50)) for day in range(2)]
    events = read(tmp_path)
    for day in days:
        assert_events_are_what_was_done(events, day)
    assert events[events.metric == "session"].session.nunique() == 100
    assert len(event_files(tmp_path)) == 4


class RecordingSystem:
    """A unit system that counts what it is asked for."""

    def __init__(self, name: str) -> None:
        self.inner, self.resolves = create_system(name), 0

    def prepare(self, scene: object) -> object:
        prepared = self.inner.prepare(scene)
        resolve = prepared.resolve
        counter = self

        class Counted:
            def __init__(self) -> None:
                self.scene, self.update = prepared.scene, prepared.update

            def resolve(self, **sizes: object) -> object:
                counter.resolves += 1
                return resolve(**sizes)

        return Counted()


def played_systems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flag: Path, day: int = 0, **changes: object
) -> dict[str, int]:
    """Return how many frames each system resolved, for 20 players."""
    systems = {name: RecordingSystem(name) for name in ("original", "refactored")}
    monkeypatch.setattr(fleet, "_system", systems.__getitem__)
    play_day(tmp_path, flag, day=day, players=range(20), options=options(frames=10, **changes))
    return {name: system.resolves for name, system in systems.items()}


def test_the_assigned_system_resolves_the_frames(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flag: Path) -> None:
    resolved = played_systems(monkeypatch, tmp_path, flag)
    events = read(tmp_path)
    assert resolved == {arm: 10 * n for arm, n in events[events.metric == "session"].arm.value_counts().items()}


@pytest.mark.parametrize("changes", [{"same": True}, {"harm": 0.05}])
def test_without_the_refactored_system_both_arms_have_the_original(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flag: Path, changes: dict[str, object]
) -> None:
    assert played_systems(monkeypatch, tmp_path, flag, **changes) == {"original": 200, "refactored": 0}


def test_a_trend_is_more_work_each_day_in_both_arms(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flag: Path
) -> None:
    first = sum(played_systems(monkeypatch, tmp_path / "0", flag, trend=0.5).values())
    third = sum(played_systems(monkeypatch, tmp_path / "2", flag, day=2, trend=0.5).values())
    assert first == 200
    assert 2.2 <= third / first <= 2.3  # 1.5 squared, and at most a frame for each player


def test_harm_makes_a_frame_longer_by_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock of which each reading takes 1 µs, so that nothing depends on the machine."""
    ticks = iter(range(10**9))
    monkeypatch.setattr(time, "thread_time", lambda: next(ticks) * 1e-6)

    def work() -> None:
        for _ in range(50):
            next(ticks)

    class Busy:
        def resolve(self, **_: object) -> None:
            work()

    frame = [playing.GameFrame(playing.SCREEN, {})]
    plain = playing._seconds_of(Busy(), frame, 0.0, 0.5)
    harmed = [playing._seconds_of(Busy(), frame, 0.05, chance / 100) for chance in range(100)]
    assert plain == pytest.approx(51e-6)
    assert sum(harmed) / 100 == pytest.approx(plain * 1.05, rel=0.01)


def test_a_frame_over_its_budget_is_missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flag: Path) -> None:
    monkeypatch.setattr(playing, "BUDGET", 0.0)
    day = play_day(tmp_path, flag, day=0, players=range(10), options=options())
    assert sum(sums.missed for sums in day.arms) == 30
    assert_events_are_what_was_done(read(tmp_path), day)


def test_the_same_players_play_the_same_frames() -> None:
    game = playing.game_of(None, None)
    first, again = (game.frames(random.Random("1:0:7"), 5) for _ in range(2))
    assert first == again
    assert game.frames(random.Random("1:0:8"), 5) != first


def test_recorded_sizes_of_a_window_are_played_on_their_scene(tmp_path: Path, flag: Path) -> None:
    files = {
        "scene": str(ROOT / "benchmarks/scenes/prize-wheel.json"),
        "recording": str(ROOT / "benchmarks/frames/breakpoint-switch.json"),
    }
    day = play_day(tmp_path, flag, day=0, players=range(4), options=options(**files))
    assert sum(sums.frames for sums in day.arms) == 12
    recorded = json.loads(Path(files["recording"]).read_text())["frames"]
    frames = playing.game_of(*map(Path, files.values())).frames(random.Random(1), 5)
    assert list(frames[0].viewport) in recorded


@pytest.mark.parametrize("content", ["", "[]", '{"frames": []}', '{"frames": [[1]]}', '{"frames": [[0, 5]]}'])
def test_a_recording_without_sizes_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "frames.json").write_text(content)
    with pytest.raises(InputError, match=r"frames\.json: needs a member frames with sizes"):
        playing.game_of(ROOT / "benchmarks/scenes/prize-wheel.json", tmp_path / "frames.json")
    with pytest.raises(InputError, match="give both, or none"):
        playing.game_of(None, tmp_path / "frames.json")


def test_a_simulation_that_was_ended_goes_on_and_counts_nothing_twice(tmp_path: Path, flag: Path) -> None:
    simulate(tmp_path, flag, options(), sessions=20, days=1)
    half = EventWriter(tmp_path, salt="fleet-1", name=fleet._name(options(), 1))
    half.session("player-20", Choice("original", "original", Reason.SHARE, 1), "Fleet HUD")
    half.close()
    seen: list[int] = []
    account = simulate(tmp_path, flag, options(), sessions=20, days=3, watch=lambda day: seen.append(day.day))
    assert seen == [1, 2]
    assert account == account_of(tmp_path)
    events = read(tmp_path)
    for day in account.days:
        assert_events_are_what_was_done(events, day)
    assert len(events[events.metric == "session"]) == 60


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"seed": 2}, "with seed 1 played here, not 2"), ({"harm": 0.1}, "with harm 0.0 played here, not 0.1")],
)
def test_two_fleets_do_not_mix_in_a_folder(
    tmp_path: Path, flag: Path, changes: dict[str, object], sentence: str
) -> None:
    simulate(tmp_path, flag, options(), sessions=2)
    with pytest.raises(InputError, match=sentence):
        simulate(tmp_path, flag, options(**changes), sessions=2)
    with pytest.raises(InputError, match="with sessions 2 played here, not 3"):
        simulate(tmp_path, flag, options(), sessions=3)


def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "unitdocs.cli", "experiment", "simulate", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_plays_by_a_flag_of_its_own_and_says_what_it_did(tmp_path: Path) -> None:
    done = run("--sessions", 40, "--percent", 50, "--days", 2, "--out", tmp_path, "--start", "2026-12-01", "--same")
    assert done.returncode == 0, done.stderr
    assert "day 2 of 2: 40 sessions, flag version 1" in done.stderr
    assert "simulated fleet, 2 days, 0 events dropped" in done.stdout
    account = account_of(tmp_path)
    assert isinstance(account, FleetAccount)
    assert account.options == FleetOptions(start=START, same=True)
    for day in account.days:
        assert_events_are_what_was_done(read(tmp_path), day)
    again = run("--sessions", 40, "--percent", 50, "--days", 2, "--out", tmp_path, "--same")
    assert again.returncode == 0, again.stderr
    assert account_of(tmp_path) == account


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--percent", "10", "--flag", "x.json"], "--flag and --percent: give one"),
        ([], "--flag or --percent: give the flag"),
        (["--percent", "101"], "PERCENT: 101 is not between 0 and 100"),
        (["--percent", "10", "--harm", "much"], "--harm: expected 0% to 1000%"),
        (["--percent", "10", "--error-rate", "150%"], "--error-rate: expected 0% to 100%"),
        (["--percent", "10", "--trend", "nan"], "--trend: expected 0% to 100%"),
        (["--percent", "10", "--same", "--harm", "5%"], "--same and --harm: give one"),
        (["--percent", "10", "--start", "tomorrow"], "--start: 'tomorrow' is no date"),
        (["--percent", "10", "--start", "9999-12-30", "--days", "9"], "--days: 9 days from 9999-12-30 on end after"),
        (["--percent", "10", "--recording", "x.json"], "--scene and --recording: give both"),
    ],
)
def test_wrong_options_get_a_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(app, ["experiment", "simulate", "--out", str(tmp_path), *arguments])
    assert isinstance(result.exception, InputError)
    assert sentence in str(result.exception)


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_a_fleet_that_is_stopped_ends_its_processes_and_can_go_on(tmp_path: Path, number: signal.Signals) -> None:
    words = ["--sessions", "100", "--percent", "50", "--frames", "3", "--out", str(tmp_path), "--same"]
    command = [sys.executable, "-m", "unitdocs.cli", "experiment", "simulate", *words]
    with subprocess.Popen([*command, "--days", "100000"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert process.stderr.readline().startswith("day 1 of 100000")
        process.send_signal(number)
        process.stderr.read()  # the processes that it started hold the other end as well
    account = account_of(tmp_path)
    assert isinstance(account, FleetAccount)
    days = len(account.days) + 1
    done = subprocess.run([*command, "--days", str(days)], capture_output=True, text=True, check=True, timeout=120)
    assert f"simulated fleet, {days} days, 0 events dropped" in done.stdout
    account = account_of(tmp_path)
    assert isinstance(account, FleetAccount)
    events = read(tmp_path)
    assert len(events[events.metric == "session"]) == 100 * days
    for day in account.days:
        assert_events_are_what_was_done(events, day)
