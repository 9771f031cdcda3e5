"""Sampling of frames: what is recorded of a session's frames says the same as all of them."""

import math
import random
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from unitdocs.experiment.columns import SessionLabels
from unitdocs.experiment.events import EventMetric, Source
from unitdocs.experiment.keeping import event_files, tidy
from unitdocs.experiment.observing import observe
from unitdocs.experiment.sums import read_sums
from unitdocs.experiment.usable_files import find_files
from unitdocs.experiment.writing import METADATA, EventQueue, EventWriter, FileNote, FrameGaps, SessionEvents
from unitdocs.flags import Choice, Reason
from unitdocs.studies import GateKind, PlannedGate

NOON = 1_796_126_400.0  # 2026-12-01
GATES = [
    PlannedGate(metric="frame time", kind=GateKind.MEAN, margin=0.02, limit=0.05),
    PlannedGate(metric="missed frame", kind=GateKind.SHARE, margin=0.02, limit=0.05),
]
LABELS = SessionLabels(1, "original", 1, "share", "hud")


def session(every: int, seed: int, *, is_recorded: bool = True) -> SessionEvents:
    return SessionEvents(EventQueue(10**6), LABELS, lambda: NOON, FrameGaps(every, seed), is_recorded=is_recorded)


def due(events: SessionEvents, frames: int) -> list[int]:
    """Return the numbers of the frames that are due, from 0."""
    return [number for number in range(frames) if events.is_due()]


@pytest.mark.parametrize("every", [1, 2, 7, 50])
def test_gaps_have_their_mean_and_vary(every: int) -> None:
    gaps = FrameGaps(every, seed=1)
    numbers = [gaps.draw() for _ in range(20_000)]
    assert min(numbers) >= 1
    error = math.sqrt(every * (every - 1) / len(numbers))
    assert abs(np.mean(numbers) - every) <= 4 * error
    assert (len(set(numbers)) > 1) == (every > 1)


def test_the_first_and_any_later_frame_have_the_same_chance() -> None:
    counts = np.zeros(30)
    for seed in range(20_000):
        counts[due(session(10, seed), 30)] += 1
    error = math.sqrt(0.1 * 0.9 / 20_000)
    assert (np.abs(counts / 20_000 - 0.1) < 4.5 * error).all()


def test_one_seed_gives_the_same_frames_and_another_gives_others() -> None:
    assert due(session(10, 3), 1_000) == due(session(10, 3), 1_000) != due(session(10, 4), 1_000)


def test_each_frame_is_due_without_sampling_and_none_of_a_session_that_is_left_out() -> None:
    assert due(session(1, 1), 5) == [0, 1, 2, 3, 4]
    assert due(session(1, 1, is_recorded=False), 5) == []


@pytest.mark.parametrize("period", [10, 5, 20])
def test_periodic_work_has_the_share_in_the_sample_that_it_has_in_all_frames(period: int) -> None:
    means = []
    for seed in range(3_000):
        events = session(10, seed)
        values = [9.0 if number % period == 0 else 1.0 for number in due(events, 400)]
        means.append(np.mean(values))
    truth = 1.0 + 8.0 / period
    assert abs(np.mean(means) - truth) < 4 * np.std(means) / math.sqrt(len(means))


def test_threads_that_share_a_session_never_stop_its_sampling() -> None:
    events = session(3, 1)
    found = [0] * 4

    def ask(place: int) -> None:
        for _ in range(20_000):
            found[place] += events.is_due()

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) > 80_000 / 3 / 2
    assert any(events.is_due() for _ in range(1_000))


