"""Page benchmarks/recommendations: where to switch, where not to, and what is unknown, from the reference record.

Times decide where to switch; other metrics, such as memory, are listed one by one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured, metrics, tally, worst
from unitdocs.analysis.descriptions import amounts, extent, interval
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, counted, listed, number, percent
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Column, Html, Page, folded, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import badge, cell_lines, effect_cell, sample_note, verdict_badge
from unitdocs.portal.figures import is_off_scale
from unitdocs.records import Metric, Status

PAGE = Page("benchmarks/recommendations.md")
MOST_ROWS, FEW = 10, 3
"""Visible rows of a table, and how many more are not worth folding."""


class OutcomeGroup(StrEnum):
    """The heading that a case is listed under; a difference within the margin counts as none."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no difference"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class ApplicableCases:
    """The cases of the record that apply.

    Args:
        cases: the cases that apply.
        suites: title of each suite by its name.
        margin: of the record, as a share.
    """

    cases: Sequence[CaseResult]
    suites: Mapping[str, str]
    margin: float

    @property
    def times(self) -> list[CaseResult]:
        """The times that decide: of an operation, or of the median frame."""
        return [case for case in self.cases if case.metric in MAIN_TIMES]

    def of_suite(self, name: str, *metrics: str) -> list[CaseResult]:
        """Return the cases of a suite in these metrics."""
        return [case for case in self.cases if case.suite == name and case.metric in metrics]


