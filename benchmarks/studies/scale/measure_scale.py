"""Measure how long the sums of many events take, and how much memory, by DuckDB and by Spark.

Events are made up: seeded random numbers in files as `unitdocs experiment tidy` leaves them, one for each day, with the
events of sessions mixed. Each reading is in a process of its own. One during which other programs used much of the
machine is repeated, whatever it took, and in the end those count that were disturbed least. The files are removed.

Examples:
  python benchmarks/studies/scale/measure_scale.py                                 1, 10 and 60 million events
  python benchmarks/studies/scale/measure_scale.py --millions 0.1 --repeat 1       a try
  python benchmarks/studies/scale/measure_scale.py --out benchmarks/results/event-scale.json
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unitdocs import records
from unitdocs.bench import environment
from unitdocs.errors import InputError
from unitdocs.experiment.columns import MICROSECONDS, SECONDS_A_DAY, bins_of
from unitdocs.experiment.engines import Engine, start_spark
from unitdocs.experiment.events import SCHEMA, EventMetric
from unitdocs.experiment.keeping import MERGED, ROWS
from unitdocs.experiment.sums import SESSION_KEYS, EventSums, read_sums
from unitdocs.studies import EngineMeasure, EngineRepetition, EventCardinality, EventScale, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ARMS = ("original", "refactored")
REASONS = ("share", "allowed")
SCENARIOS = ("menu", "inventory", "battle", "shop")
METRICS = (EventMetric.FRAME_TIME, EventMetric.MISSED_FRAME, EventMetric.SESSION)
VERSIONS = 4
DAYS = 30
FIRST_DAY = dt.date(2026, 11, 1)
SESSION_EVENTS = 600
MILLION = 1_000_000
MEMORY = "1GB"
GOAL_EVENTS, GOAL_SECONDS, GOAL_BYTES = 60 * MILLION, 5.0, 1.5e9
"""The target, for DuckDB on two cores."""
MISSED_SHARE, ALLOWED_SHARE = 0.01, 0.05
"""Shares of frames that are missed, and of sessions that the flag did not choose by its share of players."""
PAUSE = 5.0
"""Seconds before a reading is repeated because of other programs."""
KIBIBYTE = 1024


class ProcessUse(NamedTuple):
    """What processes used so far.

    Args:
        seconds: seconds of CPU.
        peak: bytes of the sum of their largest resident sets.
    """

    seconds: float
    peak: int


class Reading(NamedTuple):
    """One reading, with what was read.

    Args:
        repetition: what it took.
        sessions: different sessions.
        session_rows: rows of the sums by session.
        histogram_rows: rows of the histograms.
    """

    repetition: EngineRepetition
    sessions: int
    session_rows: int
    histogram_rows: int


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure_scale.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 10, 60], help="events, in millions (1 10 60)")
    parser.add_argument("--repeat", type=int, default=3, help="readings that count, of each engine and number (3)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (1)")
    parser.add_argument(
        "--most-others", type=float, default=0.25, help="cores that others may use in a reading that counts (0.25)"
    )
    parser.add_argument("--attempts", type=int, default=12, help="readings at most, to have as many that count (12)")
    parser.add_argument(
        "--nice", type=int, default=0, help="priority over other programs: below 0 for more, which needs root (0)"
    )
    parser.add_argument("--out", type=Path, default=Path("build/event-scale.json"), help="the record's file")
    parser.add_argument("--read", nargs=2, metavar=("FOLDER", "ENGINE"), help=argparse.SUPPRESS)  # one reading
    return parser.parse_args()


def set_priority(nice: int) -> None:
    """Set the priority of this program and those that it starts, in a session of its own.

    Linux compares programs within a session by their own value, and sessions by that of the session.
    """
    try:
        if os.getsid(0) != os.getpid():
            os.setsid()
        os.setpriority(os.PRIO_PROCESS, 0, nice)
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")
    except OSError as error:
        fail(f"--nice {nice}: the system refused ({error.strerror}); measure without it when the machine is quiet")


def write_events(folder: Path, count: int, seed: int) -> None:
    """Write a file of made-up events for each day."""
    for number in range(DAYS):
        share = count // DAYS + (number < count % DAYS)
        day = FIRST_DAY + dt.timedelta(days=number)
        place = folder / day.isoformat() / f"{MERGED}{number:012x}.parquet"
        place.parent.mkdir(parents=True)
        table = made_events(np.random.default_rng([seed, number]), day, share)
        pq.write_table(table, place, compression="zstd", row_group_size=ROWS)


def made_events(rng: np.random.Generator, day: dt.date, count: int) -> pa.Table:
    """Return the events of a day, those of different sessions mixed.

    A session has one arm, version and scenario, and a speed of its own.
    """
    sessions = max(1, count // SESSION_EVENTS)
    speeds = np.exp(0.3 * rng.standard_normal(sessions))
    chosen = rng.integers(0, sessions, count)
    chosen[:sessions] = np.arange(sessions)
    metrics = (rng.random(count) < MISSED_SHARE).astype(np.int32)
    values = speeds[chosen] * 0.004 * np.exp(0.2 * rng.standard_normal(count)) + metrics / 60
    metrics[:sessions], values[:sessions] = METRICS.index(EventMetric.SESSION), 1.0
    order = rng.permutation(count)
    chosen, metrics, values = chosen[order], metrics[order], values[order]
    number = (day - dt.date(1970, 1, 1)).days
    times = np.sort(rng.integers(0, SECONDS_A_DAY * MICROSECONDS, count)) + number * SECONDS_A_DAY * MICROSECONDS
    columns = {
        "session": pa.array(rng.integers(-(2**63), 2**63 - 1, sessions)[chosen]),
        "arm": words(ARMS, rng.integers(0, len(ARMS), sessions)[chosen]),
        "flag_version": pa.array(rng.integers(1, VERSIONS + 1, sessions)[chosen]),
        "reason": words(REASONS, (rng.random(sessions) < ALLOWED_SHARE).astype(np.int32)[chosen]),
        "scenario": words(SCENARIOS, rng.integers(0, len(SCENARIOS), sessions)[chosen]),
        "metric": words([str(metric) for metric in METRICS], metrics),
        "value": pa.array(values),
        "bin": pa.array(bins_of(values)),
        "time": pa.array(times).cast(pa.timestamp("us", tz="UTC")),
        "day": pa.array(np.full(count, number, dtype=np.int32)).cast(pa.date32()),
        "source": words(("production",), np.zeros(count, dtype=np.int32)),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def words(names: Sequence[str], places: np.ndarray) -> pa.DictionaryArray:
    """Return a column of words by their places."""
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(names, pa.string()))


def read_once(folder: Path, engine: Engine, threads: int) -> None:
    """Read the sums in this process, and print what that took."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="unitdocs-", ignore_cleanup_errors=True) as scratch:
        if engine is Engine.SPARK:
            session = start_spark(Path(scratch), threads, MEMORY)
        else:
            __import__("ibis").duckdb.connect().disconnect()
        ready = time.monotonic()
        ticks, used = busy_seconds(), use_of_tree(os.getpid())
        sums = read_sums(folder, engine=engine, threads=threads, memory=MEMORY)
        ended = time.monotonic()
        now = use_of_tree(os.getpid())
        others = (busy_seconds() - ticks - (now.seconds - used.seconds)) / (ended - ready)
        repetition = EngineRepetition(
            start=ready - begun, seconds=ended - ready, peak_bytes=now.peak, others=max(0.0, round(others, 3))
        )
        print(json.dumps([repetition.model_dump(), *counts_of(sums)]))
        if engine is Engine.SPARK:
            session.stop()


