"""The project's own environment: made once, from a lock with hashes, by the Python that runs the script.

Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import startup
from launching import replace_process, started
from shared_lock import SharedLock

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "unitdocs.json"
LOG = ROOT / "build" / "set-up.log"
LOCK = SharedLock(ROOT / ".venv.lock")
"""Shared by each program that uses the environment, held alone while it is set up."""
ENTERED = "ENTERED_ENVIRONMENT"
"""The variable by which a program says to those that it starts which environment it holds: they set up nothing."""
# The test lock holds the portal lock's packages at the same versions, so an environment made from it serves both.
SERVED_BY = {"portal": ("portal", "test"), "test": ("test",)}
NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Failed to establish a new connection|name resolution"
    r"|nodename nor servname|ProxyError|Cannot connect to proxy|Network is unreachable|from versions: none"
)


class OneSentenceParser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; argparse's own method ignores that the output cannot be written."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is."""
        program = Path(sys.argv[0]).resolve()
        place = program.relative_to(ROOT).as_posix() if program.is_relative_to(ROOT) else self.prog
        fail(f"{message}; see `python {place} --help`")


def fail(sentence: str, code: int = 2) -> NoReturn:
    """End the program with one sentence and an exit code, by default that of wrong use."""
    print(f"{Path(sys.argv[0]).name}: {sentence}", file=sys.stderr)
    raise SystemExit(code)


def enter(lock: str) -> None:
    """Continue inside the environment, and set it up first if it is missing or out of date.

    The environment stays as it is until this program ends: another one waits before it changes it.

    Args:
        lock: "portal" or "test": which file of `requirements/` the environment is made from.
    """
    startup.check()
    held, _, place = os.environ.get(ENTERED, "").partition(":")
    is_held_by_parent = place == str(ENVIRONMENT)
    _share(lock)
    if not (is_held_by_parent and held in SERVED_BY[lock]) and not _is_current(lock):
        if is_held_by_parent:
            fail(f"the program that started this one uses .venv, which is not made from requirements/{lock}.lock")
        _set_up(lock)
    if not _is_inside():
        _continue_inside()
    os.environ["PATH"] = f"{_programs()}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ.update(NO_MKDOCS_2_WARNING="1", DISABLE_MKDOCS_2_WARNING="true")
    os.chdir(ROOT)


def hold() -> None:
    """Keep the environment as it is until this program ends, if the program runs in it."""
    if _is_inside():
        _share("test")


def _is_inside() -> bool:
    return Path(sys.prefix).resolve() == ENVIRONMENT.resolve()


def _set_up(lock: str) -> None:
    """Set up the environment as soon as no other program uses it, then share it."""
    _refuse_link()
    LOCK.take_alone(".venv is out of date; waiting until the programs that use it have ended ...")
    if not _is_current(lock):  # another program may have set it up meanwhile
        _refuse_users()
        _make(lock)
    _share(lock)


def _share(lock: str) -> None:
    if os.access(ROOT, os.W_OK):  # nobody sets up anything in a folder that cannot be written to
        LOCK.share("Waiting until another program has set up .venv ...")
    os.environ[ENTERED] = f"{lock}:{ENVIRONMENT}"


def _refuse_link() -> None:
    """Stop if `.venv` is a symbolic link: what it leads to belongs to somebody else."""
    if ENVIRONMENT.is_symlink():
        fail(f".venv is a symbolic link to {ENVIRONMENT.readlink()} and not up to date; remove the link, run it again")


def _refuse_users() -> None:
    """Stop if a program that does not share the lock, such as `.venv/bin/unitdocs`, runs in the environment."""
    for process in Path("/proc").glob("[0-9]*"):  # on Linux; other systems have no such folder
        if process.name != str(os.getpid()) and _uses_environment(process):
            fail(f".venv is out of date, and process {process.name} uses it; run this again when that has ended")


