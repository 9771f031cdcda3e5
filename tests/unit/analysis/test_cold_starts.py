"""Starts that were measured cold, as values: what is typical of their rounds, and which frames follow which first."""

import numpy as np
import pytest
from made_records import record, with_cold_start, with_frames

from unitdocs.analysis import compare_cases
from unitdocs.analysis.cold_starts import ColdStart, Stretch, cold_starts
from unitdocs.records import Role, RunRecord, Status

FIRSTS = {"first update": 4, "first use": 1}
ROUNDS = [([5, 1, 1, 7, 1], [2, 1, 30, 1, 3]), ([6, 1, 1, 8, 1], [3, 1, 1, 1, 4]), ([7, 1, 1, 20, 1], [4, 1, 1, 1, 5])]
STARTS = [(20, 110), (30, 100), (25, 140)]


def starts_of(made: RunRecord) -> list[ColdStart]:
    return cold_starts(made, compare_cases(made))


def made_start() -> ColdStart:
    (start,) = starts_of(record(*with_cold_start(*ROUNDS, starts=STARTS, firsts=FIRSTS)))
    return start


def test_the_frames_are_divided_at_the_firsts() -> None:
    assert made_start().stretches == [Stretch("first use", 1, 3), Stretch("first update", 4, 5)]


def test_times_are_those_of_the_median_round() -> None:
    start = made_start()
    assert [start.start(role) for role in Role] == [0.025, 0.110]
    assert start.longer_start == pytest.approx(0.090)
    use, update = start.stretches
    np.testing.assert_allclose(start.slowest_in(use, Role.TREATMENT), [0.030, 0.003, 0.004])
    np.testing.assert_allclose(start.slowest_in(update, Role.CONTROL), [0.007, 0.008, 0.020])
    np.testing.assert_allclose(start.slowest_of_all(Role.TREATMENT), [0.030, 0.004, 0.005])


def test_the_result_holds_the_slowest_frame_of_each_round() -> None:
    assert made_start().slowest.slowest_frames == ((0.007, 0.030), (0.008, 0.004), (0.020, 0.005))
    assert set(made_start().results) == {"slowest frame", "start time", "missed frames"}


def test_a_start_without_its_time_is_nan() -> None:
    (start,) = starts_of(record(with_cold_start(*ROUNDS, starts=STARTS, firsts=FIRSTS)[0]))
    assert np.isnan([start.longer_start, *(start.start(role) for role in Role)]).all()


def test_other_frames_and_failed_starts_are_no_starts() -> None:
    failed = with_cold_start(*ROUNDS, starts=STARTS, firsts=FIRSTS, status=Status.FAILED, reason="it ended")
    assert starts_of(record(with_frames(([1, 2], [1, 2]), ([1, 2], [1, 2])))) == []
    assert starts_of(record(*failed)) == []
