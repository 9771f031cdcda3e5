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

from typing import ClassVar

_OBEYED = {"Cc", "Cf", "Cs"}
"""Categories of control characters, of characters that change the order of others, and of halves of characters."""
SIGINT = 2
"""The number of the signal of Ctrl-C. Importing `signal` would make every game wait that imports the unit system."""
MOST_PROBLEMS = 100
"""Problems that one error lists; it says how many more there are."""
LONGEST_PROBLEM = 4_000
"""Characters of a problem that are shown, since a file may have a name or a number of any length."""


class UnitdocsError(Exception):
    """Base of all errors that unitdocs raises on purpose."""

    exit_code: ClassVar[int] = 2


class InputError(UnitdocsError):
    """Wrong use or bad input, with all problems, or the first 100 and the number of the others.

    Args:
        problems: one or more sentences of the form "place: what is wrong; what to do". Control characters, which a
            name in a file may contain, are escaped: a terminal would obey them.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, *problems: str) -> None:
        # An error that repeats the problems of another one has that one's last sentence among them.
        named = [problem for problem in problems if not _hidden_in(problem)]
        shown = tuple(map(_printable, named[:MOST_PROBLEMS]))
        more = sum(map(_hidden_in, problems)) + len(named) - len(shown)
        if more:
            shown = (*shown, f"and {more} more problem{'s' if more > 1 else ''}")
        super().__init__("\n".join(shown))
        self.problems = shown

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, ...]]:
        return type(self), self.problems


def _hidden_in(problem: str) -> int:
    """Return the number in the sentence about problems that an error does not list; 0 for any other sentence."""
    number = problem.removeprefix("and ").partition(" more problem")[0]
    is_rest = problem in (f"and {number} more problem", f"and {number} more problems")
    return int(number) if is_rest and number.isdecimal() else 0


def _printable(problem: str) -> str:
    """Return a problem as a terminal can show it."""
    if len(problem) > LONGEST_PROBLEM:
        problem = f"{problem[:LONGEST_PROBLEM]}…"
    return problem if problem.isprintable() else "".join(map(_visible, problem))


def _visible(character: str) -> str:
    """Return a character, or its escape if a terminal would obey it; lines may break."""
    import unicodedata  # noqa: PLC0415 -- a game that makes no mistakes does without

    if character in "\n\t" or unicodedata.category(character) not in _OBEYED:
        return character
    return character.encode("unicode_escape").decode()


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

    def __init__(self, message: str = "interrupted", number: int = SIGINT) -> None:
        super().__init__(message)
        self.number = number

    @property
    def exit_code(self) -> int:
        """The exit code of a program that a signal ended, as in shells: 130 for SIGINT, 143 for SIGTERM."""
        return 128 + self.number
