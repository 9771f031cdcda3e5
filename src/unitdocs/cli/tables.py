"""Comparisons as tables: plain text with one line per case, or Markdown."""

from collections.abc import Iterator, Sequence

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale
from unitdocs.analysis.comparison import Comparison, MetricSummary, reason_of
from unitdocs.analysis.descriptions import amounts, describe_mean, extent, interval
from unitdocs.cli.rows import Row, aligned, inert, marked_up
from unitdocs.formatting import change_points, counted, listed, probability, signed_change
from unitdocs.stats import Verdict

MARKS = {Verdict.EQUIVALENT: "~ ", Verdict.INCONCLUSIVE: "? "}
COLUMNS = ("base", "head", "change", "interval", "verdict", "p", "n")
LEFT = frozenset({0, 4, 5})
"""Indices of text columns; columns of numbers are aligned to the right."""


def as_text(comparison: Comparison) -> str:
    """Return a comparison as plain text: a table for each metric, then notes on all cases."""
    tables = [aligned(_metric_rows(comparison, summary), LEFT) for summary in comparison.summaries]
    names = [f"base: {comparison.base}", f"head: {comparison.head}"]
    return "\n\n".join("\n".join(part) for part in (names, *tables, list(_notes(comparison))))


def as_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown, with tables that GitHub renders."""
    tables = [marked_up(_metric_rows(comparison, summary), LEFT) for summary in comparison.summaries]
    names = [f"base: {inert(comparison.base)}, head: {inert(comparison.head)}"]
    notes = [f"- {inert(note)}" for note in _notes(comparison)]
    return "\n\n".join("\n".join(part) for part in (names, *tables, notes))


def _metric_rows(comparison: Comparison, summary: MetricSummary) -> list[Row]:
    """Return the rows of one metric, the heading first."""
    cases = [case for case in comparison.cases if case.metric == summary.metric]
    rows = [(summary.metric, *COLUMNS), *map(_case_row, cases)]
    if summary.ratio is not None:
        mean = describe_mean(cases[0], summary.ratio, summary.low, summary.high)
        rows.append(("geometric mean", "", "", *mean, _scope(summary, cases), "", ""))
    if summary.worst is not None:
        name, *rest = _case_row(summary.worst)
        rows.append((f"worst: {name}", *rest))
    return rows


def _scope(summary: MetricSummary, cases: Sequence[CaseResult]) -> str:
    """Return how many of the cases a geometric mean covers; empty if it covers all."""
    return "" if summary.count == len(cases) else f"of {summary.count} of {counted(len(cases), 'case')}"


def _case_row(case: CaseResult) -> Row:
    name = f"{case.suite}/{case.scenario}" if case.suite else case.scenario
    n = str(case.control_n) if case.is_paired else f"{case.control_n}+{case.treatment_n}"
    effect = case.effect
    if effect is None:
        return (name, *amounts(case), "", "", reason_of(case), "", n)
    p = "exact" if effect.p is None else probability(effect.p)
    change = f"{MARKS.get(effect.verdict, '')}{extent(case)}"
    return (name, *amounts(case), change, interval(case), _verdict(case, effect), p, n)


def _verdict(case: CaseResult, effect: Effect) -> str:
    """Return the word for the case, with the smallest detectable change if it is inconclusive."""
    smallest = effect.minimum_detectable_effect
    if effect.verdict is Verdict.INCONCLUSIVE and smallest is not None:
        write = signed_change if effect.scale is EffectScale.RATIO else change_points
        return f"{case.outcome_label}, finds {write(smallest)}"
    return case.outcome_label


def _notes(comparison: Comparison) -> Iterator[str]:
    verdicts = [f"{count} {label}" for label, count in comparison.verdicts.items()]
    yield f"{counted(len(comparison.cases), 'case')}: {listed(verdicts)}" if verdicts else "no cases"
    for side, count in (("base", comparison.unmatched_base), ("head", comparison.unmatched_head)):
        if count:
            yield f"not compared: {counted(count, 'case')} that only {side} has"
    for warning in comparison.warnings:
        yield f"warning: {warning}"
