"""Worker processes: each runs one job in a fresh process and returns one result."""

import atexit
import functools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from unitdocs.bench import supervisor
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.interruption import interruptible
from unitdocs.bench.job import Job, JobKind, RoundResult
from unitdocs.bench.loading import SOURCES
from unitdocs.bench.revisions import import_roots
from unitdocs.bench.scratch import scratch_folder
from unitdocs.bench.text import encodable
from unitdocs.errors import MeasurementError

# Numerical libraries get one thread: how they use several is not what is compared here.
SINGLE_THREADED = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
LAST_LINES = 12
"""Lines of a failed worker's output that an error message shows."""
LAST_CHARACTERS = 2_000
"""Characters of these lines that it shows."""
LAST_BYTES = 64 * 1024
"""Bytes of the end of a worker's output that are kept."""
LARGEST_RESULT = 64 * 1024 * 1024
"""Largest size of a worker's result in bytes; a round of frames has some hundred kilobytes."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether a process has ended whose output stays open."""
REVISION_PAIR = "unitdocs.bench.revision_pair"
END_PATIENCE = 10.0
"""Seconds that a killed process may take to end."""


class OutOfTimeError(MeasurementError):
    """A worker gave no result within its time limit."""


def run_worker(job: Job, *, hash_seed: int) -> RoundResult:
    """Run one job in a fresh process and return its result.

    What the process started ends with it.

    Args:
        job: the job; its `result_file` is set here.
        hash_seed: PYTHONHASHSEED of the process, 0 to 4294967295.

    Raises:
        OutOfTimeError: the process did not end within the job's limit.
        MeasurementError: the process, or that of a revision, crashed or gave no usable result; the message holds the
            last lines of its output.
    """
    if _module(job) == REVISION_PAIR:
        (result,) = run_together([job], limit=job.limit, hash_seed=hash_seed)
        if isinstance(result, MeasurementError):
            raise result
        return result
    with scratch_folder() as folder:
        file = folder / "result.json"
        text = replace(job, result_file=str(file)).to_json()
        ended = run_module(_module(job), text, folder=folder, limit=job.limit, environment=_environment(job, hash_seed))
        tail = tail_of(ended.output)
        if ended.code:
            raise MeasurementError(f"the worker {how_it_ended(ended.code)}{tail}")
        (text,) = _lines(file, 1, tail)
        return _result(text, job.kind, tail)


