"""Checks of what surrounds a game: files, folders, disks, packages and addresses.

Each check returns a finding. Whatever it raises is a finding too, which `health` makes.
"""

import re
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from unitdocs.errors import InputError
from unitdocs.flags.flag import percent_of
from unitdocs.monitoring.addresses import shown_address
from unitdocs.monitoring.metrics.shares import share_in_force

if TYPE_CHECKING:
    from unitdocs.flags.flag import Flag
    from unitdocs.flags.watching import Fault, WatchedFlag
    from unitdocs.monitoring.metrics.counting import EventSink

STALLED_AFTER: Final = 60.0
"""Seconds without an event after which a writer is called stalled: six times the interval in which it writes."""
LITTLE_SPACE: Final = 1024**3
"""Free bytes of a disk below which it is degraded."""
NO_SPACE: Final = 64 * 1024**2
"""Free bytes of a disk below which it is down: about as much as a fleet writes in some minutes."""
MIB: Final = 1024**2
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
"""The name of a folder with the events of one day."""
REQUIREMENT: Final = re.compile(r"([\w.-]+)(?:\[[^]]*\])?\s*([^;]*)(?:;\s*(.*))?")
PORTS: Final = {"http": 80, "https": 443}
FRACTION_SHOWN: Final = 3
"""Problems that one sentence lists; it says how many more there are."""


class HealthState(StrEnum):
    """The state of a component, from best to worst; the values are `families.STATES`."""

    UP = "up"
    """It does what it should."""
    DEGRADED = "degraded"
    """The game goes on, and somebody should look at it."""
    DOWN = "down"
    """It does not do what it should."""


@dataclass(frozen=True, slots=True)
class HealthFinding:
    """What a check found.

    Args:
        state: the state of the component.
        sentence: what was found; if it is not up, also what to do.
    """

    state: HealthState
    sentence: str


def up(sentence: str) -> HealthFinding:
    """Return a finding that all is well."""
    return HealthFinding(HealthState.UP, sentence)


def degraded(sentence: str) -> HealthFinding:
    """Return a finding that the game goes on and somebody should look."""
    return HealthFinding(HealthState.DEGRADED, sentence)


def down(sentence: str) -> HealthFinding:
    """Return a finding that something does not work."""
    return HealthFinding(HealthState.DOWN, sentence)


def listed(problems: Sequence[str]) -> str:
    """Return problems as one sentence, with the number of those that are left out."""
    more = len(problems) - FRACTION_SHOWN
    return "; ".join((*problems[:FRACTION_SHOWN], *([f"and {more} more"] if more > 0 else [])))


def check_flag(flag: "WatchedFlag | None", state: "Flag | Fault | None", environment: str, now: float) -> HealthFinding:
    """Check the flag file: it can be used, and no other copy is newer. A flag that was killed is no fault.

    Args:
        flag: the watched file; None if none is configured.
        state: what the file holds now.
        environment: name of the environment whose share is said.
        now: seconds since 1970.
    """
    from unitdocs.flags.watching import Fault  # noqa: PLC0415 -- a process without a flag needs none of it

    if flag is None or state is None:
        return up("no flag file is configured: every session gets the system of the setting, or the original")
    if isinstance(state, Fault):
        return down(
            f"the original system is active, because the flag cannot be used: {state.sentence.rstrip('.')}; "
            f"`unitdocs flags check` says more"
        )
    stale = _stale(flag.path)
    if stale:
        return degraded(listed(stale))
    if state.killed is not None:
        return up(f"version {state.version} is killed: {state.killed or 'no reason was given'}")
    share = percent_of(share_in_force(state, environment, now))
    sentence = f"version {state.version} gives {share} of the players in {environment} the refactored system"
    if state.start is None or state.start <= now:
        return up(sentence)
    start = datetime.fromtimestamp(state.start, UTC).isoformat().replace("+00:00", "Z")
    return up(f"{sentence} until {start}, and {percent_of(share_in_force(state, environment, state.start))} then")


def _stale(path: Path) -> tuple[str, ...]:
    """Return what disagrees between a flag file and its audit log; a copy without its audit log is compared to none."""
    from unitdocs.flags import audit  # noqa: PLC0415 -- as above
    from unitdocs.flags.changing import problems  # noqa: PLC0415

    return problems(path) if audit.place_of(path).is_file() else ()


