"""Ctrl-C and SIGTERM: held back while a record changes, at once while a run waits, and nothing measured is lost."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.interruption import held_back, interruptible
from unitdocs.errors import Interrupted
from unitdocs.records import Case, load

Declare = Callable[..., Path]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")

# The wait begins when as many rounds of the scenario as are asked for have been measured.
WORK = """
def setup(arm, scenario, seed):
    if arm == "new":
        with open({count!r}, "a") as count: count.write(".")
        while os.path.getsize({count!r}) > {rounds}: time.sleep(0.01)
    items = range(4_000 if arm == "old" else 1_000)
    return Operation(lambda: sum(items), result=lambda: 0)
"""


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_effect_where_it_may_and_nowhere_else(number: int) -> None:
    steps = []
    outside = signal.signal(number, signal.SIG_DFL)  # `nohup`, for one, makes all its children ignore SIGHUP

    def work() -> None:
        with held_back():
            steps.append("held")
            send(number)
            steps.append("still")
            with interruptible():
                steps.append("never")

    try:
        with pytest.raises(Interrupted) as raised:
            work()
        assert steps == ["held", "still"]
        assert raised.value.exit_code == 128 + number
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, outside)


def test_a_signal_in_a_wait_ends_it() -> None:
    threading.Timer(0.1, send, [signal.SIGTERM]).start()
    with pytest.raises(Interrupted), held_back(), interruptible():
        time.sleep(60)


def test_a_signal_that_nothing_waits_for_is_raised_at_the_end_or_forgotten_if_it_is_too_late() -> None:
    with pytest.raises(Interrupted), held_back():
        send(signal.SIGTERM)
    with held_back() as signals:
        send(signal.SIGTERM)
        signals.pending = None


def test_signals_that_are_ignored_stay_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with held_back(), interruptible():
            send(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def begin(project: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "TMPDIR": str(project / "temporary")}
    (project / "temporary").mkdir(exist_ok=True)
    # A shell starts what it puts in the background with Ctrl-C ignored, and the test's processes would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "unitdocs.cli", "bench", *arguments],
            cwd=project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def cases(project: Path) -> dict[str, Case]:
    (path,) = (project / "records").glob("2*.json")
    return {f"{case.scenario}/{case.metric}": case for case in load(path).cases}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_rounds_since_the_last_look_are_kept_and_one_line_says_how_to_continue(
    project: Path, declare: Declare, number: int, code: int
) -> None:
    count = project / "count"
    declare(WORK.format(count=str(count), rounds=3))
    with begin(project, "run", "--out", "records") as run:
        while not count.exists() or count.stat().st_size < 4:
            assert run.poll() is None, run.communicate()[1]
            time.sleep(0.01)
        run.send_signal(number)
        out, err = run.communicate()
    (path,) = (project / "records").iterdir()
    name = path.relative_to(project)
    assert (run.returncode, out) == (code, "")
    assert err == f"unitdocs: stopped; 3 rounds are kept in {name}; continue with `unitdocs bench resume {name}`\n"
    assert len(cases(project)["one/time"].rounds) == 3
    assert list((project / "temporary").iterdir()) == []
    count.unlink()
    with begin(project, "resume", str(name)) as resumed:
        while not count.exists() or count.stat().st_size < 4:
            assert resumed.poll() is None, resumed.communicate()[1]
            time.sleep(0.01)
        resumed.send_signal(number)
        resumed.communicate()
    assert len(cases(project)["one/time"].rounds) == 6


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_at_any_moment_a_signal_gives_one_line_its_exit_code_and_a_record_that_can_be_continued(
    project: Path, declare: Declare, number: int
) -> None:
    declare(
        "def setup(arm, scenario, seed):\n    items = range(4_000 if arm == 'old' else 1_000)\n"
        "    return Operation(lambda: sum(items), result=lambda: 0)\n",
        scenarios=("one", "two", "three"),
    )
    (project / "temporary").mkdir()
    for seed in range(12):
        for file in (project / "records").glob("*"):
            file.unlink()
        with begin(project, "run", "--out", "records") as run:
            while not list((project / "records").glob("2*.json")):
                assert run.poll() is None, run.communicate()[1]
                time.sleep(0.01)
            time.sleep(random.Random(seed).uniform(0, 5))
            run.send_signal(number)
            _, err = run.communicate()
        assert run.returncode in {128 + number, 0}, err
        assert "Traceback" not in err
        if run.returncode:
            assert err.splitlines()[-1].startswith("unitdocs: stopped; ")
            lengths = {case.metric: len(case.rounds) for case in cases(project).values() if case.scenario == "one"}
            assert lengths["peak memory"] == lengths["allocated blocks"]
        assert list((project / "temporary").iterdir()) == []
        assert [file.suffix for file in (project / "records").iterdir()] == [".json"]
