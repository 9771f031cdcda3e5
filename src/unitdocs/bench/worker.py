"""One round: a fresh process, `python -m unitdocs.bench.worker`, that runs both arms of a scenario in turn.

The job is JSON on standard input. It names a file for the result, so that what a suite prints cannot be mistaken for
it. The process imports only the standard library and the suite, because starting takes most of a short round's time.
"""

import math
import signal
import sys
from pathlib import Path

from unitdocs.bench.job import Job
from unitdocs.bench.loading import given_sources, load_suite
from unitdocs.bench.rounds import LocalArm, measure

GRACE = 5
"""Seconds beyond the limit after which a worker stops itself, in case its parent was killed."""


def main() -> None:
    """Run the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    end_after(job.limit)
    sys.path[:0] = given_sources()
    suite = load_suite(Path(job.path))
    control, treatment = (LocalArm(job, arm, suite) for arm in job.arms)
    Path(job.result_file).write_text(measure(job, (control, treatment), job.arms).to_json(), encoding="utf-8")


def end_after(limit: float) -> None:
    """Stop this process some seconds after a limit, if the system supports alarms."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(limit) + GRACE)


if __name__ == "__main__":
    main()
