"""Old versions are taken off the site to make room; a tag keeps what restores them."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from unitdocs.errors import InputError
from unitdocs.publishing.branch import VERSIONS_FILE, Branch, Entry, at_commit, make_tree, store_text, store_versions
from unitdocs.publishing.changing import Change, Pages, apply, newest
from unitdocs.publishing.references import used_by
from unitdocs.publishing.sharing import SHARED
from unitdocs.publishing.site_index import INDEX_FILE, PrunedVersion
from unitdocs.publishing.versions import put_on
from unitdocs.publishing.workplace import commit_of, git

_TAG = "published/{version}-{commit}"


@dataclass(frozen=True)
class Pruning:
    """What was taken off the site, or would be.

    Args:
        versions: names of the versions, newest first.
        change: what changed.
    """

    versions: tuple[str, ...]
    change: Change


def prune(pages: Pages, keep: int, *, dry_run: bool = False, now: datetime | None = None) -> Pruning:
    """Take all but the newest versions off the site, and what only they used.

    A version that `latest` or another alias leads to stays in any case. A tag, which is pushed too, keeps each version
    that goes, so that `restore` brings it back.

    Args:
        pages: the branch.
        keep: how many versions stay, at least 1.
        dry_run: whether to change nothing.
        now: the time; None for the system's clock.

    Raises:
        InputError: `keep` is below 1, somebody changed one of the versions meanwhile, or git fails; no version is
            removed then.
    """
    if keep < 1:
        raise InputError(f"--keep {keep}: at least one version has to stay; give 1 or more")
    start = newest(pages)
    gone = _to_remove(start, keep)
    tag_of = {version: _TAG.format(version=version, commit=(start.commit or "")[:10]) for version in gone}
    time = now or datetime.now(UTC)

    def edit(branch: Branch) -> Mapping[str, Entry]:
        _check_unchanged(branch, start, gone)
        return _without(branch, tag_of, time)

    count = f"{len(gone)} versions" if len(gone) != 1 else "1 version"
    tags = () if dry_run else tuple(f"refs/tags/{tag}" for tag in tag_of.values())
    with _tagged(pages, start, tags):
        return Pruning(gone, apply(pages, edit, f"Take {count} off the site", dry_run=dry_run, tags=tags))


def restore(version: str, pages: Pages) -> Change:
    """Bring a version back that was pruned: as it was, under its name.

    Raises:
        InputError: no version of that name was pruned, it is on the site again, its tag is missing, or git fails.
    """
    start = newest(pages)
    pruned = {one.version: one for one in start.index.pruned}
    if version not in pruned:
        known = ", ".join(pruned) or "none was"
        raise InputError(f'version "{version}": was not taken off the site; pruned: {known}')
    tag = pruned[version].tag
    if pages.remote and not git(pages.project, "tag", "--list", tag):
        git(pages.project, "fetch", "--quiet", pages.remote, f"refs/tags/{tag}:refs/tags/{tag}")
    if not git(pages.project, "tag", "--list", tag):
        raise InputError(f"tag {tag}: is not in this repository; recover it from a backup first")
    kept = at_commit(start, git(pages.project, "rev-parse", f"refs/tags/{tag}^{{commit}}"))
    folder = kept.entry(version)
    about = {one.version: one for one in kept.index.versions}.get(version)
    if folder is None or about is None:
        raise InputError(f"tag {tag}: does not hold version {version}; restore it from a backup")
    files = {path: one for path, one in kept.files().items() if path.startswith(f"{version}/")}
    digests = used_by(kept, files)
    shared = {name: entry for name, entry in kept.entries(SHARED).items() if name in digests}

    def edit(branch: Branch) -> Mapping[str, Entry]:
        if any(str(info.version) == version for info in branch.versions):
            raise InputError(f'version "{version}": is on the site; nothing was changed')
        return put_on(branch, about, folder, shared)

    return apply(pages, edit, f"Restore {version}")


def _to_remove(branch: Branch, keep: int) -> tuple[str, ...]:
    versions = list(branch.versions)
    return tuple(str(info.version) for info in versions[keep:] if not info.aliases)


@contextlib.contextmanager
def _tagged(pages: Pages, branch: Branch, tags: tuple[str, ...]) -> Iterator[None]:
    """Make the tags, and take new ones back if what they are made for fails."""
    new = [tag for tag in tags if not commit_of(pages.project, tag)]
    for tag in new:
        git(pages.project, "update-ref", tag, branch.commit or "")
    try:
        yield
    except BaseException:
        for tag in new:
            git(pages.project, "update-ref", "-d", tag)
        raise


def _check_unchanged(branch: Branch, start: Branch, gone: tuple[str, ...]) -> None:
    """Refuse to remove what the tags do not hold, and what readers are led to by now."""
    aliases = {str(info.version): info.aliases for info in branch.versions}
    for version in gone:
        if version in aliases and (aliases[version] or branch.entry(version) != start.entry(version)):
            raise InputError(
                f'version "{version}": somebody has changed it meanwhile; nothing was removed, prune again'
            )


def _without(branch: Branch, tag_of: Mapping[str, str], now: datetime) -> Mapping[str, Entry]:
    """Return the root of the branch without some versions, and without what only they used."""
    versions = branch.versions
    gone = {version for version in tag_of if versions.find(version)}
    if not gone:
        return branch.entries()
    versions.difference_update(gone)
    about = {one.version: one for one in branch.index.versions}
    pruned = tuple(
        PrunedVersion(
            version=version,
            published=about[version].published if version in about else None,
            pruned=now,
            tag=tag_of[version],
        )
        for version in tag_of
        if version in gone
    )
    left = tuple(one for one in branch.index.versions if one.version not in gone)
    earlier = tuple(one for one in branch.index.pruned if one.version not in gone)
    index = branch.index.model_copy(update={"versions": left, "pruned": (*pruned, *earlier)})
    root = {
        **{name: entry for name, entry in branch.entries().items() if name not in gone},
        VERSIONS_FILE: store_versions(branch.repository, versions),
        INDEX_FILE: store_text(branch.repository, f"{index.model_dump_json(indent=2)}\n"),
    }
    if SHARED in root:
        rest = Branch(branch.repository, branch.name, make_tree(branch.repository, root).name)
        files = {path: one for path, one in rest.files().items() if not path.startswith(f"{SHARED}/")}
        used = used_by(rest, files)
        left_shared = {name: entry for name, entry in branch.entries(SHARED).items() if name in used}
        del root[SHARED]
        if left_shared:
            root[SHARED] = make_tree(branch.repository, left_shared)
    return root
