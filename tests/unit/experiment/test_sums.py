"""Sums of events by both engines, on files as games leave them and on files that do not belong there."""

import datetime as dt
import gc
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from unitdocs.errors import InputError
from unitdocs.experiment import sums as sums_module
from unitdocs.experiment.engines import Engine, check_java, connected, start_spark
from unitdocs.experiment.events import SCHEMA, EventMetric, Source, bin_of
from unitdocs.experiment.sums import HISTOGRAM_KEYS, SESSION_KEYS, EventSums, read_sums
from unitdocs.experiment.usable_files import EventFiles, find_files
from unitdocs.experiment.writing import METADATA

DAY = dt.date(2026, 11, 30)
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # Spark leaves them to the collector
BOTH = pytest.mark.parametrize("engine", [*Engine])


@pytest.fixture(scope="module", autouse=True)
def _spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    session = start_spark(tmp_path_factory.mktemp("spark"), threads=1)
    yield
    session.stop()


@pytest.fixture(autouse=True)
def _no_sockets_for_other_tests() -> Iterator[None]:
    yield
    gc.collect()


def made_events(count: int, *, seed: int = 1, source: Source = Source.PRODUCTION, day: dt.date = DAY) -> pa.Table:
    rng = np.random.default_rng(seed)
    sessions = rng.integers(-(2**63), 2**63 - 1, 40)
    chosen = rng.integers(0, 40, count)
    metrics = rng.choice([str(one) for one in EventMetric], count)
    values = rng.lognormal(-5, 1, count)
    midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
    columns = {
        "session": sessions[chosen],
        "arm": np.where(chosen % 2, "original", "refactored"),
        "flag_version": 1 + chosen % 3,
        "reason": np.where(chosen % 7, "share", "allowed"),
        "scenario": rng.choice(["menu", "inventory \u2603"], count),
        "metric": metrics,
        "value": values,
        "bin": np.array([bin_of(value) for value in values], dtype=np.int16),
        "time": [midnight + dt.timedelta(seconds=int(second)) for second in rng.integers(0, 86_400, count)],
        "day": [day] * count,
        "source": [str(source)] * count,
    }
    return pa.table(columns).cast(SCHEMA)


def saved(table: pa.Table, folder: Path, name: str, day: dt.date = DAY) -> Path:
    path = folder / day.isoformat() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")
    return path


def with_values(table: pa.Table, values: list[float]) -> pa.Table:
    changed = np.array(table["value"]).copy()
    changed[: len(values)] = values
    return table.set_column(SCHEMA.get_field_index("value"), SCHEMA.field("value"), pa.array(changed))


def assert_equal(sums: EventSums, expected: EventSums) -> None:
    """Counts and keys are equal; sums to a relative 1e-9."""
    assert_frame_equal(sums.histograms, expected.histograms)
    assert_frame_equal(sums.sessions, expected.sessions, rtol=1e-9, atol=0)


def summed(table: pa.Table) -> pd.DataFrame:
    """Return the sums of each session as pandas adds them up."""
    frame = table.to_pandas().astype(dict.fromkeys(("arm", "reason", "scenario", "metric"), str))
    frame["is_assigned"] = frame["reason"] == "share"
    frame["square"] = frame["value"] ** 2
    groups = frame.groupby(SESSION_KEYS, sort=True)
    return groups.agg(n=("value", "size"), total=("value", "sum"), squares=("square", "sum")).reset_index()


@BOTH
def test_the_sums_of_sessions_are_those_that_pandas_gives(engine: Engine, tmp_path: Path) -> None:
    events = made_events(2_000)
    saved(events.slice(0, 900), tmp_path, "a-000001.parquet")
    saved(events.slice(900), tmp_path, "b-000001.parquet")
    sums = read_sums(tmp_path, engine=engine)
    assert_frame_equal(sums.sessions, summed(events), check_dtype=False, rtol=1e-9, atol=0)
    assert sums.notes == ()


