"""From the sums of events to what a rollout decides by: one value for each session and version of the flag.

A session is the unit: its frames are not independent of each other. It counts once in each version of the flag under
which it was seen; that it may return in a later version is in the covariances.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unitdocs.experiment.events import EventMetric, Source
from unitdocs.experiment.usable_files import find_files
from unitdocs.flags.flag import ORIGINAL, REFACTORED
from unitdocs.studies import (
    ArmTotals,
    ExposedVersion,
    GateKind,
    MeanObservation,
    MeanStratum,
    Observation,
    PlannedGate,
    ShareCell,
    ShareObservation,
)

if TYPE_CHECKING:
    import pandas as pd

AHEAD = timedelta(hours=1)
"""How far the clock of a game may be ahead."""
MOST_LACKING = 0.05
"""Difference of the shares of both arms' sessions without a value above which an arm hides something."""
ERRORS_APART = 4.0
"""Standard errors that the difference has besides: chance gives as many in one of 16,000 looks."""
LEAST_SESSIONS = 2
"""Sessions of an arm without which it has no variance."""
LEAST_A_PERIOD = 100
"""Sessions of each arm that days together have at least whose common part is taken out of the values."""
KEYS = ["flag_version", "session", "arm"]


def observe(
    sessions: "pd.DataFrame",
    shares: Mapping[int, float],
    gates: Sequence[PlannedGate],
    *,
    newest: datetime | None = None,
    notes: Sequence[str] = (),
) -> Observation:
    """Return what was seen of a rollout.

    Args:
        sessions: the sums of each session, as `read_sums` gives them.
        shares: the versions of the flag since the rollout started, with the share of players, 0 to 1, that each gave
            the refactored system. Sessions of earlier versions are what is known from before.
        gates: the metrics.
        newest: time of the newest event.
        notes: what could not be used.
    """
    by_chance = sessions[sessions["is_assigned"]]
    compared = [version for version, share in shares.items() if 0 < share < 1]
    since = by_chance[by_chance["flag_version"].isin(compared)]
    before = by_chance[~by_chance["flag_version"].isin(compared) & (by_chance["arm"] == ORIGINAL)]
    return Observation(
        newest=newest,
        versions=tuple(_exposed(sessions, version, share) for version, share in sorted(shares.items())),
        means=tuple(_mean(gate.metric, since, before) for gate in gates if gate.kind is GateKind.MEAN),
        shares=tuple(_share(gate.metric, since) for gate in gates if gate.kind is GateKind.SHARE),
        notes=tuple(notes),
    )


def joined(sessions: "pd.DataFrame", shares: Mapping[int, float]) -> tuple["pd.DataFrame", dict[int, float]]:
    """Return sessions and shares with versions of the flag joined that follow each other with one share.

    A change for single keys makes a version and assigns nobody anew. A player who is seen before and after it would
    count twice, and a few such versions would make a mismatch of nothing.

    Args:
        sessions: as for `observe`.
        shares: the same.
    """
    first: dict[int, int] = {}
    previous: tuple[float, int] | None = None
    for version, share in sorted(shares.items()):
        if previous is None or previous[0] != share:
            previous = share, version
        first[version] = previous[1]
    versions = sessions["flag_version"].map(lambda version: first.get(version, version))
    return sessions.assign(flag_version=versions), {version: shares[version] for version in first.values()}


