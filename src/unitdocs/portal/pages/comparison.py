"""Pages benchmarks/comparison and benchmarks/case-by-case: both arms beside each other, and all that is known of each.

The first has one figure a suite, of the time that it is about, so that it is there at once. The second folds the rest
away under lines that say what it comes to: what else was measured, and every round.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from unitdocs.analysis.cases import TIME, Case, amounts, describe, measured, metrics
from unitdocs.analysis.rounds import per_round, ratios
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, milliseconds, percent, quantity
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, folded, table
from unitdocs.portal.components.page_output import Parts, heading
from unitdocs.portal.components.provenance import status
from unitdocs.portal.pages.summary import effect_cell, finding, lines, verdict
from unitdocs.portal.site.evidence import Evidence
from unitdocs.records import FRAME, QUANTILES, Metric

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/comparison.md")
CASE_BY_CASE = Page("benchmarks/case-by-case.md")


def parts(evidence: Evidence) -> Parts:
    """Return the snippets `status` and `suites`: of every suite the times of both arms."""
    made = Parts(PAGE, "comparison")
    made.snippet("status", status(PAGE, evidence))
    run = evidence.reference
    made.snippet("suites", *itertools.chain.from_iterable(_times(made, run, name) for name in run.suites))
    return made


def case_by_case(evidence: Evidence) -> Parts:
    """Return the snippets `status` and `suites`: of every suite what else was measured, and each case's rounds."""
    made = Parts(CASE_BY_CASE, "case-by-case")
    made.snippet("status", status(CASE_BY_CASE, evidence))
    run = evidence.reference
    made.snippet("suites", *itertools.chain.from_iterable(_details(made, run, name) for name in run.suites))
    return made


def _times(made: Parts, run: Run, name: str) -> Iterator[str]:
    cases = [case for case in run.cases if case.suite == name]
    yield heading(2, run.suites[name], made.key(name))
    for metric in metrics(measured(cases))[:1]:
        yield _means(made, run, [case for case in cases if case.metric == metric], is_inline=True)[1]


def _details(made: Parts, run: Run, name: str) -> Iterator[str]:
    cases = [case for case in run.cases if case.suite == name]
    yield heading(2, run.suites[name], made.key(name))
    for metric in metrics(measured(cases))[1:]:
        of_metric = [case for case in cases if case.metric == metric]
        yield heading(3, f"{metric.capitalize()} of both systems", made.key(name, metric))
        yield folded(*_means(made, run, of_metric, is_inline=False))
    for case in measured(cases, TIME):
        yield heading(3, case.title, made.key(name, case.scenario))
        yield _rounds(made, run, case)


def _means(made: Parts, run: Run, cases: Sequence[Case], *, is_inline: bool) -> tuple[str, Html]:
    """Return what the means of a metric come to, and the figure that shows them."""
    first = cases[0]
    effects = run.effects[(run.effects["suite"] == first.suite) & (run.effects["metric"] == first.metric)]
    shown = Figure(
        key=made.key("comparison", first.suite, first.metric),
        finding=finding(cases),
        measured=f"From {first.control} to {first.treatment}: means over all rounds, {_axis(first)}; {_clock(first)}.",
        plot=figures.pinned(figures.before_after(effects)),
        table=_means_table(cases),
        reproduce=run.record.command,
        is_inline=is_inline,
    )
    return shown.finding, made.figure(shown, effects)


def _axis(case: Case) -> str:
    return "in percent" if case.is_share else "on a log axis, where equal distances are equal factors"


def _clock(case: Case) -> str:
    if case.metric == TIME:
        return "processor time of the measuring thread for one operation"
    if case.metric in QUANTILES:
        return f"the time that {percent(QUANTILES[case.metric])} of a round's frames stay within"
    if case.metric == Metric.MISSED_FRAMES:
        return f"frames of which the wall clock told more than {milliseconds(FRAME)}"
    return "counted in a pass of its own, without timing"


def _means_table(cases: Sequence[Case]) -> Html:
    columns = [
        Column("Case"),
        Column(cases[0].control, is_number=True),
        Column(cases[0].treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    return table(f"{cases[0].metric.capitalize()}: means", columns, [_mean_row(case) for case in cases])


def _mean_row(case: Case) -> list[str]:
    return [case.title, *amounts(case), effect_cell(case), lines(verdict(case), "" if case.effect else case.reason)]


def _rounds(made: Parts, run: Run, case: Case) -> Html:
    frame = run.frame
    chosen = (frame["suite"] == case.suite) & (frame["scenario"] == case.scenario) & (frame["metric"] == case.metric)
    rows = frame[chosen]
    data = _paired(rows)
    shown = Figure(
        key=made.key("rounds", case.suite, case.scenario),
        finding=f"{case.treatment.capitalize()} is {describe(case)}.",
        measured=(
            f"Above, one point for each of {counted(len(data), 'round')}: the median of its shorter batches; the axes "
            "span the same share of it. Below, the ratio of each round, in the order they ran, with its interval."
        ),
        plot=figures.pinned(figures.distribution(rows, _effects(run, case))),
        table=_rounds_table(case, data),
        reproduce=run.record.command,
        is_inline=False,
    )
    return folded(shown.finding, made.figure(shown, data))


def _effects(run: Run, case: Case) -> "DataFrame":
    rows = run.effects
    return rows[(rows["suite"] == case.suite) & (rows["scenario"] == case.scenario) & (rows["metric"] == case.metric)]


def _paired(rows: "DataFrame") -> "DataFrame":
    """Return one row per round: the value of each role and their ratio."""
    values = per_round(rows).pivot_table(values="value", index="round", columns="role", sort=False)
    return values.reset_index().merge(ratios(rows)[["round", "ratio"]], on="round")


def _rounds_table(case: Case, data: "DataFrame") -> Html:
    columns = [Column(name, is_number=True) for name in ("Round", case.control, case.treatment, "Ratio")]
    rows = [
        [
            str(row["round"] + 1),
            *(quantity(row[role], case.unit) for role in ("control", "treatment")),
            f"{row['ratio']:.4g}",
        ]
        for row in data.to_dict("records")
    ]
    return table("Every round", columns, rows)