@BOTH
def test_a_histogram_counts_each_event_once(engine: Engine, tmp_path: Path) -> None:
    events = made_events(2_000)
    saved(events, tmp_path, "a-000001.parquet")
    histograms = read_sums(tmp_path, engine=engine).histograms
    assert histograms["n"].sum() == 2_000
    assert not histograms.duplicated(HISTOGRAM_KEYS).any()
    bins = pd.Series(np.array(events["bin"])).value_counts()
    assert histograms.groupby("bin")["n"].sum().to_dict() == bins.to_dict()


def test_both_engines_agree_exactly_on_counts_and_to_a_billionth_on_sums(tmp_path: Path) -> None:
    for number in range(3):
        day = DAY + dt.timedelta(days=number)
        saved(made_events(3_000, seed=number, day=day), tmp_path, "a-000001.parquet", day)
    duckdb = read_sums(tmp_path, engine=Engine.DUCKDB)
    assert duckdb.sessions["day"].nunique() == 3
    assert_equal(read_sums(tmp_path, engine=Engine.SPARK), duckdb)


@BOTH
def test_only_production_counts_unless_another_source_is_named(engine: Engine, tmp_path: Path) -> None:
    saved(made_events(100), tmp_path, "a-000001.parquet")
    saved(made_events(50, source=Source.SIMULATED), tmp_path, "b-000001.parquet")
    assert read_sums(tmp_path, engine=engine).sessions["n"].sum() == 100
    simulated = read_sums(tmp_path, engine=engine, sources=(Source.SIMULATED,))
    assert simulated.sessions["n"].sum() == 50
    assert simulated.notes == ("events with the source production are left out",)


@BOTH
def test_a_folder_without_events_gives_empty_sums(engine: Engine, tmp_path: Path) -> None:
    sums = read_sums(tmp_path, engine=engine)
    assert (len(sums.sessions), len(sums.histograms)) == (0, 0)
    assert list(sums.sessions.columns) == [*SESSION_KEYS, "n", "total", "squares"]


@BOTH
def test_files_that_cannot_be_used_are_left_out_and_named(engine: Engine, tmp_path: Path) -> None:
    events = made_events(300)
    saved(events, tmp_path, "a-000001.parquet")
    whole = saved(events, tmp_path, "cut.parquet")
    whole.write_bytes(whole.read_bytes()[:-200])
    saved(pa.table({"city": ["Bern"]}), tmp_path, "foreign.parquet")
    saved(events.drop_columns(["bin"]), tmp_path, "lacking.parquet")
    gaps = pa.array([None] * 300, SCHEMA.field("session").type)
    saved(events.set_column(0, "session", gaps), tmp_path, "gaps.parquet")
    saved(events.set_column(2, "flag_version", pa.array(["1"] * 300)), tmp_path, "text.parquet")
    (tmp_path / DAY.isoformat() / "empty.parquet").touch()
    (tmp_path / DAY.isoformat() / ".a-000002.parquet.part").write_bytes(b"PAR1")
    (tmp_path / "loose.parquet").write_bytes(b"PAR1")
    sums = read_sums(tmp_path, engine=engine)
    assert sums.sessions["n"].sum() == 300
    places = {Path(note.partition(":")[0]).name: note.partition(": ")[2] for note in sums.notes}
    assert places == {
        "cut.parquet": "is not a whole Parquet file; it is left out",
        "empty.parquet": "is not a whole Parquet file; it is left out",
        "foreign.parquet": "has no column session, arm, flag_version, reason, scenario, metric, value, bin, day and "
        "source; it is left out",
        "gaps.parquet": "column session has gaps; it is left out",
        "lacking.parquet": "has no column bin; it is left out",
        "loose.parquet": "is not in the folder of a day; it is left out",
        "text.parquet": "column flag_version holds string, not int64; it is left out",
    }


@BOTH
def test_a_file_that_is_damaged_in_the_middle_is_left_out_and_named(engine: Engine, tmp_path: Path) -> None:
    saved(made_events(300), tmp_path, "a-000001.parquet")
    path = saved(made_events(300, seed=2), tmp_path, "damaged.parquet")
    content = bytearray(path.read_bytes())
    content[4:2_000] = bytes(1_996)
    path.write_bytes(content)
    sums = read_sums(tmp_path, engine=engine)
    assert sums.sessions["n"].sum() == 300
    assert len(sums.notes) == 1
    assert "damaged.parquet" in sums.notes[0]


