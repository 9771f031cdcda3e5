"""One round: a fresh process that runs both arms of a scenario in turn, started as `python -m unitdocs.bench.worker`.

The job comes as JSON on standard input and names a file that takes the answer, so that whatever a suite prints cannot
be mistaken for it. The process imports the standard library and the suite, nothing else: starting it is most of a short
round's time.
"""

import gc
import itertools
import json
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from unitdocs.bench.answers import first_difference
from unitdocs.bench.suite import Operation, Scenario, Suite, load_suite

BATCH_NS = 250_000
"""A batch takes at least a quarter of a millisecond: some hundred times the cost of reading the clock."""
QUADS = 60
"""At most this many quads a round."""
QUADS_NS = 500_000_000
"""At most this long for all quads of a round."""
FEWEST_QUADS = 3
Clock = Callable[[], int]


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    found = load_suite(Path(job["path"]))
    assert found is not None
    scenario = found.scenario(job["scenario"])
    answer = _JOBS[job["kind"]](found, scenario, job)
    Path(job["answer"]).write_text(json.dumps(answer), encoding="utf-8")


def check(suite: Suite, scenario: Scenario, job: dict[str, Any]) -> dict[str, Any]:
    """Compare what both arms answer, and ask which counters they have."""
    operations = [suite.setup(arm, scenario, job["seed"]) for arm in suite.arms]
    control, treatment = ((operation.result or operation.call)() for operation in operations)
    counters = [_counters(operation) for operation in operations]
    return {"difference": first_difference(control, treatment), "counters": counters}


def memory(suite: Suite, scenario: Scenario, job: dict[str, Any]) -> dict[str, Any]:
    """Measure, for each arm, the peak of traced memory during one call and the blocks that its result keeps."""
    passes = [_memory_of(suite.setup(arm, scenario, job["seed"])) for arm in suite.arms]
    return {"peak": [peak for peak, _ in passes], "blocks": [blocks for _, blocks in passes]}


def timing(suite: Suite, scenario: Scenario, job: dict[str, Any]) -> dict[str, Any]:
    """Time quads of batches of both arms, in random order."""
    order = random.Random(job["order_seed"])  # noqa: S311 -- an experiment's order
    clock: Clock = time.thread_time_ns if job["clock"] == "thread CPU" else time.perf_counter_ns
    operations = _in_random_order(order, lambda arm: suite.setup(suite.arms[arm], scenario, job["seed"]))
    calls = _in_random_order(order, lambda arm: _calls_a_batch(operations[arm].call, clock))
    gc.collect()
    gc.disable()
    quads = ""
    cpu: tuple[list[int], list[int]] = ([], [])
    wall: tuple[list[int], list[int]] = ([], [])
    started = time.perf_counter_ns()
    while len(quads) < QUADS and (len(quads) < FEWEST_QUADS or time.perf_counter_ns() - started < QUADS_NS):
        quad = order.choice("AB")
        quads += quad
        for arm in (0, 1, 1, 0) if quad == "A" else (1, 0, 0, 1):
            batch_cpu, batch_wall = _batch(operations[arm].call, calls[arm])
            cpu[arm].append(batch_cpu)
            wall[arm].append(batch_wall)
    counts = [calls[arm] * operations[arm].inner for arm in (0, 1)]
    return {"order": quads, "operations": counts, "cpu": cpu, "wall": wall}


def _batch(call: Callable[[], object], calls: int) -> tuple[int, int]:
    """Return the nanoseconds of CPU and of wall time that a number of calls took."""
    repeats = itertools.repeat(None, calls)
    wall = time.perf_counter_ns()
    cpu = time.thread_time_ns()
    for _ in repeats:
        call()
    return time.thread_time_ns() - cpu, time.perf_counter_ns() - wall


def _in_random_order(order: random.Random, make: Callable[[int], Any]) -> list[Any]:
    """Make something for both arms; who comes first is drawn, since always warming one first favours one."""
    first = order.randrange(2)
    made = {first: make(first)}
    made[1 - first] = make(1 - first)
    return [made[0], made[1]]


def _calls_a_batch(call: Callable[[], object], clock: Clock) -> int:
    """Warm up, and find how many calls take at least the time of a batch."""
    calls = 1
    while True:
        times = []
        for _ in range(3):
            begun = clock()
            for _ in itertools.repeat(None, calls):
                call()
            times.append(clock() - begun)
        typical = statistics.median(times)
        if typical >= BATCH_NS:
            return calls
        calls = max(calls + 1, min(calls * 10, round(calls * BATCH_NS * 1.1 / max(typical, 1))))


def _memory_of(operation: Operation) -> tuple[int, int]:
    operation.call()  # the first call may load modules and fill tables that stay
    gc.collect()
    gc.disable()
    before = sys.getallocatedblocks()
    kept = operation.call()
    blocks = sys.getallocatedblocks() - before
    del kept
    tracemalloc.start()
    operation.call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    gc.enable()
    return peak, blocks


def _counters(operation: Operation) -> dict[str, list[int]] | None:
    if operation.counters is None:
        return None
    return {name: list(counts) for name, counts in operation.counters().items()}


_JOBS = {"check": check, "memory": memory, "time": timing}

if __name__ == "__main__":
    main()
