"""Changes of a flag file: one at a time, each in the audit log before it is in force."""

import contextlib
import dataclasses
import getpass
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.files import locks, write_atomically
from unitdocs.flags import audit
from unitdocs.flags.audit import AuditEntry
from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import FlagDocument, content_of, load, others_of, parse

PATIENCE = 10.0
"""Seconds to wait while another process changes the flag."""
KILL_PATIENCE = 0.5
"""The same for a kill, which is in force within a second or says at once that it is not."""
Edit = Callable[[Flag], Flag]


@dataclass(frozen=True, slots=True)
class FlagChange:
    """What a command did.

    Args:
        before: the flag as it was; None if there was none, or its file could not be read.
        after: the flag as it is.
        notes: what a reader has to know besides: sentences.
    """

    before: Flag | None
    after: Flag
    notes: tuple[str, ...] = ()


def create(path: Path, flag: Flag, why: str) -> FlagChange:
    """Make a flag file, or add the flag to a file of others.

    Raises:
        InputError: the file has the flag already, or cannot be written.
    """
    with _locked(path, PATIENCE):
        content = _others(path)
        return _write(path, FlagDocument(flag, content), None, "init", why)


def change(path: Path, action: str, edit: Edit, why: str = "") -> FlagChange:
    """FlagChange the rules of a flag.

    Args:
        path: the flag file.
        action: the name of the change, for the audit.
        edit: returns the flag with its new rules; version and audit are set here.
        why: reason for the audit.

    Raises:
        InputError: there is no flag file, it is none, another process changes it, or it cannot be written.
    """
    with _locked(path, PATIENCE):
        document = load(path)
        after = edit(document.flag)
        if after == document.flag:
            return FlagChange(document.flag, after, ("nothing to change",))
        return _write(path, dataclasses.replace(document, flag=after), document.flag, action, why)


def kill(path: Path, why: str) -> FlagChange:
    """Give nobody the refactored system, also if the file is missing or damaged.

    A damaged file is kept with the ending `.damaged`. Rules are kept, so that `resume` gives the same players back.

    Raises:
        InputError: another process holds the file, or it cannot be written.
    """
    with _locked(path, KILL_PATIENCE):
        notes: tuple[str, ...] = ()
        try:
            document = load(path)
        except InputError as error:
            document, notes = FlagDocument(_last_rules(path)), (str(error), *_kept(path))
        before = None if notes else document.flag
        killed = dataclasses.replace(document, flag=dataclasses.replace(document.flag, killed=why))
        try:
            return dataclasses.replace(_write(path, killed, before, "kill", why), notes=notes)
        except (InputError, OSError) as error:  # the kill is what matters
            after = dataclasses.replace(killed.flag, version=killed.flag.version + 1)
            _replace(path, document, after)
            return FlagChange(before, after, (*notes, f"not in the audit log: {error}"))


def restore(path: Path, backup: Path, why: str) -> FlagChange:
    """Put the rules of a backup in force, as a new version.

    A game refuses a version that is older than one it has seen; a restored flag is therefore newer than all of them.
    Where the audit log is missing, that of the backup is taken.

    Raises:
        InputError: the backup is no flag file, its audit log was changed, or the file cannot be written.
    """
    kept = parse(content_of(backup), str(backup))
    entries = audit.read(audit.place_of(backup))
    with _locked(path, PATIENCE):
        if entries and not audit.read(audit.place_of(path)):
            write_atomically(audit.place_of(path), b"".join(entry.line() for entry in entries))
        try:
            before: Flag | None = load(path).flag
        except InputError:
            before = None
            _kept(path)
        return _write(path, kept, before, "restore", why)


def problems(path: Path) -> tuple[str, ...]:
    """Return what is wrong with a flag file or its audit log, as sentences; none if all is well."""
    found: list[str] = []
    try:
        flag: Flag | None = load(path).flag
    except InputError as error:
        flag = None
        found += error.problems
    try:
        entries = audit.read(audit.place_of(path))
    except InputError as error:
        return (*found, *error.problems)
    return tuple(found) if flag is None else (*found, *_disagreements(path, flag, entries))


