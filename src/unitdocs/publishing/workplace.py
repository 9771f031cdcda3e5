"""Git, and the files of the project's commit in a folder of their own: no later change of them reaches a site."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from unitdocs.errors import InputError

_OWN_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""By which git would find another repository, for example in a hook."""
_CLAUSE = ("fatal: ", "error: ", "remote: ")
"""How git begins what it has to say."""


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """Return an empty folder, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="unitdocs-publish-", ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


def export(project: Path, place: Path) -> Path:
    """Write the files of the project's commit, as a checkout has them, and return the project's folder there.

    Args:
        project: root of the project, in its git repository.
        place: the folder to write below.

    Raises:
        InputError: git fails.
    """
    top = Path(git(project, "rev-parse", "--show-toplevel"))
    prefix = git(project, "rev-parse", "--show-prefix")
    index = str(place / "index")
    git(top, "read-tree", "HEAD", GIT_INDEX_FILE=index)
    git(top, "checkout-index", "--all", f"--prefix={place / 'files'}/", GIT_INDEX_FILE=index)
    return place / "files" / prefix


def git(folder: Path, *arguments: str, stdin: str | None = None, **variables: str) -> str:
    """Return what git prints, without the last newline.

    Raises:
        InputError: git is missing or fails; with all that it says.
    """
    process = run(folder, *arguments, stdin=stdin, **variables)
    if process.returncode:
        raise InputError(f"git {arguments[0]}: {reason(process.stderr)}; nothing was published")
    return process.stdout.removesuffix("\n")


def run(
    folder: Path, *arguments: str, stdin: str | None = None, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run git in a folder, whether it succeeds or not.

    Raises:
        InputError: git is missing.
    """
    try:
        return subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *arguments],  # noqa: S607 - git from PATH, as mike takes it
            cwd=folder,
            env={**environment(), **variables},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError("git is not installed; publishing needs it") from error


def environment() -> dict[str, str]:
    """Return the variables of this process without those by which git would find another repository."""
    return {name: value for name, value in os.environ.items() if name not in _OWN_VARIABLES}


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
