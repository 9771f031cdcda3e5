"""What a reader gathers on its way through a file, and the results that come of it."""

from collections import Counter
from datetime import UTC, datetime

from unitdocs.records.readers.places import Node, one_line
from unitdocs.records.results import Result, Results


class ResultCollector:
    """The results found so far, and how many entries were left out."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str, str], Result] = {}
        self._left_out: Counter[str] = Counter()

    def add(self, entry: Node, result: Result) -> None:
        """Take a result.

        Args:
            entry: where it was found.
            result: the result.

        Raises:
            InputError: there is one of this name already.
        """
        if result.key in self._results:
            raise entry.problem(
                f"a second benchmark with the name {result.name[:100]!r} and the metric {result.metric}"
            )
        self._results[result.key] = result

    def skip(self, reason: str, count: int = 1) -> None:
        """Count entries that are left out."""
        if count:
            self._left_out[reason] += count

    def results(self, tool: str, source: Node, measured: datetime | None) -> Results:
        """Return everything found."""
        return Results(
            tool=tool,
            source=one_line(source.file.name),
            measured=measured,
            left_out=dict(self._left_out),
            results=tuple(self._results.values()),
        )


def moment(node: Node | None) -> datetime | None:
    """Return the time that a file names, in UTC where it says how far from it; None where it names none."""
    try:
        found = datetime.fromisoformat(node.value) if node and isinstance(node.value, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else found
    except (ValueError, OverflowError):
        return None


def moment_of_milliseconds(value: object) -> datetime | None:
    """Return the time so many milliseconds after 1970; None where this is no such number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
