"""Cases of two sides that were measured separately: the effect of one case, or both values and why there is no verdict.

Processes are the unit of replication if both sides report them, files if several were merged, and values otherwise,
with a warning. A verdict needs enough of them; with fewer, a case has a ratio and nothing more.
"""

import dataclasses
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from unitdocs import stats
from unitdocs.analysis.arms import difference_effect, exact_effect, ratio_effect
from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, NoEffect, Replicate, Statistic
from unitdocs.formatting import duration
from unitdocs.records import PROPORTIONS, Status
from unitdocs.records.results import Result, SavedStatistic
from unitdocs.stats import Verdict

SAVED = {SavedStatistic.MEAN: Statistic.SAVED_MEAN, SavedStatistic.MEDIAN: Statistic.SAVED_MEDIAN}
SECONDS = "s"
TICKS = "times are multiples of the clock's tick, "
"""The beginning of the warning that names a tick."""
NOTABLE_TICK = 1e-4
"""Ticks of a smaller share of the values are not worth a warning."""
FEWEST = 2


class Caution(StrEnum):
    """What makes a comparison less certain."""

    SESSIONS = (
        "base and head were measured in different sessions, which differ by several percent whatever the code does; "
        "measure both in one session to detect smaller changes"
    )
    NO_PROCESSES = (
        "a file does not say which process a value came from; values of one process resemble one another, so intervals "
        "are narrower than they should be"
    )
    FILES = "the files of a side are compared as wholes: each gives one value, and the spread between files decides"
    SAME_VALUES = "base and head hold the same values"


@dataclass(frozen=True)
class Sides:
    """One case of base and head, prepared for a comparison.

    Args:
        base: the result of the base.
        head: the result of the head.
        replicate: what counts as an independent value.
    """

    base: Result
    head: Result
    replicate: Replicate

    @cached_property
    def values(self) -> tuple[list[float], list[float]]:
        """The independent values of both sides, in ascending order, so that equal sides give equal numbers."""
        base, head = (_independent_values(side, self.replicate) for side in (self.base, self.head))
        return base, head

    @property
    def is_same(self) -> bool:
        """Whether both sides hold the same values, in any order."""
        base, head = self.values
        return base == head


def compare_unpaired(base: Result, head: Result, margin: float, *, is_one_session: bool = False) -> CaseResult:
    """Compare one case of two sides; its p-value is not adjusted yet.

    Args:
        base: the result of the base.
        head: the result of the head, in the same unit and with the same better direction.
        margin: differences smaller than this are treated as equivalent.
        is_one_session: whether both were measured in one session, as the commands of one file.
    """
    sides = Sides(base, head, _replicate(base, head))
    ticks = _ticks(base, head)
    result = _result(sides, ticks, margin)
    statistic = _statistic(sides, result)
    control, treatment = sides.values
    shown = [_value(side, values, statistic) for side, values in ((base, control), (head, treatment))]
    return CaseResult(
        suite=base.suite,
        scenario=base.name,
        title=base.name,
        elements=None,
        metric=base.metric,
        unit=base.unit,
        direction=base.direction,
        control="base",
        treatment="head",
        control_mean=_mean(base.values),
        treatment_mean=_mean(head.values),
        control_n=len(control),
        treatment_n=len(treatment),
        result=result,
        is_paired=False,
        warnings=tuple(_warnings(sides, ticks, is_one_session=is_one_session)),
        control_value=shown[0],
        treatment_value=shown[1],
        statistic=statistic,
        replicate=sides.replicate,
    )


def _replicate(base: Result, head: Result) -> Replicate:
    if base.by_file and head.by_file:
        return Replicate.FILE
    return Replicate.PROCESS if base.by_process and head.by_process else Replicate.VALUE


def _independent_values(result: Result, replicate: Replicate) -> list[float]:
    """Return the means of processes or files, or all values if the processes are unknown."""
    if replicate is Replicate.VALUE:
        return sorted(result.values)
    return sorted(_mean(group) for group in result.groups)


