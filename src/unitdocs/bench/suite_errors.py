"""What a suite raised, as one sentence with the place in the suite's file."""

import os
from pathlib import Path

from unitdocs.bench.text import encodable
from unitdocs.errors import MeasurementError, UnitdocsError

LONGEST = 1_000
"""Characters of an exception's message that are shown."""


class RaisedError(MeasurementError):
    """What the code of an arm raised, or why its suite cannot be used.

    Args:
        arm: 0 for control, 1 for treatment.
        message: the arm's name, and how it failed.
        details: the traceback.
    """

    def __init__(self, arm: int, message: str, *, details: str = "") -> None:
        super().__init__(message, details=details)
        self.arm = arm


def sentence_of(error: BaseException, path: Path) -> str:
    """Return what a suite raised as "file:line: type: message".

    The line is the innermost one in the suite's file. If the exception was raised elsewhere, that place is named too.

    Args:
        error: the exception.
        path: file of the suite.
    """
    message = message_of(error)
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_shown(error.filename)}:{error.lineno or 1}: {type(error).__name__}: {message}"
    import traceback  # noqa: PLC0415 -- a start that is measured cold must not find it loaded

    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    suite = os.path.realpath(path)
    own = [line for file, line in frames if os.path.realpath(file) == suite]
    place = f"{_shown(str(path))}:{own[-1]}" if own else _shown(str(path))
    kind = "" if isinstance(error, UnitdocsError) else f"{type(error).__name__}: "
    within = f" (raised in {_shown(frames[-1][0])}:{frames[-1][1]})" if kind and _is_elsewhere(frames, suite) else ""
    return f"{place}: {kind}{message}{within}"


def message_of(error: BaseException) -> str:
    """Return the message of an exception as one line, which its own code may fail to give."""
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception as failed:  # noqa: BLE001 -- the suite's own class, which may raise anything
        text = f"its message raises {type(failed).__name__}"
    return encodable(" ".join(text.split()))[:LONGEST] or "no message"


def details_of(error: BaseException) -> str:
    """Return the traceback of an exception."""
    import traceback  # noqa: PLC0415 -- as above

    try:
        return encodable("".join(traceback.format_exception(error)))
    except Exception as failed:  # noqa: BLE001 -- as above
        return f"{type(error).__name__}, whose message raises {type(failed).__name__}\n"


def _is_elsewhere(frames: list[tuple[str, int | None]], suite: str) -> bool:
    return bool(frames) and os.path.realpath(frames[-1][0]) != suite and not frames[-1][0].startswith("<")


def _shown(file: str) -> str:
    """Return a path as a reader of the project writes it."""
    shown = os.path.relpath(file) if os.path.isabs(file) else file  # noqa: PTH117 -- `file` need not be a file
    return encodable(file if shown.startswith("..") else shown)
