"""A cache that notes the calls it receives, so that a real system or a running game can be replayed.

It does what any cache does. Give it to a system in the place of its own:
`UnitSystem(layouts=RecordingCache("layouts", entries=64))`, and write `layouts.trace("my game")` when it is over.
"""

import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from unitdocs.tuning.replay.traces import CacheCall, CallKind, Trace
from unitdocs.units.refactored.cache import DEFAULT_POLICY, Cache, Key, Policy, Value

MOST_CALLS = 1_000_000
DIGITS = 6
"""Digits of a second in a trace's times."""


class RecordingCache(Cache[Key, Value]):
    """A cache that notes its calls.

    Keys are kept while it records, and what a plan was made of: a key may be the identity of a scene, which another
    scene could get once the first is gone.

    Args:
        name: as of any cache, with all that follows.
        entries: the same.
        max_bytes: the same.
        ttl: the same.
        policy: the same.
        clock: the same; the times of the trace are read on it.
        most: how many calls are noted; later ones are not.

    Raises:
        InputError: as any cache.
    """

    def __init__(
        self,
        name: str,
        *,
        entries: int,
        max_bytes: int | None = None,
        ttl: float | None = None,
        policy: Policy = DEFAULT_POLICY,
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST_CALLS,
    ) -> None:
        super().__init__(name, entries=entries, max_bytes=max_bytes, ttl=ttl, policy=policy, clock=clock)
        self._most = most
        self._notes = Lock()
        self._calls: list[CacheCall] = []
        self._numbers: dict[Any, int] = {}
        self._owners: dict[int, object] = {}
        self._sizes: dict[int, int] = {}
        self._missed: dict[int, int] = {}
        """The place of the last lookup of a key, if it was a miss that no value was put for yet."""
        self._begun = clock()

    def get(self, key: Key) -> Value | None:
        """Return the value that was put under this key, and note the lookup."""
        value = super().get(key)
        with self._notes:
            number = self._number_of(key)
            if value is None:
                self._missed[number] = len(self._calls)
            else:
                self._missed.pop(number, None)
            self._note(CallKind.GET, number, None if value is None else self._sizes.get(number, 0))
        return value

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep a value, and note its size."""
        super().put(key, value, size)
        with self._notes:
            number = self._number_of(key)
            self._sizes[number] = size
            self._owners.setdefault(number, getattr(value, "scene", None))
            place = self._missed.pop(number, None)
            if place is None:
                self._note(CallKind.PUT, number, size)
            elif place < len(self._calls):
                self._calls[place] = self._calls[place]._replace(size=size)

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop keys that are not looked up any more, and note them."""
        chosen = list(keys)
        super().forget(chosen)
        self._note_dropped(CallKind.FORGET, chosen)

    def discard(self, where: Callable[[Key], bool]) -> int:
        """Drop the values whose key makes the function true, and note every such key that was ever looked up."""
        dropped = super().discard(where)
        with self._notes:
            keys = list(self._numbers)
        self._note_dropped(CallKind.DISCARD, [key for key in keys if where(key)])
        return dropped

    def trace(self, name: str) -> Trace:
        """Return the calls so far as a trace of this name."""
        with self._notes:
            return Trace(name, self.name, tuple(self._calls))

    def _note_dropped(self, kind: CallKind, keys: Iterable[Key]) -> None:
        with self._notes:
            for key in dict.fromkeys(keys):
                number = self._numbers.get(key)
                if number is not None:
                    self._missed.pop(number, None)
                    self._note(kind, number, None)

    def _number_of(self, key: Key) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _note(self, kind: CallKind, number: int, size: int | None) -> None:
        """Note a call at the present time; threads that read the clock before another one noted do not go back."""
        if len(self._calls) >= self._most:
            return
        earliest = self._calls[-1].time if self._calls else 0.0
        now = round(self._clock() - self._begun, DIGITS)
        self._calls.append(CacheCall(kind, number, size, max(now, earliest)))
