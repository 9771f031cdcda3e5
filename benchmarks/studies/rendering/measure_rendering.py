"""Measure how long `unitdocs render` takes, and how much memory, with many records of many cases.

The reference record's times are copied until a record has as many cases as asked for, and that record until the
history has as many: what is rendered is made up, how long that takes is measured. Then the same is rendered again, and
once more with one more record. The result is printed and written as a record, which the method page shows.

Examples:
  python benchmarks/studies/rendering/measure_rendering.py                            50 records of 200 cases
  python benchmarks/studies/rendering/measure_rendering.py --out benchmarks/results/rendering-scale.json
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("portal")

from unitdocs import analysis, records
from unitdocs.bench import environment
from unitdocs.errors import InputError
from unitdocs.records import Metric, RunRecord, Status
from unitdocs.studies import RenderingScale, TargetMeasure

if TYPE_CHECKING:
    from unitdocs.analysis import History

REFERENCE = ROOT / "benchmarks" / "results" / "reference.json.gz"
MOST_SECONDS = {"for the first time": 12.0, "again, unchanged": 2.0, "one more record": 2.0}
MOST_BYTES = 400e6
"""Targets, for 50 records of 200 cases on two cores."""
KIBIBYTE = 1024
"""The unit of the largest resident set, on Linux."""


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure_rendering.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--records", type=int, default=50, help="records of the history (50)")
    parser.add_argument("--cases", type=int, default=200, help="cases of each (200)")
    parser.add_argument("--out", type=Path, default=Path("build/rendering-scale.json"), help="the record's file")
    return parser.parse_args()


def grown(record: RunRecord, count: int) -> RunRecord:
    """Return a record with this number of cases: copies of its times."""
    timed = [case for case in record.cases if case.metric == Metric.TIME and case.status is Status.MEASURED]
    if not timed:
        fail(f"{REFERENCE}: there is no time to copy")
    copies = (
        case.model_copy(update={"scenario": f"{case.scenario}-{number}", "title": f"{case.title}, {number}"})
        for number, case in enumerate(itertools.cycle(timed))
    )
    return record.model_copy(update={"cases": tuple(itertools.islice(copies, count))})


def history_of(record: RunRecord, count: int) -> History:
    """Return a history of this number of copies of a record, a day apart."""
    copies = (
        record.model_copy(update={"id": f"copy-{day:04}", "created": record.created + timedelta(days=day)})
        for day in range(count)
    )
    return analysis.history_of(copies)


def rendered(folder: Path) -> tuple[float, float, float]:
    """Render what lies in a folder: seconds, largest resident set, and bytes of the largest part, compressed."""
    command = [sys.executable, "-m", "unitdocs.cli", "render", "--docs", str(folder / "docs")]
    started = time.monotonic()
    with subprocess.Popen([*command, "--record", str(folder / REFERENCE.name)], cwd=folder) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if process.returncode:
        fail(f"unitdocs render stopped with exit code {process.returncode}")
    parts = (folder / "docs" / "generated").glob("**/*.md")
    largest = max(len(gzip.compress(path.read_bytes(), mtime=0)) for path in parts)
    return seconds, float(used.ru_maxrss * KIBIBYTE), float(largest)


def measure(folder: Path, record: RunRecord, count: int) -> tuple[TargetMeasure, ...]:
    """Render three times, and return what each took."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("generated"))
    records.save(record, folder / REFERENCE.name)
    found = []
    for name, many in zip(MOST_SECONDS, (count, count, count + 1), strict=True):
        print(f"  rendering {name} ...", file=sys.stderr, flush=True)
        if name != "again, unchanged":
            records.save(history_of(record, many), folder / "history.json.gz")
        seconds, memory, largest = rendered(folder)
        found += [
            TargetMeasure(name="time", circumstances=name, unit="s", values=(seconds,), most=MOST_SECONDS[name]),
            TargetMeasure(name="peak memory", circumstances=name, unit="B", values=(memory,), most=MOST_BYTES),
        ]
    found.append(
        TargetMeasure(
            name="largest part of a page, compressed", circumstances="one more record", unit="B", values=(largest,)
        )
    )
    return tuple(found)


def main() -> None:
    """Make the records in a temporary folder, render them, print and write what was measured."""
    options = parse()
    if options.records < 1 or options.cases < 1:
        fail("--records and --cases: give at least 1 each")
    if not hasattr(os, "wait4"):
        fail("this system does not report the memory of another program; measure on Linux")
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    try:
        record = grown(records.load(REFERENCE), options.cases)
        with tempfile.TemporaryDirectory() as folder:
            measures = measure(Path(folder), record, options.records)
    except InputError as error:
        fail(str(error))
    for one in measures:
        target = "" if one.most is None else f"at most {one.most:g}"
        print(f"{one.name:<40}{one.circumstances:<22}{one.values[0]:>10.4g} {one.unit}  {target}")
    made = RenderingScale(
        created=created,
        finished=datetime.now(UTC),
        records=options.records,
        cases=options.cases,
        command=shlex.join(["python", "benchmarks/studies/rendering/measure_rendering.py", *sys.argv[1:]]),
        environment=environment.closed(begun, ticks),
        measures=measures,
    )
    records.save(made, options.out)


if __name__ == "__main__":
    main()
