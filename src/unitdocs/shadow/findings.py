"""What shadow mode found: numbers that differ, and errors of the system in the shadow."""

import math
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from unitdocs.formatting import counted
from unitdocs.shadow.account import Spending


@dataclass(frozen=True, slots=True)
class ShadowDifference:
    """A number that the system in the shadow gave differently.

    Args:
        place: the scene's name and the element's id, or the kind of a single unit.
        member: x, y, width, height or scale; `result` of a single unit.
        unit: the unit, as Python writes it.
        context: what it was resolved against.
        original: the number of the original system, which the game got.
        refactored: the other number.
        semantics: the row of the corrected semantics that gives it, 1 to 12; None if none does.
    """

    place: str
    member: str
    unit: str
    context: str
    original: float
    refactored: float
    semantics: int | None


@dataclass(frozen=True, slots=True)
class ShadowError:
    """An error of the system in the shadow, which the game did not see.

    Args:
        place: as of a difference.
        unit: the unit, as Python writes it; empty for a scene.
        error: class and message.
        semantics: the row by which a corrected system refuses the unit; None if none does.
    """

    place: str
    unit: str
    error: str
    semantics: int | None


@dataclass(frozen=True, slots=True)
class ShadowReport:
    """What shadow mode did and found.

    Args:
        spending: calls and time.
        numbers: how many numbers were compared.
        different: how many of them differ; those of children whose parent differs are not counted.
        errors: how many comparisons ended with an error.
        first_differences: the first of them, each unit once.
        first_errors: the same of errors.
    """

    spending: Spending
    numbers: int
    different: int
    errors: int
    first_differences: tuple[ShadowDifference, ...]
    first_errors: tuple[ShadowError, ...]

    @property
    def is_clean(self) -> bool:
        """Whether something was compared, nothing differs and there was no error."""
        return self.numbers > 0 and not self.different and not self.errors

    def members(self) -> dict[str, Any]:
        """Return the report as JSON can hold it: `NaN`, `Infinity` and `-Infinity` are texts."""
        members = asdict(self)
        for one in members["first_differences"]:
            one |= {name: _json_number(one[name]) for name in ("original", "refactored")}
        return members

    def text(self) -> str:
        """Return the report for people: a line on what was compared, then one for each finding."""
        spent = self.spending
        compared = f"{counted(self.numbers, 'number')} of {counted(spent.chosen - spent.skipped, 'call')} compared"
        found = f"{self.different:,} different, {counted(self.errors, 'error')}"
        lines = [f"{compared}: {found}; {spent.skipped:,} of {counted(spent.chosen, 'chosen call')} skipped"]
        lines.append(f"comparisons took {spent.time_share:.2%} of the time since the start")
        lines += [f"stopped: {spent.stopped}"] if spent.stopped else []
        lines += map(_described, self.first_differences)
        lines += [f"{one.place}: {one.error}{_row(one.semantics)} {one.unit}".rstrip() for one in self.first_errors]
        return "\n".join(lines)


def _described(one: ShadowDifference) -> str:
    numbers = f"{one.original!r}, in the shadow {one.refactored!r}"
    return f"{one.place}: {one.member}: {numbers}{_row(one.semantics)} {one.unit} {one.context}"


def _json_number(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _row(semantics: int | None) -> str:
    return "" if semantics is None else f" (corrected semantics, row {semantics})"


class Findings:
    """Collects what is found. Threads may share it.

    Args:
        most: how many differences and how many errors are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.RLock()  # a handler of a signal may ask for a report
        self._numbers = self._different = self._errors = 0
        self._first_differences: dict[tuple[str, str, str], ShadowDifference] = {}
        self._first_errors: dict[tuple[str, str], ShadowError] = {}

    def count(self, numbers: int) -> None:
        """Add numbers that were compared."""
        with self._lock:
            self._numbers += numbers

    def add(self, make: Callable[[], ShadowDifference]) -> None:
        """Add a difference; it is described and kept if it is of the first ones and of another unit than those."""
        with self._lock:
            self._different += 1
            is_full = len(self._first_differences) >= self._most
        if not is_full:
            difference = make()
            key = (difference.place, difference.member, difference.unit)
            with self._lock:
                self._first_differences.setdefault(key, difference)

    def add_error(self, make: Callable[[], ShadowError]) -> None:
        """Add an error, in the same way."""
        with self._lock:
            self._errors += 1
            is_full = len(self._first_errors) >= self._most
        if not is_full:
            error = make()
            with self._lock:
                self._first_errors.setdefault((error.place, error.error), error)

    def report(self, spending: Spending) -> ShadowReport:
        """Return what was found so far."""
        with self._lock:
            return ShadowReport(
                spending,
                self._numbers,
                self._different,
                self._errors,
                tuple(self._first_differences.values())[: self._most],
                tuple(self._first_errors.values())[: self._most],
            )
