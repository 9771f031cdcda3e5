"""Run the checks and the tests, all of them or by lane, in the project's environment.

Examples:
  python scripts/test.py                   every lane, without long tests
  python scripts/test.py --fast            every lane but the browser's
  python scripts/test.py checks units      some lanes
  python scripts/test.py --full            every lane with its long tests (kills, every page in every view)
  python scripts/test.py bench --coverage  which lines the tests of a lane run
  python scripts/test.py --fix             format, and correct what ruff can correct; no lane runs
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from environment import ROOT, OneSentenceParser, enter, fail
from launching import run_command

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKS = {
    "types": ["mypy"],
    "page programs": [sys.executable, "scripts/check_page_programs.py"],
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "layers": ["lint-imports"],
    "dependencies": ["deptry", "."],
    "dead code": ["vulture"],
    "spelling": ["codespell"],
    "workflows": ["zizmor", "--offline", "--quiet", ".github/workflows"],
}
FIXES = {"lint": ["ruff", "check", "--fix"], "format": ["ruff", "format"]}
"""Only what needs no judgement: codespell, for one, would also correct a word that is a name."""
PROCESSES = 2
WORKERS = 3
"""Processes that run tests: one more than processors, because tests often wait for a browser, a port or a file."""


@dataclass(frozen=True)
class Lane:
    """Tests that run together.

    Args:
        about: what they test.
        paths: their files and folders, below `tests/`.
        programs: the programs that they need and pip does not install.
    """

    about: str
    paths: tuple[str, ...]
    programs: tuple[str, ...] = ()


TESTS = {
    "browser": Lane("the built site in Chromium", ("e2e",), ("chromium", "chromium-headless-shell")),
    "bench": Lane(
        "measuring, tuning and load, and the suites",
        ("unit/bench", "unit/benchmarks", "unit/load", "unit/tuning"),
        ("valgrind",),
    ),
    "portal": Lane(
        "rendering and publishing the site", ("unit/portal", "unit/publishing", "unit/hooks", "unit/test_formatting.py")
    ),
    "project": Lane(
        "the repository, its guides and scripts",
        ("contract", "unit/scripts", "unit/settings", "unit/test_errors.py"),
        ("curl", "prometheus", "prometheus-alertmanager"),
    ),
    "production": Lane(
        "events, the rollout that they decide, monitoring",
        ("unit/experiment", "unit/monitoring", "unit/rollout"),
        ("java", "prometheus", "prometheus-alertmanager"),
    ),
    "results": Lane(
        "records, statistics and the command line",
        (
            "unit/cli",
            "unit/files",
            "unit/flags",
            "unit/records",
            "unit/shadow",
            "unit/analysis",
            "unit/studies",
            "unit/stats",
        ),
    ),
    "units": Lane(
        "both unit systems, moving code to them, and lessons", ("unit/units", "unit/migrate", "unit/training")
    ),
}
"""The slowest first: what is quick fills the gaps at the end."""
LANES = ("checks", *TESTS)
PROGRAMS = {
    "chromium": ("Chromium for what measures pages", ["chromium", "fonts-dejavu-core"]),
    "chromium-headless-shell": ("Chromium without a window for the browser tests", ["chromium-headless-shell"]),
    "curl": ("curl, which guides use", ["curl"]),
    "java": ("Java for Spark", ["openjdk-17-jre-headless"]),
    "prometheus": ("Prometheus", ["prometheus"]),
    "prometheus-alertmanager": ("Alertmanager", ["prometheus-alertmanager"]),
    "valgrind": ("valgrind, which counts instructions", ["valgrind"]),
}
"""Programs that the tests need: what for, and Debian's packages."""


