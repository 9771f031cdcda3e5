"""The project's own environment: made once, from a lock with hashes, by the Python that runs the script.

Standard library only. The version check comes before anything that an old Python could not run.
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

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "unitdocs.json"
LOG = ROOT / "build" / "set-up.log"
OLDEST = (3, 11)
# The test lock holds the portal lock's packages at the same versions, so an environment made from it serves both.
SERVED_BY = {"portal": ("portal", "test"), "test": ("test",)}
NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Failed to establish a new connection|name resolution"
    r"|nodename nor servname|ProxyError|Cannot connect to proxy|Network is unreachable|from versions: none"
)


class OneSentenceParser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Say what is wrong and where help is."""
        fail(f"{message}; see `python scripts/{self.prog} --help`")


def fail(sentence: str) -> None:
    """End the program with one sentence and the exit code of wrong use."""
    print(f"{Path(sys.argv[0]).name}: {sentence}", file=sys.stderr)
    raise SystemExit(2)


def enter(lock: str) -> None:
    """Go on inside the environment, making it first where it is missing or out of date.

    Args:
        lock: "portal" or "test": which file of `requirements/` it is made from.
    """
    if sys.version_info < OLDEST:
        have, need = ".".join(map(str, sys.version_info[:3])), ".".join(map(str, OLDEST))
        fail(f"this is Python {have}; unitdocs needs Python {need} or newer, so start it with a newer one")
    if not _is_current(lock):
        _make(lock)
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        _go_on_inside()
    os.environ["PATH"] = f"{_programs()}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ.update(NO_MKDOCS_2_WARNING="1", DISABLE_MKDOCS_2_WARNING="true")
    os.chdir(ROOT)


def _programs() -> Path:
    return ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")


def _python() -> Path:
    return _programs() / ("python.exe" if os.name == "nt" else "python")


def _go_on_inside() -> None:
    command = [str(_python()), *sys.argv]
    if os.name == "nt":  # exec does not replace the process there
        raise SystemExit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)  # noqa: S606 -- our own interpreter, our own script


def _state(lock: str) -> dict[str, str]:
    """Return what an environment made from this lock depends on: a change of any of it makes it out of date."""
    import tomllib  # noqa: PLC0415 -- an old Python, which lacks it, is to be told so first

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
        _step(log, [*pip, "--require-hashes", "-r", str(lock_file)], packages)
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
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
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
