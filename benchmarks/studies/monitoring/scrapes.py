"""Two scrapes of a game's metrics and what lies between them: increases, and medians from buckets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Series = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Scrape:
    """What the metrics said at one time.

    Args:
        values: by name and labels.
    """

    values: Mapping[Series, float]

    def sum(self, name: str, **labels: str) -> float:
        """Return the sum over the series of a name that have these labels; 0 without any."""
        wanted = set(labels.items())
        return sum(value for (other, given), value in self.values.items() if other == name and wanted <= given)

    def increase(self, before: Scrape, name: str, **labels: str) -> int:
        """Return by how much counters have grown since an earlier scrape."""
        return round(self.sum(name, **labels) - before.sum(name, **labels))

    def median(self, before: Scrape, name: str, **labels: str) -> float | None:
        """Return the median of a histogram since an earlier scrape, as Prometheus computes it; None without values."""
        bounds = sorted({self._bound(given) for other, given in self.values if other == f"{name}_bucket"})
        grown = [self.increase(before, f"{name}_bucket", le=self._written(bound), **labels) for bound in bounds]
        return quantile(bounds, grown, 0.5)

    @staticmethod
    def _bound(labels: frozenset[tuple[str, str]]) -> float:
        return float(dict(labels)["le"])

    def _written(self, bound: float) -> str:
        """Return a bound as the labels write it."""
        return next(
            dict(given)["le"] for _, given in self.values if dict(given).get("le") and self._bound(given) == bound
        )


def parse(exposition: bytes) -> Scrape:
    """Return the values of an exposition."""
    families = text_string_to_metric_families(exposition.decode())
    samples = (sample for family in families for sample in family.samples)
    return Scrape({(one.name, frozenset(one.labels.items())): one.value for one in samples})


def quantile(bounds: Sequence[float], counts: Sequence[int], share: float) -> float | None:
    """Return a quantile from buckets, as `histogram_quantile` of Prometheus does.

    Within a bucket values are taken to be evenly spread; of those beyond the last finite bound nothing but the bound is
    known.

    Args:
        bounds: upper bounds in order, the last of them infinite.
        counts: how many values are at most each of them.
        share: which quantile, between 0 and 1.

    Returns:
        the quantile; None if there are no values.
    """
    if not counts or not counts[-1]:
        return None
    rank = share * counts[-1]
    place = next(index for index, count in enumerate(counts) if count >= rank)
    if math.isinf(bounds[place]):
        return bounds[place - 1]
    low, below = (bounds[place - 1], counts[place - 1]) if place else (0.0, 0)
    return low + (bounds[place] - low) * (rank - below) / (counts[place] - below)
