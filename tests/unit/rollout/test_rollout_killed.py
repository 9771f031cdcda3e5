"""Commands of a rollout that are killed at any point: log and flag agree afterwards, and nothing is decided twice."""

import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from made_events import play
from made_games import BEGIN, Game

from unitdocs.flags import audit, changing
from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import load as load_flag
from unitdocs.rollout import log as logs
from unitdocs.rollout.steering import Rollout
from unitdocs.studies import RolloutAction

COMMAND = """
import os, signal, sys
from unitdocs.cli.program import run
import unitdocs.cli.rollout, unitdocs.experiment.sums, unitdocs.rollout.steering
import duckdb, ibis, pandas

folder, point = sys.argv[1], int(sys.argv[2])
seen = 0

def changes_files(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        return str(path).startswith(folder) and bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))
    return event in ("os.rename", "os.remove", "os.truncate", "os.link") and str(arguments[0]).startswith(folder)

def kill_at_the_point(event, arguments):
    global seen
    if changes_files(event, arguments):
        if seen == point:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

print("ready", flush=True)
sys.stdin.readline()
if point >= 0:
    sys.addaudithook(kill_at_the_point)
run(sys.argv[3:])
"""
"""Runs a command after what it needs is loaded, and kills itself before its nth change of a file."""
PLAYERS = [f"player-{number}" for number in range(500)]
KILLED = -signal.SIGKILL
COMMANDS = ("advance", "watch", "resume")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a game for each command: about to start, to advance, and to be resumed after a kill."""
    folder = tmp_path_factory.mktemp("prepared")
    for command in COMMANDS:
        (folder / command).mkdir()
        game = Game(folder / command)
        if command == "advance":
            continue
        game.rollout.start("agreed")
        if command == "resume":
            changing.kill(game.flag_file, "menus overlap")
            game.rollout.look()
        play(game.folder / "events", game.flag_file, BEGIN + timedelta(days=1), sessions=2_500)
    return folder


def words(command: str, folder: Path) -> list[str]:
    options = {"watch": ["--every", "1s"], "resume": ["--why", "fixed"], "advance": ["--why", "agreed"]}[command]
    at = f"{BEGIN + timedelta(days=1):%Y-%m-%dT%H:%MZ}"
    return ["rollout", command, "--plan", str(folder / "rollout.toml"), "--at", at, *options]


def run_and_kill(command: str, folder: Path, *, after: float | None = None, point: int = -1) -> int:
    """Run a command, and kill it after some seconds or at a point; return its exit code."""
    program = [sys.executable, "-c", COMMAND, str(folder), str(point), *words(command, folder)]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        if after is not None:
            time.sleep(after)
            process.kill()
        process.communicate()
        return process.returncode


def refactored(rollout: Rollout) -> set[str]:
    """Return the players who have the refactored system by their share."""
    flag = load_flag(rollout.plan_file.with_name("flags.json")).flag
    return {key for key in PLAYERS if flag.choose(key, "", 0.0)[0] == "refactored"}


def flags_in_force(flag_file: Path) -> list[Flag]:
    """Return the flags that games saw: an entry that one named `found` follows was written, and its file was not."""
    entries = audit.read(audit.place_of(flag_file))
    following = [*(entry.action for entry in entries[1:]), ""]
    return [entry.after for entry, action in zip(entries, following, strict=True) if action != "found"]


def check_that_it_goes_on(command: str, folder: Path) -> None:
    """Run the command again, as a person or a job does, and compare log, flag, audit log and players."""
    rollout = Rollout(folder / "rollout.toml", lambda: BEGIN + timedelta(days=1))
    before = refactored(rollout)
    log = rollout.log()
    if command == "resume" and log.is_killed:
        rollout.resume("fixed")
    elif command == "advance":
        rollout.advance("agreed")
    else:
        rollout.look()
    log = rollout.log()
    flag = load_flag(folder / "flags.json").flag
    assert log.decided
    assert flag.share == 100 * log.plans[-1].stages[log.decided.next_stage].percent
    assert (flag.killed is not None) == log.is_killed
    assert changing.problems(folder / "flags.json") == ()
    expected = {
        "advance": [RolloutAction.START],
        "watch": [RolloutAction.START, RolloutAction.ADVANCE],
        "resume": [RolloutAction.START, RolloutAction.KILL, RolloutAction.RESUME],
    }
    decided = [look.action for look in log.looks if look.action is not RolloutAction.HOLD]
    assert decided[: len(expected[command])] == expected[command]
    assert set(decided[len(expected[command]) :]) <= {RolloutAction.ADVANCE}
    assert log.position().first_version <= flag.version
    assert [logs.decided_again(log, place) for place in range(len(log.looks))] == list(map(logs.as_line, log.looks))
    assert before <= refactored(rollout)
    flags = flags_in_force(folder / "flags.json")
    assert {one.salt for one in flags} == {flag.salt}
    shares = [one.share for one in flags]
    assert shares == sorted(shares), "a share that was taken back"
    assert logs.read(rollout.log_file).looks[-1].number == len(log.looks)


@pytest.mark.parametrize("points", [3, pytest.param(20, marks=pytest.mark.long)])
def test_a_command_that_is_killed_at_any_time_leaves_a_rollout_that_goes_on(
    prepared: Path, tmp_path: Path, points: int
) -> None:
    rng = random.Random(points)
    for number in range(points):
        command = COMMANDS[number % len(COMMANDS)]
        folder = tmp_path / str(number)
        shutil.copytree(prepared / command, folder)
        run_and_kill(command, folder, after=rng.uniform(0.0, 1.5 if command == "watch" else 0.2))
        check_that_it_goes_on(command, folder)


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_killed_before_any_change_of_a_file_leaves_a_rollout_that_goes_on(
    prepared: Path, tmp_path: Path, command: str
) -> None:
    killed = 0
    for point in range(100):
        folder = tmp_path / str(point)
        shutil.copytree(prepared / command, folder)
        code = run_and_kill(command, folder, point=point)
        check_that_it_goes_on(command, folder)
        killed += code == KILLED
        if code != KILLED or (command == "watch" and is_beyond_the_first_look(folder)):
            break
    assert killed >= 6


def is_beyond_the_first_look(folder: Path) -> bool:
    """Return whether a watcher had looked a second time when it was killed: it never ends by itself."""
    actions = [look.action for look in logs.read(folder / "rollout.log.jsonl").looks]
    return len(actions) > 3
