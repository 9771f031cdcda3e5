"""A comparison of two files as one self-contained page, or as JUnit XML."""

from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.comparison import Comparison, reason_of
from unitdocs.analysis.comparison_rows import TEXT_COLUMNS, Row, metric_rows, notes_on
from unitdocs.analysis.descriptions import describe
from unitdocs.analysis.not_compared import NotCompared
from unitdocs.portal.components.markup import Column, Html, join, table, tag
from unitdocs.portal.report.html import as_page
from unitdocs.portal.report.junit import Junit, state_of


def comparison_as_html(comparison: Comparison) -> str:
    """Return a comparison as one page: a table for each metric, what is not compared, and cautions."""
    title = "Performance comparison"
    body = [
        tag("h1", title),
        tag("p", f"base: {comparison.base}", Html("<br>"), f"head: {comparison.head}", class_="soft"),
        *map(_metric_section, metric_rows(comparison)),
        *_not_compared_section(comparison),
        tag("h2", "Notes"),
        tag("ul", *(tag("li", note) for note in notes_on(comparison, names_cases=False))),
    ]
    return as_page(title, body)


def comparison_as_junit(comparison: Comparison) -> str:
    """Return a comparison as JUnit XML.

    Worse cases are failures, cases that failed in the head are errors, and cases without a verdict are skipped, as is
    everything that is not compared.
    """
    junit = Junit(f"{comparison.base} against {comparison.head}")
    for case in comparison.cases:
        junit.add(case.suite or "benchmarks", case.metric, case.scenario, state_of(case), _message(case))
    for missing in comparison.not_compared:
        state = "error" if missing.is_worse else "skipped"
        message = f"not compared, {missing.side}: {missing.reason}"
        junit.add(missing.suite or "benchmarks", missing.metric, missing.name, state, message)
    junit.note(list(comparison.warnings))
    return junit.text()


def _message(case: CaseResult) -> str:
    return describe(case) if case.effect else f"{describe(case)}; {reason_of(case)}"


def _metric_section(rows: list[Row]) -> Html:
    heading, *body = rows
    columns = [Column(title, is_number=index not in TEXT_COLUMNS) for index, title in enumerate(("Case", *heading[1:]))]
    return join(
        [tag("h2", heading[0].capitalize()), table(heading[0].capitalize(), columns, [list(row) for row in body])]
    )


def _not_compared_section(comparison: Comparison) -> list[Html]:
    if not comparison.not_compared:
        return []
    columns = [Column("Case"), Column("Metric"), Column("Side"), Column("Reason")]
    rows = [_not_compared_row(case) for case in comparison.not_compared]
    return [tag("h2", "Not compared"), table("Cases without a comparison", columns, rows)]


def _not_compared_row(case: NotCompared) -> list[str]:
    name = f"{case.suite}/{case.name}" if case.suite else case.name
    return [name, case.metric, case.side.value, case.reason]