def _uses_environment(process: Path) -> bool:
    """Return whether a process runs the environment's interpreter or has loaded a library from it."""
    try:
        interpreter = os.fsdecode((process / "cmdline").read_bytes().split(b"\0", 1)[0])
        started = os.path.normpath((process / "cwd").readlink() / interpreter)
        return any(f"{ENVIRONMENT}{os.sep}" in text for text in (started, (process / "maps").read_text()))
    except OSError:  # it has ended, or belongs to another user
        return False


def _programs() -> Path:
    return ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")


def _python() -> Path:
    return _programs() / ("python.exe" if os.name == "nt" else "python")


def _continue_inside() -> None:
    command = [str(_python()), *sys.argv]
    if os.name == "nt":  # exec does not replace the process there
        raise SystemExit(subprocess.run(command, check=False).returncode)
    replace_process(command)


def _state(lock: str) -> dict[str, str]:
    """Return what an environment made from this lock depends on: a change of any of it makes it out of date."""
    import tomllib  # noqa: PLC0415 -- an old Python lacks it, and the check above says so first

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = (ROOT / "requirements" / f"{lock}.lock").read_bytes()
    digest = hashlib.sha256(packages + json.dumps(project, sort_keys=True).encode()).hexdigest()
    return {"lock": lock, "digest": digest, "root": str(ROOT), "python": sys.version}


def _is_current(lock: str) -> bool:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return _python().exists() and any(stamp == _state(name) for name in SERVED_BY[lock])


COMPILE = "import compileall, sysconfig; compileall.compile_dir(sysconfig.get_path('purelib'), quiet=2, workers=0)"
"""A program that compiles all packages on all cores; files that are no Python of this version are left."""


def _make(lock: str) -> None:
    started = time.monotonic()
    print(f"Setting up .venv from requirements/{lock}.lock (once; some minutes) ...", file=sys.stderr, flush=True)
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w", encoding="utf-8") as log:
        # Cleared where it belongs to another Python or place; its interpreter would not start or be the wrong one.
        _step(log, [sys.executable, "-m", "venv", *_clear(), str(ENVIRONMENT)])
        pip = [str(_python()), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
        lock_file = ROOT / "requirements" / f"{lock}.lock"
        packages = lock_file.read_text(encoding="utf-8").count("==")
        _step(log, [*pip, "--no-compile", "--require-hashes", "-r", str(lock_file)], packages)
        # Compiled here, since pip does it on one core, and where PYTHONDONTWRITEBYTECODE is set, as in many containers,
        # each start of each program would compile all that it imports: importing NumPy would take three times as long.
        _step(log, [str(_python()), "-c", COMPILE])
        _step(log, [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    STAMP.write_text(json.dumps(_state(lock)), encoding="utf-8")
    print(f"Set up in {time.monotonic() - started:.0f} s.", file=sys.stderr)


def _clear() -> list[str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["--clear"]
    return [] if stamp["python"] == sys.version and stamp["root"] == str(ROOT) else ["--clear"]


def _step(log: object, command: list[str], packages: int = 0) -> None:
    """Run one set-up command, its output going to the log; shown only where it fails."""
    lines: list[str] = []
    with started(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            log.write(line)  # type: ignore[attr-defined]
            _show_progress(lines, packages)
    if process.returncode:
        _explain(lines)


def _show_progress(lines: list[str], packages: int) -> None:
    if packages and sys.stderr.isatty():
        if lines[-1].startswith("Installing collected"):
            print("\r\033[K  installing ...", end="\r", file=sys.stderr, flush=True)
        elif lines[-1].startswith("Collecting"):
            done = sum(line.startswith("Collecting") for line in lines)
            print(f"\r\033[K  fetching {done} of at most {packages} packages", end="\r", file=sys.stderr, flush=True)


def _explain(lines: list[str]) -> None:
    output = "".join(lines)
    if NO_NETWORK.search(output):
        fail("no package index can be reached, and the first set-up needs one; connect to a network and run it again")
    if "ensurepip is not available" in output:
        fail("this Python cannot make environments; install Debian's python3-venv package and run it again")
    print(output[-4000:], file=sys.stderr)
    fail(f"setting up .venv failed, as shown above (all of it in {LOG.relative_to(ROOT)})")
