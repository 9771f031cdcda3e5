"""The collector of the results of one file."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from unitdocs.errors import InputError
from unitdocs.records.readers.places import Node, PlaceError, one_line, problems_error
from unitdocs.records.results import Absence, LeftOut, Result, Results

Of = TypeVar("Of")
LONGEST_CONTEXT = 120
"""Characters of a text about the machine."""


class ResultCollector:
    """Collects the results of a file, counts the entries that are skipped, and names what has no result."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str, str], Result] = {}
        self._skipped: Counter[str] = Counter()
        self._left_out: list[LeftOut] = []
        self._problems: list[str] = []

    def add(self, entry: Node, result: Result) -> None:
        """Add a result.

        Args:
            entry: the place of the result in the file.
            result: the result.

        Raises:
            InputError: there is already a result with this name and metric.
        """
        if result.key in self._results:
            raise entry.problem(
                f"a second benchmark with the name {result.name[:100]!r} and the metric {result.metric}"
            )
        self._results[result.key] = result

    def skip(self, reason: str, count: int = 1) -> None:
        """Count entries that are skipped for a reason, such as `calibration runs`."""
        if count:
            self._skipped[reason] += count

    def leave_out(self, name: tuple[str, str], metric: str, absence: Absence, reason: str = "") -> None:
        """Name a benchmark that has no result, and count it.

        Args:
            name: its suite and its name.
            metric: its metric; empty if unknown.
            absence: why there is no result.
            reason: the same in words; the word of the absence by default.
        """
        self.skip(str(absence))
        self.name_left_out([name], metric, absence, reason or str(absence))

    def name_left_out(self, names: Iterable[tuple[str, str]], metric: str, absence: Absence, reason: str) -> None:
        """Name benchmarks that have no result and are already counted; arguments as for `leave_out`."""
        for name in names:
            suite, case = map(one_line, name)
            self._left_out.append(
                LeftOut(suite=suite, name=case, metric=one_line(metric), absence=absence, reason=one_line(reason))
            )

    def each(
        self,
        entries: Iterable[Of],
        read: Callable[[Of], None],
        name_of: Callable[[Of], tuple[str, str]],
        metric: str = "",
    ) -> None:
        """Read all entries; one that is invalid is left out and named, because its tool may have written it so.

        Args:
            entries: the entries.
            read: reads one of them.
            name_of: returns suite and name of an invalid entry.
            metric: the metric of the entries; empty if they have several.
        """
        for entry in entries:
            try:
                read(entry)
            except PlaceError as error:
                self.leave_out(name_of(entry), metric, Absence.UNUSABLE, f"{error.what} at {error.place}")
                self._problems += error.problems

    def results(
        self, tool: str, source: Node, measured: datetime | None, context: Mapping[str, object] | None = None
    ) -> Results:
        """Return all results of the file.

        Raises:
            InputError: no entry can be used, and some are invalid; with the problems of all.
        """
        if self._problems and not self._results:
            raise problems_error(self._problems)
        return Results(
            tool=tool,
            source=one_line(source.file.name),
            measured=measured,
            left_out=dict(self._skipped),
            left_out_cases=tuple(self._left_out),
            context=context_of(context or {}),
            results=tuple(self._results.values()),
        )


def context_of(members: Mapping[str, object]) -> dict[str, str]:
    """Return what is known about a measurement as texts of one line; members that are unknown or empty are dropped."""
    texts = {name: one_line(str(value))[:LONGEST_CONTEXT] for name, value in members.items() if _is_known(value)}
    return {name: text for name, text in texts.items() if text}


def text_in(node: Node | None, *steps: str) -> str | None:
    """Return a text or a whole number at a path of members, None if there is none; wrong types are no error here."""
    value = node.value if node else None
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return one_line(str(value)) if _is_known(value) else None


def joined(*texts: str | None) -> str | None:
    """Return the known texts with spaces between them; None if all are unknown."""
    return " ".join(text for text in texts if text) or None


def name_at(node: Node, *members: str) -> str:
    """Return the first text among some members of an entry, or its place: the name of an entry that is invalid."""
    value = node.value if isinstance(node.value, dict) else {}
    texts = (value.get(member) for member in members)
    return next((name for text in texts if isinstance(text, str) and (name := one_line(text))), node.place)


def time_of(node: Node | None) -> datetime | None:
    """Return the time in an ISO 8601 text, in UTC if it has an offset, or None if there is no such text."""
    try:
        time = datetime.fromisoformat(node.value) if node and isinstance(node.value, str) else None
        return time.astimezone(UTC) if time and time.tzinfo else time
    except (ValueError, OverflowError):
        return None


def time_of_milliseconds(value: object) -> datetime | None:
    """Return the time of a number of milliseconds since 1970, or None if the value is not such a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def numbers_in(node: Node | None) -> dict[str, float]:
    """Return the members of an object that are finite numbers, by names of one line; none if it is no object."""
    if node is None or not isinstance(node.value, dict):
        return {}
    numbers: dict[str, float] = {}
    for name, member in node.members().items():
        try:
            numbers[one_line(name)] = member.number()
        except InputError:
            continue
    return {name: number for name, number in numbers.items() if name}


def _is_known(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