def counts_of(sums: EventSums) -> tuple[int, int, int]:
    """Return the number of sessions, of rows of their sums, and of rows of the histograms."""
    return sums.sessions["session"].nunique(), len(sums.sessions), len(sums.histograms)


def busy_seconds() -> float:
    """Return the seconds of CPU that all programs used since the machine started."""
    ticks = [int(part) for part in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")  # without idle and waiting for the disk


def use_of_tree(process: int) -> ProcessUse:
    """Return what a process and those that it started used."""
    uses = [use_of(one) for one in tree_of(process)]
    return ProcessUse(sum(use.seconds for use in uses), sum(use.peak for use in uses))


def tree_of(process: int) -> Iterator[int]:
    """Yield a process and those that it started."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            yield from tree_of(int(child))


def use_of(process: int) -> ProcessUse:
    """Return what one process used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    peak = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
    return ProcessUse((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), peak * KIBIBYTE)


class ScaleMeter:
    """Reads events again and again, each time in a process of its own.

    Args:
        repeat: readings that count.
        attempts: readings at most.
        most_others: cores that others may use in a reading that counts.
    """

    def __init__(self, repeat: int, attempts: int, most_others: float) -> None:
        self.repeat = repeat
        self.attempts = attempts
        self.most_others = most_others
        self.skipped = 0

    def measure(self, folder: Path, engine: Engine, count: int) -> EngineMeasure:
        """Return what the sums of events take."""
        readings = self._readings(folder, engine, count)
        self.skipped += len(readings) - self.repeat
        kept = sorted(readings, key=lambda reading: reading.repetition.others)[: self.repeat]
        is_goal = engine is Engine.DUCKDB and count == GOAL_EVENTS
        return EngineMeasure(
            engine=engine.value,
            events=count,
            sessions=kept[0].sessions,
            bytes=sum(path.stat().st_size for path in folder.rglob("*.parquet")),
            session_rows=kept[0].session_rows,
            histogram_rows=kept[0].histogram_rows,
            repetitions=tuple(reading.repetition for reading in kept),
            most_seconds=GOAL_SECONDS if is_goal else None,
            most_bytes=GOAL_BYTES if is_goal else None,
        )

    def _readings(self, folder: Path, engine: Engine, count: int) -> list[Reading]:
        """Return readings until enough of them were not disturbed, or until there are as many as allowed."""
        readings: list[Reading] = []
        undisturbed = 0
        while undisturbed < self.repeat and len(readings) < max(self.repeat, self.attempts):
            reading = self._read(folder, engine)
            one = reading.repetition
            print(
                f"  {engine}, {count:,} events: {one.seconds:.2f} s after {one.start:.2f} s, "
                f"{one.peak_bytes / 1e6:.0f} MB, others used {one.others:.2f} cores",
                file=sys.stderr,
                flush=True,
            )
            readings.append(reading)
            if one.others <= self.most_others:
                undisturbed += 1
            else:
                time.sleep(PAUSE)
        return readings

    def _read(self, folder: Path, engine: Engine) -> Reading:
        command = [sys.executable, __file__, "--read", str(folder), engine.value]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            fail(f"a reading by {engine} failed: {done.stderr.strip()}")
        repetition, *counts = json.loads(done.stdout)
        return Reading(EngineRepetition(**repetition), *counts)


def largest_difference(folder: Path) -> float:
    """Return the largest relative difference of the sums of both engines; counts must be equal."""
    sums = {engine: read_sums(folder, engine=engine, memory=MEMORY) for engine in Engine}
    one, other = (sums[engine].sessions for engine in Engine)
    keys = [*SESSION_KEYS, "n"]
    is_equal = one[keys].equals(other[keys]) and sums[Engine.DUCKDB].histograms.equals(sums[Engine.SPARK].histograms)
    if not is_equal:
        fail("the engines count differently")
    return max(float((one[name] / other[name] - 1).abs().max()) for name in ("total", "squares"))


def measure_all(options: argparse.Namespace, meter: ScaleMeter) -> tuple[list[EngineMeasure], float]:
    """Make events of each number, and measure; return that, and how much the engines differ on the fewest."""
    measures: list[EngineMeasure] = []
    differences: list[float] = []
    for millions in sorted(options.millions):
        count = round(millions * MILLION)
        with tempfile.TemporaryDirectory(prefix="unitdocs-scale-") as scratch:
            print(f"making {count:,} events ...", file=sys.stderr, flush=True)
            write_events(Path(scratch), count, options.seed)
            measures += [meter.measure(Path(scratch), engine, count) for engine in Engine]
            if not differences:
                differences.append(largest_difference(Path(scratch)))
    return measures, differences[0]


def main() -> None:
    """Make events, measure how long their sums take, print and write it."""
    options = parse()
    threads = os.cpu_count() or 1
    if options.read:
        read_once(Path(options.read[0]), Engine(options.read[1]), threads)
        return
    if options.repeat < 1 or min(options.millions) * MILLION < DAYS:
        fail(f"--repeat and --millions: give at least 1 reading, and {DAYS} events")
    if not Path("/proc/stat").exists():
        fail("this system does not report what other programs use; measure on Linux")
    if options.nice:
        set_priority(options.nice)
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    meter = ScaleMeter(options.repeat, options.attempts, options.most_others)
    try:
        measures, difference = measure_all(options, meter)
    except InputError as error:
        fail(str(error))
    for one in measures:
        print(f"{one.engine:<8}{one.events:>12,} events{one.seconds:>9.2f} s{one.peak_bytes / 1e6:>8.0f} MB")
    record = EventScale(
        created=created,
        finished=datetime.now(UTC),
        seed=options.seed,
        command=shlex.join(["python", "benchmarks/studies/scale/measure_scale.py", *sys.argv[1:]]),
        digest=kind_of("event_scale").digest(ROOT),
        environment=environment.closed(begun, ticks),
        threads=threads,
        memory=MEMORY,
        most_others=options.most_others,
        skipped=meter.skipped,
        nice=options.nice,
        cardinality=EventCardinality(
            scenarios=len(SCENARIOS),
            metrics=len(METRICS),
            arms=len(ARMS),
            versions=VERSIONS,
            days=DAYS,
            session_events=SESSION_EVENTS,
        ),
        measures=tuple(measures),
        difference=difference,
    )
    records.save(record, options.out)


if __name__ == "__main__":
    main()
