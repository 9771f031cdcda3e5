"""Every form in which a comparison is written."""

from unitdocs.analysis.comparison import Comparison
from unitdocs.analysis.comparison_json import to_json
from unitdocs.cli import comments, tables
from unitdocs.cli.formats import ComparisonForm
from unitdocs.portal.report.comparison import comparison_as_html, comparison_as_junit

WRITERS = {
    ComparisonForm.TABLE: tables.as_text,
    ComparisonForm.MARKDOWN: tables.as_markdown,
    ComparisonForm.COMMENT: comments.as_comment,
    ComparisonForm.JSON: to_json,
    ComparisonForm.HTML: comparison_as_html,
    ComparisonForm.JUNIT: comparison_as_junit,
}


def write(comparison: Comparison, form: ComparisonForm) -> str:
    """Return a comparison in a form."""
    return WRITERS[form](comparison)
