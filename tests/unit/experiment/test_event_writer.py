"""The writer of events: no frame waits, what is lost is counted, a killed game loses at most what waited."""

import datetime as dt
import logging
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, strategies

from unitdocs.errors import InputError
from unitdocs.experiment.columns import bins_of
from unitdocs.experiment.events import LARGEST_BIN, LEAST_BIN, SCHEMA, EventMetric, Source, bin_of, session_of
from unitdocs.experiment.keeping import dropped_in, event_files
from unitdocs.experiment.writing import EventWriter, Tally, is_sampled
from unitdocs.flags import Choice, Reason, bucket

CHOICE = Choice("refactored", "refactored", Reason.SHARE, 7)
KEY = "ann@example.org"
NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC).timestamp()
KILLED_QUEUE = 500
PLAYS = f"""
import mmap, struct, sys, time
from pathlib import Path
from unitdocs.experiment.writing import EventWriter, Tally
from unitdocs.flags import Choice, Reason

class VisibleTally(Tally):
    def add(self):
        counts[8:] = struct.pack("q", struct.unpack("q", counts[8:])[0] + 1)
        super().add()

with open(sys.argv[2], "r+b") as file:
    counts = mmap.mmap(file.fileno(), 16)
writer = EventWriter(Path(sys.argv[1]), salt="s", queue={KILLED_QUEUE}, batch={KILLED_QUEUE}, interval=0.1)
writer._queue.drops = VisibleTally()
events = writer.session("player", Choice("original", "original", Reason.SHARE, 1), "hud")
writer.flush()
print("plays", flush=True)
number = 0
while True:
    number += 1
    counts[:8] = struct.pack("q", number)
    events.frame(float(number))
    if number % 20 == 0:
        time.sleep(0.002)
"""


def writer(folder: Path, **options: object) -> EventWriter:
    return EventWriter(folder, **{"salt": "s", "interval": 60.0, **options})


def read(folder: Path) -> pd.DataFrame:
    frames = [pq.ParquetFile(path).read().to_pandas() for path in event_files(folder)]
    return pd.concat(frames, ignore_index=True) if frames else SCHEMA.empty_table().to_pandas()


def test_every_event_is_in_a_file_with_all_its_members(tmp_path: Path) -> None:
    with writer(tmp_path, clock=lambda: NOON, source=Source.SIMULATED) as one:
        events = one.session(KEY, CHOICE, "hud")
        events.frame(0.004)
        events.frame(0.02, missed=0.05)
        events.error()
    table = read(tmp_path)
    assert list(zip(table.metric, table.value, strict=True)) == [
        ("session", 1.0),
        ("frame time", 0.004),
        ("frame time", 0.02),
        ("missed frame", 0.05),
        ("error", 1.0),
    ]
    assert set(table.session) == {session_of("s", KEY)}
    assert (set(table.arm), set(table.flag_version), set(table.reason)) == ({"refactored"}, {7}, {"share"})
    assert (set(table.scenario), set(table.source)) == ({"hud"}, {"simulated"})
    assert set(table.time) == {pd.Timestamp(NOON, unit="s", tz="UTC")}
    assert set(table.day) == {dt.date(2026, 12, 1)}
    assert list(table.bin) == [bin_of(value) for value in table.value]


def test_a_file_has_the_declared_columns_and_lies_in_the_folder_of_its_day(tmp_path: Path) -> None:
    with writer(tmp_path, clock=lambda: NOON) as one:
        one.session(KEY, CHOICE, "hud")
    (path,) = event_files(tmp_path)
    assert path.parent.name == "2026-12-01"
    assert pq.read_schema(path).equals(SCHEMA)


def test_a_batch_over_midnight_is_written_to_both_days(tmp_path: Path) -> None:
    times = iter([NOON, NOON + 43_199.9, NOON + 43_200, NOON + 43_200.1])
    with writer(tmp_path, clock=lambda: next(times)) as one:
        events = one.session(KEY, CHOICE, "hud")
        events.frame(1.0)
        events.frame(2.0)
    days = {path.parent.name: list(pq.ParquetFile(path).read()["value"].to_pylist()) for path in event_files(tmp_path)}
    assert days == {"2026-12-01": [1.0, 1.0], "2026-12-02": [2.0]}


