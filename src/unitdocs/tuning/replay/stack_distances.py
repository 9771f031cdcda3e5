"""LRU at all sizes in one pass, by stack distances.

Mattson, Gecsei, Slutz and Traiger, "Evaluation techniques for storage hierarchies", IBM Systems Journal 9(2), 1970: a
cache of `n` entries holds what a larger one used last, so a lookup is a hit from that size on at which its key is on
the stack. A key that is dropped leaves a hole, which the next new key fills.
"""

from collections.abc import Sequence

from unitdocs.errors import InputError
from unitdocs.tuning.replay.replaying import replay
from unitdocs.tuning.replay.traces import CacheCall, CallKind, Trace
from unitdocs.units.refactored.cache import Policy


def lru_curve(trace: Trace, sizes: Sequence[int]) -> dict[int, int]:
    """Return the hits of LRU by the number of entries, without a limit of bytes or age.

    The keys 1 2 1 2 have no hit at one entry, and two at two.

    A value that is put at one lookup and not at a later one is held at sizes that follow no stack; a trace with such a
    value is replayed once for each size.

    Args:
        trace: the calls.
        sizes: numbers of entries, 0 or more.

    Raises:
        InputError: a size is negative, or there is none.
    """
    if not sizes or min(sizes) < 0:
        raise InputError(f"lru_curve: sizes: expected numbers of entries, 0 or more, got {list(sizes)}")
    stack = _Stack(max(sizes))
    for call in trace.calls:
        if not stack.follow(call):
            return {size: replay(trace, Policy.LRU, size).hits for size in sizes}
    return {size: sum(stack.hits[: size + 1]) for size in sizes}


class _Stack:
    """The keys in the order of their last use, the latest first; None is a hole.

    Args:
        depth: the largest cache of interest; what is deeper is a miss at every size.

    Attributes:
        hits: how many lookups found their key at each depth, from 1 on.
    """

    def __init__(self, depth: int) -> None:
        self.hits = [0] * (depth + 1)
        self._depth = depth
        self._keys: list[int | None] = []
        self._put: set[int] = set()

    def follow(self, call: CacheCall) -> bool:
        """Do what a call does; return whether a stack can."""
        if call.kind in {CallKind.FORGET, CallKind.DISCARD}:
            self._drop(call.key)
            return True
        if call.size is None:
            return call.key not in self._put
        place = self._place_of(call.key)
        if place is not None and call.kind is CallKind.GET:
            self.hits[place + 1] += 1
        self._move_to_top(call.key, place)
        self._put.add(call.key)
        return True

    def _place_of(self, key: int | None) -> int | None:
        return self._keys.index(key) if key in self._keys else None

    def _drop(self, key: int) -> None:
        self._put.discard(key)
        place = self._place_of(key)
        if place is not None:
            self._keys[place] = None

    def _move_to_top(self, key: int, place: int | None) -> None:
        """Put a key on top: it closes the hole above its place, and leaves one there."""
        hole = self._place_of(None)
        if hole is not None and (place is None or hole < place):
            if place is not None:
                self._keys[place] = None
            del self._keys[hole]
        elif place is not None:
            del self._keys[place]
        self._keys.insert(0, key)
        del self._keys[self._depth :]
