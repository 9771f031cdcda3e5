"""Published versions of the site: one folder per version on a branch of the project's repository.

`latest` is the same tree as one version; the root of the site leads to it and has its 404 page. Only a committed state
is published: a dirty tree, a stale record or a bundle that is unfit for the web is refused, and the site is built from
an export of the commit. mike's plugin and its list of versions serve the selector in the pages. mike's own commits are
not used: they build for each attempt, give up where somebody else was faster, and need several for one action.
"""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unitdocs import records
from unitdocs.analysis.history import machine_of
from unitdocs.errors import InputError
from unitdocs.portal import bundle, reference
from unitdocs.portal.bundle import browser_python
from unitdocs.portal.reference.lessons import PYTHON, has_lessons
from unitdocs.portal.site.rendering import render
from unitdocs.publishing.branch import (
    VERSIONS_FILE,
    Branch,
    Entry,
    entries,
    make_tree,
    store_folder,
    store_text,
    store_versions,
)
from unitdocs.publishing.changing import Change, Pages, apply, current, newest
from unitdocs.publishing.packages import add_package, mark_export
from unitdocs.publishing.sharing import LATEST, SHARED, share
from unitdocs.publishing.site_index import (
    INDEX_FILE,
    PublishedRecord,
    PublishedVersion,
    SiteIndex,
    Withdrawal,
)
from unitdocs.publishing.workplace import export, git, workplace

if TYPE_CHECKING:
    from mike.versions import Versions

    from unitdocs.records import RunRecord

BUNDLES: Final = Path("build/plotly")
"""Where built bundles are kept, below the project; one that was changed is built again."""
REFERENCE: Final = Path("benchmarks/results/reference.json.gz")
_RECORD: Final = "generated/data/records/reference.json.xz"
_EXPLORED: Final = "generated/explore/data.json"
_NOT_FOUND_PAGE: Final = "404.html"
_ROOT_PAGE: Final = "index.html"
_NO_JEKYLL: Final = ".nojekyll"
"""Makes GitHub Pages serve the files as they are."""
_VERSIONS_VARIABLE: Final = "SITE_VERSIONS"
"""Read by mkdocs.yml: where the pages get their list of versions from."""
_MOST_LINES: Final = 20
"""Lines of a failed build that the error repeats."""
_ROOT_NAMES: Final = frozenset(
    {_ROOT_PAGE, _NOT_FOUND_PAGE, VERSIONS_FILE, INDEX_FILE, SHARED, "cname", "robots.txt", "sitemap.xml"}
)
"""Names at the root of the branch that are, or may be, something else; in lower case."""
_RELEASE: Final = re.compile(r"v?\d+(\.\d+)*")
"""Names of releases; `dev` and `2.0rc1` are none."""
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]*")


@dataclass(frozen=True)
class ListedVersion:
    """A version of the list.

    Args:
        version: its name.
        aliases: its other names, among them `latest`.
        about: what the index knows of it; None for a version that was published without an index.
    """

    version: str
    aliases: tuple[str, ...]
    about: PublishedVersion | None


@dataclass(frozen=True)
class _Built:
    """A version that is ready to be put on the branch: its folder, what it shares, and its entry in the index."""

    folder: Entry
    shared: Mapping[str, Entry]
    about: PublishedVersion


