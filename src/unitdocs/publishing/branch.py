"""The branch that holds the published versions, read and made as git trees: no file of it is ever checked out.

A folder of the branch is one object of git, a tree. So a version that is built once can be put on any state of the
branch, and a rollback names a tree in another place; neither copies a file. Objects that are written and then not used,
for example by a publish that was killed, are no part of any branch, and git removes them after a while.
"""

import dataclasses
import functools
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mike.versions import Versions
from pydantic import ValidationError

from unitdocs.errors import InputError
from unitdocs.publishing.site_index import INDEX_FILE, SiteIndex
from unitdocs.publishing.workplace import environment, git

VERSIONS_FILE: Final = "versions.json"
_AS_WRITTEN: Final = ("-c", "core.autocrlf=false", "-c", "core.safecrlf=false")
"""A site is published byte for byte, whatever a machine does with the ends of lines."""


@dataclass(frozen=True)
class Entry:
    """A file or a folder of the branch.

    Args:
        mode: its mode, as git writes it.
        kind: `blob` for a file, `tree` for a folder.
        name: git's name of its content.
    """

    mode: str
    kind: str
    name: str


@dataclass(frozen=True)
class Branch:
    """A state of the branch.

    Args:
        repository: a folder of the repository that has its objects.
        name: the branch's name, for messages.
        commit: the state's commit; None for a branch without commits.
    """

    repository: Path
    name: str
    commit: str | None

    def entries(self, folder: str = "") -> dict[str, Entry]:
        """Return what is in a folder of the branch, by name; empty if there is no such folder."""
        if self.commit is None or (folder and self.entry(folder) is None):
            return {}
        return entries(self.repository, f"{self.commit}:{folder}")

    def entry(self, path: str) -> Entry | None:
        """Return a file or a folder of the branch; None if it does not exist."""
        if self.commit is None:
            return None
        listed = git(self.repository, "ls-tree", "-z", self.commit, "--", path.rstrip("/")).rstrip("\0")
        return _entry(listed)[1] if listed else None

    def text(self, path: str) -> str | None:
        """Return the content of a file of the branch; None if it does not exist."""
        return None if self.entry(path) is None else git(self.repository, "show", f"{self.commit}:{path}")

    @property
    def versions(self) -> Versions:
        """The list of the versions with their aliases, as mike has it: each time a new one, which may be changed.

        Raises:
            InputError: the list cannot be read.
        """
        text = self._versions_text
        try:
            return Versions() if text is None else Versions.loads(text)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._unreadable(VERSIONS_FILE, f"not a list of versions ({error})") from error

    @functools.cached_property
    def index(self) -> SiteIndex:
        """What the pages know of all versions.

        Raises:
            InputError: the file cannot be read.
        """
        text = self.text(INDEX_FILE)
        try:
            return SiteIndex() if text is None else SiteIndex.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the file"
            raise self._unreadable(INDEX_FILE, f"not an index of versions ({place}: {first['msg']})") from error

    def files(self) -> dict[str, tuple[str, int]]:
        """Return git's name of the content and the size in bytes of each file, by path."""
        return {} if self.commit is None else files(self.repository, self.commit)

    @functools.cached_property
    def _versions_text(self) -> str | None:
        return self.text(VERSIONS_FILE)

    def _unreadable(self, file: str, why: str) -> InputError:
        return InputError(f"{self.name}:{file}: {why}; restore it, for example from `git show {self.name}~1:{file}`")


def entries(repository: Path, tree: str) -> dict[str, Entry]:
    """Return what is in a folder that git has as a tree, by name."""
    listed = git(repository, "ls-tree", "-z", tree).split("\0")
    return dict(map(_entry, filter(None, listed)))


def files(repository: Path, tree: str) -> dict[str, tuple[str, int]]:
    """Return git's name of the content and the size in bytes of each file of a tree, by path."""
    found = {}
    for line in filter(None, git(repository, "ls-tree", "-r", "-l", "-z", tree).split("\0")):
        about, _, path = line.partition("\t")
        _, _, name, size = about.split()
        found[path] = (name, int(size))
    return found


def contents(repository: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the content of files that git has, each with git's name of it.

    Raises:
        InputError: git does not have one of them.
    """
    command = ["git", "cat-file", "--batch"]
    options = {"cwd": repository, "env": environment(), "stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **options) as process:  # type: ignore[call-overload] # noqa: S603 -- as `git`
        assert process.stdin, "a pipe"
        assert process.stdout, "a pipe"
        for name in names:
            process.stdin.write(f"{name}\n".encode())
            process.stdin.flush()
            _, kind, *size = process.stdout.readline().decode().split()
            if kind != "blob":
                raise InputError(f"git cat-file: {name} is {kind}; the repository is damaged, or not all of it is here")
            yield name, process.stdout.read(int(size[0]))
            process.stdout.read(1)
        process.stdin.close()


def make_tree(repository: Path, content: Mapping[str, Entry]) -> Entry:
    """Write a folder to the repository, from what is in it."""
    lines = (f"{one.mode} {one.kind} {one.name}\t{name}\0" for name, one in sorted(content.items()))
    return Entry("040000", "tree", git(repository, "mktree", "-z", stdin="".join(lines)))


def store_text(repository: Path, text: str) -> Entry:
    """Write a file to the repository."""
    return Entry("100644", "blob", git(repository, "hash-object", "-w", "--stdin", stdin=text))


def store_versions(repository: Path, versions: Versions) -> Entry:
    """Write mike's list of versions to the repository, the same for the same versions: its sets have no order."""
    listed = [{**one, "aliases": sorted(one["aliases"])} for one in versions.to_json()]
    return store_text(repository, f"{json.dumps(listed, indent=2)}\n")


def store_folder(repository: Path, folder: Path, index: Path) -> Entry:
    """Write a folder with all its files to the repository.

    Args:
        repository: a folder of the repository.
        folder: the folder.
        index: a file for git to work with, which does not exist yet.
    """
    own = git(repository, "rev-parse", "--absolute-git-dir")
    at = (f"--git-dir={own}", f"--work-tree={folder}")
    variables = {"GIT_INDEX_FILE": str(index)}
    git(folder, *_AS_WRITTEN, *at, "add", "--all", "--force", ".", **variables)
    return Entry("040000", "tree", git(folder, *at, "write-tree", **variables))


def commit_tree(branch: Branch, tree: Entry, message: str) -> str:
    """Write a commit that follows the branch's, and return it; the branch's own if nothing differs."""
    if branch.commit and git(branch.repository, "rev-parse", f"{branch.commit}^{{tree}}") == tree.name:
        return branch.commit
    parent = ("-p", branch.commit) if branch.commit else ()
    return git(branch.repository, "commit-tree", tree.name, *parent, "-m", message)


def at_commit(branch: Branch, commit: str | None) -> Branch:
    """Return another state of the branch."""
    return dataclasses.replace(branch, commit=commit)


def _entry(line: str) -> tuple[str, Entry]:
    about, _, path = line.partition("\t")
    mode, kind, name = about.split()
    return os.path.basename(path), Entry(mode, kind, name)  # noqa: PTH119 -- a path of git, not of this system
