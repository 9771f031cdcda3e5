"""One round of two commands, `python -m unitdocs.bench.command_pair`.

This process reads the job and writes the result as `unitdocs.bench.worker` does. It runs the commands in ABBA blocks.
What counts is the wall time from the start of a command to its end, and the CPU time that the system counted for it and
for all that it waited for. Nothing is subtracted.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

from unitdocs.bench import timing
from unitdocs.bench.answers import first_difference
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.job import Job, RoundResult
from unitdocs.bench.loading import load_suite
from unitdocs.bench.suite import Commands
from unitdocs.bench.text import encodable
from unitdocs.bench.worker import end_after
from unitdocs.errors import InputError, MeasurementError

LAST_CHARACTERS = 500
"""Characters of the end of what a command printed that are shown if it fails."""


def main() -> None:
    """Run the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    end_after(job.limit)
    Path(job.result_file).write_text(measure_commands(job).to_json(), encoding="utf-8")


def measure_commands(job: Job) -> RoundResult:
    """Measure a round: the commands in ABBA blocks."""
    order = random.Random(job.order_seed)  # noqa: S311 -- an experiment's order
    first = order.randrange(2)
    try:
        commands = load_suite(Path(job.path)).scenario(job.scenario).commands
    except InputError as error:
        return RoundResult(error=" | ".join(error.problems))
    assert commands is not None
    try:
        if job.is_rehearsed and (difference := _rehearse(commands, (first, 1 - first), job.arms)):
            return RoundResult(difference=difference)
        times = timing.time_blocks(
            (lambda: _timed(commands, 0, job.arms), lambda: _timed(commands, 1, job.arms)), (1, 1), order
        )
    except MeasurementError as error:
        return RoundResult(error=str(error))
    return RoundResult(first_loaded=first, first_warmed=first if job.is_rehearsed else None, times=times)


def _rehearse(commands: Commands, order: tuple[int, int], arms: tuple[str, str]) -> str | None:
    """Set up, run each command once, and return how what they print differs, if it has to be the same."""
    _unmeasured(commands, commands.setup, "the setup")
    printed: dict[int, list[str]] = {}
    for arm in order:
        with tempfile.TemporaryFile() as output:
            _timed(commands, arm, arms, output if commands.same_output else None)
            output.seek(0)
            printed[arm] = output.read().decode("utf-8", errors="backslashreplace").splitlines()
    return first_difference(printed[0], printed[1], arms, "output")


def _timed(commands: Commands, arm: int, arms: tuple[str, str], output: BinaryIO | None = None) -> tuple[int, int]:
    """Run an arm's command once, and return its CPU time and wall time in nanoseconds.

    Raises:
        MeasurementError: it cannot be started, or ends in another way than it should.
    """
    _unmeasured(commands, commands.prepare[arm], f"what prepares {arms[arm]}")
    with tempfile.TemporaryFile() as errors:
        begun = time.perf_counter_ns()
        process = _started(commands, commands.run[arm], arms[arm], output, errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter_ns() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        _check(commands, process.returncode, arms[arm], errors)
    return round((usage.ru_utime + usage.ru_stime) * 1e9), wall


def _unmeasured(commands: Commands, words: tuple[str, ...], name: str) -> None:
    """Run a command that is not measured, if there is one.

    Raises:
        MeasurementError: it cannot be started, or does not end with exit code 0.
    """
    if not words:
        return
    with tempfile.TemporaryFile() as errors:
        code = _started(commands, words, name, None, errors).wait()
        if code:
            raise MeasurementError(f"{name} {how_it_ended(code)}{_end_of(errors)}")


def _started(
    commands: Commands, words: tuple[str, ...], name: str, output: BinaryIO | None, errors: BinaryIO
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 -- what the user gave
            words[0] if commands.in_shell else words,
            shell=commands.in_shell,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if output is None else output,
            stderr=errors,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise MeasurementError(f"{name} cannot be started: {words[0]}: {reason}") from error


def _check(commands: Commands, code: int, name: str, errors: BinaryIO) -> None:
    if commands.exit_codes and code not in commands.exit_codes:
        raise MeasurementError(f"{name} {how_it_ended(code)}{_end_of(errors)}")


def _end_of(errors: BinaryIO) -> str:
    """Return the end of what a command wrote to standard error, as one line."""
    errors.seek(0)
    text = " ".join(errors.read().decode("utf-8", errors="replace").split())
    return f"; it printed: {encodable(text[-LAST_CHARACTERS:])}" if text else ""


if __name__ == "__main__":
    main()
