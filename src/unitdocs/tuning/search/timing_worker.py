"""Times sessions of a suite in a process of its own: `python -m unitdocs.tuning.search.timing_worker`.

A round of many sessions, each in ABBA blocks as in any benchmark; a batch is one session. The task is JSON on standard
input, and names a file for the result.
"""

import gc
import json
import random
import sys
from pathlib import Path

from unitdocs.bench import timing
from unitdocs.bench.loading import load_suite
from unitdocs.bench.suite import Suite

BLOCKS = 2
"""ABBA blocks of a session in a round."""


def main() -> None:
    """Run the task on standard input."""
    task = json.loads(sys.stdin.read())
    sys.path[:0] = task["sources"]
    suite = load_suite(Path(task["file"]))
    order = random.Random(task["order_seed"])  # noqa: S311 -- an experiment's order
    names = task["scenarios"]
    times = {name: time_session(suite, task["arms"], name, task["seed"], order) for name in names}
    Path(task["result_file"]).write_text(json.dumps(times), encoding="utf-8")


def time_session(suite: Suite, arms: list[str], name: str, seed: int, order: random.Random) -> tuple[list[int], ...]:
    """Return the CPU time of each batch of both arms, in nanoseconds: two for each block."""
    operations = [suite.setup(arm, suite.scenario(name), seed) for arm in arms]
    for arm in order.sample((0, 1), 2):
        operations[arm].call()
    gc.collect()
    gc.disable()
    times: tuple[list[int], ...] = ([], [])
    for _ in range(BLOCKS):
        for arm in order.choice((timing.ABBA, timing.BAAB)):
            times[arm].append(timing.batch(operations[arm].call, 1)[0])
    gc.enable()
    return times


if __name__ == "__main__":
    main()
