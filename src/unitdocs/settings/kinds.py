"""What the value of a setting may be, and how it is read from a variable's text, a settings file or an argument.

Each kind says in words what it allows; messages, help and the guide share these words.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from unitdocs.settings.suggestions import suggestion

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SWITCH: Final[Mapping[str, bool]] = {"on": True, "off": False}
_LONGEST: Final = 80
"""Characters of a wrong value that a message repeats."""


class ValueKind(Protocol):
    """A kind of values."""

    @property
    def allowed(self) -> str:
        """What a variable may hold, in words."""

    @property
    def allowed_in_file(self) -> str:
        """What a settings file may hold, in words."""

    def from_text(self, text: str) -> object:
        """Return the value of a variable.

        Raises:
            ValueError: the text is not allowed; the message continues a sentence after the setting's name.
        """

    def from_value(self, value: object, folder: Path) -> object:
        """Return the value of a member of a settings file, or of an argument.

        Args:
            value: as TOML or the caller gives it.
            folder: what a relative path is relative to.

        Raises:
            ValueError: the value is not allowed; the message continues a sentence after the setting's name.
        """


@dataclass(frozen=True)
class OneOf:
    """One of a few words.

    Args:
        words: the words.
    """

    words: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """The words."""
        return " or ".join(self.words)

    @property
    def allowed_in_file(self) -> str:
        """The words as TOML."""
        return " or ".join(f'"{word}"' for word in self.words)

    def from_text(self, text: str) -> str:
        """Return the word; ValueError names the nearest one."""
        if text not in self.words:
            raise ValueError(f"expected {self.allowed}, got {_shown(text)}; {suggestion(text, self.words)}")
        return text

    def from_value(self, value: object, folder: Path) -> str:  # noqa: ARG002 -- the signature of every kind
        """Return the word; ValueError names the nearest one."""
        if not isinstance(value, str):
            raise _refusal(self.allowed_in_file, value)
        return self.from_text(value)


@dataclass(frozen=True)
class Switch:
    """On or off; true or false in a settings file."""

    allowed: str = "on or off"
    allowed_in_file: str = "true or false"

    def from_text(self, text: str) -> bool:
        """Return whether it is on."""
        if text not in _SWITCH:
            raise _refusal(self.allowed, text)
        return _SWITCH[text]

    def from_value(self, value: object, folder: Path) -> bool:  # noqa: ARG002 -- the signature of every kind
        """Return whether it is on."""
        if not isinstance(value, bool):
            raise _refusal(self.allowed_in_file, value)
        return value


@dataclass(frozen=True)
class Name:
    """A name that a file, an address or a label may hold without quoting."""

    allowed: str = "a name of up to 64 letters, digits, points, hyphens and underscores"
    allowed_in_file: str = allowed

    def from_text(self, text: str) -> str:
        """Return the name."""
        if not _NAME.fullmatch(text):
            raise _refusal(f"{self.allowed}, the first one a letter or digit", text)
        return text

    def from_value(self, value: object, folder: Path) -> str:  # noqa: ARG002 -- the signature of every kind
        """Return the name."""
        if not isinstance(value, str):
            raise _refusal(self.allowed_in_file, value)
        return self.from_text(value)


@dataclass(frozen=True)
class Share:
    """A number from 0 to 1."""

    allowed: str = "a number from 0 to 1"
    allowed_in_file: str = "a number from 0 to 1"

    def from_text(self, text: str) -> float:
        """Return the share."""
        if not _NUMBER.fullmatch(text):
            raise _refusal(self.allowed, text)
        return self._checked(float(text), text)

    def from_value(self, value: object, folder: Path) -> float:  # noqa: ARG002 -- the signature of every kind
        """Return the share."""
        if isinstance(value, bool) or not isinstance(value, int | float):  # True is an int
            raise _refusal(self.allowed_in_file, value)
        return self._checked(value, value)

    def _checked(self, number: float, given: object) -> float:
        if 0 <= number <= 1:
            return float(number)
        refusal = _refusal(self.allowed, given)
        if 1 < number <= 100:  # noqa: PLR2004 -- what somebody writes who thinks in percent
            raise ValueError(f"{refusal}; {number:g} % is written {number / 100:g}")
        raise refusal


@dataclass(frozen=True)
class FilePath:
    """The path of a file, which need not exist."""

    allowed: str = "a path"
    allowed_in_file: str = "a path in quotes, relative to the settings file"

    def from_text(self, text: str) -> Path:
        """Return the path."""
        if "\0" in text:
            raise _refusal(self.allowed, text)
        return Path(text)

    def from_value(self, value: object, folder: Path) -> Path:
        """Return the path, below the folder if it is relative."""
        text = os.fspath(value) if isinstance(value, os.PathLike) else value
        if not isinstance(text, str) or not text or "\0" in text:
            raise _refusal(self.allowed_in_file, value)
        return folder / text


def _refusal(allowed: str, value: object) -> ValueError:
    return ValueError(f"expected {allowed}, got {_shown(value)}")


def _shown(value: object) -> str:
    """Return a value as a message repeats it, cut if it is long."""
    try:
        text = str(value).lower() if isinstance(value, bool) else repr(value)
    except (RecursionError, ValueError):  # nested without end, or a number of more digits than Python prints
        text = f"a value of the type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
