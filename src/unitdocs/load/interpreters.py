"""The Pythons that threads run in: this one, and a free-threaded one if the machine has it."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

import unitdocs
from unitdocs.bench.interruption import interruptible
from unitdocs.errors import InputError, MeasurementError
from unitdocs.load.checked_threads import has_gil
from unitdocs.studies import Interpreter

FREE_THREADED: Final = ("python3.14t", "python3.13t")
NONE_FOUND: Final = "not measured: no free-threaded Python here"
SOURCES: Final = Path(unitdocs.__file__).parents[1]
LIMIT: Final = 1_800.0
"""Seconds after which a step has failed: its threads wait for one another."""
_ASK: Final = (
    "import json, platform, sys, numpy; print(json.dumps({'version': platform.python_version(), "
    "'numpy': numpy.__version__, 'gil': bool(getattr(sys, '_is_gil_enabled', lambda: True)())}))"
)


@dataclass(frozen=True)
class ThreadPython:
    """A Python, and where it is.

    Args:
        program: its program.
        about: what it is.
    """

    program: str
    about: Interpreter

    def run(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a job's threads counted.

        Raises:
            Interrupted: a signal arrived; the process has ended.
            MeasurementError: the process failed or did not end.
        """
        process = subprocess.Popen(  # noqa: S603 -- the project's own module
            [self.program, "-m", "unitdocs.load.checked_threads"],
            env={**os.environ, "PYTHONPATH": str(SOURCES), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the program that started it
        )
        try:
            with interruptible():
                output, errors = process.communicate(json.dumps(dict(job)), timeout=LIMIT)
        except subprocess.TimeoutExpired as late:
            raise MeasurementError(f"{job['threads']} threads did not end within {LIMIT:,.0f} s") from late
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            last = (errors.strip().splitlines() or ["no message"])[-1]
            raise MeasurementError(f"{job['threads']} threads of the {job['system']} system ended: {last}")
        return dict(json.loads(output))


def this_python() -> ThreadPython:
    """Return the Python that runs unitdocs."""
    about = Interpreter(version=platform.python_version(), numpy=np.__version__, gil=has_gil())
    return ThreadPython(sys.executable, about)


def free_threaded(program: str | None) -> ThreadPython | None:
    """Return a free-threaded Python that has NumPy; None if there is none.

    Args:
        program: its program (default: `python3.14t` or `python3.13t` from the path).

    Raises:
        InputError: the given program cannot be run, lacks NumPy, or has a global lock.
    """
    if program is None:
        names = filter(None, map(shutil.which, FREE_THREADED))
        return next((python for name in names if (python := _asked(name)) is not None), None)
    python = _asked(program)
    if python is None:
        raise InputError(f"--free-threaded {program}: is no free-threaded Python with NumPy; give another program")
    return python


def _asked(program: str) -> ThreadPython | None:
    try:
        answer = subprocess.run(  # noqa: S603 -- the program that was asked for
            [program, "-c", _ASK], capture_output=True, text=True, check=True, timeout=60
        )
        about = Interpreter.model_validate_json(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return None if about.gil else ThreadPython(program, about)
