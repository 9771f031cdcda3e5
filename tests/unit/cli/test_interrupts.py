"""Ctrl-C and SIGTERM in the program's own process, from its first moment on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[3] / "benchmarks" / "results" / "reference.json.gz"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")

# The program from the moment on at which its own code runs: before that, Python handles signals.
STARTS = """
import os, sys
from unitdocs.cli import interrupts
take_over = interrupts.take_over
def say_so():
    take_over()
    os.write(1, b"started\\n")
interrupts.take_over = say_so
from unitdocs import cli
cli.main()
"""


def interrupted(number: int, after: float, *arguments: str) -> tuple[int, str, str]:
    """Run the program, send it a signal some seconds after its start, and return how it ended."""
    # A shell starts what it puts in the background with Ctrl-C ignored, and the test's processes would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", STARTS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        time.sleep(after)
        process.send_signal(number)
        out, err = process.communicate()
    return process.returncode, out, err


def check(number: int, after: float, *arguments: str) -> None:
    code, _, err = interrupted(number, after, *arguments)
    if code != 0:  # on a fast machine the command may have ended before
        assert (code, err) == (128 + number, "unitdocs: interrupted\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [0.0, 0.05, 0.15, 0.3])
def test_a_signal_while_a_command_starts_is_one_line(number: int, after: float) -> None:
    check(number, after, "compare", str(REFERENCE))


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "arguments", [("compare", str(REFERENCE)), ("bench", "run", "--help"), ("units", "resolve"), ("bench", "selfcheck")]
)
def test_a_signal_in_any_moment_of_the_start_is_one_line(
    number: int, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ndigest = ["*.py"]\n')
    monkeypatch.chdir(tmp_path)
    for step in range(40):
        check(number, step * 0.01, *arguments)
