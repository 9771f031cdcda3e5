"""One round: a fresh process that runs both arms of a scenario in turn, started as `python -m unitdocs.bench.worker`.

The job comes as JSON on standard input and names a file that takes the answer, so that whatever a suite prints cannot
be mistaken for it. The process imports the standard library and the suite, nothing else: starting it is most of a short
round's time.
"""

import math
import signal
import sys
from pathlib import Path

from unitdocs.bench.job import Job
from unitdocs.bench.loading import load_suite
from unitdocs.bench.rounds import LocalArm, measure

GRACE = 5
"""Seconds beyond the limit after which a worker that nobody ended ends itself: its parent may have been killed."""


def main() -> None:
    """Do the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    end_after(job.limit)
    suite = load_suite(Path(job.path))
    control, treatment = (LocalArm(job, arm, suite) for arm in job.arms)
    Path(job.answer).write_text(measure(job, (control, treatment), job.arms).to_json(), encoding="utf-8")


def end_after(limit: float) -> None:
    """End this process some seconds after a limit, where the system can."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(limit) + GRACE)


if __name__ == "__main__":
    main()
