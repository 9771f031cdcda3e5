"""Published versions of the site, through mike: one folder per version on a branch of the project's repository.

`latest` is a copy of one version; the root of the site redirects to it and uses its 404 page. Only a committed state is
published: a dirty tree, a stale record or a bundle that is unfit for the web is refused, and the site is built from an
export of the commit. A change is prepared in a place of its own (`workplace`), pushed once, and then written to the
local branch, if nobody else has changed that meanwhile.
"""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from unitdocs import records
from unitdocs.errors import InputError
from unitdocs.portal import bundle, reference
from unitdocs.portal.site.rendering import render
from unitdocs.publishing.workplace import Workplace, commit_of, git, workplace

LATEST: Final = "latest"
BUNDLES: Final = Path("build/plotly")
"""Where built bundles are kept, below the project; one that was changed is built again."""
REFERENCE: Final = Path("benchmarks/results/reference.json.gz")
_NOT_FOUND_PAGE: Final = "404.html"
_VERSIONS_VARIABLE: Final = "SITE_VERSIONS"
"""Read by mkdocs.yml: where the pages get their list of versions from."""
_MOST_LINES: Final = 20
"""Lines of a failed build that the error repeats."""
_ROOT_FILES: Final = frozenset({"index.html", _NOT_FOUND_PAGE, "versions.json", "cname", "robots.txt", "sitemap.xml"})
"""Names at the root of the branch that are, or may be, files; in lower case."""
_NOTHING: Final = "0" * 40
"""What git takes for the commit of a branch that does not exist."""
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]*")


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


def publish(version: str, pages: Pages) -> list[str]:
    """Build the committed state of the project and publish it as a version and as `latest`.

    The site shows only the reference record. A version of that name is replaced.

    Args:
        version: name of the version, such as `1.2`.
        pages: the branch to publish to.

    Returns:
        Subjects of the commits that the local branch already had and the remote one had not: they are published too.

    Raises:
        InputError: the name is invalid, the tree is dirty, the record is stale, the bundle is the full one, the
            site does not build, git fails, or the branch changes meanwhile; nothing is published then.
    """
    _check_name(version)
    _check_tree(pages.project)
    with _change(pages) as (place, unpushed):
        _check_free(version, pages.branch)
        _check_record(place.files)
        _prepare(pages.project / BUNDLES)
        _deploy(version, pages.branch)
        _redirect_to_latest(pages.branch)
    return unpushed


def roll_back(version: str, pages: Pages) -> list[str]:
    """Make `latest` a copy of a published version; all versions are kept.

    Returns:
        As for `publish`.

    Raises:
        InputError: the version does not exist, git fails, or the branch changes meanwhile; nothing is changed then.
    """
    with _change(pages) as (_, unpushed):
        _check_published(version, pages.branch)
        _point_latest(version, pages.branch)
        _redirect_to_latest(pages.branch)
    return unpushed


def published(pages: Pages) -> list[str]:
    """Return the names of all versions on the local branch, newest first.

    Raises:
        InputError: the branch holds no list of versions that can be read.
    """
    with contextlib.chdir(pages.project):
        return list(_versions(pages.branch))


def _check_name(version: str) -> None:
    if version.lower() == LATEST or version.lower() in _ROOT_FILES or not _NAME.fullmatch(version):
        raise InputError(f'version "{version}": not a name for a version; give one such as 1.2')


def _check_free(version: str, branch: str) -> None:
    """Refuse the name of something else at the root of the branch: an alias, or a file."""
    if any(version in aliases for aliases in _versions(branch).values()):
        raise InputError(f'version "{version}": is an alias of a version on {branch}; give another name')
    if _kind(branch, version) == "blob":
        raise InputError(f'version "{version}": not a name for a version: {branch} has a file of that name')


def _kind(branch: str, path: str) -> str:
    """Return git's word for what a path of the branch is; empty if it does not exist."""
    listed = git(Path.cwd(), "ls-tree", branch, "--", path, GIT_DIR=os.environ["GIT_DIR"]) if _exists(branch) else ""
    return listed.split()[1] if listed else ""


def _exists(branch: str) -> bool:
    from mike import git_utils  # noqa: PLC0415 - mike would slow the start of the command line

    return bool(git_utils.has_branch(branch))


def _check_tree(project: Path) -> None:
    changed = git(project, "status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise InputError(
            f"{changed[0][3:]}{more}: not committed; commit or remove it; only a committed state is published"
        )


def _check_record(project: Path) -> None:
    path = project / REFERENCE
    if not records.is_current(records.load(path), project):
        raise InputError(
            f"{REFERENCE}: stale: the measured code has changed; "
            "measure again with `python scripts/run_benchmarks.py --profile full` and commit the record"
        )


def _prepare(bundles: Path) -> None:
    """Render the reference record alone, and require a bundle that is fit for publishing."""
    docs = Path("docs")
    render(REFERENCE, None, docs)
    reference.render(Path.cwd(), docs)
    if not bundle.provide(docs / "generated" / "plotly.min.js", bundles).is_publishable:
        raise InputError(
            "plotly.min.js: the site's own bundle cannot be built, and the full one is three times as large for "
            "every reader; connect to a network that reaches npm's registry, and publish again"
        )


def _deploy(version: str, branch: str) -> None:
    from mike import commands, git_utils, mkdocs_utils  # noqa: PLC0415 - as above

    copy = commands.AliasType.copy  # GitHub Pages does not follow symbolic links
    config = mkdocs_utils.load_config()
    with (
        contextlib.suppress(git_utils.GitEmptyCommit),  # the same content is already published
        commands.deploy(config, version, aliases=[LATEST], update_aliases=True, alias_type=copy, branch=branch),
    ):
        _build(version)