def run_together(jobs: Sequence[Job], *, limit: float, hash_seed: int) -> list[RoundResult | MeasurementError]:
    """Run jobs on two revisions in fresh processes, one for each revision, and return the result or error of each.

    Starting processes takes most of a short round's time, and this starts them once for all jobs.

    Args:
        jobs: the jobs, of one kind and of the same revisions.
        limit: seconds for all of them.
        hash_seed: PYTHONHASHSEED of the processes, 0 to 4294967295.

    Returns:
        One for each job, in their order. After an error that ended a process there are none of later jobs.
    """
    error: MeasurementError | None = None
    with scratch_folder() as folder:
        file = folder / "results.jsonl"
        text = json.dumps([replace(job, result_file=str(file)).to_json() for job in jobs])
        environment = _environment(jobs[0], hash_seed)
        try:
            ended = run_module(REVISION_PAIR, text, folder=folder, limit=limit, environment=environment)
        except OutOfTimeError as late:
            tail, error = "", late
        else:
            tail = tail_of(ended.output)
            if ended.code:
                error = MeasurementError(f"the worker {how_it_ended(ended.code)}{tail}")
        try:
            lines = _lines(file, len(jobs), tail)
        except MeasurementError as unusable:
            lines, error = [], error or unusable
    results: list[RoundResult | MeasurementError] = []
    for job, line in zip(jobs, lines, strict=False):
        try:
            results.append(_result(line, job.kind, tail))
        except MeasurementError as problem:
            results.append(problem)
    return [*results[: len(jobs) - 1], error] if error else results


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Args:
        code: its return code; negative for a signal.
        output: the end of its output.
    """

    code: int
    output: str


def run_module(
    module: str, text: str, *, folder: Path, limit: float, environment: dict[str, str] | None = None
) -> Ended:
    """Run a module as a program until it ends, and end what it started.

    Args:
        module: the name of the module.
        text: its standard input.
        folder: a temporary folder.
        limit: seconds after which it is killed.
        environment: its environment variables (default: those of this process).

    Raises:
        OutOfTimeError: it did not end within the limit.
    """
    given = folder / "input.json"
    given.write_text(text, encoding="utf-8")
    with given.open("rb") as standard_input, _started(module, standard_input, environment) as process:
        with interruptible():
            code = process.wait(limit)
        if code is None:
            process.end()
            raise OutOfTimeError(f"no result within the limit of {limit:.3g} s{tail_of(process.output())}")
    return Ended(code, process.output())


def _module(job: Job) -> str:
    """Return the module that measures a round: arms in one process, or in two."""
    if job.kind is JobKind.COMMANDS:
        return "unitdocs.bench.command_pair"
    if job.kind is JobKind.COLD:
        return "unitdocs.bench.cold_pair"
    return REVISION_PAIR if job.revisions else "unitdocs.bench.worker"


def _environment(job: Job, hash_seed: int) -> dict[str, str] | None:
    if job.kind is JobKind.COMMANDS:  # they run as they do outside a benchmark
        return None
    variables = {**dict.fromkeys(SINGLE_THREADED, "1"), "PYTHONHASHSEED": str(hash_seed)}
    if job.revisions:
        # Compiled modules go to a folder of this run: neither revision starts with some, and no tree gets any.
        variables |= {"PYTHONPYCACHEPREFIX": job.revisions.bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    else:
        variables[SOURCES] = os.pathsep.join(map(str, import_roots(Path.cwd())))
        if job.kind is JobKind.COLD and os.environ.get("PYTHONDONTWRITEBYTECODE"):
            # A game starts with compiled modules. Where none are written, as in many containers, each start would
            # compile all of them, and the system with more modules would look slower.
            variables |= {"PYTHONPYCACHEPREFIX": _compiled_modules(), "PYTHONDONTWRITEBYTECODE": ""}
    return {**os.environ, **variables}


@functools.cache
def _compiled_modules() -> str:
    """Return the folder for the compiled modules of cold rounds, which goes when this process ends."""
    holder = ExitStack()
    atexit.register(holder.close)
    return str(holder.enter_context(scratch_folder()))


class _Process:
    """A module that runs as a program, under a supervisor where the system has process groups.

    Args:
        module: the name of the module.
        standard_input: its standard input.
        environment: its environment variables (default: those of this process).
    """

    def __init__(self, module: str, standard_input: BinaryIO, environment: dict[str, str] | None) -> None:
        command, passed = [sys.executable, "-m", module], []
        self._held: int | None = None
        """The pipe whose end the supervisor notices, also if this process is killed."""
        if os.name == "posix":
            read, self._held = os.pipe()
            passed = [read]
            command = [sys.executable, "-I", "-S", supervisor.__file__, str(read), *command]
        try:
            self._popen = subprocess.Popen(  # noqa: S603 -- fixed arguments
                command,
                stdin=standard_input,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
                pass_fds=passed,
                start_new_session=bool(passed),  # Ctrl-C in a terminal is for the run, which ends its workers
            )
        except BaseException:
            if self._held is not None:
                os.close(self._held)
            raise
        finally:
            for handle in passed:
                os.close(handle)
        self._printed = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, limit: float) -> int | None:
        """Wait until it ends, and return its return code, or None if it does not end within some seconds."""
        deadline = time.monotonic() + limit
        # Its output ends with it. What a program of another user holds open for longer is not waited for.
        while self._reader.is_alive() and self._popen.poll() is None and (left := deadline - time.monotonic()) > 0:
            self._reader.join(min(left, LOOK_EVERY))
        try:
            return self._popen.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Kill it and what it started, if it has not ended."""
        self._let_go()
        try:
            self._popen.wait(END_PATIENCE)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._reader.join(END_PATIENCE)

    def output(self) -> str:
        """Return the end of what it printed."""
        return self._printed.decode("utf-8", errors="replace")

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            os.close(held)
        elif os.name != "posix":
            self._popen.kill()

    def _read(self) -> None:
        """Keep the end of what it prints, until nobody holds its output open any more."""
        assert self._popen.stdout
        with self._popen.stdout as pipe:
            while block := os.read(pipe.fileno(), LAST_BYTES):
                self._printed = (self._printed + block)[-LAST_BYTES:]


@contextmanager
def _started(module: str, standard_input: BinaryIO, environment: dict[str, str] | None) -> Iterator[_Process]:
    """Start a module, and end it with what it started when the block ends."""
    process = _Process(module, standard_input, environment)
    try:
        yield process
    finally:
        process.end()


def _lines(file: Path, most: int, tail: str) -> list[str]:
    """Return the lines with the results of a worker, without one that it had not finished.

    Raises:
        MeasurementError: there is none, or they are too large.
    """
    if not file.is_file():
        raise MeasurementError(f"the worker ended without a result{tail}")
    if (size := file.stat().st_size) > LARGEST_RESULT * most:
        raise MeasurementError(
            f"the worker's result has {size // 1024**2} MB, more than {LARGEST_RESULT * most // 1024**2} MB{tail}"
        )
    text = file.read_text(encoding="utf-8", errors="replace")
    return [text] if most == 1 else text.splitlines()[: text.count("\n")]


def _result(text: str, kind: JobKind, tail: str) -> RoundResult:
    """Read the result of a worker.

    Raises:
        MeasurementError: it says why there is none, or it is none that a worker of this version writes.
    """
    try:
        result = RoundResult.from_json(text)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise MeasurementError(
            f"the worker's result cannot be used ({type(error).__name__}: {one_line(str(error))}){tail}"
        ) from error
    if not result.fits(kind):
        raise MeasurementError(f"the worker's result cannot be used (it is none of the kind {kind}){tail}")
    if result.failure:
        raise MeasurementError(f"the worker of {result.failure}{tail}", details=result.details or "")
    if result.error:
        raise MeasurementError(f"{result.error}{tail}", details=result.details or "")
    return result


def tail_of(output: str) -> str:
    """Return the last lines of a process's output as one line."""
    lines = [line.strip() for line in output.strip().splitlines()[-LAST_LINES:]]
    return f"; it printed: {' | '.join(lines)[-LAST_CHARACTERS:]}" if lines else ""


def one_line(text: str) -> str:
    """Return a text, shortened, as one line."""
    return encodable(" ".join(text.split()))[:LAST_CHARACTERS]
