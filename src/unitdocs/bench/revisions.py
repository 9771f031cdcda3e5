"""The two revisions of a comparison: a commit, checked out while the run lasts, and the working tree.

The commit is checked out with a temporary index into a temporary folder. A git worktree would be registered in the
repository, and a killed run would leave it there.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from unitdocs.bench.interruption import interruptible
from unitdocs.bench.job import Revisions
from unitdocs.bench.scratch import scratch_folder
from unitdocs.errors import InputError
from unitdocs.records.project import are_inside, is_project, place_of, setting

WORKING_TREE = "working tree"


class GitError(InputError):
    """Git failed; the message is git's own, or what it means here."""


def commit_of(root: Path, revision: str) -> str:
    """Return the full hash of the commit that a revision names.

    Args:
        root: the project.
        revision: a branch, a tag, a commit: anything that git resolves to a commit.

    Raises:
        InputError: the revision does not exist, or the project is not in a git repository.
    """
    try:
        git(root, "rev-parse", "--git-dir")
    except GitError as error:  # there is none, or it is another user's, and git says how to trust it
        raise InputError(f"{root}: --base needs a git repository; {error}") from error
    wrong = f"--base {revision}: no such commit; in a shallow clone, fetch the history first"
    if not revision:
        raise InputError("--base: give a branch, a tag or a commit, such as origin/main")
    if revision.startswith("-"):  # git would parse it as an option
        raise InputError(wrong)
    return git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", wrong=wrong)


@contextmanager
def checked_out(root: Path, commit: str) -> Iterator[Revisions]:
    """Check a commit out, and return it and the working tree as revisions; the checkout is removed afterwards.

    Args:
        root: the project, which may be a subfolder of its repository.
        commit: the commit that becomes the control.

    Raises:
        InputError: the commit cannot be checked out, or the folders of its modules cannot be determined.
    """
    with scratch_folder() as folder:
        place = folder.resolve()
        _check_out(root, commit, place)
        base = place / "tree" / git(root, "rev-parse", "--show-prefix")
        sources = _sources(base) or _sources(root)
        yield Revisions(
            names=(git(root, "rev-parse", "--short", commit), WORKING_TREE),
            roots=(_as_text(import_roots(base, sources)), _as_text(import_roots(root))),
            bytecode=str(place / "bytecode"),
            checkout=str(base),
        )


def import_roots(root: Path, sources: list[str] | None = None) -> list[Path]:
    """Return the folders from which a project's modules are imported.

    They are `sources` of the project's settings; by default `src` if it exists, otherwise the project itself.

    Args:
        root: the project.
        sources: the value of the setting (default: read from the project).

    Raises:
        InputError: the setting is invalid, or one of its folders does not exist.
    """
    sources = sources or _sources(root) or ["src" if (root / "src").is_dir() else "."]
    missing = [source for source in sources if not (root / source).is_dir()]
    if missing:
        raise InputError(*(f"{root / place_of(root, 'sources')}: no folder {source!r}" for source in missing))
    return [(root / source).resolve() for source in sources]


def _sources(root: Path) -> list[str] | None:
    """Return the setting `sources` of a project, or None if it has none."""
    if not is_project(root):
        return None
    sources = setting(root, "sources")
    if sources is not None and not are_inside(sources):
        raise InputError(
            f"{root / place_of(root, 'sources')}: expected a list of folders inside the project, such as ['src']"
        )
    return sources


def _check_out(root: Path, commit: str, place: Path) -> None:
    top = Path(git(root, "rev-parse", "--show-toplevel"))
    index = {"GIT_INDEX_FILE": str(place / "index")}
    git(top, "read-tree", commit, environment=index)
    git(top, "checkout-index", "--all", f"--prefix={place / 'tree'}/", environment=index)


def _as_text(places: list[Path]) -> tuple[str, ...]:
    return tuple(map(str, places))


def git(root: Path, *arguments: str, environment: Mapping[str, str] | None = None, wrong: str = "") -> str:
    """Return what git prints.

    Raises:
        GitError: git fails; the message is `wrong`, or git's own.
        InputError: git is not installed.
    """
    try:
        with interruptible():
            process = subprocess.run(  # noqa: S603 -- git, with fixed arguments
                ["git", *arguments],  # noqa: S607 -- whichever git the user has
                cwd=root,
                env={**os.environ, **(environment or {})},
                capture_output=True,
                check=False,
            )
    except FileNotFoundError as error:
        raise InputError("git is not installed; --base needs it") from error
    if process.returncode:
        raise GitError(wrong or f"git {arguments[0]} failed: {' '.join(os.fsdecode(process.stderr).split())}")
    return os.fsdecode(process.stdout).strip()  # what it prints may be paths
