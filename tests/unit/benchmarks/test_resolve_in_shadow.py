"""The script that runs every scene in shadow mode: nothing differs, and its record says what was compared."""

import subprocess
import sys
from pathlib import Path

import pytest

from unitdocs import studies

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "benchmarks/studies/shadow/resolve_in_shadow.py"


def run(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_scene_and_recording_and_the_units_of_a_file_are_compared(tmp_path: Path) -> None:
    units = tmp_path / "units.jsonl"
    units.write_text(
        '{"kind": "size", "unit": "parent-width", "value": 50, "expected": 100}\n'
        '{"kind": "position", "unit": "pixel", "value": "random", "context": {"scene": {"width": 9, "height": 9}}}\n'
    )
    out = tmp_path / "run.json"
    done = run("--resolves", "20000", "--units", units, "--out", out, "--rounds", "2")
    assert done.returncode == 0, done.stderr + done.stdout
    record = studies.load_record("shadow_run", out)
    assert (record.different, record.errors) == (0, 0)
    assert record.resolves >= 20_000
    assert record.sources[0].resolves == 2
    assert len(record.sources) == 14
    assert all(source.resolves for source in record.sources)
    assert all(len(cost.ratios) == 2 and min(cost.ratios) > 0 for cost in record.costs)
    assert "0 different, 0 errors" in done.stdout


@pytest.mark.long
def test_ten_million_resolves_have_no_difference(tmp_path: Path) -> None:
    done = run("--resolves", "10000000", "--out", tmp_path / "run.json", "--rounds", "2")
    assert done.returncode == 0, done.stdout
    assert studies.load_record("shadow_run", tmp_path / "run.json").resolves >= 10_000_000


def test_wrong_use_is_one_sentence(tmp_path: Path) -> None:
    for words, sentence in (
        (("--resolves", "0"), "--resolves and --rounds: give at least 1 and 2"),
        (("--units", tmp_path / "none.jsonl"), "none.jsonl: cannot be read"),
    ):
        done = run(*words, "--out", tmp_path / "none.json")
        assert done.returncode == 2
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1
