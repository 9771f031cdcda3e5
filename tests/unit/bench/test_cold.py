"""Cold rounds: each arm in a fresh process of its own, from its start to its last frame, each frame once."""

import os
import re
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from unitdocs.analysis import to_effects
from unitdocs.bench import Operation, Scenario, process, suite
from unitdocs.bench import run as runs
from unitdocs.bench.finding import find_suites
from unitdocs.bench.job import Job, JobKind, Revisions, RoundResult
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.process import OutOfTimeError, run_worker
from unitdocs.bench.run import Watcher
from unitdocs.errors import InputError, MeasurementError
from unitdocs.records import RunRecord, Status, load, unpack

FRAMES = 50
STALLED = 7
# The new arm sleeps while it starts, and in frame 7. Each process writes down what it did, with its own number.
SUITE = """
import gc, os, sys, time
from pathlib import Path
from unitdocs.bench import Operation, Scenario, suite

LOG = Path(__file__).parent.parent / "log.txt"

def setup(arm, scenario, seed):
    played = []
    def say(what):
        with LOG.open("a") as file:
            print(os.getpid(), arm, what, file=file)
    def start():
        say(f"start after {{len(played)}} frames")
        time.sleep({start} if arm == "new" else 0)
    def call():
        played.append(len(played) + 1)
        if arm == "new" and len(played) == {stalled}:
            time.sleep({stall})
        if len(played) in (1, {frames}):
            say(f"frame {{len(played)}}, gc {{gc.isenabled()}}")
    return Operation(call, {result}, start=start, load=lambda: say("load"))

SUITE = suite("cold", title="Cold", arms=("old", "new"), setup=setup, scenarios=[
    Scenario("game", title="A game", quick=True, frames={frames}, firsts={{"first use": 1, "first stall": {stalled}}}),
])
"""


def declare(project: Path, text: str = SUITE, **changes: Any) -> Path:
    path = project / "benchmarks" / "cold.py"
    values = {"frames": FRAMES, "stalled": STALLED, "start": 0.05, "stall": 0.03, "result": "lambda: len(played)"}
    path.write_text(dedent(text).format(**(values | changes)))
    return path


def job_of(path: Path, **changes: Any) -> Job:
    settings = {"arms": ("old", "new"), "seed": 1, "order_seed": 2, "on_wall_clock": True, "limit": 60.0}
    return Job(JobKind.COLD, str(path), "game", **(settings | changes))


def log_of(project: Path) -> list[list[str]]:
    return [line.split(" ", 2) for line in (project / "log.txt").read_text().splitlines()]


def with_a_module_of_its_own(project: Path) -> Path:
    """Return a suite whose arms import a module of the project when they start."""
    module = project / "src" / "game_of_its_own.py"
    module.parent.mkdir(exist_ok=True)
    module.write_text("")
    loading = "import sys; sys.path.insert(0, str(Path(__file__).parent.parent / 'src')); import game_of_its_own"
    return declare(project, SUITE.replace("    def start():\n", f"    def start():\n        {loading}\n"))


