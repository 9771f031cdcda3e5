"""Importing a program changes nothing and starts nothing, in whatever environment that happens.

Tests, type checkers and readers' tools import programs. An import that set up an environment would change the machine
of somebody who only looked.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted(
    [*(ROOT / "scripts").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")], key=lambda path: path.as_posix()
)
FOLDERS = [ROOT / "scripts", *sorted({path.parent for path in (ROOT / "benchmarks").rglob("*.py")})]
NOT_INSTALLED = {"poga"}
"""What the tests' environment lacks."""
IMPORT = """
import json, os, runpy, sys

FORBIDDEN = {
    "os.chmod", "os.exec", "os.fork", "os.forkpty", "os.link", "os.mkdir", "os.posix_spawn", "os.remove", "os.rename",
    "os.rmdir", "os.spawn", "os.symlink", "os.system", "os.truncate", "os.utime", "shutil.rmtree", "socket.bind",
    "socket.connect", "subprocess.Popen",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
events = []


def listen(event, arguments):
    if event in FORBIDDEN or (event == "open" and arguments[2] & WRITING and arguments[0] != os.devnull):
        events.append(f"{event} {arguments}")


def missing_module(program):
    try:
        runpy.run_path(program, run_name="imported")
    except Exception as error:
        cause = error if isinstance(error, ModuleNotFoundError) else error.__cause__
        if not isinstance(cause, ModuleNotFoundError):
            raise
        return cause.name
    return None


asked = json.load(sys.stdin)
sys.path[:0] = asked["folders"]
sys.prefix = asked["prefix"] or sys.prefix
sys.addaudithook(listen)
outcomes = {}
for program in asked["programs"]:
    before = dict(os.environ), os.getcwd()
    missing = missing_module(program)
    is_same = before == (dict(os.environ), os.getcwd())
    outcomes[program] = {"events": events[:], "missing": missing, "is_same": is_same}
    events.clear()
print(json.dumps(outcomes))
"""
"""Imports the programs one after another; prints what each did."""


def import_all(python: str | Path, programs: list[Path], folder: Path, prefix: str = "") -> dict[str, dict[str, Any]]:
    """Import programs in a folder; return by program what that changed.

    Args:
        python: the interpreter.
        programs: files of programs.
        folder: where that happens.
        prefix: the environment that the interpreter takes for its own, where it is another one than its own.
    """
    asked = {"programs": [*map(str, programs)], "folders": [*map(str, FOLDERS)], "prefix": prefix}
    command = [str(python), "-B", "-c", IMPORT]
    done = subprocess.run(command, cwd=folder, input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    outcomes: dict[str, dict[str, Any]] = json.loads(done.stdout)  # nothing else was printed
    assert len(outcomes) == len(programs)
    return outcomes


def changes(outcomes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {program: one for program, one in outcomes.items() if one["events"] or not one["is_same"]}


def test_an_import_in_an_environment_without_packages_changes_nothing(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    python = tmp_path / "bare" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    assert changes(import_all(python, PROGRAMS, tmp_path)) == {}


def test_an_import_in_the_environment_of_another_project_changes_nothing(tmp_path: Path) -> None:
    outcomes = import_all(sys.executable, PROGRAMS, tmp_path, prefix="/another/environment")
    assert changes(outcomes) == {}
    assert {one["missing"] for one in outcomes.values()} <= {None, *NOT_INSTALLED}


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("import pathlib; pathlib.Path('new').mkdir()", "os.mkdir"),
        ("open('new', 'w').close()", "open"),
        ("import subprocess, sys; subprocess.run([sys.executable, '-V'], capture_output=True)", "subprocess.Popen"),
    ],
)
def test_a_program_that_changes_something_is_found(tmp_path: Path, text: str, event: str) -> None:
    program = tmp_path / "eager.py"
    program.write_text(text)
    found = changes(import_all(sys.executable, [program], tmp_path))[str(program)]["events"]
    assert found[0].startswith(event)
