"""One value per round: what a point in a distribution stands for.

The batches of one process are not independent, so they are reduced to one value a round before anything is drawn.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

CASE = ["suite", "scenario", "metric"]


def per_round(frame: "DataFrame") -> "DataFrame":
    """Reduce the batches of every round and arm to one value: the median over quads of the quad's smaller batch.

    Args:
        frame: rows of `records.to_frame()`.

    Returns:
        One row per case, arm and round, with `value` in SI units per operation.
    """
    described = [*CASE, "title", "unit", "arm", "role", "round"]
    quads = frame.groupby([*described, "quad"], sort=False, observed=True)["value"].min()
    return quads.groupby(level=described, sort=False, observed=True).median().reset_index()


def ratios(frame: "DataFrame") -> "DataFrame":
    """Return treatment over control of every round: the median over quads of the log ratio of the smaller batches.

    Returns:
        One row per case and round, with the column `ratio`.
    """
    index = [*CASE, "round", "quad"]
    quads = frame.pivot_table(values="value", index=index, columns="role", aggfunc="min", sort=False, observed=True)
    quads["log ratio"] = np.log(quads["treatment"]) - np.log(quads["control"])
    by_round = quads.groupby(level=[*CASE, "round"], sort=False)["log ratio"].median().reset_index()
    return by_round.assign(ratio=np.exp(by_round["log ratio"])).drop(columns="log ratio")
