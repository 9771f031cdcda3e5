"""One round: a fresh process, `python -m unitdocs.bench.worker`, that runs both arms of a scenario in turn.

The job is JSON on standard input. It names a file for the result, so that what a suite prints cannot be mistaken for
it. The process imports only the standard library and the suite, because starting takes most of a short round's time.
"""

import math
import random
import signal
import sys
from pathlib import Path

from unitdocs.bench.job import Job, RoundResult
from unitdocs.bench.loading import given_sources, load_suite
from unitdocs.bench.memory_layout import move_objects
from unitdocs.bench.rounds import LocalArm, measure
from unitdocs.bench.suite_errors import details_of, sentence_of
from unitdocs.errors import InputError, MeasurementError

GRACE = 5
"""Seconds beyond the limit after which a worker stops itself, in case its parent was killed."""


def main() -> None:
    """Run the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    end_after(job.limit)
    sys.path[:0] = given_sources()
    Path(job.result_file).write_text(_measured(job).to_json(), encoding="utf-8")


def _measured(job: Job) -> RoundResult:
    """Measure a round; what the suite raises becomes its result, unless the suite ends the process."""
    path = Path(job.path)
    move_objects(random.Random(f"{job.order_seed}/layout"))  # noqa: S311 -- an experiment's order
    try:
        suite = load_suite(path)
    except InputError as error:
        return RoundResult(error=" | ".join(error.problems))
    control, treatment = (LocalArm(job, arm, suite) for arm in job.arms)
    try:
        return measure(job, (control, treatment), job.arms)
    except MeasurementError as error:
        return RoundResult(error=str(error))
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 -- whatever a project's code may raise
        return RoundResult(error=sentence_of(error, path), details=details_of(error))


def end_after(limit: float) -> None:
    """Stop this process some seconds after a limit, if the system supports alarms."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(limit) + GRACE)


if __name__ == "__main__":
    main()
