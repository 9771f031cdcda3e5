"""Comparisons as tables: plain text with one line per case, or Markdown."""

from unitdocs.analysis.comparison import Comparison
from unitdocs.analysis.comparison_rows import TEXT_COLUMNS, metric_rows, notes_on
from unitdocs.cli.rows import aligned, inert, marked_up


def as_text(comparison: Comparison) -> str:
    """Return a comparison as plain text: a table for each metric, then notes on all cases."""
    tables = [aligned(rows, TEXT_COLUMNS) for rows in metric_rows(comparison)]
    names = [f"base: {comparison.base}", f"head: {comparison.head}"]
    return "\n\n".join("\n".join(part) for part in (names, *tables, list(notes_on(comparison))))


def as_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown, with tables that GitHub renders."""
    tables = [marked_up(rows, TEXT_COLUMNS) for rows in metric_rows(comparison)]
    names = [f"base: {inert(comparison.base)}, head: {inert(comparison.head)}"]
    notes = [f"- {inert(note)}" for note in notes_on(comparison)]
    return "\n\n".join("\n".join(part) for part in (names, *tables, notes))
