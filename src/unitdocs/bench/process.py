"""Starting worker processes: one job, one fresh process, one answer."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from unitdocs.bench.job import Job, RoundResult
from unitdocs.errors import MeasurementError

# One thread each: what a numerical library does with more of them is not what is compared here.
SINGLE_THREADED = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
LAST_LINES = 12
"""Lines of a failed worker's own output that are shown."""
LAST_CHARACTERS = 2_000


class OutOfTimeError(MeasurementError):
    """A worker gave no answer within its limit."""


def run_worker(job: Job, *, hash_seed: int) -> RoundResult:
    """Run one job in a fresh process and return its answer.

    Args:
        job: what the worker is to do; its `answer` is set here.
        hash_seed: PYTHONHASHSEED of the process, 0 to 4294967295.

    Raises:
        OutOfTimeError: the process did not end within the job's limit.
        MeasurementError: the process, or that of a revision, crashed or gave no answer; the last lines that it printed
            are in the message.
    """
    with tempfile.TemporaryDirectory(prefix="unitdocs-") as folder:
        file = Path(folder) / "answer.json"
        output = _run(replace(job, answer=str(file)), _environment(job, hash_seed))
        if not file.exists():
            raise MeasurementError(f"the worker ended without an answer{_tail(output)}")
        answer = RoundResult.from_json(file.read_text(encoding="utf-8"))
    if answer.failure:
        raise MeasurementError(f"the worker of {answer.failure}{_tail(output)}")
    return answer


def _environment(job: Job, hash_seed: int) -> dict[str, str]:
    ours = {**dict.fromkeys(SINGLE_THREADED, "1"), "PYTHONHASHSEED": str(hash_seed)}
    if job.revisions:
        # Neither side starts from what was compiled in the working tree before, and nothing is written into either.
        ours |= {"PYTHONPYCACHEPREFIX": job.revisions.bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    return {**os.environ, **ours}


def _run(job: Job, environment: dict[str, str]) -> str:
    """Run a worker to its end and return what it printed."""
    with subprocess.Popen(  # noqa: S603 -- our own words
        [sys.executable, "-m", "unitdocs.bench.revision_pair" if job.revisions else "unitdocs.bench.worker"],
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
            raise OutOfTimeError(f"no answer within the limit of {job.limit:.3g} s{_tail(output)}") from error
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise MeasurementError(f"the worker {how_it_ended(process.returncode)}{_tail(output)}")
    return output


def _end(process: "subprocess.Popen[str]") -> None:
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):  # it ended by itself meanwhile
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def how_it_ended(code: int) -> str:
    """Return how a process ended, in words, from its return code."""
    if code >= 0:
        return f"ended with exit code {code}"
    names = {number.value: number.name for number in signal.Signals}
    return f"was ended by signal {names.get(-code, -code)}"


def _tail(output: str) -> str:
    """Return the last lines of what a worker printed, on one line."""
    lines = [line.strip() for line in output.strip().splitlines()[-LAST_LINES:]]
    return f"; it printed: {' | '.join(lines)[-LAST_CHARACTERS:]}" if lines else ""
