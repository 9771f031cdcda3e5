"""Worker processes: each runs one job in a fresh process and returns one result."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from unitdocs.bench.job import Job, JobKind, RoundResult
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


class OutOfTimeError(MeasurementError):
    """A worker gave no result within its time limit."""


def run_worker(job: Job, *, hash_seed: int) -> RoundResult:
    """Run one job in a fresh process and return its result.

    Args:
        job: the job; its `result_file` is set here.
        hash_seed: PYTHONHASHSEED of the process, 0 to 4294967295.

    Raises:
        OutOfTimeError: the process did not end within the job's limit.
        MeasurementError: the process, or that of a revision, crashed or gave no result; the message holds the last
            lines of its output.
    """
    with tempfile.TemporaryDirectory(prefix="unitdocs-") as folder:
        file = Path(folder) / "result.json"
        output = _run(replace(job, result_file=str(file)), _environment(job, hash_seed))
        if not file.exists():
            raise MeasurementError(f"the worker ended without a result{_tail(output)}")
        result = RoundResult.from_json(file.read_text(encoding="utf-8"))
    if result.failure:
        raise MeasurementError(f"the worker of {result.failure}{_tail(output)}")
    return result


def _environment(job: Job, hash_seed: int) -> dict[str, str]:
    variables = {**dict.fromkeys(SINGLE_THREADED, "1"), "PYTHONHASHSEED": str(hash_seed)}
    if job.revisions:
        # Compiled modules go to a folder of this run: neither revision starts with some, and no tree gets any.
        variables |= {"PYTHONPYCACHEPREFIX": job.revisions.bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    return {**os.environ, **variables}


def _run(job: Job, environment: dict[str, str]) -> str:
    """Run a worker until it ends, and return its output."""
    with subprocess.Popen(  # noqa: S603 -- fixed arguments
        [sys.executable, "-m", _module(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        start_new_session=os.name == "posix",  # so that what it started ends with it
    ) as process:
        try:
            output, _ = process.communicate(job.to_json(), timeout=job.limit)
        except subprocess.TimeoutExpired as error:
            _end(process)
            output = process.communicate()[0] or ""
            raise OutOfTimeError(f"no result within the limit of {job.limit:.3g} s{_tail(output)}") from error
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise MeasurementError(f"the worker {how_it_ended(process.returncode)}{_tail(output)}")
    return output


def _module(job: Job) -> str:
    """Return the module that measures a round: arms in one process, or in two."""
    if job.kind is JobKind.COLD:
        return "unitdocs.bench.cold_pair"
    return "unitdocs.bench.revision_pair" if job.revisions else "unitdocs.bench.worker"


def _end(process: "subprocess.Popen[str]") -> None:
    """Kill a process and those that it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def how_it_ended(code: int) -> str:
    """Return a description of a process's return code."""
    if code >= 0:
        return f"ended with exit code {code}"
    names = {number.value: number.name for number in signal.Signals}
    return f"was ended by signal {names.get(-code, -code)}"


def _tail(output: str) -> str:
    """Return the last lines of a worker's output as one line."""
    lines = [line.strip() for line in output.strip().splitlines()[-LAST_LINES:]]
    return f"; it printed: {' | '.join(lines)[-LAST_CHARACTERS:]}" if lines else ""
