"""Quantiles from histograms, with what is not known of them: where within its bin a value is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from unitdocs.experiment.events import LARGEST_BIN, bounds_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class BinnedQuantile:
    """A quantile of the values of events.

    Args:
        share: share of the values that are not larger, above 0 and below 1.
        value: the middle of its bin.
        error: how far the quantile of the values themselves may be from that; at most 1/64 of it.
    """

    share: float
    value: float
    error: float


def quantile_of(histogram: "pd.DataFrame", share: float) -> BinnedQuantile | None:
    """Return a quantile of a histogram: the smallest value that at least the share of the values do not exceed.

    Args:
        histogram: rows with `bin` and `n`; a bin may have several rows.
        share: above 0 and at most 1.

    Returns:
        The quantile; None without values, or if it is in a bin without bounds.

    Example:
        Of the values 1 (twice) and 2 (once), half are not larger than 1: the bin is 1 to 1.03125.
    """
    counts = histogram.groupby("bin", sort=True)["n"].sum().cumsum()
    if not len(counts):
        return None
    number = int(counts.index[(counts >= share * counts.iloc[-1]).to_numpy().argmax()])
    if number == LARGEST_BIN:
        return None
    low, high = bounds_of(number)  # both 0 in the bin of values that are 0 or less
    return BinnedQuantile(share, (low + high) / 2, (high - low) / 2)
