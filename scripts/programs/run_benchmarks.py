"""Measure the suites on this machine: `unitdocs bench run` in the project's environment.

Example: python scripts/run_benchmarks.py --profile quick
"""

import sys

from environment import enter


def main() -> None:
    """Measure with the options given."""
    enter("portal")
    from unitdocs import cli  # noqa: PLC0415 -- inside the environment only

    cli.main(["bench", "run", *sys.argv[1:]])
