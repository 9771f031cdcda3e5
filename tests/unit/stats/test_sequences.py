"""Always-valid bounds: narrow enough to be of use, and kept at all of 60 looks at once."""

import math

import numpy as np
import pytest

from unitdocs.stats import (
    always_valid_bound_width,
    always_valid_width,
    combine,
    fixed_sample_information,
    information_needed,
    share_of,
)
from unitdocs.stats.strata import StratumSample, log_ratio

STREAMS, LOOKS = 2_000, 60
SHARES = (0.01,) * 20 + (0.1,) * 20 + (0.5,) * 20
"""The share of the treatment on each day of a stream."""
SESSIONS = 1_500
"""Sessions a day."""
LEAST = 50
"""Sessions of the treatment below which a stratum is not judged, as in a rollout."""
LEVEL = 0.05
TUNED = 1 / 0.02**2
TRUE_RATIO = 1.03


@pytest.mark.parametrize(
    ("information", "level", "width"),
    [(10_000.0, 0.05, 0.030354), (1_000.0, 0.05, 0.119005), (100_000.0, 0.05, 0.010294)],
)
def test_the_width_is_that_of_the_formula(information: float, level: float, width: float) -> None:
    assert always_valid_width(information, level, 10_000) == pytest.approx(width, abs=1e-6)


def test_without_information_nothing_is_known() -> None:
    assert always_valid_width(0, LEVEL, TUNED) == math.inf
    assert always_valid_bound_width(0, LEVEL, TUNED) == math.inf


def test_a_bound_is_closer_than_the_interval_and_further_than_for_one_look() -> None:
    for information in (100.0, TUNED, 100 * TUNED):
        one_look = 1.6449 / math.sqrt(information)
        bound = always_valid_bound_width(information, LEVEL, TUNED)
        assert one_look < bound < always_valid_width(information, LEVEL, TUNED)


def test_it_is_about_the_narrowest_where_it_is_tuned_for() -> None:
    here = always_valid_width(TUNED, LEVEL, TUNED)
    others = [always_valid_width(TUNED, LEVEL, TUNED * 2.0**power) for power in range(-4, 5)]
    assert here <= 1.01 * min(others)


def test_a_larger_level_is_closer_up_to_a_level_of_almost_one() -> None:
    levels = (0.001, 0.05, 0.3, 0.5, 0.7, 0.9, 0.99)
    for width in (always_valid_width, always_valid_bound_width):
        found = [width(TUNED, level, TUNED) for level in levels]
        assert found == sorted(found, reverse=True)
        assert all(one > 0 for one in found)


def test_the_information_that_is_needed_is_just_enough() -> None:
    needed = information_needed(0.02, LEVEL, TUNED)
    assert always_valid_bound_width(needed * 1.0001, LEVEL, TUNED) < 0.02
    assert always_valid_bound_width(needed * 0.9999, LEVEL, TUNED) > 0.02
    assert information_needed(0.0, LEVEL, TUNED) == math.inf
    assert 1.2 < needed / fixed_sample_information(0.02, LEVEL, 0.8) < 3


def estimates(seed: int, trend: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the estimates and errors of streams at each look: skewed values, growing shares, days that differ.

    Both have the shape (streams, looks). Day by day an arm gets its sessions; the stratum is the share.
    """
    random = np.random.default_rng(seed)
    sums = np.zeros((3, 2, 3, STREAMS))  # stratum, arm, (sessions, total, squares), stream
    found = np.zeros((2, STREAMS, LOOKS))
    for day, share in enumerate(SHARES):
        treated = round(SESSIONS * share)
        for arm, count in enumerate((SESSIONS - treated, treated)):
            values = random.lognormal(0.0, 0.6, (STREAMS, count)) * (1 + trend) ** day * (TRUE_RATIO if arm else 1.0)
            sums[day // 20, arm] += (np.full(STREAMS, count), values.sum(axis=1), (values**2).sum(axis=1))
        strata = [one for one in sums if one[1, 0, 0] >= LEAST]
        if not strata:
            found[1, :, day] = np.inf
            continue
        for stream in range(STREAMS):
            found[:, stream, day] = combined([one[:, :, stream] for one in strata])
    return found[0], found[1]


def combined(strata: list[np.ndarray]) -> tuple[float, float]:
    """Return the estimate over strata, each given as the sums of its arms, and its error."""
    ratios = [log_ratio(*(sample(*arm) for arm in stratum)) for stratum in strata]
    made = combine([one.estimate for one in ratios], np.diag([one.error**2 for one in ratios]))
    return made.estimate, made.error


def sample(sessions: float, total: float, squares: float) -> StratumSample:
    return StratumSample(int(sessions), total / sessions, (squares - total**2 / sessions) / (sessions - 1))


@pytest.fixture(scope="module", params=[0.0, 0.05], ids=["equal days", "a trend over days"])
def streams(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    return estimates(7, request.param)


def misses(streams: tuple[np.ndarray, np.ndarray], width: np.ndarray) -> int:
    """Return how many streams left the truth out at any look."""
    return int((np.abs(streams[0] - math.log(TRUE_RATIO)) > width).any(axis=1).sum())


def widths(errors: np.ndarray, level: float) -> np.ndarray:
    return np.vectorize(lambda error: always_valid_width(1 / error**2, level, TUNED))(errors)


def test_the_interval_covers_the_truth_at_all_60_looks(streams: tuple[np.ndarray, np.ndarray]) -> None:
    assert share_of(misses(streams, widths(streams[1], LEVEL)), STREAMS).high <= LEVEL


def test_an_interval_for_one_look_does_not(streams: tuple[np.ndarray, np.ndarray]) -> None:
    assert share_of(misses(streams, 1.96 * streams[1]), STREAMS).low > 2 * LEVEL


def test_the_one_sided_bound_covers_the_truth_on_either_side(streams: tuple[np.ndarray, np.ndarray]) -> None:
    width = np.vectorize(lambda error: always_valid_bound_width(1 / error**2, LEVEL, TUNED))(streams[1])
    distance = streams[0] - math.log(TRUE_RATIO)
    for side in (distance, -distance):
        assert share_of(int((side > width).any(axis=1).sum()), STREAMS).high <= LEVEL


def test_strata_are_not_moved_by_days_that_pooling_is_moved_by() -> None:
    # 1, 10 and 50 % of the sessions; each stratum is 1.3 times as slow as the one before; the treatment is 2 % faster.
    strata = []
    for place, share in enumerate((0.01, 0.1, 0.5)):
        level = 1.3**place
        control = StratumSample(round(9_000 * (1 - share)), level, 0.04 * level**2)
        strata.append((control, StratumSample(round(9_000 * share), 0.98 * level, 0.04 * level**2)))
    pooled = [
        sum(one.sessions * one.mean for one in arm) / sum(one.sessions for one in arm)
        for arm in zip(*strata, strict=True)
    ]
    assert pooled[1] / pooled[0] > 1.1
    ratios = [log_ratio(*arms) for arms in strata]
    made = combine([one.estimate for one in ratios], np.diag([one.error**2 for one in ratios]))
    assert math.exp(made.estimate) == pytest.approx(0.98)


def test_players_who_return_count_once_in_the_error() -> None:
    alone = combine([0.1, 0.1], np.diag([1.0, 1.0]))
    returning = combine([0.1, 0.1], np.array([[1.0, 1.0], [1.0, 1.0]]))
    assert alone.error == pytest.approx(math.sqrt(0.5))
    assert returning.error == pytest.approx(1.0)
