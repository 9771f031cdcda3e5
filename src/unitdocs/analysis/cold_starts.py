"""Starts that were measured cold: the time of the start, and every frame after it, in each round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unitdocs.analysis.case_result import CaseResult
from unitdocs.records import Case, Metric, Role, RunRecord, unpack

Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """The frames from a first to the next one.

    Args:
        name: what is done for the first time in the first frame.
        first: number of the first frame, from 1.
        last: number of the last frame.
    """

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class ColdStart:
    """A scenario that was measured cold.

    Args:
        results: the results of its cases by metric; the slowest frame is among them.
        stretches: its frames, in their order.
        frames: wall time of each frame in each round by role, shape (rounds, frames).
        starts: wall time of the start in each round by role, shape (rounds,); empty if none was measured.
    """

    results: Mapping[str, CaseResult]
    stretches: Sequence[Stretch]
    frames: Mapping[Role, Seconds]
    starts: Mapping[Role, Seconds]

    @property
    def slowest(self) -> CaseResult:
        """The case that represents the scenario: its slowest frame."""
        return self.results[Metric.SLOWEST_FRAME]

    @property
    def longer_start(self) -> float:
        """Seconds by which the treatment's start takes longer, in the median round; NaN without starts."""
        differences = self.starts[Role.TREATMENT] - self.starts[Role.CONTROL]
        return float(np.median(differences)) if differences.size else float("nan")

    def start(self, role: Role) -> float:
        """Return the time of the start in the median round, in seconds; NaN without starts."""
        return float(np.median(self.starts[role])) if self.starts[role].size else float("nan")

    def slowest_in(self, stretch: Stretch, role: Role) -> Seconds:
        """Return the slowest frame of a stretch in each round, shape (rounds,)."""
        return np.asarray(self.frames[role][:, stretch.first - 1 : stretch.last].max(axis=1))

    def slowest_of_all(self, role: Role) -> Seconds:
        """Return the slowest frame of each round, shape (rounds,)."""
        return np.asarray(self.frames[role].max(axis=1))


def cold_starts(record: RunRecord, results: Sequence[CaseResult]) -> list[ColdStart]:
    """Return the scenarios of a record that were measured cold, at least in one round.

    Args:
        record: the record.
        results: the results of its cases.
    """
    recorded = {(case.suite, case.scenario, case.metric): case for case in record.cases}
    by_key = {result.key: result for result in results}
    return [
        _cold_start(case, recorded, by_key)
        for case in record.cases
        if case.metric == Metric.SLOWEST_FRAME and case.firsts and by_key[case.suite, case.scenario, case.metric].effect
    ]


def _cold_start(
    slowest: Case, recorded: Mapping[tuple[str, str, str], Case], results: Mapping[tuple[str, str, str], CaseResult]
) -> ColdStart:
    start = recorded.get((slowest.suite, slowest.scenario, Metric.START_TIME))
    assert slowest.firsts is not None
    frames = {
        role: np.array([unpack(getattr(one.frames.wall, role)) / 1e9 for one in slowest.rounds if one.frames])
        for role in Role
    }
    return ColdStart(
        results={key[2]: result for key, result in results.items() if key[:2] == (slowest.suite, slowest.scenario)},
        stretches=_stretches(slowest.firsts, frames[Role.CONTROL].shape[1]),
        frames=frames,
        starts={
            role: np.array([getattr(one.count, role) for one in start.rounds] if start else [], dtype=np.float64)
            for role in Role
        },
    )


def _stretches(firsts: Mapping[str, int], frames: int) -> list[Stretch]:
    ordered = sorted(firsts.items(), key=lambda item: item[1])
    ends = [number - 1 for _, number in ordered[1:]] + [frames]
    return [Stretch(name, first, last) for (name, first), last in zip(ordered, ends, strict=True)]
