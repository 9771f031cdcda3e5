"""One round on two revisions: a fresh process for each, started and alternated by `python -m unitdocs.bench.revision_pair`.

Two revisions of a module cannot be imported into one process. The job comes and the answer goes as for
`unitdocs.bench.worker`; between this process and each side go lines of JSON over pipes (`unitdocs.bench.revision_worker`), and
never more than one side is at work.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from unitdocs.bench.counting import ArmCounts
from unitdocs.bench.job import Job, RoundResult
from unitdocs.bench.process import how_it_ended
from unitdocs.bench.rounds import measure
from unitdocs.bench.timing import Pass
from unitdocs.bench.worker import end_after
from unitdocs.errors import MeasurementError


class RemoteArm:
    """An arm in a process of its own.

    Args:
        job: the round.
        side: 0 for control, 1 for treatment.
        name: what a message calls it.
    """

    def __init__(self, job: Job, side: int, name: str) -> None:
        self._job = job
        self._side = side
        self._name = name
        # Standard error is this process's own: whoever started it shows what a side printed.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "unitdocs.bench.revision_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def load(self) -> None:
        """Send the job, import the revision, and set the scenario up."""
        self._ask({"job": self._job.to_json(), "side": self._side})

    def answer(self) -> object:
        """Return what the work comes to."""
        return self._ask("answer")

    def warm_up(self) -> int:
        """Run the work in, and return how many operations one batch does."""
        return int(self._ask("warm_up"))

    def settle(self) -> None:
        """Collect garbage, and do not until the end; collect as usual where frames are timed."""
        self._ask("settle")

    def batch(self) -> tuple[int, int]:
        """Run one batch, and return the nanoseconds of CPU and of wall time that it took."""
        cpu, wall = self._ask("batch")
        return cpu, wall

    def play(self) -> Pass:
        """Play the whole sequence once, and return the nanoseconds of CPU and of wall time of each frame."""
        cpu, wall = self._ask("play")
        return cpu, wall

    def count(self) -> ArmCounts:
        """Count what one call takes."""
        found = self._ask("count")
        rates = {name: (hits, lookups) for name, (hits, lookups) in found["rates"].items()}
        return ArmCounts(found["peak"], found["blocks"], rates, found["messages"])

    def finish(self) -> None:
        """Let the process end by itself.

        Raises:
            MeasurementError: it fails at that.
        """
        self._process.communicate()
        if self._process.returncode:
            raise MeasurementError(f"{self._name} {how_it_ended(self._process.returncode)}")

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()

    def _ask(self, step: object) -> Any:  # noqa: ANN401 -- each step knows what it is answered
        """Have the process take a step, and return what it answers.

        Raises:
            MeasurementError: it could not take the step, or ended.
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
        answered = json.loads(line)
        if "failure" in answered:
            raise MeasurementError(f"{self._name} failed: {answered['failure']}")
        return answered["value"]


def main() -> None:
    """Do the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    end_after(job.limit)
    Path(job.answer).write_text(do(job).to_json(), encoding="utf-8")


def do(job: Job) -> RoundResult:
    """Measure in two processes, and leave neither behind."""
    assert job.revisions
    names = job.revisions.names
    if not job.on_wall_clock:
        _stay_on_one_core(job)
    arms = (RemoteArm(job, 0, names[0]), RemoteArm(job, 1, names[1]))
    try:
        answer = measure(job, arms, names)
        for arm in arms:
            arm.finish()
    except MeasurementError as error:
        return RoundResult(failure=str(error))
    finally:
        for arm in arms:
            arm.end()
    return answer


def _stay_on_one_core(job: Job) -> None:
    """Have both revisions run on one core, drawn anew for each round, where the system lets us choose.

    Cores differ, by what else they do if not by themselves, and blocks cannot cancel what differs between the processes
    all round long. Work that is judged by the wall clock may want more than one core, and keeps them.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {random.Random(f"{job.order_seed}/core").choice(cores)})  # noqa: S311 -- as the order


if __name__ == "__main__":
    main()
