"""Run records as tidy pandas frames: every figure, table and CSV file of the site comes from these."""

from typing import TYPE_CHECKING

import numpy as np

from unitdocs.records.schema import Case, Clock, Round, RunRecord, unpack

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "run", "suite", "scenario", "title", "elements", "metric", "unit", "direction",
    "arm", "role", "round", "block", "batch", "value", "wall", "tries",
)  # fmt: skip
FRAME_COLUMNS = ("run", "suite", "scenario", "title", "arm", "role", "round", "pass", "frame", "cpu", "wall")
ROLES = ("control", "treatment")


def to_frame(*records: RunRecord) -> "pd.DataFrame":
    """Return every sample of one or more records, one row per batch.

    | column | meaning |
    | --- | --- |
    | `run` | id of the record |
    | `suite`, `scenario`, `title` | what was measured |
    | `elements` | elements of the scene; missing where there is none |
    | `metric` | such as `time`, `peak memory` or `missed frames`: see `Metric` |
    | `unit` | SI unit of `value`: `s`, `B` or `1` |
    | `direction` | which way is better: `lower` or `higher` |
    | `arm` | name of the arm, such as `original` |
    | `role` | `control` or `treatment` |
    | `round` | number of the round, a fresh process, from 0 |
    | `block` | number of the block in its round, from 0; 0 for what is not timed |
    | `batch` | 0 or 1: the arm's first or second batch of the block; 0 for what is not timed |
    | `value` | per operation, in `unit`; a time is on the clock that decides; a frame time is the quantile over the \
round's frames, and a rate its share; missing where nothing was counted |
    | `wall` | the same batch on the wall clock in seconds per operation; missing for what is not timed in batches |
    | `tries` | how many tries a rate is a share of; missing for what is none, and where it is not known |

    Values of one round are not independent: summarise each round first, then compare rounds.

    Args:
        records: at least one.
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    parts = [
        _part(record, case, round_, role, arm)
        for record in records
        for case in record.cases
        for round_ in case.rounds
        for role, arm in zip(ROLES, _arms(record, case), strict=True)
    ]
    if not parts:
        return pd.DataFrame({name: [] for name in COLUMNS})
    merged = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
    return pd.DataFrame(merged).astype({"elements": "Int64"})


def to_frames(*records: RunRecord) -> "pd.DataFrame":
    """Return every frame of the recorded sequences of one or more records, one row per frame of each pass.

    | column | meaning |
    | --- | --- |
    | `run`, `suite`, `scenario`, `title`, `arm`, `role`, `round` | as in `to_frame` |
    | `pass` | number of the pass over the sequence in its round, from 0 |
    | `frame` | number of the frame in the sequence, from 0 |
    | `cpu`, `wall` | seconds that it took on the thread CPU clock and on the wall clock |

    Frames of one round are not independent of one another, still less those of the same number.

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


def _part(record: RunRecord, case: Case, round_: Round, role: str, arm: str) -> dict[str, np.ndarray]:
    value, wall = _values(case, round_, role)
    constant = {
        "run": record.id, "suite": case.suite, "scenario": case.scenario, "title": case.title,
        "elements": case.elements, "metric": case.metric, "unit": case.unit, "direction": case.direction.value,
        "arm": arm, "role": role, "round": round_.index,
    }  # fmt: skip
    n = value.size
    columns = {
        name: np.full(n, item, dtype=object if item is None or isinstance(item, str) else None)
        for name, item in constant.items()
    }
    columns["elements"] = columns["elements"].astype(object)
    tries = np.full(n, np.nan if round_.tries is None else getattr(round_.tries, role), dtype=float)
    samples = {"value": value, "wall": wall, "tries": tries}
    return {**columns, "block": np.arange(n) // 2, "batch": np.arange(n) % 2, **samples}


def _values(case: Case, round_: Round, role: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a role's values and wall times, both of shape (batches,)."""
    if round_.timing is None:
        assert round_.count is not None
        return np.array([getattr(round_.count, role)], dtype=float), np.array([np.nan])
    operations = getattr(round_.timing.operations, role)
    cpu, wall = (unpack(getattr(clock, role)) / 1e9 / operations for clock in (round_.timing.cpu, round_.timing.wall))
    return (wall if case.clock is Clock.WALL else cpu), wall
