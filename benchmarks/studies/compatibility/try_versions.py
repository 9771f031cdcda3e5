"""Test an installed wheel of unitdocs with several versions of Python and NumPy.

For each Python that is found (this one, `python3.11` and later on the PATH, and those of pyenv) the wheel is installed
into a fresh environment with the oldest NumPy that is allowed, with the newest patch of each minor version that is
offered for this Python, and without NumPy. `check_installation.py` is run in each. The result is printed and written as
a record, which the page Compatibility shows. The exit code is 1 if a check failed.

Examples:
  python benchmarks/studies/compatibility/try_versions.py                              all, some minutes
  python benchmarks/studies/compatibility/try_versions.py --pythons python3.12 --numpys 2.2.0 none
  python benchmarks/studies/compatibility/try_versions.py --out benchmarks/results/tested-versions.json
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

from packaging.version import VERSION_PATTERN, Version

from package_version import current_version
from unitdocs import records, studies
from unitdocs.bench import environment
from unitdocs.formatting import counted
from unitdocs.publishing.packages import build_package
from unitdocs.studies import CheckedVersions, VersionTrials

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CHECK = Path(__file__).with_name("check_installation.py")
OLDEST_PYTHON = (3, 11)
NEWEST_MINOR = 30
"""The last minor version of Python that is looked for on the PATH."""
OLDEST_NUMPY = Version("2.2")
NONE = "none"
"""Names the installation without NumPy."""
PROCESSES = 2
LIMIT = 600
"""Seconds that an installation or a check may take."""
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
BINARIES = "--only-binary=:all:"
"""A version that would have to be compiled is not offered."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that was found.

    Args:
        program: the program.
        version: its version, such as 3.12.1.
    """

    program: Path
    version: str

    @property
    def minor(self) -> str:
        """Its minor version, such as 3.12."""
        return ".".join(self.version.split(".")[:2])


class TrialError(Exception):
    """A version cannot be installed or checked."""


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="try_versions.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--pythons", nargs="+", metavar="PROGRAM", help="programs (default: all that are found)")
    parser.add_argument(
        "--numpys", nargs="+", metavar="VERSION", help="versions of NumPy, or none (default: those described above)"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "tested-versions.json", help="the record to write")
    return parser.parse_args()


def find_pythons() -> Iterator[str]:
    """Yield programs that may be a Python: this one, then those of the PATH, then those of pyenv."""
    yield sys.executable
    for minor in range(OLDEST_PYTHON[1], NEWEST_MINOR):
        yield from filter(None, [shutil.which(f"python3.{minor}")])
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(pyenv.glob("versions/*/bin/python"), reverse=True))


def describe_python(program: str) -> Interpreter | None:
    """Return a Python; None if the program does not run, as those that pyenv puts on the PATH may not."""
    code = "import sys; print(*sys.version_info[:3], sep='.')"
    try:
        done = subprocess.run([program, "-I", "-c", code], capture_output=True, text=True, check=False, timeout=LIMIT)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.fullmatch(r"\d+\.\d+\.\d+", done.stdout.strip())
    return Interpreter(Path(program), found[0]) if found and not done.returncode else None


def chosen_pythons(named: Sequence[str] | None) -> list[Interpreter]:
    """Return the named Pythons, or the first that is found of each minor version, in the order of versions."""
    if named:
        return [named_python(program) for program in named]
    by_minor: dict[str, Interpreter] = {}
    for one in filter(None, map(describe_python, find_pythons())):
        if Version(one.version).release[:2] >= OLDEST_PYTHON:
            by_minor.setdefault(one.minor, one)
    return sorted(by_minor.values(), key=lambda one: Version(one.version))


def named_python(program: str) -> Interpreter:
    """Return the Python of an option, or end with a sentence."""
    found = describe_python(program)
    if found is None:
        fail(f"--pythons {program}: does not run as a Python; give the program's name or path")
    return found


def offered_numpys(python: Interpreter) -> list[Version]:
    """Return the versions of NumPy that pip finds for a Python and unitdocs allows, the oldest first."""
    # pip runs in this environment, and looks with the eyes of the other Python.
    command = [*PIP, "index", "versions", "numpy", "--python-version", python.minor, BINARIES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    found = re.search(r"^Available versions: (.+)$", done.stdout, flags=re.MULTILINE)
    if found is None:
        fail("pip finds no versions of NumPy; connect to a package index, or name versions by --numpys")
    return sorted(version for text in found[1].split(", ") if (version := Version(text)) >= OLDEST_NUMPY)


def interesting(offered: Iterable[Version]) -> list[str]:
    """Return no NumPy, the oldest version, and the newest patch of each minor version.

    Args:
        offered: versions, the oldest first; [2.2.0, 2.2.1, 2.3.0, 2.3.5] gives none, 2.2.0, 2.2.1 and 2.3.5.
    """
    versions = list(offered)
    newest = {version.release[:2]: version for version in versions}
    return [NONE, *dict.fromkeys(str(version) for version in (*versions[:1], *newest.values()))]


def chosen_numpys(named: Sequence[str] | None, python: Interpreter) -> list[str]:
    """Return the named versions, or those that pip offers for a Python."""
    for text in named or ():
        if text != NONE and not re.fullmatch(VERSION_PATTERN, text, flags=re.VERBOSE | re.IGNORECASE):
            fail(f"--numpys {text}: no version of NumPy; give one such as 2.4.6, or none")
    return list(dict.fromkeys(named)) if named else interesting(offered_numpys(python))


def run(command: Sequence[str | Path]) -> str:
    """Return what a command prints.

    Raises:
        TrialError: it fails, or takes too long.
    """
    try:
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=clean_variables(),
            check=False,
            timeout=LIMIT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TrialError(str(error)) from error
    if done.returncode:
        raise TrialError(reason(done.stderr) or f"{command[0]} ended with {done.returncode}")
    return done.stdout


def reason(errors: str) -> str:
    """Return the line of pip's or Python's errors that names the cause: the last one that is no hint."""
    lines = [text.removeprefix("ERROR: ") for text in errors.strip().splitlines() if "://" not in text]
    return next((text for text in reversed(lines) if text.strip()), "")


def clean_variables() -> dict[str, str]:
    """Return the environment's variables without those that change the unit system or Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("UNITDOCS_", "PYTHON"))}


