"""Page benchmarks/peers: one scene in other layout engines and by hand, from a run that no other page uses.

A peer may well be faster than the refactored system, so the page states how much faster or slower the system is than
the peer, and which of them is faster, in neutral colours.
"""

import itertools
from collections.abc import Iterator, Sequence

from unitdocs.analysis.case_result import CaseResult, Outcome, measured
from unitdocs.analysis.descriptions import amounts, extent
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, listed, milliseconds
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import load, origin, outdated
from unitdocs.portal.components.verdicts import badge, cell_lines, effect_cell, sample_note, verdict_badge, with_note
from unitdocs.records import Metric

PAGE = Page("benchmarks/peers.md")
MISSING = "The other engines were not measured for this site."
PACKAGES = ("poga", "numpy")
"""Packages that the peers are made of."""


def build_page(peers: Run | None) -> PageOutput:
    """Return the snippet `results`, with the figures and their data."""
    output = PageOutput(PAGE, "peers")
    run = peers
    if run is None:
        output.snippet("results", paragraph(MISSING))
        return output
    timed = [case for case in run.cases if case.metric == Metric.TIME]
    suites = {name: [case for case in timed if case.suite == name] for name in run.suites}
    blocks = [_suite(output, run, cases) for cases in suites.values() if cases]
    output.snippet("results", _origin(run), *itertools.chain.from_iterable(blocks))
    return output


def _origin(run: Run) -> Html:
    """Return when, where and on what the peers were measured, whether that is current, and how to repeat it."""
    installed = run.record.environment.packages
    versions = listed([f"{name} {installed[name]}" for name in PACKAGES if name in installed])
    current = "Current: the unit system, the suites, the scene and the lock have not changed since."
    sentences = [
        load(run),
        f"Versions: {versions}." if versions else "",
        current if run.is_current else "",
    ]
    reproduce = tag("p", "Reproduce this: ", tag("code", run.record.command), class_="ud-reproduce")
    origin_line = tag("p", origin(run), class_="ud-origin")
    return join([outdated(("run of the other engines", run)), origin_line, paragraph(*sentences), reproduce])


def _suite(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield a suite's blocks: a figure of both times of each scenario, then a table of their comparison."""
    name = cases[0].suite
    peer = run.suites[name]
    yield heading(3, peer, output.key(name))
    if measured(cases):
        yield _figure(output, run, peer, measured(cases))
    columns = [
        Column("Work"),
        Column(peer, is_number=True),
        Column(cases[0].treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    caption = f"The {cases[0].treatment} system compared with {peer}"
    yield table(caption, columns, [_case_row(case, peer) for case in cases])


def _figure(output: PageOutput, run: Run, peer: str, cases: Sequence[CaseResult]) -> Html:
    first = cases[0]
    effects = run.effects[(run.effects["suite"] == first.suite) & (run.effects["metric"] == Metric.TIME)]
    columns = [Column("Work"), Column(peer, is_number=True), Column(first.treatment, is_number=True)]
    ordered = sorted(cases, key=lambda case: case.sort_key)
    span = " to ".join(dict.fromkeys(extent(case) for case in (ordered[0], ordered[-1])))
    figure = Figure(
        key=output.key("peers", first.suite),
        finding=f"The {first.treatment} system is {span} than {peer}.",
        measured=(
            "Means over all rounds, in SI units on a log axis; CPU time of the measuring thread for one operation."
        ),
        plot=figures.pinned(figures.arm_means(cases)),
        table=table("Means as drawn", columns, [[case.title, *amounts(case)] for case in cases]),
        reproduce=run.record.command,
    )
    return output.figure(figure, effects)


def _case_row(case: CaseResult, peer: str) -> list[str]:
    if case.effect is None:
        return [case.title, *[NO_ANSWER] * 3, cell_lines(verdict_badge(case), case.reason)]
    times = [milliseconds(mean or 0.0) for mean in (case.control_mean, case.treatment_mean)]
    return [case.title, *times, effect_cell(case), cell_lines(_verdict(case, peer), sample_note(case))]


def _verdict(case: CaseResult, peer: str) -> Html:
    """Return which of the two is faster; an undecided or equivalent case keeps its verdict's label."""
    faster = {Outcome.BETTER: case.treatment, Outcome.WORSE: peer}.get(case.outcome)
    return with_note(badge(f"{faster} is faster", "either"), case) if faster else verdict_badge(case)