def test_starts_find_compiled_modules_also_where_python_writes_none(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    path = with_a_module_of_its_own(project)
    run_worker(job_of(path), hash_seed=1)
    compiled = Path(process._compiled_modules())
    assert [*compiled.rglob("game_of_its_own.*.pyc")]
    assert not [*project.rglob("*.pyc")]
    assert process._compiled_modules() == str(compiled), "a run has one, or each start would compile again"


def test_compiled_modules_lie_where_python_writes_them_itself(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    path = with_a_module_of_its_own(project)
    run_worker(job_of(path), hash_seed=1)
    assert [*(project / "src").rglob("game_of_its_own.*.pyc")]


def test_each_arm_starts_in_a_process_of_its_own_and_plays_each_frame_once(project: Path) -> None:
    answer = run_worker(job_of(declare(project)), hash_seed=1)
    log = log_of(project)
    steps = ["start after 0 frames", "load", "frame 1, gc True", f"frame {FRAMES}, gc True"]
    assert [what for _, _, what in log] == steps * 2
    assert len({process for process, _, _ in log}) == 2
    assert str(os.getpid()) not in {process for process, _, _ in log}
    assert answer.frames
    assert answer.starts
    assert answer.times is answer.counts is answer.first_warmed is None
    assert [len(side) for side in (*answer.frames.cpu, *answer.frames.wall)] == [FRAMES] * 4
    assert max(range(FRAMES), key=answer.frames.wall[1].__getitem__) == STALLED - 1
    assert answer.frames.wall[1][STALLED - 1] >= 30e6, "a sleep is at least as long as it says"
    assert answer.frames.cpu[1][STALLED - 1] < 30e6
    assert answer.starts[1] >= 50e6


def test_the_order_of_the_arms_changes_from_round_to_round(project: Path) -> None:
    path = declare(project, start=0, stall=0)
    for seed in range(4):
        answer = run_worker(job_of(path, order_seed=seed), hash_seed=1)
        first = [arm for _, arm, what in log_of(project) if "start" in what][-2]
        assert first == ("old", "new")[answer.first_loaded]
        assert answer.frames
        assert answer.frames.order == "AB"[answer.first_loaded]
    assert len({arm for _, arm, what in log_of(project) if "start" in what}) == 2
    starts = [arm for _, arm, what in log_of(project) if "start" in what]
    assert len(set(starts[::2])) == 2


def test_a_rehearsal_runs_both_arms_once_more_before(project: Path) -> None:
    answer = run_worker(job_of(declare(project, start=0, stall=0), is_rehearsed=True), hash_seed=1)
    assert len({process for process, _, _ in log_of(project)}) == 4
    assert answer.frames
    assert len(answer.frames.wall[0]) == FRAMES


def test_a_job_and_its_result_are_the_same_after_they_were_written(project: Path) -> None:
    job = job_of(project, is_rehearsed=True)
    assert Job.from_json(job.to_json()) == job
    result = RoundResult(first_warmed=None, starts=(1, 2))
    assert RoundResult.from_json(result.to_json()) == result


def test_different_answers_are_named(project: Path) -> None:
    path = declare(project, result="lambda: [1, arm]")
    assert run_worker(job_of(path), hash_seed=1).difference == "result[1]: 'old' (old), 'new' (new)"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SUITE.replace("start=start, ", ""), "failed: game: a scenario with firsts is measured from its start on"),
        (SUITE.replace("start=start", "start=start, inner=2"), "failed: game: a call plays one frame, so inner"),
        (SUITE.replace("lambda: say", "lambda: os._exit(3) or say"), "ended with exit code 3"),
        (SUITE.replace("    played.append", "    raise ValueError('no'); played.append"), "ValueError: no"),
        (SUITE.replace("{result}", "lambda: object()"), "object objects cannot be compared between processes"),
    ],
    ids=["no start", "inner", "exit", "error", "answer"],
)
def test_what_went_wrong_in_a_process_is_the_reason(project: Path, text: str, problem: str) -> None:
    path = declare(project, text, start=0, stall=0)
    with pytest.raises(MeasurementError, match=re.escape(problem)):
        run_worker(job_of(path), hash_seed=1)


def test_a_limit_holds_and_ends_all_processes(project: Path) -> None:
    path = declare(project, start=30)
    with pytest.raises(OutOfTimeError):
        run_worker(job_of(path, limit=1.5), hash_seed=1)
    assert log_of(project)
    assert_gone(*{int(process) for process, _, _ in log_of(project)})


def measured(project: Path, watcher: Watcher | None = None, **settings: Any) -> tuple[RunRecord, Path]:
    plan = RunPlan(find_suites(project / "benchmarks"), **settings)
    return runs.run(plan, root=project, out=project / "records", command="unitdocs bench run", watcher=watcher)


def assert_gone(*processes: int) -> None:
    """Wait until processes have ended; one that only waits to be collected has."""
    deadline = time.monotonic() + 10
    while any(map(is_running, processes)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(is_running, processes))


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


class Stop(Watcher):
    """Stops a run before one of its rounds."""

    def __init__(self, at: int) -> None:
        self.left = at

    def round(self, _: Any) -> None:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1


