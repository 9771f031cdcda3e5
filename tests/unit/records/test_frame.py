"""Every sample of a record as a row."""

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import case, counted, missed, record, timed, timing, with_frames

from unitdocs.records import Clock, RunRecord, Status, load, to_frame, to_frames, unpack
from unitdocs.records.frame import COLUMNS, FRAME_COLUMNS

REFERENCE = Path(__file__).parents[3] / "benchmarks" / "results" / "reference.json.gz"


def test_a_row_is_a_batch_in_seconds_per_operation() -> None:
    # 250 000 ns for 10 operations are 25 µs each; 400 000 ns for 100 are 4 µs.
    one = timing([250_000, 260_000, 270_000, 280_000], [400_000, 410_000, 420_000, 430_000], (10, 100))
    frame = to_frame(record(timed(one)))
    assert tuple(frame.columns) == COLUMNS
    assert frame[["role", "arm", "block", "batch"]].to_numpy().tolist() == [
        ["control", "old", 0, 0],
        ["control", "old", 0, 1],
        ["control", "old", 1, 0],
        ["control", "old", 1, 1],
        ["treatment", "new", 0, 0],
        ["treatment", "new", 0, 1],
        ["treatment", "new", 1, 0],
        ["treatment", "new", 1, 1],
    ]
    micros = [25, 26, 27, 28, 4.0, 4.1, 4.2, 4.3]
    assert frame["value"].to_numpy() * 1e6 == pytest.approx(micros)
    assert frame["wall"].to_numpy() * 1e6 == pytest.approx(micros)
    about = frame[["run", "suite", "scenario", "title", "elements", "metric", "unit", "direction"]].drop_duplicates()
    assert about.to_numpy().tolist() == [
        ["20261123T120000Z-abcd", "units", "one", "Title of one", 10, "time", "s", "lower"]
    ]


def one_row_at_a_time(given: RunRecord) -> pd.DataFrame:
    """Return the frame as it is described, from one Python value after the other."""
    arms = {suite.name: suite.arms for suite in given.suites}
    rows = []
    for item, round_ in [(each, round_) for each in given.cases for round_ in each.rounds]:
        about = (
            item.suite,
            item.scenario,
            item.title,
            item.elements,
            item.metric,
            item.unit,
            item.direction.value,
        )
        for arm, role in zip(arms[item.suite], ("control", "treatment"), strict=True):
            tries = getattr(round_.tries, role) if round_.tries else math.nan
            if round_.count:
                batches = [(getattr(round_.count, role), math.nan)]
            else:
                operations = getattr(round_.timing.operations, role)
                cpu, wall = (unpack(getattr(clock, role)) for clock in (round_.timing.cpu, round_.timing.wall))
                deciding = wall if item.clock is Clock.WALL else cpu
                batches = [(float(a) / 1e9 / operations, float(b) / 1e9 / operations) for a, b in zip(deciding, wall)]  # noqa: B905
            for number, (value, wall_time) in enumerate(batches):
                place = (arm, role, round_.index, *divmod(number, 2))
                rows.append((given.id, *about, *place, value, wall_time, tries))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    numbers = dict.fromkeys(["value", "wall", "tries"], float)
    return frame.astype({"elements": object}).astype({"elements": "Int64", **numbers})


@pytest.mark.parametrize(
    "given_record",
    [
        record(
            timed(timing([10, 20, 30, 40], [1, 2, 3, 4], (3, 7)), timing([5, 6], [7, 8])),
            counted((1.5, None), (2.5, 0.0), elements=None),
            missed((3, 4)),
            timed(timing([10, 20], [30, 40], wall=[50, 60]), scenario="waits", clock=Clock.WALL),
            timed(scenario="none"),
        ),
        REFERENCE,
    ],
    ids=["every kind of case", "the reference record"],
)
def test_the_frame_is_the_same_as_one_made_row_by_row(given_record: RunRecord | Path) -> None:
    whole = load(given_record) if isinstance(given_record, Path) else given_record
    pd.testing.assert_frame_equal(to_frame(whole), one_row_at_a_time(whole), check_exact=True)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(1, 3))
