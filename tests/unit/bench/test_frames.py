"""Rounds of a recorded sequence of frames: real processes, on one revision and on two, interrupted and gone on with."""

import gc
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from unitdocs.analysis import to_effects
from unitdocs.bench import Operation, Scenario, suite
from unitdocs.bench import run as runs
from unitdocs.bench.finding import find_suites
from unitdocs.bench.job import Job, JobKind, Revisions, RoundResult
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.process import run_worker
from unitdocs.bench.rounds import LocalArm
from unitdocs.bench.run import Watcher
from unitdocs.errors import MeasurementError
from unitdocs.records import RunRecord, Status, load, unpack

FRAMES = 50
SLOW = 7
# Frame 7 is the slow one; every arm counts what it played itself, so that a skipped frame would show.
SUITE = """
import gc
from unitdocs.bench import Operation, Scenario, suite

def setup(arm, scenario, seed):
    state = {{"next": 0}}
    def call():
        frame = state["next"]
        state["next"] = (frame + 1) % {frames}
        return sum(range(20_000 if frame == {slow} else 2_000 if arm == "old" else 500))
    return Operation(call, {result})

SUITE = suite("play", title="Play", arms=("old", "new"), setup=setup, scenarios=[
    Scenario("minute", title="A minute", quick=True, frames={frames}),
])
"""


def declare(project: Path, text: str = SUITE, result: str = "result=lambda: 0") -> Path:
    path = project / "benchmarks" / "play.py"
    path.write_text(dedent(text).format(frames=FRAMES, slow=SLOW, result=result))
    return path


def job_of(path: Path, **changes: Any) -> Job:
    settings = {"seed": 1, "order_seed": 2, "on_wall_clock": False, "limit": 60.0}
    return Job(JobKind.FRAMES, str(path), "minute", ("old", "new"), **(settings | changes))


