"""Verdicts and effects on pages and in reports: badges, cells, tables of cases, and counts in words."""

from collections.abc import Mapping, Sequence

from unitdocs.analysis.case_result import CaseResult, EffectScale, Outcome, measured, tally
from unitdocs.analysis.descriptions import amounts, describe, extent, interval
from unitdocs.formatting import NO_ANSWER, capitalized, counted, listed, percent, points, probability
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import slug
from unitdocs.records import Metric


def badge(label: str, kind: str) -> Html:
    """Return a label in the style of an outcome or a status."""
    return tag("span", label, class_=f"ud-verdict ud-{slug(kind)}")


def cell_lines(first: str, *others: str) -> Html:
    """Return a cell's content, with smaller lines below the first."""
    return join([first, *(tag("small", other) for other in others if other)], "<br>")


def verdict_badge(case: CaseResult) -> Html:
    """Return the verdict as a badge, with the note of `with_note`."""
    if case.effect is None:
        return badge(case.status, case.status)
    return with_note(badge(case.outcome_label, case.outcome), case)


def with_note(label: Html, case: CaseResult) -> Html:
    """Return a badge with its note, if any: the minimum detectable effect."""
    note = detectable_note(case)
    return join([label, *([tag("small", note)] if note else [])], " ")


def effect_cell(case: CaseResult) -> Html:
    """Return direction and size, with the interval on a line below to keep tables narrow."""
    return cell_lines(extent(case), interval(case))


def sample_note(case: CaseResult) -> str:
    """Return the number of rounds behind a verdict, and its adjusted p-value."""
    return ", ".join(filter(None, (f"n = {case.control_n}", adjusted_p(case))))


def adjusted_p(case: CaseResult) -> str | None:
    """Return the adjusted p-value, such as `p = 0.03` or `p < 0.001`; None for a case without one."""
    if case.effect is None or case.effect.p_adjusted is None:
        return None
    p = probability(case.effect.p_adjusted)
    return f"p {p}" if p.startswith("<") else f"p = {p}"


def count_verdicts(cases: Sequence[CaseResult]) -> str:
    """Return the number of measured cases with each verdict: `faster in 9 and slower in 1 of 10 cases`."""
    effects = measured(cases)
    counts = [(_labels(effects, outcome), tally(effects, outcome)) for outcome in Outcome]
    parts = listed([f"{label} in {count}" for label, count in counts if count])
    return f"{parts} of {counted(len(effects), 'case')}"


def state_verdicts(cases: Sequence[CaseResult]) -> str:
    """Return a sentence about the verdicts of one metric's cases, at least one of them measured."""
    first = measured(cases)[0]
    if first.metric == Metric.TIME:
        return f"{capitalized(first.treatment)} is {count_verdicts(cases)}."
    return f"{first.metric.capitalize()} of {first.treatment}: {count_verdicts(cases)}."


def verdict_table(
    caption: str,
    cases: Sequence[CaseResult],
    other_run: Mapping[tuple[str, str, str], CaseResult] | None,
    page: Page | None = None,
) -> Html:
    """Return a table with one row per case: means of both arms, effect and verdict.

    Args:
        caption: the table's caption.
        cases: one or more cases of one metric.
        other_run: results of a run on this machine by key, shown in an extra column.
        page: the page with the table, if the titles lead to the pages of the cases.
    """
    columns = [
        Column("Case"),
        Column(cases[0].control, is_number=True),
        Column(cases[0].treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
        *([] if other_run is None else [Column("This machine")]),
    ]
    titles = [case_link(page, case) if page else case.title for case in cases]
    rows = [[title, *_verdict_cells(case, other_run)] for title, case in zip(titles, cases, strict=True)]
    return table(caption, columns, rows)


def _verdict_cells(case: CaseResult, other_run: Mapping[tuple[str, str, str], CaseResult] | None) -> list[str]:
    extra = [] if other_run is None else [_other_run_cell(other_run.get(case.key))]
    if case.effect is None:
        return [*[NO_ANSWER] * 3, cell_lines(verdict_badge(case), case.reason), *extra]
    return [*amounts(case), effect_cell(case), cell_lines(verdict_badge(case), sample_note(case)), *extra]


def _other_run_cell(case: CaseResult | None) -> str:
    """Return the cell for the run on this machine, which may not have measured the case."""
    if case is None:
        return "not run"
    return cell_lines(verdict_badge(case), describe(case)) if case.effect else verdict_badge(case)


def detectable_note(case: CaseResult) -> str:
    """Return what a reader needs to judge a verdict; empty for most."""
    if case.effect is None:
        return ""
    smallest = case.effect.minimum_detectable_effect
    if case.outcome is not Outcome.INCONCLUSIVE or smallest is None:
        return ""
    size = points(smallest) if case.effect.scale is EffectScale.DIFFERENCE else percent(smallest - 1)
    return f"a difference of {size} could have been found"


def _labels(cases: Sequence[CaseResult], outcome: Outcome) -> str:
    """Return the labels that the cases use for an outcome, such as `faster` or `less/fewer`."""
    return "/".join(dict.fromkeys(case.outcome_label for case in cases if case.outcome is outcome)) or str(outcome)
