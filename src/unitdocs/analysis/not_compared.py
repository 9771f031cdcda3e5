"""What a comparison does not compare: cases that a side lacks, that failed or that were left out, each with its reason.

A case that fails in all of its metrics for one reason is named once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.analysis.case_result import CaseResult
from unitdocs.records import Status
from unitdocs.records.results import Absence, LeftOut, Result, Results

Key = tuple[str, str, str]


class Side(StrEnum):
    """A side of a comparison."""

    BASE = "base"
    HEAD = "head"
    BOTH = "both"


@dataclass(frozen=True)
class NotCompared:
    """A case that is not compared.

    Args:
        suite: its suite; may be empty.
        name: its name.
        metric: its metric, or several with commas between them; empty if unknown.
        side: the side that has no usable result, or both.
        reason: why, as a clause.
        is_worse: whether the base measured it and it failed in the head, or the arms of one run failed: worse, for a
            gate.
        is_lost: whether the base measured it and the head has no usable result.
    """

    suite: str
    name: str
    metric: str
    side: Side
    reason: str
    is_worse: bool = False
    is_lost: bool = False

    @property
    def label(self) -> str:
        """Suite, name and metric in one line."""
        name = f"{self.suite}/{self.name}" if self.suite else self.name
        return f"{name} ({self.metric})" if self.metric else name


def cases_without_partner(base: Results, head: Results, incomparable: Mapping[Key, str]) -> tuple[NotCompared, ...]:
    """Return what two sides do not have in common.

    Args:
        base: the results of the base.
        head: the results of the head.
        incomparable: cases that both sides measured and that cannot be compared, with the reason.
    """
    sides = {Side.BASE: base, Side.HEAD: head}
    measured = {side: {result.key: result for result in results.results} for side, results in sides.items()}
    common = measured[Side.BASE].keys() & measured[Side.HEAD].keys()
    both = [_entry(key, Side.BOTH, reason) for key, reason in incomparable.items()]
    missing = [
        _missing(key, side, sides[side], is_base_measured=side is Side.HEAD)
        for side, other in ((Side.HEAD, Side.BASE), (Side.BASE, Side.HEAD))
        for key in measured[other]
        if key not in common
    ]
    left_out = list(_left_out_entries(sides, {*measured[Side.BASE], *measured[Side.HEAD]}, common))
    return _merged([*both, *missing, *left_out])


def failed_arms(cases: Iterable[CaseResult]) -> tuple[NotCompared, ...]:
    """Return the cases of a run record in which nothing was measured."""
    return _merged(
        NotCompared(
            case.suite,
            case.scenario,
            case.metric,
            Side.BASE if case.status is Status.NEW else Side.BOTH,
            f"{case.status}: {case.reason}" if case.reason else str(case.status),
            is_worse=case.status is Status.FAILED,
            is_lost=case.status is not Status.NEW,
        )
        for case in cases
    )


def _missing(key: Key, side: Side, results: Results, *, is_base_measured: bool) -> NotCompared:
    """Return the entry of a case that only the other side measured."""
    left_out = next((case for case in results.left_out_cases if _is_of(case, key)), None)
    reason = left_out.reason if left_out else f"{side} does not have it"
    has_failed = left_out is not None and left_out.absence is Absence.FAILED
    return NotCompared(*key, side, reason, is_worse=has_failed and is_base_measured, is_lost=is_base_measured)


def _left_out_entries(
    sides: Mapping[Side, Results], measured: Collection[Key], common: Collection[Key]
) -> Iterable[NotCompared]:
    """Return what the files themselves leave out, except for cases that are named as missing."""
    entries: dict[tuple[Key, str], Side] = {}
    for side, results in sides.items():
        for case in results.left_out_cases:
            if case.absence is Absence.NOT_APPLICABLE or _is_named(case, measured, common):
                continue
            reason = f"in part: {case.reason}" if any(_is_of(case, key) for key in common) else case.reason
            key = (case.key, reason)
            entries[key] = Side.BOTH if entries.get(key, side) is not side else side
    return [_entry(key, side, reason) for (key, reason), side in entries.items()]


def _is_named(case: LeftOut, measured: Collection[Key], common: Collection[Key]) -> bool:
    """Return whether a case is named already, because the other side measured it."""
    return any(_is_of(case, key) for key in measured if key not in common)


def _is_of(case: LeftOut, key: Key) -> bool:
    """Return whether a left out case is the one of a key; one of unknown metric is that of every metric."""
    return case.key == key or (not case.metric and case.key[:2] == key[:2])


def _entry(key: Key, side: Side, reason: str) -> NotCompared:
    return NotCompared(*key, side, reason)


def _merged(entries: Iterable[NotCompared]) -> tuple[NotCompared, ...]:
    """Return the entries, those of one case that differ in their metric alone as one."""
    metrics: dict[tuple[object, ...], list[str]] = {}
    first: dict[tuple[object, ...], NotCompared] = {}
    for entry in entries:
        same = (entry.suite, entry.name, entry.side, entry.reason, entry.is_worse, entry.is_lost)
        first.setdefault(same, entry)
        metrics.setdefault(same, []).append(entry.metric)
    return tuple(
        NotCompared(
            entry.suite,
            entry.name,
            ", ".join(metric for metric in dict.fromkeys(metrics[same]) if metric),
            entry.side,
            entry.reason,
            entry.is_worse,
            entry.is_lost,
        )
        for same, entry in first.items()
    )


def incomparable(base: Result, head: Result) -> str | None:
    """Return why two results of one name cannot be compared; None if they can."""
    if base.version is not None and head.version is not None and base.version != head.version:
        versions = " and ".join(version[:8] for version in (base.version, head.version))
        return f"not comparable: the benchmark's code changed (versions {versions})"
    if base.unit != head.unit:
        return f"not comparable: base is in {base.unit}, head in {head.unit}"
    if base.direction != head.direction:
        return f"not comparable: base says that {base.direction} is better, head does not"
    return None
