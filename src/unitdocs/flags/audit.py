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
from unitdocs.settings import reading

NONE = "0" * 64
"""What the first line has for the digest of the line before it."""
ENDING = 256 * 1024
"""Bytes at the end of an audit log that are read first where the last entries are enough."""
LONGER = 8
"""How many times more are read if they hold no whole line."""


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
    content = _content(path)
    return tuple(_chained(path, content[: content.rfind(b"\n") + 1].splitlines(keepends=True)))


def ending(path: Path) -> tuple[AuditEntry, ...]:
    """Return the entries at the end of an audit log: at least one if it has any, and not all of a long one.

    A command that changes the flag needs no more, and a kill must not wait until a long audit log is checked.

    Raises:
        InputError: it cannot be read, or one of these lines was changed.
    """
    size = ENDING
    while True:
        content = _content(path, size)
        is_whole = len(content) < size
        begin = 0 if is_whole else content.find(b"\n") + 1
        lines = content[begin : content.rfind(b"\n") + 1].splitlines(keepends=True)
        if is_whole or (begin and lines):
            return tuple(_chained(path, lines, None if is_whole else _entry(lines[0])))
        size *= LONGER


def _content(path: Path, most: int | None = None) -> bytes:
    """Return the bytes of an audit log, or the last of them; none if it does not exist."""
    try:
        return reading.content_of(path) if most is None else reading.end_of(path, most)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


def _chained(path: Path, lines: Sequence[bytes], first: AuditEntry | None = None) -> Iterator[AuditEntry]:
    """Yield the entries of lines that follow each other, from the first of the audit log on if no other is given."""
    previous, start = (NONE, 1) if first is None else (first.previous, first.number)
    for number, line in enumerate(lines, start=start):
        entry = _entry(line)
        if entry is None or entry.number != number or entry.previous != previous or entry.line() != line:
            raise InputError(f"{path}:{number}: was edited, here or one line above; compare it with a backup")
        previous = hashlib.sha256(line).hexdigest()
        yield entry


def _entry(line: bytes) -> AuditEntry | None:
    try:
        members = json.loads(line.decode("utf-8", "surrogatepass"))
        before, after = members.pop("before"), Flag.of_rules(members.pop("after"))
        entry = AuditEntry(before=None if before is None else Flag.of_rules(before), after=after, **members)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    texts = (entry.time, entry.who, entry.action, entry.why, entry.previous)
    return entry if type(entry.number) is int and all(isinstance(text, str) for text in texts) else None


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
    size, most = path.stat().st_size, ENDING
    while not (whole := (end := reading.end_of(path, most)).rfind(b"\n") + 1) and most < size:
        most *= LONGER
    if whole < len(end):
        os.truncate(path, size - len(end) + whole)
