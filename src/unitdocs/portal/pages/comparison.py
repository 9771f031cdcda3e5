"""Pages benchmarks/comparison and benchmarks/case-by-case: both arms side by side, and every metric and round.

The first has one figure per suite, of its main time, so that it loads quickly. The second has all other metrics and
every round, folded under one-line summaries.
"""

import itertools
from collections.abc import Iterator, Sequence

from unitdocs.analysis.case_result import CaseResult, measured, metrics
from unitdocs.analysis.descriptions import amounts
from unitdocs.analysis.run import Run
from unitdocs.formatting import milliseconds, percent
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, folded, table
from unitdocs.portal.components.page_output import PageOutput, heading
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import cell_lines, effect_cell, state_verdicts, verdict_badge
from unitdocs.records import FRAME, QUANTILES, Metric

PAGE = Page("benchmarks/comparison.md")
CASE_BY_CASE = Page("benchmarks/case-by-case.md")


def build_page(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status` and `suites`: the times of both arms, by suite."""
    output = PageOutput(PAGE, "comparison")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet(
        "suites", *itertools.chain.from_iterable(_times(output, reference, name) for name in reference.suites)
    )
    return output


def build_case_by_case(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status` and `suites`: all other metrics and the rounds of each case, by suite."""
    output = PageOutput(CASE_BY_CASE, "case-by-case")
    output.snippet("status", status(CASE_BY_CASE, reference, machine))
    output.snippet(
        "suites", *itertools.chain.from_iterable(_details(output, reference, name) for name in reference.suites)
    )
    return output


def _times(output: PageOutput, run: Run, name: str) -> Iterator[str]:
    cases = [case for case in run.cases if case.suite == name]
    yield heading(2, run.suites[name], output.key(name))
    for metric in metrics(measured(cases))[:1]:
        yield _means(output, run, [case for case in cases if case.metric == metric], is_inline=True)[1]


def _details(output: PageOutput, run: Run, name: str) -> Iterator[str]:
    cases = [case for case in run.cases if case.suite == name]
    yield heading(2, run.suites[name], output.key(name))
    for metric in metrics(measured(cases))[1:]:
        of_metric = [case for case in cases if case.metric == metric]
        yield heading(3, f"{metric.capitalize()} of both systems", output.key(name, metric))
        yield folded(*_means(output, run, of_metric, is_inline=False))


def _means(output: PageOutput, run: Run, cases: Sequence[CaseResult], *, is_inline: bool) -> tuple[str, Html]:
    """Return a sentence about the means of a metric, and the figure that shows them."""
    first = cases[0]
    effects = run.effects[(run.effects["suite"] == first.suite) & (run.effects["metric"] == first.metric)]
    figure = Figure(
        key=output.key("comparison", first.suite, first.metric),
        finding=state_verdicts(cases),
        measured=f"From {first.control} to {first.treatment}: means over all rounds, {_axis(first)}; {_clock(first)}.",
        plot=figures.pinned(figures.arm_means(cases)),
        table=_means_table(cases),
        reproduce=run.record.command,
        is_inline=is_inline,
    )
    return figure.finding, output.figure(figure, effects)


def _axis(case: CaseResult) -> str:
    return "in percent" if case.is_share else "on a log axis, where equal distances are equal factors"


def _clock(case: CaseResult) -> str:
    """Return how a metric was measured, as a clause."""
    if case.metric == Metric.TIME:
        return "CPU time of the measuring thread for one operation"
    if case.metric == Metric.START_TIME:
        return "importing and creating the system in a fresh process, by the wall clock"
    if case.metric == Metric.SLOWEST_FRAME:
        return "the slowest frame after a start in a fresh process, by the wall clock"
    if case.metric in QUANTILES:
        return f"the time that {percent(QUANTILES[case.metric])} of a round's frames stay within"
    if case.metric == Metric.MISSED_FRAMES:
        return f"frames that took longer than {milliseconds(FRAME)} by the wall clock"
    return "counted in a separate pass, without timing"


def _means_table(cases: Sequence[CaseResult]) -> Html:
    columns = [
        Column("Case"),
        Column(cases[0].control, is_number=True),
        Column(cases[0].treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    return table(f"{cases[0].metric.capitalize()}: means", columns, [_mean_row(case) for case in cases])


def _mean_row(case: CaseResult) -> list[str]:
    return [
        case.title,
        *amounts(case),
        effect_cell(case),
        cell_lines(verdict_badge(case), "" if case.effect else case.reason),
    ]
