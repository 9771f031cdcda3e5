"""Replacing parts of a text, and leaving every other byte of it."""

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """A part of a file's text that is replaced.

    Args:
        start: offset of the first byte, in the text as UTF-8.
        end: offset after the last byte; equal to `start` for an insertion.
        text: what replaces it.
    """

    start: int
    end: int
    text: str


def apply(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a content with all edits made.

    Args:
        content: the text as UTF-8.
        edits: parts that do not overlap; equal ones count once. Insertions at one place are made in the order of their
            texts' ends: an insertion before a replaced part precedes it.

    Raises:
        ValueError: two edits overlap, which no finder may cause.
    """
    pieces: list[bytes] = []
    position = 0
    for edit in sorted(set(edits)):
        if edit.start < position:
            raise ValueError(f"the edits at {position} and {edit.start} overlap")
        pieces += [content[position : edit.start], edit.text.encode()]
        position = edit.end
    return b"".join([*pieces, content[position:]])
