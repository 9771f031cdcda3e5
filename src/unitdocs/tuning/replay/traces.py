"""Traces: the calls that a cache received, in order, and the file of JSON lines that holds them.

The first line of a file is an object: `{"format": "unitdocs-cache-trace", "format_version": 1, "name": "battle",
"cache": "layouts"}`. Each line after it is one call, `[kind, key, size, time]`: the kind, the number of the key (keys
are numbered in the order of their first call, and nothing else of them is kept), bytes or null, and seconds since the
trace began.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

from unitdocs.errors import InputError
from unitdocs.files import write_atomically

FORMAT: Final = "unitdocs-cache-trace"
FORMAT_VERSION: Final = 1
MEMBERS: Final = 4
"""Members of a line."""
LARGEST: Final = 2**53
"""Numbers above it are not exact in every reader of JSON."""


class CallKind(StrEnum):
    """Which call a cache received; the names are those of its methods."""

    GET = "get"
    """A lookup. Its size is that of the value that its caller puts if it is missing; None if the caller puts none."""
    PUT = "put"
    """A value was put although the lookup before had found one: it replaces that one."""
    FORGET = "forget"
    """The key was dropped, because what it identifies was replaced."""
    DISCARD = "discard"
    """The key was dropped on purpose."""


class CacheCall(NamedTuple):
    """A call that a cache received.

    Args:
        kind: which call.
        key: number of the key, 0 or more.
        size: bytes of the value, 0 or more; None for a value that is not kept, and for keys that are dropped.
        time: seconds since the trace began; never less than that of the call before.
    """

    kind: CallKind
    key: int
    size: int | None
    time: float


@dataclass(frozen=True)
class Trace:
    """The calls that a cache received.

    Args:
        name: what was recorded, for tables.
        cache: name of the cache, such as `layouts`.
        calls: the calls, in order.
    """

    name: str
    cache: str
    calls: tuple[CacheCall, ...]

    @property
    def lookups(self) -> int:
        """How many of the calls are lookups."""
        return sum(call.kind is CallKind.GET for call in self.calls)

    @classmethod
    def of_lookups(cls, name: str, lookups: Iterable[tuple[int, int | None, float]], cache: str = "layouts") -> "Trace":
        """Return a trace of lookups alone, each a key, a size in bytes and a time in seconds."""
        return cls(name, cache, tuple(CacheCall(CallKind.GET, *lookup) for lookup in lookups))


def write_trace(trace: Trace, path: Path) -> None:
    """Write a trace to a file, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "name": trace.name, "cache": trace.cache}
    lines = [json.dumps(head), *(json.dumps([call.kind.value, *call[1:]]) for call in trace.calls)]
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def read_trace(path: Path) -> Trace:
    """Read a trace.

    Raises:
        InputError: the file cannot be read, or a line is not of the format; its number is named.
    """
    try:
        head, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a trace of a cache") from error
    name, cache = _head(head, path)
    calls = tuple(_calls(lines, path))
    if not any(call.kind is CallKind.GET for call in calls):
        raise InputError(f"{path}: holds no lookup; record while the cache is used")
    return Trace(name, cache, calls)


def _head(line: str, path: Path) -> tuple[str, str]:
    """Return the name of a trace and of its cache."""
    members = _parsed(line)
    if not isinstance(members, dict) or members.get("format") != FORMAT:
        raise InputError(f'{path}: line 1: expected an object with "format": "{FORMAT}"; give a trace of a cache')
    if members.get("format_version") != FORMAT_VERSION:
        version = members.get("format_version")
        raise InputError(f"{path}: line 1: format_version: expected {FORMAT_VERSION}, got {version!r}; record it again")
    name, cache = members.get("name"), members.get("cache")
    if not isinstance(name, str) or not isinstance(cache, str) or not name or not cache:
        raise InputError(f"{path}: line 1: name and cache: expected two texts, got {name!r} and {cache!r}")
    return name, cache


def _calls(lines: Iterable[str], path: Path) -> Iterator[CacheCall]:
    before = 0.0
    for number, line in enumerate(lines, start=2):
        call = _call(_parsed(line))
        if call is None:
            raise InputError(
                f'{path}: line {number}: expected a call such as ["get", 3, 2400, 0.5], got {line[:60]}; '
                f"the kinds are {', '.join(CallKind)}"
            )
        if call.time < before:
            raise InputError(f"{path}: line {number}: time: {call.time:g} s is before the call above it; sort by time")
        before = call.time
        yield call


def _parsed(line: str) -> Any:  # noqa: ANN401 -- anything that JSON holds
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _call(members: object) -> CacheCall | None:
    """Return the call of a line; None if it is none."""
    if not isinstance(members, list) or len(members) != MEMBERS or members[0] not in list(CallKind):
        return None
    kind, key, size, time = CallKind(members[0]), *members[1:]
    if type(key) is not int or not 0 <= key <= LARGEST or type(time) not in {int, float} or not 0 <= time <= LARGEST:
        return None
    if size is None:
        return None if kind is CallKind.PUT else CacheCall(kind, key, None, time)
    return CacheCall(kind, key, size, time) if type(size) is int and 0 <= size <= LARGEST else None
