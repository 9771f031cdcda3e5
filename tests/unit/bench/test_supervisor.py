"""What a worker started ends with it, also what left its session, and nothing else does."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.job import Job, JobKind
from unitdocs.bench.process import OutOfTimeError, run_worker

Declare = Callable[..., Path]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans can be found on Linux only")

# A process that leaves its session and its parent, and keeps the pipes of the worker open.
DETACHES = """
def detach(file):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            with open(file + ".new", "w") as there: print(os.getpid(), file=there)
            os.rename(file + ".new", file)
            time.sleep(600)
        os._exit(0)
    os.wait()
    while not os.path.exists(file): time.sleep(0.005)

def setup(arm, scenario, seed):
    detach({there!r} + arm)
    {then}
    return Operation(list)
"""


def job(path: Path, limit: float = 60.0) -> Job:
    return Job(JobKind.MEMORY, str(path), "one", ("old", "new"), 1, 2, on_wall_clock=False, limit=limit)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def detached(there: Path) -> list[int]:
    return [int(there.with_name(f"{there.name}{arm}").read_text()) for arm in ("old", "new")]


def test_a_round_ends_at_its_limit_with_children_that_left_it_and_hold_its_output(
    declare: Declare, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    path = declare(DETACHES.format(there=str(there), then="if arm == 'new': time.sleep(600)"))
    started = time.monotonic()
    with pytest.raises(OutOfTimeError):
        run_worker(job(path, limit=2), hash_seed=1)
    assert time.monotonic() - started < 60  # the children sleep for ten minutes
    assert not is_running(int(there.with_name(f"there{'old'}").read_text()))


def test_a_round_that_ends_well_leaves_no_children(declare: Declare, tmp_path: Path) -> None:
    path = declare(DETACHES.format(there=str(tmp_path / "there"), then=""))
    assert run_worker(job(path), hash_seed=1).counts
    assert not any(map(is_running, detached(tmp_path / "there")))


def test_processes_that_the_worker_did_not_start_live_on(declare: Declare, tmp_path: Path) -> None:
    path = declare(DETACHES.format(there=str(tmp_path / "there"), then=""))
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as other:
        try:
            run_worker(job(path), hash_seed=1)
            assert other.poll() is None
        finally:
            other.kill()


def test_a_worker_that_kills_its_parent_fails_the_round_and_ends(declare: Declare) -> None:
    path = declare("def setup(arm, scenario, seed):\n    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(600)")
    with pytest.raises(Exception, match="the worker was ended by signal SIGKILL"):
        run_worker(job(path), hash_seed=1)


def test_when_a_run_is_killed_its_worker_and_all_children_end(project: Path, declare: Declare, tmp_path: Path) -> None:
    there = tmp_path / "there"
    declare(DETACHES.format(there=str(there), then="time.sleep(600)"))
    command = [sys.executable, "-m", "unitdocs.cli", "bench", "run"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        children: list[Path] = []
        while not children:
            assert run.poll() is None
            time.sleep(0.01)
            children = [file for file in tmp_path.glob("there*") if file.suffix != ".new"]
        run.kill()
    patience = 1_000
    while is_running(int(children[0].read_text())) and patience:
        time.sleep(0.01)
        patience -= 1
    assert patience
