"""The version of the package, which is that of the git tag; hatchling evaluates `current_version()` for each build.

A tag `v1.2` gives 1.2. A commit after it gives the next version with the commit's name, such as 1.3.dev4+g1a2b3c4, and
files that are not committed add a digest of them: pip keeps an installed package whose version is that of a new wheel,
so two wheels that differ need two versions.

Standard library only: a build has nothing else.
"""

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "UNITDOCS_BUILD_VERSION"
"""Names the version to build, in an export of a commit that git knows nothing of."""
FIRST = "0.1.0"
"""What is built before any version was released."""
PACKAGED = ("src", "pyproject.toml", "README.md", "LICENSE")
"""The files that a wheel is made from."""
ARCHIVED = ".archived-commit"
"""A file in which `git archive` writes the commit and its nearest tag, as .gitattributes says."""
TAG = re.compile(r"v(?P<release>\d+(?:\.\d+)*)(?P<stage>(?:a|b|rc)\d+)?")
DESCRIBED = re.compile(r"(?P<tag>v[^-]+)(?:-(?P<commits>\d+)-g(?P<commit>[0-9a-f]+))?")
RELEASED = re.compile(r"^## \[?v?(\d+(?:\.\d+)*)", re.MULTILINE)
REPOSITORY_VARIABLES = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}
"""By which git would find another repository, for example in a hook."""


@dataclass(frozen=True)
class Commit:
    """The commit that is built.

    Args:
        name: the beginning of its name; empty if nobody knows it.
        tag: the newest tag up to it; empty if there is none.
        distance: commits since that tag.
        changes: a digest of what is not committed; empty without changes.
    """

    name: str = ""
    tag: str = ""
    distance: int = 0
    changes: str = ""


def current_version(project: Path = ROOT) -> str:
    """Return the version of the project's files, from the first that knows it: the variable, git, or an archive.

    Args:
        project: root of the project.
    """
    if version := os.environ.get(VARIABLE):
        return version.removeprefix("v")
    return version_of(_from_git(project) or _from_archive(project) or Commit(), project)


def version_of(commit: Commit, project: Path) -> str:
    """Return the version of a commit: 1.2 at its tag, such as 1.3.dev4+g1a2b3c4 after it.

    Without a tag, as in a shallow clone, the version follows the newest one of the changelog.
    """
    tag = TAG.fullmatch(commit.tag)
    if tag and not commit.distance and not commit.changes:
        return commit.tag[1:]
    following = _following(tag["release"], tag["stage"] or "") if tag else _unreleased(project)
    local = ".".join(filter(None, [commit.name and f"g{commit.name}", commit.changes and f"d{commit.changes}"]))
    return f"{following}.dev{commit.distance if tag else 0}" + (f"+{local}" if local else "")


def _following(release: str, stage: str) -> str:
    """Return the version after a release: 1.3 after 1.2, and 2.0rc2 after 2.0rc1."""
    last = re.search(r"\d+$", release + stage)
    assert last is not None
    return f"{(release + stage)[: last.start()]}{int(last[0]) + 1}"


def _unreleased(project: Path) -> str:
    try:
        released = RELEASED.search((project / "CHANGELOG.md").read_text(encoding="utf-8"))
    except OSError:
        return FIRST
    return _following(released[1], "") if released else FIRST


def _from_git(project: Path) -> Commit | None:
    """Return the commit that is checked out; None if the project is not in a git repository of its own."""
    # In an export that lies in another repository, git would describe that one.
    if _git(project, "ls-files", "--error-unmatch", "pyproject.toml") is None:
        return None
    name = _git(project, "rev-parse", "--short=7", "HEAD")
    if name is None:
        return None
    described = _git(project, "describe", "--tags", "--long", "--match", "v[0-9]*") or ""
    return _described(described, name, _changes(project))


def _from_archive(project: Path) -> Commit | None:
    """Return the commit that an archive names; None if the files do not come from `git archive`."""
    try:
        name, _, described = (project / ARCHIVED).read_text(encoding="utf-8").strip().partition(" ")
    except OSError:
        return None
    return None if name.startswith("$") else _described(described, name[:7])


def _described(described: str, name: str, changes: str = "") -> Commit:
    """Return a commit by what `git describe` says of it, which is the tag alone if it is the tag's commit."""
    if found := DESCRIBED.fullmatch(described):
        return Commit(name, found["tag"], int(found["commits"] or 0), changes)
    return Commit(name, changes=changes)


def _changes(project: Path) -> str:
    """Return a digest of what differs from the commit among the packaged files; empty if nothing does."""
    difference = _git(project, "diff", "--binary", "HEAD", "--", *PACKAGED) or ""
    new = _git(project, "ls-files", "--others", "--exclude-standard", "-z", "--", *PACKAGED) or ""
    names = sorted(filter(None, new.split("\0")))
    if not difference and not names:
        return ""
    digest = hashlib.sha256(difference.encode())
    for name in names:
        digest.update(f"\0{name}\0".encode())
        digest.update((project / name).read_bytes())
    return digest.hexdigest()[:8]


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git prints; None if it is missing or fails."""
    environment = {name: value for name, value in os.environ.items() if name not in REPOSITORY_VARIABLES}
    command = ["git", *arguments]
    options = {"cwd": folder, "env": environment, "encoding": "utf-8", "errors": "surrogateescape"}
    try:
        done = subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload]
    except OSError:
        return None
    return None if done.returncode else done.stdout.strip()