def install(python: Interpreter, numpy: str, wheel: Path, folder: Path) -> Path:
    """Return the Python of a new environment with the wheel.

    Raises:
        TrialError: it cannot be installed.
    """
    run([python.program, "-I", "-m", "venv", "--without-pip", folder])
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    dependency = "--no-deps" if numpy == NONE else f"numpy=={numpy}"
    run([*PIP, "--python", str(inside), "install", "--quiet", BINARIES, str(wheel), dependency])
    return inside


def check(python: Interpreter, numpy: str, wheel: Path) -> Mapping[str, object]:
    """Return what `check_installation.py` prints, or what went wrong before."""
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            inside = install(python, numpy, wheel, Path(folder, "game"))
            result: Mapping[str, object] = json.loads(run([inside, "-I", CHECK, "--numpy", numpy]))
    except TrialError as error:
        return {"error": str(error)}
    return result


def tried(python: Interpreter, numpy: str, wheel: Path) -> CheckedVersions:
    """Install and check one combination."""
    begin = time.monotonic()
    result = check(python, numpy, wheel)
    one = CheckedVersions.model_validate(
        {
            "python": python.version,
            "numpy": None if numpy == NONE else numpy,
            "numbers": 0,
            "seconds": round(time.monotonic() - begin, 1),
            **result,
        }
    )
    print(f"  {line(one)}", file=sys.stderr, flush=True)
    return one


def line(one: CheckedVersions) -> str:
    """Return one check in one line."""
    numpy = f"NumPy {one.numpy}" if one.numpy else "without NumPy"
    outcome = f"failed: {one.error}" if one.error else f"passed, {counted(one.numbers, 'number')} equal"
    return f"Python {one.python}, {numpy}: {outcome} ({one.seconds:.1f} s)"


def main() -> None:
    """Build the wheel, try all combinations, print and write the record."""
    options = parse()
    created, begun, ticks = datetime.now(UTC), environment.describe(ROOT), environment.cpu_ticks()
    digest = studies.kind_of("tested_versions").digest(ROOT)
    pythons = chosen_pythons(options.pythons)
    pairs = [(python, numpy) for python in pythons for numpy in chosen_numpys(options.numpys, python)]
    print(f"{counted(len(pairs), 'installation')} with {counted(len(pythons), 'Python')}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(PROCESSES) as pool:
        package = build_package(ROOT, current_version(), Path(folder))
        checks = tuple(pool.map(lambda pair: tried(pair[0], pair[1], package.wheel), pairs))
    record = VersionTrials(
        created=created,
        finished=datetime.now(UTC),
        command=shlex.join(["python", "benchmarks/studies/compatibility/try_versions.py", *sys.argv[1:]]),
        environment=environment.closed(begun, ticks),
        digest=digest,
        version=package.version,  # as it was then: files may have changed since
        checks=checks,
    )
    failed = sum(not one.has_passed for one in checks)
    print(f"{counted(len(checks), 'installation')} tested, {failed} failed; written to {options.out}")
    records.save(record, options.out)
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