def test_no_file_holds_the_key(tmp_path: Path) -> None:
    with writer(tmp_path) as one:
        one.session(KEY, CHOICE, "hud").frame(0.004)
    content = b"".join(path.read_bytes() for path in event_files(tmp_path))
    assert KEY.encode() not in content
    assert KEY not in read(tmp_path).to_csv()


def test_what_does_not_fit_in_the_queue_is_counted_and_reported(tmp_path: Path) -> None:
    one = writer(tmp_path, queue=10, batch=10)
    with one._writing:  # the thread waits as it does for a slow disk
        events = one.session(KEY, CHOICE, "hud")
        for _ in range(14):
            events.frame(0.004)
    one.close()
    assert one.dropped == 5
    assert len(read(tmp_path)) == 10
    assert dropped_in(event_files(tmp_path)) == 5


def test_a_writer_says_how_many_events_it_wrote_and_when(tmp_path: Path) -> None:
    times = iter(range(100))
    with writer(tmp_path, clock=lambda: NOON + next(times)) as one:
        assert (one.written, one.last_written) == (0, None)
        events = one.session(KEY, CHOICE, "hud")
        events.frame(0.004)
        one.flush()
        assert (one.written, one.last_written) == (2, NOON + 2)
        events.frame(0.004)
        assert one.written == 2
    assert one.written == len(read(tmp_path)) == 3
    assert one.last_written == NOON + 4


def test_who_asks_what_was_written_does_not_wait_for_a_slow_disk(tmp_path: Path) -> None:
    one = writer(tmp_path)
    answers: list[tuple[int, int, float | None]] = []
    with one._writing:
        asking = threading.Thread(target=lambda: answers.append((one.dropped, one.written, one.last_written)))
        asking.start()
        asking.join(60)
        assert answers == [(0, 0, None)]
    one.close()


def test_drops_after_the_last_batch_are_reported_by_a_file_without_events(tmp_path: Path) -> None:
    one = writer(tmp_path)
    events = one.session(KEY, CHOICE, "hud")
    one.close()
    events.frame(0.004)
    one.close()
    assert one.dropped == dropped_in(event_files(tmp_path)) == 1
    assert len(read(tmp_path)) == 1


def repeat(call: Callable[..., None], times: int, *arguments: float) -> None:
    for _ in range(times):
        call(*arguments)


def test_a_tally_counts_what_threads_add_at_once() -> None:
    tally = Tally()
    threads = [threading.Thread(target=repeat, args=(tally.add, 20_000)) for _ in range(4)]
    for thread in threads:
        thread.start()
    totals = [tally.total() for _ in range(100)]
    for thread in threads:
        thread.join()
    assert tally.total() == tally.total() == 80_000
    assert totals == sorted(totals)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "slow"])
def test_a_value_that_is_no_finite_number_is_dropped_alone(tmp_path: Path, value: float) -> None:
    with writer(tmp_path) as one:
        events = one.session(KEY, CHOICE, "hud")
        events.frame(value)
        events.frame(0.004)
    assert list(read(tmp_path).value) == [1.0, 0.004]
    assert one.dropped == dropped_in(event_files(tmp_path)) == 1


def test_a_scenario_that_no_file_can_hold_is_written_readably(tmp_path: Path) -> None:
    with writer(tmp_path) as one:
        one.session("\udcff", CHOICE, "h\udcffud")
    assert list(read(tmp_path).scenario) == ["h?ud"]


def test_sessions_whose_frames_are_left_out_are_the_same_each_time_and_have_their_errors(tmp_path: Path) -> None:
    with writer(tmp_path, share=0.25) as one:
        sessions = [one.session(f"player-{number}", CHOICE, "hud") for number in range(400)]
        for events in sessions:
            events.frame(0.004)
            events.error()
    table = read(tmp_path)
    counts = table.metric.value_counts()
    assert counts["session"] == counts["error"] == 400
    recorded = set(table[table.metric == "frame time"].session)
    assert recorded == {number for number in set(table.session) if is_sampled(number, 0.25)}
    assert recorded == {session_of("s", f"player-{i}") for i, events in enumerate(sessions) if events.is_recorded}
    assert 70 <= len(recorded) <= 130


