"""A round of some scenarios on two revisions, each in a fresh process: `python -m unitdocs.bench.revision_pair`.

Two revisions of a module cannot be imported into one process. This process reads a list of jobs, one for each scenario,
and writes the result of each as a line. It starts one `unitdocs.bench.revision_worker` for each revision and exchanges
lines of JSON with it over pipes; only one of the two works at a time.
"""

import functools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from unitdocs.bench.counting import ArmCounts
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.job import Job, RoundResult
from unitdocs.bench.rounds import measure
from unitdocs.bench.suite_errors import RaisedError
from unitdocs.bench.timing import Pass
from unitdocs.bench.worker import end_after
from unitdocs.errors import MeasurementError


class RemoteArm:
    """An arm in a process of its own.

    Args:
        revision: 0 for control, 1 for treatment.
        name: name of the revision in messages.
    """

    def __init__(self, revision: int, name: str) -> None:
        self._job: Job
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

    def take(self, job: Job) -> None:
        """Take the job that is measured next."""
        self._job = job

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def load(self) -> None:
        """Send the job; the process imports the revision, if this is the first job, and sets the scenario up."""
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

    def _without_checkout(self, text: str) -> str:
        """Return a text in which files of the base have the names that they have in the project."""
        revisions = self._job.revisions
        assert revisions
        return text.replace(f"{revisions.checkout}{os.sep}", "")

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
                said = f"{self._name} failed: {self._without_checkout(reply['failure'])}"
                kind = MeasurementError if reply.get("is_foreign") else functools.partial(RaisedError, self._revision)
                raise kind(said, details=reply.get("details", ""))
            return reply["value"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise MeasurementError(f"{self._name} gave a reply that cannot be used ({type(error).__name__})") from error


def main() -> None:
    """Run the jobs on standard input."""
    jobs = [Job.from_json(text) for text in json.loads(sys.stdin.read())]
    for result in measure_revisions(jobs):
        with Path(jobs[0].result_file).open("a", encoding="utf-8") as file:
            print(result.to_json(), file=file)


def measure_revisions(jobs: Sequence[Job]) -> Iterator[RoundResult]:
    """Measure a round of each job, one after the other in the same two processes, and yield the results.

    The processes have ended after the last one. If one ends before, the result of its job says so and is the last.
    """
    revisions = jobs[0].revisions
    assert revisions
    if not jobs[0].on_wall_clock:
        _stay_on_one_core(jobs[0])
    arms = (RemoteArm(0, revisions.names[0]), RemoteArm(1, revisions.names[1]))
    try:
        for job in jobs:
            end_after(job.limit)
            yield _measured(job, arms, revisions.names, is_last=job is jobs[-1])
            if any(arm.has_ended for arm in arms):
                return
    finally:
        for arm in arms:
            arm.end()


def _measured(job: Job, arms: tuple[RemoteArm, RemoteArm], names: tuple[str, str], *, is_last: bool) -> RoundResult:
    """Measure a round; after the last one the processes must end without an error."""
    try:
        for arm in arms:
            arm.take(job)
        result = measure(job, arms, names)
    except RaisedError as error:
        if lacking := _lacking(arms):
            return RoundResult(lacking=lacking)
        return RoundResult(failure=str(error), details=error.details)
    except MeasurementError as error:
        return RoundResult(failure=str(error), details=error.details)
    if is_last:
        try:
            for arm in arms:
                arm.finish()
        except MeasurementError as error:
            return RoundResult(failure=str(error))
    return result


def _lacking(arms: tuple[RemoteArm, RemoteArm]) -> str | None:
    """Return why the base cannot run what the working tree can, such as a new case; None if that is not so."""
    base, tree = arms
    try:
        tree.load()
        tree.answer()
        base.load()
        base.answer()
    except RaisedError as error:
        return str(error) if error.arm == 0 else None
    except MeasurementError:
        return None
    return None


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
