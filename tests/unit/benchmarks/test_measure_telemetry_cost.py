"""The script that measures what recording costs: its record has a case for each recording, system and share."""

import subprocess
import sys
from pathlib import Path

from unitdocs import studies

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "benchmarks/studies/telemetry/measure_cost.py"


def run(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_a_recording_is_measured_with_each_system_and_share(tmp_path: Path) -> None:
    names = ("breakpoint-switch", "text-changes")
    done = run("--rounds", "2", "--out", tmp_path / "cost.json", *(f"--recording={name}" for name in names))
    assert done.returncode == 0, done.stderr
    record = studies.load_record("telemetry_cost", tmp_path / "cost.json")
    cases = {(cost.recording, cost.system, cost.recorded) for cost in record.costs}
    assert len(cases) == len(record.costs) == 16
    assert {recording for recording, _, _ in cases} == set(names)
    assert record.every > 1
    assert all(len(cost.ratios) == 2 and cost.frame > 0 for cost in record.costs)
    assert "goal below 2%" in done.stdout


def test_wrong_use_is_a_sentence(tmp_path: Path) -> None:
    for words, sentence in (
        (("--rounds", "1"), "--rounds: give at least 2"),
        (("--recording", "none"), "argument --recording: invalid choice: 'none'"),
    ):
        done = run(*words, "--out", tmp_path / "none.json")
        assert done.returncode == 2
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1