def test_which_frames_are_recorded_does_not_depend_on_the_bucket_of_the_flag() -> None:
    low = [key for key in (f"player-{number}" for number in range(4_000)) if bucket("s", key) < 1_000]
    recorded = sum(is_sampled(session_of("s", key), 0.1) for key in low)
    assert 0.05 < recorded / len(low) < 0.15


def test_a_folder_that_cannot_be_written_costs_events_and_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "events"
    place.write_text("a file")
    one = writer(place)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            one.session(KEY, CHOICE, "hud")
            one.flush()
        one.close()
    assert one.dropped == 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_removed_folder_is_not_made_again_and_one_that_returns_is_used(tmp_path: Path) -> None:
    place = tmp_path / "events"
    one = writer(place)
    place.rmdir()
    one.session(KEY, CHOICE, "hud")
    one.flush()
    assert not place.exists()
    place.mkdir()
    one.session(KEY, CHOICE, "hud")
    one.close()
    assert one.dropped == dropped_in(event_files(place)) == 1
    assert len(read(place)) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_costs_events_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:  # noqa: ARG001
        Path("/dev/full").write_bytes(content)

    monkeypatch.setattr("unitdocs.experiment.writing.write_atomically", full)
    with writer(tmp_path) as one:
        one.session(KEY, CHOICE, "hud").frame(0.004)
    assert one.dropped == 2
    assert event_files(tmp_path) == ()


def test_two_writers_in_one_folder_have_files_of_their_own(tmp_path: Path) -> None:
    writers = [writer(tmp_path, batch=10, queue=1_000) for _ in range(2)]
    for one in writers:
        events = one.session(KEY, CHOICE, "hud")
        for _ in range(99):
            events.frame(0.004)
    for one in writers:
        one.close()
    assert len(read(tmp_path)) == 200
    assert len({path.name.split("-")[0] for path in event_files(tmp_path)}) == 2


def test_several_threads_may_use_one_session(tmp_path: Path) -> None:
    with writer(tmp_path, queue=50_000, batch=1_000, interval=0.05) as one:
        events = one.session(KEY, CHOICE, "hud")
        threads = [threading.Thread(target=repeat, args=(events.frame, 5_000, 0.004)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read(tmp_path)) + one.dropped == 20_001


def test_a_full_batch_and_a_due_one_are_written_while_the_game_runs(tmp_path: Path) -> None:
    one = writer(tmp_path, batch=5, queue=100)
    events = one.session(KEY, CHOICE, "hud")
    for _ in range(4):
        events.frame(0.004)
    wait_until(lambda: len(read(tmp_path)) == 5)
    events.frame(0.004)
    assert not one.look(waited=1.0)
    assert one.look(waited=60.0)
    assert len(read(tmp_path)) == 6
    one.close()


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_game_that_ends_without_closing_loses_nothing(tmp_path: Path) -> None:
    run_game(
        tmp_path,
        """
        EventWriter(folder, salt="s").session("player", choice, "hud").frame(0.004)
        """,
    )
    assert list(read(tmp_path).metric) == ["session", "frame time"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
def test_after_a_fork_both_processes_write_their_own_events_once(tmp_path: Path) -> None:
    run_game(
        tmp_path,
        """
        import os
        writer = EventWriter(folder, salt="s", interval=60.0)
        events = writer.session("player", choice, "hud")
        with writer._writing:
            child = os.fork()
        if child == 0:
            events.frame(2.0)
            writer.close()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        events.frame(1.0)
        writer.close()
        """,
    )
    assert sorted(read(tmp_path).value) == [1.0, 1.0, 2.0]
    assert len({path.name.split("-")[0] for path in event_files(tmp_path)}) == 2


def run_game(folder: Path, code: str) -> None:
    lines = [
        "import sys, warnings",
        "from pathlib import Path",
        "from unitdocs.experiment.writing import EventWriter",
        "from unitdocs.flags import Choice, Reason",
        "folder, choice = Path(sys.argv[1]), Choice('original', 'original', Reason.SHARE, 1)",
        *(line.removeprefix(" " * 8) for line in code.splitlines()),
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines), str(folder)], check=True, timeout=120)


