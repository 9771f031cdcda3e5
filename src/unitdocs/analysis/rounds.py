"""One value per round: what a point in a distribution stands for.

The batches of one process are not independent, so they are reduced to one value a round before anything is drawn.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

CASE = ["suite", "scenario", "metric"]


def per_round(frame: "DataFrame") -> "DataFrame":
    """Reduce the batches of every round and arm to one value: the median over blocks of the block's smaller batch.

    Args:
        frame: rows of `records.to_frame()`.

    Returns:
        One row per case, arm and round, with `value` in SI units per operation.
    """
    described = [*CASE, "title", "unit", "arm", "role", "round"]
    blocks = frame.groupby([*described, "block"], sort=False, observed=True)["value"].min()
    return blocks.groupby(level=described, sort=False, observed=True).median().reset_index()


def ratios(frame: "DataFrame") -> "DataFrame":
    """Return treatment over control of every round: the median over blocks of the log ratio of the smaller batches.

    Returns:
        One row per case and round, with the column `ratio`.
    """
    index = [*CASE, "round", "block"]
    blocks = frame.pivot_table(values="value", index=index, columns="role", aggfunc="min", sort=False, observed=True)
    blocks["log ratio"] = np.log(blocks["treatment"]) - np.log(blocks["control"])
    by_round = blocks.groupby(level=[*CASE, "round"], sort=False)["log ratio"].median().reset_index()
    return by_round.assign(ratio=np.exp(by_round["log ratio"])).drop(columns="log ratio")
