"""Memory layout: blocks that move what is allocated later, and rounds whose objects lie in other places."""

import os
import random
import subprocess
import sys

import pytest

from unitdocs.bench.memory_layout import LARGEST_BLOCK, blocks

WHERE = """
import random, sys
from unitdocs.bench.memory_layout import move_objects
move_objects(random.Random(int(sys.argv[1])))
print([id(one) % 4096 for one in [bytes(200) for _ in range(20)]])
"""


def places(seed: int) -> str:
    """Return where in their pages objects of a new process lie."""
    command = [sys.executable, "-P", "-c", WHERE, str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment).stdout


def test_blocks_have_all_sizes_and_other_numbers_with_each_seed() -> None:
    sizes = [sorted(map(sys.getsizeof, blocks(random.Random(seed)))) for seed in (1, 1, 2)]
    assert sizes[0] == sizes[1] != sizes[2]
    assert len({-(-size // 16) for size in sizes[0] if size <= LARGEST_BLOCK}) > 20
    assert max(sizes[0]) > LARGEST_BLOCK
    assert sum(sizes[0]) < 2**20


@pytest.mark.skipif(sys.implementation.name != "cpython" or sys.platform != "linux", reason="CPython's allocator")
def test_blocks_move_what_is_allocated_later() -> None:
    assert len({places(seed) for seed in range(6)}) == 6
    assert places(3) == places(3)
