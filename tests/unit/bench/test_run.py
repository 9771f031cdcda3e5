"""Whole runs of tiny suites: real processes, real files."""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from unitdocs.analysis import to_effects
from unitdocs.bench import plan as plans
from unitdocs.bench import run as runs
from unitdocs.bench.finding import find_suites
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.protocol import current_protocol
from unitdocs.bench.run import RunProgress, Watcher, run
from unitdocs.cli.bench_report import report
from unitdocs.errors import InputError
from unitdocs.records import Case, Pair, RunRecord, Status, digest, is_current, load, run_patterns, save, to_frame

Declare = Callable[..., Path]
# The treatment does a quarter of the work, so that the first look decides.
QUICK_WORK = """
def setup(arm, scenario, seed):
    items = range(4_000 if arm == "old" else 1_000)
    return Operation(lambda: sum(items), result=lambda: 0)
"""
needs_posix = pytest.mark.skipif(os.name != "posix", reason="ends processes by signals")


class Log(Watcher):
    """Keeps what a run reports, and does something when a round begins."""

    def __init__(self, at_round: Callable[[RunProgress], None] = lambda _: None) -> None:
        self.events: list[RunProgress] = []
        self.settled_cases: list[Case] = []
        self.at_round = at_round

    def round(self, progress: RunProgress) -> None:
        self.events.append(progress)
        self.at_round(progress)

    def settled(self, cases: Any) -> None:
        self.settled_cases += cases


def measured(project: Path, watcher: Watcher | None = None, **settings: Any) -> tuple[RunRecord, Path]:
    plan = RunPlan(find_suites(project / "benchmarks"), **settings)
    return run(plan, root=project, out=project / "records", command="unitdocs bench run", watcher=watcher)


def times(record: RunRecord) -> dict[str, Case]:
    return {case.scenario: case for case in record.cases if case.metric == "time"}


def test_the_record_holds_every_sample_and_where_it_comes_from(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK)
    watcher = Log()
    record, path = measured(project, watcher, seed=5, margin=0.02)
    assert load(path) == record
    assert path == project / "records" / f"{record.id}.json"
    assert (record.profile, record.seed, record.margin, record.command) == ("quick", 5, 0.02, "unitdocs bench run")
    assert record.digest == digest(project, ["benchmarks/*.py"])
    assert is_current(record, project)
    assert record.protocol == current_protocol()
    assert record.finished is not None
    assert record.created <= record.finished
    assert [(suite.name, suite.arms) for suite in record.suites] == [("suite", ("old", "new"))]
    found = {case.metric: (case.status, len(case.rounds)) for case in record.cases}
    assert found == {
        "time": (Status.MEASURED, 6),
        "peak memory": (Status.MEASURED, 2),
        "allocated blocks": (Status.MEASURED, 2),
    }
    timed = [round_.timing for round_ in times(record)["one"].rounds]
    assert len({round_.hash_seed for round_ in times(record)["one"].rounds}) == 6
    frame = to_frame(record)
    assert (frame["metric"] == "time").sum() == sum(4 * len(timing.order) for timing in timed if timing)
    assert to_effects(record)["verdict"].iloc[0] == "faster"
    assert watcher.settled_cases == list(record.cases)


def test_what_a_run_tells_of_its_way_is_never_ahead_of_it(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK)
    watcher = Log()
    measured(project, watcher)
    first, *others = watcher.events
    assert (first.scenario, first.done, first.left, first.share) == ("suite/one", 0, None, 0.0)
    assert [progress.done for progress in watcher.events] == [0, 1, 2, 3, 4, 5, 6, 6]
    assert all(progress.left is not None and progress.left > 0 for progress in others)
    assert all(0 <= progress.share < 1 for progress in watcher.events)


def test_each_suite_that_goes_wrong_fails_its_own_case_and_shows_its_output(project: Path, declare: Declare) -> None:
    suite = declare(
        """
        WRONG = {
            "crash": lambda: os._exit(3),
            "raise": lambda: [][1],
            "kill": lambda: os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL),
            "hang": lambda: time.sleep(600),
        }
        def setup(arm, scenario, seed):
            print("this is", scenario.name, flush=True)
            if scenario.name in WRONG and arm == "new":
                WRONG[scenario.name]()
            if scenario.name == "differ":
                return Operation(lambda: [1, {"width": 2 if arm == "old" else 3}])
            items = range(4_000 if arm == "old" else 1_000)
            return Operation(lambda: sum(items), result=lambda: 0)
        """,
        scenarios=("crash", "raise", "good", "kill", "hang", "differ", "last"),
    )
    record, path = measured(project, limit=5)
    found = times(record)
    assert {name: case.status.value for name, case in found.items()} == {
        "crash": "failed",
        "raise": "failed",
        "good": "measured",
        "kill": "failed",
        "hang": "failed",
        "differ": "failed",
        "last": "measured",
    }
    said = {name: case.reason or "" for name, case in found.items()}
    assert "exit code 3; it printed: this is crash" in said["crash"]
    assert said["raise"] == f"{suite}:8: IndexError: list index out of range; it printed: this is raise | this is raise"
    assert "was ended by signal SIG" in said["kill"]
    assert "this is kill" in said["kill"]
    assert said["hang"].startswith("no result within the limit of 5 s; it printed: this is hang")
    assert said["differ"] == "the arms give different answers: result[1]['width']: 2 (old), 3 (new)"
    assert all(case.status is Status.FAILED for case in record.cases if case.scenario in {"crash", "differ"})
    assert load(path) == record


