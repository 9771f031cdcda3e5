"""Relative margins by case: for all cases, or for those that a pattern matches."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


def matches(pattern: str, suite: str, name: str) -> bool:
    """Return whether a pattern matches a case.

    Args:
        pattern: a name, or `suite/name`, in which `*` matches any text and `?` any character; without either, a part of
            `suite/name` is enough.
        suite: the case's suite; may be empty.
        name: the case's name.
    """
    label = f"{suite}/{name}" if suite else name
    if not re.search(r"[*?]", pattern):
        return pattern in label
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    expression = re.compile("".join(parts), re.DOTALL)
    return any(expression.fullmatch(text) for text in (label, name))


@dataclass(frozen=True)
class Margins:
    """The margins of a comparison.

    Args:
        share: relative margin of every case, such as 0.01; None for the record's own, or the default.
        by_pattern: margins of the cases that a pattern matches; the last that matches counts.
    """

    share: float | None = None
    by_pattern: Mapping[str, float] = field(default_factory=dict)

    def of(self, suite: str, name: str, default: float) -> float:
        """Return the margin of a case."""
        found = [share for pattern, share in self.by_pattern.items() if matches(pattern, suite, name)]
        return found[-1] if found else default if self.share is None else self.share

    def shares(self, default: float) -> Iterable[float]:
        """Return every margin that a case may have."""
        return {default if self.share is None else self.share, *self.by_pattern.values()}