def test_a_run_that_was_interrupted_goes_on_and_comes_to_its_cases(project: Path) -> None:
    declare(project, start=0.02)
    with pytest.raises(KeyboardInterrupt):
        measured(project, Stop(3))
    (path,) = (project / "records").iterdir()
    before = {case.metric: case for case in load(path).cases}
    assert {name: len(case.rounds) for name, case in before.items()} == {
        "slowest frame": 3, "start time": 3, "missed frames": 3
    }  # fmt: skip
    record = runs.resume(path, root=project)
    after = {case.metric: case for case in record.cases}
    assert after["slowest frame"].rounds[:3] == before["slowest frame"].rounds
    assert load(path) == record
    assert {case.status for case in record.cases} == {Status.MEASURED}
    slowest = after["slowest frame"]
    assert slowest.firsts == {"first use": 1, "first stall": STALLED}
    assert slowest.clock == "wall"
    for round_ in slowest.rounds:
        assert round_.frames
        assert round_.count
        assert round_.frames.length == FRAMES
        assert round_.count.treatment == unpack(round_.frames.wall.treatment).max() / 1e9
    effects = to_effects(record).set_index("metric")
    assert effects.loc["slowest frame", "verdict"] == "slower"
    assert effects.loc["start time", "verdict"] == "slower"
    assert effects.loc["missed frames", "treatment_mean"] >= 0.99 / FRAMES  # a mean of rounded shares


def test_different_answers_fail_all_cases_of_the_scenario(project: Path) -> None:
    declare(project, start=0, stall=0, result="lambda: arm")
    record, _ = measured(project)
    assert {case.metric for case in record.cases} == {"slowest frame", "start time", "missed frames"}
    assert {case.status for case in record.cases} == {Status.FAILED}
    assert {case.reason for case in record.cases} == {
        "the arms give different answers: result: 'old' (old), 'new' (new)"
    }


def test_two_revisions_start_each_with_its_own_modules(project: Path) -> None:
    roots = []
    for name, seconds in (("before", 0.0), ("after", 0.05)):
        (project / name).mkdir()
        (project / name / "thing.py").write_text(f"import time\ntime.sleep({seconds})\nNAME = {name!r}\n")
        roots.append((str(project / name),))
    sleep = "        time.sleep({start} if"
    text = SUITE.replace(sleep, "        import thing\n        say(thing.NAME)\n        time.sleep(0 if")
    revisions = Revisions(("before", "after"), (roots[0], roots[1]), str(project / "bytecode"), str(project))
    path = declare(project, text, stall=0)
    answer = run_worker(job_of(path, arms=("new", "new"), revisions=revisions, is_rehearsed=True), hash_seed=1)
    assert answer.starts
    assert answer.starts[1] >= 50e6
    assert {what for _, _, what in log_of(project)} >= {"before", "after"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_the_base_alone_cannot_start_is_new(project: Path, seed: int) -> None:
    (project / "before").mkdir()
    (project / "after").mkdir()
    (project / "after" / "thing.py").write_text("NAME = 'after'\n")
    sleep = "        time.sleep({start} if"
    text = SUITE.replace(sleep, "        import thing\n        say(thing.NAME)\n        time.sleep(0 if")
    roots = (str(project / "before"),), (str(project / "after"),)
    path = declare(project, text, stall=0)
    for names, compared in ((("before", "after"), roots), (("after", "before"), roots[::-1])):
        revisions = Revisions(names, (compared[0], compared[1]), str(project / "bytecode"), str(project))
        job = job_of(path, arms=("new", "new"), revisions=revisions, order_seed=seed)
        if names[0] == "before":
            lacking = run_worker(job, hash_seed=1).lacking or ""
            assert lacking.startswith("before failed: ")
            assert lacking.endswith("ModuleNotFoundError: No module named 'thing'")
        else:
            with pytest.raises(MeasurementError, match="the worker of before failed: "):
                run_worker(job, hash_seed=1)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"firsts": {"first use": 1}}, "firsts: expected frames as well, the number of frames"),
        ({"firsts": {"first use": 2}, "frames": 50}, "firsts: expected one in frame 1, the first use"),
        ({"firsts": {}, "frames": 50}, "firsts: expected one in frame 1, the first use"),
        ({"firsts": {"a": 1, "b": 51}, "frames": 50}, "firsts: expected frames from 1 to 50, got 51"),
        ({"firsts": {"a": 1, "b": 1}, "frames": 50}, "firsts: expected a frame of its own for each"),
    ],
)
def test_firsts_that_no_frame_can_have_are_refused(settings: Any, problem: str) -> None:
    scenario = Scenario("game", title="", **settings)
    with pytest.raises(InputError) as raised:
        suite("cold", title="", arms=("a", "b"), scenarios=[scenario], setup=lambda *_: Operation(list))
    assert raised.value.problems == (f"suite cold: scenarios: 'game': {problem}",)


def test_a_scenario_with_firsts_can_be_a_key() -> None:
    assert len({Scenario("game", title="", frames=50, firsts={"first use": 1})}) == 1
