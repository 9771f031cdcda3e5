"""The performance report of one run, in a single file.

`analysis.findings` selects what to report; the modules here write it: a self-contained HTML page, Markdown short enough
for a comment on a pull request, JSON, and JUnit XML.
"""

from collections.abc import Callable
from enum import StrEnum

from unitdocs.analysis.findings import Findings, find_findings
from unitdocs.portal.report.html import as_html
from unitdocs.portal.report.json import as_json
from unitdocs.portal.report.junit import as_junit
from unitdocs.portal.report.markdown import as_markdown
from unitdocs.records import RunRecord

__all__ = ["ReportFormat", "report"]


class ReportFormat(StrEnum):
    """How a report is written."""

    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"
    JUNIT = "junit"


WRITERS: dict[ReportFormat, Callable[[Findings], str]] = {
    ReportFormat.HTML: as_html,
    ReportFormat.MARKDOWN: as_markdown,
    ReportFormat.JSON: as_json,
    ReportFormat.JUNIT: as_junit,
}


def report(record: RunRecord, form: ReportFormat) -> str:
    """Return the report of a run; the same record gives the same bytes."""
    return WRITERS[form](find_findings(record))
