"""What no cache can exceed: the hits of a cache that knows the future.

Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5(2), 1966, evicts the
value that is looked up last; Mattson et al. (IBM Systems Journal 9(2), 1970) prove that no policy has more hits if all
values have one size. A cache of this project has to keep each value that it receives (`Admission.REQUIRED`); one that
may refuse values (`Admission.OPTIONAL`) can have more hits.

With a limit of bytes the optimum is NP-hard. Its ceiling here is PFOO-U of Berger, Beckmann and Harchol-Balter,
"Practical bounds on optimal caching with variable object sizes", POMACS 2(2), 2018: a hit takes a value's bytes for the
calls since its last use, the cheapest hits are counted first, and together they may take no more than the cache's
bytes times all calls.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.errors import InputError
from unitdocs.tuning.replay.traces import CallKind, Trace

NEVER = 1 << 62
"""The place of the next lookup of a value that is not looked up again."""


class Admission(StrEnum):
    """Whether a cache may refuse a value."""

    REQUIRED = "required"
    """It keeps each value that it receives, as all policies of this project do."""
    OPTIONAL = "optional"
    """It may leave a value out."""


@dataclass(frozen=True)
class Ceiling:
    """How many hits no cache of a size exceeds.

    Args:
        hits: the number of hits.
        is_exact: whether some sequence of evictions reaches it; otherwise it is an upper bound.
    """

    hits: int
    is_exact: bool


def belady(
    trace: Trace, entries: int, max_bytes: int | None = None, admission: Admission = Admission.REQUIRED
) -> Ceiling:
    """Return the most hits that a cache of this size can have over a trace.

    With the keys 1 2 3 1 2 and two entries it is 1: key 3 has to be kept in the place of 1 or 2. If values may be
    refused it is 2.

    Args:
        trace: the calls.
        entries: how many values the cache keeps at most; 0 for no cache.
        max_bytes: how many bytes it keeps at most (default: no limit). If it matters, the result is an upper bound.
        admission: whether the cache may refuse a value.

    Raises:
        InputError: a size is negative, or no bytes may be kept.
    """
    if entries < 0 or (max_bytes is not None and max_bytes < 1):
        raise InputError(f"belady: entries {entries}, max_bytes {max_bytes}: expected 0 or more, and 1 or more")
    if not entries:
        return Ceiling(0, is_exact=True)
    if max_bytes is None or _largest_sum(trace, entries) <= max_bytes:
        return Ceiling(_most_by_entries(trace, entries, admission), is_exact=not _is_withheld_later(trace))
    # A value that is larger than the cache is not kept, so that none has to make room for it.
    by_entries = _most_by_entries(trace, entries, Admission.OPTIONAL)
    return Ceiling(min(by_entries, _most_by_bytes(trace, max_bytes)), is_exact=False)


def _most_by_entries(trace: Trace, entries: int, admission: Admission) -> int:
    """Return the hits of Belady's rule, by a heap of the next lookups of what is held.

    The value of a lookup that its caller does not put counts as available if it was put before: an upper bound.
    """
    hits, held, available = 0, dict[int, int](), set[int]()
    heap: list[tuple[int, int]] = []  # minus the next lookup, and its key; outdated where `held` has another one
    for call, following in zip(trace.calls, _next_lookups(trace), strict=True):
        key = call.key
        if call.kind in {CallKind.FORGET, CallKind.DISCARD}:
            held.pop(key, None)
            available.discard(key)
            continue
        is_held = key in held
        hits += is_held and call.kind is CallKind.GET
        if call.size is not None:
            available.add(key)
        elif key not in available:
            continue
        if not is_held and len(held) >= entries and admission is Admission.REQUIRED:
            _evict(heap, held)
        held[key] = following
        heapq.heappush(heap, (-following, key))
        if len(held) > entries:
            _evict(heap, held)
    return hits


def _evict(heap: list[tuple[int, int]], held: dict[int, int]) -> None:
    """Drop what is looked up last."""
    while True:
        following, key = heapq.heappop(heap)
        if held.get(key) == -following:
            del held[key]
            return


def _next_lookups(trace: Trace) -> list[int]:
    """Return for each call where its key is looked up next; `NEVER` if it is dropped or put anew before, or not again.

    A value that is put anew is worth nothing until then.
    """
    following, places = dict[int, int](), [NEVER] * len(trace.calls)
    for place in range(len(trace.calls) - 1, -1, -1):
        call = trace.calls[place]
        places[place] = following.get(call.key, NEVER)
        following[call.key] = place if call.kind is CallKind.GET else NEVER
    return places


def _is_withheld_later(trace: Trace) -> bool:
    """Return whether a value that was put is not put at a later lookup, so that a policy could lose it for good."""
    put = set[int]()
    for call in trace.calls:
        if call.kind in {CallKind.FORGET, CallKind.DISCARD}:
            put.discard(call.key)
        elif call.size is not None:
            put.add(call.key)
        elif call.key in put:
            return True
    return False


def _largest_sum(trace: Trace, entries: int) -> int:
    """Return the most bytes that this many values take together, each at its largest."""
    sizes = dict[int, int]()
    for call in trace.calls:
        sizes[call.key] = max(sizes.get(call.key, 0), call.size or 0)
    return sum(heapq.nlargest(entries, sizes.values()))


def _most_by_bytes(trace: Trace, max_bytes: int) -> int:
    """Return PFOO-U: how many hits fit into the bytes of all calls together, the cheapest first."""
    left, hits = max_bytes * len(trace.calls), 0
    for cost in sorted(_costs(trace, max_bytes)):
        left -= cost
        if left < 0:
            break
        hits += 1
    return hits


def _costs(trace: Trace, max_bytes: int) -> Iterator[int]:
    """Yield what each possible hit takes: the value's smallest size, times the calls since its last use."""
    since = dict[int, tuple[int, int]]()  # place of the last use, and size
    for place, call in enumerate(trace.calls):
        if call.kind in {CallKind.FORGET, CallKind.DISCARD}:
            since.pop(call.key, None)
            continue
        before = since.get(call.key)
        if before is not None and call.kind is CallKind.GET and before[1] <= max_bytes:
            yield before[1] * (place - before[0])
        if before is not None or call.size is not None:
            sizes = [size for size in (call.size, before and before[1]) if size is not None]
            since[call.key] = (place, min(sizes))
