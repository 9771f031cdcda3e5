"""What a rollout decides by: values without what was known before, and players who return counted once."""

import math
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from unitdocs.experiment import observing
from unitdocs.experiment.observing import observe
from unitdocs.rollout.metric_gates import MeanGate
from unitdocs.rollout.position import RolloutPosition
from unitdocs.studies import GateKind, MeanObservation, PlannedGate, PlannedStage, RolloutPlan

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


def week(seed: int, *, daily: float, sessions: int = 600, days: int = 7, share: float = 0.3) -> pd.DataFrame:
    """Return days with new players each, on which everything takes longer than on the day before."""
    made = np.random.default_rng(seed)
    frames = []
    for day in range(days):
        numbers = np.arange(sessions) + day * sessions
        values = np.exp(made.normal(day * daily, 0.2, sessions))
        frames.append(rows(FIRST, numbers, made.random(sessions) < share, values).assign(day=date(2026, 11, 3 + day)))
    return pd.concat(frames)


def test_a_trend_over_the_days_of_a_version_moves_no_bound() -> None:
    errors = {}
    for daily in (0.0, 0.2):
        seen = [mean_of(week(seed, daily=daily)) for seed in range(TRIALS // 2)]
        ratios = np.array([log_ratios(one)[0] for one in seen])
        claimed = np.array([math.sqrt(one.covariance[0][0]) for one in seen])
        assert abs(ratios.mean()) < 3.3 * ratios.std() / math.sqrt(len(ratios))
        assert ratios.std() == pytest.approx(claimed.mean(), rel=0.3)  # it spreads as much as its error says
        errors[daily] = claimed.mean()
    assert errors[0.2] < 1.3 * errors[0.0]  # without the days it is twice as large


@pytest.mark.long
@pytest.mark.parametrize("share", [0.02, 0.3])
def test_bounds_of_sessions_over_days_leave_out_the_truth_as_seldom_as_they_say(share: float) -> None:
    outside = 0
    for seed in range(300):
        seen = mean_of(week(seed, daily=0.1, sessions=2_000, days=5, share=share))
        outside += abs(log_ratios(seen)[0]) > 1.96 * math.sqrt(seen.covariance[0][0])
    assert outside <= 15 + 3 * math.sqrt(15)  # 5 % of 300, and three standard errors of that


@pytest.mark.long
def test_daily_looks_at_sessions_no_worse_than_the_limit_kill_as_seldom_as_planned() -> None:
    gate = GATES[0]
    stages = (PlannedStage(name="half", percent=30),)
    plan = RolloutPlan(stages=stages, gates=(gate,), level=0.05)
    position = RolloutPosition(0, datetime(2026, 11, 1, tzinfo=UTC), FIRST)
    killed = 0
    for seed in range(150):
        frame = week(seed, daily=0.1, sessions=800)
        frame.loc[frame["arm"] == "refactored", "total"] *= 1 + gate.limit
        looks = (mean_of(frame[frame["day"] <= date(2026, 11, 3 + day)]) for day in range(7))
        killed += any(MeanGate(plan, position, gate).result(seen).state == "harm" for seen in looks)
    assert killed <= 7.5 + 3 * math.sqrt(7.5)  # 5 % of 150, and three standard errors of that


def test_days_with_few_sessions_of_an_arm_are_one_period() -> None:
    counts = pd.DataFrame({"original": [150, 900, 900, 900, 900], "refactored": [50, 60, 40, 70, 50]})
    assert list(observing._periods(counts).values()) == [0, 0, 1, 1, 1]
    assert list(observing._periods(counts // 10).values()) == [0] * 5


def test_one_day_has_nothing_in_common_that_could_be_taken_out() -> None:
    frame = week(1, daily=0.0, days=1)
    control = frame[frame["arm"] == "original"]["total"]
    assert mean_of(frame).strata[0].control.mean == pytest.approx(control.mean())
    assert mean_of(frame).strata[0].control.variance == pytest.approx(control.var())
