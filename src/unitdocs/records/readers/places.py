"""Places in a JSON file: every step into a file of unknown content succeeds or raises an error with its place."""

import json
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from unitdocs.errors import InputError
from unitdocs.records import store

Of = TypeVar("Of")
MOST_PROBLEMS = 20
"""Problems of one file that an error lists."""
LONGEST_KEY = 60
"""Characters of a key in a message."""
SURROGATES = re.compile("[\ud800-\udfff]")


class PlaceError(InputError):
    """A value in a file that does not fit.

    Args:
        file: the file.
        place: the value's JSON path.
        what: what is wrong, as a clause.
    """

    def __init__(self, file: Path, place: str, what: str) -> None:
        super().__init__(f"{one_line(str(file))}: {place}: {what}; give the file as its tool wrote it")
        self.place, self.what = place, what


@dataclass(frozen=True, slots=True)
class Node:
    """A value somewhere in a JSON file.

    Args:
        value: the value, of any JSON type.
        file: the file.
        place: its JSON path, such as `$.benchmarks[3].runs`.
    """

    value: object
    file: Path
    place: str = "$"

    def get(self, key: str) -> "Node | None":
        """Return a member of an object, or None if it is missing or null."""
        value = self._object().get(key)
        return None if value is None else Node(value, self.file, f"{self.place}{_step(key)}")

    def member(self, key: str) -> "Node":
        """Return a required member."""
        node = self.get(key)
        if node is None:
            raise self.problem(f"expected a member {key!r}")
        return node

    def members(self) -> "dict[str, Node]":
        """Return all members of an object, including those that are null."""
        return {key: Node(value, self.file, f"{self.place}{_step(key)}") for key, value in self._object().items()}

    def items(self) -> "list[Node]":
        """Return the items of a list."""
        return [Node(item, self.file, f"{self.place}[{index}]") for index, item in enumerate(self._list())]

    def text(self) -> str:
        """Return a text as one line, with spaces for characters that cannot be printed."""
        if not isinstance(self.value, str):
            raise self.problem("expected a text")
        return one_line(self.value)

    def name(self) -> str:
        """Return a text that is not empty, as one line."""
        return self.text() or self._refuse("expected a name, got an empty text")

    def number(self, least: float = -math.inf) -> float:
        """Return a finite number, not below `least`."""
        number = _number(self.value)
        return number if number is not None and number >= least else self.refuse_number(least)

    def numbers(self, least: float = -math.inf) -> tuple[float, ...]:
        """Return a list of finite numbers, none of them below `least`."""
        return tuple(
            number
            if (number := _number(value)) is not None and number >= least
            else Node(value, self.file, f"{self.place}[{index}]").refuse_number(least)
            for index, value in enumerate(self._list())
        )

    def problem(self, what: str) -> "PlaceError":
        """Return an error about this place."""
        return PlaceError(self.file, self.place, what)

    def refuse_number(self, least: float) -> NoReturn:
        """Raise an error that a number was expected here."""
        raise self.problem(
            "expected a finite number" if least == -math.inf else f"expected a number of {least} or more"
        )

    def _object(self) -> dict[str, object]:
        return self.value if isinstance(self.value, dict) else self._refuse("expected an object")

    def _list(self) -> list[object]:
        return self.value if isinstance(self.value, list) else self._refuse("expected a list")

    def _refuse(self, what: str) -> NoReturn:
        raise self.problem(what)


class _DuplicateKeys(dict[str, object]):
    """An object of a file that has a key twice; as a dictionary it holds the last value."""


def open_file(path: Path) -> Node:
    """Read a JSON file of any tool.

    Raises:
        InputError: the file cannot be read, is too large or not JSON, or an object in it has a key twice.
    """
    duplicates: list[_DuplicateKeys] = []

    def as_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        duplicates.append(_DuplicateKeys(pairs))
        return duplicates[-1]

    root = Node(store.read_json(path, "a file of results", as_object), path)
    if duplicates:
        raise _first_with_duplicates(root).problem("this object has a key twice")
    return root


def each(entries: Iterable[Of], read: Callable[[Of], None]) -> None:
    """Read all entries, including those after an invalid one.

    Raises:
        InputError: an entry is invalid; with the problems of all entries.
    """
    problems: list[str] = []
    for entry in entries:
        try:
            read(entry)
        except InputError as error:
            problems += error.problems
    if problems:
        raise problems_error(problems)


def problems_error(problems: Sequence[str]) -> InputError:
    """Return the error for the problems of one file, which lists the first of them."""
    more = [f"and {len(problems) - MOST_PROBLEMS} more problems"] if len(problems) > MOST_PROBLEMS else []
    return InputError(*map(one_line, problems[:MOST_PROBLEMS]), *more)


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters and lone surrogates."""
    valid = SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in valid).split())


def _first_with_duplicates(root: Node) -> Node:
    """Return the first object that has a key twice, searching breadth first."""
    waiting = deque([root])
    while True:
        node = waiting.popleft()
        if isinstance(node.value, _DuplicateKeys):
            return node
        if isinstance(node.value, dict):
            waiting.extend(node.members().values())
        elif isinstance(node.value, list):
            waiting.extend(node.items())


def _step(key: str) -> str:
    """Return the step to a member in a JSON path."""
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", key) and len(key) <= LONGEST_KEY:
        return f".{key}"
    shortened = key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}..."
    return f"[{json.dumps(shortened)}]"


def _number(value: object) -> float | None:
    """Return a finite JSON number as a float, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
