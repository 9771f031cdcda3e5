"""The error tree of unitdocs, and the exit code that each branch ends the program with.

::

    UnitdocsError
    ├── InputError         2  wrong use or bad input: says where, what and what to do
    └── MeasurementError   4  a measurement failed: different answers, crash, time limit

Every module raises one of these (or a subclass beside the code that raises it); the command line prints the
message as one sentence and exits with the code. Exit codes 1 (a regression or failed gate) and 3 (inconclusive
where a verdict was demanded) are answers, not errors.
"""

from typing import ClassVar


class UnitdocsError(Exception):
    """Base of all errors that unitdocs raises on purpose."""

    exit_code: ClassVar[int] = 2


class InputError(UnitdocsError):
    """Wrong use or bad input; carries every problem found, each with its place.

    Args:
        problems: one or more sentences "place: what is wrong; what to do".
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class MeasurementError(UnitdocsError):
    """A measurement failed: the arms gave different answers, a worker crashed or ran out of time."""

    exit_code: ClassVar[int] = 4
