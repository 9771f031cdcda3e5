"""The script that measures how many events the sums can take: whatever it takes on this machine, this much holds."""

import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs import studies

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "benchmarks/studies/scale/measure_scale.py"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.long
def test_a_few_events_are_read_by_both_engines_with_the_same_counts(tmp_path: Path) -> None:
    out = tmp_path / "scale.json"
    done = run("--millions", "0.03", "--repeat", "1", "--attempts", "1", "--out", out)
    assert done.returncode == 0, done.stderr
    record = studies.load_record("event_scale", out)
    by_engine = {one.engine: one for one in record.measures}
    assert set(by_engine) == {"duckdb", "spark"}
    assert {one.events for one in record.measures} == {30_000}
    assert by_engine["duckdb"].session_rows == by_engine["spark"].session_rows > 0
    assert by_engine["duckdb"].histogram_rows == by_engine["spark"].histogram_rows > 0
    assert record.difference < 1e-9
    assert all(one.repetitions[0].peak_bytes > 10_000_000 for one in record.measures)


def test_wrong_use_is_a_sentence(tmp_path: Path) -> None:
    done = run("--repeat", "0", "--out", tmp_path / "none.json")
    assert done.returncode == 2
    assert done.stderr == "measure_scale.py: --repeat and --millions: give at least 1 reading, and 30 events\n"
