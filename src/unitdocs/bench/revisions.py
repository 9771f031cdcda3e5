"""Two revisions of a project as the revisions of a comparison: a commit, checked out for the time of a run, and the tree.

The commit is read into an index and a folder of our own rather than into a git worktree: the repository knows nothing
of it, so that nothing is left there even if the run is killed.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from unitdocs.bench.job import Revisions
from unitdocs.errors import InputError
from unitdocs.records.project import are_inside, setting

WORKING_TREE = "working tree"


def commit_of(root: Path, revision: str) -> str:
    """Return the commit that a revision names, in full.

    Args:
        root: the project.
        revision: a branch, a tag, a commit: whatever git understands.

    Raises:
        InputError: there is no such revision, or no git repository.
    """
    _git(root, "rev-parse", "--git-dir", wrong=f"{root}: is no git repository, so there is no revision to compare with")
    wrong = f"--base {revision}: git knows no such commit; in a shallow clone, fetch its history first"
    if revision.startswith("-"):  # git would take it for an option
        raise InputError(wrong)
    return _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", wrong=wrong)


@contextmanager
def checked_out(root: Path, commit: str) -> Iterator[Revisions]:
    """Check a commit out, and return it and the working tree as the revisions of a comparison; it is removed afterwards.

    Args:
        root: the project, which may lie anywhere in its repository.
        commit: the commit that is the control.

    Raises:
        InputError: the commit cannot be checked out, or one of the two does not say where its modules are.
    """
    with tempfile.TemporaryDirectory(prefix="unitdocs-base-") as folder:
        place = Path(folder).resolve()
        _check_out(root, commit, place)
        base = place / "tree" / _git(root, "rev-parse", "--show-prefix")
        sources = _sources(base) or _sources(root)
        yield Revisions(
            names=(_git(root, "rev-parse", "--short", commit), WORKING_TREE),
            roots=(_as_text(import_roots(base, sources)), _as_text(import_roots(root))),
            bytecode=str(place / "bytecode"),
        )


def import_roots(root: Path, sources: list[str] | None = None) -> list[Path]:
    """Return the folders that hold a project's modules, as they stand on the path that Python imports from.

    They are `sources` of `[tool.unitdocs]` in its pyproject.toml; without it `src`, or the project where there is none.

    Args:
        root: the project.
        sources: what the setting says, where that is known.

    Raises:
        InputError: the setting is wrong, or names a folder that is not there.
    """
    sources = sources or _sources(root) or ["src" if (root / "src").is_dir() else "."]
    missing = [source for source in sources if not (root / source).is_dir()]
    if missing:
        raise InputError(*(f"{root}: tool.unitdocs.sources: there is no folder {source!r} in it" for source in missing))
    return [(root / source).resolve() for source in sources]


def _sources(root: Path) -> list[str] | None:
    if not (root / "pyproject.toml").is_file():
        return None
    sources = setting(root, "sources")
    if sources is not None and not are_inside(sources):
        place = root / "pyproject.toml"
        raise InputError(f"{place}: tool.unitdocs.sources: expected a list of folders below it, such as ['src']")
    return sources


def _check_out(root: Path, commit: str, place: Path) -> None:
    top = Path(_git(root, "rev-parse", "--show-toplevel"))
    index = {"GIT_INDEX_FILE": str(place / "index")}
    _git(top, "read-tree", commit, environment=index)
    _git(top, "checkout-index", "--all", f"--prefix={place / 'tree'}/", environment=index)


def _as_text(places: list[Path]) -> tuple[str, ...]:
    return tuple(map(str, places))


def _git(root: Path, *arguments: str, environment: Mapping[str, str] | None = None, wrong: str = "") -> str:
    """Return what git prints; where it fails, say what is wrong, or what git says."""
    try:
        done = subprocess.run(  # noqa: S603 -- git, with our own words
            ["git", *arguments],  # noqa: S607 -- whichever git the user has
            cwd=root,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError("git is not installed, and without it there is no revision to compare with") from error
    if done.returncode:
        raise InputError(wrong or f"git {arguments[0]} failed: {' '.join(done.stderr.split())}")
    return done.stdout.strip()
