"""One round: a fresh process that runs both arms of a scenario in turn, started as `python -m unitdocs.bench.worker`.

The job comes as JSON on standard input and names a file that takes the answer, so that whatever a suite prints cannot
be mistaken for it. The process imports the standard library and the suite, nothing else: starting it is most of a short
round's time.
"""

import gc
import math
import random
import signal
import sys
from pathlib import Path

from unitdocs.bench.answers import first_difference
from unitdocs.bench.counting import count
from unitdocs.bench.job import Answer, Counts, Job, Kind, Times
from unitdocs.bench.loading import load_suite
from unitdocs.bench.suite import Operation, Suite
from unitdocs.bench.timing import calls_a_batch, clock_of, time_quads

GRACE = 5
"""Seconds beyond the limit after which a worker that nobody ended ends itself: its parent may have been killed."""


def main() -> None:
    """Do the job on standard input."""
    job = Job.from_json(sys.stdin.read())
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(job.limit) + GRACE)
    Path(job.answer).write_text(do(job, load_suite(Path(job.path))).to_json(), encoding="utf-8")


def do(job: Job, suite: Suite) -> Answer:
    """Set both arms up, compare their answers, and measure."""
    order = random.Random(job.order_seed)  # noqa: S311 -- an experiment's order
    scenario = suite.scenario(job.scenario)
    loading, warming = _drawn(order), _drawn(order)
    made = {arm: suite.setup(job.arms[arm], scenario, job.seed) for arm in loading}
    operations = (made[0], made[1])
    difference = _difference(operations, warming, job.arms)
    if difference:
        return Answer(difference=difference)
    gc.collect()
    times: Times | None = None
    counts: Counts | None = None
    match job.kind:
        case Kind.TIME:
            times = _times(operations, warming, order, on_wall_clock=job.on_wall_clock)
        case Kind.MEMORY:
            counts = count(operations, warming)
    return Answer(first_loaded=loading[0], first_warmed=warming[0], times=times, counts=counts)


def _times(
    operations: tuple[Operation, Operation], warming: list[int], order: random.Random, *, on_wall_clock: bool
) -> Times:
    clock = clock_of(on_wall_clock=on_wall_clock)
    calls = {arm: calls_a_batch(operations[arm].call, clock) for arm in warming}
    gc.collect()
    gc.disable()
    return time_quads(operations, (calls[0], calls[1]), order)


def _difference(operations: tuple[Operation, Operation], order: list[int], arms: tuple[str, str]) -> str | None:
    answers = {arm: (operations[arm].result or operations[arm].call)() for arm in order}
    return first_difference(answers[0], answers[1], arms)


def _drawn(order: random.Random) -> list[int]:
    """Draw which arm comes first, since always loading or warming the same one first favours one."""
    first = order.randrange(2)
    return [first, 1 - first]


if __name__ == "__main__":
    main()
