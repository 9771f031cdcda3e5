"""Pages below benchmarks/scenarios: an overview, and a page for each suite with everything that players notice.

The pages of the suites are written by hand. A page that includes `generated/scenarios/<suite>/suite.md` is
the page of that suite; if the record does not hold the suite, its snippet says so.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from unitdocs import records
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, measured, worst
from unitdocs.analysis.descriptions import extent, interval
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, percent, quantity, size
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph, slug
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import (
    cell_lines,
    count_verdicts,
    least_gain_cell,
    state_verdicts,
    verdict_badge,
    verdict_table,
)
from unitdocs.portal.pages import cold
from unitdocs.portal.pages.frames import FrameSequence, build_sequence, count_missed, share_with_counts
from unitdocs.portal.pages.sizes import group_by_work, work_title
from unitdocs.records import Metric, Role

PAGE = Page("benchmarks/scenarios/index.md")
COMPARISON = "benchmarks/comparison.md"
QUARTILES = {"low": 0.0, "first": 0.25, "median": 0.5, "third": 0.75, "high": 1.0}
INCLUDED = re.compile(r'"generated/scenarios/([\w-]+)/suite\.md"')


def build_pages(reference: Run, machine: Run | None, suite_pages: Mapping[str, Page]) -> list[PageOutput]:
    """Return the snippets `status`, `suites` and `starts` of the overview, and two of each suite's page.

    Those of a suite's page are `status` and `suite`.

    Args:
        reference: the reference run.
        machine: the run on this machine, if any.
        suite_pages: the page of each suite that has one, as `find_suite_pages` returns them.
    """
    output = PageOutput(PAGE, "scenarios")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("suites", _overview(reference, suite_pages))
    output.snippet("starts", *cold.overview(reference, _address_of_starts(reference, suite_pages)))
    return [output, *(_page(reference, machine, name, page) for name, page in suite_pages.items())]


def _address_of_starts(run: Run, pages: Mapping[str, Page]) -> str | None:
    """Return the page of the suite that measures starts, if there is one."""
    suites = [case.suite for case in run.cases if case.metric == Metric.SLOWEST_FRAME and case.suite in pages]
    return PAGE.link(pages[suites[0]].source) if suites else None


def find_suite_pages(docs: Path) -> dict[str, Page]:
    """Return the page of each suite that has one, by the suite's name."""
    pages = {}
    for path in sorted((docs / PAGE.source).parent.glob("*.md")):
        for name in INCLUDED.findall(path.read_text(encoding="utf-8")):
            pages[name] = Page(path.relative_to(docs).as_posix())
    return pages


def _overview(run: Run, pages: Mapping[str, Page]) -> Html:
    columns = [
        Column("Suite"),
        Column("Cases", is_number=True),
        Column("Time"),
        Column("Least improvement"),
        Column("Missed frames, errors"),
    ]
    names = [*run.suites, *(name for name in pages if name not in run.suites)]
    return table("Results by suite", columns, [_suite_row(run, name, pages.get(name)) for name in names])


def _suite_row(run: Run, name: str, page: Page | None) -> list[str]:
    """Return the cells of a suite in the overview."""
    title = run.suites.get(name, name)
    title_cell = link(title, PAGE.link(page.source)) if page else join([title])
    cases = [case for case in run.cases if case.suite == name]
    timed = [case for case in measured(cases) if case.metric in MAIN_TIMES]
    verdicts = count_verdicts(timed) if timed else "not measured"
    counts = cell_lines(*(_describe_missed_and_refused(run, cases) or [""]))
    return [title_cell, str(len(timed)), verdicts, least_gain_cell(worst(timed)), counts]


def _describe_missed_and_refused(run: Run, cases: Sequence[CaseResult]) -> list[str]:
    """Return how many frames were missed and how many inputs refused, over all scenarios of a suite."""
    recorded_cases = {(case.suite, case.scenario, case.metric): case for case in run.record.cases}
    lines = []
    for metric in (Metric.MISSED_FRAMES, Metric.ERROR_RATE):
        of_metric = [recorded_cases[case.key] for case in cases if case.metric == metric]
        totals = [_total(of_metric, role) for role in (Role.TREATMENT, Role.CONTROL)]
        if all(tries for _, tries in totals):
            new, old = (f"{hits:,} of {tries:,}" for hits, tries in totals)
            lines.append(f"{metric}: {new}, before {old}")
    return lines


def _total(recorded_cases: Sequence[records.Case], role: Role) -> tuple[int, int]:
    """Return hits and tries of one arm over several cases."""
    counts = [count for case in recorded_cases if (count := count_missed(case, role))]
    return sum(hits for hits, _ in counts), sum(tries for _, tries in counts)


