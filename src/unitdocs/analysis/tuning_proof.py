"""The proof of chosen settings: what a run of default against chosen settings says of each held-out session.

The run is one of `bench`, as any other; this module reads its record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.records import Metric

ENOUGH: Final = 1 / (1 - 0.2)
"""How many times better "at least 20 % less" is."""


class ProofVerdict(StrEnum):
    """What the proof says of one metric of one session."""

    ENOUGH = "at least 20 % less"
    """The near end of the interval, or the exact count, is at least 20 % less."""
    LESS = "less"
    SAME = "no difference"
    ALLOWED = "more, within the allowance"
    """More bytes than with the default settings, and no more of them than the environment allows."""
    MORE = "more"
    UNKNOWN = "inconclusive"


@dataclass(frozen=True)
class ProvenSession:
    """The verdicts on one session.

    Args:
        time: the result of CPU time a frame.
        memory: the result of peak memory of the session.
        time_verdict: what the first means.
        memory_verdict: what the second means.
    """

    time: CaseResult
    memory: CaseResult
    time_verdict: ProofVerdict
    memory_verdict: ProofVerdict

    @property
    def verdicts(self) -> tuple[ProofVerdict, ProofVerdict]:
        """Both verdicts."""
        return self.time_verdict, self.memory_verdict


def proven_sessions(cases: Sequence[CaseResult], more_bytes: Mapping[str, int]) -> list[ProvenSession]:
    """Return the verdicts on each session of a run's cases.

    Args:
        cases: the cases of the run; a session has its time and its peak memory.
        more_bytes: by suite, bytes that a session may hold more than with the default settings.
    """
    memory = {(case.suite, case.scenario): case for case in cases if case.metric == Metric.PEAK_MEMORY}
    pairs = [(case, memory[case.suite, case.scenario]) for case in cases if case.metric == Metric.TIME]
    return [
        ProvenSession(time, size, verdict_on(time), verdict_on(size, more_bytes.get(size.suite, 0)))
        for time, size in pairs
    ]


def verdict_on(case: CaseResult, allowed: float = 0.0) -> ProofVerdict:
    """Return what a case means.

    Args:
        case: the case.
        allowed: by how much the treatment may be above the control, in the metric's unit.
    """
    if case.outcome in (Outcome.NONE, Outcome.INCONCLUSIVE):
        return ProofVerdict.UNKNOWN
    if case.outcome.is_same:
        return ProofVerdict.SAME
    if case.outcome is Outcome.BETTER:
        return ProofVerdict.ENOUGH if case.near_improvement_factor >= ENOUGH else ProofVerdict.LESS
    more = (case.treatment_mean or 0.0) - (case.control_mean or 0.0)
    return ProofVerdict.ALLOWED if more <= allowed else ProofVerdict.MORE


def has(sessions: Sequence[ProvenSession], verdict: ProofVerdict) -> bool:
    """Return whether any metric of any session has a verdict."""
    return any(verdict in session.verdicts for session in sessions)


def proven(sessions: Sequence[ProvenSession]) -> list[ProvenSession]:
    """Return the sessions that need at least 20 % less time or memory, and no more of the other."""
    return [one for one in sessions if ProofVerdict.ENOUGH in one.verdicts and ProofVerdict.MORE not in one.verdicts]
