"""Page benchmarks/summary: every ratio in one figure per metric, and every verdict in a table."""

import itertools
from collections.abc import Mapping, Sequence

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, measured, metrics
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, listed, number, percent, points
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, table
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import state_verdicts, title_with_suite, verdict_table

PAGE = Page("benchmarks/summary.md")


def build_page(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `metrics` and `failed`, with the figures and their data."""
    output = PageOutput(PAGE, "summary")
    output.snippet("status", status(PAGE, reference, machine))
    blocks = [_metric_blocks(output, reference, machine, metric) for metric in metrics(reference.cases)]
    output.snippet("metrics", *itertools.chain.from_iterable(blocks))
    output.snippet("failed", _failed(reference.cases))
    return output


def _metric_blocks(output: PageOutput, reference: Run, machine: Run | None, metric: str) -> list[str]:
    cases = [case for case in reference.cases if case.metric == metric]
    title = heading(2, metric.capitalize(), output.key(metric))
    if measured(cases):
        return [title, _forest(output, reference, machine, metric, cases), _verdicts(reference, machine, metric, cases)]
    reasons = listed(list(dict.fromkeys(case.reason for case in cases if case.reason)))
    statuses = listed(list(dict.fromkeys(case.status for case in cases)))
    return [
        title,
        paragraph(f"{statuses.capitalize()} in {counted(len(cases), 'case')}{': ' if reasons else ''}{reasons}."),
    ]


def _forest(output: PageOutput, run: Run, machine: Run | None, metric: str, cases: Sequence[CaseResult]) -> Html:
    rows = run.effects[run.effects["metric"] == metric]
    others = [case for case in machine.cases if case.metric == metric] if machine else []
    draw = figures.differences if measured(cases)[0].is_share else figures.forest
    plot = figures.pinned(draw(cases, run.record.margin, run.suites, others))
    figure = Figure(
        key=output.key("summary", metric),
        finding=state_verdicts(cases),
        measured=_describe_measurement(cases, run.record.margin),
        plot=plot,
        table=_ratios(cases, run.suites),
        reproduce=run.record.command,
    )
    return output.figure(figure, rows)


def _describe_measurement(cases: Sequence[CaseResult], margin: float) -> str:
    """Return what the figure of a metric shows, in sentences."""
    effects = [case.effect for case in cases if case.effect]
    rounds = sorted({case.control_n for case in measured(cases)})
    span = " to ".join(str(count) for count in dict.fromkeys([rounds[0], rounds[-1]]))
    with_interval = "" if all(effect.is_exact for effect in effects) else f" with its interval over {span} rounds"
    if measured(cases)[0].is_share:
        return (
            f"Share of {cases[0].treatment} minus that of {cases[0].control}, in points{with_interval}. "
            f"The band around 0 is the margin of {points(margin)}."
        )
    has_arrow = any(figures.is_off_scale(case) for case in cases)
    return (
        f"Ratio {cases[0].treatment} / {cases[0].control}{with_interval}, on a log axis. "
        f"The band around 1 is the margin of {percent(margin)}."
        f"{' An arrow at the edge: one of the systems counts none.' if has_arrow else ''}"
    )


def _ratios(cases: Sequence[CaseResult], suites: Mapping[str, str]) -> Html:
    name = "Difference" if measured(cases)[0].is_share else "Ratio"
    columns = [Column("Case"), *(Column(title, is_number=True) for title in (name, "Low", "High", "Rounds"))]
    rows = [
        [title_with_suite(case, suites), *_ends(case.effect), number(case.control_n)] for case in cases if case.effect
    ]
    return table(f"{name} and interval as drawn", columns, rows)


def _ends(effect: Effect) -> list[str]:
    write = number if effect.scale is EffectScale.RATIO else points
    return [write(value) for value in (effect.estimate, effect.low, effect.high)]


def _verdicts(reference: Run, machine: Run | None, metric: str, cases: Sequence[CaseResult]) -> Html:
    """Return the verdicts of one metric, a table per suite, with the run on this machine in an extra column."""
    others = {case.key: case for case in machine.cases} if machine else None
    suites = reference.suites
    tables = [
        verdict_table(f"{suites.get(name, name)}: {metric}", [case for case in cases if case.suite == name], others)
        for name in dict.fromkeys(case.suite for case in cases)
    ]
    return join(tables)


def _failed(cases: Sequence[CaseResult]) -> str:
    failed = [case for case in cases if case.status == "failed"]
    if not failed:
        return paragraph(f"None of the {counted(len(cases), 'case')} failed.")
    columns = [Column("Case"), Column("Metric"), Column("Reason")]
    rows = [[f"{case.suite}: {case.title}", case.metric, case.reason] for case in failed]
    return table("Failed cases", columns, rows)
