"""What a version carries besides its pages: the wheel of its own code, locks with hashes, and checksums of all.

There is a lock for the unit system alone and one for each extra. It pins the wheel and everything that it needs there,
so that one command installs what was tested, with or without a network. Exact versions come from the project's lock.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from importlib import metadata
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from unitdocs.errors import InputError
from unitdocs.formatting import size
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.publishing.workplace import git

FOLDER: Final = "package"
"""Folder of the files, below `generated`: apart from the records' data, which many versions share."""
SNIPPET: Final = "downloads/package.md"
"""The list of the files on the page Data, below `generated`."""
SUMS: Final = "SHA256SUMS"
LOCK: Final = Path("requirements/portal.lock")
ARCHIVED: Final = ".archived-commit"
"""What `scripts/package_version.py` reads in an export: the commit and its nearest tag."""
_DESCRIPTION: Final = "--format=%h %(describe:tags=true,match=v[0-9]*)"
_VARIABLE: Final = "UNITDOCS_BUILD_VERSION"
_VERSION: Final = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?")
"""Names of versions that are versions of the package too; a name such as `dev` is not."""
EXTRAS: Final = {"": (), "measure": ("measure",), "portal": ("measure", "portal")}
"""What can be installed by a lock, with its extras: the unit system alone, measuring, and the site, which measures."""
_OF_EXTRA: Final = re.compile(r"""extra\s*==\s*["']([\w.-]+)["']""")
_MOST_LINES: Final = 20
"""Lines of a failed build that the error repeats."""
_PAGE: Final = Page("benchmarks/data.md")


@dataclass(frozen=True)
class Package:
    """The files of a version's package, which are in one folder.

    Args:
        wheel: the wheel.
        locks: by extra, the requirements of the wheel and of all that it needs, with hashes.
        sums: the checksums of both, as sha256sum writes and checks them.
    """

    wheel: Path
    locks: Mapping[str, Path]
    sums: Path

    @property
    def version(self) -> str:
        """The version that the wheel has."""
        return self.wheel.name.split("-")[1]


def add_package(project: Path, version: str, docs: Path) -> None:
    """Build the package of a version into its docs, where the page Data lists it; a project without a lock has none.

    Args:
        project: an export of the version's commit; `mark_export` has named the commit if the version is not a number.
        version: name of the version, such as `1.2` or `dev`.
        docs: folder of the docs, rendered: the list replaces the one that rendering wrote.

    Raises:
        InputError: the wheel cannot be built.
        OSError: a file cannot be read or written.
    """
    if not (project / LOCK).is_file():
        return
    package = build_package(project, version, docs / "generated" / FOLDER)
    (docs / "generated" / SNIPPET).write_text(_listed(package), encoding="utf-8", newline="")


