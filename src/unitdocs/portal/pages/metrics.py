"""Page operate/metrics: every metric of production with its labels, and what observing costs a game."""

from collections.abc import Iterator

from unitdocs.analysis.case_result import CaseResult, measured
from unitdocs.analysis.descriptions import amounts, extent
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, counted, duration, number
from unitdocs.monitoring.metrics.families import FAMILIES, FamilyType, MetricFamily
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import load, origin, outdated
from unitdocs.portal.components.verdicts import cell_lines, count_verdicts, effect_cell, sample_note, verdict_badge
from unitdocs.records import Metric

PAGE = Page("operate/metrics.md")
PREFIX = "unitdocs_"


def build_page(observed: Run | None) -> PageOutput:
    """Return the snippets `families`, `histograms` and `cost`."""
    output = PageOutput(PAGE, "metrics")
    output.snippet("families", _families())
    output.snippet("histograms", _histograms())
    output.snippet("cost", *_cost(observed))
    return output


def _families() -> Html:
    columns = [Column("Metric"), Column("Type"), Column("Labels"), Column("What it says")]
    rows = [[_name(family), family.type.value, _labels(family), family.help] for family in FAMILIES]
    return table(f"All {counted(len(FAMILIES), 'metric')}, in the order of the exposition", columns, rows)


def _name(family: MetricFamily) -> Html:
    """Return a name that may be broken after each part, which a phone needs."""
    return tag("code", join(family.name.split("_"), Html("_<wbr>")))


def _labels(family: MetricFamily) -> Html:
    return join([_label(name, values) for name, values in family.labels.items()], Html("<br>")) or Html("none")


def _label(name: str, values: tuple[str, ...]) -> Html:
    spoken = join([tag("code", value) for value in values], ", ") if values else "not fixed, but limited"
    return join([tag("code", name), ": ", spoken], "")


def _histograms() -> Html:
    """Return how the buckets of each histogram are spread, as a list."""
    items = [
        tag("li", tag("code", family.name), f": {_bounds(family)}.")
        for family in FAMILIES
        if family.type is FamilyType.HISTOGRAM
    ]
    return tag("ul", Html("\n"), join(items), Html("\n"))


def _bounds(family: MetricFamily) -> str:
    write = number if family.name.endswith("_ratio") else duration
    first, last = family.bounds[0], family.bounds[-1]
    return f"{counted(len(family.bounds), 'bound')} from {write(first)} to {write(last)}, and infinity"


def _cost(observed: Run | None) -> Iterator[Html]:
    """Yield what observing adds to each work that was measured, by the way of observing."""
    times = [case for case in observed.cases if case.metric == Metric.TIME] if observed else []
    if observed is None or not times:
        yield paragraph("What observing costs was not measured for this site.")
        return
    yield outdated(("run of what observing costs", observed))
    yield tag("p", origin(observed), class_="ud-origin")
    yield paragraph(load(observed))
    for way in dict.fromkeys(_way(case) for case in times):
        yield _summary(way, measured([case for case in times if _way(case) == way]))
    columns = [
        Column("Work"),
        *(Column(name.capitalize(), is_number=True) for name in (times[0].control, times[0].treatment)),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    caption = "CPU time of one call, unobserved and observed: means over all rounds"
    yield table(caption, columns, [[case.title, *amounts(case), *_verdict(case)] for case in times])
    yield tag("p", "Reproduce this: ", tag("code", observed.record.command), class_="ud-reproduce")


def _summary(way: str, cases: list[CaseResult]) -> Html:
    """Return how far the effects of a way of observing reach, and their verdicts."""
    ordered = sorted(cases, key=lambda case: case.sort_key)
    span = " to ".join(dict.fromkeys(extent(case) for case in (ordered[0], ordered[-1]))) if ordered else NO_ANSWER
    return paragraph(tag("strong", way), f": {span}; {count_verdicts(cases)}.")


def _way(case: CaseResult) -> str:
    return case.scenario.rpartition("/")[2]


def _verdict(case: CaseResult) -> list[Html | str]:
    if case.effect is None:
        return [NO_ANSWER, cell_lines(verdict_badge(case), case.reason)]
    return [effect_cell(case), cell_lines(verdict_badge(case), sample_note(case))]