def medians(answer: RoundResult, arm: int) -> list[float]:
    """Return the median of each frame over the passes of an arm, on the CPU clock: the machine may be busy."""
    assert answer.frames
    cpu = answer.frames.cpu[arm]
    return [sorted(cpu[frame::FRAMES])[len(cpu) // FRAMES // 2] for frame in range(FRAMES)]


@pytest.mark.parametrize("result", ["result=lambda: 0", "result=None"])
def test_a_round_times_every_frame_of_each_pass_on_both_clocks(project: Path, result: str) -> None:
    same = SUITE.replace('2_000 if arm == "old" else 500', "1_000") if result == "result=None" else SUITE
    answer = run_worker(job_of(declare(project, same, result)), hash_seed=1)
    assert answer.frames
    assert answer.times is answer.counts is None
    expected = FRAMES * len(answer.frames.order)
    assert len(answer.frames.order) % 2 == 0
    assert [len(side) for side in (*answer.frames.cpu, *answer.frames.wall)] == [expected] * 4
    assert min(map(min, answer.frames.cpu)) > 0
    # The slow frame has its own number, though the warm-up and the first answer played some before.
    for arm in (0, 1):
        assert max(range(FRAMES), key=medians(answer, arm).__getitem__) == SLOW


def test_passes_start_at_the_sequences_first_frame_wherever_the_warm_up_ended(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    played: list[int] = []
    made = suite(
        "play",
        title="",
        arms=("a", "b"),
        scenarios=[Scenario("minute", title="", frames=FRAMES)],
        setup=lambda *_: Operation(lambda: played.append(len(played) % FRAMES)),
    )
    arm = LocalArm(job_of(project), "a", made)
    monkeypatch.setattr("unitdocs.bench.timing.warm_up_frames", lambda call, _: [call(), call(), call()] and 3)
    monkeypatch.setattr(
        "unitdocs.bench.timing.play", lambda call, frames: ([call() or played[-1] for _ in range(frames)], [0] * frames)
    )
    arm.load()
    arm.answer()
    assert arm.warm_up() == FRAMES
    assert arm.play()[0] == list(range(FRAMES))


def test_garbage_is_collected_while_frames_are_played_and_not_while_batches_are() -> None:
    made = suite(
        "play",
        title="",
        arms=("a", "b"),
        scenarios=[Scenario("minute", title="", frames=FRAMES)],
        setup=lambda *_: Operation(list),
    )
    try:
        for kind, is_on in ((JobKind.FRAMES, True), (JobKind.TIME, False)):
            arm = LocalArm(Job(kind, "", "minute", ("a", "b"), 1, 2, on_wall_clock=False, limit=1.0), "a", made)
            arm.load()
            arm.settle()
            assert gc.isenabled() is is_on
    finally:
        gc.enable()


def test_a_call_that_plays_more_than_one_frame_is_refused(project: Path) -> None:
    path = declare(project, result="result=lambda: 0, inner=2")
    with pytest.raises(MeasurementError, match="minute: a call plays one frame, so inner must be 1, not 2"):
        run_worker(job_of(path), hash_seed=1)


def test_two_revisions_play_the_sequence_each_in_its_own_process(project: Path) -> None:
    roots = []
    for name, work in (("before", 4_000), ("after", 500)):
        (project / name).mkdir()
        (project / name / "thing.py").write_text(f"WORK = {work}\n")
        roots.append((str(project / name),))
    text = "import thing\n" + SUITE.replace('2_000 if arm == "old" else 500', "thing.WORK")
    revisions = Revisions(("before", "after"), (roots[0], roots[1]), str(project / "bytecode"), str(project))
    answer = run_worker(job_of(declare(project, text), revisions=revisions), hash_seed=1)
    assert answer.frames
    assert {len(side) for side in (*answer.frames.cpu, *answer.frames.wall)} == {FRAMES * len(answer.frames.order)}
    for arm in (0, 1):
        assert max(range(FRAMES), key=medians(answer, arm).__getitem__) == SLOW
    assert sorted(medians(answer, 0))[FRAMES // 2] > sorted(medians(answer, 1))[FRAMES // 2]


def measured(project: Path, watcher: Watcher | None = None) -> tuple[RunRecord, Path]:
    plan = RunPlan(find_suites(project / "benchmarks"))
    return runs.run(plan, root=project, out=project / "records", command="unitdocs bench run", watcher=watcher)


class Stop(Watcher):
    """Stops a run before one of its rounds."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.seen: list[Any] = []

    def round(self, _: Any) -> None:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1


def test_a_run_of_frames_that_was_interrupted_goes_on_and_comes_to_its_cases(project: Path) -> None:
    declare(project)
    with pytest.raises(KeyboardInterrupt):
        measured(project, Stop(4))
    (path,) = (project / "records").iterdir()
    before = {case.metric: case for case in load(path).cases}
    assert {len(before[name].rounds) for name in ("frame time p50", "missed frames")} == {4}
    record = runs.resume(path, root=project)
    after = {case.metric: case for case in record.cases}
    assert after["frame time p50"].rounds[:4] == before["frame time p50"].rounds
    assert len(after["frame time p50"].rounds) >= 6
    assert {case.status for case in record.cases} == {Status.MEASURED}
    first = after["frame time p50"].rounds[0].frames
    assert first
    assert unpack(first.wall.control).size == FRAMES * len(first.order)
    verdicts = to_effects(record).set_index("metric")["verdict"]
    assert verdicts["frame time p50"] == "faster"
    assert verdicts["allocated blocks"] == "equivalent"


def test_frames_that_take_longer_than_a_round_may_fail_their_scenario(project: Path) -> None:
    path = declare(project, SUITE.replace("return sum", "import time; time.sleep(0.2); return sum"))
    plan = RunPlan(find_suites(path.parent), limit=2)
    record, _ = runs.run(plan, root=project, out=project / "records", command="")
    assert {case.status for case in record.cases} == {Status.FAILED}
    assert {case.reason for case in record.cases} == {"no result within the limit of 2 s"}
