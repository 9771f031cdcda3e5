"""Interruptions of a run: held back while its rounds and its record are written, they take effect while it waits.

A round takes most of a run's time, and nothing but a wait for its worker happens then. An exception at any other moment
could leave half of a round in the record.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from unitdocs.errors import Interrupted

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Gate:
    """Holds signals back unless it is open."""

    def __init__(self) -> None:
        self.is_open = False
        self.pending: int | None = None

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal.

        Raises:
            Interrupted: the gate is open.
        """
        self.pending = number
        if self.is_open:
            self.let_through()

    def let_through(self) -> None:
        """Raise the signal that is held back, if there is one.

        Raises:
            Interrupted: there is one.
        """
        number, self.pending, self.is_open = self.pending, None, False
        if number is not None:
            raise Interrupted(number=number)


_gates: list[Gate] = []


@contextmanager
def held_back() -> Iterator[Gate]:
    """Hold signals back in a block, except within `interruptible`.

    Signals that the process ignores, such as SIGHUP under nohup, stay ignored. In another thread than the main one,
    which receives no signals, nothing changes.

    Raises:
        Interrupted: a signal arrived in the block.
    """
    gate = Gate()
    if threading.current_thread() is not threading.main_thread():
        yield gate
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, gate.receive)
    _gates.append(gate)
    try:
        yield gate
    finally:
        _gates.remove(gate)
        for number, handler in before.items():
            if handler not in (signal.SIG_IGN, None):
                signal.signal(number, handler)
    gate.let_through()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let signals through in a block within `held_back`; elsewhere it changes nothing.

    Raises:
        Interrupted: a signal arrived, or had been held back.
    """
    if not _gates or threading.current_thread() is not threading.main_thread():
        yield
        return
    gate = _gates[-1]
    gate.is_open = True
    try:
        if gate.pending is not None:
            gate.let_through()
        yield
    finally:
        gate.is_open = False
