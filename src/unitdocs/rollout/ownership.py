"""Which rollout a flag's share belongs to: the one that changed it last, as the audit log of the flag says.

The entry of such a change names the log of the rollout, the line that decided it, and the beginning of that line's
digest. So two plans that steer one share are noticed, and so is a log that is older than the flag.
"""

import os
import re
from pathlib import Path
from typing import NamedTuple

from unitdocs.errors import InputError
from unitdocs.flags import audit
from unitdocs.flags.flag import Flag
from unitdocs.rollout import log as logs
from unitdocs.rollout.log import RolloutLog
from unitdocs.studies import RolloutLook

DIGITS = 16
"""Of a digest, in the audit log."""
NAMED = re.compile(r"^rollout: .* \((?P<log>[^()]+):(?P<number>[0-9]+) (?P<digest>[0-9a-f]{16})\)$", re.DOTALL)


class NamedLine(NamedTuple):
    """The line of a rollout's log that changed a flag.

    Args:
        log: the log, relative to the folder of the flag.
        number: of the line.
        digest: the beginning of its digest.
    """

    log: str
    number: int
    digest: str


def reason_of(flag_file: Path, log_file: Path, look: RolloutLook) -> str:
    """Return the reason that the audit log has for a change by a line: that of the line, and where it is."""
    return f"rollout: {look.why} ({_relative(log_file, flag_file)}:{look.number} {logs.digest(look)[:DIGITS]})"


def check_owner(flag_file: Path, environment: str, log_file: Path, log: RolloutLog) -> None:
    """Refuse to steer a share that another rollout steers, or that a line changed which the log lacks.

    A rollout that is complete or killed steers nothing, and who changes a share by hand takes it from a rollout.

    Args:
        flag_file: the flag file.
        environment: the environment whose share is meant; empty for that of all others.
        log_file: the log of the rollout that is to steer.
        log: what it holds.

    Raises:
        InputError: this is so, or the audit log cannot be read.
    """
    line = _last_line(flag_file, environment)
    if line is None or _holds(log, line):
        return
    other = flag_file.parent / line.log
    if _is_same(other, log_file):
        raise InputError(
            f"{log_file}: lacks line {line.number}, which changed {flag_file.name}; it is older than the flag, or was "
            "edited: restore it from a backup, or give the share by hand (`unitdocs flags set`) and start anew"
        )
    if not _has_ended(other):
        raise InputError(
            f"{flag_file}: its share belongs to another rollout, that of {other}; end that one first, or take the "
            "share from it by hand (`unitdocs flags set`)"
        )


def share_of(environment: str, flag: Flag) -> int:
    """Return the share of an environment, in buckets."""
    return flag.shares.get(environment, flag.share) if environment else flag.share


def _last_line(flag_file: Path, environment: str) -> NamedLine | None:
    """Return the line that changed a share last; None if no rollout did."""
    for entry in reversed(audit.read(audit.place_of(flag_file))):
        before = None if entry.before is None else _own_share(environment, entry.before)
        if before != _own_share(environment, entry.after):
            match = NAMED.match(entry.why)
            return NamedLine(match["log"], int(match["number"]), match["digest"]) if match else None
    return None


def _own_share(environment: str, flag: Flag) -> int | None:
    """Return the share of an environment; None if it has that of all others."""
    return flag.shares.get(environment) if environment else flag.share


def _holds(log: RolloutLog, line: NamedLine) -> bool:
    return line.number <= len(log.looks) and logs.digest(log.looks[line.number - 1]).startswith(line.digest)


def _has_ended(log_file: Path) -> bool:
    """Return whether the rollout of a log is complete or killed; one whose log is gone is neither."""
    try:
        log = logs.read(log_file)
    except InputError:
        return False
    return log.is_complete or log.is_killed


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _relative(path: Path, flag_file: Path) -> str:
    """Return a path relative to the folder of the flag, or as it is where that is not possible (another drive)."""
    try:
        return Path(os.path.relpath(path, flag_file.parent)).as_posix()
    except ValueError:
        return path.absolute().as_posix()
