"""The page benchmarks/profile: where the time and the allocations of the heaviest scenarios go."""

from collections.abc import Iterator

import pandas as pd

from unitdocs.formatting import number, percent, size
from unitdocs.portal.components.markup import Column, Html, Page, admonition, csv_path, folded, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.speedscope import to_speedscope
from unitdocs.portal.figures.flame_graph import flame_graph, flame_graph_file, flame_tree
from unitdocs.studies import (
    ArmProfile,
    CodeProfile,
    PartCost,
    ProfiledPlace,
    ProfiledScenario,
    Study,
    by_part,
    hottest,
)

PAGE = Page("benchmarks/profile.md")
SNIPPETS = ("conditions", "findings", "scenarios")
SHOWN = 8
"""Functions of each arm in its table."""
FINDINGS = 3


def build_page(profile: Study[CodeProfile] | None) -> PageOutput:
    """Return the snippets `conditions`, `findings` and `scenarios`, and the files for downloading."""
    output = PageOutput(PAGE, "profile")
    if profile is None:
        for name in SNIPPETS:
            output.snippet(name, paragraph("No profile was made for this site."))
        return output
    record = profile.record
    output.files["generated/data/profile.speedscope.json"] = to_speedscope(record)
    output.snippet("conditions", *_conditions(profile))
    output.snippet("findings", _findings(record))
    output.snippet("scenarios", *(block for one in record.scenarios for block in _scenario(output, record, one)))
    return output


def _conditions(study: Study[CodeProfile]) -> Iterator[Html]:
    record = study.record
    if study.is_current is False:
        yield admonition("warning ud-stale", "Stale: the profile", "The unit system has changed since it was made.")
    fewest = min(arm.samples for scenario in record.scenarios for arm in scenario.arms)
    most = max(arm.samples for scenario in record.scenarios for arm in scenario.arms)
    yield paragraph(
        f"Made on {record.created:%Y-%m-%d} on {record.environment.cpu} with {record.environment.implementation} "
        f"{record.environment.python}. {record.rule}",
        f"Each system was sampled every {number(1000 * record.interval)} ms for {number(record.seconds)} s "
        f"({fewest:,} to {most:,} samples), and its allocations were recorded in a process of its own.",
    )
    address = PAGE.link("generated/data/profile.speedscope.json")
    yield tag("p", tag("a", "Download all stacks for speedscope (JSON)", href=address, download=""))
    yield tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")


def _findings(record: CodeProfile) -> Html:
    """Return what is most striking: collections, memory above the original's, and the part that takes most."""
    collecting = sorted(record.scenarios, key=lambda one: -_collected(one.arms[-1]))
    sentences = [
        f"{_words(one)}: {percent(_collected(one.arms[-1]))} of the {one.arms[-1].arm} system's time is garbage "
        f"collection{_compared_collection(one)}."
        for one in collecting[:1]
    ]
    two = [one for one in record.scenarios if len(one.arms) > 1]
    larger = sorted(two, key=lambda one: -one.arms[-1].peak / max(one.arms[0].peak, 1))
    sentences += [
        f"{_words(one)}: one operation of the {one.arms[-1].arm} system holds {size(one.arms[-1].peak)} at once, that "
        f"of the {one.arms[0].arm} system {size(one.arms[0].peak)}."
        for one in larger[:1]
    ]
    leading = max(record.scenarios, key=lambda one: _leading(record, one).share)
    part = _leading(record, leading)
    sentences.append(
        f"{_words(leading)}: {percent(part.share)} of the {leading.arms[-1].arm} system's time is in the part "
        f"“{part.part}”."
    )
    return tag("ul", *(tag("li", sentence) for sentence in sentences[:FINDINGS]))


def _collected(arm: ArmProfile) -> float:
    return arm.collecting / arm.seconds


def _compared_collection(scenario: ProfiledScenario) -> str:
    if len(scenario.arms) == 1:
        return ""
    return f", of the {scenario.arms[0].arm} system's {percent(_collected(scenario.arms[0]))}"


def _leading(record: CodeProfile, scenario: ProfiledScenario) -> PartCost:
    return by_part(scenario.arms[-1], record.places)[0]


def _words(scenario: ProfiledScenario) -> str:
    return scenario.title.rstrip(".")


