"""One round on two revisions, each in a fresh process: `python -m unitdocs.bench.revision_pair`.

Two revisions of a module cannot be imported into one process. This process reads the job and writes the result as
`unitdocs.bench.worker` does. It starts one `unitdocs.bench.revision_worker` for each revision and exchanges lines of
JSON with it over pipes; only one of the two works at a time.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from unitdocs.bench.counting import ArmCounts
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.job import Job, RoundResult
from unitdocs.bench.rounds import measure
from unitdocs.bench.timing import Pass
from unitdocs.bench.worker import end_after
from unitdocs.errors import MeasurementError


class RemoteArm:
    """An arm in a process of its own.

    Args:
        job: the round.
        revision: 0 for control, 1 for treatment.
        name: name of the revision in messages.
    """

    def __init__(self, job: Job, revision: int, name: str) -> None:
        self._job = job
        self._revision = revision
        self._name = name
        # Standard error is inherited, so that what a worker prints appears in this process's output.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "unitdocs.bench.revision_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def load(self) -> None:
        """Send the job; the process imports the revision and sets the scenario up."""
        self._ask({"job": self._job.to_json(), "revision": self._revision})

    def answer(self) -> object:
        """Return the answer of the work."""
        return self._ask("answer")

    def warm_up(self) -> int:
        """Warm the work up, and return the operations of one batch."""
        return int(self._ask("warm_up"))

    def settle(self) -> None:
        """Collect garbage, then turn the collector off, or leave it on if frames are timed."""
        self._ask("settle")

    def batch(self) -> tuple[int, int]:
        """Run one batch, and return its CPU time and wall time in nanoseconds."""
        cpu, wall = self._ask("batch")
        return cpu, wall

    def play(self) -> Pass:
        """Play the whole sequence once, and return the CPU time and wall time of each frame in nanoseconds."""
        cpu, wall = self._ask("play")
        return cpu, wall

    def count(self) -> ArmCounts:
        """Count one call."""
        counts = self._ask("count")
        rates = {name: (hits, tries) for name, (hits, tries) in counts["rates"].items()}
        return ArmCounts(counts["peak"], counts["blocks"], rates, counts["messages"])

    def finish(self) -> None:
        """Wait for the process to end by itself.

        Raises:
            MeasurementError: it ended with an error.
        """
        self._process.communicate()
        if self._process.returncode:
            raise MeasurementError(f"{self._name} {how_it_ended(self._process.returncode)}")

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.communicate()

    def _ask(self, step: object) -> Any:  # noqa: ANN401 -- each step has a result of its own
        """Have the process run a step, and return the result of the step.

        Raises:
            MeasurementError: the step failed, or the process ended.
        """
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(json.dumps(step), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line.endswith("\n"):
            raise MeasurementError(f"{self._name} {how_it_ended(self._process.wait())}")
        try:
            reply = json.loads(line)
            if "failure" in reply:
                raise MeasurementError(f"{self._name} failed: {reply['failure']}", details=reply.get("details", ""))
            return reply["value"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise MeasurementError(f"{self._name} gave a reply that cannot be used ({type(error).__name__})") from error


def main() -> None:
    """Run the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    end_after(job.limit)
    Path(job.result_file).write_text(measure_revisions(job).to_json(), encoding="utf-8")


def measure_revisions(job: Job) -> RoundResult:
    """Measure a round in two processes; both have ended when this returns."""
    assert job.revisions
    names = job.revisions.names
    if not job.on_wall_clock:
        _stay_on_one_core(job)
    arms = (RemoteArm(job, 0, names[0]), RemoteArm(job, 1, names[1]))
    try:
        result = measure(job, arms, names)
        for arm in arms:
            arm.finish()
    except MeasurementError as error:
        return RoundResult(failure=str(error), details=error.details)
    finally:
        for arm in arms:
            arm.end()
    return result


def _stay_on_one_core(job: Job) -> None:
    """Pin both revisions to one core, drawn at random in each round, if the system supports it.

    Cores differ at least in their other load, and ABBA blocks cannot cancel a difference between the processes that
    lasts a whole round. Work that is judged by the wall clock may use several cores and is not pinned.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {random.Random(f"{job.order_seed}/core").choice(cores)})  # noqa: S311 -- an experiment's order


if __name__ == "__main__":
    main()