def _page(reference: Run, machine: Run | None, name: str, page: Page) -> PageOutput:
    output = PageOutput(page, f"scenarios/{name}")
    output.snippet("status", status(page, reference, machine))
    output.snippet("suite", *_suite_blocks(output, reference, name))
    return output


def _suite_blocks(output: PageOutput, run: Run, name: str) -> Iterator[str]:
    cases = [case for case in run.cases if case.suite == name]
    if not cases:
        yield paragraph(f"The record does not hold the suite {name}.")
        return
    of_metric = {metric: [case for case in cases if case.metric == metric] for metric in Metric}
    if of_metric[Metric.TIME]:
        yield from _times(output, run, of_metric[Metric.TIME])
    if of_metric[Metric.SLOWEST_FRAME]:
        yield from cold.build_starts(output, run, name)
    if measured(of_metric[Metric.MISSED_FRAMES]):
        yield from _missed(output, run, of_metric[Metric.MISSED_FRAMES])
    recorded_cases = {(case.suite, case.scenario, case.metric): case for case in run.record.cases}
    for case in of_metric[Metric.FRAME_P50]:
        results = {other.metric: other for other in cases if other.scenario == case.scenario}
        recorded = {metric: recorded_cases[result.key] for metric, result in results.items()}
        yield from build_sequence(output, run, FrameSequence(results, recorded))
    if of_metric[Metric.ERROR_RATE]:
        yield heading(2, "Errors", output.key(name, Metric.ERROR_RATE))
        yield from (_errors(case, recorded_cases[case.key]) for case in of_metric[Metric.ERROR_RATE])
    yield from _memory(output, run, of_metric[Metric.PEAK_MEMORY])
    address = f"{output.page.link(COMPARISON)}#{slug(name)}"
    yield paragraph("Absolute values of every metric:", link("Baseline, improved and comparison", address))


