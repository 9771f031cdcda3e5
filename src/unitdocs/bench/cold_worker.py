"""The process of one arm in a cold round: `python -m unitdocs.bench.cold_worker`, started by `cold_pair`.

It times the start and every frame, with the garbage collector on, as a game would run them. Nothing is warmed up. Of
what the arm needs, only the modules that this process itself needs are loaded before: those of `unitdocs.bench` and
some of the standard library.
"""

import json
import sys
import time
from pathlib import Path

from unitdocs.bench import timing
from unitdocs.bench.answers import portable
from unitdocs.bench.job import Job
from unitdocs.bench.loading import given_sources, load_suite
from unitdocs.bench.revision_worker import ForeignModulesError, check_origin, import_from
from unitdocs.bench.rounds import set_up
from unitdocs.bench.suite_errors import details_of, sentence_of
from unitdocs.bench.worker import end_after
from unitdocs.errors import InputError, MeasurementError


def main() -> None:
    """Run the task on standard input: a job, the number of the arm, and the file for the result."""
    task = json.loads(sys.stdin.read())
    job, arm = Job.from_json(task["job"]), task["arm"]
    end_after(job.limit)
    result: dict[str, object]
    try:
        result = play_cold(job, arm)
    except MeasurementError as error:
        result = {"failure": str(error), "is_foreign": isinstance(error, ForeignModulesError)}
    except Exception as error:  # noqa: BLE001 -- whatever a project's code may raise
        result = {"failure": sentence_of(error, Path(job.path)), "details": details_of(error)}
    Path(task["result_file"]).write_text(json.dumps(result), encoding="utf-8")


def play_cold(job: Job, arm: int) -> dict[str, object]:
    """Start an arm, play its frames once, and return the times and the answer.

    Raises:
        MeasurementError: the operation has no `start`, or `inner` is not 1.
    """
    if job.revisions:
        own, other = (job.revisions.roots[role] for role in (arm, 1 - arm))
        import_from(own, other)
    else:
        sys.path[:0] = given_sources()
    try:
        suite = load_suite(Path(job.path))
    except InputError as error:
        raise MeasurementError(" | ".join(error.problems)) from error
    scenario = suite.scenario(job.scenario)
    operation = set_up(suite, job.arms[arm], scenario, job.seed)
    if operation.start is None:
        raise MeasurementError(
            f"{scenario.name}: a scenario with firsts is measured from its start on; give Operation a start"
        )
    if operation.inner != 1:
        raise MeasurementError(f"{scenario.name}: a call plays one frame, so inner must be 1, not {operation.inner}")
    begun = time.perf_counter_ns()
    operation.start()
    start = time.perf_counter_ns() - begun
    if operation.load is not None:
        operation.load()
    assert scenario.frames
    cpu, wall = timing.play(operation.call, scenario.frames)
    answer = portable((operation.result or operation.call)())
    if job.revisions:
        check_origin(own, other)
    return {"start": start, "cpu": cpu, "wall": wall, "answer": answer}


if __name__ == "__main__":
    main()
