"""Pages benchmarks/baseline and benchmarks/improved: one system alone, in absolute numbers.

The pages differ only in the system: `baseline` shows the control arm of the reference record, `improved` the
treatment arm.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from unitdocs import records
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, metrics
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, counted, factor, listed, number, percent, quantity, wrapped
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, table
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import load, status
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.portal.pages.frames import count_missed
from unitdocs.records import Role

if TYPE_CHECKING:
    from pandas import DataFrame

BASELINE = Page("benchmarks/baseline.md")
IMPROVED = Page("benchmarks/improved.md")
NOT_APPLICABLE = records.Status.NOT_APPLICABLE.value
MOST_LETTERS = 11
"""Letters per line of a column heading, so that a table with many metrics stays narrow."""
RecordedCases = Mapping[tuple[str, str, str], records.Case]
RoundSpans = Mapping[tuple[str, str, str], tuple[float, float]]
"""Smallest and largest mean of a round, by the key of the case."""


def build_baseline(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `scaling` and `suites` of the control arm, with the figures and their data."""
    return _build(PageOutput(BASELINE, "baseline"), reference, machine, Role.CONTROL)


def build_improved(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `scaling` and `suites` of the treatment arm, with the figures and their data."""
    return _build(PageOutput(IMPROVED, "improved"), reference, machine, Role.TREATMENT)


def amount(case: CaseResult, role: Role) -> float | None:
    """Return the mean of one arm, if there is one."""
    return case.control_mean if role is Role.CONTROL else case.treatment_mean


def group_by_work(cases: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    """Return cases of one suite and metric that are the same work at several sizes, smallest first, by that work.

    Two cases are the same work if the names of their scenarios differ only in the number of elements, as
    `inventory-100/first` and `inventory-1000/first` do.
    """
    groups: dict[str, list[CaseResult]] = {}
    for case in cases:
        if case.elements:
            groups.setdefault(re.sub(rf"(?<!\d){case.elements}(?!\d)", "#", case.scenario), []).append(case)
    ordered = {
        name: sorted(sizes, key=lambda case: case.elements or 0) for name, sizes in groups.items() if "#" in name
    }
    return {name: sizes for name, sizes in ordered.items() if sizes[0].elements != sizes[-1].elements}


def _build(output: PageOutput, reference: Run, machine: Run | None, role: Role) -> PageOutput:
    run = reference
    suites = {name: [case for case in run.cases if case.suite == name] for name in run.suites}
    output.snippet("status", status(output.page, reference, machine), paragraph(load(run)))
    drawn = [figure for cases in suites.values() for figure in _scalings(output, run, cases, role)]
    output.snippet("scaling", *(drawn or [paragraph("The record holds no work at several numbers of elements.")]))
    spans = _spans(run, role)
    tables = [_suite(output, run, cases, role, spans) for cases in suites.values() if cases]
    blocks = [*itertools.chain.from_iterable(tables)]
    output.snippet("suites", *(blocks or [paragraph("The record holds no case.")]))
    return output


def _suite(output: PageOutput, run: Run, cases: Sequence[CaseResult], role: Role, spans: RoundSpans) -> Iterator[str]:
    """Yield a suite's blocks: a table with a row per scenario and a column per metric, and the metrics left out."""
    name = cases[0].suite
    yield heading(3, run.suites[name], output.key(name))
    recorded_cases = {(case.suite, case.scenario, case.metric): case for case in run.record.cases}
    scenarios = {case.scenario: case.title for case in reversed(cases)}
    results = {case.key: case for case in cases}
    visible_metrics = [
        metric for metric in metrics(cases) if any(_is_visible(case, role) for case in cases if case.metric == metric)
    ]
    rows = [
        [
            scenarios[scenario],
            *(
                _cell(case, role, recorded_cases[case.key], spans) if case else NOT_APPLICABLE
                for case in (results.get((name, scenario, metric)) for metric in visible_metrics)
            ),
        ]
        for scenario in dict.fromkeys(case.scenario for case in cases)
    ]
    heads = [join(wrapped(metric.capitalize(), MOST_LETTERS), "<br>") for metric in visible_metrics]
    columns = [Column("Work"), *(Column(head, is_number=True) for head in heads)]
    yield table(f"{run.suites[name]}: {_system(cases[0], role)} alone", columns, rows)
    hidden_cases = [case for case in cases if case.metric not in visible_metrics]
    if hidden_cases:
        yield _inapplicable_metrics(_system(cases[0], role), hidden_cases, recorded_cases)


def _is_visible(case: CaseResult, role: Role) -> bool:
    return amount(case, role) is not None or case.status != NOT_APPLICABLE


def _inapplicable_metrics(system: str, cases: Sequence[CaseResult], recorded_cases: RecordedCases) -> Html:
    """Return which metrics apply to none of the suite's scenarios, with the reasons in the record."""
    reasons = listed(list(dict.fromkeys(reason for case in cases if (reason := recorded_cases[case.key].reason))))
    names = f"{listed(metrics(cases))}{f' ({reasons})' if reasons else ''}"
    return paragraph(f"{NOT_APPLICABLE.capitalize()} to the {system} system here: {names}.")


def _cell(case: CaseResult, role: Role, recorded_case: records.Case, spans: RoundSpans) -> Html:
    """Return a mean, with the counts of a share, or with the span of the rounds if they differ."""
    mean = amount(case, role)
    if mean is None:
        return cell_lines(case.status, recorded_case.reason or "")
    if case.is_share:
        counts = count_missed(recorded_case, role)
        return cell_lines(percent(mean), f"{counts[0]:,} of {counts[1]:,}" if counts else "")
    # A rate that a suite counts itself has the unit 1, and is written as percent.
    is_rate = case.unit == "1" and case.metric.endswith(" rate")
    mean_text, *ends = [percent(value) if is_rate else quantity(value, case.unit) for value in (mean, *spans[case.key])]
    return cell_lines(mean_text, "" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}")


def _spans(run: Run, role: Role) -> RoundSpans:
    """Return the span of the rounds' means of one arm, by case."""
    means = {
        key: rounds.control_means if role is Role.CONTROL else rounds.treatment_means
        for key, rounds in run.rounds.items()
    }
    return {key: (float(values.min()), float(values.max())) for key, values in means.items()}


def _system(case: CaseResult, role: Role) -> str:
    """Return the name of an arm."""
    return case.control if role is Role.CONTROL else case.treatment


def _scalings(output: PageOutput, run: Run, cases: Sequence[CaseResult], role: Role) -> Iterator[Html]:
    """Yield a figure for each time of a suite that was measured at several sizes."""
    for metric in MAIN_TIMES:
        timed = [case for case in cases if case.metric == metric and amount(case, role)]
        groups = group_by_work(timed)
        if groups:
            yield _scaling(output, run, groups, role)


def _scaling(output: PageOutput, run: Run, groups: Mapping[str, Sequence[CaseResult]], role: Role) -> Html:
    first = next(iter(groups.values()))[0]
    data = _times(groups, role)
    figure = Figure(
        key=output.key(f"scaling-{output.name}", first.suite, first.metric),
        finding=_finding(groups, role),
        measured=(
            f"{run.suites[first.suite]}: mean {first.metric} of the {_system(first, role)} system against the number "
            "of elements; both axes are logarithmic. A line less steep than the dotted one grows more slowly than the "
            "number of elements."
        ),
        plot=figures.pinned(figures.scaling(data, first.unit)),
        table=_growths(groups, role),
        reproduce=run.record.command,
    )
    return output.figure(figure, data)


def _times(groups: Mapping[str, Sequence[CaseResult]], role: Role) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    return pd.DataFrame(
        [
            {
                "suite": case.suite,
                "scenario": case.scenario,
                "work": work_title(case),
                "system": _system(case, role),
                "elements": case.elements,
                "value": amount(case, role),
                "growth": _growth([sizes[0], case], role),
            }
            for sizes in groups.values()
            for case in sizes
        ]
    )


def work_title(case: CaseResult) -> str:
    """Return a title without the number of elements."""
    size = counted(case.elements or 0, "element")
    return re.sub(rf"\s*\({re.escape(size)}\)", "", case.title)


def _finding(groups: Mapping[str, Sequence[CaseResult]], role: Role) -> str:
    """Return how many times as long the most elements take as the fewest."""
    first = next(iter(groups.values()))
    growths = sorted(_growth(sizes, role) for sizes in groups.values())
    span = " to ".join(dict.fromkeys(factor(growth) for growth in (growths[0], growths[-1])))
    extremes = {(sizes[0].elements, sizes[-1].elements) for sizes in groups.values()}
    if len(extremes) > 1:
        return f"From the fewest to the most elements, times of the {_system(first[0], role)} system grow {span}."
    fewest, most = first[0].elements or 1, first[-1].elements or 1
    return (
        f"With {number(most / fewest)} times the elements, the {_system(first[0], role)} system takes {span} the time."
    )


def _growth(sizes: Sequence[CaseResult], role: Role) -> float:
    """Return the time at the largest size over that at the smallest."""
    return (amount(sizes[-1], role) or 0.0) / (amount(sizes[0], role) or 1.0)


def _growths(groups: Mapping[str, Sequence[CaseResult]], role: Role) -> Html:
    element_counts = sorted({case.elements or 0 for sizes in groups.values() for case in sizes})
    columns = [
        Column("Work"),
        *(Column(counted(count, "element"), is_number=True) for count in element_counts),
        Column("Growth", is_number=True),
    ]
    rows = []
    for sizes in groups.values():
        by_count = {case.elements: quantity(amount(case, role), case.unit) for case in sizes}
        rows.append(
            [
                work_title(sizes[0]),
                *(by_count.get(count, NO_ANSWER) for count in element_counts),
                factor(_growth(sizes, role)),
            ]
        )
    return table("Times as drawn", columns, rows)