def build_page(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `short`, `better`, `same`, `worse`, `unknown` and `metrics`.

    Args:
        reference: the reference run.
        machine: the run on this machine, if any.
    """
    output = PageOutput(PAGE, "recommendations")
    run = reference
    cases = [case for case in run.cases if case.status != Status.NOT_APPLICABLE.value]
    applicable = ApplicableCases(cases, run.suites, run.record.margin)
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("short", *_short(applicable))
    output.snippet("better", _better(applicable))
    output.snippet("same", _same(applicable))
    output.snippet("worse", _worse(applicable))
    output.snippet("unknown", *_unknown(applicable, run.cases))
    output.snippet("metrics", *_metrics(output, applicable))
    return output


def outcome_group(case: CaseResult) -> OutcomeGroup:
    """Return the heading that a case is listed under."""
    if case.outcome in (Outcome.NONE, Outcome.INCONCLUSIVE):
        return OutcomeGroup.UNKNOWN
    if case.outcome.is_same:
        return OutcomeGroup.SAME
    return OutcomeGroup.BETTER if case.outcome is Outcome.BETTER else OutcomeGroup.WORSE


def span(cases: Sequence[CaseResult]) -> str:
    """Return the worst and the best effect as a span: `2x to 20x faster`, or `2x slower to 20x faster`."""
    ordered = sorted(measured(cases), key=lambda case: case.sort_key)
    ends = [extent(case) for case in ordered[:1] + ordered[-1:]]
    if not ends or ends[0] == ends[-1]:
        return ends[0] if ends else NO_ANSWER
    if any(is_off_scale(case) and not case.is_share for case in (ordered[0], ordered[-1])):
        return "; ".join(ends)  # an end without a factor is written as two amounts
    (first, _, label), (last, _, last_label) = (end.rpartition(" ") for end in ends)
    return f"{first} to {last} {label}" if label == last_label and first else f"{ends[0]} to {ends[1]}"


def _select_group(cases: Sequence[CaseResult], group: OutcomeGroup) -> list[CaseResult]:
    """Return the cases of a group, best first."""
    return sorted((case for case in cases if outcome_group(case) is group), key=lambda case: -case.sort_key)


def _describe_counts(cases: Sequence[CaseResult]) -> str:
    """Return the number of cases with each outcome, in words."""
    counts = [(outcome, tally(cases, outcome)) for outcome in Outcome]
    return listed([f"{outcome} in {count}" for outcome, count in counts if count])


def _short(applicable: ApplicableCases) -> Iterator[Html]:
    """Yield the result in a sentence, a line for each suite, and a line for each metric other than time."""
    if not applicable.times:
        yield paragraph("No case of this record has a time.")
        return
    times = applicable.times
    system = times[0].treatment
    yield tag(
        "p",
        tag(
            "strong",
            f"Time with the {system} system: {_describe_counts(times)} of {counted(len(times), 'case')}.",
        ),
        class_="ud-answer",
    )
    yield paragraph(*_describe_losses(applicable))
    columns = [Column("Work"), Column("Time"), Column("Least improvement"), Column("Peak memory"), Column("Cases")]
    timed = [name for name in applicable.suites if applicable.of_suite(name, *MAIN_TIMES)]
    rows = [
        _suite_row(applicable, name) for name in sorted(timed, key=lambda name: -_least_improvement(applicable, name))
    ]
    yield table("Effect of switching, suite by suite, in order of the least improvement", columns, rows)
    extra_metrics = [metric for metric in metrics(applicable.cases) if metric not in MAIN_TIMES]
    if extra_metrics:
        columns = [Column("Metric"), Column("Cases"), Column("Effect"), Column("Worst case")]
        rows = [_metric_row(applicable, metric) for metric in extra_metrics]
        yield table("Other metrics", columns, rows)


def _describe_losses(applicable: ApplicableCases) -> Iterator[str]:
    """Yield the cases that speak against switching, in time and in every other metric."""
    against = _select_group(applicable.times, OutcomeGroup.WORSE)
    verb = "speaks" if len(against) == 1 else "speak"
    link_to_losses = link(f"In time, {counted(len(against), 'case')} {verb} against switching.", "#worse")
    yield link_to_losses if against else "In time, no case speaks against switching."
    for metric in metrics(measured(applicable.cases)):
        losses = [case for case in _select_group(applicable.cases, OutcomeGroup.WORSE) if case.metric == metric]
        worst_case = worst(losses)
        if worst_case and metric not in MAIN_TIMES:
            cases = counted(len(losses), "case")
            most = [f"{metric.capitalize()} is worse in {cases}; most in ", case_link(PAGE, worst_case)]
            yield join([*most, f": {extent(worst_case)}."], "")


def _least_improvement(applicable: ApplicableCases, name: str) -> float:
    return min((case.sort_key for case in measured(applicable.of_suite(name, *MAIN_TIMES))), default=0.0)


def _suite_row(applicable: ApplicableCases, name: str) -> list[str]:
    times, memory = applicable.of_suite(name, *MAIN_TIMES), applicable.of_suite(name, Metric.PEAK_MEMORY)
    with_memory = measured(memory)
    return [
        applicable.suites[name],
        span(times),
        _worst_cell(times),
        span(with_memory) if with_memory else "not measured",
        _describe_counts(times),
    ]


def _metric_row(applicable: ApplicableCases, metric: str) -> list[str]:
    cases = [case for case in applicable.cases if case.metric == metric]
    return [metric.capitalize(), _describe_counts(cases), span(cases), _worst_cell(cases)]


def _worst_cell(cases: Sequence[CaseResult]) -> str:
    """Return the worst case with its effect, for a cell."""
    case = worst(cases)
    if case is None:
        return "not measured"
    if case.outcome.is_same:
        return "none is worse"
    return join([case_link(PAGE, case), badge(extent(case), case.outcome), tag("small", interval(case))], "<br>")


def _better(applicable: ApplicableCases) -> Html:
    cases = _select_group(applicable.times, OutcomeGroup.BETTER)
    if not cases:
        return paragraph(f"None: no case is faster by more than the margin of {percent(applicable.margin)}.")
    return _table(applicable, "Faster cases, largest improvement first", cases)


def _same(applicable: ApplicableCases) -> Html:
    cases = _select_group(applicable.times, OutcomeGroup.SAME)
    if not cases:
        return paragraph(
            f"No time is equivalent, and no difference lies within the margin of {percent(applicable.margin)}."
        )
    return _table(applicable, "Cases without a difference in time that matters", cases)


def _worse(applicable: ApplicableCases) -> Html:
    cases = _select_group(applicable.times, OutcomeGroup.WORSE)
    if not cases:
        return paragraph(f"None of the {counted(len(applicable.times), 'time')} is worse.")
    return _table(applicable, "Slower cases, largest loss first", cases[::-1])


def _unknown(applicable: ApplicableCases, all_cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield the cases of every metric without an answer, and the number of those that do not apply."""
    cases = _select_group(applicable.cases, OutcomeGroup.UNKNOWN)
    if cases:
        columns = [Column("Case"), Column("Metric"), Column("Verdict"), Column("Effect", is_number=True)]
        rows = [
            [
                case_link(PAGE, case),
                case.metric,
                cell_lines(verdict_badge(case), case.reason),
                effect_cell(case) if case.effect else NO_ANSWER,
            ]
            for case in cases
        ]
        yield table("Cases without an answer", columns, rows)
    else:
        yield paragraph(
            f"Each of the {counted(len(applicable.cases), 'case')} has an answer: none is inconclusive, none failed."
        )
    reasons = Counter((case.metric, case.reason) for case in all_cases if case.status == Status.NOT_APPLICABLE.value)
    parts = [
        f"{metric} in {counted(count, 'case')}{f' ({reason})' if reason else ''}"
        for (metric, reason), count in reasons.items()
    ]
    if parts:
        yield paragraph(f"Not comparable: {listed(parts)}.")


def _metrics(output: PageOutput, applicable: ApplicableCases) -> Iterator[str]:
    """Yield a line for each suite in every metric other than time, then the cases that are worse."""
    extra_metrics = [metric for metric in metrics(measured(applicable.cases)) if metric not in MAIN_TIMES]
    for metric in extra_metrics:
        cases = [case for case in applicable.cases if case.metric == metric]
        yield heading(3, metric.capitalize(), output.key(metric))
        columns = [Column("Work"), Column("Cases"), Column("Effect"), Column("Worst case")]
        by_suite = {name: [case for case in cases if case.suite == name] for name in applicable.suites}
        rows = [
            [
                applicable.suites[name],
                _describe_counts(suite_cases),
                span(suite_cases),
                _worst_cell(suite_cases),
            ]
            for name, suite_cases in by_suite.items()
            if suite_cases
        ]
        yield table(f"{metric.capitalize()}, suite by suite", columns, rows)
        losses = _select_group(cases, OutcomeGroup.WORSE)[::-1]
        if losses:
            yield _table(applicable, f"{metric.capitalize()}: where it is worse, largest loss first", losses)
        else:
            yield paragraph(f"{metric.capitalize()} is worse in no case.")
    if not extra_metrics:
        yield paragraph("The record holds only times.")


def _table(applicable: ApplicableCases, caption: str, cases: Sequence[CaseResult]) -> Html:
    """Return a row for each case: its size, both means, the effect, and the evidence for the verdict.

    The rows of a long table after the first are folded.
    """
    if len(cases) > MOST_ROWS + FEW:
        first, rest = _table(applicable, caption, cases[:MOST_ROWS]), cases[MOST_ROWS:]
        return join(
            [first, folded(f"The other {len(rest)} cases", _unfolded_table(applicable, f"{caption}: the rest", rest))]
        )
    return _unfolded_table(applicable, caption, cases)


def _unfolded_table(applicable: ApplicableCases, caption: str, cases: Sequence[CaseResult]) -> Html:
    columns = [
        Column("Case"),
        Column("Elements", is_number=True),
        Column(cases[0].control, is_number=True),
        Column(cases[0].treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    return table(caption, columns, [_case_row(applicable, case) for case in cases])


def _case_row(applicable: ApplicableCases, case: CaseResult) -> list[str]:
    size = number(case.elements, 6) if case.elements else NO_ANSWER
    evidence = sample_note(case).split(", ") if case.effect else [case.reason]
    name = cell_lines(case_link(PAGE, case), applicable.suites.get(case.suite, case.suite))
    return [name, size, *amounts(case), effect_cell(case), cell_lines(verdict_badge(case), *evidence)]