def newest_event(folder: Path, source: Source, now: datetime) -> datetime | None:
    """Return the time of the newest event of a source, by the statistics that files hold; None without events.

    A file that sums cannot use does not count, and neither does one with events of the future: a wrong clock must not
    look like traffic.

    Args:
        folder: the folder of events.
        source: where the events come from.
        now: the time of the look.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 -- only a rollout needs it

    newest = None
    for path in find_files(folder, (source,)).usable:
        metadata = pq.read_metadata(path)
        for group in range(metadata.num_row_groups):
            columns = _statistics(metadata.row_group(group))
            last, named = columns.get("time"), columns.get("source")
            if not isinstance(last, datetime) or last.tzinfo is None or last > now + AHEAD:
                continue
            if named == source.value:
                newest = last if newest is None else max(newest, last)
    return newest


def _statistics(group: Any) -> dict[str, object]:  # noqa: ANN401 -- pyarrow has no types
    """Return the largest value of each column of a part of a file, where it is known."""
    columns = [group.column(place) for place in range(group.num_columns)]
    known = [one for one in columns if one.statistics is not None and one.statistics.has_min_max]
    return {one.path_in_schema: one.statistics.max for one in known}


def _exposed(sessions: "pd.DataFrame", version: int, share: float) -> ExposedVersion:
    """Return who was seen under a version of the flag."""
    seen = sessions[sessions["flag_version"] == version]
    by_chance = seen[seen["is_assigned"]]
    arms = {arm: set(by_chance.loc[by_chance["arm"] == arm, "session"]) for arm in (ORIGINAL, REFACTORED)}
    testers = seen[~seen["is_assigned"] & (seen["arm"] == REFACTORED)]
    return ExposedVersion(
        flag_version=version,
        share=share,
        control=len(arms[ORIGINAL]),
        treatment=len(arms[REFACTORED]),
        testers=testers["session"].nunique(),
        tester_errors=testers.loc[testers["metric"] == EventMetric.ERROR, "session"].nunique(),
        both=len(arms[ORIGINAL] & arms[REFACTORED]),
    )


def _mean(metric: str, since: "pd.DataFrame", before: "pd.DataFrame") -> MeanObservation:
    """Return the means of a metric by arm and version, and the covariances of their log ratios."""
    values = _without_days(_values(since, metric, KEYS), since.groupby(KEYS)["day"].min())
    known = _values(before, metric, ["session"])["value"]
    adjusted, has_covariate = _adjusted(values, known)
    strata, influences = [], []
    for version, rows in adjusted.groupby("flag_version"):
        arms = {arm: rows.loc[rows["arm"] == arm].set_index("session")["value"] for arm in (ORIGINAL, REFACTORED)}
        if any(len(arm) < LEAST_SESSIONS or not arm.mean() > 0 for arm in arms.values()):
            continue
        if _lacks_unevenly(since[since["flag_version"] == version], arms):
            continue
        strata.append(
            MeanStratum(
                flag_version=int(str(version)), control=_totals(arms[ORIGINAL]), treatment=_totals(arms[REFACTORED])
            )
        )
        influences.append(_influence(arms[REFACTORED]).add(-_influence(arms[ORIGINAL]), fill_value=0))
    return MeanObservation(
        metric=metric, strata=tuple(strata), covariance=_covariance(influences), has_covariate=has_covariate
    )


def _lacks_unevenly(seen: "pd.DataFrame", arms: "Mapping[str, pd.Series[float]]") -> bool:
    """Return whether one arm has values of clearly fewer of its sessions: those that lack one may be the worst.

    Sampling leaves out sessions of both arms alike.

    Args:
        seen: all rows of a version.
        arms: the values of its sessions, by arm.
    """
    counts = [(len(values), seen.loc[seen["arm"] == arm, "session"].nunique()) for arm, values in arms.items()]
    shares = [values / sessions for values, sessions in counts]
    pooled = sum(values for values, _ in counts) / sum(sessions for _, sessions in counts)
    error = math.sqrt(pooled * (1 - pooled) * sum(1 / sessions for _, sessions in counts))
    return abs(shares[0] - shares[1]) > max(MOST_LACKING, ERRORS_APART * error)


def _values(frame: "pd.DataFrame", metric: str, keys: list[str]) -> "pd.DataFrame":
    """Return one value for each session, or session and version: the mean of its events."""
    sums = frame[frame["metric"] == metric].groupby(keys, sort=True)[["n", "total"]].sum()
    sums["value"] = sums["total"] / sums["n"]
    sums = sums[sums["value"] > 0]  # no frame takes no time: such a value is none
    return sums.reset_index() if len(keys) > 1 else sums


def _without_days(values: "pd.DataFrame", first_days: "pd.Series[Any]") -> "pd.DataFrame":
    """Return the values without what the sessions that began on the same days have in common in both arms.

    A version of the flag lasts for days, and a trend over them would count as spread between sessions. The residuals of
    each arm are averaged over both arms for each period of days, and the average is taken from the values: an analysis
    of covariance with the periods as covariates (Lin 2013, Agnostic notes on regression adjustments to experimental
    data, section 2). Chance assigned the arms, and on which day a session begins does not depend on its arm: the mean
    of an arm is only moved by what chance gave it more of one day than of another.

    Args:
        values: one row for each session and version.
        first_days: the day on which each session began, by `KEYS`.
    """
    import pandas as pd  # noqa: PLC0415 -- only where there are data

    if values.empty:
        return values
    days = values.join(first_days, on=KEYS)
    sizes = days.groupby(["flag_version", "day", "arm"]).size().reset_index(name="n")
    counts = sizes.pivot_table(index=["flag_version", "day"], columns="arm", values="n", fill_value=0)
    periods: dict[Any, int] = {}
    for _, of_version in counts.groupby(level="flag_version"):
        periods |= _periods(of_version)
    days = days.join(pd.Series(periods, name="period").rename_axis(counts.index.names), on=["flag_version", "day"])
    residuals = days["value"] - days.groupby(["flag_version", "arm"])["value"].transform("mean")
    common = residuals.groupby([days["flag_version"], days["period"]]).transform("mean")
    return values.assign(value=values["value"] - common)


def _periods(counts: "pd.DataFrame") -> dict[Any, int]:
    """Return the period of each day: days that follow each other, until both arms have enough sessions.

    Args:
        counts: sessions by version and day, in the order of days, with a column for each arm.
    """
    periods: dict[Any, int] = {}
    number, seen = 0, counts.iloc[0] * 0
    for place, key in enumerate(counts.index):
        periods[key] = number
        seen = seen + counts.iloc[place]
        rest = counts.iloc[place + 1 :].sum()
        if min(seen.min(), rest.min()) >= LEAST_A_PERIOD:  # what is left must be enough for a period too
            number, seen = number + 1, seen * 0
    return periods


def _adjusted(values: "pd.DataFrame", known: "pd.Series[float]") -> tuple["pd.DataFrame", bool]:
    """Return the values without what is known of their sessions from before, and whether anything is.

    CUPED (Deng, Xu, Kohavi and Walker 2013, Improving the sensitivity of online controlled experiments by utilizing
    pre-experiment data): y - slope · (x - mean x). The slope is that over both arms of all versions, within each; a
    session without a value from before has the mean of those that have one. Chance assigned the arms, so that the mean
    of an arm is not moved.
    """
    matched = values["session"].map(known)
    has_value = matched.notna()
    if has_value.sum() <= LEAST_SESSIONS:
        return values, False
    groups = [values["flag_version"], values["arm"]]
    within = matched - matched.groupby(groups).transform("mean")
    spread = float((within**2).sum())
    if not spread > 0:
        return values, False
    slope = float((within * values["value"]).sum() / spread)
    centre = matched.groupby(values["flag_version"]).transform("mean")
    return values.assign(value=values["value"] - slope * (matched - centre).fillna(0.0)), True


def _totals(values: "pd.Series[float]") -> ArmTotals:
    return ArmTotals(sessions=len(values), mean=float(values.mean()), variance=float(values.var()))


def _influence(values: "pd.Series[float]") -> "pd.Series[float]":
    """Return what each session adds to the logarithm of an arm's mean: its squares sum to the variance of that.

    The delta method: the variance of log(mean) is variance / (n · mean²).
    """
    n = len(values)
    return (values - values.mean()) / (values.mean() * math.sqrt(n * (n - 1)))


def _covariance(influences: "Sequence[pd.Series[float]]") -> tuple[tuple[float, ...], ...]:
    """Return the covariances of the strata's log ratios, over the sessions that two strata share."""
    if not influences:
        return ()
    import pandas as pd  # noqa: PLC0415 -- only where there are data

    table: Any = pd.concat(influences, axis=1).fillna(0.0).to_numpy()
    return tuple(tuple(map(float, row)) for row in table.T @ table)


def _share(metric: str, since: "pd.DataFrame") -> ShareObservation:
    """Return how many sessions of each arm have at least one event, by the day of their first event of any kind."""
    seen = since.assign(hit=since["metric"] == metric)
    sessions = seen.groupby(KEYS, sort=True).agg(day=("day", "min"), hit=("hit", "max")).reset_index()
    cells = []
    groups: Any = sessions.groupby(["flag_version", "day"], sort=True)  # whose keys the stubs know only as hashable
    for (version, day), rows in groups:
        arms = {arm: rows[rows["arm"] == arm] for arm in (ORIGINAL, REFACTORED)}
        cells.append(
            ShareCell(
                flag_version=int(version),
                day=day,
                control_hits=int(arms[ORIGINAL]["hit"].sum()),
                control_sessions=len(arms[ORIGINAL]),
                treatment_hits=int(arms[REFACTORED]["hit"].sum()),
                treatment_sessions=len(arms[REFACTORED]),
            )
        )
    return ShareObservation(metric=metric, cells=tuple(cells))
