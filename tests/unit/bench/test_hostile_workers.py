"""Workers whose results are none: the case fails with a sentence, and the run goes on and can be read."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench import process
from unitdocs.bench.finding import find_suites
from unitdocs.bench.job import Job, JobKind
from unitdocs.bench.measurement import Measurement
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.process import run_worker
from unitdocs.errors import MeasurementError
from unitdocs.records import Clock, Status, load

Declare = Callable[..., Path]

# Writes a result in place of the worker, which it finds in the frames above it.
ANSWERS = """
def setup(arm, scenario, seed):
    frame = sys._getframe()
    while "job" not in frame.f_locals: frame = frame.f_back
    with open(frame.f_locals["job"].result_file, "w") as file: file.write({answer})
    os._exit(0)
"""
NOTHING = '"difference": null, "failure": null, "first_loaded": 0, "first_warmed": 0'


def result(times: str = "null", frames: str = "null", counts: str = "null", more: str = "") -> str:
    return f'{{{NOTHING}, "times": {times}, "frames": {frames}, "counts": {counts}, "starts": null{more}}}'


def job(path: Path, kind: JobKind = JobKind.MEMORY) -> Job:
    return Job(kind, str(path), "one", ("old", "new"), seed=1, order_seed=2, on_wall_clock=False, limit=60)


def failure(path: Path, kind: JobKind = JobKind.MEMORY) -> str:
    with pytest.raises(MeasurementError) as raised:
        run_worker(job(path, kind), hash_seed=1)
    return str(raised.value)


def run(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "unitdocs.cli", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("{}", "the worker's result cannot be used (KeyError: 'times')"),
        ("[]", "the worker's result cannot be used (TypeError: expected an object, got list)"),
        ("no JSON", "the worker's result cannot be used (JSONDecodeError: "),
        ("", "the worker's result cannot be used (JSONDecodeError: "),
        ("[" * 100_000, "the worker's result cannot be used (RecursionError: "),
        (result(), "the worker's result cannot be used (it is none of the kind memory)"),
        (result(times='{"order": 3}'), "the worker's result cannot be used (TypeError: "),
        (result(more=', "extra": 1'), "the worker's result cannot be used (TypeError: "),
        (
            result(times='{"order": "A", "operations": [1, 1], "cpu": [[], []], "wall": [[], []]}'),
            "the worker's result cannot be used (it is none of the kind memory)",
        ),
    ],
)
def test_a_result_that_is_none_is_a_sentence(declare: Declare, answer: str, said: str) -> None:
    assert failure(declare(ANSWERS.format(answer=repr(answer)))).startswith(said)


def test_a_result_that_is_too_large_is_not_read(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LARGEST_RESULT", 1024**2)
    path = declare(ANSWERS.format(answer="'[' + '1,' * 1024**2 + '1]'"))
    assert failure(path) == "the worker's result has 2 MB, more than 1 MB"


@pytest.mark.parametrize(
    "times",
    [
        '{"order": "A", "operations": [1, 1], "cpu": [[-1, 1], [1, 1]], "wall": [[1, 1], [1, 1]]}',
        '{"order": "A", "operations": [1, 1], "cpu": [[1], [1]], "wall": [[1], [1]]}',
        '{"order": "C", "operations": [1, 1], "cpu": [[1, 1], [1, 1]], "wall": [[1, 1], [1, 1]]}',
        '{"order": "A", "operations": [0, 1], "cpu": [[1, 1], [1, 1]], "wall": [[1, 1], [1, 1]]}',
        '{"order": "A", "operations": [1, 1], "cpu": [["x", 1], [1, 1]], "wall": [[1, 1], [1, 1]]}',
        f'{{"order": "A", "operations": [1, 1], "cpu": [[{2**70}, 1], [1, 1]], "wall": [[1, 1], [1, 1]]}}',
    ],
)
def test_numbers_that_no_record_can_hold_fail_the_case(declare: Declare, times: str) -> None:
    path = declare(ANSWERS.format(answer=repr(result(times=times))))
    plan = RunPlan(find_suites(path.parent))
    ((_, suite, scenario),) = plan.work
    measurement = Measurement(plan, path, suite, scenario, Clock.THREAD_CPU)
    with pytest.raises(MeasurementError, match="the worker's result cannot be used"):
        measurement.add(1, run_worker(job(path, JobKind.TIME), hash_seed=1))
    assert measurement.rounds == 0


WRONG = """
def setup(arm, scenario, seed):
    class Silent(Exception):
        def __str__(self): raise ValueError
    def raises(error): raise error
    return {
        "none": lambda: None,
        "call": lambda: Operation(3),
        "inner": lambda: Operation(list, inner="x"),
        "counters": lambda: Operation(list, counters=lambda: {"rate": 5}),
        "huge": lambda: Operation(list, counters=lambda counted=iter(range(9)): {"rate": (0, 10**30 * next(counted))}),
        "messages": lambda: Operation(list, messages=lambda: {"a": 5}),
        "silent": lambda: Operation(lambda: raises(Silent())),
        "base": lambda: Operation(lambda: raises(KeyboardInterrupt())),
        "half": lambda: Operation(lambda: raises(ValueError("\\udcff"))),
        "different": lambda: Operation(lambda: "\\udcff" + arm),
        "fine": lambda: Operation(list, messages=lambda: {"\\udc80": "\\udcff"}, counters=lambda: {"\\udcff": (0, 0)}),
    }[scenario.name]()
