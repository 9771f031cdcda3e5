"""Tidy pandas frames of run records: the source of every figure, table and CSV file of the site."""

import base64
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unitdocs.records.schema import NUMBER_BYTES, Case, Clock, Round, RunRecord, unpack

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "run", "suite", "scenario", "title", "elements", "metric", "unit", "direction",
    "arm", "role", "round", "block", "batch", "value", "wall", "tries",
)  # fmt: skip
FRAME_COLUMNS = ("run", "suite", "scenario", "title", "arm", "role", "round", "pass", "frame", "cpu", "wall")
ROLES = ("control", "treatment")
BLOCK_BATCHES = 2
"""Batches of one arm in an ABBA block."""


def to_frame(*records: RunRecord) -> "pd.DataFrame":
    """Return every sample of one or more records, with one row for each batch.

    | column | meaning |
    | --- | --- |
    | `run` | id of the record |
    | `suite`, `scenario`, `title` | what was measured |
    | `elements` | elements of the scene; missing for a scenario without a scene |
    | `metric` | such as `time`, `peak memory` or `missed frames`: see `Metric` |
    | `unit` | SI unit of `value`: `s`, `B` or `1` |
    | `direction` | the better direction: `lower` or `higher` |
    | `arm` | name of the arm, such as `original` |
    | `role` | `control` or `treatment` |
    | `round` | number of the round, a fresh process, from 0 |
    | `block` | number of the ABBA block in its round, from 0; 0 if not timed in batches |
    | `batch` | 0 or 1: the first or second batch of the arm in the block; 0 if not timed in batches |
    | `value` | per operation, in `unit`: a time on the clock by which the case is judged, the quantile of the round's \
frame times, or a rate from 0 to 1; missing if nothing was counted |
    | `wall` | wall time of the batch in seconds per operation; missing if not timed in batches |
    | `tries` | number of tries of a rate; missing if unknown and for other metrics |

    Values of one round are not independent: summarise each round first, then compare rounds.

    Args:
        records: at least one.
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    samples = [
        _ArmRound(record, case, round_, role, arm)
        for record in records
        for case in record.cases
        for role_arms in [tuple(zip(ROLES, _arms(record, case), strict=True))]
        for round_ in case.rounds
        for role, arm in role_arms
    ]
    if not samples:
        return pd.DataFrame({name: [] for name in COLUMNS})
    value, wall, sizes = _values(samples)
    tries = [math.nan if one.round.tries is None else getattr(one.round.tries, one.role) for one in samples]
    number = np.arange(value.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    columns = {
        "run": _repeated([one.record.id for one in samples], sizes),
        "suite": _repeated([one.case.suite for one in samples], sizes),
        "scenario": _repeated([one.case.scenario for one in samples], sizes),
        "title": _repeated([one.case.title for one in samples], sizes),
        "elements": _repeated([one.case.elements for one in samples], sizes),
        "metric": _repeated([one.case.metric for one in samples], sizes),
        "unit": _repeated([one.case.unit for one in samples], sizes),
        "direction": _repeated([one.case.direction.value for one in samples], sizes),
        "arm": _repeated([one.arm for one in samples], sizes),
        "role": _repeated([one.role for one in samples], sizes),
        "round": np.repeat([one.round.index for one in samples], sizes),
        "block": number // BLOCK_BATCHES,
        "batch": number % BLOCK_BATCHES,
        "value": value,
        "wall": wall,
        "tries": np.repeat(np.array(tries, dtype=float), sizes),
    }
    return pd.DataFrame(columns).astype({"elements": "Int64"})


def to_frames(*records: RunRecord) -> "pd.DataFrame":
    """Return the frames of the recorded sequences of one or more records, with one row for each frame of each pass.

    | column | meaning |
    | --- | --- |
    | `run`, `suite`, `scenario`, `title`, `arm`, `role`, `round` | as in `to_frame` |
    | `pass` | number of the pass over the sequence in its round, from 0 |
    | `frame` | number of the frame in the sequence, from 0 |
    | `cpu`, `wall` | seconds of the frame on the thread CPU clock and on the wall clock |

    Frames of one round are not independent of one another, least of all frames of the same number.

    Args:
        records: at least one.
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    parts = [
        _frames(record, case, round_, role, arm)
        for record in records
        for case in record.cases
        for round_ in case.rounds
        if round_.frames
        for role, arm in zip(ROLES, _arms(record, case), strict=True)
    ]
    if not parts:
        return pd.DataFrame({name: [] for name in FRAME_COLUMNS})
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in FRAME_COLUMNS})


def _frames(record: RunRecord, case: Case, round_: Round, role: str, arm: str) -> dict[str, np.ndarray]:
    frames = round_.frames
    assert frames is not None
    cpu, wall = (unpack(getattr(clock, role)) / 1e9 for clock in (frames.cpu, frames.wall))
    constant = {
        "run": record.id, "suite": case.suite, "scenario": case.scenario, "title": case.title,
        "arm": arm, "role": role, "round": round_.index,
    }  # fmt: skip
    n = np.arange(wall.size)
    columns = {
        name: np.full(n.size, item, dtype=object if isinstance(item, str) else None) for name, item in constant.items()
    }
    return {**columns, "pass": n // frames.length, "frame": n % frames.length, "cpu": cpu, "wall": wall}


def _arms(record: RunRecord, case: Case) -> tuple[str, str]:
    return next(suite.arms for suite in record.suites if suite.name == case.suite)


class _ArmRound(NamedTuple):
    """The samples of one arm in one round."""

    record: RunRecord
    case: Case
    round: Round
    role: str
    arm: str


def _values(samples: Sequence[_ArmRound]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the values and wall times of all samples, shape (rows,), and how many rows each sample has."""
    deciding, walls, operations = [], [], []
    sizes = np.ones(len(samples), dtype=np.intp)
    is_timed = np.zeros(len(samples), dtype=bool)
    counts = []
    for index, one in enumerate(samples):
        if (timing := one.round.timing) is None:
            assert one.round.count is not None
            counts.append(getattr(one.round.count, one.role))
            continue
        wall = base64.b64decode(getattr(timing.wall, one.role))
        is_wall = one.case.clock is Clock.WALL
        walls.append(wall)
        deciding.append(wall if is_wall else base64.b64decode(getattr(timing.cpu, one.role)))
        operations.append(getattr(timing.operations, one.role))
        sizes[index], is_timed[index] = len(wall) // NUMBER_BYTES, True
    # Decoded and divided all at once: a NumPy call a round would take most of the time.
    is_batch = np.repeat(is_timed, sizes)
    per_row = np.repeat(np.array(operations, dtype=np.int64), sizes[is_timed])
    value, wall_column = np.empty(is_batch.size), np.full(is_batch.size, np.nan)
    value[~is_batch] = np.array(counts, dtype=float)
    value[is_batch] = _seconds(deciding) / per_row
    wall_column[is_batch] = _seconds(walls) / per_row
    return value, wall_column, sizes


def _seconds(batches: Sequence[bytes]) -> np.ndarray:
    """Return decoded nanoseconds, those of all samples in one array, as seconds."""
    return np.frombuffer(b"".join(batches), dtype="<u8") / 1e9


def _repeated(items: Sequence[object], sizes: np.ndarray) -> np.ndarray:
    """Return a column of Python objects, with each item in as many rows as its sample has."""
    column = np.empty(len(items), dtype=object)
    column[:] = items
    return np.repeat(column, sizes)
