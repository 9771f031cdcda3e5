"""A place of its own for one change of the published versions: the files of a commit, and a repository to write to.

Both are in a temporary folder. Nothing that happens in the project meanwhile reaches the site, and the project's branch
changes once, at the end: a change that fails or is killed leaves no part of itself there.
"""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from unitdocs.errors import InputError

_OWN_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""By which git would find another repository, for example in a hook."""
_IDENTITY = ("user.name", "user.email", "i18n.commitEncoding")
_CLAUSE = ("fatal: ", "error: ", "remote: ")
"""How git begins what it has to say."""


@dataclass(frozen=True)
class Workplace:
    """Where a change is prepared.

    Args:
        files: the project's files, as committed.
        repository: a bare repository that shares the project's objects and holds the branch.
    """

    files: Path
    repository: Path


@contextlib.contextmanager
def workplace(project: Path, branch: str, start: str | None) -> Iterator[Workplace]:
    """Work in the files of the project's commit, with git in a repository of its own; the folder is removed at the end.

    Args:
        project: root of the project, in its git repository.
        branch: the branch to work on.
        start: the commit that the branch starts from; None for a branch without commits.

    Raises:
        InputError: git fails.
    """
    with tempfile.TemporaryDirectory(prefix="unitdocs-publish-", ignore_cleanup_errors=True) as name:
        place = Path(name).resolve()
        here = Workplace(_export(project, place), _share_repository(project, place, branch, start))
        with contextlib.chdir(here.files), _variable("GIT_DIR", str(here.repository)):
            yield here


def git(folder: Path, *arguments: str, **variables: str) -> str:
    """Return what git prints, without the last newline.

    Raises:
        InputError: git is missing or fails; with all that it says.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _OWN_VARIABLES}
    try:
        process = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *arguments],  # noqa: S607 - git from PATH, as mike takes it
            cwd=folder,
            env={**environment, **variables},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError("git is not installed; publishing needs it") from error
    if process.returncode:
        raise InputError(f"git {arguments[0]}: {reason(process.stderr)}; nothing was published")
    return process.stdout.removesuffix("\n")


def commit_of(folder: Path, name: str) -> str | None:
    """Return the commit that a full reference names; None if it does not exist."""
    return git(folder, "for-each-ref", "--format=%(objectname)", name) or None


def reason(output: str) -> str:
    """Return what git wrote on standard error as one line."""
    clauses: list[str] = []
    for line in filter(None, map(str.strip, output.splitlines())):
        begins = line.startswith(_CLAUSE)
        text = line.split(": ", 1)[1] if begins else line
        if begins or not clauses:
            clauses.append(text)
        else:
            clauses[-1] += f" {text}"
    return "; ".join(clause.rstrip(".") for clause in clauses) or "failed without a message"


def _export(project: Path, place: Path) -> Path:
    """Write the files of the project's commit, as a checkout has them."""
    top = Path(git(project, "rev-parse", "--show-toplevel"))
    prefix = git(project, "rev-parse", "--show-prefix")
    index = str(place / "index")
    git(top, "read-tree", "HEAD", GIT_INDEX_FILE=index)
    git(top, "checkout-index", "--all", f"--prefix={place / 'files'}/", GIT_INDEX_FILE=index)
    return place / "files" / prefix


def _share_repository(project: Path, place: Path, branch: str, start: str | None) -> Path:
    """Make a bare repository with the branch, at the project's commit; nothing but new objects is written to it."""
    repository = place / "pages.git"
    git(place, "init", "--quiet", "--bare", str(repository))
    objects, shallow = (
        Path(git(project, "rev-parse", "--path-format=absolute", "--git-path", name)) for name in ("objects", "shallow")
    )
    (repository / "objects" / "info" / "alternates").write_text(f"{objects}\n", encoding="utf-8")
    if shallow.is_file():
        (repository / "shallow").write_bytes(shallow.read_bytes())
    git(repository, "update-ref", "--no-deref", "HEAD", git(project, "rev-parse", "HEAD"))
    if start:
        git(repository, "update-ref", f"refs/heads/{branch}", start)
    for key in _IDENTITY:
        if value := git(project, "config", "--default", "", "--get", key):
            git(repository, "config", key, value)
    return repository


@contextlib.contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
