"""The committed files of other tools, and files of this project written for a test."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from made_records import counted, record, with_ratios

from unitdocs.records import Status
from unitdocs.records.readers import read_results
from unitdocs.records.results import Result, Results

DATA = Path(__file__).parents[3] / "data" / "results"
ASV = DATA / "asv" / "machine1" / "7bcc029b-existing-py.json"
ASV_WITHOUT_SAMPLES = DATA / "asv" / "machine1" / "without-samples.json"
ASV_1 = DATA / "asv-1" / "machine1" / "7bcc029b-existing-py.json"
RUN = record(
    with_ratios(0.5, 0.6),
    counted((None, 2.0), (None, 3.0), scenario="two"),
    counted((1.0, 1.0), scenario="three", status=Status.FAILED),
    counted(scenario="four", status=Status.NOT_APPLICABLE),
)
OWN_RESULTS = Results(
    tool="a tool",
    source="a.json",
    left_out={"failed": 2},
    results=(
        Result(suite="s", name="one", groups=((1.0, 2.0), (3.0,)), by_process=True),
        Result(suite="s", name="one", metric="memory", unit="B", groups=((1e6, 2e6),), by_process=False),
    ),
)
FILES: dict[str, Callable[[], str]] = {
    "pyperf": (DATA / "pyperf.json").read_text,
    "pyperf memory": (DATA / "pyperf-memory.json").read_text,
    "pytest-benchmark": (DATA / "pytest-benchmark.json").read_text,
    "pytest-benchmark without data": (DATA / "pytest-benchmark-without-data.json").read_text,
    "asv": ASV.read_text,
    "asv without samples": ASV_WITHOUT_SAMPLES.read_text,
    "asv 1": ASV_1.read_text,
    "Google Benchmark": (DATA / "google-benchmark.json").read_text,
    "Google Benchmark aggregates": (DATA / "google-benchmark-aggregates.json").read_text,
    "hyperfine": (DATA / "hyperfine.json").read_text,
    "hyperfine parameters": (DATA / "hyperfine-parameters.json").read_text,
    "unitdocs run": RUN.model_dump_json,
    "unitdocs results": OWN_RESULTS.model_dump_json,
}
"""The text of a file of each kind that is read."""


def parsed(kind: str) -> Any:
    return json.loads(FILES[kind]())


def reread(data: object, folder: Path) -> Results:
    """Read what another file would say."""
    path = folder / "file.json"
    path.write_text(json.dumps(data))
    return read_results(path)


def means(results: Results, metric: str = "time") -> dict[str, float]:
    return {one.name: math.fsum(one.values) / len(one.values) for one in results.results if one.metric == metric}
