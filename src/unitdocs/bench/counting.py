"""Counts of one call: memory, cache hits and errors. Counting slows work down, so nothing is timed here."""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from unitdocs.bench.job import RoundCounts
from unitdocs.bench.suite import MOST, Operation
from unitdocs.errors import MeasurementError

WARM_UPS = 2
"""Calls before anything is counted, so that one-time work, such as importing a module, is not counted as a call's."""
COUNTED_CALLS = 10
"""Calls over which a rate is counted."""

Rate = tuple[int, int]


@dataclass(frozen=True)
class ArmCounts:
    """The counts of one arm; see `RoundCounts`."""

    peak: int
    blocks: int
    rates: dict[str, Rate]
    messages: dict[str, str] | None = None


def warm_up(operation: Operation) -> None:
    """Warm an operation up; both arms are, before either is counted, so that neither pays for what they share."""
    for _ in range(WARM_UPS):
        _call(operation)


def count(operation: Operation) -> ArmCounts:
    """Count one call of an operation that is warmed up; the garbage collector must be off."""
    prepare = operation.prepare or _do_nothing
    blocks = allocated_blocks(operation.call, prepare)
    messages = None if operation.messages is None else _messages(operation.messages)
    return ArmCounts(peak_memory(operation.call, prepare), blocks, _rates(operation), messages)


def counts_of(control: ArmCounts, treatment: ArmCounts) -> RoundCounts:
    """Return the counts of both arms in pairs."""
    names = dict.fromkeys([*control.rates, *treatment.rates])
    return RoundCounts(
        peak=(control.peak, treatment.peak),
        blocks=(control.blocks, treatment.blocks),
        rates={name: (control.rates.get(name), treatment.rates.get(name)) for name in names},
        messages=_both(control.messages, treatment.messages),
    )


def _do_nothing() -> None:
    """Allocate no block: a count of this call is the cost of counting."""


def allocated_blocks(call: Callable[[], object], prepare: Callable[[], object] = _do_nothing) -> int:
    """Return how many memory blocks a call leaves allocated while its result is kept, 0 if it frees as many as that.

    A call may free blocks that were there before, such as what an earlier call kept, so that fewer are left.

    Args:
        call: the call.
        prepare: what is called before, and not counted.
    """
    # The first count of each is discarded: it includes what counting itself allocates once.
    _blocks_kept(call, prepare)
    _blocks_kept(_do_nothing, _do_nothing)
    return max(0, _blocks_kept(call, prepare) - _blocks_kept(_do_nothing, _do_nothing))


def peak_memory(call: Callable[[], object], prepare: Callable[[], object] = _do_nothing) -> int:
    """Return the peak of the bytes that a call has allocated at once, above what was allocated before it.

    Args:
        call: the call.
        prepare: what is called before, and not counted.
    """
    prepare()
    # A full collection also empties the interpreter's free lists. What a call takes from them is not traced, so that
    # a call after one that freed many tuples would seem to need up to 160 kB less.
    gc.collect()
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _call(operation: Operation) -> None:
    if operation.prepare is not None:
        operation.prepare()
    operation.call()


def _blocks_kept(call: Callable[[], object], prepare: Callable[[], object]) -> int:
    prepare()
    before = sys.getallocatedblocks()
    kept = call()
    after = sys.getallocatedblocks()
    del kept
    return after - before


def _both(
    control: dict[str, str] | None, treatment: dict[str, str] | None
) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return the messages of both arms, or None if neither has any."""
    return None if control is None and treatment is None else (control or {}, treatment or {})


def _rates(operation: Operation) -> dict[str, Rate]:
    """Return hits and tries of each of the arm's counters over some calls; empty if it has no counters.

    Raises:
        MeasurementError: a counter has more hits than tries.
    """
    if operation.counters is None:
        return {}
    before = _read(operation.counters)
    for _ in range(COUNTED_CALLS):
        _call(operation)
    after = _read(operation.counters)
    rates: dict[str, Rate] = {}
    for name, (hits, tries) in after.items():
        hits_before, tries_before = before.get(name, (0, 0))
        rates[name] = (hits - hits_before, tries - tries_before)
        if rates[name][1] and not 0 <= rates[name][0] <= rates[name][1] <= MOST:
            raise MeasurementError(f"counters: {name}: expected from 0 to {rates[name][1]} hits, got {rates[name][0]}")
    return rates


def _read(counters: Callable[[], object]) -> dict[str, Rate]:
    """Return what an arm counted so far.

    Raises:
        MeasurementError: it is no mapping of names to two whole numbers.
    """
    counted = counters()
    if not isinstance(counted, Mapping):
        raise MeasurementError(f"counters: expected a mapping, got {type(counted).__name__}")
    rates: dict[str, Rate] = {}
    for name, rate in counted.items():
        match rate:
            case [hits, tries] if isinstance(name, str) and hasattr(hits, "__index__") and hasattr(tries, "__index__"):
                rates[name] = int(hits), int(tries)
            case _:
                raise MeasurementError(
                    f"counters: {name!r}: expected hits and tries, two whole numbers, got {rate!r:.80}"
                )
    return rates


def _messages(messages: Callable[[], object]) -> dict[str, str]:
    """Return the error messages of an arm.

    Raises:
        MeasurementError: they are no mapping of text to text.
    """
    given = messages()
    if not isinstance(given, Mapping):
        raise MeasurementError(f"messages: expected a mapping, got {type(given).__name__}")
    for name, message in given.items():
        if not isinstance(name, str) or not isinstance(message, str):
            raise MeasurementError(f"messages: {name!r:.80}: expected text for text, got {message!r:.80}")
    return dict(given)
