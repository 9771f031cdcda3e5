"""What a thread or a task works on: session, system, flag version, scene and trace, for its log lines and spans.

A session's key is never here: only its salted hash, as telemetry has it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple

SESSION_BITS: Final = 64


class CurrentWork(NamedTuple):
    """What is worked on now.

    Args:
        session: salted hash of the session's key, 16 hexadecimal digits; empty outside a session.
        system: `original` or `refactored`; empty before one is chosen.
        flag_version: version of the flag that chose the system; None if none did.
        scene: name of the scene that is played; empty without one.
        trace_id: the trace that spans belong to; 0 if nothing is traced.
        span_id: the span that is open; 0 without one.
    """

    session: str = ""
    system: str = ""
    flag_version: int | None = None
    scene: str = ""
    trace_id: int = 0
    span_id: int = 0

    def labels(self) -> dict[str, object]:
        """Return the members of a log line; those without a value are left out."""
        members: dict[str, object] = {
            "session": self.session,
            "system": self.system,
            "flag_version": self.flag_version,
            "scene": self.scene,
            "trace_id": hexadecimal(self.trace_id, 128),
            "span_id": hexadecimal(self.span_id, 64),
        }
        return {name: value for name, value in members.items() if value not in ("", None)}


NOTHING: Final = CurrentWork()
CURRENT: Final[ContextVar[CurrentWork]] = ContextVar("unitdocs_current_work", default=NOTHING)
"""Each thread and each asynchronous task has its own."""


@contextmanager
def working_on(work: CurrentWork) -> Iterator[CurrentWork]:
    """Make this what is worked on, until the block ends."""
    token = CURRENT.set(work)
    try:
        yield work
    finally:
        CURRENT.reset(token)


def session_text(session: int) -> str:
    """Return a session as logs and spans write it: the number of `session_of` as 16 hexadecimal digits."""
    return hexadecimal(session % (1 << SESSION_BITS), SESSION_BITS) or "0" * 16


def hexadecimal(number: int, bits: int) -> str:
    """Return a number in lower-case hexadecimal digits, padded with zeros; 0 is empty, since no identifier is 0."""
    return f"{number:0{bits // 4}x}" if number else ""
