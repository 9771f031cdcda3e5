"""The cases of a suite as rows with short labels: what the titles of several cases share becomes a heading."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unitdocs.analysis.case_result import CaseResult

_SEPARATOR = ": "
_FEWEST = 2
"""Cases that share a part of their titles before it becomes a heading."""


@dataclass(frozen=True)
class RowGroup:
    """Rows below one heading.

    Args:
        heading: what their titles share; empty if they share nothing.
        rows: the rest of each title, and its case.
    """

    heading: str
    rows: Sequence[tuple[str, CaseResult]]


def row_groups(cases: Sequence[CaseResult]) -> list[RowGroup]:
    """Return cases in groups in the order of their first cases; within a group the control's largest mean first.

    Titles have the form `scene: what is done`. Where the same is done with several scenes, that is the heading and the
    scenes are the labels; else where several things are done with one scene, the scene is the heading. Cases without a
    group of their own come first, with their whole titles.

    Args:
        cases: of one suite, one of each scenario.
    """
    halves = {case.scenario: case.title.partition(_SEPARATOR) for case in cases}
    beginnings, ends = (Counter(half[side] for half in halves.values() if half[1]) for side in (0, 2))
    is_by_end = _sharing(ends) >= _sharing(beginnings)
    groups: dict[str, list[tuple[str, CaseResult]]] = {"": []}
    for case in cases:
        first, separator, last = halves[case.scenario]
        heading, label = (last, first) if is_by_end else (first, last)
        is_shared = bool(separator) and (ends if is_by_end else beginnings)[heading] >= _FEWEST
        groups.setdefault(heading if is_shared else "", []).append((label if is_shared else case.title, case))
    return [RowGroup(heading, sorted(rows, key=_longest_first)) for heading, rows in groups.items() if rows]


def _sharing(counts: Counter[str]) -> tuple[int, int]:
    """Return how many cases would be below a heading, and the negative number of headings."""
    shared = [count for count in counts.values() if count >= _FEWEST]
    return sum(shared), -len(shared)


def _longest_first(row: tuple[str, CaseResult]) -> float:
    return -(row[1].control_mean or 0.0)
