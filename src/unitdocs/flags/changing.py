"""Changes of a flag file: one at a time, each in the audit log before it is in force."""

import contextlib
import dataclasses
import getpass
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.files import locks, write_atomically
from unitdocs.flags import audit
from unitdocs.flags.audit import AuditEntry
from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import LARGEST_FILE, LARGEST_VERSION, FlagDocument, content_of, load, others_of, parse

PATIENCE = 10.0
"""Seconds to wait while another process changes the flag."""
KILL_PATIENCE = 0.5
"""The same for a kill, which is in force within a second or says at once that it is not."""
LONGEST_REASON = 1_000
"""Characters of the reason of a kill that the flag file holds; the audit log has all of it."""
ROOM = 8 * 1024
"""Bytes of the largest flag file that other changes leave free for the reason of a kill."""
LOST = "restored from a backup; whether it was killed since is lost"
"""Why a restored flag is killed if neither the flag file nor its audit log was there."""
LOST_VERSIONS = 1_000
"""Versions that a backup may lag behind what games have seen."""
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
    audit.read(audit.place_of(path))  # before the lock: a kill must not wait until a long audit log is checked
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
    audit.read(audit.place_of(path))  # as above
    with _locked(path, PATIENCE):
        document = load(path)
        after = edit(document.flag)
        if after == document.flag:
            return FlagChange(document.flag, after, ("nothing to change",))
        return _write(path, dataclasses.replace(document, flag=after), document.flag, action, why)


def kill(path: Path, why: str) -> FlagChange:
    """Give nobody the refactored system, also if the file, its audit log or its lock is missing or damaged.

    A damaged file is kept with the ending `.damaged`. Rules are kept, so that `resume` gives the same players back.

    Raises:
        InputError: another process holds the file, or it cannot be written.
    """
    short = why if len(why) <= LONGEST_REASON else f"{why[:LONGEST_REASON]}…"
    with _locked_if_possible(path) as unlocked:
        document, before, damage = _to_kill(path)
        notes = (*unlocked, *damage)
        killed = dataclasses.replace(document, flag=dataclasses.replace(document.flag, killed=short))
        try:
            return dataclasses.replace(_write(path, killed, before, "kill", why), notes=notes)
        except (InputError, OSError) as error:  # the kill is what matters
            after = dataclasses.replace(killed.flag, version=_after(killed.flag.version))
            _replace_or_advise(path, document, after)
            return FlagChange(before, after, (*notes, f"not in the audit log: {error}"))


def _to_kill(path: Path) -> tuple[FlagDocument, Flag | None, tuple[str, ...]]:
    """Return the file, its flag, and no notes; of a damaged one the last known rules, None, and what is wrong."""
    try:
        document = load(path)
        document.encoded()
    except InputError as error:
        return FlagDocument(_last_rules(path)), None, (str(error), *_kept_if_possible(path))
    return document, document.flag, ()


def restore(path: Path, backup: Path, why: str) -> FlagChange:
    """Put the rules of a backup in force, as a new version.

    A game refuses a version that is older than one it has seen; a restored flag is therefore newer than all of them.
    A kill outlives it: the flag is killed if it or the backup was, and if nothing is left that says it was not. Other
    flags stay as they are; if the file is missing or damaged, they are those of the backup. Where the audit log is
    missing, that of the backup is taken, and 1,000 versions are left out for those that only the lost one knew.

    Raises:
        InputError: the backup is no flag file, its audit log was changed, or the file cannot be written.
    """
    kept = parse(content_of(backup), str(backup))
    entries, present = (audit.read(audit.place_of(one)) for one in (backup, path))
    with _locked(path, PATIENCE):
        if entries and not present:
            write_atomically(audit.place_of(path), b"".join(entry.line() for entry in entries))
        try:
            document, before = load(path), load(path).flag
        except InputError:
            document, before = kept, None
            _kept(path)
        last = before or (present[-1].after if present else None)
        killed = kept.flag.killed or (last.killed if last else LOST)
        least = kept.flag.version + (0 if last else LOST_VERSIONS)
        flag = dataclasses.replace(kept.flag, version=least, killed=killed)
        return _write(path, dataclasses.replace(document, flag=flag), before, "restore", why)


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
    last = entries[-1]
    if flag.audit == last.previous or (last.before and last.before.rules() == flag.rules()):
        return ()  # a command was ended between the two files
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
    entries = _with_found(place, audit.ending(place), before)
    versions = [flag.version for flag in (before, document.flag if action == "restore" else None) if flag]
    flag = dataclasses.replace(document.flag, version=_after(*versions, _newest(entries)), audit="")
    _check(path, dataclasses.replace(document, flag=flag), LARGEST_FILE - (0 if action == "kill" else ROOM))
    entry = _entry(entries, action, why, before, flag)
    audit.append(place, entry)
    after = dataclasses.replace(flag, audit=entry.digest())
    _replace(path, document, after)
    return FlagChange(before, after)


