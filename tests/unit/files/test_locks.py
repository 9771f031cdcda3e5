"""Locks: one process at a time, however the one before ended."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.files import locks

HOLDS = """
import sys
from pathlib import Path
from unitdocs.files import locks
with locks.locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""
COUNTS = """
import sys
from pathlib import Path
from unitdocs.files import locks
file = Path(sys.argv[1])
for _ in range(25):
    with locks.locked(file, patience=100):
        file.write_text(str(int(file.read_text()) + 1))
"""


@contextmanager
def held(file: Path) -> Iterator["subprocess.Popen[str]"]:
    """Hold the lock of a file in another process, which is killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


def test_a_lock_leaves_nothing(tmp_path: Path) -> None:
    with locks.locked(tmp_path / "new" / "file.json"):
        assert [path.name for path in (tmp_path / "new").iterdir()] == [".file.json.lock"]
    assert list((tmp_path / "new").iterdir()) == []


def test_who_comes_second_is_told_who_came_first(tmp_path: Path) -> None:
    with (
        held(tmp_path / "file.json") as first,
        pytest.raises(InputError) as raised,
        locks.locked(tmp_path / "file.json"),
    ):
        pass
    assert str(raised.value) == (
        f"{tmp_path}/file.json: is in use by process {first.pid}; try again when that has ended"
    )


def test_a_file_is_one_file_under_each_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("file.json")
    with (
        held(tmp_path / "file.json"),
        pytest.raises(InputError, match="is in use"),
        locks.locked(tmp_path / "link.json"),
    ):
        pass


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_the_lock_of_a_killed_process_is_free_and_what_it_began_to_write_goes(tmp_path: Path) -> None:
    (tmp_path / ".file.json.abcd1234").write_text("{")
    (tmp_path / ".file.json.other").write_text("mine")
    with held(tmp_path / "other.json"), held(tmp_path / "file.json"):
        locks.remove_abandoned(tmp_path)
        assert (tmp_path / ".file.json.lock").exists()
    assert (tmp_path / ".file.json.lock").exists()
    with locks.locked(tmp_path / "file.json"):
        pass
    assert not (tmp_path / ".file.json.abcd1234").exists()
    locks.remove_abandoned(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".file.json.other"]


def test_waiting_ends_when_the_other_process_ends(tmp_path: Path) -> None:
    with held(tmp_path / "file.json") as first:
        first.communicate()
        started = time.monotonic()
        with locks.locked(tmp_path / "file.json", patience=100):
            pass
        assert time.monotonic() - started < 50


def test_many_processes_update_a_file_one_after_the_other(tmp_path: Path) -> None:
    file = tmp_path / "count"
    file.write_text("0")
    counting = [subprocess.Popen([sys.executable, "-c", COUNTS, file]) for _ in range(4)]
    assert [process.wait() for process in counting] == [0] * 4
    assert file.read_text() == "100"


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"), locks.locked(tmp_path / "file" / "record.json"):
        pass


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every lock be another user's, which can be read only."""
    opened = os.open

    def refused(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refused)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.usefixtures("read_only")
def test_a_lock_that_another_user_left_is_taken_over_and_one_in_use_is_not(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    (tmp_path / ".file.json.lock").touch()
    with locks.locked(file), pytest.raises(InputError, match="is in use"), locks.locked(file):
        pass


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.usefixtures("read_only")
def test_a_folder_that_cannot_be_written_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(locks.UnusableLockError, match="Permission denied"), locks.locked(tmp_path / "file.json"):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
def test_folders_and_pipes_of_the_names_of_unfinished_files_are_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".file.json.abcdefgh").mkdir()
    os.mkfifo(tmp_path / ".file.json.lock")
    file = tmp_path / "file.json"
    with locks.locked(file), pytest.raises(InputError, match="is in use;"), locks.locked(file):
        pass