def _result(sides: Sides, ticks: stats.Ticks, margin: float) -> Effect | NoEffect:
    """Return the effect of a case, estimated as its metric requires, or its ratio and why there is no verdict."""
    result = _estimate(sides, ticks, margin)
    if sides.base.saved or sides.head.saved or min(map(len, sides.values)) < FEWEST or not sides.is_same:
        return result
    return _as_equivalent(result, sides)


def _as_equivalent(result: Effect | NoEffect, sides: Sides) -> Effect:
    """Return the effect of two sides that hold the same values: no change, with the interval of the values, if any."""
    if isinstance(result, NoEffect):
        scale = EffectScale.DIFFERENCE if sides.base.metric in PROPORTIONS else EffectScale.RATIO
        nothing = scale.no_change
        return Effect(
            scale, nothing, math.nan, math.nan, 1 - stats.LEVEL, Verdict.EQUIVALENT, is_below_margin=False, p=1.0
        )
    if result.verdict is Verdict.EQUIVALENT:
        return result
    return dataclasses.replace(result, verdict=Verdict.EQUIVALENT, is_below_margin=False)


def _estimate(sides: Sides, ticks: stats.Ticks, margin: float) -> Effect | NoEffect:
    """Return what the values alone give, whether or not they are the same on both sides."""
    base, head = sides.base, sides.head
    if base.saved or head.saved:
        return _saved_ratio(base, head)
    counts = [len(values) for values in sides.values]
    if min(counts) < FEWEST:
        return _ratio_only(sides, "one value a side" if max(counts) < FEWEST else "a side has one value")
    is_exact = base.counted and head.counted and _is_constant(base) and _is_constant(head)
    if base.metric in PROPORTIONS:
        return _compare_shares(sides, margin, is_exact=is_exact)
    if is_exact:
        return exact_effect(stats.exact(base.values[0], head.values[0], margin))
    return _compare_values(sides, ticks, margin)


def _compare_values(sides: Sides, ticks: stats.Ticks, margin: float) -> Effect | NoEffect:
    """Compare values that vary: by the means of processes or files, or by ranks if processes are unknown."""
    base, head = sides.values
    if min(base[0], head[0]) <= 0:
        return _ratio_only(sides, "a value that is not above 0 has no ratio")
    control, treatment = (stats.LogValues(map(math.log, values)) for values in (base, head))
    is_ranked = sides.replicate is Replicate.VALUE
    estimate = stats.rank_effect if is_ranked else stats.process_effect
    effect = estimate(control, treatment, stats.LEVEL, ticks.allowance)
    if isinstance(effect, stats.TooFew):
        return _ratio_only(sides, _too_few(effect, sides.replicate))
    if not is_ranked:
        return ratio_effect(effect, margin, (control, treatment))
    ratio = statistics.median(head) / statistics.median(base)
    return ratio_effect(stats.as_ratio_of_medians(effect, ratio), margin, None)


def _compare_shares(sides: Sides, margin: float, *, is_exact: bool) -> Effect | NoEffect:
    """Compare shares of tries, such as hit rates, by their difference."""
    control, treatment = sides.values
    if max(*sides.base.values, *sides.head.values) > 1:
        return _no_effect("a rate above 1 is not a proportion")
    if min(*sides.base.values, *sides.head.values) < 0:
        return _no_effect("a rate below 0 is not a proportion")
    if is_exact:
        rates = stats.Rates(control[:1] * 2, treatment[:1] * 2)
        return difference_effect(stats.difference_of(rates, stats.LEVEL), margin)
    if sides.replicate is Replicate.VALUE:
        return _no_effect("the processes of its values are unknown")
    difference = stats.process_difference(control, treatment, stats.LEVEL)
    if isinstance(difference, stats.TooFew):
        return _no_effect(_too_few(difference, sides.replicate))
    return difference_effect(difference, margin)


