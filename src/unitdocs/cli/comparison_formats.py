"""Every form in which a comparison or a report is written."""

from unitdocs.analysis.comparison import Comparison
from unitdocs.analysis.comparison_json import to_json
from unitdocs.cli import tables
from unitdocs.cli.formats import Format
from unitdocs.portal.report.comparison import comparison_as_html, comparison_as_junit

WRITERS = {
    Format.TABLE: tables.as_text,
    Format.MARKDOWN: tables.as_markdown,
    Format.JSON: to_json,
    Format.HTML: comparison_as_html,
    Format.JUNIT: comparison_as_junit,
}


def write(comparison: Comparison, form: Format) -> str:
    """Return a comparison in a form."""
    return WRITERS[form](comparison)
