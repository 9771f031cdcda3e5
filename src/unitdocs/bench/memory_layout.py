"""Memory layout: where the objects of a process lie.

It is nearly the same in every start of the same code, and decides several percent of short work. What has nothing to
do with the work moves objects, too: in a folder whose name was one letter longer, equal code of four short cases was
6 to 7 % faster, in every round. So each process that measures first moves what it will make by blocks of random
sizes, unless its start is measured: the rounds then have many layouts, and their mean and its interval are those of
the code.

Mytkowicz, Diwan, Hauswirth and Sweeney 2009, "Producing wrong data without doing anything obviously wrong!", ASPLOS
XIV, section 7.1; Curtsinger and Berger 2013, "STABILIZER: statistically sound performance evaluation", ASPLOS XVIII.
"""

import random
import sys
from collections.abc import Iterator
from typing import Final

POOL: Final = 16 * 1024
"""Bytes of the pools that Python's allocator divides into blocks of one size."""
STEP: Final = 16
LARGEST_BLOCK: Final = 512
"""Bytes of the largest block in a pool; what is larger comes from the system's allocator."""
LARGE_BLOCKS: Final = 64
LARGEST: Final = 8 * 1024
HEADER: Final = sys.getsizeof(b"")
_KEPT: list[bytes] = []


def move_objects(rng: random.Random) -> None:
    """Move what this process allocates from now on, by blocks that it keeps until it ends: about 400 KiB.

    Args:
        rng: where their numbers and sizes are drawn from.
    """
    _KEPT.extend(blocks(rng))


def blocks(rng: random.Random) -> Iterator[bytes]:
    """Yield blocks of all sizes, of each as many as a part of a pool holds."""
    for size in range(STEP * (HEADER // STEP + 1), LARGEST_BLOCK + 1, STEP):
        yield from (bytes(size - HEADER) for _ in range(rng.randrange(POOL // size)))
    yield from (bytes(rng.randrange(LARGEST_BLOCK, LARGEST)) for _ in range(rng.randrange(LARGE_BLOCKS)))