def test_a_run_that_is_interrupted_keeps_what_it_had(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK, scenarios=("one", "two"))

    def interrupt(progress: RunProgress) -> None:
        if progress.scenario == "suite/two" and progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(project, Log(interrupt))
    (path,) = (project / "records").iterdir()
    record = load(path)
    assert record.finished is None
    one, two = times(record).values()
    assert (one.status, len(one.rounds), one.reason) == (Status.MEASURED, 6, None)
    assert (two.status, len(two.rounds)) == (Status.NOT_MEASURED, 2)
    assert two.reason == "the run was interrupted after 2 rounds; a verdict needs 6"


def test_a_run_that_was_interrupted_goes_on_where_it_stopped(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK, scenarios=("one", "two"))

    def interrupt(progress: RunProgress) -> None:
        if progress.scenario == "suite/two" and progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(project, Log(interrupt), seed=3)
    (path,) = (project / "records").iterdir()
    before = load(path)
    assert before.protocol == current_protocol()
    log = Log()
    record = runs.resume(path, root=project, watcher=log)
    assert load(path) == record
    assert record.finished is not None
    assert record.id == before.id
    assert record.protocol == before.protocol
    assert [progress.done for progress in log.events if progress.scenario == "suite/one"] == []
    assert times(record)["one"] == times(before)["one"]
    assert times(record)["two"].rounds[:2] == times(before)["two"].rounds
    assert {case.status for case in times(record).values()} == {Status.MEASURED}
    # The orders and hash seeds are those of a run that was never interrupted.
    whole, _ = measured(project, seed=3)
    assert [r.hash_seed for r in times(record)["two"].rounds] == [r.hash_seed for r in times(whole)["two"].rounds]


def test_what_failed_before_stays_failed_when_a_run_goes_on(project: Path, declare: Declare) -> None:
    declare("def setup(arm, scenario, seed):\n    return Operation(lambda: arm)\n", scenarios=("one", "two"))

    def interrupt(progress: RunProgress) -> None:
        if progress.scenario == "suite/two":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(project, Log(interrupt))
    (path,) = (project / "records").iterdir()
    found = times(runs.resume(path, root=project))
    assert [case.status for case in found.values()] == [Status.FAILED] * 2
    assert found["one"].reason == "the arms give different answers: result: 'old' (old), 'new' (new)"


def test_a_run_that_ended_or_whose_code_changed_does_not_go_on(project: Path, declare: Declare) -> None:
    suite = declare(QUICK_WORK)
    record, path = measured(project)
    with pytest.raises(InputError, match="the run has finished"):
        runs.resume(path, root=project)
    save(record.model_copy(update={"finished": None}), path)
    suite.write_text(suite.read_text() + "\n# changed\n")
    with pytest.raises(InputError, match="changed since the run was interrupted"):
        runs.resume(path, root=project)


def test_a_run_does_not_go_on_with_another_protocol_than_it_began_with(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK)
    record, path = measured(project)
    assert record.protocol
    other = record.protocol.model_copy(update={"blocks": 61})
    save(record.model_copy(update={"finished": None, "protocol": other}), path)
    with pytest.raises(InputError, match="protocol differs from this version's: blocks is 61 there and 60 here"):
        runs.resume(path, root=project)


def test_a_run_does_not_go_on_with_a_profile_that_is_none(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK)
    record, path = measured(project)
    save(record.model_copy(update={"finished": None, "profile": "nope"}), path)
    with pytest.raises(InputError, match=re.escape("$.profile: expected quick or full, got 'nope'")):
        runs.resume(path, root=project)