def test_there_is_a_row_for_each_batch_of_each_arm(blocks: list[int], cases: int) -> None:
    rounds = [timing([1000] * 2 * n, [2000] * 2 * n) for n in blocks]
    frame = to_frame(record(*(timed(*rounds, scenario=str(i)) for i in range(cases))))
    assert len(frame) == cases * 4 * sum(blocks)
    assert not frame.duplicated(["scenario", "role", "round", "block", "batch"]).any()


def test_what_waits_is_told_on_the_wall_clock() -> None:
    rounds = timing([1000, 1000], [1000, 1000], wall=[70_000, 80_000])
    asleep, awake = (to_frame(record(timed(rounds, clock=clock))) for clock in (Clock.WALL, Clock.THREAD_CPU))
    assert asleep["value"].tolist() == asleep["wall"].tolist() == pytest.approx([7e-5, 8e-5] * 2)
    assert awake["value"].tolist() == pytest.approx([1e-6] * 4)
    assert awake["wall"].tolist() == asleep["wall"].tolist()


def test_a_count_is_one_row_an_arm_without_a_time() -> None:
    frame = to_frame(record(counted((2000, 3000), (2000, 3000))))
    assert frame[["role", "round", "value"]].to_numpy().tolist() == [
        ["control", 0, 2000.0],
        ["treatment", 0, 3000.0],
        ["control", 1, 2000.0],
        ["treatment", 1, 3000.0],
    ]
    assert frame["wall"].isna().all()


def test_an_arm_that_counts_nothing_has_no_value_and_the_column_stays_numeric() -> None:
    frame = to_frame(record(counted((None, 0.9)), counted((1, 2), scenario="two")))
    assert frame["value"].dtype == float
    assert math.isnan(frame["value"].iloc[0])
    assert frame["value"].iloc[1:].tolist() == [0.9, 1, 2]


def test_a_rate_says_of_how_many_tries_it_is() -> None:
    frame = to_frame(record(missed((6, 3), frames=600), counted((1, 2), scenario="two")))
    assert frame["value"].tolist() == [0.01, 0.005, 1, 2]
    assert frame["tries"].iloc[:2].tolist() == [600, 600]
    assert frame["tries"].iloc[2:].isna().all()


def test_every_frame_of_a_sequence_is_a_row_and_its_median_one_of_the_other_frame() -> None:
    made = record(with_frames(([1, 2, 4], [3, 5, 6]), ([7, 8, 9], [1, 1, 1])), counted((1, 2), scenario="two"))
    frames = to_frames(made)
    assert tuple(frames.columns) == FRAME_COLUMNS
    assert len(frames) == 12
    first = frames[(frames["round"] == 0) & (frames["role"] == "treatment")]
    assert first[["arm", "pass", "frame"]].to_numpy().tolist() == [["new", 0, 0], ["new", 0, 1], ["new", 0, 2]]
    assert first["wall"].tolist() == first["cpu"].tolist() == pytest.approx([3e-3, 5e-3, 6e-3])
    assert to_frame(made)["value"].tolist() == pytest.approx([2e-3, 5e-3, 8e-3, 1e-3, 1, 2])


def test_a_record_without_frames_has_no_rows_of_them() -> None:
    frames = to_frames(record(counted((1, 2))))
    assert tuple(frames.columns) == FRAME_COLUMNS
    assert frames.empty


def test_a_scenario_without_elements_has_no_number_of_them() -> None:
    frame = to_frame(record(counted((1, 2), elements=None), counted((1, 2), scenario="two", elements=3)))
    assert frame["elements"].isna().tolist() == [True, True, False, False]


def test_records_stand_below_each_other() -> None:
    frame = to_frame(record(counted((1, 2)), id="first"), record(counted((3, 4)), id="second"))
    assert frame["run"].tolist() == ["first", "first", "second", "second"]


def test_what_was_not_measured_has_no_rows() -> None:
    frame = to_frame(record(case("one", metric="time", unit="s", direction="lower", status=Status.FAILED)))
    assert tuple(frame.columns) == COLUMNS
    assert frame.empty
