"""Starting worker processes: one job, one fresh process, one answer."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from unitdocs.errors import MeasurementError

# One thread each: what a numerical library does with more of them is not what is compared here.
SINGLE_THREADED = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
LAST_LINES = 12


def run_worker(job: dict[str, Any], *, hash_seed: int, limit: float) -> Any:  # noqa: ANN401 -- the worker's JSON
    """Run one job in a fresh process and return its answer.

    Args:
        job: what the worker is to do; `answer` is added here.
        hash_seed: PYTHONHASHSEED of the process, 0 to 4294967295.
        limit: seconds after which the process is ended.

    Raises:
        MeasurementError: the process crashed, ran out of time or gave no answer; its last lines are in the message.
    """
    with tempfile.TemporaryDirectory(prefix="unitdocs-") as folder:
        answer = Path(folder) / "answer.json"
        output = _run(json.dumps({**job, "answer": str(answer)}), _environment(hash_seed), limit)
        try:
            return json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise MeasurementError(f"the worker gave no answer{_tail(output)}") from error


def _environment(hash_seed: int) -> dict[str, str]:
    single = dict.fromkeys(SINGLE_THREADED, "1")
    return {**os.environ, **single, "PYTHONHASHSEED": str(hash_seed), "PYTHONDONTWRITEBYTECODE": "1"}


def _run(job: str, environment: dict[str, str], limit: float) -> str:
    """Run a worker and return what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "unitdocs.bench.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        start_new_session=os.name == "posix",  # so that what it started ends with it
    )
    try:
        output, _ = process.communicate(job, timeout=limit)
    except subprocess.TimeoutExpired as error:
        _end(process)
        output = process.communicate()[0] or ""
        raise MeasurementError(f"no answer within the limit of {limit:g} s{_tail(output)}") from error
    except BaseException:
        _end(process)
        raise
    if process.returncode:
        raise MeasurementError(f"the worker {_how_it_ended(process.returncode)}{_tail(output)}")
    return output


def _end(process: "subprocess.Popen[str]") -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _how_it_ended(code: int) -> str:
    return f"was ended by signal {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _tail(output: str) -> str:
    lines = output.strip().splitlines()[-LAST_LINES:]
    return "; it printed: " + " | ".join(line.strip() for line in lines) if lines else ""