@pytest.mark.parametrize(
    "file", ["../outside.py", "benchmarks/../../outside.py", "{outside}", "benchmarks/link.py", ""]
)
def test_a_record_that_names_a_suite_outside_the_project_runs_nothing(
    project: Path, declare: Declare, tmp_path_factory: pytest.TempPathFactory, file: str
) -> None:
    declare(QUICK_WORK)
    record, path = measured(project)
    outside = project.parent / "outside.py"
    ran = tmp_path_factory.mktemp("ran") / "ran"
    outside.write_text(f"open({str(ran)!r}, 'w')\n")
    (project / "benchmarks" / "link.py").symlink_to(outside)
    suite = record.suites[0].model_copy(update={"file": file.format(outside=outside)})
    changed = record.model_copy(update={"finished": None, "suites": (suite,)})
    # A record from elsewhere has the digest that fits.
    patterns = run_patterns(project, changed.suites)
    save(changed.model_copy(update={"digest": digest(project, patterns)}), path)
    try:
        with pytest.raises(InputError, match=r"\$\.suites\[0\]\.file: '.*' is not a file of the project"):
            runs.resume(path, root=project)
    finally:
        outside.unlink()
    assert not ran.exists()


def test_rounds_that_no_run_measures_are_refused(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK)
    record, path = measured(project)
    counts = next(case.rounds for case in record.cases if case.metric == "peak memory")
    tiny = counts[0].model_copy(update={"count": Pair(control=1e300, treatment=1e-300)})
    cases = tuple(case.model_copy(update={"rounds": (tiny,)}) for case in record.cases)
    save(record.model_copy(update={"finished": None, "cases": cases}), path)
    with pytest.raises(InputError, match="its rounds cannot be continued"):
        runs.resume(path, root=project)


