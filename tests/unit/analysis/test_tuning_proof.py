"""The proof of chosen settings: what cases of default against chosen settings mean, session by session."""

import math
import random

import made_records
import pytest

from unitdocs.analysis.arms import compare_cases
from unitdocs.analysis.criteria import Criterion, TunedCheck
from unitdocs.analysis.decision import State, judge
from unitdocs.analysis.tuning_proof import ProofVerdict, TuningProof, proven_sessions
from unitdocs.records import Case, RunRecord, SuiteInfo
from unitdocs.stats import BinomialShare, share_of

SUITES = (SuiteInfo(name="production", title="Production", arms=("default", "chosen")),)
CRITERION = Criterion(title="Tuned", tuned=TunedCheck(sessions=1), open="it is not proven")
NOISE = 0.02
"""Spread of a round's log ratio."""


def session(ratio: float, sizes: tuple[int, int], *, name: str = "screens", seed: int = 1) -> list[Case]:
    rng = random.Random(seed)
    ratios = [ratio * math.exp(rng.gauss(0, NOISE)) for _ in range(40)]
    about = {"scenario": name, "suite": "production"}
    return [made_records.with_ratios(*ratios, **about), made_records.counted(sizes, sizes, **about)]


def run_of(*cases: Case) -> RunRecord:
    return made_records.record(*cases, suites=SUITES, absolute_margins={"peak memory": 16_384})


def verdicts(*cases: Case, allowed: int = 0) -> list[tuple[ProofVerdict, ProofVerdict]]:
    return [one.verdicts for one in proven_sessions(compare_cases(run_of(*cases)), {"production": allowed})]


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        (0.5, ProofVerdict.ENOUGH),
        (0.797, ProofVerdict.LESS),  # the near end of its interval is above 0.8
        (0.9, ProofVerdict.LESS),
        (1.1, ProofVerdict.MORE),
    ],
)
def test_a_time_is_judged_by_the_near_end_of_its_interval(ratio: float, verdict: ProofVerdict) -> None:
    assert verdicts(*session(ratio, (10**6, 10**6))) == [(verdict, ProofVerdict.SAME)]


@pytest.mark.parametrize(
    ("sizes", "verdict"),
    [
        ((10**6, 8 * 10**5), ProofVerdict.ENOUGH),
        ((10**6, 800_001), ProofVerdict.LESS),
        ((10**6, 10**6 + 16_000), ProofVerdict.SAME),
        ((10**6, 10**6 + 500_000), ProofVerdict.ALLOWED),
        ((10**6, 10**6 + 500_001), ProofVerdict.MORE),
    ],
)
def test_bytes_are_counted_and_may_be_more_where_the_environment_allows_it(
    sizes: tuple[int, int], verdict: ProofVerdict
) -> None:
    assert [pair[1] for pair in verdicts(*session(0.5, sizes), allowed=500_000)] == [verdict]


def test_equal_settings_are_almost_never_called_different() -> None:
    """The level of the verdicts is 5 % at all looks together; of 200 sessions, a binomial bound on it."""
    found = [verdicts(*session(1.0, (1_000, 1_000), seed=seed))[0] for seed in range(200)]
    assert all(size is ProofVerdict.SAME for _, size in found)
    differing = sum(time in (ProofVerdict.MORE, ProofVerdict.LESS, ProofVerdict.ENOUGH) for time, _ in found)
    share: BinomialShare = share_of(differing, len(found))
    assert share.low <= 0.05


def proof(*cases: Case, is_current: bool = True, allowed: int = 0) -> TuningProof:
    sessions = proven_sessions(compare_cases(run_of(*cases)), {"production": allowed})
    return TuningProof(tuple(sessions), is_current)


def state(of: TuningProof | None) -> tuple[State, str]:
    result = judge(CRITERION, (), tuned=of)
    return result.state, str(result.finding)


def test_a_session_with_less_time_and_more_bytes_than_allowed_proves_nothing() -> None:
    larger = session(0.5, (10**6, 2 * 10**6))
    assert not proof(*larger).proven
    assert len(proof(*larger, allowed=10**6).proven) == 1


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (None, State.NOT_MEASURED),
        (proof(*session(0.5, (10, 10)), is_current=False), State.NOT_MEASURED),
        (proof(*session(0.5, (10, 10))), State.MET),
        (proof(*session(0.95, (10, 10))), State.NOT_MET),
        (proof(*session(0.5, (10, 10)), *session(1.2, (10, 10), name="rooms")), State.NOT_MET),
    ],
)
def test_the_criterion_needs_enough_sessions_with_less_and_none_with_more(
    of: TuningProof | None, expected: State
) -> None:
    assert state(of)[0] is expected


def test_the_finding_counts_sessions_and_names_the_first_that_is_worse() -> None:
    both = proof(*session(0.5, (10, 10)), *session(1.2, (10, 10), name="rooms", seed=2))
    assert state(both)[1] == (
        "At least 20 % less in 1 of 2 held-out sessions, more than allowed in 1, first: Title of rooms (production)."
    )
