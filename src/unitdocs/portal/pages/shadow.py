"""Part of the page deploy/shadow: a long run in shadow mode, what it costs, and the rows of the corrected semantics."""

import statistics

from unitdocs.formatting import counted, number, percent
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.shadow.semantics import SEMANTICS
from unitdocs.studies import ShadowCost, ShadowRun, Study

PAGE = Page("deploy/shadow.md")


def build_page(shadow_run: Study[ShadowRun] | None) -> PageOutput:
    """Return the snippets `run`, `cost` and `semantics`."""
    output = PageOutput(PAGE, "shadow")
    output.snippet("run", _run(shadow_run))
    output.snippet("cost", _cost(shadow_run))
    output.snippet("semantics", _semantics())
    return output


def _run(study: Study[ShadowRun] | None) -> Html:
    """Return how much was compared, and what differed."""
    if study is None:
        return paragraph("No long run was made for this site.")
    run = study.record
    age = "" if study.is_current else " The unit system or shadow mode has changed since."
    differences = counted(run.different, "difference") if run.different else "no difference"
    sentence = (
        f"On {run.created:%Y-%m-%d} {number(run.resolves)} resolves were compared in shadow mode, over every scene of "
        f"the benchmarks: {differences}, {counted(run.errors, 'error')}.{age}"
    )
    columns = [Column("Source"), Column("Resolves", is_number=True), Column("Different", is_number=True)]
    rows = [[source.name, number(source.resolves), number(source.different)] for source in run.sources]
    reproduce = tag("p", "Reproduce this: ", tag("code", run.command), class_="ud-reproduce")
    return join([paragraph(sentence), table("What was compared in shadow mode", columns, rows), reproduce])


def _cost(study: Study[ShadowRun] | None) -> Html:
    """Return the time of frames with shadow mode, by share and budget."""
    if study is None:
        return paragraph("The cost was not measured for this site.")
    run = study.record
    sentence = (
        f"Measured on {run.environment.cpu} ({counted(run.environment.cores, 'core')}) with the scene {run.scene}: "
        f"CPU time of frames with shadow mode, compared with the original system alone; the median of "
        f"{counted(len(run.costs[0].ratios), 'round')}, and the middle half of them."
    )
    columns = [
        Column("Share of calls", is_number=True),
        Column("Budget", is_number=True),
        Column("Time added", is_number=True),
        Column("Middle half", is_number=True),
    ]
    return join([paragraph(sentence), table("Cost of shadow mode", columns, [_row(cost) for cost in run.costs])])


def _row(cost: ShadowCost) -> list[str]:
    low, median, high = statistics.quantiles(cost.ratios, n=4)
    budget = "none" if cost.budget >= 1 else percent(cost.budget)
    return [percent(cost.share), budget, _added(median), f"{_added(low)} to {_added(high)}"]


def _added(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.1f} %"


def _semantics() -> Html:
    """Return the rows of the corrected semantics."""
    columns = [Column("Row", is_number=True), Column("Both systems"), Column("What the name promises")]
    rows = [[str(one.row), _marked(one.compat), _marked(one.corrected)] for one in SEMANTICS]
    return table("Corrected semantics", columns, rows)


def _marked(text: str) -> Html:
    """Return a text with its code marked."""
    parts = text.split("`")
    return join([tag("code", part) if index % 2 else part for index, part in enumerate(parts)], "")