def publish(
    version: str,
    pages: Pages,
    *,
    aliases: tuple[str, ...] = (),
    is_latest: bool | None = None,
    stale_ok: bool = False,
    dry_run: bool = False,
    now: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Change:
    """Build the committed state of the project and publish it as a version.

    The site shows only the reference record. A version of that name is replaced. If somebody else publishes at the same
    time, the version is put on top of theirs, again and again for up to a minute.

    Args:
        version: name of the version, such as `1.2`.
        pages: the branch to publish to.
        aliases: further names that lead to the version; another version that has one loses it.
        is_latest: whether the version becomes `latest`; None: if it is a release, and no newer one is published that
            was not withdrawn.
        stale_ok: whether a record that does not belong to the code may be published; the version is marked then.
        dry_run: whether to change nothing and only return what would change.
        now: the time of publishing; None for the system's clock.
        progress: is called with a sentence at each step.

    Returns:
        What changed, or would change, in files and bytes.

    Raises:
        InputError: a name is invalid, the tree is dirty, the record is stale, the bundle is the full one, the site does
            not build, git fails, or others publish for longer than a minute; nothing is published then.
    """
    for name in (version, *aliases):
        _check_name(name)
    _check_tree(pages.project)
    _check_free((version, *aliases), version, current(pages))
    with workplace() as place:
        built = _build_version(
            version, pages, place, stale_ok=stale_ok, now=now or datetime.now(UTC), progress=progress
        )

        def edit(branch: Branch) -> Mapping[str, Entry]:
            _check_free((version, *aliases), version, branch)
            leads = _is_newest(version, branch) if is_latest is None else is_latest
            names = (*aliases, LATEST) if leads else aliases
            return put_on(branch, built.about, built.folder, built.shared, names)

        progress("Comparing with the branch" if dry_run else "Publishing")
        commit = git(pages.project, "rev-parse", "--short", "HEAD")
        return apply(pages, edit, f"Publish {commit} as {version}", dry_run=dry_run)


def roll_back(version: str, pages: Pages, *, why: str, now: datetime | None = None) -> Change:
    """Make a published version `latest` again; all versions are kept.

    The version that was `latest`, and each release that is newer than the version, is marked as withdrawn. The version
    itself loses such a mark. Nothing happens if it is `latest` already.

    Args:
        version: name of the version.
        pages: the branch.
        why: the reason, which the pages of the withdrawn versions show.
        now: the time of the rollback; None for the system's clock.

    Returns:
        What changed.

    Raises:
        InputError: the version does not exist, there is no reason, or git fails; nothing is changed then.
    """
    reason = " ".join(why.split())
    if not reason:
        raise InputError("the reason is empty; say in one sentence why readers should not use the version")
    withdrawal = Withdrawal(at=now or datetime.now(UTC), why=reason)

    def edit(branch: Branch) -> Mapping[str, Entry]:
        _check_published(version, branch)
        if _latest_of(branch.versions) == version:
            return branch.entries()
        return _with_names(branch, branch.entries(), _withdrawn(branch, version, withdrawal), version, (LATEST,))

    return apply(pages, edit, f"Roll back to {version}: {withdrawal.why}")


def published(pages: Pages) -> list[ListedVersion]:
    """Return all versions, newest first: those of the remote too, if it exists.

    Raises:
        InputError: the branch holds no list of versions that can be read, or the remote cannot be reached.
    """
    has_remote = pages.remote in git(pages.project, "remote").split()
    branch = newest(pages) if has_remote else current(pages)
    known = {one.version: one for one in branch.index.versions}
    return [
        ListedVersion(str(info.version), tuple(sorted(info.aliases)), known.get(str(info.version)))
        for info in branch.versions
    ]


def _check_name(version: str) -> None:
    if version.lower() == LATEST or version.lower() in _ROOT_NAMES or not _NAME.fullmatch(version):
        raise InputError(f'version "{version}": not a name for a version; give one such as 1.2')


def _check_free(names: tuple[str, ...], version: str, branch: Branch) -> None:
    """Refuse the name of something else at the root of the branch: another version, an alias, or a file."""
    if any(version in info.aliases for info in branch.versions):
        raise InputError(f'version "{version}": is an alias of a version on {branch.name}; give another name')
    for name in names:
        entry = branch.entry(name)
        if entry and entry.kind == "blob":
            raise InputError(f'version "{name}": not a name for a version: {branch.name} has a file of that name')
    taken = {str(info.version) for info in branch.versions} & {name for name in names if name != version}
    if taken or version in names[1:]:
        raise InputError(f'alias "{min(taken or {version})}": is the name of a version; give another alias')


def _check_tree(project: Path) -> None:
    changed = git(project, "status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise InputError(
            f"{changed[0][3:]}{more}: not committed; commit or remove it; only a committed state is published"
        )


def _check_published(version: str, branch: Branch) -> None:
    versions = [str(info.version) for info in branch.versions]
    if version not in versions:
        raise InputError(
            f'version "{version}": not published; {", ".join(versions) or "no version"} is on {branch.name}'
        )


def _build_version(
    version: str, pages: Pages, place: Path, *, stale_ok: bool, now: datetime, progress: Callable[[str], None]
) -> _Built:
    """Build the site of the commit, and write it to the repository."""
    files = export(pages.project, place)
    record = records.load(files / REFERENCE)
    is_stale = _is_stale(record, files, stale_ok=stale_ok)
    mark_export(pages.project, files)
    with contextlib.chdir(files):
        progress("Rendering the record")
        _render(pages.project / BUNDLES)
        progress("Building the package")
        add_package(files, version, Path("docs"))
        progress("Building the site")
        _build(version)
    moved = share(files / "site", place / SHARED)
    progress("Writing the version to the repository")
    commit = git(pages.project, "rev-parse", "HEAD")
    shown = PublishedRecord(
        created=record.created,
        commit=record.environment.commit or "",
        machine=machine_of(record.environment).label,
        file=moved.get(_RECORD, f"{version}/{_RECORD}"),
        explore=f"{version}/{_EXPLORED}",
    )
    about = PublishedVersion(version=version, published=now, commit=commit, record=shown, stale=is_stale)
    folder = store_folder(pages.project, files / "site", place / "index-of-site")
    shared = store_folder(pages.project, place / SHARED, place / "index-of-shared") if moved else None
    return _Built(folder, entries(pages.project, shared.name) if shared else {}, about)


def _is_stale(record: "RunRecord", project: Path, *, stale_ok: bool) -> bool:
    is_stale = not records.is_current(record, project)
    if is_stale and not stale_ok:
        raise InputError(
            f"{REFERENCE}: stale: the measured code has changed; "
            "measure again with `python scripts/run_benchmarks.py --profile full` and commit the record, or publish it "
            "marked as stale with `--stale-ok`"
        )
    return is_stale


def _render(bundles: Path) -> None:
    """Render the reference record alone, offered as a small file, and require a bundle that is fit for publishing."""
    docs = Path("docs")
    render(REFERENCE, None, docs, small=True)
    reference.render(Path.cwd(), docs)
    if has_lessons(docs) and not browser_python.provide(docs / PYTHON, bundles.with_name("pyodide")):
        raise InputError(
            "pyodide.mjs: Python for the lessons cannot be had from npm's registry; connect to a network that reaches "
            "it, and publish again"
        )
    if not bundle.provide(docs / "generated" / "plotly.min.js", bundles).is_publishable:
        raise InputError(
            "plotly.min.js: the site's own bundle cannot be built, and the full one is three times as large for "
            "every reader; connect to a network that reaches npm's registry, and publish again"
        )


def _build(version: str) -> None:
    """Build the site without `--quiet`, which hides warnings from `--strict`."""
    from mike.mkdocs_utils import docs_version_var  # noqa: PLC0415 - mike would slow the start of the command line

    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    environment = {**os.environ, docs_version_var: version, _VERSIONS_VARIABLE: "mike"}
    process = subprocess.run(  # noqa: S603 - constants
        command, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if process.returncode:
        problems = [line for line in process.stderr.splitlines() if line and not line.startswith(("INFO", "DEBUG"))]
        raise InputError(
            "mkdocs.yml: the site does not build without warnings; nothing was published", *problems[-_MOST_LINES:]
        )


def put_on(
    branch: Branch, about: PublishedVersion, folder: Entry, shared: Mapping[str, Entry], names: tuple[str, ...] = ()
) -> Mapping[str, Entry]:
    """Return the root of the branch with a version.

    Args:
        branch: the state of the branch.
        about: what the index says of the version.
        folder: its folder.
        shared: the folders that it shares with others.
        names: its further names.
    """
    version = about.version
    kept: set[str] = next((info.aliases for info in branch.versions if str(info.version) == version), set())
    others = [one for one in branch.index.versions if one.version != version]
    left = tuple(one for one in branch.index.pruned if one.version != version)
    changed = branch.index.model_copy(update={"versions": (*others, about), "pruned": left})
    index = _ordered(branch, changed, version)
    root = {**branch.entries(), version: folder}
    if shared:
        root[SHARED] = make_tree(branch.repository, {**shared, **branch.entries(SHARED)})
    return _with_names(branch, root, index, version, (*names, *sorted(kept - set(names))))


def _with_names(
    branch: Branch, root: Mapping[str, Entry], index: SiteIndex, version: str, names: tuple[str, ...]
) -> Mapping[str, Entry]:
    """Return the root with the index and further names of a version; with `latest`, what the root of the site shows."""
    repository = branch.repository
    versions = branch.versions
    versions.add(version, aliases=names, update_aliases=True)
    changed = {
        **root,
        **dict.fromkeys(names, root[version]),
        VERSIONS_FILE: store_versions(repository, versions),
        _NO_JEKYLL: store_text(repository, ""),
    }
    if LATEST in names:
        changed[_ROOT_PAGE] = store_text(repository, _root_page())
        changed[_NOT_FOUND_PAGE] = entries(repository, root[version].name)[_NOT_FOUND_PAGE]
    aliases = {str(info.version): tuple(sorted(info.aliases - {LATEST})) for info in versions}
    known = tuple(one.model_copy(update={"aliases": aliases.get(one.version, ())}) for one in index.versions)
    latest = version if LATEST in names else index.latest
    return {**changed, INDEX_FILE: _stored(branch, index.model_copy(update={"versions": known, "latest": latest}))}


def _root_page() -> str:
    """Return mike's page that leads from the root to `latest`."""
    template = resources.files("mike").joinpath("templates/redirect.html").read_text(encoding="utf-8")
    return template.replace("{{href}}", f"{LATEST}/")


def _ordered(branch: Branch, index: SiteIndex, added: str) -> SiteIndex:
    """Return the index in the order of the list of versions."""
    versions = branch.versions
    versions.add(added)
    places = {str(info.version): place for place, info in enumerate(versions)}
    ordered = sorted(index.versions, key=lambda one: places.get(one.version, len(places)))
    return index.model_copy(update={"versions": tuple(ordered)})


def _withdrawn(branch: Branch, version: str, withdrawal: Withdrawal) -> SiteIndex:
    """Return the index with a mark at each release that a rollback leaves behind; `dev` and the like are none."""
    names = [str(info.version) for info in branch.versions if _RELEASE.fullmatch(str(info.version))]
    newer = names[: names.index(version)] if version in names else []
    left = {*newer, _latest_of(branch.versions)} - {version}

    def marked(one: PublishedVersion) -> PublishedVersion:
        if one.version in left:
            return one if one.withdrawn else one.model_copy(update={"withdrawn": withdrawal})
        return one.model_copy(update={"withdrawn": None}) if one.version == version else one

    return branch.index.model_copy(update={"versions": tuple(map(marked, branch.index.versions))})


def _is_newest(version: str, branch: Branch) -> bool:
    """Return whether a version is a release, and no newer one is published that was not withdrawn."""
    versions = branch.versions
    versions.add(version)
    withdrawn = {one.version for one in branch.index.versions if one.withdrawn}
    releases = [name for info in versions if _RELEASE.fullmatch(name := str(info.version))]
    return next((name for name in releases if name == version or name not in withdrawn), None) == version


def _latest_of(versions: "Versions") -> str | None:
    """Return the version that `latest` is; None without one."""
    return next((str(info.version) for info in versions if LATEST in info.aliases), None)


def _stored(branch: Branch, index: SiteIndex) -> Entry:
    return store_text(branch.repository, f"{index.model_dump_json(indent=2)}\n")
