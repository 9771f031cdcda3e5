"""Part of the page deploy/shadow: a long run in shadow mode, what it costs, and the rows of the corrected semantics."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum

from unitdocs.formatting import counted, number, percent
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.shadow.semantics import SEMANTICS, Semantic
from unitdocs.studies import ShadowCost, ShadowRun, Study
from unitdocs.units import Box, Context, Extent, Position, Scale, Size, create_system

PAGE = Page("deploy/shadow.md")
AROUND = Context(
    parent=Box(100, 50, 600, 300),
    scene=Extent(1600, 800),
    viewport=Extent(700, 500),
    content=Extent(1200, 400),
)
EMPTY_ROW = 10
"""The row about a context without members."""
EXAMPLES: Mapping[int, Size | Position | Scale] = {
    1: Size("parent-width", 50),
    2: Size("percentage", 50),
    3: Size("parent-min", "pixel"),
    4: Position("parent-right", 10),
    5: Position("percentage", 50),
    6: Position("pixel", "right"),
    7: Scale("parent-scale", 2),
    8: Scale("factor", "content-scale"),
    9: Scale("factor", "device-scale"),
    10: Size("scene-width", "fill"),
    11: Size("pixel", "auto", "both"),
    12: Size("pixel", 5, min=20, max=10),
}


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
        f"{counted(len(run.costs[0].ratios), 'round')}, and the middle half of them. "
        "The budget is a share of the time that passes, which here includes the frames without shadow mode."
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
    """Return the rows of the corrected semantics, each with an example that is resolved here."""
    columns = [
        Column("Row", is_number=True),
        Column("Both systems"),
        Column("What the name promises"),
        Column("Example"),
        Column("Both give", is_number=True),
        Column("Promised", is_number=True),
    ]
    rows = [
        [str(one.row), _marked(one.compat), _marked(one.corrected), *_example(one, EXAMPLES[one.row])]
        for one in SEMANTICS
    ]
    around = ", ".join(_member(name, getattr(AROUND, name)) for name in ("parent", "scene", "viewport", "content"))
    sentence = f"The examples are resolved against {around}; that of row 10 against nothing."
    return join([table("Corrected semantics", columns, rows), paragraph(sentence)])


def _example(row: Semantic, unit: Size | Position | Scale) -> list[str | Html]:
    """Return a unit as it is written, its number in both systems, and the number that its name promises."""
    context = AROUND if row.row != EMPTY_ROW else Context()
    both = create_system("original").build(unit).resolve(context)
    promised = row.resolve(unit, context)
    return [tag("code", _written(unit)), f"{both:g}", "refused" if math.isnan(promised) else f"{promised:g}"]


def _written(unit: Size | Position | Scale) -> str:
    """Return a unit as a game writes it, without what is as by default."""
    members = [getattr(unit, one.name) for one in fields(unit)[:2]]
    words = [repr(str(one)) if isinstance(one, StrEnum) else f"{one:g}" for one in members]
    for one in fields(unit)[2:]:
        value = getattr(unit, one.name)
        if value != one.default:
            words.append(f"{one.name}={str(value)!r}" if isinstance(value, StrEnum) else f"{one.name}={value:g}")
    return f"{type(unit).__name__}({', '.join(words)})".replace("'", '"')


def _member(name: str, member: Box | Extent) -> str:
    place = f" at {member.x:g}, {member.y:g}" if isinstance(member, Box) else ""
    return f"{name} {member.width:g} x {member.height:g}{place}"


def _marked(text: str) -> Html:
    """Return a text with its code marked."""
    parts = text.split("`")
    return join([tag("code", part) if index % 2 else part for index, part in enumerate(parts)], "")
