"""Measure the suites on this machine.

Example: python scripts/run_benchmarks.py --profile quick
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("run_benchmarks")
