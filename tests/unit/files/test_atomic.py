"""A file has its old content or the new one; links, pipes and permissions stay."""

import os
from pathlib import Path

import pytest

from unitdocs.files import atomic, write_atomically


def test_a_reader_that_has_the_old_file_open_reads_it_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old " * 1000)
    with path.open("rb") as reader:
        begun = reader.read(10)
        write_atomically(path, b"new")
        assert begun + reader.read() == b"old " * 1000
    assert path.read_bytes() == b"new"


def test_a_written_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


@pytest.mark.skipif(os.name != "posix", reason="other systems have no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(tmp_path / "pipe", b"new")
        assert os.read(reader, 100) == b"new"
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_links_that_form_a_loop_are_an_error_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=r"loop|Too many"):
        write_atomically(tmp_path / "a" / "file", b"new")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_read_only_file_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "file").chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        write_atomically(tmp_path / "file", b"new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "file").chmod(0o640)
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    write_atomically(tmp_path / "other", b"new")
    assert (tmp_path / "other").stat().st_mode & 0o777 == 0o644


class OtherReader:
    """Windows: a file that another process reads cannot be replaced, for some attempts."""

    name = "nt"

    def __init__(self, attempts: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left, real = attempts, Path.replace

        def replace(temporary: Path, path: Path) -> Path:
            self.left -= 1
            if self.left >= 0:
                raise PermissionError(13, "Access is denied", str(path))
            return real(temporary, path)

        monkeypatch.setattr(Path, "replace", replace)
        monkeypatch.setattr(atomic, "STEP", 0.0)

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)


def test_a_file_that_another_process_reads_on_windows_is_replaced_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(atomic, "os", OtherReader(5, monkeypatch))
    write_atomically(tmp_path / "file", b"new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["new"]


def test_a_file_that_another_process_reads_for_ever_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(atomic, "os", OtherReader(10_000, monkeypatch))
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "file", b"new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
