"""The collector of the results of one file."""

from collections import Counter
from datetime import UTC, datetime

from unitdocs.records.readers.places import Node, one_line
from unitdocs.records.results import Result, Results


class ResultCollector:
    """Collects the results of a file, and counts the entries that are skipped."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str, str], Result] = {}
        self._skipped: Counter[str] = Counter()

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

    def results(self, tool: str, source: Node, measured: datetime | None) -> Results:
        """Return all results of the file."""
        return Results(
            tool=tool,
            source=one_line(source.file.name),
            measured=measured,
            left_out=dict(self._skipped),
            results=tuple(self._results.values()),
        )


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