@BOTH
def test_values_that_are_no_numbers_are_left_out_and_counted(engine: Engine, tmp_path: Path) -> None:
    events = made_events(300)
    saved(with_values(events, [math.nan, math.inf, -math.inf, 1e200]), tmp_path, "a-000001.parquet")
    sums = read_sums(tmp_path, engine=engine)
    expected = summed(events.slice(4))
    assert_frame_equal(sums.sessions, expected, check_dtype=False, rtol=1e-9, atol=0)
    assert sums.histograms["n"].sum() == 296
    assert sums.notes == ("4 values that are no numbers or beyond 1e+150 in size are left out",)


@BOTH
def test_parts_are_not_counted_besides_the_file_that_replaces_them(engine: Engine, tmp_path: Path) -> None:
    events = made_events(300)
    saved(events.slice(0, 100), tmp_path, "a-000001.parquet")
    saved(events.slice(100), tmp_path, "a-000002.parquet")
    note = {METADATA: json.dumps({"dropped": 7, "parts": ["a-000001.parquet", "a-000002.parquet"]}).encode()}
    saved(events.replace_schema_metadata(note), tmp_path, "merged-1.parquet")
    sums = read_sums(tmp_path, engine=engine)
    assert sums.sessions["n"].sum() == 300
    assert sums.dropped == 7


@BOTH
def test_characters_of_patterns_in_a_folder_s_name_are_characters(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "a [1] {b,c} * ? %20"
    saved(made_events(10), folder, "a-000001.parquet")
    assert read_sums(folder, engine=engine).sessions["n"].sum() == 10


@BOTH
def test_words_that_another_writer_does_not_hold_as_a_dictionary_are_the_same(engine: Engine, tmp_path: Path) -> None:
    events = made_events(100)
    plain = pa.schema([pa.field(one.name, pa.string()) if pa.types.is_dictionary(one.type) else one for one in SCHEMA])
    saved(events, tmp_path, "a-000001.parquet")
    expected = read_sums(tmp_path, engine=engine)
    saved(events.cast(plain), tmp_path, "a-000001.parquet")
    assert_equal(read_sums(tmp_path, engine=engine), expected)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent: cannot be read \(No such file or directory\); give a folder of"):
        read_sums(tmp_path / "absent")


def test_spark_says_which_files_it_would_skip_by_their_names(tmp_path: Path) -> None:
    saved(made_events(10), tmp_path, "_a-000001.parquet")
    assert read_sums(tmp_path).sessions["n"].sum() == 10
    with pytest.raises(InputError, match=r"_a-000001.parquet: Spark reads no file whose name begins with _; rename it"):
        read_sums(tmp_path, engine=Engine.SPARK)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"threads": 0}, "threads: expected at least 1, got 0"),
        ({"memory": "much"}, "memory: expected a size such as 1GB or 500MB, got much"),
    ],
)
def test_settings_of_an_engine_are_checked(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence), connected(Engine.DUCKDB, **settings):
        pass


def test_an_absent_java_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="Spark needs Java, which is not on the path; install Java 17, or use duckdb"):
        check_java()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ('openjdk version "11.0.2" 2019', "is Java 11, and Spark needs 17 or 21; install Java 17, or use duckdb"),
        ('java version "1.8.0_392"', "is Java 1, and Spark"),
        ("hello", "does not say that it is Java, and Spark needs"),
    ],
)
def test_another_version_of_java_is_named(
    answer: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{answer}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(InputError, match=sentence):
        check_java()


@BOTH
def test_files_that_are_merged_while_they_are_read_are_found_again(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = made_events(300)
    part = saved(events, tmp_path, "a-000001.parquet")
    found = []

    def find_and_merge(folder: Path, sources: object) -> EventFiles:
        found.append(find_files(folder, sources))
        if part.exists():
            part.rename(part.with_name("merged-1.parquet"))
        return found[-1]

    monkeypatch.setattr(sums_module, "find_files", find_and_merge)
    assert read_sums(tmp_path, engine=engine).sessions["n"].sum() == 300
    assert len(found) == 2
