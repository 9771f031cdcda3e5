"""The error tree of unitdocs, with the exit code of each branch.

::

    UnitdocsError
    ├── InputError         2  wrong use or bad input: where, what, and what to do
    └── MeasurementError   4  a measurement failed: different answers, crash, time limit

Every module raises one of these, or a subclass defined in the same module. The command line prints the message and
exits with the code. Exit codes 1 (a regression or a failed gate) and 3 (inconclusive although a verdict was required)
are results, not errors. `Interrupted` is outside the tree, as Python's own KeyboardInterrupt is: who handles errors
does not handle it by accident.
"""

import signal
from typing import ClassVar


class UnitdocsError(Exception):
    """Base of all errors that unitdocs raises on purpose."""

    exit_code: ClassVar[int] = 2


class InputError(UnitdocsError):
    """Wrong use or bad input, with all problems.

    Args:
        problems: one or more sentences of the form "place: what is wrong; what to do".
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class MeasurementError(UnitdocsError):
    """A measurement failed: the arms gave different answers, or a worker crashed or exceeded its time limit.

    Args:
        message: how it failed.
        details: the traceback of what a suite raised, for a file.
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class Interrupted(KeyboardInterrupt):
    """Ctrl-C or a signal to end, with what was kept.

    Args:
        message: what is kept, and how to continue.
        number: the signal.
    """

    def __init__(self, message: str = "interrupted", number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.number = number

    @property
    def exit_code(self) -> int:
        """The exit code of a program that a signal ended, as in shells: 130 for SIGINT, 143 for SIGTERM."""
        return 128 + self.number
