"""Page benchmarks/summary: every effect in one table, and the figure of each metric, folded."""

from collections.abc import Mapping, Sequence

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, measured, metrics
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, listed, number, percent, points
from unitdocs.portal import figures
from unitdocs.portal.components.case_links import case_link, case_page
from unitdocs.portal.components.effect_table import EffectTable, OtherRun
from unitdocs.portal.components.markup import Column, Figure, Html, Page, folded, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import day, status
from unitdocs.portal.components.verdicts import state_verdicts
from unitdocs.records import Status

PAGE = Page("benchmarks/summary.md")


def build_page(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `table`, `failed` and `figures`, with the figures and their data."""
    output = PageOutput(PAGE, "summary")
    effects = EffectTable(reference.cases, reference.suites, _address, _other_run(machine))
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("table", effects.page_part())
    output.snippet("failed", *_not_drawn(reference.cases, effects.without_column))
    output.snippet("figures", tag("div", *_figures(output, reference, machine), class_="ud-folds"))
    return output


def _address(case: CaseResult) -> str:
    return PAGE.link(case_page(case.suite, case.scenario).source)


def _other_run(machine: Run | None) -> OtherRun | None:
    if machine is None:
        return None
    return OtherRun(machine.record.environment.cpu, day(machine.record), machine.cases)


def _not_drawn(cases: Sequence[CaseResult], without_column: Sequence[CaseResult]) -> list[Html]:
    """Return which cases failed, as a list or a sentence, and which metrics have no column."""
    failed = [case for case in cases if case.status is Status.FAILED]
    note = _without_column(without_column)
    if not failed:
        return [paragraph(f"None of the {counted(len(cases), 'case')} failed.", note)]
    columns = [Column("Case"), Column("Metric"), Column("Reason")]
    rows = [[case_link(PAGE, case), case.metric, case.reason] for case in failed]
    return [table("Failed cases", columns, rows), *([paragraph(note)] if note else [])]


def _without_column(cases: Sequence[CaseResult]) -> str:
    """Return a sentence about the metrics that no scenario has an effect in; empty if all metrics have a column."""
    if not cases:
        return ""
    statuses = listed(list(dict.fromkeys(case.status for case in cases)))
    return f"Without a column: {listed(metrics(cases))}, {statuses} in {counted(len(cases), 'case')}."


def _figures(output: PageOutput, reference: Run, machine: Run | None) -> list[Html]:
    """Return the figures of all metrics with an effect, each folded."""
    return [
        folded(metric.capitalize(), _forest(output, reference, machine, metric), group="figures")
        for metric in metrics(measured(reference.cases))
    ]


def _forest(output: PageOutput, run: Run, machine: Run | None, metric: str) -> Html:
    cases = measured(run.cases, metric)
    others = [case for case in machine.cases if case.metric == metric] if machine else []
    draw = figures.differences if cases[0].is_share else figures.forest
    figure = Figure(
        key=output.key("summary", metric),
        finding=state_verdicts(cases),
        measured=_describe_measurement(cases, run.record.margin),
        plot=figures.pinned(draw(cases, run.record.margin, run.suites, others)),
        table=_ratios(cases, run.suites),
        reproduce=run.record.command,
        is_inline=False,
    )
    return output.figure(figure, run.effects[run.effects["metric"] == metric])


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
        f"{' An arrow at the edge: one of the arms counts none.' if has_arrow else ''}"
    )


def _ratios(cases: Sequence[CaseResult], suites: Mapping[str, str]) -> Html:
    name = "Difference" if measured(cases)[0].is_share else "Ratio"
    columns = [Column("Case"), *(Column(title, is_number=True) for title in (name, "Low", "High", "Rounds"))]
    rows = [[_title(case, suites), *_ends(case.effect), number(case.control_n)] for case in cases if case.effect]
    return table(f"{name} and interval as drawn", columns, rows)


def _title(case: CaseResult, suites: Mapping[str, str]) -> Html:
    """Return the title of a case, which leads to its page, with its suite."""
    return join([case_link(PAGE, case), tag("small", suites.get(case.suite, case.suite), class_="ud-suite")], " ")


def _ends(effect: Effect) -> list[str]:
    write = number if effect.scale is EffectScale.RATIO else points
    return [write(value) for value in (effect.estimate, effect.low, effect.high)]