"""


def test_operations_that_are_wrong_fail_their_case_with_the_place_and_never_the_run(
    project: Path, declare: Declare
) -> None:
    names = ("none", "call", "inner", "counters", "huge", "messages", "silent", "base", "half", "different", "fine")
    declare(WRONG, scenarios=names)
    done = run(project, "bench", "run")
    assert done.returncode == 4
    assert "Traceback (" not in done.stderr + done.stdout
    (path,) = (project / "build" / "records").glob("*.json")
    reasons = {case.scenario: case.reason or "" for case in load(path).cases if case.status is Status.FAILED}
    assert reasons == {
        "none": "setup: expected an Operation for arm 'new' and scenario 'none', got NoneType",
        "call": "benchmarks/suite.py:12: Operation: call: expected a function, got 3",
        "inner": "benchmarks/suite.py:13: Operation: inner: expected 1 or more operations a call, got 'x'",
        "counters": "counters: 'rate': expected hits and tries, two whole numbers, got 5",
        "huge": reasons["huge"],
        "messages": "messages: 'a': expected text for text, got 5",
        "silent": "benchmarks/suite.py:9: Silent: its message raises ValueError",
        "base": "benchmarks/suite.py:9: KeyboardInterrupt: no message",
        "half": r"benchmarks/suite.py:9: ValueError: \udcff",
        "different": r"the arms give different answers: result: '\udcffold' (old), '\udcffnew' (new)",
    }
    assert reasons["huge"].startswith("counters: rate: expected from 0 to ")
    tracebacks = path.with_name(f"{path.stem}-tracebacks.txt")
    assert f"Tracebacks: {tracebacks.relative_to(project)}\n" in done.stdout
    assert "suite/half\nTraceback (most recent call last):\n" in tracebacks.read_text()
    for command in (["report", str(path)], ["compare", str(path)]):
        shown = run(project, *command)
        assert shown.returncode == 0, shown.stderr
        assert "Traceback (" not in shown.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are any bytes on Linux only")
def test_names_of_files_that_are_not_utf8_are_a_sentence(project: Path, declare: Declare) -> None:
    folder = os.fsencode(project / "odd") + b"\xff"
    path = declare("def setup(arm, scenario, seed): return Operation(list)")
    os.mkdir(folder)  # noqa: PTH102 -- its name is not text
    os.rename(path, folder + b"/suite.py")  # noqa: PTH104 -- as above
    command = [sys.executable, "-m", "unitdocs.cli", "bench", "run", "--suites", folder]
    done = subprocess.run(command, cwd=project, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"is not valid UTF-8; rename it" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are any bytes on Linux only")
def test_an_odd_folder_of_a_record_and_half_a_surrogate_pair_in_it_are_shown_as_escapes(
    project: Path, declare: Declare
) -> None:
    declare("def setup(arm, scenario, seed): return Operation(list)")
    command = [sys.executable, "-m", "unitdocs.cli", "bench", "run", "--out", b"odd\xff"]
    done = subprocess.run(command, cwd=project, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Record: odd\\udcff/" in done.stdout

    (path,) = project.glob("odd*/*.json")
    path.write_text(path.read_text().replace('"One"', r'"\ud800 \\ud800 \ud83d\ude00"'))
    assert load(path).cases[0].title == "\\ud800 \\ud800 \N{GRINNING FACE}"
    shown = run(project, "report", str(path))
    assert shown.returncode == 0, shown.stderr