def parse() -> argparse.Namespace:
    """Read the options."""
    lanes = "\n".join(f"  {name:<8} {lane.about}" for name, lane in TESTS.items())
    parser = OneSentenceParser(
        prog="test.py",
        description=f"{__doc__}\nLanes:\n  checks   format, lint, types, layers and more\n{lanes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("lanes", nargs="*", metavar="LANE", help="lanes to run (default: all)")
    parser.add_argument("--fast", action="store_true", help="run every lane but the browser's")
    parser.add_argument("--full", action="store_true", help="run the long tests too")
    parser.add_argument("--coverage", action="store_true", help="report which lines of src/ the tests run")
    parser.add_argument(
        "--fix", action="store_true", help="format, and correct what ruff can correct, before the named lanes run"
    )
    return parser.parse_args()


def chosen_lanes(options: argparse.Namespace) -> list[str]:
    """Return the names of the lanes to run, in the order in which they run."""
    unknown = [name for name in options.lanes if name not in LANES]
    if unknown:
        fail(f"there is no lane {unknown[0]!r}; the lanes are {', '.join(LANES)}")
    if options.lanes and options.fast:
        fail("--fast chooses the lanes; give either lanes or --fast")
    if options.fast:
        return [name for name in LANES if name != "browser"]
    if options.lanes or options.fix:
        return [name for name in LANES if name in options.lanes]
    return list(LANES)


def provide(programs: Iterable[str]) -> None:
    """Install programs that the tests need if that is possible without a question; else say how."""
    missing = _missing(programs)
    if missing and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        for program in missing:
            print(f"Installing {PROGRAMS[program][0]} ...", file=sys.stderr, flush=True)
        _apt_get("update")
        _apt_get("install", *(package for program in missing for package in PROGRAMS[program][1]))
        for program in _missing(missing):  # a package that the system does not have stopped all of them
            _apt_get("install", *PROGRAMS[program][1])
    for program in _missing(missing):
        purpose, packages = PROGRAMS[program]
        print(f"Tests need {purpose}: `sudo apt-get install {' '.join(packages)}` brings it.", file=sys.stderr)


def _missing(programs: Iterable[str]) -> list[str]:
    return [program for program in programs if not shutil.which(program)]


def _apt_get(command: str, *packages: str) -> None:
    options = ["--yes", "--no-install-recommends"] if packages else []
    # No service is started: Debian's programs start one in any run level but the first.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    words = ["apt-get", command, "--quiet", *options, *packages]
    subprocess.run(words, check=False, stdout=subprocess.DEVNULL, env=environment)


def run_check(name: str, command: list[str]) -> bool:
    """Run one command, show its output only if it fails, and return whether it passed."""
    started = time.monotonic()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False
    )
    passed = done.returncode == 0
    lines = [f"{'ok  ' if passed else 'FAIL'} {name:<14}{time.monotonic() - started:5.1f} s"]
    if not passed:
        lines += [f"$ {' '.join(command)}", done.stdout]
    print("\n".join(lines), flush=True)
    return passed


def run_checks() -> bool:
    """Run every check, some at a time; return whether all passed."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        return all(list(pool.map(run_check, CHECKS, CHECKS.values())))


def run_tests(names: list[str], *, full: bool, coverage: bool) -> bool:
    """Run the tests of some lanes; return whether all passed."""
    lanes = [TESTS[name] for name in names]
    provide(sorted({program for lane in lanes for program in lane.programs}))
    marks = "not peers" if full else "not long and not peers"
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(WORKERS), "--dist", "worksteal", "-m", marks]
    if coverage:
        command += ["--cov", "--cov-report=term:skip-covered", "--cov-report=html"]
    paths = [str(ROOT / "tests" / path) for lane in lanes for path in lane.paths]
    # Otherwise each program that a test starts compiles all that it imports of the project.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return run_command([*command, *paths]) == 0


def main() -> None:
    """Run the chosen lanes, all of them even if one fails; exit with 1 if one did."""
    options = parse()
    names = chosen_lanes(options)
    enter("test")
    passed = [run_check(name, command) for name, command in FIXES.items()] if options.fix else []
    if "checks" in names:
        passed.append(run_checks())
    tests = [name for name in names if name in TESTS]
    if tests:
        passed.append(run_tests(tests, full=options.full, coverage=options.coverage))
    raise SystemExit(not all(passed))