def written(folder: Path, *, frames: Callable[[random.Random, int], float], sessions: int, **options: object) -> None:
    """Write sessions of both arms as a game does that asks before each frame; one in five sessions misses a frame."""
    with EventWriter(
        folder, **{"salt": "s", "queue": 10**6, "batch": 10**6, "interval": 60.0, "clock": lambda: NOON, **options}
    ) as writer:
        for player in range(sessions):
            values = random.Random(player)
            arm = ("original", "refactored")[player % 2]
            events = writer.session(f"player-{player}", Choice(arm, arm, Reason.SHARE, 1), "hud")
            for number in range(200):
                seconds = frames(values, number) * (1.1 if arm == "refactored" else 1.0)
                missed = 0.05 if number == 17 and player % 5 == 0 else 0.0
                if events.is_due():
                    events.frame(seconds, missed)
                elif missed:
                    events.missed(missed)


def uneven(values: random.Random, number: int) -> float:
    """Return the time of a frame: now and then the work of many frames is done at once."""
    return 0.001 * values.lognormvariate(0.0, 0.1) * (5.0 if number % 20 == 0 else 1.0)


def test_sums_of_recorded_frames_estimate_the_means_and_the_ratio_of_all(tmp_path: Path) -> None:
    seen = []
    for name, every in (("all", 1), ("some", 20)):
        written(tmp_path / name, frames=uneven, sessions=2_000, every=every, seed=5)
        seen.append(observe(read_sums(tmp_path / name).sessions, {1: 0.5}, GATES))
    (full,), (sampled,) = (one.means[0].strata for one in seen)
    for arm in ("control", "treatment"):
        every_frame, some = getattr(full, arm), getattr(sampled, arm)
        assert abs(some.mean - every_frame.mean) < 4 * math.sqrt(some.variance / some.sessions)
        assert some.variance > every_frame.variance
        assert some.sessions == every_frame.sessions == 1_000
    ratio = sampled.treatment.mean / sampled.control.mean
    assert abs(math.log(ratio / 1.1)) < 4 * math.sqrt(seen[1].means[0].covariance[0][0])


def test_missed_frames_are_all_there_whatever_is_sampled(tmp_path: Path) -> None:
    shares = []
    for name, options in (("all", {"every": 1}), ("frames", {"every": 20}), ("sessions", {"share": 0.1})):
        written(tmp_path / name, frames=uneven, sessions=200, **options)
        shares.append(observe(read_sums(tmp_path / name).sessions, {1: 0.5}, GATES).shares)
    assert shares[0] == shares[1] == shares[2]
    (cell,) = shares[0][0].cells
    assert (cell.control_hits, cell.control_sessions) == (20, 100)


NOTE = "frame times are those of one frame in {}, chosen by chance; all missed frames are there"


def test_a_note_says_that_frames_are_sampled_also_when_days_are_merged(tmp_path: Path) -> None:
    for every in (20, 1):
        written(tmp_path, frames=uneven, sessions=40, every=every)
    assert NOTE.format("1 to 20") in read_sums(tmp_path).notes
    assert tidy(tmp_path, 90, NOON + 3 * 86_400).parts == 2
    assert NOTE.format("1 to 20") in read_sums(tmp_path).notes


def test_a_game_that_records_each_frame_without_asking_has_not_sampled(tmp_path: Path) -> None:
    with EventWriter(tmp_path, salt="s", every=20) as writer:
        events = writer.session("player", Choice("original", "original", Reason.SHARE, 1), "hud")
        for _ in range(100):
            events.frame(0.001)
    assert find_files(tmp_path, (Source.PRODUCTION,)).notes == ()
    sessions = read_sums(tmp_path).sessions
    assert list(sessions[sessions.metric == EventMetric.FRAME_TIME].n) == [100]


def test_a_file_of_the_earlier_form_can_be_read(tmp_path: Path) -> None:
    written(tmp_path, frames=uneven, sessions=4, every=1)
    (path,) = event_files(tmp_path)
    table = pq.ParquetFile(path).read()
    earlier = b'{"format_version": 1, "dropped": 3, "parts": []}'
    pq.write_table(table.replace_schema_metadata({METADATA: earlier}), path)
    assert FileNote.of({METADATA: earlier}) == FileNote(dropped=3)
    sums = read_sums(tmp_path)
    assert (sums.dropped, sums.notes, len(sums.sessions)) == (3, (), 4 * 2 + 1)
