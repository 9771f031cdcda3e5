"""Pages benchmarks/baseline and benchmarks/improved: one system alone, in absolute figures.

Both pages are the same but for the system: `baseline` shows the control arm of the reference record, `improved` the
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
from unitdocs.portal.pages.frames import missed
from unitdocs.records import Role

if TYPE_CHECKING:
    from pandas import DataFrame

BASELINE = Page("benchmarks/baseline.md")
IMPROVED = Page("benchmarks/improved.md")
NOT_APPLICABLE = records.Status.NOT_APPLICABLE.value
MOST_LETTERS = 11
"""Letters on a line of a column's head, so that a table with many metrics stays narrow."""
Kept = Mapping[tuple[str, str, str], records.Case]
Spans = Mapping[tuple[str, str, str], tuple[float, float]]
"""Smallest and largest mean of a round, by case."""


def build_baseline(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `scaling` and `suites` of the control arm, with the figures and their data."""
    return _build(PageOutput(BASELINE, "baseline"), reference, machine, Role.CONTROL)


def build_improved(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `scaling` and `suites` of the treatment arm, with the figures and their data."""
    return _build(PageOutput(IMPROVED, "improved"), reference, machine, Role.TREATMENT)


def amount(case: CaseResult, role: Role) -> float | None:
    """Return the mean of one arm; None where there is none."""
    return case.control_mean if role is Role.CONTROL else case.treatment_mean


def families(cases: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    """Return the cases of one suite and metric that are the same work at several sizes, smallest first.

    Two are the same work where their scenarios' names differ in the number of elements alone, as
    `inventory-100/first` and `inventory-1000/first` do.
    """
    found: dict[str, list[CaseResult]] = {}
    for case in cases:
        if case.elements:
            found.setdefault(re.sub(rf"(?<!\d){case.elements}(?!\d)", "#", case.scenario), []).append(case)
    ordered = {name: sorted(same, key=lambda case: case.elements or 0) for name, same in found.items() if "#" in name}
    return {name: same for name, same in ordered.items() if same[0].elements != same[-1].elements}


def _build(output: PageOutput, reference: Run, machine: Run | None, role: Role) -> PageOutput:
    run = reference
    suites = {name: [case for case in run.cases if case.suite == name] for name in run.suites}
    output.snippet("status", status(output.page, reference, machine), paragraph(load(run)))
    drawn = [figure for cases in suites.values() for figure in _scalings(output, run, cases, role)]
    output.snippet("scaling", *(drawn or [paragraph("The record holds no work at several numbers of elements.")]))
    spans = _spans(run, role)
    tables = [_suite(output, run, cases, role, spans) for cases in suites.values() if cases]
    shown = [*itertools.chain.from_iterable(tables)]
    output.snippet("suites", *(shown or [paragraph("The record holds no case.")]))
    return output


def _suite(output: PageOutput, run: Run, cases: Sequence[CaseResult], role: Role, spans: Spans) -> Iterator[str]:
    """Yield a suite's blocks: a table with a row a scenario and a column a metric, and what does not apply to any."""
    name = cases[0].suite
    yield heading(3, run.suites[name], output.key(name))
    kept = {(case.suite, case.scenario, case.metric): case for case in run.record.cases}
    scenarios = {case.scenario: case.title for case in reversed(cases)}
    known = {case.key: case for case in cases}
    shown = [
        metric for metric in metrics(cases) if any(_is_shown(case, role) for case in cases if case.metric == metric)
    ]
    rows = [
        [
            scenarios[scenario],
            *(
                _cell(case, role, kept[case.key], spans) if case else NOT_APPLICABLE
                for case in (known.get((name, scenario, metric)) for metric in shown)
            ),
        ]
        for scenario in dict.fromkeys(case.scenario for case in cases)
    ]
    heads = [join(wrapped(metric.capitalize(), MOST_LETTERS), "<br>") for metric in shown]
    columns = [Column("Work"), *(Column(head, is_number=True) for head in heads)]
    yield table(f"{run.suites[name]}: {_system(cases[0], role)} alone", columns, rows)
    left = [case for case in cases if case.metric not in shown]
    if left:
        yield _left_out(_system(cases[0], role), left, kept)


def _is_shown(case: CaseResult, role: Role) -> bool:
    return amount(case, role) is not None or case.status != NOT_APPLICABLE


def _left_out(system: str, cases: Sequence[CaseResult], kept: Kept) -> Html:
    """Say which metrics apply to none of the suite's scenarios, with the reasons that the record gives."""
    reasons = listed(list(dict.fromkeys(reason for case in cases if (reason := kept[case.key].reason))))
    said = f"{listed(metrics(cases))}{f' ({reasons})' if reasons else ''}"
    return paragraph(f"{NOT_APPLICABLE.capitalize()} to the {system} system here: {said}.")


def _cell(case: CaseResult, role: Role, kept: records.Case, spans: Spans) -> Html:
    """Return a mean, with the counts that a share is of, or with the span of the rounds where they differ."""
    mean = amount(case, role)
    if mean is None:
        return cell_lines(case.status, kept.reason or "")
    if case.is_share:
        found = missed(kept, role)
        return cell_lines(percent(mean), f"{found[0]:,} of {found[1]:,}" if found else "")
    shown = _percent if case.unit == "1" and case.metric.endswith(" rate") else quantity
    ends = [shown(end, case.unit) for end in spans[case.key]]
    return cell_lines(shown(mean, case.unit), "" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}")


def _percent(rate: float, _unit: str) -> str:
    """Return a rate that a suite counts itself as percent."""
    return percent(rate)


def _spans(run: Run, role: Role) -> Spans:
    means = {
        key: rounds.control_means if role is Role.CONTROL else rounds.treatment_means
        for key, rounds in run.rounds.items()
    }
    return {key: (float(values.min()), float(values.max())) for key, values in means.items()}


def _system(case: CaseResult, role: Role) -> str:
    return case.control if role is Role.CONTROL else case.treatment


def _scalings(output: PageOutput, run: Run, cases: Sequence[CaseResult], role: Role) -> Iterator[Html]:
    """Yield a figure for each time of a suite that was measured at several sizes."""
    for metric in MAIN_TIMES:
        timed = [case for case in cases if case.metric == metric and amount(case, role)]
        found = families(timed)
        if found:
            yield _scaling(output, run, found, role)


def _scaling(output: PageOutput, run: Run, found: Mapping[str, Sequence[CaseResult]], role: Role) -> Html:
    first = next(iter(found.values()))[0]
    data = _times(found, role)
    shown = Figure(
        key=output.key(f"scaling-{output.name}", first.suite, first.metric),
        finding=_finding(found, role),
        measured=(
            f"{run.suites[first.suite]}: mean {first.metric} of the {_system(first, role)} system against the number "
            "of elements; both axes are logarithmic. A line less steep than the dotted one grows more slowly than the "
            "number of elements."
        ),
        plot=figures.pinned(figures.scaling(data, first.unit)),
        table=_growths(found, role),
        reproduce=run.record.command,
    )
    return output.figure(shown, data)


def _times(found: Mapping[str, Sequence[CaseResult]], role: Role) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    return pd.DataFrame(
        [
            {
                "suite": case.suite,
                "scenario": case.scenario,
                "work": work(case),
                "system": _system(case, role),
                "elements": case.elements,
                "value": amount(case, role),
                "growth": _growth([same[0], case], role),
            }
            for same in found.values()
            for case in same
        ]
    )


def work(case: CaseResult) -> str:
    """Return a title without the number of elements."""
    size = counted(case.elements or 0, "element")
    return re.sub(rf"\s*\({re.escape(size)}\)", "", case.title)


def _finding(found: Mapping[str, Sequence[CaseResult]], role: Role) -> str:
    """Say how many times longer the most elements take than the fewest."""
    first = next(iter(found.values()))
    growths = sorted(_growth(same, role) for same in found.values())
    span = " to ".join(dict.fromkeys(factor(growth) for growth in (growths[0], growths[-1])))
    sizes = {(same[0].elements, same[-1].elements) for same in found.values()}
    if len(sizes) > 1:
        return f"From the fewest to the most elements, times of the {_system(first[0], role)} system grow {span}."
    fewest, most = first[0].elements or 1, first[-1].elements or 1
    return (
        f"With {number(most / fewest)} times the elements, the {_system(first[0], role)} system takes {span} the time."
    )


def _growth(same: Sequence[CaseResult], role: Role) -> float:
    return (amount(same[-1], role) or 0.0) / (amount(same[0], role) or 1.0)


def _growths(found: Mapping[str, Sequence[CaseResult]], role: Role) -> Html:
    sizes = sorted({case.elements or 0 for same in found.values() for case in same})
    columns = [
        Column("Work"),
        *(Column(counted(size, "element"), is_number=True) for size in sizes),
        Column("Growth", is_number=True),
    ]
    rows = []
    for same in found.values():
        by_size = {case.elements: quantity(amount(case, role), case.unit) for case in same}
        rows.append([work(same[0]), *(by_size.get(size, NO_ANSWER) for size in sizes), factor(_growth(same, role))])
    return table("Times as drawn", columns, rows)
