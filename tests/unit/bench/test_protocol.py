"""What a record says about how its samples were taken."""

import random

from unitdocs.bench import timing
from unitdocs.bench.protocol import current_protocol


def test_the_protocol_holds_what_timing_goes_by() -> None:
    protocol = current_protocol()
    assert (protocol.batch_ns, protocol.blocks, protocol.blocks_ns) == (250_000, 60, 500_000_000)
    assert (protocol.frames, protocol.frames_ns) == (1_000, 1_000_000_000)
    assert (protocol.counted_calls, protocol.exact_rounds) == (10, 2)
    assert (protocol.ranks_from, current_protocol(is_shared=True).ranks_from) == (None, 20)


def test_a_block_has_as_many_batches_as_the_protocol_says() -> None:
    batches = [0, 0]

    def batch(arm: int) -> tuple[int, int]:
        batches[arm] += 1
        return 1, 1

    times = timing.time_blocks((lambda: batch(0), lambda: batch(1)), (1, 1), random.Random(1))
    assert sum(batches) == current_protocol().block_batches * len(times.order)
    assert batches[0] == batches[1]
