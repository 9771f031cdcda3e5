"""Instruction counts of calls under valgrind, which are repeatable on a busy machine.

`python -m unitdocs.bench.instructions SUITE ARM SCENARIO CALLS` makes the calls that are counted.
Source: valgrind's manual, "Cachegrind": the first number of its summary is the instructions executed.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from unitdocs.bench.interruption import interruptible
from unitdocs.bench.loading import load_suite

COUNT = re.compile(r"I\s+refs:\s+([\d,]+)")
VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
LIMIT = 600.0
"""Seconds after which counting is abandoned."""


def is_available() -> bool:
    """Return whether valgrind is installed."""
    return shutil.which(VALGRIND[0]) is not None


@functools.cache
def instructions(path: Path, arm: str, scenario: str, calls: int) -> int | None:
    """Return the instructions of a process that sets an arm up and calls it, or None if valgrind fails.

    Two counts with different numbers of calls differ by those calls only.

    Args:
        path: file of the suite.
        arm: name of the arm.
        scenario: name of the scenario.
        calls: number of calls.
    """
    command = [*VALGRIND, sys.executable, "-m", __name__, str(path), arm, scenario, str(calls)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        with interruptible():
            process = subprocess.run(  # noqa: S603 -- fixed arguments
                command, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
            )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = COUNT.search(process.stderr)
    return int(match[1].replace(",", "")) if match and process.returncode == 0 else None


def main(path: str, arm: str, scenario: str, calls: str) -> None:
    """Make the calls that are counted."""
    suite = load_suite(Path(path))
    call = suite.setup(arm, suite.scenario(scenario), 1).call
    for _ in range(int(calls)):
        call()


if __name__ == "__main__":
    main(*sys.argv[1:])
