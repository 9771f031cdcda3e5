"""What a rollout decides by: values without what was known before, and players who return counted once."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from unitdocs.experiment.observing import observe
from unitdocs.studies import GateKind, MeanObservation, PlannedGate

GATES = (
    PlannedGate(metric="frame time", kind=GateKind.MEAN, margin=0.02, limit=0.05),
    PlannedGate(metric="error", kind=GateKind.SHARE, margin=0.01, limit=0.02),
)
BEFORE, FIRST, SECOND = 1, 2, 3
SHARES = {FIRST: 0.3, SECOND: 0.5}
TRIALS = 80


def rows(
    version: int, sessions: np.ndarray, is_treated: np.ndarray, values: np.ndarray, metric: str = "frame time"
) -> pd.DataFrame:
    """Return the sums of sessions, each of which has one event under a version of the flag."""
    return pd.DataFrame(
        {
            "session": sessions,
            "arm": np.where(is_treated, "refactored", "original"),
            "flag_version": version,
            "is_assigned": True,
            "scenario": "frames",
            "metric": metric,
            "day": date(2026, 11, version),
            "n": 1,
            "total": values,
            "squares": values**2,
        }
    )


def mean_of(*frames: pd.DataFrame) -> MeanObservation:
    return observe(pd.concat(frames), SHARES, GATES[:1]).means[0]


def log_ratios(seen: MeanObservation) -> list[float]:
    return [math.log(one.treatment.mean / one.control.mean) for one in seen.strata]


class Players:
    """Made-up players: each has a speed of its own, and a place by which the share chooses the arm.

    Args:
        seed: of the random numbers.
        count: how many.
    """

    def __init__(self, seed: int, count: int = 400) -> None:
        self.random = np.random.default_rng(seed)
        self.sessions = np.arange(count)
        self.speed = self.random.normal(0, 0.3, count)
        self.place = self.random.random(count)

    def play(self, version: int, ratio: float = 1.0) -> pd.DataFrame:
        is_treated = self.place < SHARES.get(version, 0.0)
        noise = self.random.normal(0, 0.05, len(self.sessions))
        return rows(version, self.sessions, is_treated, np.where(is_treated, ratio, 1.0) * np.exp(self.speed + noise))


def test_values_from_before_make_the_error_smaller_and_leave_the_ratio_where_it_is() -> None:
    adjusted: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    for seed in range(TRIALS):
        players = Players(seed)
        before, since = players.play(BEFORE), players.play(FIRST, 1.1)
        for found, frames in ((adjusted, (before, since)), (plain, (since,))):
            seen = mean_of(*frames)
            found.append((log_ratios(seen)[0], math.sqrt(seen.covariance[0][0])))
            assert seen.has_covariate == (found is adjusted)
    for found in (adjusted, plain):
        ratios, errors = np.array(found).T
        assert abs(ratios.mean() - math.log(1.1)) < 3.3 * ratios.std() / math.sqrt(TRIALS)
        assert ratios.std() == pytest.approx(errors.mean(), rel=0.25)  # it spreads as much as its error says
    assert np.mean([error for _, error in adjusted]) < 0.35 * np.mean([error for _, error in plain])


def test_a_session_that_is_new_keeps_its_value() -> None:
    players = Players(1, 200)
    old = players.play(BEFORE)
    since = players.play(FIRST)
    new = rows(FIRST, np.arange(1_000, 1_100), np.arange(100) < 30, np.full(100, 2.0))
    seen, alone = mean_of(old, since, new), mean_of(since, new)
    assert seen.has_covariate
    assert seen.strata[0].control.sessions == alone.strata[0].control.sessions
    # Over both arms the adjustment sums to 0: it moves values between sessions, and adds none.
    totals = [
        sum(arm.sessions * arm.mean for arm in (one.strata[0].control, one.strata[0].treatment))
        for one in (seen, alone)
    ]
    assert totals[0] == pytest.approx(totals[1])


def test_players_who_return_are_in_the_covariances_of_two_versions() -> None:
    ratios, claimed = [], []
    for seed in range(TRIALS):
        players = Players(seed)
        seen = mean_of(players.play(FIRST), players.play(SECOND))
        ratios.append(log_ratios(seen))
        claimed.append(seen.covariance)
    actual, expected = np.cov(np.array(ratios).T), np.mean(claimed, axis=0)
    assert np.sqrt(np.diag(expected)) == pytest.approx(np.sqrt(np.diag(actual)), rel=0.25)
    assert expected[0, 1] == pytest.approx(actual[0, 1], rel=0.35)
    assert expected[0, 1] > 0.4 * math.sqrt(expected[0, 0] * expected[1, 1])


def test_versions_with_other_players_have_no_covariance() -> None:
    first, second = Players(1), Players(2)
    second.sessions = second.sessions + 10_000
    seen = mean_of(first.play(FIRST), second.play(SECOND))
    assert seen.covariance[0][1] == 0


def test_an_arm_without_sessions_has_no_stratum() -> None:
    sessions = np.arange(20)
    nobody = rows(FIRST, sessions, sessions < 0, np.ones(20))
    assert mean_of(nobody).strata == ()
    assert mean_of(nobody).covariance == ()


def test_a_session_with_several_errors_is_one_hit() -> None:
    sessions = np.arange(20)
    is_treated = sessions < 10
    frames = rows(FIRST, sessions, is_treated, np.ones(20))
    errors = rows(FIRST, np.array([0, 0, 0, 15]), np.array([True, True, True, False]), np.ones(4), metric="error")
    cell = observe(pd.concat([frames, errors]), SHARES, GATES).shares[0].cells[0]
    assert (cell.treatment_hits, cell.treatment_sessions) == (1, 10)
    assert (cell.control_hits, cell.control_sessions) == (1, 10)
