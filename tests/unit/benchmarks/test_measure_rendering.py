"""The script that measures how long rendering takes: whatever it takes on this machine, this much holds."""

import subprocess
import sys
from pathlib import Path

from unitdocs import studies

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "benchmarks/studies/rendering/measure_rendering.py"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_a_few_records_of_a_few_cases_are_rendered_three_times(tmp_path: Path) -> None:
    out = tmp_path / "scale.json"
    done = run("--records", "3", "--cases", "4", "--out", out)
    assert done.returncode == 0, done.stderr
    record = studies.load_record("rendering_scale", out)
    assert (record.records, record.cases) == (3, 4)
    times = {one.circumstances: one.values[0] for one in record.measures if one.name == "time"}
    assert set(times) == {"for the first time", "again, unchanged", "one more record"}
    assert all(seconds > 0 for seconds in times.values())
    assert "peak memory" in done.stdout


def test_wrong_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = run("--records", "0", "--out", tmp_path / "none.json")
    assert done.returncode == 2
    assert done.stderr == "measure_rendering.py: --records and --cases: give at least 1 each\n"
