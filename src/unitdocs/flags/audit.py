"""The audit log of a flag: one line for each change, chained by digests, so that a cut or an edit shows.

A line holds the digest of the line before it. The flag file names the digest of the last line, so that lines cut off at
the end show as well. A line is written before the flag file is changed: what was ever in force is in the audit.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.flags.flag import Flag

NONE = "0" * 64
"""What the first line has for the digest of the line before it."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change of a flag.

    Args:
        number: 1 for the first, then one more each.
        time: when, as `2026-11-29T08:15:00Z`.
        who: the user who ran the command.
        action: `init`, `set`, `allow`, `deny`, `kill`, `resume`, `restore`, or `found` for a file that was changed by
            something else.
        why: the reason that was given; empty if none was.
        before: the flag before; None if there was none, or it could not be read.
        after: the flag after.
        previous: digest of the line before.
    """

    number: int
    time: str
    who: str
    action: str
    why: str
    before: Flag | None
    after: Flag
    previous: str

    def line(self) -> bytes:
        """Return the entry as a line of the audit."""
        text = json.dumps(self.members(), ensure_ascii=False, sort_keys=True)
        return text.encode("utf-8", "surrogatepass") + b"\n"

    def members(self) -> dict[str, object]:
        """Return the entry as JSON can hold it."""
        before = None if self.before is None else self.before.rules()
        others = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**others, "before": before, "after": self.after.rules()}

    def digest(self) -> str:
        """Return the digest that the next line and the flag file hold."""
        return hashlib.sha256(self.line()).hexdigest()


def place_of(flag_file: Path) -> Path:
    """Return where the audit log of a flag file is: `flags.audit.jsonl` for `flags.json`."""
    return flag_file.with_name(f"{flag_file.name.removesuffix('.json')}.audit.jsonl")


def read(path: Path) -> tuple[AuditEntry, ...]:
    """Return the entries of an audit log, without a last line that was not written to its end: it never was in force.

    Raises:
        InputError: it cannot be read, or a line was changed, removed or added.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    return tuple(_chained(path, content[: content.rfind(b"\n") + 1].splitlines(keepends=True)))


def _chained(path: Path, lines: Sequence[bytes]) -> Iterator[AuditEntry]:
    previous = NONE
    for number, line in enumerate(lines, start=1):
        entry = _entry(line)
        if entry is None or entry.number != number or entry.previous != previous or entry.line() != line:
            raise InputError(f"{path}:{number}: was edited, here or one line above; compare it with a backup")
        previous = entry.digest()
        yield entry


def _entry(line: bytes) -> AuditEntry | None:
    try:
        members = json.loads(line.decode("utf-8", "surrogatepass"))
        before, after = members.pop("before"), Flag.of_rules(members.pop("after"))
        return AuditEntry(before=None if before is None else Flag.of_rules(before), after=after, **members)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def append(path: Path, entry: AuditEntry) -> None:
    """Add an entry, and wait until the disk has it.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("ab") as file:
        _remove_torn_line(path)
        file.write(entry.line())
        file.flush()
        os.fsync(file.fileno())


def _remove_torn_line(path: Path) -> None:
    """Remove a last line that a killed process did not write to its end: its change never was in force."""
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
