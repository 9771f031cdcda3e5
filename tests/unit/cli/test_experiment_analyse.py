"""`unitdocs experiment analyse`: what it prints and its exit codes."""

import csv
import datetime as dt
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unitdocs.cli import program
from unitdocs.experiment.columns import SessionLabels, tables_of
from unitdocs.experiment.events import Source
from unitdocs.experiment.writing import METADATA, FileNote

DAY = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


def write_events(folder: Path, source: Source = Source.PRODUCTION, *, slower: float = 0.1) -> None:
    """Write the frames of 200 sessions, those of the refactored system slower."""
    rng = np.random.default_rng(3)
    recorded = []
    for number in range(200):
        arm, factor = (("original", 1.0), ("refactored", 1 + slower))[number % 2]
        labels = SessionLabels(number, arm, 2, "allowed" if number < 4 else "share", "menu")
        time = DAY.timestamp()
        recorded.append((labels, "session", 1.0, time))
        recorded += [(labels, "frame time", 0.004 * factor * rng.lognormal(0, 0.1), time) for _ in range(20)]
    for day, table in tables_of(recorded, source):
        place = folder / day.isoformat() / f"{source}-000001.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        note = {METADATA: FileNote(dropped=5).encoded()}
        pq.write_table(table.replace_schema_metadata(note), place)


class ProgramRun(NamedTuple):
    """What the program printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Analyse = Callable[..., ProgramRun]


@pytest.fixture
def analyse(capsys: pytest.CaptureFixture[str]) -> Analyse:
    def run(*words: str | Path) -> ProgramRun:
        with pytest.raises(SystemExit) as ended:
            program.run(["experiment", "analyse", *map(str, words)])
        printed = capsys.readouterr()
        return ProgramRun(int(ended.value.code or 0), printed.out, printed.err)

    return run


def test_a_slower_arm_is_seen_in_the_table(tmp_path: Path, analyse: Analyse) -> None:
    write_events(tmp_path)
    done = analyse(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Arms: production, 2026-11-30 to 2026-11-30, evaluated by duckdb" in done.stdout
    assert "simulated" not in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("frame time") and "means" in line)
    assert "+9." in line or "+10." in line
    assert "4 sessions not chosen by the flag's share: not compared." in done.stdout
    assert "5 events dropped by games: in no file." in done.stdout


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_simulated_sessions_are_never_without_their_name(form: str, tmp_path: Path, analyse: Analyse) -> None:
    write_events(tmp_path, Source.SIMULATED)
    done = analyse(tmp_path, "--source", "simulated", "--format", form)
    assert done.returncode == 0, done.stderr
    if form == "csv":
        assert {row["source"] for row in csv.DictReader(io.StringIO(done.stdout))} == {"simulated fleet"}
    elif form == "json":
        members = json.loads(done.stdout)
        assert members["source"] == "simulated"
        assert members["caption"].startswith("simulated fleet, ")
    else:
        assert done.stdout.count("simulated fleet, 2026-11-30") == 2


def test_both_sources_in_one_folder_are_not_mixed(tmp_path: Path, analyse: Analyse) -> None:
    write_events(tmp_path, slower=0.0)
    write_events(tmp_path, Source.SIMULATED, slower=1.0)
    done = analyse(tmp_path, "--format", "json")
    ratio = json.loads(done.stdout)["comparisons"][0]["ratio"]
    assert ratio["low"] < 1 < ratio["high"]
    assert done.stderr == "events with the source simulated are left out\n"


def test_a_folder_without_events_of_the_source_is_a_sentence(tmp_path: Path, analyse: Analyse) -> None:
    write_events(tmp_path, Source.SIMULATED)
    done = analyse(tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"unitdocs: {tmp_path}: has no events of the source production",
        "unitdocs: events with the source simulated are left out",
    ]


def test_a_foreign_file_is_left_out_and_named(tmp_path: Path, analyse: Analyse) -> None:
    write_events(tmp_path)
    pq.write_table(pa.table({"city": ["Bern"]}), tmp_path / "2026-11-30" / "cities.parquet")
    done = analyse(tmp_path)
    assert done.returncode == 0
    assert "cities.parquet: has no column session," in done.stdout


def test_a_folder_that_does_not_exist_is_named_before_spark_starts(
    tmp_path: Path, analyse: Analyse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    done = analyse(tmp_path / "absent", "--engine", "spark")
    assert (done.returncode, done.stdout) == (2, "")
    assert "absent: cannot be read (No such file or directory); give a folder of events" in done.stderr


def test_spark_without_java_is_a_sentence(tmp_path: Path, analyse: Analyse, monkeypatch: pytest.MonkeyPatch) -> None:
    write_events(tmp_path)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    done = analyse(tmp_path, "--engine", "spark")
    assert done.returncode == 2
    assert done.stderr.startswith(f"unitdocs: {tmp_path}/bin/java: Spark needs Java, which does not start")
    assert done.stderr.count("\n") == 1


def test_a_missing_spark_names_the_extra(tmp_path: Path) -> None:
    write_events(tmp_path)
    without = (
        "import sys; sys.modules['pyspark'] = None; sys.modules['pyspark.sql'] = None\n"
        "from unitdocs import cli; cli.main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", without, "experiment", "analyse", str(tmp_path), "--engine", "spark"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == 'unitdocs: pyspark is not part of this installation; install "unitdocs[spark]" to add it\n'


@pytest.mark.long
def test_spark_prints_what_duckdb_prints_and_nothing_else(tmp_path: Path) -> None:
    write_events(tmp_path)
    by_duckdb, by_spark = (
        subprocess.run(
            [sys.executable, "-m", "unitdocs.cli", "experiment", "analyse", str(tmp_path), "--engine", engine],
            capture_output=True,
            text=True,
            check=False,
        )
        for engine in ("duckdb", "spark")
    )
    assert by_spark.stderr == ""
    assert by_spark.stdout.replace("by spark", "by duckdb") == by_duckdb.stdout
