"""What events say of each metric: each arm by itself, and both arms compared, with the session as the unit."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from unitdocs.experiment.events import ORIGINAL_AND_REFACTORED, EventMetric
from unitdocs.experiment.observing import observe
from unitdocs.experiment.quantiles import BinnedQuantile, quantile_of
from unitdocs.experiment.sums import EventSums
from unitdocs.stats.rates import RateCell, excess_bounds, rate_ratio_bounds
from unitdocs.stats.sequences import always_valid_width, fixed_sample_information
from unitdocs.stats.strata import StratifiedEstimate, StratumSample, combine, log_ratio
from unitdocs.studies import GateKind, MeanObservation, MeanStratum, PlannedGate, ShareCell, ShareObservation

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.05
"""Chance that an interval ever leaves out the truth, at whichever looks."""
SHARES = (0.5, 0.95, 0.99)
"""The quantiles."""
PLANNED = fixed_sample_information(math.log1p(0.01), LEVEL / 2, 0.9)
"""The information at which intervals of ratios are about the narrowest: that which shows one percent."""
HALF = 0.5
MEANS = (EventMetric.FRAME_TIME,)
RATES = (EventMetric.MISSED_FRAME, EventMetric.ERROR)
"""What most sessions have no event of: compared by the sessions that have at least one."""


@dataclass(frozen=True)
class ArmSummary:
    """What the events of one metric say of one arm under one version of the flag.

    Args:
        metric: the metric.
        arm: the arm.
        flag_version: the version of the flag.
        sessions: sessions with at least one event of the metric.
        all_sessions: sessions of this arm and version, with or without.
        events: number of events.
        mean: mean over sessions of the mean of a session's events.
        quantiles: quantiles of the values of all events.
    """

    metric: str
    arm: str
    flag_version: int
    sessions: int
    all_sessions: int
    events: int
    mean: float
    quantiles: tuple[BinnedQuantile, ...]


@dataclass(frozen=True)
class ValidInterval:
    """An estimate with an interval that holds at every look.

    Args:
        estimate: the estimate; None where the intervals alone are known.
        low: the lower end.
        high: the upper end, perhaps infinite.
    """

    estimate: float | None
    low: float
    high: float


@dataclass(frozen=True)
class ArmComparison:
    """Refactored and original compared in one metric.

    Args:
        metric: the metric.
        compared: `mean` of the sessions' values, or `share` of the sessions with at least one event.
        flag_version: the version of the flag; None for all together, of which each was compared by itself.
        difference: refactored - original: of means in the metric's unit, None over several versions; of shares the
            excess that the refactored system causes.
        ratio: refactored / original.
    """

    metric: str
    compared: Literal["mean", "share"]
    flag_version: int | None
    difference: ValidInterval | None
    ratio: ValidInterval


@dataclass(frozen=True)
class EventAnalysis:
    """What the events of a folder say.

    Args:
        arms: each metric, arm and version of the flag.
        comparisons: each metric and version of the flag in which both arms have sessions.
        not_assigned: sessions whose arm was not chosen by the flag's share of players: they are in nothing above.
        dropped: events that games recorded and could not write.
        notes: sentences on what was left out.
    """

    arms: tuple[ArmSummary, ...]
    comparisons: tuple[ArmComparison, ...]
    not_assigned: int
    dropped: int
    notes: tuple[str, ...]


def analyse(sums: EventSums) -> EventAnalysis:
    """Return what sums of events say."""
    sessions = sums.sessions[sums.sessions["is_assigned"]]
    histograms = sums.histograms[sums.histograms["is_assigned"]]
    rest = sums.sessions.loc[~sums.sessions["is_assigned"], "session"].nunique()
    return EventAnalysis(
        arms=tuple(_arms(sessions, histograms)),
        comparisons=tuple(_comparisons(sums.sessions)),
        not_assigned=rest,
        dropped=sums.dropped,
        notes=sums.notes,
    )


def _arms(sessions: "pd.DataFrame", histograms: "pd.DataFrame") -> Iterator[ArmSummary]:
    everyone = sessions.groupby(["flag_version", "arm"])["session"].nunique()
    keys = ["metric", "flag_version", "arm"]
    bins = dict(iter(histograms.groupby(keys, sort=True)))
    groups: Any = sessions.groupby(keys, sort=True)  # whose keys the stubs know only as hashable
    for key, rows in groups:
        metric, version, arm = key
        each = rows.groupby("session")[["n", "total"]].sum()
        quantiles = (quantile_of(bins[key], share) for share in SHARES)
        yield ArmSummary(
            metric=str(metric),
            arm=str(arm),
            flag_version=int(version),
            sessions=len(each),
            all_sessions=int(everyone[version, arm]),
            events=int(each["n"].sum()),
            mean=float((each["total"] / each["n"]).mean()),
            quantiles=tuple(one for one in quantiles if one is not None),
        )


def _comparisons(sessions: "pd.DataFrame") -> Iterator[ArmComparison]:
    """Yield the comparisons of the metrics that there are events of."""
    versions = _versions_with_both(sessions)
    present = set(sessions["metric"])
    gates = [
        PlannedGate(metric=str(metric), kind=kind, margin=1, limit=1)
        for kind, metrics in ((GateKind.MEAN, MEANS), (GateKind.SHARE, RATES))
        for metric in metrics
        if metric in present
    ]
    # A share between 0 and 1 says that a version is compared; how large it is changes nothing here.
    seen = observe(sessions, dict.fromkeys(versions, HALF), gates)
    for mean in seen.means:
        yield from _compared_means(mean)
    for share in seen.shares:
        yield from _compared_shares(share)


def _versions_with_both(sessions: "pd.DataFrame") -> list[int]:
    by_chance = sessions[sessions["is_assigned"] & sessions["arm"].isin(ORIGINAL_AND_REFACTORED)]
    arms = by_chance.groupby("flag_version")["arm"].nunique()
    return [int(version) for version in arms.index[arms == len(ORIGINAL_AND_REFACTORED)]]


def _compared_means(seen: MeanObservation) -> Iterator[ArmComparison]:
    for stratum in seen.strata:
        estimate = log_ratio(*_samples(stratum))
        yield ArmComparison(seen.metric, "mean", stratum.flag_version, _difference(stratum), _ratio(estimate))
    if len(seen.strata) > 1:
        ratios = [log_ratio(*_samples(stratum)).estimate for stratum in seen.strata]
        estimate = combine(ratios, np.array(seen.covariance))
        yield ArmComparison(seen.metric, "mean", None, None, _ratio(estimate))


def _samples(stratum: MeanStratum) -> tuple[StratumSample, StratumSample]:
    control, treatment = (
        StratumSample(arm.sessions, arm.mean, arm.variance) for arm in (stratum.control, stratum.treatment)
    )
    return control, treatment


def _ratio(estimate: StratifiedEstimate) -> ValidInterval:
    width = always_valid_width(_information(estimate.error**2), LEVEL, PLANNED)
    ends = (estimate.estimate - width, estimate.estimate + width)
    low, high = (math.exp(end) if end < math.log(np.finfo(float).max) else math.inf for end in ends)
    return ValidInterval(math.exp(estimate.estimate), low, high)


def _difference(stratum: MeanStratum) -> ValidInterval:
    """Return the difference of the means; its interval is tuned as that of the ratio is, for means of this size."""
    control, treatment = stratum.control, stratum.treatment
    variance = control.variance / control.sessions + treatment.variance / treatment.sessions
    width = always_valid_width(_information(variance), LEVEL, PLANNED / control.mean**2)
    difference = treatment.mean - control.mean
    return ValidInterval(difference, difference - width, difference + width)


def _information(variance: float) -> float:
    return 1 / max(variance, np.finfo(float).tiny)


def _compared_shares(seen: ShareObservation) -> Iterator[ArmComparison]:
    versions = sorted({cell.flag_version for cell in seen.cells})
    for version in versions:
        yield _compared_share(seen.metric, version, [cell for cell in seen.cells if cell.flag_version == version])
    if len(versions) > 1:
        yield _compared_share(seen.metric, None, seen.cells)


def _compared_share(metric: str, version: int | None, cells: Sequence[ShareCell]) -> ArmComparison:
    rates = [
        RateCell(cell.control_hits, cell.control_sessions, cell.treatment_hits, cell.treatment_sessions)
        for cell in cells
    ]
    ratio, excess = rate_ratio_bounds(rates, LEVEL), excess_bounds(rates, LEVEL)
    return ArmComparison(
        metric,
        "share",
        version,
        difference=ValidInterval(None, excess.low, excess.high),
        ratio=ValidInterval(_common_ratio(rates), ratio.low, ratio.high),
    )


def _common_ratio(cells: Sequence[RateCell]) -> float | None:
    """Return the ratio of two arms' rates over cells; None without a hit of the control.

    Source: Mantel and Haenszel 1959, Statistical aspects of the analysis of data from retrospective studies.
    """
    sizes = [max(1, cell.control_units + cell.treatment_units) for cell in cells]
    treated = sum(cell.treatment_hits * cell.control_units / size for cell, size in zip(cells, sizes, strict=True))
    others = sum(cell.control_hits * cell.treatment_units / size for cell, size in zip(cells, sizes, strict=True))
    return treated / others if others else None


def days_of(sums: EventSums) -> list[dt.date]:
    """Return the days of the events, in their order."""
    return sorted(sums.sessions["day"].unique())