def _disagreements(path: Path, flag: Flag, entries: tuple[AuditEntry, ...]) -> tuple[str, ...]:
    place = audit.place_of(path)
    if not entries:
        return (f"{place}: there is no audit log of {path}",) if flag.audit else ()
    if entries[-1].digest() == flag.audit:
        if entries[-1].after.rules() != flag.rules():
            return (f"{path}: was changed by something else after version {entries[-1].after.version}",)
        return ()
    if entries[-1].previous == flag.audit:  # a command was ended between the two files
        return ()
    if flag.audit not in {entry.digest() for entry in entries}:
        return (f"{place}: lacks the last change of {path}; lines were cut off, or it belongs to another file",)
    return (f"{path}: is older than its audit log; restore it with `unitdocs flags restore`",)


def _write(path: Path, document: FlagDocument, before: Flag | None, action: str, why: str) -> FlagChange:
    """Write the entry, then the file, with the version after the newest one that is known.

    Raises:
        InputError: the audit log was edited, or no flag file may hold such rules.
        OSError: a file cannot be written.
    """
    place = audit.place_of(path)
    entries = _with_found(place, audit.read(place), before)
    versions = [flag.version for flag in (before, document.flag if action == "restore" else None) if flag]
    flag = dataclasses.replace(document.flag, version=max([*versions, _newest(entries)]) + 1, audit="")
    parse(dataclasses.replace(document, flag=flag).text().encode(), str(path))  # before anything is written
    entry = _entry(entries, action, why, before, flag)
    audit.append(place, entry)
    after = dataclasses.replace(flag, audit=entry.digest())
    _replace(path, document, after)
    return FlagChange(before, after)


def _replace(path: Path, document: FlagDocument, flag: Flag) -> None:
    write_atomically(path, dataclasses.replace(document, flag=flag).text().encode())


def _with_found(place: Path, entries: tuple[AuditEntry, ...], before: Flag | None) -> tuple[AuditEntry, ...]:
    """Return the entries, after one more if the file is not as the last command left it."""
    if before is None or not entries or entries[-1].after.rules() == before.rules():
        return entries
    why = "the flag file was changed by something else, or a command was ended before it was written"
    found = _entry(entries, "found", why, entries[-1].after, before)
    audit.append(place, found)
    return (*entries, found)


def _entry(entries: tuple[AuditEntry, ...], action: str, why: str, before: Flag | None, after: Flag) -> AuditEntry:
    return AuditEntry(
        number=len(entries) + 1,
        time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        who=_user(),
        action=action,
        why=why,
        before=before,
        after=after,
        previous=entries[-1].digest() if entries else audit.NONE,
    )


def _newest(entries: tuple[AuditEntry, ...]) -> int:
    """Return the highest version that an audit log names; 0 if it names none."""
    return max((entry.after.version for entry in entries), default=0)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a user without a name
        return "unknown"


def _last_rules(path: Path) -> Flag:
    """Return the flag as the audit log has it last; one without rules if it has none."""
    try:
        entries = audit.read(audit.place_of(path))
    except InputError:
        return Flag()
    return entries[-1].after if entries else Flag()


def _others(path: Path) -> Mapping[str, object]:
    """Return the content of a file to which the flag is added.

    Raises:
        InputError: it has the flag already, or is no file of flags.
    """
    if not path.exists():
        return {}
    return others_of(content_of(path), str(path))


def _kept(path: Path) -> tuple[str, ...]:
    """Keep a damaged flag file under another name, and say so."""
    if not path.is_file():
        return ()
    kept = path.with_name(f"{path.name}.damaged")
    write_atomically(kept, path.read_bytes())
    return (f"the damaged file is kept as {kept}",)


@contextlib.contextmanager
def _locked(path: Path, patience: float) -> Iterator[None]:
    """Hold the file's lock; what cannot be written is one sentence.

    Raises:
        InputError: another process holds the lock, or something cannot be written.
    """
    try:
        with locks.locked(path, patience=patience):
            yield
    except OSError as error:
        place = error.filename or path
        raise InputError(f"{place}: cannot be written ({error.strerror or error})") from error
