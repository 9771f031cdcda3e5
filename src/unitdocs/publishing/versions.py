"""Published versions of the site, through mike: one folder per version on a branch of the project's repository.

`latest` is a copy of one version; the root of the site redirects to it and uses its 404 page. Only a committed state is
published: a dirty tree, a stale record or a bundle that is unfit for the web is refused. All changes are made on the
local branch and pushed once; if a step fails, the branch is restored.
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

LATEST: Final = "latest"
REFERENCE: Final = Path("benchmarks/results/reference.json.gz")
_NOT_FOUND_PAGE: Final = "404.html"
_VERSIONS_VARIABLE: Final = "SITE_VERSIONS"
"""Read by mkdocs.yml: where the pages get their list of versions from."""
_MOST_LINES: Final = 20
"""Lines of a failed build that the error repeats."""
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


def publish(version: str, pages: Pages) -> None:
    """Build the committed state of the project and publish it as a version and as `latest`.

    The site shows only the reference record: `docs/generated` is rendered again. A version of that name is replaced.

    Args:
        version: name of the version, such as `1.2`.
        pages: the branch to publish to.

    Raises:
        InputError: the name is invalid, the tree is dirty, the record is stale, the bundle is the full one, the
            site does not build, or git fails; nothing is published then.
    """
    _check_name(version)
    _check_tree(pages.project)
    _check_record(pages.project)
    with _change(pages):
        _prepare()
        _deploy(version, pages.branch)
        _redirect_to_latest(pages.branch)


def roll_back(version: str, pages: Pages) -> None:
    """Make `latest` a copy of a published version; all versions are kept.

    Raises:
        InputError: the version does not exist, or git fails; nothing is changed then.
    """
    with _change(pages):
        _check_published(version, pages.branch)
        _point_latest(version, pages.branch)
        _redirect_to_latest(pages.branch)


def published(pages: Pages) -> list[str]:
    """Return the names of all versions on the local branch, newest first."""
    with contextlib.chdir(pages.project):
        return _versions(pages.branch)


def _check_name(version: str) -> None:
    if version == LATEST or not _NAME.fullmatch(version):
        raise InputError(f'version "{version}": not a name for a version; give one such as 1.2')


def _check_tree(project: Path) -> None:
    with contextlib.chdir(project):
        changed = _git("status", "--porcelain").splitlines()
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


def _prepare() -> None:
    """Render the reference record alone, and require a bundle that is fit for publishing."""
    docs = Path("docs")
    render(REFERENCE, None, docs)
    reference.render(Path.cwd(), docs)
    if not bundle.provide(docs / "generated" / "plotly.min.js").is_publishable:
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
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - constants
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


def _versions(branch: str) -> list[str]:
    from mike import commands  # noqa: PLC0415 - as above

    return [str(info.version) for info in commands.list_versions(branch)]


@contextlib.contextmanager
def _change(pages: Pages) -> Iterator[None]:
    """Work in the project on an up-to-date branch; push it at the end, or restore it if a step fails."""
    from mike import git_utils  # noqa: PLC0415 - as above

    with contextlib.chdir(pages.project):
        try:
            _update(pages)
            before = git_utils.get_latest_commit(pages.branch) if git_utils.has_branch(pages.branch) else None
            with _restore_on_error(pages.branch, before):
                yield
                if pages.remote:
                    git_utils.push_branch(pages.remote, pages.branch)
        except git_utils.GitError as error:
            raise InputError(f"branch {pages.branch}: {error}; nothing was published") from error


def _update(pages: Pages) -> None:
    """Fetch versions that others have published since."""
    from mike import git_utils  # noqa: PLC0415 - as above

    if pages.remote and _git("ls-remote", "--heads", pages.remote, f"refs/heads/{pages.branch}"):
        tracking = f"+refs/heads/{pages.branch}:refs/remotes/{pages.remote}/{pages.branch}"
        _git("fetch", "--quiet", pages.remote, tracking)
        git_utils.update_from_upstream(pages.remote, pages.branch)


@contextlib.contextmanager
def _restore_on_error(branch: str, before: str | None) -> Iterator[None]:
    """Reset the branch to a commit, or delete it, if an error occurs."""
    try:
        yield
    except BaseException:
        _git(
            *(
                ["update-ref", f"refs/heads/{branch}", before]
                if before
                else ["update-ref", "-d", f"refs/heads/{branch}"]
            )
        )
        raise


def _git(*arguments: str) -> str:
    """Return the output of git; raise its last line as an error if it fails."""
    process = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607 - git from PATH, as mike takes it
    if process.returncode:
        lines = process.stderr.strip().splitlines() or ["failed without a message"]
        raise InputError(f"git {arguments[0]}: {lines[-1]}; nothing was published")
    return process.stdout
