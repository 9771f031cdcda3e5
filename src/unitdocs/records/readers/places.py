"""Places in a JSON file: every step down a file of unknown content either fits or says where it does not."""

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
MOST_TOLD = 20
"""Problems of one file that are told one by one."""
LONGEST_KEY = 60
"""Characters of a key that a message shows."""
HALVES = re.compile("[\ud800-\udfff]")


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
        """Return a member of an object; None where it is missing or null."""
        found = self._object().get(key)
        return None if found is None else Node(found, self.file, f"{self.place}{_step(key)}")

    def member(self, key: str) -> "Node":
        """Return a member that must be there."""
        found = self.get(key)
        if found is None:
            raise self.problem(f"expected a member {key!r}")
        return found

    def members(self) -> "dict[str, Node]":
        """Return all members of an object, also those that are null."""
        return {key: Node(value, self.file, f"{self.place}{_step(key)}") for key, value in self._object().items()}

    def items(self) -> "list[Node]":
        """Return the items of a list."""
        return [Node(item, self.file, f"{self.place}[{index}]") for index, item in enumerate(self._list())]

    def text(self) -> str:
        """Return a text made one line: what cannot be printed becomes a space."""
        if not isinstance(self.value, str):
            raise self.problem("expected a text")
        return one_line(self.value)

    def name(self) -> str:
        """Return a text that is not empty, made one line."""
        return self.text() or self._refuse("expected a name, this is empty")

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

    def problem(self, what: str) -> InputError:
        """Return the error that says what is wrong at this place."""
        return InputError(f"{one_line(str(self.file))}: {self.place}: {what}; give the file as its tool wrote it")

    def refuse_number(self, least: float) -> NoReturn:
        """Say that a number was expected here."""
        raise self.problem(
            "expected a finite number" if least == -math.inf else f"expected a number of {least} or more"
        )

    def _object(self) -> dict[str, object]:
        return self.value if isinstance(self.value, dict) else self._refuse("expected an object")

    def _list(self) -> list[object]:
        return self.value if isinstance(self.value, list) else self._refuse("expected a list")

    def _refuse(self, what: str) -> NoReturn:
        raise self.problem(what)


class _Doubled(dict[str, object]):
    """An object of a file in which a key stands twice; as a dictionary it has the last of both."""


def open_file(path: Path) -> Node:
    """Read a JSON file of any tool.

    Raises:
        InputError: it cannot be read, is too large, no JSON, or an object in it has a key twice.
    """
    doubled: list[_Doubled] = []

    def as_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        doubled.append(_Doubled(pairs))
        return doubled[-1]

    root = Node(store.read_json(path, "a file of results", as_object), path)
    if doubled:
        raise _first_doubled(root).problem("a key stands twice in this object")
    return root


def each(entries: Iterable[Of], read: Callable[[Of], None]) -> None:
    """Read all entries, also behind one that is wrong.

    Raises:
        InputError: with the problems of all of them.
    """
    problems: list[str] = []
    for entry in entries:
        try:
            read(entry)
        except InputError as error:
            problems += error.problems
    if problems:
        raise told(problems)


def told(problems: Sequence[str]) -> InputError:
    """Return the error of one file's problems, the first of them one by one."""
    more = [f"and {len(problems) - MOST_TOLD} problems more"] if len(problems) > MOST_TOLD else []
    return InputError(*map(one_line, problems[:MOST_TOLD]), *more)


def one_line(text: str) -> str:
    """Return a text without line breaks, control characters and halves of characters."""
    whole = HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in whole).split())


def _first_doubled(root: Node) -> Node:
    waiting = deque([root])
    while True:
        node = waiting.popleft()
        if isinstance(node.value, _Doubled):
            return node
        if isinstance(node.value, dict):
            waiting.extend(node.members().values())
        elif isinstance(node.value, list):
            waiting.extend(node.items())


def _step(key: str) -> str:
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", key) and len(key) <= LONGEST_KEY:
        return f".{key}"
    shown = key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]}..."
    return f"[{json.dumps(shown)}]"


def _number(value: object) -> float | None:
    """Return a finite number of JSON; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