def killed_game(folder: Path, after: float) -> tuple[int, pd.DataFrame, int]:
    """Return how many frames a killed game had recorded, its events, and how many of them it dropped."""
    folder.mkdir()
    counter = folder / "count"
    counter.write_bytes(bytes(16))
    with subprocess.Popen(
        [sys.executable, "-c", PLAYS, str(folder / "events"), str(counter)], stdout=subprocess.PIPE
    ) as game:
        assert game.stdout
        game.stdout.readline()
        time.sleep(after)
        game.send_signal(signal.SIGKILL)
    frames, dropped = struct.unpack("qq", counter.read_bytes())
    return frames, read(folder / "events"), dropped


@pytest.mark.parametrize("points", [3, pytest.param(20, marks=pytest.mark.long)])
def test_a_killed_game_loses_at_most_one_batch_and_leaves_whole_files(tmp_path: Path, points: int) -> None:
    rng = random.Random(5)
    lost = []
    for point in range(points):
        frames, events, dropped = killed_game(tmp_path / str(point), rng.uniform(0.2, 1.2))
        numbers = np.sort(events[events.metric == "frame time"].value.to_numpy())
        assert len(set(numbers)) == len(numbers), "an event is there twice"
        assert len(events) > 0
        assert dropped_in(event_files(tmp_path / str(point) / "events")) <= dropped
        lost.append(frames + 1 - len(events) - dropped)
    assert max(lost) <= KILLED_QUEUE + 1  # the frame that was being recorded besides


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"salt": ""}, "salt: is empty"),
        ({"batch": 0}, "batch: expected 1 to queue"),
        ({"batch": 11, "queue": 10}, "batch: expected 1 to queue"),
        ({"interval": 0}, "interval: expected seconds above 0"),
        ({"every": 0}, "every: expected a whole number from 1 to 1,000,000, got 0"),
        ({"every": 1.5}, "every: expected a whole number"),
        ({"every": "2"}, "every: expected a whole number"),
        ({"share": 1.5}, "share: expected 0 to 1"),
        ({"name": "../x"}, "name: expected letters"),
        ({"name": "_server"}, "name: expected letters"),
        ({"name": "sérver"}, "name: expected letters"),
    ],
)
def test_wrong_options_are_refused_with_a_sentence(tmp_path: Path, wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=f"EventWriter: {sentence}"):
        writer(tmp_path, **wrong)


@given(strategies.lists(strategies.floats(allow_nan=False), min_size=1))
def test_bins_of_many_values_are_those_of_each(values: list[float]) -> None:
    assert list(bins_of(np.array(values))) == [bin_of(value) for value in values]


def test_the_smallest_and_largest_floats_have_a_bin_that_a_file_can_hold() -> None:
    assert bin_of(5e-324) == LEAST_BIN + 1
    assert bin_of(sys.float_info.max) == LARGEST_BIN
    assert list(bins_of(np.array([0.0, -1.0, np.inf]))) == [LEAST_BIN, LEAST_BIN, LARGEST_BIN]


def test_metrics_are_written_by_their_names(tmp_path: Path) -> None:
    with writer(tmp_path) as one:
        events = one.session(KEY, CHOICE, "hud")
        events.frame(1.0, missed=1.0)
        events.error()
    assert set(read(tmp_path).metric) == {metric.value for metric in EventMetric}


def test_writing_imports_nothing_that_a_frame_would_wait_for(tmp_path: Path) -> None:
    run_game(
        tmp_path,
        """
        writer = EventWriter(folder, salt="s")
        loaded = set(sys.modules)
        writer.session("player", choice, "hud").frame(0.004)
        writer.close()
        later = set(sys.modules) - loaded
        assert not later, later
        assert not {"pandas", "scipy", "pydantic"} & loaded
        """,
    )
    assert len(read(tmp_path)) == 2
