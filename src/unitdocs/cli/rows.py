"""Rows of text as lines: in aligned columns, or as a Markdown table."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from unitdocs.formatting import visible

Row = tuple[str, ...]


def aligned(rows: Sequence[Row], left: Collection[int]) -> list[str]:
    """Return rows as lines with aligned columns.

    Args:
        rows: the rows, the heading first.
        left: indices of columns aligned to the left; the others are aligned to the right.
    """
    rows = [tuple(map(visible, row)) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, range(len(widths)), row, widths, [left] * len(widths))).rstrip() for row in rows]


def marked_up(rows: Sequence[Row], left: Collection[int]) -> list[str]:
    """Return rows as the lines of a Markdown table."""
    heading, *body = ([inert(cell) for cell in row] for row in rows)
    rule = [":--" if column in left else "--:" for column in range(len(heading))]
    return [f"| {' | '.join(row)} |" for row in (heading, rule, *body)]


def inert(text: str) -> str:
    """Return text that Markdown interprets neither as markup nor as a mention of a user."""
    return re.sub(r"([\\`*_{}\[\]<>|#~&])", r"\\\1", visible(text)).replace("@", "&#64;")


def _padded(column: int, text: str, width: int, left: Collection[int]) -> str:
    space = " " * (width - _width(text))
    return text + space if column in left else space + text


def _width(text: str) -> int:
    """Return the number of terminal columns that a text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
