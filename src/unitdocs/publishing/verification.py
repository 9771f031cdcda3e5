"""Whether what is published is complete and consistent, read from the branch itself."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from unitdocs.errors import InputError
from unitdocs.formatting import size
from unitdocs.publishing.branch import VERSIONS_FILE, Branch, contents
from unitdocs.publishing.changing import Pages, current, remote_commit
from unitdocs.publishing.references import addresses, used_by
from unitdocs.publishing.sharing import LATEST, SHARED, digest
from unitdocs.publishing.site_index import INDEX_FILE
from unitdocs.publishing.workplace import git

LIMIT: Final = 1_000_000_000
"""Bytes that GitHub Pages serves of one site."""
NEAR_LIMIT: Final = 800_000_000
_TAGS: Final = "refs/tags/published/"
_MOST: Final = 20
"""Findings of one kind that are named."""
_AGAIN: Final = "publish the version again, or recover from a backup"


@dataclass(frozen=True)
class Discrepancy:
    """Something that is wrong on the branch.

    Args:
        text: one sentence: where, what, what to do.
        is_fault: whether readers are harmed; otherwise it only deserves attention.
    """

    text: str
    is_fault: bool = True


def verify(pages: Pages) -> list[Discrepancy]:
    """Look for what is wrong with the published versions, on the local branch.

    Raises:
        InputError: there is no such branch, or its lists cannot be read.
    """
    branch = current(pages)
    if branch.commit is None:
        raise InputError(f"branch {pages.branch}: does not exist here; publish a version, or recover from a backup")
    files = branch.files()
    return [
        *_lists(branch),
        *_records(branch, files),
        *_pruned(pages, branch),
        *_latest(branch),
        *_shared(branch, files),
        *_links(branch, files),
        *_size(files),
        *_remote(pages, branch),
    ]


def _lists(branch: Branch) -> Iterator[Discrepancy]:
    """Compare the list of versions, the index and the folders."""
    listed = {str(info.version) for info in branch.versions}
    aliases = {alias for info in branch.versions for alias in info.aliases}
    indexed = {one.version for one in branch.index.versions}
    folders = {name for name, entry in branch.entries().items() if entry.kind == "tree"} - {SHARED} - aliases
    for version in sorted(listed - folders):
        yield Discrepancy(f"{version}: is in {VERSIONS_FILE}, and has no folder; {_AGAIN}")
    for version in sorted(listed - indexed):
        yield Discrepancy(f"{version}: is not in {INDEX_FILE}, so that other versions do not know it; {_AGAIN}")
    for version in sorted(indexed - listed):
        yield Discrepancy(f"{version}: is in {INDEX_FILE}, and not in {VERSIONS_FILE}; {_AGAIN}")
    for name in sorted(folders - listed):
        yield Discrepancy(f"{name}: is a folder that no list names; remove it, or publish it again", is_fault=False)


def _records(branch: Branch, files: Mapping[str, tuple[str, int]]) -> Iterator[Discrepancy]:
    """Look for the files that pages of other versions find through the index."""
    for one in branch.index.versions:
        for place in (one.record.file, one.record.explore):
            if place not in files:
                yield Discrepancy(f"{INDEX_FILE}: refers to {place} for {one.version}, which is not there; {_AGAIN}")


def _pruned(pages: Pages, branch: Branch) -> Iterator[Discrepancy]:
    """Look for the tags that pruned versions are restored from: here, or at the remote."""
    if not branch.index.pruned:
        return
    listed = git(pages.project, "for-each-ref", "--format=%(refname)", _TAGS)
    if pages.remote:
        listed += "\n" + git(pages.project, "ls-remote", pages.remote, f"{_TAGS}*")
    tags = {line.split()[-1] for line in listed.splitlines() if line}
    for one in branch.index.pruned:
        if f"refs/tags/{one.tag}" not in tags:
            yield Discrepancy(
                f"{one.version}: was pruned, and its tag {one.tag} is missing; recover from a backup", is_fault=False
            )


def _latest(branch: Branch) -> Iterator[Discrepancy]:
    """Compare each alias with its version, and the root with `latest`."""
    for info in branch.versions:
        for alias in sorted(info.aliases):
            if branch.entry(alias) != branch.entry(str(info.version)):
                yield Discrepancy(f"{alias}: is not the same as {info.version}; roll back to a version to mend it")
    latest = next((str(info.version) for info in branch.versions if LATEST in info.aliases), None)
    if latest is None:
        yield Discrepancy(f"{LATEST}: leads to no version; publish a version, or roll back to one")
        return
    if branch.index.latest != latest:
        yield Discrepancy(f"{INDEX_FILE}: says that {LATEST} is {branch.index.latest}, and it is {latest}; {_AGAIN}")
    if f'"{LATEST}/"' not in (branch.text("index.html") or ""):
        yield Discrepancy(f"index.html: does not lead to {LATEST}/; {_AGAIN}")
    if branch.entry("404.html") != branch.entry(f"{LATEST}/404.html"):
        yield Discrepancy(f"404.html: is not that of {LATEST}; {_AGAIN}")
    if branch.entry(".nojekyll") is None:
        yield Discrepancy(f".nojekyll: is missing, so that GitHub Pages leaves files out; {_AGAIN}")


def _shared(branch: Branch, files: Mapping[str, tuple[str, int]]) -> Iterator[Discrepancy]:
    """Check what versions share: its name is the digest of its content, and something uses it."""
    folders: dict[str, dict[str, str]] = {}
    for path, (name, _) in files.items():
        if path.startswith(f"{SHARED}/"):
            _, folder, rest = path.split("/", 2)
            folders.setdefault(folder, {})[rest] = name
    blobs = dict(contents(branch.repository, {name for inside in folders.values() for name in inside.values()}))
    for folder, inside in sorted(folders.items()):
        if digest({path: blobs[name] for path, name in inside.items()}) != folder:
            yield Discrepancy(f"{SHARED}/{folder}: its content has been changed; recover from a backup")
    pages = {path: one for path, one in files.items() if not path.startswith(f"{SHARED}/")}
    for folder in sorted(folders.keys() - used_by(branch, pages)):
        yield Discrepancy(f"{SHARED}/{folder}: no version uses it; the next `prune` removes it", is_fault=False)


def _links(branch: Branch, files: Mapping[str, tuple[str, int]]) -> Iterator[Discrepancy]:
    """Look for the files that pages refer to.

    The page of a module's source stays for as long as a version shows it. It leads to the newest version, which may
    have another reference by then; the page for what is missing helps there.
    """
    folders = {folder for path in files for folder in _parents(path)}
    dead = sorted(
        {
            (page, place)
            for page, place in addresses(branch, files)
            if not (page.startswith(f"{SHARED}/") and place.startswith(f"{LATEST}/"))
            and place not in files
            and not (place in folders and f"{place}/index.html".removeprefix("./") in files)
        }
    )
    for page, place in dead[:_MOST]:
        yield Discrepancy(f"{page}: refers to {place}, which is not there; {_AGAIN}")
    if len(dead) > _MOST:
        yield Discrepancy(f"and {len(dead) - _MOST} more references to what is not there")


def _parents(path: str) -> Iterator[str]:
    yield "."
    while path := posixpath.dirname(path):
        yield path


def _size(files: Mapping[str, tuple[str, int]]) -> Iterator[Discrepancy]:
    total = sum(count for _, count in files.values())
    if total > NEAR_LIMIT:
        more = "more than" if total > LIMIT else "close to"
        yield Discrepancy(
            f"the site has {size(total)}, {more} the 1 GB that GitHub Pages serves; take old versions off with `prune`",
            is_fault=total > LIMIT,
        )


def _remote(pages: Pages, branch: Branch) -> Iterator[Discrepancy]:
    if pages.remote and remote_commit(pages) != branch.commit:
        yield Discrepancy(
            f"branch {pages.branch}: differs from that of {pages.remote}; the next action brings both together",
            is_fault=False,
        )
