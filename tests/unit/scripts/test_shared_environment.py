"""Several programs and one environment: nobody changes it while another one uses it."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYTHON = Path("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
USE = """
import sys
from environment import ROOT, enter

if __name__ == "__main__":
    enter("test")
    print(sys.prefix, flush=True)
    sys.stdin.readline()
    (ROOT / "ended").touch()
"""
"""Enters, then stays until a line comes in."""
SET_UP = """
import json, sys
import environment
from environment import ROOT, STAMP

def make(lock):
    print("setting up", (ROOT / "ended").exists(), flush=True)
    sys.stdin.readline()
    STAMP.write_text(json.dumps(environment._state(lock)))

if __name__ == "__main__":
    environment._make = make
    environment._continue_inside = lambda: None
    environment.enter("test")
    print("entered", flush=True)
"""
"""Enters with a set-up that installs nothing, and lasts until a line comes in."""
NEST = """
import subprocess, sys
from environment import ROOT, enter

if __name__ == "__main__":
    enter(sys.argv[1])
    with (ROOT / "requirements" / "test.lock").open("a") as lock:
        lock.write("# changed meanwhile")
    sys.exit(subprocess.run([sys.executable, str(ROOT / "scripts" / "use.py")], stdin=subprocess.DEVNULL).returncode)
"""
"""Enters, changes what the environment depends on, and starts a program that enters too."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with an environment that has no packages, but counts as up to date."""
    for name in ("scripts", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "judges"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, text in (("use", USE), ("set_up", SET_UP), ("nest", NEST)):
        (tmp_path / "scripts" / f"{name}.py").write_text(text)
    venv.create(tmp_path / ".venv", with_pip=False, symlinks=os.name != "nt")
    stamp(tmp_path, "test")
    return tmp_path


def stamp(project: Path, lock: str) -> None:
    """Mark the project's environment as made from a lock of now."""
    text = f"import environment, json; print(json.dumps(environment._state({lock!r})))"
    command = [sys.executable, "-c", text]
    done = subprocess.run(command, cwd=project / "scripts", capture_output=True, text=True, check=True)
    (project / ".venv" / "unitdocs.json").write_text(done.stdout)


def make_stale(project: Path) -> None:
    with (project / "requirements" / "test.lock").open("a") as lock:
        lock.write("# changed\n")


def start(project: Path, script: str, *words: str, python: Path | str = sys.executable) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [str(python), str(project / "scripts" / script), *words]
    return subprocess.Popen(command, cwd=project, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def line_of(process: subprocess.Popen[str], *, stderr: bool = False) -> str:
    stream = process.stderr if stderr else process.stdout
    assert stream is not None
    return stream.readline().strip()


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Send a line, wait for the end; return what was printed."""
    return process.communicate("\n")


def test_a_set_up_waits_until_the_last_user_has_ended_also_one_that_was_started_outside(project: Path) -> None:
    user = start(project, "use.py")  # goes on inside by `exec`
    assert line_of(user) == str(project / ".venv")
    make_stale(project)
    other = start(project, "set_up.py")
    assert line_of(other, stderr=True) == ".venv is out of date; waiting until the programs that use it have ended ..."
    finish(user)
    assert line_of(other) == "setting up True"
    assert finish(other) == ("entered\n", "")


def test_of_two_programs_one_sets_up_and_the_other_waits_for_it(project: Path) -> None:
    make_stale(project)
    first = start(project, "set_up.py")
    assert line_of(first) == "setting up False"
    second = start(project, "set_up.py")
    assert line_of(second, stderr=True) == "Waiting until another program has set up .venv ..."
    assert finish(first) == ("entered\n", "")
    assert finish(second) == ("entered\n", "")


def test_a_set_up_goes_on_when_the_user_is_killed(project: Path) -> None:
    user = start(project, "use.py")
    line_of(user)
    make_stale(project)
    other = start(project, "set_up.py")
    line_of(other, stderr=True)
    user.kill()
    user.communicate()
    assert finish(other) == ("setting up False\nentered\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not list processes as files")
def test_a_program_that_shares_no_lock_is_named_and_nothing_is_changed(project: Path) -> None:
    text = "print('ready', flush=True); input()"
    command = [project / ".venv" / PYTHON, "-c", text]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as user:
        line_of(user)
        make_stale(project)
        out, err = finish(start(project, "set_up.py"))
        finish(user)
    assert out == ""
    assert err == (
        f"set_up.py: .venv is out of date, and process {user.pid} uses it; run this again when that has ended\n"
    )


def test_an_environment_behind_a_symbolic_link_is_not_changed(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / ".venv"
    (project / ".venv").rename(elsewhere)
    (project / ".venv").symlink_to(elsewhere)
    make_stale(project)
    before = sorted(elsewhere.rglob("*"))
    process = start(project, "use.py")
    out, err = finish(process)
    assert (out, process.returncode) == ("", 2)
    assert err.startswith(f"use.py: .venv is a symbolic link to {elsewhere} and not up to date; remove the link")
    assert err.count("\n") == 1
    assert sorted(elsewhere.rglob("*")) == before


def test_a_program_that_is_started_inside_uses_what_its_parent_uses(project: Path) -> None:
    process = start(project, "nest.py", "test")
    assert finish(process) == (f"{project / '.venv'}\n", "")
    assert process.returncode == 0


def test_a_program_that_needs_more_than_its_parent_holds_is_refused(project: Path) -> None:
    stamp(project, "portal")
    process = start(project, "nest.py", "portal")
    out, err = finish(process)
    assert (out, process.returncode) == ("", 2)
    assert err == (
        "use.py: the program that started this one uses .venv, which is not made from requirements/test.lock\n"
    )


@pytest.mark.skipif(Path(sys.prefix) != ROOT / ".venv", reason="the tests run in another environment")
def test_the_tests_hold_the_environment_that_they_run_in() -> None:
    assert os.environ["ENTERED_ENVIRONMENT"] == f"test:{ROOT / '.venv'}"
