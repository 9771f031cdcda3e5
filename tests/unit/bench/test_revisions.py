"""Runs on two revisions: real git repositories, real processes, and what each of them imports."""

import functools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import unitdocs
from unitdocs import cli
from unitdocs.analysis import to_effects
from unitdocs.bench import revisions
from unitdocs.bench import run as runs
from unitdocs.bench.finding import find_suites
from unitdocs.bench.job import Job, JobKind, RoundResult
from unitdocs.bench.plan import Profile, RunPlan
from unitdocs.bench.process import OutOfTimeError, run_worker
from unitdocs.bench.protocol import current_protocol
from unitdocs.bench.run import RunProgress, Watcher
from unitdocs.errors import InputError, MeasurementError
from unitdocs.records import RunRecord, Status, load

Declare = Callable[..., Path]
posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are those of POSIX")
# What the module says shows which one was imported.
ASKS = """
def setup(arm, scenario, seed):
    import thing
    return Operation(thing.work)
"""


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Tester", "-c", "user.email=tester@localhost", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text))


def commit(root: Path, files: dict[str, str]) -> str:
    """Commit files, and return the commit as it is shown."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet")
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "change")
    return git(root, "rev-parse", "--short", "HEAD")


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that takes all temporary files: what a run leaves behind is found there."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def measured(root: Path, watcher: Watcher | None = None, **settings: Any) -> tuple[RunRecord, Path]:
    suites = find_suites(root / "benchmarks", sources=revisions.import_roots(root))
    plan = RunPlan(suites, **{"base": "HEAD", **settings})
    return runs.run(plan, root=root, out=root / "records", command="unitdocs bench run", watcher=watcher)


def round_of(
    root: Path, *, kind: JobKind = JobKind.MEMORY, limit: float = 60.0, name: str = "suite", seed: int = 2
) -> RoundResult:
    """Measure one round of the last commit against the working tree."""
    with revisions.checked_out(root, revisions.commit_of(root, "HEAD")) as compared:
        path = str(root / "benchmarks" / f"{name}.py")
        job = Job(kind, path, "one", ("new", "new"), 1, seed, on_wall_clock=False, limit=limit, revisions=compared)
        return run_worker(job, hash_seed=1)


def failure(root: Path, limit: float = 60.0) -> str:
    with pytest.raises(MeasurementError) as raised:
        round_of(root, limit=limit)
    return str(raised.value)


def says(what: str) -> str:
    return f"def work(): return {what!r}\n"


def difference(base: str) -> str:
    return f"result: 'old' ({base}), 'new' (working tree)"


def test_a_change_that_makes_work_slower_is_found_whatever_became_of_the_case_before(
    project: Path, declare: Declare, temporary: Path
) -> None:
    text = """
    import os, sys
    def slow():
        for _ in range({}): pass
    def crash(): {}
    """
    declare(
        "import thing\ndef setup(arm, scenario, seed): return Operation(getattr(thing, scenario.name))",
        scenarios=("crash", "slow"),
    )
    base = commit(project, {"src/thing.py": text.format(10_000, "pass"), ".gitignore": "__pycache__/\n"})
    write(project, {"src/thing.py": text.format(13_000, "os._exit(3)")})
    record, path = measured(project)
    assert load(path) == record
    assert record.base == git(project, "rev-parse", "HEAD")
    assert record.protocol == current_protocol()
    assert record.environment.dirty
    assert record.arm is None
    assert [suite.arms for suite in record.suites] == [(base, "working tree")]
    crash, slow = (case for case in record.cases if case.metric == "time")
    assert (crash.status, crash.reason) == (Status.FAILED, "the worker of working tree ended with exit code 3")
    assert len({round_.hash_seed for round_ in slow.rounds}) == len(slow.rounds)
    effects = to_effects(record).set_index(["scenario", "metric"]).loc[("slow", "time")]
    assert (effects["verdict"], effects["below_margin"]) == ("slower", False)
    assert (effects["control"], effects["treatment"]) == (base, "working tree")
    assert list(temporary.iterdir()) == []
    assert git(project, "status", "--porcelain").splitlines() == ["M src/thing.py", "?? records/"]


@pytest.mark.skipif(sys.implementation.name != "cpython" or sys.platform != "linux", reason="CPython's allocator")
def test_objects_lie_in_other_places_in_each_round_and_on_each_side(
    project: Path, declare: Declare, tmp_path: Path
) -> None:
    text = f"""
    with open({str(tmp_path / "places")!r}, "a") as file:
        print([id(one) % 4096 for one in [bytes(200) for _ in range(20)]], file=file)
    def work(): pass
    """
    declare(ASKS)
    commit(project, {"src/thing.py": text})
    for seed in (1, 2, 3):
        round_of(project, seed=seed)
    control, treatment = (set((tmp_path / "places").read_text().splitlines()[side::2]) for side in (0, 1))
    assert len(control) == len(treatment) == 3
    assert not control & treatment


def test_memory_and_rates_are_counted_on_each_side(project: Path, declare: Declare) -> None:
    text = "def work(): return bytes({})\nhits = {}\n"
    declare(
        """
        def setup(arm, scenario, seed):
            import thing
            calls = iter(range(0, 1000, thing.hits))
            return Operation(
                thing.work, lambda: 0, lambda: {"rate": (next(calls), 1000)}, messages=lambda: {"none": str(thing.hits)}
            )
        """
    )
    commit(project, {"src/thing.py": text.format(500_000, 2)})
    write(project, {"src/thing.py": text.format(100_000, 3)})
    counts = round_of(project).counts
    assert counts is not None
    assert counts.peak == (pytest.approx(500_000, abs=5_000), pytest.approx(100_000, abs=5_000))
    assert counts.messages == ({"none": "2"}, {"none": "3"})
    assert counts.rates == {"rate": ((2, 0), (3, 0))}


LAYOUTS = {
    "src": ("src/thing.py", ""),
    "flat": ("thing.py", ""),
    "sources": ("lib/thing.py", 'sources = ["benchmarks", "lib"]'),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_side_imports_its_own_revision_though_the_working_trees_is_installed(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    file, setting = LAYOUTS[layout]
    declare(ASKS)
    settings = (project / "pyproject.toml").read_text()
    base = commit(project, {"pyproject.toml": settings + setting, file: says("old")})
    write(project, {file: says("new")})
    home = (project / file).parent  # as after `pip install --editable`, and started inside the project
    monkeypatch.setenv("PYTHONPATH", str(home))
    monkeypatch.chdir(project)
    assert round_of(project).difference == difference(base)


def test_a_project_may_lie_in_a_folder_of_its_repository_and_come_to_say_where_its_modules_are(
    project: Path, declare: Declare, tmp_path_factory: pytest.TempPathFactory
) -> None:
    top = tmp_path_factory.mktemp("top")
    declare(ASKS)
    write(project, {"python/thing.py": says("old")})
    (top / "packages").mkdir()
    inner = project.rename(top / "packages" / "inner")
    base = commit(top, {"README.md": ""})
    write(
        inner,
        {
            "python/thing.py": says("new"),
            "pyproject.toml": (inner / "pyproject.toml").read_text() + 'sources = ["python"]\n',
        },
    )
    assert round_of(inner).difference == difference(base)


@pytest.mark.parametrize("seed", range(4))
def test_what_the_base_lacks_is_not_taken_from_the_working_tree(project: Path, declare: Declare, seed: int) -> None:
    declare(ASKS)  # whichever side is loaded first
    base = commit(project, {"src/other.py": ""})
    write(project, {"src/thing.py": says("new")})
    lacking = round_of(project, seed=seed).lacking or ""
    assert lacking.startswith(f"{base} failed: ")
    assert lacking.endswith("ModuleNotFoundError: No module named 'thing'")


def test_what_neither_side_runs_fails(project: Path, declare: Declare) -> None:
    declare(ASKS)
    commit(project, {"src/other.py": ""})
    assert failure(project).endswith("ModuleNotFoundError: No module named 'thing'")


NEW = """
def setup(arm, scenario, seed):
    import thing
    return Operation(thing.work if scenario.name == "one" else thing.more)