def _check(path: Path, document: FlagDocument, most: int) -> None:
    """Refuse what no game would read, before anything is written.

    Raises:
        InputError: it is too large, or a rule of it is wrong.
    """
    content = document.encoded()
    if len(content) > most:
        raise InputError(
            f"{path}: would have {len(content):,} bytes, more than {most:,}; name fewer keys or environments"
        )
    parse(content, str(path))


def _replace(path: Path, document: FlagDocument, flag: Flag) -> None:
    write_atomically(path, dataclasses.replace(document, flag=flag).encoded())


def _replace_or_advise(path: Path, document: FlagDocument, flag: Flag) -> None:
    """Write the file, or say what stops the refactored system too.

    Raises:
        InputError: it cannot be written.
    """
    try:
        _replace(path, document, flag)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(
            f"{path}: cannot be written ({reason}); remove it, and games use the original system"
        ) from error


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
        number=entries[-1].number + 1 if entries else 1,
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


def _after(*versions: int) -> int:
    """Return the next version; the largest one is used again, which games take too."""
    return min(max(versions) + 1, LARGEST_VERSION)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a user without a name
        return "unknown"


def _last_rules(path: Path) -> Flag:
    """Return the flag as the audit log has it last; one without rules if it has none that a file may hold."""
    try:
        entries = audit.ending(audit.place_of(path))
        flag = entries[-1].after if entries else Flag()
        return parse(FlagDocument(flag).encoded(), str(path)).flag
    except InputError:
        return Flag()


def _others(path: Path) -> Mapping[str, object]:
    """Return the content of a file to which the flag is added.

    Raises:
        InputError: it has the flag already, or is no file of flags.
    """
    if not path.exists():
        return {}
    return others_of(content_of(path), str(path))


def _kept_if_possible(path: Path) -> tuple[str, ...]:
    try:
        return _kept(path)
    except OSError as error:
        return (f"the damaged file could not be kept: {error}",)


def _kept(path: Path) -> tuple[str, ...]:
    """Keep a damaged flag file under another name, and say so."""
    if not path.is_file():
        return ()
    number = 1
    while os.path.lexists(kept := path.with_name(f"{path.name}.damaged{'' if number == 1 else f'-{number}'}")):
        number += 1  # what was kept before stays
    try:
        kept.hardlink_to(os.path.realpath(path))  # at once, whatever its size; the flag file is replaced, not changed
    except OSError:  # a file system without such links
        shutil.copyfile(path, kept)
    return (f"the damaged file is kept as {kept}",)


@contextlib.contextmanager
def _locked(path: Path, patience: float) -> Iterator[None]:
    """Hold the file's lock; what cannot be written is one sentence.

    Raises:
        InputError: another process holds the lock, or something cannot be written.
    """
    with _one_sentence(path), locks.locked(path, patience=patience):
        yield


@contextlib.contextmanager
def _locked_if_possible(path: Path) -> Iterator[tuple[str, ...]]:
    """Hold the file's lock, or go on without one that nobody can hold; yields what has to be said.

    Raises:
        InputError: another process holds the lock, or something cannot be written.
    """
    with _one_sentence(path), contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locks.locked(path, patience=KILL_PATIENCE))
        except locks.UnusableLockError as error:
            notes: tuple[str, ...] = (str(error),)
        else:
            notes = ()
        yield notes


@contextlib.contextmanager
def _one_sentence(path: Path) -> Iterator[None]:
    """Let what cannot be written be one sentence.

    Raises:
        InputError: something cannot be written, or is no file.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is a folder, a pipe or a device; give the path of a file")
        yield
    except OSError as error:
        place = error.filename or path
        raise InputError(f"{place}: cannot be written ({error.strerror or error})") from error
