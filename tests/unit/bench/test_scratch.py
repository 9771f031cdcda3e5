"""Temporary folders: those that killed processes left are removed, those of living ones are not."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unitdocs.bench.scratch import remove_abandoned, scratch_folder

HOLDS = """
import sys
from unitdocs.bench.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "tree").mkdir()
    (folder / "tree" / "file").write_text("text")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@contextmanager
def holder() -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """Start a process that holds a folder until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_a_folder_is_gone_after_its_block(temporary: Path) -> None:
    with scratch_folder() as folder:
        (folder / "link").symlink_to("/")
        assert folder.parent == temporary
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_is_not(temporary: Path) -> None:
    with holder() as (living, its_folder):
        with holder() as (_, left):
            pass
        assert left.exists()
        remove_abandoned()
        assert list(temporary.iterdir()) == [its_folder]
        assert (its_folder / "tree" / "file").exists()
        assert living.poll() is None


def test_folders_that_no_run_made_are_left_alone(temporary: Path) -> None:
    (temporary / "unitdocs-scratch-mine").mkdir()
    (temporary / "unitdocs-main").mkdir()
    with scratch_folder() as elsewhere:
        (temporary / "unitdocs-scratch-link").symlink_to(elsewhere)
        remove_abandoned()
        assert len(list(temporary.iterdir())) == 4
