"""Ctrl-C and SIGTERM in the process of the program: one line and the documented exit code, at any moment.

Python's own handler raises KeyboardInterrupt wherever the program is. While modules are imported, some of them would
turn it into another error or lose it, and there is nothing to keep: the process ends at once. This module is loaded
first, so it imports nothing that Python itself has not loaded by then.
"""

import os
import signal
import sys

TYPE_CHECKING = False  # as in typing, which takes long to import
if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = "interrupted"
IMPORTING = "<frozen importlib"
"""Start of the file names of the functions that import modules."""


def take_over() -> None:
    """Handle the signals that end programs, except those that this process ignores, as under nohup."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _receive)
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _receive)


def ignore() -> None:
    """Ignore further signals: the program has ended, and Python is about to."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def end(stopped: KeyboardInterrupt) -> None:
    """End the program after an interruption, with its message and exit code; a second signal adds nothing."""
    ignore()
    print(f"unitdocs: {str(stopped) or INTERRUPTED}", file=sys.stderr)  # noqa: T201
    sys.exit(getattr(stopped, "exit_code", 128 + signal.SIGINT))


def _receive(number: int, frame: "FrameType | None") -> None:
    """Raise an interruption, or end the process at once if it is importing.

    Raises:
        Interrupted: the process is not importing.
    """
    if not _is_importing(frame):
        from unitdocs.errors import Interrupted  # noqa: PLC0415 -- takes long to import

        raise Interrupted(number=number)
    os.write(2, f"unitdocs: {INTERRUPTED}\n".encode())
    os._exit(128 + number)


def _is_importing(frame: "FrameType | None") -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(IMPORTING):
            return True
        frame = frame.f_back
    return False
