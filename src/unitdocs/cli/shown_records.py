"""Which run records pages show: the named ones, or the reference record and the newest run that fits the pages.

Every run of a project goes to one folder: of its suites, of two revisions, of whole commands. A portal has pages of
suites, and a run of something else would leave them empty.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.records import RunRecord

REFERENCE = Path("benchmarks/results/reference.json.gz")
RUNS = Path("build/records")
MOST_SHOWN = 2
NO_PAGE = "no page is of a suite in it"


@dataclass(frozen=True)
class ShownRecords:
    """The run records that pages show.

    Args:
        first: the record that all pages are made from.
        second: the run that is shown in addition, if any.
        notes: which they are, and which newer files are not shown, as lines for people.
    """

    first: Path
    second: Path | None = None
    notes: tuple[str, ...] = ()


def choose_records(named: Sequence[Path], docs: Path) -> ShownRecords:
    """Return the records to show.

    Args:
        named: those that the reader of the pages is to see; none for the records of the project.
        docs: the folder of the pages.

    Raises:
        InputError: more than two are named, or there is none to show.
    """
    if len(named) > MOST_SHOWN:
        raise InputError(f"--record: given {len(named)} times; give one record, or two to show side by side")
    if named:
        second = named[1] if len(named) == MOST_SHOWN else None
        return ShownRecords(named[0], second, _notes(named[0], "named by --record", second, "named by --record"))
    if REFERENCE.exists():
        return _with_reference(docs)
    found = find_newest(RUNS, docs, is_alone=True)
    if found.path is None:
        for note in found.notes:
            typer.echo(note, err=True)
        raise InputError(
            f"{REFERENCE}: there is no reference record yet, and no run in {RUNS}; measure with `unitdocs bench run`, "
            "or name a record with --record"
        )
    return ShownRecords(found.path, None, (*found.notes, *_notes(found.path, found.about)))


def _with_reference(docs: Path) -> ShownRecords:
    """Return the reference record with the newest run on this machine; that alone where everybody sees the pages."""
    from unitdocs.records import load  # noqa: PLC0415 - slow to import

    about = "the reference record"
    found = FoundRun() if os.environ.get("CI") else find_newest(RUNS, docs)
    second = None if found.path is None or found.record_id == load(REFERENCE).id else found.path
    return ShownRecords(REFERENCE, second, (*found.notes, *_notes(REFERENCE, about, second, found.about)))


def _notes(first: Path, about: str, second: Path | None = None, about_second: str = "") -> tuple[str, ...]:
    added = (f"Second record: {second} ({about_second})",) if second else ()
    return f"Record: {first} ({about})", *added


@dataclass(frozen=True)
class FoundRun:
    """The run to show from a folder.

    Args:
        path: its file; None if no run fits.
        record_id: its id; empty if no run fits.
        about: what it is, for people.
        notes: which files are no run records, and why the newest run is not the one, as lines for people.
    """

    path: Path | None = None
    record_id: str = ""
    about: str = ""
    notes: tuple[str, ...] = ()


def find_newest(folder: Path, docs: Path, *, is_alone: bool = False) -> FoundRun:
    """Return the newest of the runs that fit the pages best.

    Runs of whole commands fit only pages of them, or a folder without pages of suites. Names begin with the time of the
    run, so they sort chronologically.

    Args:
        folder: the folder of the runs, in which other files are left out.
        docs: the folder of the pages.
        is_alone: whether it is the only record of the pages: it should hold all their suites, and one of another kind
            is better than none.
    """
    files = sorted(folder.glob("*.json"), reverse=True)
    pages = _suites_of_pages(docs) if files else frozenset()
    runs: dict[Path, _Fit] = {}
    notes: list[str] = []
    for path, record in _loaded(files, notes):
        runs[path] = _fit(record, pages, is_alone=is_alone)
        if runs[path].key == _BEST:
            break
    chosen = max((path for path, fit in runs.items() if fit.is_usable), key=lambda path: runs[path].key, default=None)
    newest = next(iter(runs), None)
    about = "the newest run" if newest == chosen else "the newest run that fits the pages"
    if newest and newest != chosen:
        reason = runs[newest].why_behind(runs[chosen].key if chosen and runs[newest].is_usable else _BEST)
        notes.append(f"Not shown: {newest}: {reason}; name it with --record to show it")
    return FoundRun(chosen, runs[chosen].record_id if chosen else "", about, tuple(notes))


@dataclass(frozen=True)
class _Fit:
    """How well a run fits the pages.

    Args:
        record_id: its id.
        key: what it fulfils, the most important first: it holds a suite that has a page; it compares what the pages
            compare, two revisions or the arms of suites; it finished, with a case that did not fail; it holds every
            suite that has a page.
        is_usable: whether it can be shown at all.
        reasons: why another run may be better in each of these, as clauses.
    """

    record_id: str
    key: tuple[bool, bool, bool, bool]
    is_usable: bool
    reasons: tuple[str, str, str, str]

    def why_behind(self, other: tuple[bool, bool, bool, bool]) -> str:
        """Return why a run with another key is shown instead, as a clause."""
        pairs = zip(self.reasons, self.key, other, strict=True)
        return next(reason for reason, own, better in pairs if own < better)


_BEST = (True, True, True, True)


def _fit(record: "RunRecord", pages: frozenset[str], *, is_alone: bool) -> _Fit:
    from unitdocs.records import Status  # noqa: PLC0415 - slow to import

    suites = {suite.name for suite in record.suites}
    is_of_commands = all(suite.is_of_commands for suite in record.suites)
    has_page = not pages or bool(suites & pages)
    is_of_kind = (record.base is not None) is _compare_revisions(pages)
    has_measured = any(case.status is Status.MEASURED for case in record.cases)
    return _Fit(
        record.id,
        (has_page, is_of_kind, record.finished is not None and has_measured, not is_alone or pages <= suites),
        (has_page or not is_of_commands) and (is_of_kind or is_alone),
        (
            f"it compares whole commands, and {NO_PAGE}" if is_of_commands else NO_PAGE,
            "it compares two revisions" if record.base else "it does not compare two revisions",
            "nothing in it was measured" if record.finished else "it did not finish",
            "it lacks a suite that has a page",
        ),
    )


def _loaded(files: Sequence[Path], notes: list[str]) -> Iterator[tuple[Path, "RunRecord"]]:
    """Yield the records of files; add a line to the notes for each file that is not one."""
    from unitdocs.records import load  # noqa: PLC0415 - slow to import

    for path in files:
        try:
            yield path, load(path)
        except InputError as error:
            notes.append(f"Left out: {error.problems[0].partition(';')[0]}")


def _suites_of_pages(docs: Path) -> frozenset[str]:
    from unitdocs.portal.pages.scenarios import find_suite_pages  # noqa: PLC0415 - pandas would slow the start

    return frozenset(find_suite_pages(docs))


def _compare_revisions(pages: frozenset[str]) -> bool:
    """Return whether all pages are of other tools' benchmarks, which have no arms: only two revisions are compared."""
    from unitdocs.portal.scaffold.portal import TOOLS  # noqa: PLC0415 - as above

    return bool(pages) and pages <= TOOLS.keys()
