"""Compare two versions of the known work with unitdocs, once, and print the trial as JSON.

measure.py starts this as a process of its own, so that loading unitdocs counts as the other tools' loading does.

Example: python benchmarks/studies/side_by_side/one_verdict.py "5 µs" 0.02 0 1  (operation, slowdown, repeat, seed)
"""

import sys

from unitdocs.bench.selfcheck import PlannedTrial, SelfCheckSettings, decide
from unitdocs.records import Clock


def main(operation: str, slowdown: str, repeat: str, seed: str) -> None:
    """Print one trial."""
    share = float(slowdown)
    settings = SelfCheckSettings(repeats=1, slowdowns=(share,), suite_size=0, seed=int(seed))
    trial = decide(PlannedTrial(operation, share, int(repeat)), settings, Clock.THREAD_CPU)
    sys.stdout.write(trial.model_dump_json())


if __name__ == "__main__":
    main(*sys.argv[1:])
