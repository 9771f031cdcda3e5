"""All published versions in one file, and back.

The file is a git bundle: git alone can read it, on any machine, for as long as there is git. It holds the branch with
its history and the tags of pruned versions. A second file has its checksum, as `sha256sum` writes and checks it.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from unitdocs.errors import InputError
from unitdocs.publishing.branch import Branch
from unitdocs.publishing.changing import Pages, current, newest, remote_commit
from unitdocs.publishing.workplace import commit_of, git, reason, run

_TAGS: Final = "refs/tags/published/"
_BRANCH: Final = "refs/unitdocs/recovered-branch"
_RECOVERED: Final = "refs/unitdocs/recovered/"
_CHUNK: Final = 1 << 20


def backup(pages: Pages, file: Path) -> Branch:
    """Write all published versions with their history to a file, and its checksum to another.

    The newest state is saved: the remote's, if it is ahead; no branch is changed. An existing file is replaced once the
    new one is complete and was read back.

    Args:
        pages: the branch.
        file: the file; `.sha256` is added for the checksum's.

    Returns:
        The state that was saved.

    Raises:
        InputError: nothing is published, the clone lacks a part of the history, or git fails.
        OSError: the file cannot be written.
    """
    branch = newest(pages)
    if branch.commit is None:
        raise InputError(f"branch {pages.branch}: holds no version; there is nothing to save")
    if git(pages.project, "rev-parse", "--is-shallow-repository") == "true":
        raise InputError("this clone lacks a part of the history; run `git fetch --unshallow`, and save again")
    _get_tags(pages, branch)
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=f".{file.name}-") as folder:
        new = Path(folder) / "bundle"
        _write(pages, branch.commit, new)
        checksum = Path(folder) / "checksum"
        checksum.write_text(f"{_checksum(new)}  {file.name}\n", encoding="utf-8")
        # A kill between these steps leaves a whole backup without a checksum, never one with that of another.
        _sidecar(file).unlink(missing_ok=True)
        os.replace(new, file)  # noqa: PTH105 -- over an existing file, on every system
        os.replace(checksum, _sidecar(file))  # noqa: PTH105
    return branch


def recover(file: Path, pages: Pages, *, is_replaced: bool = False) -> Branch:
    """Bring the published versions of a backup back, and push them.

    Args:
        file: the backup; its checksum is compared if the file with it is there.
        pages: the branch; the repository may be empty.
        is_replaced: whether a branch with commits that the backup lacks is replaced; it is kept under a name of its
            own.

    Returns:
        The state that was recovered.

    Raises:
        InputError: the file is missing or damaged, the branch has commits that the backup lacks, or git fails; nothing
            is changed then.
    """
    if not file.is_file():
        raise InputError(f"{file}: there is no such file; give the file that `backup` wrote")
    sidecar = _sidecar(file)
    if sidecar.is_file() and sidecar.read_text(encoding="utf-8", errors="replace").split()[:1] != [_checksum(file)]:
        raise InputError(f"{file}: damaged, its checksum is not that in {sidecar.name}; use another backup")
    saved = _heads(pages, file).get(f"refs/heads/{pages.branch}")
    if saved is None:
        raise InputError(f"{file}: holds no branch {pages.branch}; give the file that `backup` wrote")
    with _read(pages, file):
        local, remote = current(pages).commit, remote_commit(pages)
        for commit in filter(None, (local, remote)):
            _check_replaceable(pages, commit, saved, is_replaced=is_replaced)
        if pages.remote:
            lease = f"--force-with-lease=refs/heads/{pages.branch}:{remote or ''}"
            references = (f"{saved}:refs/heads/{pages.branch}", f"{_RECOVERED}*:{_TAGS}*")
            git(pages.project, "push", "--quiet", "--atomic", lease, "--", pages.remote, *references)
        git(pages.project, "fetch", "--quiet", ".", f"+{_RECOVERED}*:{_TAGS}*")
        git(pages.project, "update-ref", f"refs/heads/{pages.branch}", saved, local or "0" * 40)
    return current(pages)


def _write(pages: Pages, commit: str, bundle: Path) -> None:
    """Write a bundle of the branch at a commit, and read all of it back; the repository is not changed."""
    source, copy = (bundle.with_name(name) for name in ("source.git", "copy.git"))
    for repository in (source, copy):
        git(bundle.parent, "init", "--quiet", "--bare", str(repository))
    objects = git(pages.project, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    (source / "objects" / "info" / "alternates").write_text(f"{objects}\n", encoding="utf-8")
    git(source, "update-ref", f"refs/heads/{pages.branch}", commit)
    here = git(pages.project, "rev-parse", "--path-format=absolute", "--git-common-dir")
    git(source, "fetch", "--quiet", "--no-tags", here, f"{_TAGS}*:{_TAGS}*")
    git(source, "bundle", "create", "--quiet", str(bundle), "--all")
    # `git bundle verify` reads no more than the first lines of the file.
    git(copy, "fetch", "--quiet", "--no-tags", str(bundle), "refs/*:refs/*")
    if git(copy, "for-each-ref") != git(source, "for-each-ref"):
        raise InputError(f"{bundle}: does not hold what was written; check the disk, and save again")


@contextlib.contextmanager
def _read(pages: Pages, file: Path) -> Iterator[None]:
    """Read all of a backup into the repository; its tags have names of their own meanwhile."""
    wanted = (f"+refs/heads/{pages.branch}:{_BRANCH}", f"+{_TAGS}*:{_RECOVERED}*")
    try:
        with tempfile.TemporaryDirectory(prefix="unitdocs-recover-", ignore_cleanup_errors=True) as copy:
            # Git skips the content of a bundle whose commits a repository already has: an empty one reads it all.
            git(Path(copy), "init", "--quiet", "--bare")
            read = run(Path(copy), "fetch", "--quiet", "--no-tags", str(file.absolute()), "refs/*:refs/*")
            if read.returncode:
                raise InputError(f"{file}: damaged ({reason(read.stderr)}); use another backup")
            git(pages.project, "fetch", "--quiet", "--no-tags", copy, *wanted)
        yield
    finally:
        for name in git(pages.project, "for-each-ref", "--format=%(refname)", _BRANCH, _RECOVERED).split():
            git(pages.project, "update-ref", "-d", name)


def _check_replaceable(pages: Pages, commit: str, saved: str, *, is_replaced: bool) -> None:
    """Refuse to lose commits; keep them under a name of their own where that is wanted."""
    if not run(pages.project, "merge-base", "--is-ancestor", commit, saved).returncode:
        return
    kept = f"refs/unitdocs/{pages.branch}/{commit[:10]}"
    if not is_replaced:
        raise InputError(
            f"branch {pages.branch}: has commits that the backup lacks ({commit[:10]}); with `--replace` the backup "
            f"takes its place, and the branch is kept as {kept}"
        )
    git(pages.project, "update-ref", kept, commit)


def _get_tags(pages: Pages, branch: Branch) -> None:
    """Fetch the tags of pruned versions that are not here yet."""
    wanted = [one.tag for one in branch.index.pruned if not commit_of(pages.project, f"refs/tags/{one.tag}")]
    if pages.remote and wanted:
        references = [f"refs/tags/{tag}:refs/tags/{tag}" for tag in wanted]
        git(pages.project, "fetch", "--quiet", pages.remote, *references)


def _heads(pages: Pages, bundle: Path) -> dict[str, str]:
    """Return the commits that a bundle holds, by reference, after git has checked it."""
    checked = run(pages.project, "bundle", "verify", "--quiet", str(bundle.absolute()))
    if checked.returncode:
        raise InputError(f"{bundle}: damaged, or no backup ({reason(checked.stderr)}); use another one")
    listed = git(pages.project, "bundle", "list-heads", str(bundle.absolute())).splitlines()
    return {name: commit for commit, _, name in (line.partition(" ") for line in listed)}


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        found = hashlib.sha256()
        while block := stream.read(_CHUNK):
            found.update(block)
    return found.hexdigest()


def _sidecar(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")