def _scenario(output: PageOutput, record: CodeProfile, scenario: ProfiledScenario) -> Iterator[str]:
    key = output.key("profile", scenario.suite, scenario.scenario)
    yield heading(3, scenario.title, key)
    for arm in reversed(scenario.arms):
        yield from _arm(output, record, scenario, arm)
    yield _parts(record, scenario)
    yield folded("Allocations and memory of one operation", _memory(scenario))


def _arm(output: PageOutput, record: CodeProfile, scenario: ProfiledScenario, arm: ArmProfile) -> Iterator[str]:
    key = output.key("profile", scenario.suite, scenario.scenario, arm.arm)
    name = f"{scenario.name}, {arm.arm} system"
    tree = flame_tree(arm, record.places, f"{arm.arm}: all")
    first = hottest(arm)[0]
    finding = (
        f"The {arm.arm} system: {record.places[first.place].label} takes {percent(first.own)} of the time by itself."
    )
    output.files[f"generated/data/{key}.svg"] = flame_graph_file(tree, name)
    output.files[csv_path(key)] = _csv(record, arm)
    downloads = [
        tag("a", "Flame graph (SVG)", href=PAGE.link(f"generated/data/{key}.svg"), download=""),
        tag("a", "Functions (CSV)", href=PAGE.link(csv_path(key)), download=""),
    ]
    caption = tag("figcaption", tag("strong", finding), f" {arm.samples:,} samples; a block is as wide as its share.")
    scroll = tag(
        "div",
        Html(flame_graph(tree, f"Flame graph: {name}. {finding}")),
        class_="ud-flames",
        data_search_exclude="",
        tabindex="0",
        role="region",
        aria_label=f"Flame graph: {name}",
    )
    data = tag(
        "details",
        tag("summary", "Data as a table"),
        Html("\n"),
        _functions(record, arm),
        Html("\n"),
        tag("p", *_with_commas(downloads)),
    )
    yield tag("figure", join(["", caption, scroll, data, ""]), class_="ud-figure ud-profiled", id=key)


def _with_commas(links: list[Html]) -> list[Html]:
    """Return links with commas between them."""
    return [part for one in links for part in (one, Html(", "))][:-1]


def _functions(record: CodeProfile, arm: ArmProfile) -> Html:
    columns = [
        Column("Function"),
        *(Column(title, is_number=True) for title in ("Self", "Total", "Allocations", "Bytes")),
    ]
    rows = [
        [
            record.places[cost.place].label,
            percent(cost.own),
            percent(cost.total),
            number(cost.allocations),
            size(cost.size),
        ]
        for cost in hottest(arm)[:SHOWN]
    ]
    return table(f"The {arm.arm} system's hottest functions, allocations of one operation", columns, rows)


def _parts(record: CodeProfile, scenario: ProfiledScenario) -> Html:
    """Return the shares of all parts, those of each arm in columns of its own."""
    columns = [Column("System"), Column("Part")]
    columns += [Column(title, is_number=True) for title in ("Time", "Allocations", "Bytes")]
    rows = [
        [arm.arm, cost.part, percent(cost.share), number(cost.allocations), size(cost.size)]
        for arm in reversed(scenario.arms)
        for cost in by_part(arm, record.places)
        if cost.share >= 0.01 or cost.size >= 0.01 * arm.size  # noqa: PLR2004 -- a percent
    ]
    return table("Shares of the time by part; allocations of one operation", columns, rows)


def _memory(scenario: ProfiledScenario) -> Html:
    columns = [Column("System")]
    titles = ("Allocations", "Allocated in all", "Most at once", "Blocks left", "Garbage collection")
    columns += [Column(title, is_number=True) for title in titles]
    rows = [
        [
            arm.arm,
            number(arm.allocations),
            size(arm.size),
            size(arm.peak),
            f"{arm.blocks:,}",
            percent(_collected(arm)),
        ]
        for arm in scenario.arms
    ]
    return table("One operation", columns, rows)


def _csv(record: CodeProfile, arm: ArmProfile) -> str:
    def row(place: ProfiledPlace) -> dict[str, object]:
        return {"file": place.file, "function": place.function, "line": place.line, "part": place.part or ""}

    frame = pd.DataFrame(
        [
            {
                **row(record.places[cost.place]),
                "self": cost.own,
                "total": cost.total,
                "allocations": cost.allocations,
                "bytes": cost.size,
            }
            for cost in hottest(arm)
        ]
    )
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")