"""


def test_a_new_case_is_named_and_fails_no_gate(
    project: Path, declare: Declare, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(NEW, scenarios=("one", "more"))
    base = commit(project, {"src/thing.py": says("same")})
    write(project, {"src/thing.py": says("same") + "def more():\n    return 1\n"})
    monkeypatch.chdir(project)
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", "run", "--base", "HEAD", "--gate"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    said = f"new: {base} failed: benchmarks/suite.py:8: AttributeError: module 'thing' has no attribute 'more'"
    assert said in out
    record = out.splitlines()[-1].removeprefix("Record: ")
    for option, code in (("slower", 0), ("missing", 0)):
        with pytest.raises(SystemExit) as ended:
            cli.main(["compare", record, "--metric", "time", "--fail-on", option])
        assert ended.value.code == code
        assert f"not compared: suite/more (time), base: {said}" in capsys.readouterr().out


def test_a_base_that_runs_nothing_passes_no_gate(
    project: Path, declare: Declare, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(ASKS)
    commit(project, {"src/other.py": ""})
    write(project, {"src/thing.py": says("new")})
    monkeypatch.chdir(project)
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", "run", "--base", "HEAD", "--gate"])
    assert ended.value.code == 4
    assert "no case could be compared, since the base runs none of them" in capsys.readouterr().err


def test_a_copy_that_was_imported_from_elsewhere_fails_the_round(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Some ways to install a project so that it can be edited put a finder of their own before all others.
    site, place = tmp_path_factory.mktemp("site"), project / "src/thing.py"
    finder = f"""
    import importlib.util, sys
    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            return importlib.util.spec_from_file_location(name, {str(place)!r}) if name == "thing" else None
    sys.meta_path.insert(0, Finder)
    """
    write(site, {"sitecustomize.py": finder})
    monkeypatch.setenv("PYTHONPATH", str(site))
    declare(ASKS)
    base = commit(project, {"src/thing.py": says("same")})
    assert failure(project) == (
        f"the worker of {base} failed: imported from outside the revision's folders: thing ({place})"
    )


def test_programs_that_a_suite_starts_import_the_same_revision(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(
        """
        import subprocess
        def setup(arm, scenario, seed):
            command = [sys.executable, "-m", "thing"]
            return Operation(lambda: subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        """
    )
    base = commit(project, {"thing.py": "print('old')"})
    write(project, {"thing.py": "print('new')"})
    monkeypatch.chdir(project)
    assert round_of(project).difference == f"result: 'old\\n' ({base}), 'new\\n' (working tree)"


def test_unitdocs_itself_is_measured_with_the_measuring_code_that_runs(project: Path, declare: Declare) -> None:
    running = Path(unitdocs.__file__).parent
    declare(
        f"""
        import unitdocs.bench, unitdocs.errors
        def setup(arm, scenario, seed):
            from unitdocs.bench import counting
            for module in (unitdocs.bench, unitdocs.errors, counting):
                assert module.__file__.startswith({str(running)!r})
            from unitdocs.units import work
            return Operation(work)
        """
    )
    broken = "raise AssertionError('imported')\n"
    base = commit(
        project,
        {
            "src/unitdocs/__init__.py": "",
            "src/unitdocs/errors.py": broken,
            "src/unitdocs/bench/__init__.py": broken,
            "src/unitdocs/bench/counting.py": broken,
            "src/unitdocs/units/__init__.py": says("old"),
        },
    )
    write(project, {"src/unitdocs/units/__init__.py": says("new")})
    assert round_of(project).difference == difference(base)


def test_no_bytecode_is_written_beside_the_modules(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    declare(ASKS)
    commit(project, {"src/thing.py": says("same")})
    assert round_of(project).difference is None
    assert list((project / "src").rglob("*.pyc")) == []


ENDS = [
    ("base", "os._exit(7)", "ended with exit code 7; it printed: hello | there"),
    ("working tree", "sys.exit()", "ended with exit code 0; it printed: hello | there"),
    ("working tree", "raise ValueError('no such scene')", "failed: {suite}: ValueError: no such scene (raised in "),
    ("working tree", "os.kill(os.getpid(), signal.SIGKILL)", "was ended by signal SIGKILL; it printed: hello | there"),
    ("working tree", "return object()", "failed: result: object objects cannot be compared between processes; let the"),
    ("working tree", "atexit.register(os._exit, 9)", "ended with exit code 9; it printed: hello | there"),
]


@posix_only
@pytest.mark.parametrize("case", ENDS, ids=[end for _, end, _ in ENDS])
def test_a_side_that_ends_early_fails_the_round_with_its_output(
    project: Path, declare: Declare, temporary: Path, case: tuple[str, str, str]
) -> None:
    side, end, said = case
    suite = declare("import thing\ndef setup(arm, scenario, seed): return Operation(thing.work)")
    wrong = f"""
    import atexit, os, signal, sys
    def work():
        if not hasattr(sys, "said"):
            print("hello", flush=True)
            print("there", file=sys.stderr, flush=True)
            sys.said = True
        {end}
    """
    right = "def work(): return None\n"
    base = commit(project, {"src/thing.py": wrong if side == "base" else right})
    write(project, {"src/thing.py": right if side == "base" else wrong})
    found = failure(project)
    assert found.startswith(f"the worker of {base if side == 'base' else side} {said.format(suite=suite)}")
    assert list(temporary.iterdir()) == []


@posix_only
def test_a_side_that_hangs_is_ended_and_so_is_the_other(project: Path, declare: Declare, tmp_path: Path) -> None:
    declare(
        f"""
        import thing
        def setup(arm, scenario, seed):
            with open({str(tmp_path / "pids")!r}, "a") as pids: print(os.getpid(), os.getppid(), file=pids)
            return Operation(thing.work)
        """
    )
    commit(project, {"src/thing.py": "def work(): return 0\n"})
    write(
        project, {"src/thing.py": "import time\ndef work():\n    print('waiting', flush=True)\n    time.sleep(600)\n"}
    )
    with pytest.raises(OutOfTimeError, match="no result within the limit of 4 s; it printed: waiting"):
        round_of(project, limit=4)
    pids = {int(pid) for pid in (tmp_path / "pids").read_text().split()}
    assert len(pids) == 3
    assert_gone(pids)


@posix_only
def test_no_side_is_left_behind_when_the_process_between_them_is_killed(
    project: Path, declare: Declare, tmp_path: Path
) -> None:
    declare(
        f"""
        def setup(arm, scenario, seed):
            with open({str(tmp_path / "pids")!r}, "a") as pids: print(os.getpid(), file=pids)
            return Operation(lambda: os.kill(os.getppid(), signal.SIGKILL))
        """
    )
    commit(project, {"src/thing.py": ""})
    assert failure(project) == "the worker was ended by signal SIGKILL"
    assert_gone({int(pid) for pid in (tmp_path / "pids").read_text().split()})


def assert_gone(pids: set[int]) -> None:
    for _ in range(1_000):
        if not any(map(is_running, pids)):
            return
        time.sleep(0.01)
    pytest.fail("a process is left")


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc/self").exists()
    return stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_whatever_a_suite_prints_and_reads_does_not_disturb_the_measuring(project: Path, declare: Declare) -> None:
    declare(
        """
        import subprocess
        print('{"value": 3}', flush=True)
        def setup(arm, scenario, seed):
            assert sys.stdin.read() == ""
            subprocess.run([sys.executable, "-c", "print(1)"], check=True)
            def call():
                print('{"failure": "none"}', flush=True)
                os.write(1, b"\\xff\\xfe\\n")
                return [float("nan"), {(1, 2): b"x"}, {3}]
            return Operation(call)
        """
    )
    commit(project, {"src/thing.py": ""})
    answer = round_of(project, kind=JobKind.TIME)
    assert answer.difference is None
    assert answer.times is not None
    assert [len(side) for side in answer.times.cpu] == [2 * len(answer.times.order)] * 2


class Interrupt(Watcher):
    """Interrupts a run when a case has some rounds."""

    def round(self, progress: RunProgress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt


def test_a_run_that_was_interrupted_leaves_nothing_but_its_record_and_goes_on(
    project: Path, declare: Declare, temporary: Path
) -> None:
    text = "def work(): return sum(range({}))\n"
    declare("import thing\ndef setup(arm, scenario, seed): return Operation(thing.work, lambda: arm)")
    commit(project, {"src/thing.py": text.format(4_000)})
    write(project, {"src/thing.py": text.format(1_000)})
    with pytest.raises(KeyboardInterrupt):
        measured(project, Interrupt(), arm="old", base="HEAD")
    assert list(temporary.iterdir()) == []
    (path,) = (project / "records").iterdir()
    before = load(path)
    commit(project, {"README.md": "HEAD is another one now"})
    record = runs.resume(path, root=project)
    assert (record.base, record.arm, record.suites) == (before.base, "old", before.suites)
    timed = record.cases[0]
    assert timed.rounds[:2] == before.cases[0].rounds
    assert (timed.status, len(timed.rounds)) == (Status.MEASURED, 6)
    assert to_effects(record)["verdict"].iloc[0] == "faster"


def test_without_a_name_both_revisions_run_the_treatment(declare: Declare) -> None:
    suites = find_suites(declare(ASKS).parent)
    (suite,) = suites.values()
    choose = functools.partial(RunPlan, suites, profile=Profile.FULL)
    assert choose().arms(suite) == ("old", "new")
    assert choose(base="HEAD").arms(suite) == ("new", "new")
    assert choose(base="HEAD", arm="old").arms(suite) == ("old", "old")
    assert (len(choose().same_code), choose(base="HEAD").same_code) == (1, [])


Refused = Callable[[tuple[str, ...], str], None]


@pytest.fixture
def refused(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Return a check that the program refuses arguments in one sentence, before anything is measured."""

    def check(arguments: tuple[str, ...], said: str) -> None:
        monkeypatch.chdir(project)
        with pytest.raises(SystemExit) as ended:
            cli.main(["bench", "run", *arguments])
        out, err = capsys.readouterr()
        assert (ended.value.code, out) == (2, "")
        assert err.startswith(f"unitdocs: {said}")
        assert len(err.splitlines()) == 1
        assert not (project / "build").exists()

    return check


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--base", "nowhere"), "--base nowhere: no such commit"),
        (("--base=--all",), "--base --all: no such commit"),
        (("--base", "HEAD:src"), "--base HEAD:src: no such commit"),
        (("--base", ""), "--base: give a branch, a tag or a commit"),
        (("--arm", "old"), "--arm old: needs --base, the revision to compare the working tree with"),
        (("--base", "HEAD", "--arm", "mine"), "--arm mine: not an arm of suite suite; give old or new"),
    ],
)
def test_wrong_use_is_one_sentence(
    project: Path, declare: Declare, refused: Refused, arguments: tuple[str, ...], said: str
) -> None:
    declare(ASKS)
    commit(project, {"src/thing.py": ""})
    refused(arguments, said)


