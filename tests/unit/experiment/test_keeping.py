"""Keeping a folder of events: one file a finished day, old days removed, nothing lost or doubled at any point."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from unitdocs.cli.program import app
from unitdocs.errors import InputError
from unitdocs.experiment import keeping
from unitdocs.experiment.keeping import dropped_in, event_files, tidy
from unitdocs.experiment.writing import EventWriter
from unitdocs.files.locks import locked
from unitdocs.flags import Choice, Reason

NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC).timestamp()
DAY = 86_400.0
POINTS = 12
KILLED = """
import os, signal, sys
from pathlib import Path
from unitdocs.experiment import keeping

left = 0

def listen(event, arguments):
    global left
    if event in {"os.remove", "os.rename"}:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

for point in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        left = point
        sys.addaudithook(listen)
        keeping.tidy(Path(sys.argv[1], str(point)), 90, float(sys.argv[3]))
        os._exit(0)
    print("killed" if os.waitpid(child, 0)[1] else "whole")
"""
CHOICE = Choice("refactored", "refactored", Reason.SHARE, 7)


def write_day(folder: Path, day: int, first: int, files: int = 3) -> None:
    """Write files of four events each, whose values are numbers from the first on; each writer drops one event."""
    for number in range(files):
        with EventWriter(folder, salt="s", queue=4, batch=4, clock=lambda: NOON + day * DAY) as writer:
            with writer._writing:
                events = writer.session(f"player-{number}", CHOICE, f"scene-{number}")
                for value in range(3):
                    events.frame(float(first + number * 3 + value))
                events.error()
            assert writer.dropped == 1


def values(folder: Path) -> list[float]:
    """Return the times of frames in a folder."""
    tables = [pq.ParquetFile(path).read() for path in event_files(folder)]
    rows = pa.concat_tables([table.replace_schema_metadata(None) for table in tables]).to_pylist() if tables else []
    return sorted(row["value"] for row in rows if row["metric"] == "frame time")


def numbers(count: int, first: int = 0) -> list[float]:
    return [float(number) for number in range(first, first + count)]


def test_each_finished_day_has_one_file_with_all_its_events(tmp_path: Path) -> None:
    for day in range(3):
        write_day(tmp_path, day, 100 * day)
    report = tidy(tmp_path, 90, NOON + 2 * DAY)
    assert report == keeping.TidyReport(("2026-12-01", "2026-12-02"), 6, ())
    assert [path.parent.name for path in tmp_path.rglob("*.parquet")].count("2026-12-01") == 1
    assert len(list((tmp_path / "2026-12-03").glob("*.parquet"))) == 3
    assert values(tmp_path) == numbers(9) + numbers(9, 100) + numbers(9, 200)
    assert dropped_in(event_files(tmp_path)) == 9


def test_what_arrives_late_joins_the_day(tmp_path: Path) -> None:
    write_day(tmp_path, 0, 0)
    tidy(tmp_path, 90, NOON + DAY)
    write_day(tmp_path, 0, 9, files=1)
    assert tidy(tmp_path, 90, NOON + DAY).parts == 2
    assert len(list(tmp_path.rglob("*.parquet"))) == 1
    assert values(tmp_path) == numbers(12)
    assert dropped_in(event_files(tmp_path)) == 4
    assert tidy(tmp_path, 90, NOON + DAY) == keeping.TidyReport((), 0, ())


def test_days_older_than_those_kept_are_removed(tmp_path: Path) -> None:
    for day in range(4):
        write_day(tmp_path, day, 100 * day, files=1)
    (tmp_path / "notes").mkdir()
    assert tidy(tmp_path, 2, NOON + 4 * DAY).removed == ("2026-12-01", "2026-12-02")
    assert values(tmp_path) == numbers(3, 200) + numbers(3, 300)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-12-03", "2026-12-04", "notes"]


def test_wherever_tidying_is_killed_no_event_is_lost_or_doubled(tmp_path: Path) -> None:
    model = tmp_path / "model"
    write_day(model, 0, 0)
    tidy(model, 90, NOON + DAY)
    write_day(model, 0, 9, files=1)
    for point in range(POINTS):
        shutil.copytree(model, tmp_path / str(point))
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(POINTS), str(NOON + DAY)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout.split()
    assert ended.index("whole") >= 4, ended
    for point in range(POINTS):
        folder = tmp_path / str(point)
        assert values(folder) == numbers(12), point
        tidy(folder, 90, NOON + DAY)
        assert values(folder) == numbers(12), point
        assert len(list(folder.rglob("*.parquet"))) == 1
        assert dropped_in(event_files(folder)) == 4


@pytest.mark.parametrize("content", [b"", b"no Parquet"])
def test_a_file_of_another_kind_is_named_and_nothing_is_lost(tmp_path: Path, content: bytes) -> None:
    write_day(tmp_path, 0, 0)
    (tmp_path / "2026-12-01" / "other.parquet").write_bytes(content)
    with pytest.raises(InputError, match=r"other\.parquet: is not a Parquet file .* move it out of the folder"):
        tidy(tmp_path, 90, NOON + DAY)
    (tmp_path / "2026-12-01" / "other.parquet").unlink()
    assert values(tmp_path) == numbers(9)


def test_a_file_with_other_columns_is_named(tmp_path: Path) -> None:
    write_day(tmp_path, 0, 0)
    pq.write_table(pa.table({"one": [1]}), tmp_path / "2026-12-01" / "other.parquet")
    with pytest.raises(InputError, match=r"other\.parquet: has other columns"):
        tidy(tmp_path, 90, NOON + DAY)


def test_a_file_that_a_killed_writer_left_is_removed_after_an_hour(tmp_path: Path) -> None:
    write_day(tmp_path, 0, 0, files=1)
    left, fresh = (tmp_path / "2026-12-01" / f".a-{number}.parquet.x1y2z3w4" for number in range(2))
    for path in (left, fresh):
        path.write_bytes(b"half")
    os.utime(left, (1, 1))
    tidy(tmp_path, 90, NOON + DAY)
    assert (left.exists(), fresh.exists()) == (False, True)
    assert values(tmp_path) == numbers(3)


def test_one_process_tidies_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path / "tidy"), pytest.raises(InputError, match="is in use"):
        tidy(tmp_path, 90, NOON)


def test_a_row_group_is_written_when_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "ROWS", 8)
    write_day(tmp_path, 0, 0)
    tidy(tmp_path, 90, NOON + DAY)
    (path,) = event_files(tmp_path)
    assert pq.read_metadata(path).num_row_groups == 2
    assert values(tmp_path) == numbers(9)


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    write_day(tmp_path, round((time.time() - NOON) // DAY) - 2, 0)
    outputs = [
        CliRunner().invoke(app, ["experiment", "tidy", str(tmp_path), "--keep", keep]).stdout for keep in ("90", "1")
    ]
    assert outputs == [
        "merged 3 files of 1 day; removed 0 days\n",
        "merged 0 files of 0 days; removed 1 day\n",
    ]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: is no folder"):
        tidy(tmp_path / "nowhere", 90, NOON)
    for keep in (0, 36_501):
        with pytest.raises(InputError, match=f"--keep: expected 1 to 36500 days, got {keep}"):
            tidy(tmp_path, keep, NOON)
