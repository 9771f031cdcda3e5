"""What surrounds a game: each fault of a file, folder, disk, package or address has its state and its remedy."""

import os
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from unitdocs.errors import InputError
from unitdocs.monitoring.health import resources
from unitdocs.monitoring.health.resources import (
    EventFolder,
    EventWriterCheck,
    HealthState,
    check_dependencies,
    check_disk,
    check_folders,
    host_and_port,
    listed,
)


@dataclass
class Counts:
    """An event sink whose numbers a test sets."""

    written: int | None = 0
    dropped: int | None = 0
    last_written: float | None = None


def test_without_events_nothing_is_wrong() -> None:
    assert EventWriterCheck(lambda: None)().state is HealthState.UP
    assert EventWriterCheck(Counts)().sentence == "no event was written yet"


def test_a_writer_that_writes_is_up() -> None:
    check = EventWriterCheck(lambda: Counts(written=5, last_written=970.0), clock=lambda: 1000.0)
    assert (check().state, check().sentence) == (HealthState.UP, "the last event was written 30 s ago")


def test_a_writer_that_has_stopped_is_degraded() -> None:
    check = EventWriterCheck(lambda: Counts(written=5, last_written=900.0), stalled_after=60, clock=lambda: 1000.0)
    found = check()
    assert found.state is HealthState.DEGRADED
    assert "100 s ago" in found.sentence


def test_an_event_of_the_future_is_degraded() -> None:
    found = EventWriterCheck(lambda: Counts(written=5, last_written=2000.0), clock=lambda: 1000.0)()
    assert found.state is HealthState.DEGRADED
    assert "1000 s in the future" in found.sentence


def test_drops_are_those_since_the_look_before() -> None:
    counts = Counts(written=10, dropped=3, last_written=time.time())
    check = EventWriterCheck(lambda: counts)
    found = check()
    assert (found.state, found.sentence[:20]) == (HealthState.DEGRADED, "3 events were droppe")
    counts.written = 20
    assert check().state is HealthState.UP
    counts.dropped = 10
    found = check()
    assert (found.state, found.sentence[:20]) == (HealthState.DOWN, "7 events were droppe")
    assert "none was written" in found.sentence


def test_a_folder_of_events_says_when_its_newest_file_was_written(tmp_path: Path) -> None:
    folder = EventFolder(tmp_path)
    assert folder.last_written is None
    for day, name, seconds in (("2026-11-28", "b", 500), ("2026-11-29", "a", 300), ("2026-11-29", "c", 400)):
        path = tmp_path / day / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (seconds, seconds))
    (tmp_path / "2026-11-30").mkdir()
    (tmp_path / "notes").mkdir()
    assert folder.last_written == 400
    later = tmp_path / "2026-11-29" / "d.parquet"
    later.touch()
    os.utime(later, (600, 600))
    os.utime(later.parent, (700, 700))  # as time goes by
    assert folder.last_written == 600
    assert (folder.written, folder.dropped) == (None, None)
    assert EventFolder(tmp_path / "missing").last_written is None


def test_a_folder_of_events_that_is_missing_is_down(tmp_path: Path) -> None:
    found = EventWriterCheck(lambda: EventFolder(tmp_path / "missing"))()
    assert found.state is HealthState.DOWN
    assert "is no folder; make it, or mount its disk" in found.sentence
    assert EventWriterCheck(lambda: EventFolder(tmp_path))().state is HealthState.UP


def test_folders_that_can_be_used_are_up_and_stay_empty(tmp_path: Path) -> None:
    assert check_folders([tmp_path]).state is HealthState.UP
    assert list(tmp_path.iterdir()) == []
    assert check_folders([]).state is HealthState.UP


def test_a_folder_that_is_missing_or_a_file_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = check_folders([tmp_path / "missing", tmp_path / "file", tmp_path])
    assert found.state is HealthState.DOWN
    assert found.sentence.count("is no folder") == 2


def test_a_folder_that_cannot_be_written_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: Any) -> Any:
        raise PermissionError(13, "Permission denied")  # as for another user; tests may run as root

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refused)
    found = check_folders([tmp_path])
    assert found.state is HealthState.DOWN
    assert "cannot be written (Permission denied)" in found.sentence


def test_the_fullest_disk_decides(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert check_disk([tmp_path], little=0, none=0).state is HealthState.UP
    found = check_disk([tmp_path], little=free * 2, none=0)
    assert (found.state, "unitdocs experiment tidy" in found.sentence) == (HealthState.DEGRADED, True)
    assert check_disk([tmp_path], little=free * 2, none=free * 2).state is HealthState.DOWN
    assert check_disk([tmp_path / "missing"], little=0, none=0).state is HealthState.UP


def test_packages_of_this_installation_are_there() -> None:
    found = check_dependencies([], 1.0)
    assert found.state is HealthState.UP
    assert "unitdocs[monitoring]" in found.sentence


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("no-such-package>=1; extra == 'monitoring'", "no-such-package: is not installed"),
        ("pytest>=999", "older than 999"),
        ("pytest[extra]>=999 ; extra == 'monitoring'", "older than 999"),
        ("pytest>=1", None),
        ("pytest<0,>=1.0; extra == 'monitoring'", None),
        ("no-such-package; extra == 'portal'", None),
    ],
)
def test_packages_that_are_missing_or_old_are_named(
    requirement: str, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "requires", lambda _: [requirement])
    resources.package_problems.cache_clear()
    found = check_dependencies([], 1.0)
    resources.package_problems.cache_clear()
    assert found.state is (HealthState.UP if said is None else HealthState.DOWN)
    assert (said or "is there") in found.sentence


def test_an_address_that_answers_is_up_and_one_that_does_not_is_degraded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert check_dependencies([address], 5.0).state is HealthState.UP
    found = check_dependencies([address], 5.0)
    assert found.state is HealthState.DEGRADED
    assert f"{address}: cannot be reached" in found.sentence


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("http://127.0.0.1:4318/v1/traces", ("127.0.0.1", 4318)),
        ("127.0.0.1:4318", ("127.0.0.1", 4318)),
        ("https://collector.example", ("collector.example", 443)),
        ("http://[::1]:4318", ("::1", 4318)),
    ],
)
def test_addresses_have_a_host_and_a_port(address: str, parts: tuple[str, int]) -> None:
    assert host_and_port(address) == parts


@pytest.mark.parametrize("address", ["", "nowhere", "host:99999", "host:port", "http://", "http://[::1", ":4318"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="is no address"):
        host_and_port(address)


def test_long_lists_of_problems_are_cut_with_their_number() -> None:
    assert listed(["a", "b"]) == "a; b"
    assert listed(["a", "b", "c", "d", "e"]) == "a; b; c; and 2 more"
