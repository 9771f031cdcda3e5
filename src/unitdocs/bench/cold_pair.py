"""One cold round: each arm in a fresh process of its own, `python -m unitdocs.bench.cold_pair`.

Two arms cannot share a process here: the second would find modules loaded that the first had to load. This process
reads the job and writes the result as `unitdocs.bench.worker` does. It starts one `unitdocs.bench.cold_worker` for each
arm, one after the other, in an order that is drawn in each round.
"""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unitdocs.bench.answers import first_difference
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.job import FrameTimes, Job, RoundResult
from unitdocs.bench.suite_errors import RaisedError
from unitdocs.bench.worker import end_after
from unitdocs.errors import MeasurementError

ARMS = (0, 1)


@dataclass(frozen=True)
class ColdTimes:
    """What one process measured, in nanoseconds.

    Args:
        start: wall time of the start.
        cpu: thread CPU time of each frame.
        wall: wall time of each frame.
        answer: the answer of the work, as JSON values.
    """

    start: int
    cpu: list[int]
    wall: list[int]
    answer: object


def main() -> None:
    """Run the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    end_after(job.limit)
    Path(job.result_file).write_text(measure_cold(job).to_json(), encoding="utf-8")


def measure_cold(job: Job) -> RoundResult:
    """Measure a round, each arm in its own process; both have ended when this returns."""
    first = random.Random(job.order_seed).randrange(2)  # noqa: S311 -- an experiment's order
    order = (first, 1 - first)
    try:
        if job.is_rehearsed:
            # Otherwise the first round of a run would read files from the disk, and compile modules, for all others.
            _run_arms(job, order)
        by_arm = _run_arms(job, order)
    except RaisedError as error:
        if job.revisions and error.arm == 0 and _runs(job, 1):
            return RoundResult(lacking=str(error))
        return RoundResult(failure=str(error), details=error.details)
    except MeasurementError as error:
        return RoundResult(failure=str(error), details=error.details)
    control, treatment = (by_arm[arm] for arm in ARMS)
    difference = first_difference(control.answer, treatment.answer, _names(job))
    if difference:
        return RoundResult(difference=difference)
    frames = FrameTimes(
        order="AB"[first],
        length=len(control.wall),
        cpu=(control.cpu, treatment.cpu),
        wall=(control.wall, treatment.wall),
    )
    return RoundResult(first_loaded=first, first_warmed=None, frames=frames, starts=(control.start, treatment.start))


def _run_arms(job: Job, order: Sequence[int]) -> dict[int, ColdTimes]:
    return {arm: _run_arm(job, arm) for arm in order}


def _runs(job: Job, arm: int) -> bool:
    """Return whether an arm can be run."""
    try:
        _run_arm(job, arm)
    except MeasurementError:
        return False
    return True


def _run_arm(job: Job, arm: int) -> ColdTimes:
    """Run one arm in a fresh process.

    Raises:
        RaisedError: it failed.
        MeasurementError: it ended without a result.
    """
    result_file = Path(f"{job.result_file}.{arm}")
    done = subprocess.run(
        [sys.executable, "-m", "unitdocs.bench.cold_worker"],
        input=json.dumps({"job": job.to_json(), "arm": arm, "result_file": str(result_file)}),
        text=True,
        encoding="utf-8",
        check=False,
    )
    name = _names(job)[arm]
    if done.returncode or not result_file.exists():
        raise MeasurementError(f"{name} {how_it_ended(done.returncode)}")
    try:
        result: dict[str, Any] = json.loads(result_file.read_text(encoding="utf-8"))
        result_file.unlink()
        if "failure" not in result:
            return ColdTimes(**result)
    except (ValueError, TypeError, RecursionError) as error:
        raise MeasurementError(f"{name} gave a result that cannot be used ({type(error).__name__})") from error
    said = f"{name} failed: {result['failure']}"
    if result.get("is_foreign"):
        raise MeasurementError(said)
    raise RaisedError(arm, said, details=result.get("details", ""))


def _names(job: Job) -> tuple[str, str]:
    return job.revisions.names if job.revisions else job.arms


if __name__ == "__main__":
    main()
