"""Counts sessions of a suite in a process of its own: `python -m unitdocs.tuning.search.counting_worker`.

The task is JSON on standard input, and names a file for the result.
"""

import gc
import json
import sys
from pathlib import Path
from typing import Any

from unitdocs.bench import counting
from unitdocs.bench.loading import load_suite
from unitdocs.bench.suite import Suite


def main() -> None:
    """Run the task on standard input."""
    task = json.loads(sys.stdin.read())
    sys.path[:0] = task["sources"]
    suite = load_suite(Path(task["file"]))
    counting.warm_up(suite.setup(task["arm"], suite.scenario(task["scenarios"][0]), task["seed"]))
    counts = {name: count(suite, task["arm"], name, task["seed"]) for name in task["scenarios"]}
    Path(task["result_file"]).write_text(json.dumps(counts), encoding="utf-8")


def count(suite: Suite, arm: str, name: str, seed: int) -> dict[str, Any]:
    """Return the peak memory of one call of a scenario, and hits and tries of each of its rates in that call."""
    operation = suite.setup(arm, suite.scenario(name), seed)
    gc.collect()
    gc.disable()
    before = dict(operation.counters()) if operation.counters else {}
    peak = counting.peak_memory(operation.call)
    after = dict(operation.counters()) if operation.counters else {}
    gc.enable()
    rates = {
        rate: [now - then for now, then in zip(after[rate], before.get(rate, (0, 0)), strict=True)] for rate in after
    }
    return {"peak": peak, "counts": rates}


if __name__ == "__main__":
    main()
