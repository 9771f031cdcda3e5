"""How a program of `scripts` ends: when it is stopped, together with what it started, and when it cannot write."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LAUNCHER = """
import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch({name!r})
"""
PARENT = """
from launching import run_program

def main():
    print("parent", flush=True)
    run_program("child")
"""
CHILD = """
from launching import run_command

def main():
    run_command(["sh", "-c", "echo grandchild; exec sleep 60"])
"""
WRITER = """
def main():
    print("a line")
"""
READER = """
import sys

def main():
    print(repr(sys.stdin.read()))
"""
ODD = """
def main():
    print("\\u2192 \\udc80")
"""
FULL = Path("/dev/full")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the scripts with programs of the tests."""
    scripts = tmp_path / "scripts"
    shutil.copytree(ROOT / "scripts", scripts, ignore=shutil.ignore_patterns("__pycache__", "page_programs"))
    for name, text in {
        "parent": PARENT, "child": CHILD, "writer": WRITER, "reader": READER, "odd": ODD,
    }.items():  # fmt: skip
        (scripts / f"{name}.py").write_text(LAUNCHER.format(name=name))
        (scripts / "programs" / f"{name}.py").write_text(text)
    return scripts


def command(folder: Path, name: str) -> list[str]:
    return [sys.executable, str(folder / f"{name}.py")]


def start(folder: Path, name: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command(folder, name), stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def group_is_empty(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def to_one(process: "subprocess.Popen[str]", number: int) -> None:
    os.kill(process.pid, number)


def to_all(process: "subprocess.Popen[str]", number: int) -> None:
    """Send a signal to a whole group, as a terminal does."""
    os.killpg(process.pid, number)


@pytest.mark.parametrize("send", [to_one, to_all])
@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_program_that_is_stopped_ends_with_all_that_it_started_and_one_line(
    folder: Path, send: Callable[["subprocess.Popen[str]", int], None], number: int, code: int, word: str
) -> None:
    process = start(folder, "parent")
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ["parent\n", "grandchild\n"]
    send(process, number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert errors == f"child.py: {word}\n"
    assert group_is_empty(process.pid)


def test_ctrl_c_at_any_moment_of_the_start_is_one_word(folder: Path) -> None:
    for delay in (0.04, 0.06, 0.08, 0.1, 0.12):
        process = start(folder, "parent")
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        # Before Python runs the first line of the script nobody can answer; the system or Python itself does.
        is_before_the_first_line = "site" in errors or "import startup" in errors or not errors
        assert is_before_the_first_line or (process.returncode, len(errors.splitlines())) == (130, 1), errors
        assert group_is_empty(process.pid)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_output_that_cannot_be_written_is_one_sentence(folder: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(command(folder, "writer"), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("writer.py: the output cannot be written (No space left on device)")
    assert len(done.stderr.splitlines()) == 1


def shell(folder: Path, name: str, redirection: str) -> "subprocess.CompletedProcess[str]":
    words = ["sh", "-c", f'"$0" "$1" {redirection}', *command(folder, name)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_a_closed_standard_output_is_one_sentence(folder: Path) -> None:
    done = shell(folder, "writer", ">&-")
    assert done.returncode == 2
    assert done.stderr == "writer.py: standard output is closed; redirect it to a file or to /dev/null\n"


def test_a_closed_standard_input_is_an_empty_one(folder: Path) -> None:
    done = shell(folder, "reader", "<&-")
    assert (done.returncode, done.stdout) == (0, "''\n")


def test_a_reader_that_leaves_is_no_error(folder: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", '"$0" "$1" | true; echo ${PIPESTATUS[0]}', *command(folder, "writer")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout in {"141\n", "0\n"}  # it may have written before the reader left
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_characters_that_the_output_lacks_are_escaped(folder: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command(folder, "odd"), capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode(encoding).strip() in {"\\u2192 \\udc80", "\u2192 \\udc80"}
