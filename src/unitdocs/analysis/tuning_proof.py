"""The proof of chosen settings: what a run of default against chosen settings says of each held-out session.

The run is one of `bench`, as any other; this module reads its cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.records import Metric

if TYPE_CHECKING:
    from unitdocs.analysis.run import Run
    from unitdocs.studies import Study, TuningSearch

ENOUGH: Final = 1 / (1 - 0.2)
"""How many times better "at least 20 % less" is."""


class ProofVerdict(StrEnum):
    """What the proof says of one metric of one session."""

    ENOUGH = "at least 20 % less"
    """The near end of the interval, or the exact count, is at least 20 % less."""
    LESS = "less"
    SAME = "no difference"
    ALLOWED = "more, as allowed"
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

    @property
    def is_proven(self) -> bool:
        """Whether it needs at least 20 % less time or memory, and no more of the other than allowed."""
        return ProofVerdict.ENOUGH in self.verdicts and ProofVerdict.MORE not in self.verdicts


@dataclass(frozen=True)
class TuningProof:
    """What is proven of the chosen settings.

    Args:
        sessions: the verdicts on each session, in the order of the record.
        is_current: whether the settings are those of the last search, and the code is unchanged since the run.
    """

    sessions: tuple[ProvenSession, ...]
    is_current: bool

    @property
    def proven(self) -> tuple[ProvenSession, ...]:
        """The sessions with at least 20 % less."""
        return tuple(session for session in self.sessions if session.is_proven)

    @property
    def worse(self) -> tuple[ProvenSession, ...]:
        """The sessions that need more time, or more bytes than their environment allows."""
        return tuple(session for session in self.sessions if ProofVerdict.MORE in session.verdicts)


def tuning_proof(tuned: "Run | None", search: "Study[TuningSearch] | None") -> TuningProof | None:
    """Return what a run of chosen settings proves; None without a run or without the search that chose them.

    Args:
        tuned: the run.
        search: the search, whose environments say how many bytes a session may hold more.
    """
    if tuned is None or search is None:
        return None
    record = search.record
    allowed = {chosen.environment: chosen.more_bytes for chosen in record.chosen}
    is_later = record.finished is not None and tuned.record.created >= record.finished.replace(microsecond=0)
    return TuningProof(tuple(proven_sessions(tuned.cases, allowed)), is_later and tuned.is_current)


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
