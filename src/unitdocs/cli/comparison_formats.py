"""Every form in which a comparison or a report is written."""

from unitdocs.analysis.comparison import Comparison
from unitdocs.analysis.comparison_json import to_json
from unitdocs.cli import tables
from unitdocs.cli.formats import ReportForm
from unitdocs.portal.report.comparison import comparison_as_html, comparison_as_junit

WRITERS = {
    ReportForm.TABLE: tables.as_text,
    ReportForm.MARKDOWN: tables.as_markdown,
    ReportForm.JSON: to_json,
    ReportForm.HTML: comparison_as_html,
    ReportForm.JUNIT: comparison_as_junit,
}


def write(comparison: Comparison, form: ReportForm) -> str:
    """Return a comparison in a form."""
    return WRITERS[form](comparison)
