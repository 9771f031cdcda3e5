"""The check of the gate, on a small project with a history, and the rounds that cases share."""

import subprocess
import time
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from unitdocs.bench import calibration_suite, timing
from unitdocs.bench.finding import find_suites
from unitdocs.bench.gate_check import GateCheckSettings, chosen_cases, documentation_commits, gate_check, planned_trials
from unitdocs.bench.job import Job, JobKind
from unitdocs.bench.measurement import Measurement
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.revisions import import_roots
from unitdocs.bench.rounds import LocalArm
from unitdocs.bench.run import run
from unitdocs.bench.suite import Operation, Scenario, suite
from unitdocs.errors import InputError
from unitdocs.records import Clock, Metric, RunRecord
from unitdocs.studies import GateCheck, gate_rates, load_record

SUITE = """\
import os
from prices import total
from unitdocs.bench import Operation, Scenario, suite

def setup(arm, scenario, seed):
    if scenario.name == "broken":
        raise ValueError("no prices")
    if scenario.name == "deadly":
        os._exit(7)
    return Operation(lambda: total(int(scenario.name)))

SUITE = suite(
    "prices",
    title="Prices",
    arms=("none", "prices"),
    scenarios=[Scenario(name, title=name, quick=True) for name in {names}],
    setup=setup,
)
"""


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def write(folder: Path, names: list[str]) -> Path:
    files = {
        "pyproject.toml": '[tool.unitdocs]\ndigest = ["src/*.py", "src/prices.txt"]\nsources = ["src"]\n',
        "src/prices.py": "def total(number): return sum(range(number))\n",
        "benchmarks/prices_suite.py": SUITE.replace("{names}", repr(names)),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Add prices up")
    return folder


def commit(folder: Path, **files: str) -> None:
    for name, text in files.items():
        place = folder / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", ", ".join(files))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", ["500", "1000", "2000"])
    commit(folder, README_md="Prices.\n")
    commit(folder, src__prices_txt="1\n")
    commit(folder, README_md="Prices, added up.\n", other_py="1\n")
    commit(folder, docs__prices_rst="Prices.\n")
    commit(folder, **{"docs__two words_md": "Prices, in words.\n"})
    return folder


def measured(project: Path, out: Path, **options: object) -> RunRecord:
    suites = find_suites(project / "benchmarks", sources=import_roots(project))
    plan = RunPlan(suites, gate=True, base="HEAD", margin=0.5, **options)  # type: ignore[arg-type]
    return run(plan, root=project, out=out, command="")[0]


def times(record: RunRecord) -> dict[str, tuple[str, str | None]]:
    return {case.scenario: (case.status, case.reason) for case in record.cases if case.metric == Metric.TIME}


def test_only_commits_that_change_documentation_and_nothing_that_is_measured_are_used(project: Path) -> None:
    subjects = [
        subprocess.run(
            ["git", "log", "-1", "--format=%s", commit], cwd=project, check=True, capture_output=True, text=True
        ).stdout.strip()
        for commit in documentation_commits(project)
    ]
    assert subjects == ["docs__two words_md", "docs__prices_rst", "README_md"]


