"""Page operate/metrics: every metric of production with its labels, and what observing costs a game."""

from collections.abc import Iterator

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, duration, listed, number
from unitdocs.monitoring.families import FAMILIES, FamilyType, MetricFamily
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import state_verdicts, verdict_table

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
    """Yield what observing adds to each scenario that the record has."""
    times = [case for case in observed.cases if case.metric in MAIN_TIMES] if observed else []
    if observed is None or not times:
        yield paragraph("What observing costs was not measured for this site.")
        return
    yield status(PAGE, observed, None)
    for metric in dict.fromkeys(case.metric for case in times):
        yield from _cases([case for case in times if case.metric == metric])


def _cases(cases: list[CaseResult]) -> Iterator[Html]:
    first = cases[0]
    if any(case.effect for case in cases):
        yield paragraph(state_verdicts(cases))
    arms = listed([first.control, first.treatment])
    yield verdict_table(f"{first.metric.capitalize()} of games: {arms}", cases, None, PAGE)
