"""Counts of one call: memory, cache hits and errors. Counting slows work down, so nothing is timed here."""

import sys
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from unitdocs.bench.job import RoundCounts
from unitdocs.bench.suite import Operation
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
        operation.call()


def count(operation: Operation) -> ArmCounts:
    """Count one call of an operation that is warmed up; the garbage collector must be off."""
    blocks = allocated_blocks(operation.call)
    messages = None if operation.messages is None else dict(operation.messages())
    return ArmCounts(peak_memory(operation.call), blocks, _rates(operation), messages)


def counts_of(control: ArmCounts, treatment: ArmCounts) -> RoundCounts:
    """Return the counts of both arms in pairs."""
    names = dict.fromkeys([*control.rates, *treatment.rates])
    return RoundCounts(
        peak=(control.peak, treatment.peak),
        blocks=(control.blocks, treatment.blocks),
        rates={name: (control.rates.get(name), treatment.rates.get(name)) for name in names},
        messages=_both(control.messages, treatment.messages),
    )


def allocated_blocks(call: Callable[[], object]) -> int:
    """Return how many memory blocks a call leaves allocated while its result is kept."""
    # The first count of each is discarded: it includes what counting itself allocates once.
    _blocks_kept(call)
    _blocks_kept(_do_nothing)
    return _blocks_kept(call) - _blocks_kept(_do_nothing)


def peak_memory(call: Callable[[], object]) -> int:
    """Return the peak of the bytes that a call has allocated at once, above what was allocated before it."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _blocks_kept(call: Callable[[], object]) -> int:
    before = sys.getallocatedblocks()
    kept = call()
    after = sys.getallocatedblocks()
    del kept
    return after - before


def _do_nothing() -> None:
    """Allocate no block: a count of this call is the cost of counting."""


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
        operation.call()
    after = _read(operation.counters)
    rates = {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in after}
    for name, (hits, lookups) in rates.items():
        if lookups and not 0 <= hits <= lookups:
            raise MeasurementError(f"counters: {name}: expected from 0 to {lookups} hits, got {hits}")
    return rates


def _read(counters: Callable[[], Mapping[str, Rate]]) -> dict[str, Rate]:
    return {name: (hits, lookups) for name, (hits, lookups) in counters().items()}
