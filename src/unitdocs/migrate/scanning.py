"""One scan of a tree: read, decide, change in memory until nothing more follows, and say what is left."""

import difflib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Final, NamedTuple

import libcst as cst

from unitdocs.migrate import files
from unitdocs.migrate.deciding import Place, Plan, Planner
from unitdocs.migrate.edits import Edit, apply
from unitdocs.migrate.facts import ModuleFacts
from unitdocs.migrate.files import Skipped, SourceFile
from unitdocs.migrate.reading import read_module
from unitdocs.migrate.surface import NAMES, PUBLIC, Topic

Progress = Callable[[Sequence[SourceFile]], Iterable[SourceFile]]
"""Passes files on, and shows how many there were."""
ROUNDS: Final = 6
"""How often a tree is decided on again: a change may make another one certain."""
SHOWN_CODE: Final = 100
"""Characters of a line of code that are shown."""
_CONCERNED: Final = re.compile("|".join([PUBLIC.partition(".")[0], *sorted(NAMES)]).encode())
_IMPORT: Final = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+\(?([^#\n]*)|import[ \t]+([^#\n]+))", re.MULTILINE
)
_LINE_BREAK: Final = re.compile(rb"\r\n|\r|\n")


class Lines(Enum):
    """Which text the lines of what is left belong to."""

    AS_THEY_ARE = auto()
    AFTER_THE_CHANGES = auto()


class LeftSite(NamedTuple):
    """A use that is left as it is.

    Args:
        file: its path in the tree.
        line: from 1.
        topic: what it is; its value is the section of the guide.
        code: the line of code.
        reason: why it is left, and what to do.
    """

    file: str
    line: int
    topic: Topic
    code: str
    reason: str


class ChangedSite(NamedTuple):
    """A use that is changed.

    Args:
        file: its path in the tree.
        line: from 1, before the change.
        column: from 1, before the change.
        topic: what it is; its value is the section of the guide.
        before: the code that is replaced.
        after: what replaces it.
    """

    file: str
    line: int
    column: int
    topic: Topic
    before: str
    after: str


class ChangedFile(NamedTuple):
    """A file with its new bytes."""

    source: SourceFile
    content: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        before = self.source.text.splitlines(keepends=True)
        after = self.content.decode(self.source.encoding).splitlines(keepends=True)
        lines = difflib.unified_diff(before, after, f"a/{self.source.name}", f"b/{self.source.name}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan of a tree found.

    Args:
        files: how many Python files the tree has.
        changed_files: the files that change, with their new bytes.
        changed: the uses that are changed.
        left: the uses that are left.
        kept: the uses that a comment keeps.
        skipped: files that were not read.
        folders: folders that are left out.
    """

    files: int
    changed_files: tuple[ChangedFile, ...] = ()
    changed: tuple[ChangedSite, ...] = ()
    left: tuple[LeftSite, ...] = ()
    kept: tuple[LeftSite, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether nothing is to be changed and nothing is left."""
        return not self.changed_files and not self.left and not any(one.is_concerned for one in self.skipped)


def scan(root: Path, progress: Progress = iter, lines: Lines = Lines.AS_THEY_ARE) -> Scan:
    """Find the uses of the original system in a tree, and what becomes of each; no file is written.

    Args:
        root: a folder, or one Python file.
        progress: passes the files on that are read.
        lines: whether the lines of what is left are those of the files as they are, or as they become.

    Raises:
        InputError: the path does not exist, or is neither a folder nor a Python file.
    """
    listing = files.list_files(root)
    sources: list[SourceFile] = []
    skipped = list(listing.skipped)
    for path in listing.files:
        one = files.read(path, root)
        if isinstance(one, Skipped):
            skipped.append(one)
        else:
            sources.append(one)
    tree = _Tree(lines)
    for source in progress(related(sources)):
        problem = tree.add(source)
        if problem is not None:
            skipped.append(Skipped(source.name, problem, bool(_CONCERNED.search(source.raw))))
    plan, changed = tree.settle()
    return Scan(
        len(listing.files),
        tuple(tree.changed_files()),
        tuple(sorted(set(changed))),
        tuple(sorted({tree.left_site(place) for place in plan.left})),
        tuple(sorted({tree.left_site(place) for place in plan.kept})),
        tuple(sorted(skipped)),
        tuple(sorted(listing.folders)),
    )


def related(sources: Sequence[SourceFile]) -> list[SourceFile]:
    """Return the files that name the unit system, and those that are connected to them by imports."""
    by_suffix: dict[str, list[int]] = {}
    for i, source in enumerate(sources):
        parts = source.module.split(".")
        for start in range(len(parts)):
            by_suffix.setdefault(".".join(parts[start:]), []).append(i)
    neighbours: list[set[int]] = [set() for _ in sources]
    for i, source in enumerate(sources):
        for path in _imported(source):
            for j in by_suffix.get(path, ()):
                neighbours[i].add(j)
                neighbours[j].add(i)
    reached = {i for i, source in enumerate(sources) if _CONCERNED.search(source.raw)}
    waiting = list(reached)
    while waiting:
        new = neighbours[waiting.pop()] - reached
        reached |= new
        waiting += new
    return [source for i, source in enumerate(sources) if i in reached]


def _imported(source: SourceFile) -> Iterator[str]:
    """Yield the modules that a file may import, as far as its lines show without being parsed."""
    for match in _IMPORT.finditer(source.raw):
        base, names, paths = ((group or b"").decode("latin-1") for group in match.groups())
        if paths:
            yield from (path.split(" as ")[0].strip() for path in paths.split(","))
            continue
        module = base.lstrip(".")
        yield module
        for name in names.replace(")", "").split(","):
            yield ".".join(part for part in (module, name.split(" as ")[0].strip()) if part)


@dataclass(slots=True)
class _Tree:
    """The files of a tree as they are and as they become."""

    lines: Lines
    sources: dict[str, SourceFile] = field(default_factory=dict)
    modules: dict[str, ModuleFacts] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, list[list[Edit]]] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)

    def add(self, source: SourceFile) -> str | None:
        """Read a file; return why it cannot be parsed, if it cannot."""
        try:
            facts = read_module(source.text, source.name, source.module, is_package=source.is_package)
        except cst.ParserSyntaxError as error:
            return f"cannot be parsed as Python (line {error.raw_line}); see it by hand"
        except RecursionError:
            return "is nested too deeply to be read; see it by hand"
        except ValueError as error:
            return f"is left as it is: {error}"
        self.sources[source.name], self.modules[source.name] = source, facts
        self.contents[source.name], self.batches[source.name] = source.text.encode(), []
        return None

    def settle(self) -> tuple[Plan, list[ChangedSite]]:
        """Change the texts until nothing more is certain; return the last plan, and all changes."""
        changed: list[ChangedSite] = []
        for _ in range(ROUNDS):
            plan = self._plan()
            if not plan.edits:
                return plan, changed
            changed += [self._changed_site(plan, i) for i in range(len(plan.changed))]
            for file, edits in plan.edits.items():
                self._take(file, sorted(edits))
            changed = [one for one in changed if one.file not in self.frozen]
        self.frozen |= set(self.modules)
        return self._plan(), changed

    def _plan(self) -> Plan:
        return Planner(list(self.modules.values()), self.contents, self.line_of, self.frozen).decide()

    def _take(self, file: str, edits: list[Edit]) -> None:
        """Make edits in memory; give the file back as it was if the result is no Python or cannot be written."""
        source = self.sources[file]
        content = apply(self.contents[file], edits)
        try:
            source.encoded(content)
            facts = read_module(content.decode(), file, source.module, is_package=source.is_package)
        except (cst.ParserSyntaxError, ValueError, RecursionError):
            self.frozen.add(file)
            self.contents[file], self.batches[file] = source.text.encode(), []
            self.modules[file] = read_module(source.text, file, source.module, is_package=source.is_package)
            return
        self.contents[file], self.modules[file] = content, facts
        self.batches[file].append(edits)

    def changed_files(self) -> Iterator[ChangedFile]:
        """Yield the files that change."""
        for name, source in self.sources.items():
            if self.contents[name] != source.text.encode():
                yield ChangedFile(source, source.encoded(self.contents[name]))

    def left_site(self, place: Place) -> LeftSite:
        """Return a place of the changed text with its line."""
        line = self.line_of(place.file, place.offset)
        code = _code(self._shown(place.file), line)
        return LeftSite(place.file, line, place.topic, code, place.reason)

    def line_of(self, file: str, offset: int) -> int:
        """Return the line of a place of the changed text, in the text whose lines are shown."""
        if self.lines is Lines.AS_THEY_ARE:
            offset = self._offset_before(file, offset)
        return _position(self._shown(file), offset)[0]

    def _shown(self, file: str) -> bytes:
        return self.sources[file].text.encode() if self.lines is Lines.AS_THEY_ARE else self.contents[file]

    def _changed_site(self, plan: Plan, i: int) -> ChangedSite:
        one = plan.changed[i]
        content = self.sources[one.file].text.encode()
        line, column = _position(content, self._offset_before(one.file, one.offset))
        return ChangedSite(one.file, line, column, one.topic, one.before, one.after)

    def _offset_before(self, file: str, offset: int) -> int:
        """Return where a place of the changed text is in the text as it was."""
        for edits in reversed(self.batches[file]):
            offset = _before(edits, offset)
        return offset


def _before(edits: Sequence[Edit], offset: int) -> int:
    """Return where a place was before edits were made; one inside of a replacement was at its start."""
    moved = 0
    for edit in edits:
        start = edit.start + moved
        length = len(edit.text.encode())
        if offset < start:
            break
        if offset < start + length:
            return edit.start
        moved += length - (edit.end - edit.start)
    return offset - moved


def _position(content: bytes, offset: int) -> tuple[int, int]:
    """Return the line and the column of a place, both from 1."""
    starts = [0, *(match.end() for match in _LINE_BREAK.finditer(content))]
    line = bisect_right(starts, offset)
    return line, len(content[starts[line - 1] : offset].decode()) + 1


def _code(content: bytes, line: int) -> str:
    text = _LINE_BREAK.split(content)[line - 1].decode().strip()
    return text if len(text) <= SHOWN_CODE else f"{text[:SHOWN_CODE]}…"
