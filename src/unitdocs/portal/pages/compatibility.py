"""Part of the page reference/compatibility: the versions of Python and NumPy with which an installation was tested."""

from collections.abc import Iterable, Sequence

from unitdocs.formatting import counted, number
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.studies import CheckedVersions, Study, VersionTrials

PAGE = Page("reference/compatibility.md")
WITHOUT = "without NumPy"
NOT_TRIED = "not tried"


def build_page(tested_versions: Study[VersionTrials] | None) -> PageOutput:
    """Return the snippet `versions`."""
    output = PageOutput(PAGE, "compatibility")
    output.snippet("versions", *_versions(tested_versions))
    return output


def _versions(study: Study[VersionTrials] | None) -> list[Html]:
    if study is None:
        return [paragraph("No record of tested versions was made for this site.")]
    record = study.record
    return [
        paragraph(_outcome(record), "" if study.is_current else "The unit system has changed since."),
        _table(record.checks),
        *_failures(record.checks),
        tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce"),
    ]


def _outcome(record: VersionTrials) -> str:
    """Return what was tested, when and where."""
    passed = [one for one in record.checks if one.has_passed]
    sentence = (
        f"On {record.finished:%Y-%m-%d} the wheel of unitdocs {record.version} was installed on "
        f"{record.environment.system} in {counted(len(record.checks), 'combination')} of Python and NumPy: "
        f"{len(passed)} passed, {len(record.checks) - len(passed)} failed."
    )
    compared = _compared(passed)
    return f"{sentence} {compared}" if compared else sentence


def _compared(passed: Sequence[CheckedVersions]) -> str:
    """Return how many numbers each installation that passed compared."""
    counts = sorted({one.numbers for one in passed})
    if not counts:
        return ""
    span = number(counts[0]) if len(counts) == 1 else f"{number(counts[0])} to {number(counts[-1])}"
    return f"In each that passed, {span} numbers of both systems were equal, bit by bit."


def _table(checks: Sequence[CheckedVersions]) -> Html:
    """Return a row for each Python, with a column for each NumPy."""
    outcomes = {(one.python, one.numpy): "passed" if one.has_passed else "failed" for one in checks}
    numpys: list[str | None] = _in_order(one.numpy for one in checks)
    columns = [Column("Python"), *(Column(f"NumPy {numpy}" if numpy else WITHOUT) for numpy in numpys)]
    rows = [
        [python, *(outcomes.get((python, numpy), NOT_TRIED) for numpy in numpys)]
        for python in filter(None, _in_order(one.python for one in checks))
    ]
    return table("Versions of Python and NumPy that were tested together", columns, rows)


def _in_order(versions: Iterable[str | None]) -> list[str | None]:
    """Return versions once each, from the oldest to the newest; none comes first."""
    return sorted(set(versions), key=_parts)


def _parts(version: str | None) -> list[tuple[int, str]]:
    """Return the parts of a version as they are compared: 2.10 follows 2.9."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in (version or "").split(".") if part]


def _failures(checks: Iterable[CheckedVersions]) -> list[Html]:
    """Return why installations failed, as a list; nothing if none did."""
    items = [
        tag("li", f"Python {one.python}, {f'NumPy {one.numpy}' if one.numpy else WITHOUT}: {one.error}")
        for one in checks
        if not one.has_passed
    ]
    return [tag("ul", join(items))] if items else []