def test_two_runs_do_not_go_on_from_one_record_at_once(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK, scenarios=("one", "two"))

    def interrupt(_: RunProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measured(project, Log(interrupt))
    (path,) = (project / "records").iterdir()
    refused: list[str] = []

    def again(_: RunProgress) -> None:
        if not refused:
            command = [sys.executable, "-m", "unitdocs.cli", "bench", "resume", str(path)]
            done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
            assert done.returncode == 2
            refused.append(done.stderr)

    record = runs.resume(path, root=project, watcher=Log(again))
    assert refused == [f"unitdocs: {path}: is in use by process {os.getpid()}; try again when that has ended\n"]
    assert {case.status for case in record.cases} == {Status.MEASURED}
    assert [file.name for file in (project / "records").iterdir()] == [path.name]


def test_a_pattern_of_the_digest_that_matches_nothing_is_named(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK)
    (project / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["benchmarks/*.py", "scr/**/*.py"]\n')
    record, _ = measured(project)
    assert "pyproject.toml: tool.unitdocs.digest: 'scr/**/*.py' matches no file; correct or remove it" in (
        record.environment.warnings
    )


def test_a_run_of_a_version_that_recorded_no_protocol_goes_on_without_one(project: Path, declare: Declare) -> None:
    declare(QUICK_WORK)
    record, path = measured(project)
    save(record.model_copy(update={"finished": None, "protocol": None}), path)
    assert runs.resume(path, root=project).protocol is None


def test_a_full_run_measures_the_treatment_against_itself_in_the_quick_scenarios(
    project: Path, declare: Declare
) -> None:
    declare(QUICK_WORK)
    record, _ = measured(project, profile=plans.Profile.FULL)
    (same,) = record.same_code
    assert (same.scenario, same.metric) == ("one", "time")
    assert len(same.rounds) >= 6
    ratio = to_effects(record.model_copy(update={"cases": record.same_code}))["ratio"].iloc[0]
    assert 0.8 < ratio < 1.25  # the old arm against the new one is four times as much
    assert measured(project)[0].same_code == ()


def test_a_used_up_budget_leaves_cases_that_say_so(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Six rounds of two arms sleep for 3 s at least, so the budget ends among them.
    declare(
        """
        def setup(arm, scenario, seed):
            time.sleep(0.25)
            return Operation(list)
        """,
        scenarios=("one", "two"),
    )
    monkeypatch.setattr(plans, "QUICK_SECONDS", 2.0)
    record, path = measured(project)
    one, two = times(record).values()
    assert one.status is two.status is Status.NOT_MEASURED
    assert 1 <= len(one.rounds) < 6
    assert one.reason == (f"the 2 s of a quick run were used up after {len(one.rounds)} rounds; a verdict needs 6")
    assert two.reason == "the 2 s of a quick run were used up after 0 rounds; a verdict needs 6"
    assert record.finished is not None
    assert load(path) == record
    assert report(record, path) == 0
    assert (
        "warning: the time of a quick run was too short for a verdict on 2 cases; --profile full has no limit\n"
        in capsys.readouterr().err
    )


def test_a_round_that_the_budget_cut_short_is_no_failure(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare("def setup(arm, scenario, seed): time.sleep(600)")
    monkeypatch.setattr(plans, "QUICK_SECONDS", 0.5)
    monkeypatch.setattr(runs, "GRACE", 0.5)
    record, _ = measured(project)
    assert {(case.status, case.reason) for case in record.cases} == {
        (Status.NOT_MEASURED, "the 0.5 s of a quick run were used up after 0 rounds; a verdict needs 6")
    }


# One process of each run says that it is there and then waits to be ended.
WAITS = """
def setup(arm, scenario, seed):
    if scenario.name == "waits":
        with open({there!r}, "w") as file: file.write(str(os.getpid()))
        os.rename({there!r}, {there!r} + ".done")
        time.sleep(600)
    items = range(4_000 if arm == "old" else 1_000)
    return Operation(lambda: sum(items), result=lambda: 0)
"""


@contextlib.contextmanager
def started(project: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "unitdocs.cli", "bench", "run", "--out", "records"]
    # A shell starts what it puts in the background with Ctrl-C ignored, and the test's processes would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE) as process:
        signal.signal(signal.SIGINT, before)
        try:
            yield process
        finally:
            process.kill()


def waiting_worker(process: subprocess.Popen[bytes], project: Path) -> int:
    """Return the process id of the worker that waits, once it does."""
    there = project / "there.done"
    while not there.exists():
        assert process.poll() is None, process.communicate()[1].decode()
        time.sleep(0.01)
    return int(there.read_text())


def the_record(project: Path) -> RunRecord:
    (path,) = (path for path in (project / "records").iterdir() if not path.name.startswith("."))
    return load(path)


@needs_posix
def test_a_run_that_is_killed_keeps_what_it_had(project: Path, declare: Declare) -> None:
    declare(WAITS.format(there=str(project / "there")), scenarios=("one", "waits"))
    with started(project) as process:
        worker = waiting_worker(process, project)
        process.kill()
        process.wait()
        with contextlib.suppress(ProcessLookupError):  # its supervisor has ended it by now, or does so
            os.kill(worker, signal.SIGKILL)
    record = the_record(project)
    assert record.finished is None
    assert {name: (case.status, len(case.rounds)) for name, case in times(record).items()} == {
        "one": (Status.MEASURED, 6)
    }


def ends(worker: int) -> bool:
    """Wait for a killed process whose parent has ended: it exists until the system has collected it.

    One that was not killed waits for ten minutes, far longer than this does.
    """
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


@needs_posix
def test_ctrl_c_ends_the_worker_keeps_the_record_and_gives_the_shells_exit_code(
    project: Path, declare: Declare
) -> None:
    declare(WAITS.format(there=str(project / "there")), scenarios=("one", "waits"))
    with started(project) as process:
        worker = waiting_worker(process, project)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    (path,) = (project / "records").glob("2*.json")
    name = path.relative_to(project)
    assert said.decode().splitlines()[-1] == (
        f"unitdocs: stopped; 6 rounds are kept in {name}; continue with `unitdocs bench resume {name}`"
    )
    assert "Traceback" not in said.decode()
    assert ends(worker)
    found = times(the_record(project))
    assert found["one"].status is Status.MEASURED
    assert found["waits"].reason == "the run was interrupted after 0 rounds; a verdict needs 6"


@needs_posix
@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_a_run_may_be_killed_at_any_moment_and_loses_no_case_that_it_had_finished(
    project: Path, declare: Declare, seed: int
) -> None:
    declare(QUICK_WORK, scenarios=("one", "two", "three"))
    with started(project) as process:
        while not (project / "records").exists():
            assert process.poll() is None, process.communicate()[1].decode()
            time.sleep(0.01)
        time.sleep(random.Random(seed).uniform(0, 8))
        process.kill()
        _, said = process.communicate()
    # A scenario is reported when it is settled, after it was written.
    finished = re.findall(r"suite/(\w+): (\d+) rounds", said.decode())
    kept = {
        name: len(case.rounds)
        for path in (project / "records").glob("2*.json")
        for name, case in times(load(path)).items()
    }
    assert {name: kept.get(name) for name, _ in finished} == {name: int(rounds) for name, rounds in finished}


def test_a_project_that_does_not_say_what_its_digest_covers_is_refused_before_anything_is_measured(
    project: Path, declare: Declare
) -> None:
    declare(QUICK_WORK)
    (project / "pyproject.toml").write_text("")
    with pytest.raises(InputError, match=r"tool\.unitdocs\.digest"):
        measured(project)
    assert not (project / "records").exists()
