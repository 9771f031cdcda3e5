"""What a scan of a game's code found: for a terminal, for programs, for a pull request."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from unitdocs.addresses import SITE
from unitdocs.cli.formats import Format
from unitdocs.cli.rows import aligned, inert, marked_up
from unitdocs.formatting import counted, visible
from unitdocs.migrate import GUIDE, ChangedSite, LeftSite, Scan

FORMAT_VERSION = 1
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}
"""Characters of a file's text that a terminal would obey."""
PAGE = f"{SITE}/{GUIDE.removesuffix('.md')}/"


@dataclass(frozen=True)
class ScanOutcome:
    """A scan, and what was written of it.

    Args:
        path: what was scanned.
        scan: what was found.
        is_writing: whether the changes were to be written.
        written: the files that were.
        problems: why others were not.
    """

    path: str
    scan: Scan
    is_writing: bool
    written: frozenset[str]
    problems: Mapping[str, str]

    @property
    def waiting(self) -> list[ChangedSite]:
        """The changes that are not written."""
        return [one for one in self.scan.changed if one.file not in self.written]

    @property
    def done(self) -> list[ChangedSite]:
        """The changes that are written."""
        return [one for one in self.scan.changed if one.file in self.written]

    @property
    def diff(self) -> str:
        """The changes that are not written, as a unified diff."""
        return "".join(one.diff for one in self.scan.changed_files if one.source.name not in self.written)


def as_table(outcome: ScanOutcome) -> str:
    """Return an outcome as plain text: the diff, then lists, then one line with the numbers."""
    parts = [outcome.diff.translate(_CONTROLS)] if outcome.waiting and not outcome.is_writing else []
    parts += ["\n".join([heading, *lines, ""]) for heading, lines in _lists(outcome) if lines]
    return "\n".join([*parts, f"{summary(outcome)}\n"])


def _lists(outcome: ScanOutcome) -> Iterator[tuple[str, list[str]]]:
    yield "changed:", _changes(outcome.done)
    if not outcome.is_writing:
        yield "to be changed by --write:", _changes(outcome.waiting)
    yield "not written:", [f"  {visible(name)} {problem}" for name, problem in outcome.problems.items()]
    left = [line for one in outcome.scan.left for line in _left(one)]
    yield f"left to you; the sections are those of {PAGE}:", left
    yield "kept by a comment:", [f"  {visible(_line_of(one))}  {visible(one.reason)}" for one in outcome.scan.kept]
    yield "not read:", [f"  {visible(one.name)}: {visible(one.reason)}" for one in outcome.scan.skipped]
    yield "folders left out:", [f"  {visible(name)}" for name in outcome.scan.folders]


def _changes(changes: list[ChangedSite]) -> list[str]:
    rows = [(f"  {_place(one)}", f"#{one.topic}", f"{_short(one.before)} -> {_short(one.after)}") for one in changes]
    return aligned(rows, (0, 1, 2)) if rows else []


def _left(site: LeftSite) -> list[str]:
    return [f"  {visible(_line_of(site))}  #{site.topic}", f"    {visible(site.code)}", f"    {visible(site.reason)}"]


def summary(outcome: ScanOutcome) -> str:
    """Return one line with the numbers."""
    scan = outcome.scan
    files = len({one.source.name for one in scan.changed_files} - outcome.written)
    numbers = [counted(scan.files, "file")]
    if outcome.is_writing:
        numbers.append(f"{counted(len(outcome.done), 'change')} written in {counted(len(outcome.written), 'file')}")
    if outcome.waiting:
        numbers.append(f"{counted(len(outcome.waiting), 'change')} in {counted(files, 'file')} not written")
    numbers.append(f"{counted(len(scan.left), 'place')} left")
    if scan.kept:
        numbers.append(f"{len(scan.kept)} kept")
    if scan.skipped:
        numbers.append(f"{counted(len(scan.skipped), 'file')} not read")
    return ", ".join(numbers)


def as_markdown(outcome: ScanOutcome) -> str:
    """Return an outcome as Markdown, with tables that GitHub renders."""
    scan = outcome.scan
    parts = [f"**{summary(outcome)}**"]
    for heading, changes in (("Changed", outcome.done), ("To be changed", outcome.waiting)):
        if changes:
            changed_rows = [(_place(one), one.topic.value, _short(one.before), _short(one.after)) for one in changes]
            parts.append(_section(heading, ("place", "section", "before", "after"), changed_rows))
    if scan.left:
        rows = [(_line_of(one), one.topic.value, one.code, one.reason) for one in scan.left]
        parts.append(_section(f"Left; the sections are those of {PAGE}", ("place", "section", "code", "reason"), rows))
    if scan.kept:
        kept_rows = [(_line_of(one), one.topic.value, one.reason) for one in scan.kept]
        parts.append(_section("Kept by a comment", ("place", "section", "reason"), kept_rows))
    unread = [*((one.name, one.reason) for one in scan.skipped), *outcome.problems.items()]
    if unread:
        parts.append(_section("Not read or not written", ("file", "reason"), unread))
    if scan.folders:
        parts.append(f"Folders left out: {', '.join(map(inert, scan.folders))}")
    return "\n\n".join(parts) + "\n"


def _section(heading: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = marked_up([columns, *rows], range(len(columns)))
    return "\n".join([f"### {heading}", "", *lines])


def as_json(outcome: ScanOutcome) -> str:
    """Return an outcome as JSON."""
    scan = outcome.scan
    document = {
        "format_version": FORMAT_VERSION,
        "path": outcome.path,
        "files": scan.files,
        "changes": [_changed_member(one) for one in scan.changed],
        "written": sorted(outcome.written),
        "not_written": [{"file": name, "reason": reason} for name, reason in outcome.problems.items()],
        "left": [_left_member(one) for one in scan.left],
        "kept": [_left_member(one) for one in scan.kept],
        "not_read": [{"file": one.name, "reason": one.reason, "may_use_it": one.is_concerned} for one in scan.skipped],
        "folders_left_out": list(scan.folders),
        "diff": outcome.diff,
    }
    return json.dumps(document, indent=1) + "\n"


def _changed_member(site: ChangedSite) -> dict[str, object]:
    place = {"file": site.file, "line": site.line, "column": site.column}
    return {**place, **_topic_members(site), "before": site.before, "after": site.after}


def _left_member(site: LeftSite) -> dict[str, object]:
    place = {"file": site.file, "line": site.line}
    return {**place, **_topic_members(site), "code": site.code, "reason": site.reason}


def _topic_members(site: ChangedSite | LeftSite) -> dict[str, object]:
    return {"topic": site.topic.name.lower(), "guide": f"{GUIDE}#{site.topic}"}


def _line_of(site: LeftSite) -> str:
    return f"{site.file}:{site.line}"


def _place(site: ChangedSite) -> str:
    return f"{site.file}:{site.line}:{site.column}"


def _short(text: str) -> str:
    """Return code on one line."""
    return " ".join(text.split())


REPORTS: Mapping[Format, Callable[[ScanOutcome], str]] = {
    Format.TABLE: as_table,
    Format.JSON: as_json,
    Format.MARKDOWN: as_markdown,
}
"""How each format is written."""