def _build(version: str) -> None:
    """Build the site without `--quiet`, which hides warnings from `--strict`."""
    from mike.mkdocs_utils import docs_version_var  # noqa: PLC0415 - as above

    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    environment = {**os.environ, docs_version_var: version, _VERSIONS_VARIABLE: "mike"}
    del environment["GIT_DIR"]  # it is the repository of the branch, not that of the files
    process = subprocess.run(  # noqa: S603 - constants
        command, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if process.returncode:
        problems = [line for line in process.stderr.splitlines() if line and not line.startswith(("INFO", "DEBUG"))]
        raise InputError(
            "mkdocs.yml: the site does not build without warnings; nothing was published", *problems[-_MOST_LINES:]
        )


def _point_latest(version: str, branch: str) -> None:
    from mike import commands, git_utils, mkdocs_utils  # noqa: PLC0415 - as above

    copy = commands.AliasType.copy
    with contextlib.suppress(git_utils.GitEmptyCommit):
        commands.alias(
            mkdocs_utils.load_config(), version, [LATEST], update_aliases=True, alias_type=copy, branch=branch
        )


def _redirect_to_latest(branch: str) -> None:
    """Redirect the root of the site to `latest`, and copy its 404 page to the root."""
    from mike import commands, git_utils  # noqa: PLC0415 - as above

    with contextlib.suppress(git_utils.GitEmptyCommit):
        commands.set_default(LATEST, branch=branch)
    page = git_utils.read_file(branch, f"{LATEST}/{_NOT_FOUND_PAGE}")
    with (
        contextlib.suppress(git_utils.GitEmptyCommit),
        git_utils.Commit(branch, f"Copy the 404 page from {LATEST}") as commit,
    ):
        commit.add_file(git_utils.FileInfo(_NOT_FOUND_PAGE, page))


def _check_published(version: str, branch: str) -> None:
    versions = _versions(branch)
    if version not in versions:
        raise InputError(f'version "{version}": not published; {", ".join(versions) or "no version"} is on {branch}')


def _versions(branch: str) -> dict[str, set[str]]:
    """Return the versions on the branch, newest first, with their aliases."""
    from mike import commands  # noqa: PLC0415 - as above

    try:
        return {str(info.version): set(info.aliases) for info in commands.list_versions(branch)}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"{branch}:versions.json: not a list of versions ({error}); "
            f"restore it, for example from `git show {branch}~1:versions.json`"
        ) from error


@contextlib.contextmanager
def _change(pages: Pages) -> Iterator[tuple[Workplace, list[str]]]:
    """Prepare a change of the branch; at the end, push it and write it to the local branch.

    Yields the place where it is prepared, and the subjects of the commits that the remote lacks.
    """
    from mike import git_utils  # noqa: PLC0415 - as above

    local = commit_of(pages.project, f"refs/heads/{pages.branch}")
    remote = _fetch(pages)
    start = _newest(pages, local, remote)
    with workplace(pages.project, pages.branch, start) as place:
        try:
            yield place, _unpushed(pages, start, remote)
        except git_utils.GitError as error:
            raise InputError(f"branch {pages.branch}: {error}; nothing was published") from error
        _finish(pages, place, local, remote)


def _fetch(pages: Pages) -> str | None:
    """Fetch versions that others have published since, and return the commit of the remote's branch."""
    name = f"refs/heads/{pages.branch}"
    if not pages.remote or not git(pages.project, "ls-remote", "--heads", pages.remote, name):
        return None
    tracking = f"refs/remotes/{pages.remote}/{pages.branch}"
    git(pages.project, "fetch", "--quiet", pages.remote, f"+{name}:{tracking}")
    return commit_of(pages.project, tracking)


def _newest(pages: Pages, local: str | None, remote: str | None) -> str | None:
    """Return the commit to continue from: the one of the two that contains the other."""
    if local is None or remote is None or local == remote:
        return local or remote
    if not git(pages.project, "rev-list", "--max-count=1", local, f"^{remote}"):
        return remote
    if not git(pages.project, "rev-list", "--max-count=1", remote, f"^{local}"):
        return local
    raise InputError(
        f"branch {pages.branch}: has versions that {pages.remote} lacks, and the other way round; nothing was "
        f"published; to continue with those of {pages.remote}, run `git branch --force {pages.branch} "
        f"{pages.remote}/{pages.branch}`"
    )


def _unpushed(pages: Pages, start: str | None, remote: str | None) -> list[str]:
    """Return the subjects of the commits that the remote lacks, oldest first."""
    if not pages.remote or start is None or start == remote:
        return []
    new = [start, f"^{remote}"] if remote else [start]
    return git(pages.project, "log", "--reverse", "--format=%s", *new).splitlines()


def _finish(pages: Pages, place: Workplace, local: str | None, remote: str | None) -> None:
    """Bring the branch into the project's repository, push it, and move the local branch.

    Raises:
        InputError: the local branch was changed meanwhile, or the push is refused; nothing is changed then.
    """
    name = f"refs/heads/{pages.branch}"
    new = git(place.repository, "rev-parse", name)
    git(pages.project, "fetch", "--quiet", "--no-write-fetch-head", str(place.repository), name)
    if commit_of(pages.project, name) != local:
        raise InputError(
            f"branch {pages.branch}: somebody else has changed it meanwhile; nothing was published, publish again"
        )
    if pages.remote and new != remote:
        git(pages.project, "push", "--quiet", "--", pages.remote, f"{new}:{name}")
    git(pages.project, "update-ref", name, new, local or _NOTHING)