def _saved_ratio(base: Result, head: Result) -> NoEffect:
    """Return the ratio of what tools saved, with an interval if both files have one.

    The ends are those of the worst case, head's lower end over base's upper one and the reverse, because nothing is
    known about how they were estimated together. The confidence is at least that of the files' intervals.
    """
    low, high = None, None
    if base.saved and head.saved and base.saved.low and base.saved.high and head.saved.low and head.saved.high:
        low, high = head.saved.low / base.saved.high, head.saved.high / base.saved.low
    kinds = {side.saved.statistic for side in (base, head) if side.saved}
    if len(kinds) > 1:
        return _no_effect("one side saved a mean, the other a median")
    statistic = SAVED[kinds.pop()]
    base_value, head_value = (_value(side, side.values, statistic) for side in (base, head))
    return NoEffect(Status.NOT_MEASURED, f"ratio of {statistic}s", _ratio(base_value, head_value), low, high)


def _ratio_only(sides: Sides, reason: str) -> NoEffect:
    """Return the ratio of both means without a verdict."""
    return NoEffect(Status.NOT_MEASURED, reason, _ratio(_mean(sides.base.values), _mean(sides.head.values)))


def _no_effect(reason: str) -> NoEffect:
    return NoEffect(Status.NOT_MEASURED, reason)


def _ratio(base: float, head: float) -> float | None:
    """Return head / base; 1 for equal values, and None if one is not above 0."""
    if base == head:
        return 1.0
    return head / base if base > 0 and head >= 0 and math.isfinite(head / base) else None


def _statistic(sides: Sides, result: Effect | NoEffect) -> Statistic:
    saved = sides.base.saved or sides.head.saved
    if saved:
        return SAVED[saved.statistic]
    if isinstance(result, Effect) and not math.isnan(result.low):
        if result.is_exact:
            return Statistic.COUNT
        if result.scale is EffectScale.DIFFERENCE:
            return Statistic.MEAN
        return Statistic.MEDIAN if sides.replicate is Replicate.VALUE else Statistic.GEOMETRIC_MEAN
    return Statistic.VALUE if max(len(side.values) for side in (sides.base, sides.head)) < FEWEST else Statistic.MEAN


def _value(result: Result, values: Sequence[float], statistic: Statistic) -> float:
    """Return the statistic of one side."""
    if statistic in (Statistic.MEDIAN, Statistic.SAVED_MEDIAN):
        return statistics.median(values)
    if statistic is Statistic.GEOMETRIC_MEAN:
        return math.exp(stats.LogValues(map(math.log, values)).mean)
    return _mean(result.values)


def _ticks(base: Result, head: Result) -> stats.Ticks:
    """Return the ticks of times; counts and sizes have none."""
    if base.unit != SECONDS or base.saved or head.saved or min(*base.values, *head.values) <= 0:
        return stats.NO_TICKS
    return stats.ticks_of(base.values, head.values)


def _warnings(sides: Sides, ticks: stats.Ticks, *, is_one_session: bool) -> list[str]:
    warnings: list[str] = []
    if sides.is_same:
        warnings.append(Caution.SAME_VALUES.value)
    elif not is_one_session:
        warnings.append(Caution.SESSIONS.value)
    if sides.replicate is Replicate.FILE:
        warnings.append(Caution.FILES.value)
    if sides.replicate is Replicate.VALUE and max(map(len, sides.values)) >= FEWEST:
        warnings.append(Caution.NO_PROCESSES.value)
    if ticks.coarsest >= NOTABLE_TICK:
        warnings.append(_describe_ticks(ticks))
    return warnings


def _describe_ticks(ticks: stats.Ticks) -> str:
    """Return the warning that names the ticks of both sides."""
    names = {duration(tick) for tick in (ticks.control, ticks.treatment) if tick}
    sides = [
        f"{duration(tick)} in {side}" for side, tick in (("base", ticks.control), ("head", ticks.treatment)) if tick
    ]
    tick = names.pop() if len(names) == 1 else " and ".join(sides)
    return f"{TICKS}{tick}; intervals are at least one tick wide"


def _too_few(needed: stats.TooFew, replicate: Replicate) -> str:
    """Return the requirement with the noun of what is independent."""
    return f"need at least {needed.needed} files a side" if replicate is Replicate.FILE else str(needed)


def _is_constant(result: Result) -> bool:
    return len(set(result.values)) == 1


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
