"""The versions on the page Compatibility: a row for each Python, a column for each NumPy, and what failed."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from page_building import files_of

from unitdocs import studies
from unitdocs.portal.pages import compatibility
from unitdocs.records import load
from unitdocs.studies import CheckedVersions, Study, VersionTrials

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"


def check(python: str, numpy: str | None, error: str | None = None, numbers: int = 1000) -> CheckedVersions:
    return CheckedVersions(python=python, numpy=numpy, numbers=numbers, seconds=1.5, error=error)


def text(*checks: CheckedVersions, is_current: bool = True) -> str:
    environment = load(RESULTS / "reference.json.gz").environment
    record = VersionTrials(
        created=datetime(2026, 3, 1, tzinfo=UTC),
        finished=datetime(2026, 3, 2, tzinfo=UTC),
        command="python try_versions.py --numpys none",
        environment=environment.model_copy(update={"system": "Linux 6.1 x86_64"}),
        digest="sha256:0",
        version="1.2",
        checks=checks,
    )
    return snippet(Study(record, is_current))


def snippet(study: Study[VersionTrials] | None) -> str:
    return unescape(files_of(compatibility.build_page(study))["compatibility/versions.md"])


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)]
        for row in rows
    ]


def test_each_python_has_a_row_and_each_numpy_a_column_in_the_order_of_versions() -> None:
    page = text(
        check("3.12.1", "2.10.0"),
        check("3.12.1", None),
        check("3.9.2", "2.9.1", error="no wheel"),
        check("3.9.2", None),
    )
    assert cells(page) == [
        ["Python", "without NumPy", "NumPy 2.9.1", "NumPy 2.10.0"],
        ["3.9.2", "passed", "failed", "not tried"],
        ["3.12.1", "passed", "not tried", "passed"],
    ]


def test_date_system_version_and_numbers_come_from_the_record() -> None:
    page = text(check("3.12.1", "2.4.0"), check("3.12.1", None, numbers=900))
    assert "On 2026-03-02 the wheel of unitdocs 1.2 was installed on Linux 6.1 x86_64 in 2 combinations" in page
    assert "2 passed, 0 failed. In each that passed, 900 to 1,000 numbers of both systems were equal" in page
    assert "python try_versions.py --numpys none" in page
    assert "<li>" not in page


def test_a_failure_is_shown_with_its_sentence_and_its_numbers_are_not_counted() -> None:
    page = text(check("3.12.1", None, error="NumPy is missing", numbers=0), check("3.12.1", "2.4.0"))
    assert "1 passed, 1 failed. In each that passed, 1,000 numbers" in page
    assert "<li>Python 3.12.1, without NumPy: NumPy is missing</li>" in page
    assert "equal" not in text(check("3.12.1", None, error="NumPy is missing"))


def test_a_record_of_another_unit_system_and_no_record_are_named() -> None:
    assert "has changed since" not in text(check("3.12.1", None))
    assert "has changed since" in text(check("3.12.1", None), is_current=False)
    assert "No record" in snippet(None)


def test_the_committed_record_has_three_pythons_and_the_oldest_numpy_and_nothing_failed() -> None:
    record = studies.load_record("tested_versions", RESULTS / "tested-versions.json")
    assert len({one.python for one in record.checks}) >= 3
    assert {None, "2.2.0"} < {one.numpy for one in record.checks}
    assert all(one.has_passed and one.numbers > 300_000 for one in record.checks)