def _times(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield a sentence about the times of a suite, the spread of their rounds, and every verdict."""
    first = cases[0]
    yield heading(2, "Time", output.key(first.suite, first.metric))
    measured_cases = measured(cases)
    if measured_cases:
        yield tag("p", tag("strong", state_verdicts(measured_cases)))
        yield _spread(output, run, measured_cases)
    yield verdict_table(f"{run.suites[first.suite]}: {first.metric}", cases, None)


def _spread(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Html:
    first = cases[0]
    data = pd.DataFrame([row for case in cases for row in _quartiles(run, case)])
    columns = [
        Column("Case"),
        Column("System"),
        *(Column(name, is_number=True) for name in ("Smallest", "First quartile", "Median", "Third", "Largest")),
    ]
    cells = [
        [row["title"], row["arm"], *(quantity(row[name], first.unit) for name in QUARTILES)]
        for row in data.to_dict("records")
    ]
    figure = Figure(
        key=output.key("spread", first.suite, first.metric),
        finding=_describe_overlap(first, data),
        measured=(
            "Each case's rounds, a process each: the median of a round's shorter batches, CPU time of one "
            "operation, on a log axis."
        ),
        plot=figures.pinned(figures.spread(data, first.unit)),
        table=table("Rounds of each case", columns, cells),
        reproduce=run.record.command,
    )
    return output.figure(figure, data)


def _quartiles(run: Run, case: CaseResult) -> Iterator[dict[str, object]]:
    """Yield the smallest, the quartiles and the largest of each arm's rounds."""
    rounds = run.rounds[case.key]
    for arm, role, values in (
        (case.control, Role.CONTROL, rounds.control),
        (case.treatment, Role.TREATMENT, rounds.treatment),
    ):
        about = {"suite": case.suite, "scenario": case.scenario, "title": case.title, "arm": arm, "role": role.value}
        yield {**about, **{name: float(np.quantile(values, share)) for name, share in QUARTILES.items()}}


def _describe_overlap(first: CaseResult, data: pd.DataFrame) -> str:
    """Return in how many cases every round of one arm is below every round of the other."""
    arms = {role: data[data["role"] == role].set_index("scenario") for role in ("control", "treatment")}
    control, treatment = arms["control"], arms["treatment"].reindex(arms["control"].index)
    below = int((treatment["high"] < control["low"]).sum())
    above = int((treatment["low"] > control["high"]).sum())
    opposite = f"; in {above} the opposite holds" if above else ""
    return (
        f"In {below} of {counted(len(control), 'case')} the slowest round with {first.treatment} is faster than the "
        f"fastest with {first.control}{opposite}."
    )


def _missed(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield the share of frames that each sequence misses, round by round."""
    first = cases[0]
    recorded_cases = {(case.suite, case.scenario, case.metric): case for case in run.record.cases}
    data = pd.DataFrame([row for case in cases for row in _missed_rounds(case, recorded_cases[case.key])])
    if data.empty:
        return
    totals = data.groupby(["scenario", "role"], sort=False)[["missed", "frames"]].transform("sum")
    data = data.assign(all_missed=totals["missed"], all_frames=totals["frames"])
    data["all_share"] = data["all_missed"] / data["all_frames"]
    columns = [
        Column("Sequence"),
        Column("System"),
        *(Column(name, is_number=True) for name in ("Frames", "Missed", "Share")),
    ]
    cells = [
        [row["title"], row["arm"], f"{row['all_frames']:,}", f"{row['all_missed']:,}", percent(row["all_share"])]
        for row in data.drop_duplicates(["scenario", "role"]).to_dict("records")
    ]
    yield heading(2, "Missed frames", output.key(first.suite, first.metric))
    figure = Figure(
        key=output.key("missed", first.suite),
        finding=_missed_finding(first, [recorded_cases[case.key] for case in cases]),
        measured="Frames that took longer than 1/60 s on the wall clock, as a share of the frames played.",
        plot=figures.pinned(figures.missed_frames(data)),
        table=table("Missed frames over all rounds", columns, cells),
        reproduce=run.record.command,
    )
    yield output.figure(figure, data)


def _missed_finding(first: CaseResult, recorded_cases: Sequence[records.Case]) -> str:
    new, old = (f"{hits:,} of {tries:,}" for hits, tries in (_total(recorded_cases, role) for role in reversed(Role)))
    return f"{first.treatment.capitalize()} misses {new} frames, {first.control} {old}."


def _missed_rounds(case: CaseResult, recorded_case: records.Case) -> Iterator[dict[str, object]]:
    for round_ in recorded_case.rounds:
        for role, arm in ((Role.CONTROL, case.control), (Role.TREATMENT, case.treatment)):
            share = getattr(round_.count, role) if round_.count else None
            tries = getattr(round_.tries, role) if round_.tries else None
            if share is not None and tries:
                yield {
                    "suite": case.suite,
                    "scenario": case.scenario,
                    "title": case.title,
                    "arm": arm,
                    "role": role.value,
                    "round": round_.index,
                    "missed": round(share * tries),
                    "frames": tries,
                }


def _memory(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield the memory that work of several sizes needs; nothing if there is only one size."""
    visible_cases = [case for case in measured(cases) if case.elements and case.control_mean and case.treatment_mean]
    if len({case.elements for case in visible_cases}) < 2:  # noqa: PLR2004 - one size makes no axis
        return
    first = visible_cases[0]
    yield heading(2, "Memory", output.key(first.suite, first.metric))
    columns = [
        Column("Case"),
        *(Column(name, is_number=True) for name in ("Elements", first.control, first.treatment)),
    ]
    rows = [
        [
            case.title,
            f"{case.elements:,}",
            size(case.control_mean or 0.0),
            size(case.treatment_mean or 0.0),
        ]
        for case in visible_cases
    ]
    data = _peaks(visible_cases)
    figure = Figure(
        key=output.key("memory", first.suite),
        finding=state_verdicts(visible_cases),
        measured=(
            "Largest memory that one operation held in addition to its initial memory, counted in a separate pass; "
            "both axes are logarithmic, and a line joins sizes of the same work."
        ),
        plot=figures.pinned(figures.peak_memory(data)),
        table=table("Peak memory", columns, rows),
        reproduce=run.record.command,
    )
    yield output.figure(figure, data)


def _peaks(cases: Sequence[CaseResult]) -> pd.DataFrame:
    titles = {case.key: work_title(case) for sizes in group_by_work(cases).values() for case in sizes}
    ordered = sorted(cases, key=lambda case: case.elements or 0)
    return pd.DataFrame(
        [
            {
                "suite": case.suite,
                "scenario": case.scenario,
                "title": case.title,
                "work": titles.get(case.key, ""),
                "arm": arm,
                "role": role,
                "elements": case.elements,
                "bytes": peak,
            }
            for case in ordered
            for arm, role, peak in (
                (case.control, "control", case.control_mean),
                (case.treatment, "treatment", case.treatment_mean),
            )
        ]
    )


def _errors(case: CaseResult, recorded_case: records.Case) -> Html:
    """Return a scenario's error rate and each system's messages, input by input."""
    columns = [Column("Input"), Column(case.control), Column(case.treatment)]
    rates = [share_with_counts(case, recorded_case, role) for role in Role]
    verdict_lines = [verdict_badge(case), *((extent(case), interval(case)) if case.effect else (case.reason,))]
    recorded = recorded_case.messages
    messages: Sequence[Mapping[str, str]] = (recorded.control, recorded.treatment) if recorded else ({}, {})
    inputs = dict.fromkeys(itertools.chain.from_iterable(messages))
    rows = [[name, *(arm.get(name, "no message") for arm in messages)] for name in inputs]
    return table(case.title, columns, [[cell_lines("Error rate", *verdict_lines), *rates], *rows])
