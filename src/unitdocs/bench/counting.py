"""Counting what one call takes: memory and cache hits. Nothing is timed here: counting slows work down."""

import sys
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from unitdocs.bench.job import RoundCounts
from unitdocs.bench.suite import Operation
from unitdocs.errors import MeasurementError

WARM_UPS = 2
"""Calls before anything is counted: what is made once and kept, such as a module or a table, is no cost of a call."""
COUNTED_CALLS = 10
"""Calls over which a hit rate is taken."""

Rate = tuple[int, int]


@dataclass(frozen=True)
class ArmCounts:
    """What one arm takes; see `RoundCounts`."""

    peak: int
    blocks: int
    rates: dict[str, Rate]
    messages: dict[str, str] | None = None


def run_in(operation: Operation) -> None:
    """Call an operation before it is counted; both arms are, before either is, so that neither pays for both."""
    for _ in range(WARM_UPS):
        operation.call()


def count(operation: Operation) -> ArmCounts:
    """Count what one call of an operation takes, which was run in; cyclic garbage must not be collected meanwhile."""
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
    """Return the memory blocks that a call leaves allocated while its result is kept.

    Counted twice, the first time for nothing: it also meets what counting itself allocates once and keeps.
    """
    _blocks_kept(call)
    _blocks_kept(_nothing)
    return _blocks_kept(call) - _blocks_kept(_nothing)


def peak_memory(call: Callable[[], object]) -> int:
    """Return the most bytes that a call has allocated at once, above what was there before."""
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


def _nothing() -> None:
    """Keep no block: what is still counted for it is the counting's own."""


def _both(
    control: dict[str, str] | None, treatment: dict[str, str] | None
) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return the messages of both arms; None where neither tells any."""
    return None if control is None and treatment is None else (control or {}, treatment or {})


def _rates(operation: Operation) -> dict[str, Rate]:
    """Return hits and lookups of the arm's counters over some calls; empty where it has none.

    Raises:
        MeasurementError: there are more hits than lookups, so that they give no rate.
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
