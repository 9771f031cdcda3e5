"""Measure the suites on this machine: `unitdocs bench run` in the project's environment.

Example: python scripts/run_benchmarks.py --profile quick
"""

import sys

from environment import enter

enter("portal")

from unitdocs.cli import main

main(["bench", "run", *sys.argv[1:]])
