"""The same work at several numbers of elements: which cases those are, and how their times grow."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, measured
from unitdocs.analysis.descriptions import amounts
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, factor, listed, number
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, table
from unitdocs.portal.components.page_output import PageOutput
from unitdocs.records import Role

if TYPE_CHECKING:
    from pandas import DataFrame

FEWEST_SIZES = 3
"""Sizes of the same work that are drawn as a line: two show no shape."""
Groups = Mapping[str, Sequence[CaseResult]]
"""Cases of the same work, smallest first, by that work."""


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


def work_title(case: CaseResult) -> str:
    """Return a title without the number of elements."""
    size = counted(case.elements or 0, "element")
    return re.sub(rf"\s*\({re.escape(size)}\)", "", case.title)


def growth_figures(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield a figure for each main time of a suite that was measured at enough sizes, with both arms."""
    for metric in MAIN_TIMES:
        timed = [case for case in measured(cases, metric) if case.control_mean and case.treatment_mean]
        groups = {
            work: sizes
            for work, sizes in group_by_work(timed).items()
            if len({case.elements for case in sizes}) >= FEWEST_SIZES
        }
        if groups:
            yield _figure(output, run, groups)


def _figure(output: PageOutput, run: Run, groups: Groups) -> Html:
    first = next(iter(groups.values()))[0]
    shared, labels = _labels(groups)
    data = _times(groups, labels)
    figure = Figure(
        key=output.key("scaling", first.suite, first.metric),
        finding=_finding(groups),
        measured=(
            f"{', '.join(filter(None, (run.suites[first.suite], shared)))}: mean {first.metric} against the number of "
            "elements; both axes are logarithmic. A line less steep than the dashed one grows more slowly than the "
            "number of elements."
        ),
        plot=figures.pinned(figures.scaling(data, first.unit)),
        table=_table(groups),
        reproduce=run.record.command,
    )
    return output.figure(figure, data)


def _labels(groups: Groups) -> tuple[str, dict[str, str]]:
    """Return what all works share, else an empty text, and what remains of the title of each work."""
    titles = {work: work_title(sizes[0]) for work, sizes in groups.items()}
    shared = {title.partition(": ")[0] for title in titles.values() if ": " in title}
    if len(titles) == 1 or len(shared) > 1 or not all(": " in title for title in titles.values()):
        return "", titles
    return shared.pop(), {work: title.partition(": ")[2] for work, title in titles.items()}


def _times(groups: Groups, labels: Mapping[str, str]) -> "DataFrame":
    import pandas as pd  # noqa: PLC0415 - slow to load

    return pd.DataFrame(
        [
            {
                "suite": case.suite,
                "scenario": case.scenario,
                "work": labels[work],
                "role": role.value,
                "system": _arm(case, role),
                "elements": case.elements,
                "value": amount(case, role),
                "growth": _growth([sizes[0], case], role),
            }
            for work, sizes in groups.items()
            for role in Role
            for case in sizes
        ]
    )


def _arm(case: CaseResult, role: Role) -> str:
    return case.control if role is Role.CONTROL else case.treatment


def _finding(groups: Groups) -> str:
    """Return how many times as long the most elements take as the fewest, with each arm."""
    first = next(iter(groups.values()))
    spans = {role: _span(sorted(_growth(sizes, role) for sizes in groups.values())) for role in Role}
    extremes = {(sizes[0].elements, sizes[-1].elements) for sizes in groups.values()}
    if len(extremes) > 1:
        clauses = [f"{span} with {_arm(first[0], role)}" for role, span in spans.items()]
        return f"From the fewest to the most elements, times grow {listed(clauses)}."
    fewest, most = first[0].elements or 1, first[-1].elements or 1
    clauses = [f"{_arm(first[0], role)} takes {span} the time" for role, span in spans.items()]
    return f"With {number(most / fewest)} times the elements, {listed(clauses)}."


def _span(growths: Sequence[float]) -> str:
    return " to ".join(dict.fromkeys(factor(growth) for growth in (growths[0], growths[-1])))


def _growth(sizes: Sequence[CaseResult], role: Role) -> float:
    """Return the time at the largest size over that at the smallest."""
    return (amount(sizes[-1], role) or 0.0) / (amount(sizes[0], role) or 1.0)


def _table(groups: Groups) -> Html:
    first = next(iter(groups.values()))[0]
    arms = [f"{_arm(first, role)}{suffix}" for suffix in ("", ", growth") for role in Role]
    columns = [Column("Work"), *(Column(name, is_number=True) for name in ("Elements", *arms))]
    rows = [
        [
            work_title(case),
            number(case.elements or 0, 6),
            *amounts(case),
            *(factor(_growth([sizes[0], case], role)) for role in Role),
        ]
        for sizes in groups.values()
        for case in sizes
    ]
    return table("Times as drawn", columns, rows)
