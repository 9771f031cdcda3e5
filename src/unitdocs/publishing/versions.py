"""Published versions of the site, through mike: a folder each on a branch of the project's git repository.

`latest` is a copy of one version, the root of the site leads to it, and the root's 404 page is its 404 page. What is
published is what is committed: a dirty tree, a stale record or a bundle that does not belong on the web is refused.
Everything happens on the local branch first and is pushed once; where a step fails, the branch is put back as it was.
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
_MISSING_PAGE: Final = "404.html"
_VERSIONS_VARIABLE: Final = "SITE_VERSIONS"
"""Read by mkdocs.yml: where the pages get their list of versions from."""
_MOST: Final = 20
"""Lines of a failed build that are repeated."""
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]*")


@dataclass(frozen=True)
class Pages:
    """Where the versions of a project's site are kept.

    Args:
        project: root of the project: its git repository with `mkdocs.yml`, `docs` and the reference record.
        branch: the branch that holds the versions.
        remote: git remote that the branch is pushed to; None keeps it on this machine.
    """

    project: Path
    branch: str = "gh-pages"
    remote: str | None = "origin"


def publish(version: str, pages: Pages) -> None:
    """Build the committed state of the project and publish it as a version and as `latest`.

    The site shows the reference record alone: `docs/generated` is rendered anew. A version of that name is replaced.

    Args:
        version: name of the version, such as `1.2`.
        pages: where to.

    Raises:
        InputError: the name will not do, the tree is dirty, the record is stale, the bundle is the full one, the
            site does not build, or git refuses; nothing was published then.
    """
    _check_name(version)
    _check_tree(pages.project)
    _check_record(pages.project)
    with _changing(pages):
        _prepare()
        _deploy(version, pages.branch)
        _lead_to_latest(pages.branch)


def roll_back(version: str, pages: Pages) -> None:
    """Make `latest` a copy of a version that is published already; every version stays where it is.

    Raises:
        InputError: there is no such version, or git refuses; nothing was changed then.
    """
    with _changing(pages):
        _check_published(version, pages.branch)
        _point_latest(version, pages.branch)
        _lead_to_latest(pages.branch)


def published(pages: Pages) -> list[str]:
    """Return the names of all versions on this machine's copy of the branch, newest first."""
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
            f"{changed[0][3:]}{more}: not committed; commit or remove it, for what is published is a commit"
        )


def _check_record(project: Path) -> None:
    path = project / REFERENCE
    if not records.is_current(records.load(path), project):
        raise InputError(
            f"{REFERENCE}: stale, the code it measured has changed; "
            "measure again with `python scripts/run_benchmarks.py --profile full` and commit the record"
        )


def _prepare() -> None:
    """Render the reference record alone, and make sure of the bundle that readers will load."""
    docs = Path("docs")
    render(REFERENCE, None, docs)
    reference.render(Path.cwd(), docs)
    if not bundle.provide(docs / "generated" / "plotly.min.js").is_publishable:
        raise InputError(
            "plotly.min.js: the site's own bundle cannot be built, and the full one is three times as heavy for each "
            "reader; connect to a network where npm's registry can be reached, and publish again"
        )


def _deploy(version: str, branch: str) -> None:
    from mike import commands, git_utils, mkdocs_utils  # noqa: PLC0415 - as above

    copy = commands.AliasType.copy  # GitHub Pages does not follow symbolic links
    config = mkdocs_utils.load_config()
    with (
        contextlib.suppress(git_utils.GitEmptyCommit),  # the same is published already
        commands.deploy(config, version, aliases=[LATEST], update_aliases=True, alias_type=copy, branch=branch),
    ):
        _build(version)


def _build(version: str) -> None:
    """Build the site; not with `--quiet`, under which MkDocs counts no warnings and so is never strict."""
    from mike.mkdocs_utils import docs_version_var  # noqa: PLC0415 - as above

    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    environment = {**os.environ, docs_version_var: version, _VERSIONS_VARIABLE: "mike"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - constants
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line and not line.startswith(("INFO", "DEBUG"))]
        raise InputError("mkdocs.yml: the site does not build without warnings; nothing was published", *said[-_MOST:])


def _point_latest(version: str, branch: str) -> None:
    from mike import commands, git_utils, mkdocs_utils  # noqa: PLC0415 - as above

    copy = commands.AliasType.copy
    with contextlib.suppress(git_utils.GitEmptyCommit):
        commands.alias(
            mkdocs_utils.load_config(), version, [LATEST], update_aliases=True, alias_type=copy, branch=branch
        )


def _lead_to_latest(branch: str) -> None:
    """Make the root of the site lead to `latest`, also with its page for what is missing."""
    from mike import commands, git_utils  # noqa: PLC0415 - as above

    with contextlib.suppress(git_utils.GitEmptyCommit):
        commands.set_default(LATEST, branch=branch)
    page = git_utils.read_file(branch, f"{LATEST}/{_MISSING_PAGE}")
    with (
        contextlib.suppress(git_utils.GitEmptyCommit),
        git_utils.Commit(branch, f"Take the page for what is missing from {LATEST}") as commit,
    ):
        commit.add_file(git_utils.FileInfo(_MISSING_PAGE, page))


def _check_published(version: str, branch: str) -> None:
    known = _versions(branch)
    if version not in known:
        raise InputError(f'version "{version}": not published; {", ".join(known) or "no version"} is on {branch}')


def _versions(branch: str) -> list[str]:
    from mike import commands  # noqa: PLC0415 - as above

    return [str(info.version) for info in commands.list_versions(branch)]


@contextlib.contextmanager
def _changing(pages: Pages) -> Iterator[None]:
    """Work in the project on an up-to-date branch; push it at the end, or put it back where a step failed."""
    from mike import git_utils  # noqa: PLC0415 - as above

    with contextlib.chdir(pages.project):
        try:
            _update(pages)
            before = git_utils.get_latest_commit(pages.branch) if git_utils.has_branch(pages.branch) else None
            with _restoring(pages.branch, before):
                yield
                if pages.remote:
                    git_utils.push_branch(pages.remote, pages.branch)
        except git_utils.GitError as error:
            raise InputError(f"branch {pages.branch}: {error}; nothing was published") from error


def _update(pages: Pages) -> None:
    """Take over what others published since."""
    from mike import git_utils  # noqa: PLC0415 - as above

    if pages.remote and _git("ls-remote", "--heads", pages.remote, f"refs/heads/{pages.branch}"):
        tracking = f"+refs/heads/{pages.branch}:refs/remotes/{pages.remote}/{pages.branch}"
        _git("fetch", "--quiet", pages.remote, tracking)
        git_utils.update_from_upstream(pages.remote, pages.branch)


@contextlib.contextmanager
def _restoring(branch: str, before: str | None) -> Iterator[None]:
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


def _git(*words: str) -> str:
    """Return what git prints; where it fails, what it says is the error."""
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607 - git from PATH, as mike takes it
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["failed without a word"]
        raise InputError(f"git {words[0]}: {said[-1]}; nothing was published")
    return done.stdout
