"""Worker processes: one job, one fresh process, one answer, whatever the suite does."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.job import Job, JobKind, RoundResult
from unitdocs.bench.process import SINGLE_THREADED, OutOfTimeError, run_worker
from unitdocs.errors import MeasurementError

Declare = Callable[..., Path]
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are those of POSIX")


def job(path: Path, *, kind: JobKind = JobKind.MEMORY, limit: float = 60.0) -> Job:
    return Job(kind, str(path), "one", ("old", "new"), seed=1, order_seed=2, on_wall_clock=False, limit=limit)


def failure(path: Path, limit: float = 60.0) -> str:
    with pytest.raises(MeasurementError) as raised:
        run_worker(job(path, limit=limit), hash_seed=1)
    return str(raised.value)


def test_a_round_of_time_brings_quads_and_one_of_memory_brings_counts(declare: Declare) -> None:
    path = declare("def setup(arm, scenario, seed): return Operation(lambda: bytes(100_000))")
    timed, counted = (run_worker(job(path, kind=kind), hash_seed=1) for kind in (JobKind.TIME, JobKind.MEMORY))
    assert timed.counts is None
    assert timed.times is not None
    assert [len(side) for side in timed.times.cpu] == [2 * len(timed.times.order)] * 2
    assert counted.times is None
    assert counted.counts is not None
    assert min(counted.counts.peak) >= 100_000


def test_the_suite_gets_arm_scenario_and_seed_in_a_fresh_single_threaded_process_with_the_hash_seed(
    declare: Declare, tmp_path: Path
) -> None:
    path = declare(
        f"""
        def setup(arm, scenario, seed):
            with open({str(tmp_path / "seen")!r}, "a") as seen:
                print(arm, scenario.name, seed, os.environ["PYTHONHASHSEED"], os.getpid(), file=seen)
                assert all(os.environ[name] == "1" for name in {SINGLE_THREADED})
            return Operation(list)
        """
    )
    for hash_seed in (11, 22):
        run_worker(job(path), hash_seed=hash_seed)
    seen = [line.split() for line in (tmp_path / "seen").read_text().splitlines()]
    assert sorted(line[:4] for line in seen) == sorted(
        [arm, "one", "1", hash_seed] for arm in ("old", "new") for hash_seed in ("11", "22")
    )
    assert len({line[4] for line in seen} | {str(os.getpid())}) == 3


def test_different_answers_are_told_and_nothing_is_measured(declare: Declare) -> None:
    path = declare("def setup(arm, scenario, seed): return Operation(lambda: [1, arm])")
    answer = run_worker(job(path), hash_seed=1)
    assert answer == RoundResult(difference="result[1]: 'old' (old), 'new' (new)")


def test_answers_are_compared_by_result_where_the_call_does_not_return_them(declare: Declare) -> None:
    path = declare("def setup(arm, scenario, seed): return Operation(lambda: arm, result=lambda: 3)")
    assert run_worker(job(path), hash_seed=1).difference is None


@pytest.mark.parametrize(
    ("body", "ended"),
    [
        ("os._exit(7)", "the worker ended with exit code 7; it printed: hello | there"),
        ("os._exit(0)", "the worker ended without a result; it printed: hello | there"),
        ("sys.exit()", "the worker ended without a result; it printed: hello | there"),
        pytest.param(
            "os.kill(os.getpid(), signal.SIGKILL)",
            "the worker was ended by signal SIGKILL; it printed: hello | there",
            marks=posix_only,
        ),
        pytest.param(
            "os.kill(os.getpid(), signal.SIGRTMIN + 1)",
            f"the worker was ended by signal {getattr(signal, 'SIGRTMIN', 0) + 1}; it printed: hello | there",
            marks=pytest.mark.skipif(not hasattr(signal, "SIGRTMIN"), reason="no real-time signals here"),
        ),
    ],
)
def test_a_worker_that_ends_early_says_how_with_its_last_output(declare: Declare, body: str, ended: str) -> None:
    path = declare(
        f"""
        def setup(arm, scenario, seed):
            def call():
                print("hello", flush=True)
                print("there", file=sys.stderr, flush=True)
                {body}
            return Operation(call)
        """
    )
    assert failure(path).startswith(ended)


def test_an_exception_of_the_suite_is_named_with_its_place(declare: Declare) -> None:
    path = declare("def setup(arm, scenario, seed): raise ValueError('no such scene')")
    assert failure(path) == f"{path}:5: ValueError: no such scene"


def test_a_long_output_is_cut_to_its_end(declare: Declare) -> None:
    path = declare(
        """
        def setup(arm, scenario, seed):
            for i in range(10_000): print("line", i, "x" * 50)
            sys.exit(3)
        """
    )
    said = failure(path)
    assert "line 9999" in said
    assert "line 9000" not in said
    assert "\n" not in said


def test_what_a_suite_prints_is_not_taken_for_its_answer(declare: Declare) -> None:
    path = declare(
        """
        def setup(arm, scenario, seed):
            print('{"difference": "none"}', flush=True)
            os.write(1, b"\\xff\\xfe")
            return Operation(list)
        """
    )
    assert run_worker(job(path), hash_seed=1).difference is None


@posix_only
def test_a_worker_that_hangs_is_ended_with_all_that_it_started(declare: Declare, tmp_path: Path) -> None:
    path = declare(
        f"""
        import subprocess
        def setup(arm, scenario, seed):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            with open({str(tmp_path / "pids")!r}, "w") as pids: print(os.getpid(), child.pid, file=pids)
            print("waiting", flush=True)
            time.sleep(600)
        """
    )
    with pytest.raises(OutOfTimeError) as raised:
        run_worker(job(path, limit=3), hash_seed=1)
    assert str(raised.value) == "no result within the limit of 3 s; it printed: waiting"
    assert_gone(*map(int, (tmp_path / "pids").read_text().split()))


def assert_gone(*pids: int) -> None:
    patience = 1_000
    while any(map(is_running, pids)) and patience:
        time.sleep(0.01)
        patience -= 1
    assert not any(map(is_running, pids))


def is_running(pid: int) -> bool:
    """Return whether a process still runs; one that only waits to be collected by its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
