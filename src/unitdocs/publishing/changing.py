"""A change of the branch: one commit, pushed once, put on top of what others have published meanwhile.

A change is a function from a state of the branch to the content of its root. It is applied to the newest state; if the
branch has moved by the time of the push, it is applied to the new one. Nothing is built for that.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from unitdocs.errors import InputError
from unitdocs.publishing.branch import (
    VERSIONS_FILE,
    Branch,
    Entry,
    at_commit,
    commit_tree,
    files,
    make_tree,
    store_text,
    store_versions,
)
from unitdocs.publishing.sharing import SHARED
from unitdocs.publishing.site_index import INDEX_FILE
from unitdocs.publishing.workplace import commit_of, git, reason, run

Edit = Callable[[Branch], Mapping[str, Entry]]
"""Returns the content of the root of the branch, from a state of it; may be called several times."""
PATIENCE: Final = 60.0
"""Seconds after the first lost race until a change is given up."""
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.1, 1.5, 5.0
"""Seconds, and the factor from one pause to the next; each is varied, so that two do not stay in step."""
_NOTHING: Final = "0" * 40
"""What git takes for the commit of a branch that does not exist."""


@dataclass(frozen=True)
class Pages:
    """The branch that holds the versions of a project's site.

    Args:
        project: root of the project: its git repository with `mkdocs.yml`, `docs` and the reference record.
        branch: the branch that holds the versions.
        remote: git remote that the branch is pushed to; None keeps it local.
    """

    project: Path
    branch: str = "gh-pages"
    remote: str | None = "origin"


@dataclass(frozen=True)
class Amount:
    """An amount of files.

    Args:
        files: their number.
        size: their size in bytes.
    """

    files: int
    size: int


@dataclass(frozen=True)
class Change:
    """What an action changed on the branch, or would change.

    Args:
        added: files that were not there.
        changed: files with another content, with their new size.
        removed: files that are no longer there.
        total: all files of the branch now.
        notes: what else happened, a sentence each.
    """

    added: Amount
    changed: Amount
    removed: Amount
    total: Amount
    notes: tuple[str, ...] = ()


class _LostRaceError(Exception):
    """Somebody else has changed the branch since it was read."""


def current(pages: Pages) -> Branch:
    """Return the state of the local branch."""
    return Branch(pages.project, pages.branch, commit_of(pages.project, _reference(pages)))


def newest(pages: Pages) -> Branch:
    """Return the newest state of the branch: the remote's, with what only the local branch has.

    Raises:
        InputError: git fails.
    """
    local = commit_of(pages.project, _reference(pages))
    return Branch(pages.project, pages.branch, _newest(pages, local, remote_commit(pages)).commit)


def apply(pages: Pages, edit: Edit, message: str, *, dry_run: bool = False, tags: tuple[str, ...] = ()) -> Change:
    """Apply a change to the newest state of the branch: commit, push, and move the local branch.

    Args:
        pages: the branch.
        edit: the change.
        message: the message of its commit.
        dry_run: whether to change no branch, here or elsewhere.
        tags: full references that are pushed with the commit, all or none.

    Returns:
        What changed, or would change.

    Raises:
        InputError: git fails, the push is refused, or others have changed the branch again and again for a minute;
            nothing is changed then.
    """
    lost_since: float | None = None
    pause = _FIRST_PAUSE
    while True:
        try:
            return _attempt(pages, edit, message, dry_run=dry_run, tags=tags)
        except _LostRaceError:
            now = time.monotonic()
            lost_since = lost_since or now
            if now - lost_since > PATIENCE:
                break
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 -- no secret
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)
    raise InputError(
        f"branch {pages.branch}: others have changed it again and again for {PATIENCE:.0f} s; nothing was published, "
        "publish again"
    )


def _attempt(pages: Pages, edit: Edit, message: str, *, dry_run: bool, tags: tuple[str, ...]) -> Change:
    local = commit_of(pages.project, _reference(pages))
    remote = remote_commit(pages)
    start = _newest(pages, local, remote)
    branch = Branch(pages.project, pages.branch, start.commit)
    root = make_tree(pages.project, edit(branch))
    notes = (*start.notes, *_unpushed(pages, start.commit, remote))
    change = _difference(at_commit(branch, remote or local), root, notes)
    if dry_run:
        return change
    commit = commit_tree(branch, root, message)
    if commit_of(pages.project, _reference(pages)) != local:
        raise _LostRaceError
    if start.kept:
        git(pages.project, "update-ref", f"refs/unitdocs/{pages.branch}/{start.kept[:10]}", start.kept)
    if pages.remote and commit != remote:
        _push(pages, commit, remote, tags)
    moved = run(pages.project, "update-ref", _reference(pages), commit, local or _NOTHING)
    if moved.returncode:
        # With a remote the change is published: what the local branch has now is put on top of it by the next attempt.
        raise _LostRaceError
    return change


def _reference(pages: Pages) -> str:
    return f"refs/heads/{pages.branch}"


def remote_commit(pages: Pages) -> str | None:
    """Return the newest commit of the remote's branch, which is fetched; None without one.

    Raises:
        InputError: git fails.
    """
    if not pages.remote or not git(pages.project, "ls-remote", "--heads", pages.remote, _reference(pages)):
        return None
    tracking = f"refs/remotes/{pages.remote}/{pages.branch}"
    found = run(pages.project, "fetch", "--quiet", "--no-tags", pages.remote, f"+{_reference(pages)}:{tracking}")
    if found.returncode and "cannot lock ref" not in found.stderr:  # another publish of this clone fetches as well
        raise InputError(f"git fetch: {reason(found.stderr)}; nothing was published")
    if found.returncode:
        raise _LostRaceError
    return commit_of(pages.project, tracking)


def _push(pages: Pages, commit: str, expected: str | None, tags: tuple[str, ...]) -> None:
    """Push the commit with the tags, all or none, if the remote's branch is still the expected one.

    Raises:
        _LostRaceError: it is another one.
        InputError: the push is refused.
    """
    assert pages.remote, "there is one to push to"
    lease = f"--force-with-lease={_reference(pages)}:{expected or ''}"
    references = (f"{commit}:{_reference(pages)}", *tags)
    together = ("--atomic",) if tags else ()
    pushed = run(pages.project, "push", "--quiet", *together, lease, "--", pages.remote, *references)
    if not pushed.returncode:
        return
    now = git(pages.project, "ls-remote", "--heads", pages.remote, _reference(pages)).partition("\t")[0] or None
    if now == commit:
        return  # it arrived, and the answer did not
    if now != expected or "cannot lock ref" in pushed.stderr:
        raise _LostRaceError
    raise InputError(f"git push: {reason(pushed.stderr)}; nothing was published")


@dataclass(frozen=True)
class _Start:
    """The state that a change begins from.

    Args:
        commit: its commit; None for a branch without commits.
        kept: a commit of the local branch that is kept under a name of its own; None without one.
        notes: what was done about it.
    """

    commit: str | None
    kept: str | None = None
    notes: tuple[str, ...] = ()


def _newest(pages: Pages, local: str | None, remote: str | None) -> _Start:
    """Return the state that has everything: one of the two, or the remote's with what only the local one has."""
    if local is None or remote is None or local == remote:
        return _Start(local or remote)
    if not git(pages.project, "rev-list", "--max-count=1", local, f"^{remote}"):
        return _Start(remote)
    if not git(pages.project, "rev-list", "--max-count=1", remote, f"^{local}"):
        return _Start(local)
    return _joined(pages, local, remote)