class EventFolder:
    """A folder of events, as an `EventSink` that knows what files show: when the newest one was written.

    Args:
        path: the folder that writers write to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._newest_of = lru_cache(maxsize=4)(_newest_file)  # a day may have thousands of files

    @property
    def dropped(self) -> None:
        """Return None: files of events say it, but reading them all at each look takes too long."""

    @property
    def written(self) -> None:
        """Return None, for the same reason."""

    @property
    def last_written(self) -> float | None:
        """When the newest file was written, in seconds since 1970; None if there is none or it cannot be read."""
        try:
            for day in sorted(_days_of(self.path), reverse=True):
                newest = self._newest_of(day, day.stat().st_mtime_ns)
                if newest is not None:
                    return newest
        except OSError:
            return None
        return None


def _days_of(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if DAY.fullmatch(path.name) and path.is_dir())


def _newest_file(day: Path, _changed: int) -> float | None:
    """Return when the newest file of a day was written; asked again when files were added to its folder."""
    return max((path.stat().st_mtime for path in day.glob("*.parquet")), default=None)


class EventWriterCheck:
    """Checks what writes events: it loses none, and it wrote some lately. It compares each look with the one before.

    Args:
        events: what writes them, or the folder that others write to; called at each look.
        stalled_after: seconds without an event after which it is stalled.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        events: "Callable[[], EventSink | None]",
        stalled_after: float = STALLED_AFTER,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._events, self._stalled_after, self._clock = events, stalled_after, clock
        self._dropped = self._written = 0

    def __call__(self) -> HealthFinding:
        """Return what was found."""
        events = self._events()
        if events is None:
            return up("no events are recorded here")
        if isinstance(events, EventFolder) and not events.path.is_dir():
            return down(f"{events.path}: is no folder; make it, or mount its disk")
        dropped, written = events.dropped or 0, events.written or 0
        newly_dropped, newly_written = dropped - self._dropped, written - self._written
        self._dropped, self._written = dropped, written
        if newly_dropped > 0:
            lost = f"{newly_dropped} events were dropped since the last look"
            if newly_written > 0:
                return degraded(f"{lost}; give the writer a longer queue, or record a smaller share of the sessions")
            return down(f"{lost}, and none was written; see the disk and the folder's permissions")
        return self._age_of(events.last_written)

    def _age_of(self, last: float | None) -> HealthFinding:
        if last is None:
            return up("no event was written yet")
        ahead = last - self._clock()
        if ahead > self._stalled_after:
            return degraded(f"the last event is dated {ahead:.0f} s in the future; set the clock of what writes it")
        age = max(0.0, -ahead)
        if age > self._stalled_after:
            return degraded(
                f"the last event was written {age:.0f} s ago; if sessions are played, see whether their writer runs"
            )
        return up(f"the last event was written {age:.0f} s ago")


def check_folders(folders: Sequence[Path]) -> HealthFinding:
    """Check that the folders of events and records can be read and written."""
    if not folders:
        return up("no folder of events or records is configured")
    problems = [problem for folder in folders for problem in _folder_problems(folder)]
    if problems:
        return down(listed(problems))
    return up(f"{' and '.join(map(str, folders))} can be read and written")


def _folder_problems(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        yield f"{folder}: is no folder; make it, or mount its disk"
        return
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        yield f"{folder}: cannot be read ({error.strerror or error}); give this user the right to"
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".health-"):
            pass
    except OSError as error:
        yield f"{folder}: cannot be written ({error.strerror or error}); give this user the right to, or free space"


def check_disk(folders: Sequence[Path], little: int = LITTLE_SPACE, none: int = NO_SPACE) -> HealthFinding:
    """Check that the disks of folders have room.

    Args:
        folders: folders on these disks; those that do not exist are left out, which another check reports.
        little: free bytes below which a disk is degraded.
        none: free bytes below which it is down.
    """
    places = [folder for folder in folders if folder.exists()] or [Path.cwd()]
    free, place = min((shutil.disk_usage(folder).free, str(folder)) for folder in places)
    sentence = f"{free / MIB:,.0f} MiB are free on the disk of {place}"
    if free >= little:
        return up(sentence)
    remedy = "remove old days by `unitdocs experiment tidy`, or give it a larger disk"
    return down(f"{sentence}; {remedy}") if free < none else degraded(f"{sentence}; {remedy}")


def check_dependencies(addresses: Sequence[str], timeout: float, extra: str = "monitoring") -> HealthFinding:
    """Check that the packages are there and new enough, and that addresses answer.

    Args:
        addresses: such as `http://127.0.0.1:4318` or `127.0.0.1:4318`.
        timeout: seconds for each address.
        extra: the extra whose packages are needed, besides those that always are.
    """
    missing = package_problems(extra)
    if missing:
        return down(listed(missing))
    silent = [problem for address in addresses if (problem := _silence(address, timeout))]
    if silent:
        return degraded(listed(silent))
    answering = f"; {', '.join(map(shown_address, addresses))} can be reached" if addresses else ""
    return up(f"every package of unitdocs[{extra}] is there, unitdocs {version('unitdocs')}{answering}")


@cache
def package_problems(extra: str) -> tuple[str, ...]:
    """Return which packages are missing or too old; looked up once, because a process keeps what it has imported."""
    return tuple(_problems_of_packages(extra))


def _problems_of_packages(extra: str) -> Iterator[str]:
    for requirement in requires("unitdocs") or ():
        matched = REQUIREMENT.match(requirement)
        assert matched is not None
        name, versions, condition = matched.groups(default="")
        if condition and not re.search(rf"extra == ['\"]{extra}['\"]", condition):
            continue
        try:
            present = version(name)
        except PackageNotFoundError:
            yield f'{name}: is not installed; install "unitdocs[{extra}]"'
            continue
        least = re.search(r">=\s*([\d.]+)", versions)
        if least and _numbers(present) < _numbers(least[1]):
            yield f'{name}: is version {present}, older than {least[1]}; install "unitdocs[{extra}]" again'


def _numbers(text: str) -> tuple[int, ...]:
    """Return the numbers at the begin of a version: 1, 2 of `1.2rc3`."""
    matched = re.match(r"\d+(?:\.\d+)*", text)
    numbers = tuple(map(int, matched[0].split("."))) if matched else ()
    while numbers and not numbers[-1]:
        numbers = numbers[:-1]
    return numbers


def _silence(address: str, timeout: float) -> str | None:
    """Return why an address does not answer; None if it does."""
    host, port = host_and_port(address)
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return None
    except OSError as error:
        return f"{shown_address(address)}: cannot be reached ({error.strerror or error}); see whether it runs"


def host_and_port(address: str) -> tuple[str, int]:
    """Return the host and the port of an address.

    Raises:
        InputError: it is none.
    """
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        parts, port = urlsplit(""), None
    if not parts.hostname or port is None:
        raise InputError(f"{shown_address(address)}: is no address; give one such as http://127.0.0.1:4318")
    return parts.hostname, port
