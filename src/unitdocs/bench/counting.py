"""Counting memory and cache hits of both arms inside one process; nothing is timed here: counting slows work down."""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence

from unitdocs.bench.job import Counts
from unitdocs.bench.suite import Operation

WARM_UPS = 2
"""Calls before anything is counted: what is made once and kept, such as a module or a table, is no cost of a call."""
COUNTED_CALLS = 10
"""Calls over which a hit rate is taken."""

Rate = tuple[int, int]


def count(operations: tuple[Operation, Operation], order: Sequence[int]) -> Counts:
    """Count what one call of each arm takes.

    Both arms are warmed up before either is counted, so that neither pays for what they share.

    Args:
        operations: control and treatment.
        order: the arms, 0 and 1, in the order in which each step takes them.
    """
    for arm in order:
        for _ in range(WARM_UPS):
            operations[arm].call()
    gc.collect()
    gc.disable()
    blocks = {arm: allocated_blocks(operations[arm].call) for arm in order}
    peak = {arm: peak_memory(operations[arm].call) for arm in order}
    rates = {arm: _rates(operations[arm]) for arm in order}
    gc.enable()
    names = dict.fromkeys([*rates[0], *rates[1]])
    return Counts(
        peak=(peak[0], peak[1]),
        blocks=(blocks[0], blocks[1]),
        rates={name: (rates[0].get(name), rates[1].get(name)) for name in names},
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


def _rates(operation: Operation) -> dict[str, Rate]:
    """Return hits and lookups of the arm's counters over some calls; empty where it has none."""
    if operation.counters is None:
        return {}
    before = _read(operation.counters)
    for _ in range(COUNTED_CALLS):
        operation.call()
    after = _read(operation.counters)
    return {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in after}


def _read(counters: Callable[[], Mapping[str, Rate]]) -> dict[str, Rate]:
    return {name: (hits, lookups) for name, (hits, lookups) in counters().items()}