def _joined(pages: Pages, local: str, remote: str) -> _Start:
    """Return the remote's state with the versions that only the local branch has."""
    ours, theirs = (Branch(pages.project, pages.branch, commit) for commit in (local, remote))
    base = Branch(pages.project, pages.branch, run(pages.project, "merge-base", local, remote).stdout.strip() or None)
    # What both began with and the remote no longer has was taken off the site.
    published = {str(info.version) for branch in (theirs, base) for info in branch.versions}
    own = [info for info in ours.versions if str(info.version) not in published]
    versions = theirs.versions
    for info in own:
        free = {alias for alias in info.aliases if versions.find(alias) is None}
        versions.add(str(info.version), info.title, free)
    places = {str(info.version): place for place, info in enumerate(versions)}
    names = {str(info.version) for info in own}
    about = [*theirs.index.versions, *(one for one in ours.index.versions if one.version in names)]
    index = theirs.index.model_copy(update={"versions": tuple(sorted(about, key=lambda one: places[one.version]))})
    folders = {name: entry for name in names if (entry := ours.entry(name))}
    root = {
        **theirs.entries(),
        **folders,
        VERSIONS_FILE: store_versions(pages.project, versions),
        INDEX_FILE: store_text(pages.project, f"{index.model_dump_json(indent=2)}\n"),
    }
    shared = {**ours.entries(SHARED), **theirs.entries(SHARED)}
    if shared:
        root[SHARED] = make_tree(pages.project, shared)
    listed = ", ".join(str(info.version) for info in own) or "nothing"
    message = f"Put versions of another clone on top: {listed}"
    commit = commit_tree(theirs, make_tree(pages.project, root), message)
    note = (
        f"the local branch {pages.branch} and that of {pages.remote} had different commits: of the local one, {listed} "
        f"was put on top; it is kept as refs/unitdocs/{pages.branch}/{local[:10]}"
    )
    return _Start(commit, local, (note,))


def _unpushed(pages: Pages, start: str | None, remote: str | None) -> tuple[str, ...]:
    """Return a sentence for each commit that the remote lacks, oldest first."""
    if not pages.remote or start is None or start == remote:
        return ()
    new = [start, f"^{remote}"] if remote else [start]
    subjects = git(pages.project, "log", "--reverse", "--format=%s", *new).splitlines()
    return tuple(f"pushed too, from the local branch: {subject}" for subject in subjects)


def _difference(before: Branch, root: Entry, notes: tuple[str, ...]) -> Change:
    old, new = before.files(), files(before.repository, root.name)
    return Change(
        added=_amount({path: new[path] for path in new.keys() - old.keys()}),
        changed=_amount({path: new[path] for path in new.keys() & old.keys() if new[path] != old[path]}),
        removed=_amount({path: old[path] for path in old.keys() - new.keys()}),
        total=_amount(new),
        notes=notes,
    )


def _amount(found: Mapping[str, tuple[str, int]]) -> Amount:
    return Amount(len(found), sum(size for _, size in found.values()))