def test_the_first_commit_has_nothing_to_compare_with(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "README.md").write_text("Prices.\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["src/*.py"]\n')
    assert documentation_commits(tmp_path) == []


def test_suites_of_another_project_are_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not inside"):
        gate_check(
            GateCheckSettings(), root=project, suites=tmp_path, out=tmp_path / "check.json", command="",
            on_trial=lambda *_: None,
        )  # fmt: skip


def test_a_shallow_clone_is_told_to_fetch_its_history(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", project.as_uri(), "shallow")
    place = tmp_path / "shallow"
    with pytest.raises(InputError, match="documentation alone; the clone is shallow, so fetch the history first"):
        gate_check(
            GateCheckSettings(), root=place, suites=place / "benchmarks", out=tmp_path / "check.json", command="",
            on_trial=lambda *_: None,
        )  # fmt: skip


def test_what_is_far_from_equal_comes_first(project: Path) -> None:
    plan = RunPlan(find_suites(project / "benchmarks", sources=import_roots(project)), gate=True, base="HEAD")
    new, equal, slower = (Measurement(plan, *plan.work[0], Clock.THREAD_CPU) for _ in range(3))
    equal.time.log_ratios = [0.1, -0.1] * 3
    slower.time.log_ratios = [0.2, 0.1] * 3
    assert sorted([equal, slower, new], key=lambda one: one.suspicion, reverse=True) == [new, slower, equal]
    assert equal.suspicion == pytest.approx(0)


def test_trials_of_a_slowdown_are_spread_over_the_whole_check() -> None:
    settings = GateCheckSettings((0.0, 0.05), repeats=8)
    planned = list(planned_trials(settings))
    assert [sum(trial.slowdown > 0 for trial in half) for half in (planned[:6], planned[6:])] == [2, 2]
    assert planned == list(planned_trials(settings))


def test_cases_are_taken_from_each_suite_in_turn(project: Path) -> None:
    suites = find_suites(project / "benchmarks", sources=import_roots(project))
    (chosen,) = chosen_cases(suites, 2).values()
    assert [one.name for one in chosen.scenarios] == ["500", "1000"]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"repeats": 0}, "--repeats 0: expected 1 or more"),
        ({"cases": 0}, "--cases 0: expected 1 or more"),
        ({"slowdowns": (0.5,)}, "--slowdown 50: expected percentages from 0 to 20"),
    ],
)
def test_a_wrong_setting_is_refused(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        GateCheckSettings(**settings)  # type: ignore[arg-type]


def test_a_planted_slowdown_is_found_in_its_case_alone_and_the_check_can_be_continued(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "check.json"
    begun: list[int] = []

    def stop_at_the_second(_: object, done: int, __: int) -> None:
        begun.append(done)
        if len(begun) == 2:
            raise KeyboardInterrupt

    # So large that a verdict needs few rounds and no luck.
    monkeypatch.setattr(calibration_suite, "MOST", 1.0)
    settings = GateCheckSettings((0.0, 1.0), repeats=1, cases=2)
    options = {"root": project, "suites": project / "benchmarks", "out": out, "command": "the command"}
    with pytest.raises(KeyboardInterrupt):
        gate_check(settings, **options, on_trial=stop_at_the_second)  # type: ignore[arg-type]
    kept: GateCheck = load_record("gate_check", out)
    assert (len(kept.trials), kept.finished) == (1, None)
    check = gate_check(settings, **options, on_trial=lambda *_: None)  # type: ignore[arg-type]
    assert check.finished is not None
    equal, slowed = sorted(check.trials, key=lambda trial: trial.slowdown)
    assert (equal.cases, equal.planted, equal.failed) == (2, None, 0)
    assert slowed.slower == (slowed.planted,)
    rates = gate_rates(check)
    assert list(rates["found"]) == [0, 1]
    assert list(rates["cases"]) == [2, 2]
    others = replace(settings, suites=("prices",))
    with pytest.raises(InputError, match="has another suites"):
        gate_check(others, **options, on_trial=lambda *_: None)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="has finished"):
        gate_check(settings, **options, on_trial=lambda *_: None)  # type: ignore[arg-type]


def test_commits_whose_suites_cannot_be_loaded_are_left_out(tmp_path: Path) -> None:
    project = write(tmp_path / "project", ["500", "1000"])
    good = project / "benchmarks" / "prices_suite.py"
    text = good.read_text()
    good.write_text(f"import module_that_went\n{text}")
    commit(project, broken_py="1\n")
    commit(project, README_md="Prices.\n")
    good.write_text(text)
    commit(project, mended_py="1\n")
    commit(project, README_md="Prices, added up.\n")
    newest, old = documentation_commits(project)
    assert newest != old
    check = gate_check(
        GateCheckSettings((0.0,), repeats=2, cases=1), root=project, suites=project / "benchmarks",
        out=tmp_path / "check.json", command="", on_trial=lambda *_: None,
    )  # fmt: skip
    assert [trial.commit for trial in check.trials] == [newest, newest]


def test_cases_that_share_a_round_have_times_of_their_own(project: Path, tmp_path: Path) -> None:
    record = measured(project, tmp_path / "records")
    rounds = {case.scenario: case.rounds for case in record.cases if case.metric == Metric.TIME}
    assert {status for status, _ in times(record).values()} == {"measured"}
    # One process for a round of all cases, another for each round.
    seeds = {name: [one.hash_seed for one in of_case] for name, of_case in rounds.items()}
    shortest = min(map(len, seeds.values()))
    assert len({tuple(one[:shortest]) for one in seeds.values()}) == 1
    assert len(set(seeds["500"])) == len(seeds["500"])
    calls = {name: of_case[0].timing.operations.control for name, of_case in rounds.items() if of_case[0].timing}
    assert calls["500"] > calls["2000"]


def test_a_case_that_fails_or_ends_the_process_does_not_harm_the_others(tmp_path: Path) -> None:
    project = write(tmp_path / "project", ["500", "broken", "1000", "deadly", "2000"])
    found = times(measured(project, tmp_path / "records"))
    assert [status for status, _ in found.values()] == ["measured", "failed", "measured", "failed", "measured"]
    assert "ValueError: no prices" in str(found["broken"][1])
    assert "exit code 7" in str(found["deadly"][1])


def test_a_planted_slowdown_leaves_the_batches_of_both_arms_of_one_length() -> None:
    """A call of 20 us is made 13 times a batch, and 5 % of 13 is no whole number."""

    def spent() -> None:
        end = time.thread_time_ns() + 20_000
        while time.thread_time_ns() < end:
            pass

    made = suite(
        "s", title="", arms=("a", "b"), scenarios=[Scenario("one", title="")], setup=lambda *_: Operation(spent)
    )
    job = Job(JobKind.TIME, "", "one", ("a", "b"), 1, 2, on_wall_clock=False, limit=1.0, slowdown=0.05)
    calls: list[int] = []
    for is_slowed in (False, True):
        arm = LocalArm(job, "b", made, is_slowed=is_slowed)
        arm.load()
        counted = arm.warm_up()
        with mock.patch.object(timing, "batch", lambda _, made: calls.append(made)):
            arm.batch()
        assert counted % 20 == 0
        assert calls[-1] == counted + (counted // 20 if is_slowed else 0)
