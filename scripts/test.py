"""Set up everything, then run every check and the tests.

Examples:
  python scripts/test.py           every check and the short test lane
  python scripts/test.py --full    the long lane too (kills, long property tests)
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time

from environment import ROOT, OneSentenceParser, enter

CHECKS = {
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "types": ["mypy"],
    "layers": ["lint-imports"],
    "dependencies": ["deptry", "."],
    "dead code": ["vulture"],
    "spelling": ["codespell"],
    "workflows": ["zizmor", "--offline", "--quiet", ".github/workflows"],
}
PROGRAMS = {
    "chromium": ("Chromium for the browser tests", ["chromium", "fonts-dejavu-core"]),
    "valgrind": ("valgrind, which counts instructions", ["valgrind"]),
}
"""What the tests need from outside, by program: what for, and Debian's packages."""


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="test.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--full", action="store_true", help="run the long lane too")
    return parser.parse_args()


def provide(program: str, purpose: str, packages: list[str]) -> None:
    """Install a program that the tests need, where that can be done without asking; else say how."""
    if shutil.which(program):
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"Installing {purpose} ...", file=sys.stderr, flush=True)
        options = ["--yes", "--quiet", "--no-install-recommends"]
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "--quiet"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", *options, *packages], check=False, **quiet)  # type: ignore[call-overload]
    if not shutil.which(program):
        print(f"Tests need {purpose}: `sudo apt-get install {program}` brings it.", file=sys.stderr)


def run_check(name: str, command: list[str]) -> bool:
    """Run one check, its output shown only where it fails; return whether it passed."""
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    passed = done.returncode == 0
    print(f"{'ok  ' if passed else 'FAIL'} {name:<14}{time.monotonic() - started:5.1f} s", flush=True)
    if not passed:
        print(f"$ {' '.join(command)}\n{done.stdout}", flush=True)
    return passed


def run_tests(*, full: bool) -> bool:
    """Run the tests in two processes; return whether all passed."""
    lane = "not peers" if full else "not long and not peers"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", lane]
    return subprocess.run(command, check=False).returncode == 0


def main() -> None:
    """Run the checks, then the tests, all of them whatever fails; exit 1 where one did."""
    options = parse()
    enter("test")
    for program, (purpose, packages) in PROGRAMS.items():
        provide(program, purpose, packages)
    os.chdir(ROOT)
    passed = [run_check(name, command) for name, command in CHECKS.items()]
    passed.append(run_tests(full=options.full))
    raise SystemExit(not all(passed))


if __name__ == "__main__":
    main()
