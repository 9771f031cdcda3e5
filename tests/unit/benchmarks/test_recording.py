"""The script that records frames: the committed files are what it writes, and it says in one sentence what is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FRAMES = Path(__file__).parents[3] / "benchmarks/frames"
SCRIPT = FRAMES / "record.py"
RECORDINGS = sorted(path.stem for path in FRAMES.glob("*.json"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frames")
    assert run("--out", str(folder)).returncode == 0
    return folder


def test_the_script_writes_the_committed_files_to_the_byte(rewritten: Path) -> None:
    assert sorted(path.stem for path in rewritten.iterdir()) == RECORDINGS
    for path in rewritten.iterdir():
        assert path.read_bytes() == (FRAMES / path.name).read_bytes(), path.name


def test_another_seed_records_something_else(rewritten: Path, tmp_path: Path) -> None:
    assert run("--out", str(tmp_path), "--seed", "2").returncode == 0
    for path in rewritten.iterdir():
        assert json.loads(path.read_text())["frames"] != json.loads((tmp_path / path.name).read_text())["frames"]


def test_the_files_are_small_and_each_has_at_least_sixty_frames() -> None:
    assert sum(path.stat().st_size for path in FRAMES.glob("*.json")) < 400_000
    assert all(len(json.loads((FRAMES / f"{name}.json").read_text())["frames"]) >= 60 for name in RECORDINGS)


def test_help_shows_examples_and_the_form_of_the_files() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "Examples:\n  python benchmarks/frames/record.py" in done.stdout
    assert "| `frames_per_second` | 60 |" in done.stdout


def test_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for arguments in (["--seed", "one"], ["--out", str(tmp_path / "file")]):
        done = run(*arguments)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert done.stderr.startswith("record.py: ")