def test_a_folder_that_is_no_repository_is_one_sentence(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    declare(ASKS)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    refused(("--base", "HEAD"), f"{project}: --base needs a git repository; git rev-parse failed: ")


def test_a_repository_of_another_user_is_one_sentence_with_what_git_says(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    declare(ASKS)
    commit(project, {"src/thing.py": ""})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    refused(
        ("--base", "HEAD"), f"{project}: --base needs a git repository; git rev-parse failed: fatal: detected dubious"
    )


@posix_only
def test_a_folder_whose_name_is_not_ascii_is_checked_out_where_pythons_encoding_is(tmp_path: Path) -> None:
    folder = tmp_path / "\u00fc"
    folder.mkdir()
    commit(folder, {"src/thing.py": ""})
    program = (
        "import os; from pathlib import Path; from unitdocs.bench.revisions import git\n"
        "assert Path(git(Path(), 'rev-parse', '--show-toplevel')).samefile(os.getcwd())"
    )
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, check=True)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ("'src'", "tool.unitdocs.sources: expected a list of folders inside the project, such as ['src']"),
        ("[]", "tool.unitdocs.sources: expected a list of folders inside the project"),
        ("['..']", "tool.unitdocs.sources: expected a list of folders inside the project"),
        ("['/']", "tool.unitdocs.sources: expected a list of folders inside the project"),
        ("['lib']", "tool.unitdocs.sources: no folder 'lib'"),
    ],
)
def test_wrong_sources_are_one_sentence(
    project: Path, declare: Declare, refused: Refused, sources: str, said: str
) -> None:
    declare(ASKS)
    with (project / "pyproject.toml").open("a") as settings:
        settings.write(f"sources = {sources}\n")
    refused(("--base", "HEAD"), f"{project / 'pyproject.toml'}: {said}")


