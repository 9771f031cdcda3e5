"""Pages below benchmarks/cases: one for each scenario of the reference record, with its cases and every round.

Unlike other pages they are generated as a whole, since their number depends on the record.
"""

import json

import pandas as pd

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, measured
from unitdocs.analysis.descriptions import amounts, describe
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, counted, quantity
from unitdocs.portal import figures
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.markup import Column, Figure, Html, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, inert
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import cell_lines, effect_cell, sample_note, verdict_badge
from unitdocs.records import Metric

PAGE = """\
---
title: {title}
hide: [navigation, toc]
search: {{ boost: 0.5 }}
---

# {heading}

{content}
"""


def build_pages(reference: Run) -> list[PageOutput]:
    """Return the page of each scenario."""
    scenarios = dict.fromkeys((case.suite, case.scenario) for case in reference.cases)
    return [_page(reference, *scenario) for scenario in scenarios]


def _page(run: Run, suite: str, scenario: str) -> PageOutput:
    page = case_page(suite, scenario)
    cases = [case for case in run.cases if (case.suite, case.scenario) == (suite, scenario)]
    output = PageOutput(page, "cases")
    blocks = [
        status(page, run, None),
        tag("p", tag("strong", _finding(cases))),
        _effects(cases),
        *(_rounds(output, run, case) for case in measured(cases, Metric.TIME)),
    ]
    title = cases[0].title
    text = PAGE.format(title=json.dumps(title), heading=inert(title), content="\n\n".join(blocks))
    output.files[page.source] = text
    return output


def _finding(cases: list[CaseResult]) -> str:
    """Return what the main time of a scenario says, as a sentence."""
    main = next((case for case in measured(cases) if case.metric in MAIN_TIMES), None)
    return f"{main.treatment.capitalize()} is {describe(main)}." if main else "No time was measured."


def _effects(cases: list[CaseResult]) -> Html:
    first = cases[0]
    columns = [
        Column("Metric"),
        Column(first.control, is_number=True),
        Column(first.treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    return table("Every metric of this case", columns, [_effect_row(case) for case in cases])


def _effect_row(case: CaseResult) -> list[str]:
    name = case.metric.capitalize()
    if case.effect is None:
        return [name, *[NO_ANSWER] * 3, cell_lines(verdict_badge(case), case.reason)]
    return [name, *amounts(case), effect_cell(case), cell_lines(verdict_badge(case), sample_note(case))]


def _rounds(output: PageOutput, run: Run, case: CaseResult) -> Html:
    rounds = run.rounds[case.key]
    data = pd.DataFrame(
        {"round": rounds.index, "control": rounds.control, "treatment": rounds.treatment, "ratio": rounds.ratio}
    )
    figure = Figure(
        key=output.key("rounds", case.suite, case.scenario),
        finding=f"{case.treatment.capitalize()} is {describe(case)}.",
        measured=(
            f"Above, one point for each of {counted(len(data), 'round')}: the median of its shorter batches; the axes "
            "have the same relative length. Below, the ratio of each round in the order of the run, with its interval."
        ),
        plot=figures.pinned(figures.distribution(rounds, case)),
        table=_rounds_table(case, data),
        reproduce=run.record.command,
    )
    return join([output.figure(figure, data)])


def _rounds_table(case: CaseResult, data: pd.DataFrame) -> Html:
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