def build_package(project: Path, version: str, folder: Path) -> Package:
    """Build the wheel of a project with its locks and checksums into a folder, which is created.

    Args:
        project: root of the project.
        version: the version to build; where it is a name such as `dev`, the project's own version is built.
        folder: where the files are written.

    Raises:
        InputError: the wheel cannot be built, or the project has no lock.
        OSError: a file cannot be read or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wheel = _build_wheel(project.resolve(), version, folder.resolve())
    version = wheel.name.split("-")[1]
    locks = {extra: folder / f"unitdocs-{'-'.join(filter(None, [version, extra]))}.lock" for extra in EXTRAS}
    package = Package(wheel, locks, folder / SUMS)
    pinned = _pinned(project)
    for extra, file in locks.items():
        file.write_text(_lock(package, EXTRAS[extra], pinned), encoding="utf-8", newline="")
    sums = (f"{_digest(file)}  {file.name}\n" for file in sorted([wheel, *locks.values()]))
    package.sums.write_text("".join(sums), encoding="utf-8", newline="")
    return package


def mark_export(project: Path, export: Path) -> None:
    """Write the commit that an export was made from into it, as `git archive` does, for the version of its package.

    Args:
        project: the project, whose commit was exported.
        export: the exported files.

    Raises:
        InputError: git fails.
    """
    (export / ARCHIVED).write_text(git(project, "log", "-1", _DESCRIPTION) + "\n", encoding="utf-8")


def release_notes(changelog: Path, version: str) -> str:
    """Return what a changelog says of a version, without its heading.

    Raises:
        InputError: the changelog has no section of that version, or says nothing there.
        OSError: it cannot be read.
    """
    sections = re.split(r"^## ", changelog.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for section in sections[1:]:
        heading, _, text = section.partition("\n")
        if heading.split()[:1] == [version] and text.strip():
            return text.strip() + "\n"
    raise InputError(
        f"{changelog.name}: has nothing under ## {version}; rename Unreleased to it, commit that, and set the tag again"
    )


def _build_wheel(project: Path, version: str, folder: Path) -> Path:
    before = set(folder.glob("*.whl"))
    for file in before:
        file.unlink()  # of a version that is built anew
    environment = dict(os.environ)
    if _VERSION.fullmatch(version):
        environment[_VARIABLE] = version
    process = subprocess.run(  # noqa: S603 - constants
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=project,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if process.returncode or len(wheels) != 1:
        raise InputError(
            "the wheel cannot be built; nothing was published", *process.stderr.strip().splitlines()[-_MOST_LINES:]
        )
    return wheels[0]


def _pinned(project: Path) -> list[tuple[str, str]]:
    """Return the entries of the project's lock with the names of the packages; some have one for each Python."""
    try:
        text = (project / LOCK).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"{LOCK}: missing; it has the exact versions of what a package needs") from error
    entries = re.split(r"\n(?=\S)", text.strip())
    return [(canonicalize_name(re.split(r"[=\[]", entry)[0]), entry) for entry in entries]


def _lock(package: Package, extras: Sequence[str], pinned: Sequence[tuple[str, str]]) -> str:
    """Return a lock: the wheel, then what it needs, in the order of the project's lock."""
    needed = _needed(package.wheel, extras)
    wanted = f"[{','.join(extras)}]" if extras else ""
    own = f"unitdocs{wanted}=={package.version} \\\n    --hash=sha256:{_digest(package.wheel)}"
    return "".join(f"{entry}\n" for entry in [own, *(entry for name, entry in pinned if name in needed)])


def _needed(wheel: Path, extras: Sequence[str]) -> set[str]:
    """Return the names of all packages that a wheel needs, on any system: markers are left to pip."""
    waiting = [name for extra in ["", *extras] for name in _requirements(_metadata(wheel), extra)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) not in seen:
            seen.add((name, extra))
            waiting += _requirements(_installed(name), extra)
    return {name for name, _ in seen}


def _requirements(requirements: Sequence[str], extra: str) -> Iterator[tuple[str, str]]:
    """Yield the packages that are required by an extra, or without one, each with an extra of its own or none."""
    for requirement in map(Requirement, requirements):
        of_extra = _OF_EXTRA.search(str(requirement.marker or ""))
        if of_extra is None or of_extra[1] == extra:
            name = canonicalize_name(requirement.name)
            yield from ((name, wanted) for wanted in ["", *requirement.extras])


def _metadata(wheel: Path) -> list[str]:
    """Return what a wheel says that it requires."""
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return BytesHeaderParser().parsebytes(archive.read(name)).get_all("Requires-Dist", [])


def _installed(name: str) -> list[str]:
    """Return what an installed package requires; nothing for one that this system does not need."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _listed(package: Package) -> str:
    """Return the table of the files, as a part of the page Data."""
    contents = {
        package.wheel: "the package",
        **{file: f"what it needs with the extra {extra}" for extra, file in package.locks.items()},
        package.locks[""]: "what the unit system needs",
        package.sums: "checksums",
    }
    rows = [[_link(file), text, size(file.stat().st_size)] for file, text in contents.items()]
    columns = [Column("File"), Column("Contents"), Column("Size", is_number=True)]
    return join([table(f"Package of version {package.version}", columns, rows), Html("\n")])


def _link(file: Path) -> Html:
    return tag("a", file.name, href=_PAGE.link(f"generated/{FOLDER}/{file.name}"), download="")