def test_the_base_is_removed_whatever_happens_meanwhile(project: Path, temporary: Path) -> None:
    head = commit(project, {"src/thing.py": says("old")})

    def interrupt() -> None:
        with revisions.checked_out(project, head) as compared:
            assert (Path(compared.roots[0][0]) / "thing.py").read_text() == says("old")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert list(temporary.iterdir()) == []
    git(project, "rm", "--quiet", "-r", "src")
    without = commit(project, {"pyproject.toml": '[tool.unitdocs]\nsources = ["lib"]\n'})
    with pytest.raises(InputError, match="no folder 'lib'"), revisions.checked_out(project, without):
        pass
    assert list(temporary.iterdir()) == []
    with pytest.raises(InputError, match="git read-tree failed: fatal: "), revisions.checked_out(project, "0" * 40):
        pass
    assert list(temporary.iterdir()) == []


def test_the_command_measures_and_names_itself(
    project: Path, declare: Declare, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(
        "def setup(arm, scenario, seed):\n    assert arm == 'old'\n    import thing\n    return Operation(thing.work)"
    )
    base = commit(project, {"src/thing.py": says("old")})
    write(project, {"src/thing.py": says("new")})
    monkeypatch.chdir(project)
    with pytest.raises(SystemExit) as ended:
        cli.main(["bench", "run", "--base", "HEAD", "--arm", "old"])
    line, named = capsys.readouterr().out.splitlines()
    assert ended.value.code == 4
    assert line == f"suite/one  failed: the arms give different answers: {difference(base)}"
    record = load(named.removeprefix("Record: "))
    assert record.arm == "old"
    assert record.command == "unitdocs bench run --base HEAD --arm old"
