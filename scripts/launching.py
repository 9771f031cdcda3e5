"""How a program of `scripts/programs` starts and ends: one sentence and the documented exit code, whatever happens.

Standard library only: it runs before the project's environment exists.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS = Path(__file__).resolve().parent
WRONG_USE = 2
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
READER_GONE = 141  # 128 + SIGPIPE, as in shells
STOPPING = {signal.SIGINT, signal.SIGTERM}
SECONDS_TO_NOTICE = 1.0
"""How long a child may take to end by itself: Ctrl-C in a terminal reaches it too."""
SECONDS_TO_END = 10.0
"""How long it may take after it was asked to end."""


class Terminated(SystemExit):
    """The program was asked to end, by SIGTERM."""

    def __init__(self) -> None:
        super().__init__(TERMINATED)


def launch(name: str) -> NoReturn:
    """Run a program and exit.

    Exit codes are those of the program; 130 after Ctrl-C, 143 after SIGTERM, and 2 if a file or the output cannot be
    read or written.

    Args:
        name: its module in `scripts/programs`, whose `main` does the work.
    """
    try:
        signal.signal(signal.SIGTERM, _terminate)
        _release_signals()
        _provide_streams()
        _run(name)
    except KeyboardInterrupt:
        _end("interrupted", INTERRUPTED)
    except Terminated:
        _end("terminated", TERMINATED)
    except BrokenPipeError:
        _discard_output()  # the reader has left, as `| head` does; Python would report it once more at exit
        sys.exit(READER_GONE)
    except OSError as error:
        _end(sentence(error), WRONG_USE)
    sys.exit(0)


def sentence(error: OSError) -> str:
    """Return what the system said about a file or the output."""
    reason = error.strerror or str(error)
    if error.filename is None:
        return f"the output cannot be written ({reason}); free space, or write it elsewhere"
    return f"{os.fsdecode(error.filename)}: cannot be read or written ({reason}); correct that and run it again"


def run_program(name: str, *arguments: str) -> int:
    """Run another program of this folder until it ends; return its exit code. It ends when this one does."""
    with started([sys.executable, str(SCRIPTS / f"{name}.py"), *arguments], is_launched=True) as process:
        return process.wait()


def run_command(command: list[str]) -> int:
    """Run a command until it ends; return its exit code. It ends when this program does."""
    with started(command) as process:
        return process.wait()


@contextlib.contextmanager
def started(command: list[str], *, is_launched: bool = False, **options: Any) -> Iterator[subprocess.Popen[Any]]:  # noqa: ANN401 -- those of Popen
    """Start a process, wait for its end, and end it if this program is stopped.

    Args:
        command: the program and its arguments.
        is_launched: whether it calls `launch`: it then gets signals as soon as it can answer them in one word, and
            nothing is added to that.
        options: those of Popen.
    """
    process = None
    release = None if is_launched or os.name != "posix" else _release_signals
    try:
        with _signals_held():  # an interrupted Popen would leave a process that nobody knows
            process = subprocess.Popen(command, preexec_fn=release, **options)  # noqa: PLW1509 -- no threads here
        yield process
        process.communicate()  # ends its pipes; `with process` would also wait for one that is to be ended
    except BaseException as reason:
        code = process and _end_child(process, reason)
        if is_launched and code in {INTERRUPTED, TERMINATED}:
            raise SystemExit(code) from None
        raise


def _end_child(process: subprocess.Popen[Any], reason: BaseException) -> int:
    """End a process, and return its exit code: let it notice Ctrl-C by itself, then ask, then insist."""
    is_interrupted = isinstance(reason, KeyboardInterrupt)
    with _stopping_ignored():
        if not (is_interrupted and _has_ended(process, SECONDS_TO_NOTICE)):
            process.send_signal(signal.SIGINT if is_interrupted and os.name == "posix" else signal.SIGTERM)
        if not _has_ended(process, SECONDS_TO_END):
            process.kill()
        return process.wait()


def replace_process(command: list[str]) -> NoReturn:
    """Continue as another process, which calls `launch` again; signals wait until it does."""
    _hold_signals()
    os.execv(command[0], command)  # noqa: S606 -- our own interpreter, our own script


def _run(name: str) -> None:
    """Run a program, and write its output where a failure can still be reported."""
    try:
        importlib.import_module(f"programs.{name}").main()
    except SystemExit:
        sys.stdout.flush()
        raise
    sys.stdout.flush()


def _terminate(number: int, _: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # once is enough: what follows is the clearing up
    raise Terminated


def _has_ended(process: subprocess.Popen[Any], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


@contextlib.contextmanager
def _stopping_ignored() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    _hold_signals()
    try:
        yield
    finally:
        _release_signals()


def _hold_signals() -> None:
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)


def _release_signals() -> None:
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


def _provide_streams() -> None:
    """Replace standard streams that are closed, and let the others write every character."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 -- it stays open
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- the same
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- the same
        _end("standard output is closed; redirect it to a file or to /dev/null", WRONG_USE)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # unless a test has replaced it
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(words: str, code: int) -> NoReturn:
    """Say how the program ends, and end it without writing what is left of its output."""
    with contextlib.suppress(OSError):  # standard error may be as full as standard output
        print(f"{Path(sys.argv[0]).name}: {words}", file=sys.stderr, flush=True)
    _discard_output()
    sys.exit(code)
