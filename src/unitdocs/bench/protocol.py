"""The measurement protocol of this version: the settings with which every round takes its samples."""

from unitdocs import stats
from unitdocs.bench import timing
from unitdocs.bench.counting import COUNTED_CALLS
from unitdocs.bench.measurement import EXACT_ROUNDS
from unitdocs.records import MeasurementProtocol


def current_protocol(*, is_shared: bool = False) -> MeasurementProtocol:
    """Return the protocol for the record of a run that begins now.

    Args:
        is_shared: whether its cases share the processes of a round.
    """
    return MeasurementProtocol(
        batch_ns=timing.BATCH_NS,
        block_batches=len(timing.ABBA),
        blocks=timing.SHARED_BLOCKS if is_shared else timing.BLOCKS,
        blocks_ns=timing.SHARED_BLOCKS_NS if is_shared else timing.BLOCKS_NS,
        frames=timing.FRAMES_ENOUGH,
        frames_ns=timing.FRAMES_NS,
        counted_calls=COUNTED_CALLS,
        exact_rounds=EXACT_ROUNDS,
        ranks_from=stats.GATE_RANKS_FROM if is_shared else None,
    )
