"""One value per round and arm: the points of a distribution.

The batches of one process are not independent, so they are reduced to one value a round before anything is drawn or
compared. An ABBA block times each arm twice; the shorter of its two batches was disturbed less.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unitdocs.records import Case, Clock, Role, Round, RunRecord, unpack

if TYPE_CHECKING:
    import pandas as pd

Values = NDArray[np.float64]
NANOSECONDS = 1e9


@dataclass(frozen=True)
class RoundValues:
    """The rounds of one case.

    Args:
        index: number of each round, from 0, shape (n,).
        control: the control's value of each round in the case's unit, shape (n,): the median over its ABBA blocks of
            the shorter batch; NaN if nothing was counted.
        treatment: the same of the treatment.
        control_means: means of all batches of a round, shape (n,).
        treatment_means: the same of the treatment.
        ratio: treatment / control of each round, shape (n,): the median over the blocks.
    """

    index: NDArray[np.int64]
    control: Values
    treatment: Values
    control_means: Values
    treatment_means: Values
    ratio: Values


def round_values(case: Case) -> RoundValues:
    """Return the rounds of a case of a record."""
    blocks = {role: [blocks_of(values_of(case, round_, role)) for round_ in case.rounds] for role in Role}
    control, treatment = blocks[Role.CONTROL], blocks[Role.TREATMENT]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [
            math.exp(np.median(np.log(treatment_block.min(axis=1)) - np.log(control_block.min(axis=1))))
            for control_block, treatment_block in zip(control, treatment, strict=True)
        ]
    return RoundValues(
        index=np.array([round_.index for round_ in case.rounds], dtype=np.int64),
        control=np.array([np.median(block.min(axis=1)) for block in control]),
        treatment=np.array([np.median(block.min(axis=1)) for block in treatment]),
        control_means=np.array([block.mean() for block in control]),
        treatment_means=np.array([block.mean() for block in treatment]),
        ratio=np.array(ratios),
    )


def to_rounds(record: RunRecord) -> "pd.DataFrame":
    """Return one row per case and round of a record.

    | column | meaning |
    | --- | --- |
    | `suite`, `scenario`, `title`, `metric`, `unit` | the case |
    | `round` | number of the round, from 0 |
    | `control`, `treatment` | value of each arm, in `unit`: the median over its ABBA blocks of the shorter batch |
    | `ratio` | treatment / control: the median over the blocks |
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    return pd.DataFrame(
        [
            (case.suite, case.scenario, case.title, case.metric, case.unit, *row)
            for case in record.cases
            for values in [round_values(case)]
            for row in zip(values.index, values.control, values.treatment, values.ratio, strict=True)
        ],
        columns=["suite", "scenario", "title", "metric", "unit", "round", "control", "treatment", "ratio"],
    )


def values_of(case: Case, round_: Round, role: Role) -> Values:
    """Return what one arm measured in a round, in the case's unit, shape (batches,); NaN if it counted nothing."""
    if round_.timing is None:
        assert round_.count is not None
        count = getattr(round_.count, role)
        return np.array([math.nan if count is None else count])
    clock = round_.timing.wall if case.clock is Clock.WALL else round_.timing.cpu
    # Divided in this order, as `to_frame` does, so that both views hold the same numbers to the last bit.
    return np.asarray(unpack(getattr(clock, role)) / NANOSECONDS / getattr(round_.timing.operations, role))


def blocks_of(values: Values) -> Values:
    """Return batches as ABBA blocks of two batches an arm, shape (blocks, 2); a single number is its own block."""
    return values.reshape(-1, 2) if values.size % 2 == 0 else values.reshape(-1, 1)
