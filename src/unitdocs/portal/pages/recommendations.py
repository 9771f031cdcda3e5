"""Page benchmarks/recommendations: what to switch on, what to leave, and what is not known, from the reference record.

Times decide what is switched on; what else was measured, such as memory, stands beside them, metric by metric.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured, metrics, worst
from unitdocs.analysis.descriptions import amounts, extent, interval
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, counted, listed, number, percent
from unitdocs.portal.components.markup import Column, Html, Page, folded, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import badge, cell_lines, effect_cell, sample_note, verdict_badge
from unitdocs.portal.figures import is_off_scale
from unitdocs.portal.pages.frames import OF_FRAMES
from unitdocs.records import Metric, Status

PAGE = Page("benchmarks/recommendations.md")
MOST_ROWS, FEW = 10, 3
"""Rows of a table that are seen at once; a few more are not worth folding away."""


class Advice(StrEnum):
    """What a case says for the refactored side; a difference inside the margin is none that matters."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no difference"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Shown:
    """The cases of the record that apply, and where other pages show them.

    Args:
        cases: without those that do not apply.
        suites: title of each suite by its name.
        margin: of the record, as a share.
        anchors: ids on other pages by the page's source and by the names that they were made from.
    """

    cases: Sequence[CaseResult]
    suites: Mapping[str, str]
    margin: float
    anchors: Mapping[str, Mapping[tuple[str, ...], str]]

    @property
    def times(self) -> list[CaseResult]:
        """The times, which decide: of an operation, or of the median frame."""
        return [case for case in self.cases if case.metric in MAIN_TIMES]

    def of_suite(self, name: str, *wanted: str) -> list[CaseResult]:
        """Return the cases of a suite and these metrics."""
        return [case for case in self.cases if case.suite == name and case.metric in wanted]


def build_page(reference: Run, machine: Run | None, anchors: Mapping[str, Mapping[tuple[str, ...], str]]) -> PageOutput:
    """Return the snippets `status`, `short`, `better`, `same`, `worse`, `unknown` and `metrics`.

    Args:
        reference: the reference run.
        machine: the run on this machine, if any.
        anchors: of the pages that cases are linked to, the ids by the names that they were made from.
    """
    output = PageOutput(PAGE, "recommendations")
    run = reference
    applied = [case for case in run.cases if case.status != Status.NOT_APPLICABLE.value]
    shown = Shown(applied, run.suites, run.record.margin, anchors)
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("short", *_short(shown))
    output.snippet("better", _better(shown))
    output.snippet("same", _same(shown))
    output.snippet("worse", _worse(shown))
    output.snippet("unknown", *_unknown(shown, run.cases))
    output.snippet("metrics", *_metrics(output, shown))
    return output


def advice(case: CaseResult) -> Advice:
    """Return what a case says for the refactored side."""
    if case.outcome in (Outcome.NONE, Outcome.INCONCLUSIVE):
        return Advice.UNKNOWN
    if case.outcome is Outcome.EQUIVALENT:
        return Advice.SAME
    return Advice.BETTER if case.outcome is Outcome.BETTER else Advice.WORSE


def span(cases: Sequence[CaseResult]) -> str:
    """Return the sizes of the worst and of the best effect: 2x to 20x faster, or 2x slower to 20x faster."""
    ordered = sorted(measured(cases), key=lambda case: case.sort_key)
    ends = [extent(case) for case in ordered[:1] + ordered[-1:]]
    if not ends or ends[0] == ends[-1]:
        return ends[0] if ends else NO_ANSWER
    if any(is_off_scale(case) and not case.is_share for case in (ordered[0], ordered[-1])):
        return "; ".join(ends)  # one leads from an amount to an amount
    (first, _, word), (last, _, other) = (end.rpartition(" ") for end in ends)
    return f"{first} to {last} {word}" if word == other and first else f"{ends[0]} to {ends[1]}"


def _of(cases: Sequence[CaseResult], wanted: Advice) -> list[CaseResult]:
    """Return the cases with this advice, best first."""
    return sorted((case for case in cases if advice(case) is wanted), key=lambda case: -case.sort_key)


def _counts(cases: Sequence[CaseResult]) -> str:
    """Count the cases by what they say."""
    counts = [(wanted, len(_of(cases, wanted))) for wanted in Advice]
    return listed([f"{wanted} in {count}" for wanted, count in counts if count])


def _short(shown: Shown) -> Iterator[Html]:
    """Yield what to do in a sentence, a line for each suite, and a line for each metric beside time."""
    if not shown.times:
        yield paragraph("No case of this record has a time.")
        return
    system = shown.times[0].treatment
    yield tag(
        "p",
        tag("strong", f"Time with the {system} system: {_counts(shown.times)} of {counted(len(shown.times), 'case')}."),
        class_="ud-answer",
    )
    yield paragraph(*_advised(shown))
    columns = [Column("Work"), Column("Time"), Column("Least gain"), Column("Peak memory"), Column("Cases")]
    timed = [name for name in shown.suites if shown.of_suite(name, *MAIN_TIMES)]
    rows = [_suite_row(shown, name) for name in sorted(timed, key=lambda name: -_least(shown, name))]
    yield table("What switching brings, suite by suite, in order of the least gain", columns, rows)
    beside = [metric for metric in metrics(shown.cases) if metric not in MAIN_TIMES]
    if beside:
        columns = [Column("Metric"), Column("Cases"), Column("Effect"), Column("Worst case")]
        rows = [_metric_row(shown, metric) for metric in beside]
        yield table("What else changes", columns, rows)


def _advised(shown: Shown) -> Iterator[str]:
    """Yield what speaks for and against switching, in time and beside it."""
    against = _of(shown.times, Advice.WORSE)
    verb = "speaks" if len(against) == 1 else "speak"
    where = link(f"In time, {counted(len(against), 'case')} {verb} against switching.", "#worse")
    yield where if against else "In time, no case speaks against switching."
    for metric in metrics(measured(shown.cases)):
        losses = [case for case in _of(shown.cases, Advice.WORSE) if case.metric == metric]
        found = worst(losses)
        if found and metric not in MAIN_TIMES:
            yield f"Look at {metric} first in {counted(len(losses), 'case')}; most: {found.title}, {extent(found)}."


def _least(shown: Shown, name: str) -> float:
    return min((case.sort_key for case in measured(shown.of_suite(name, *MAIN_TIMES))), default=0.0)


def _suite_row(shown: Shown, name: str) -> list[str]:
    times, memory = shown.of_suite(name, *MAIN_TIMES), shown.of_suite(name, Metric.PEAK_MEMORY)
    held = measured(memory)
    return [
        shown.suites[name],
        span(times),
        _worst(shown, times),
        span(held) if held else "not measured",
        _counts(times),
    ]


def _metric_row(shown: Shown, metric: str) -> list[str]:
    cases = [case for case in shown.cases if case.metric == metric]
    return [metric.capitalize(), _counts(cases), span(cases), _worst(shown, cases)]


def _worst(shown: Shown, cases: Sequence[CaseResult]) -> str:
    found = worst(cases)
    if found is None:
        return "not measured"
    if found.outcome is Outcome.EQUIVALENT:
        return "none is worse"
    return join([_linked(shown, found), badge(extent(found), found.outcome), tag("small", interval(found))], "<br>")


def _better(shown: Shown) -> Html:
    found = _of(shown.times, Advice.BETTER)
    if not found:
        return paragraph(f"Nowhere: no case gains more time than the margin of {percent(shown.margin)}.")
    return _table(shown, "Gains of time, largest first", found)


def _same(shown: Shown) -> Html:
    found = _of(shown.times, Advice.SAME)
    if not found:
        return paragraph(f"No time is equivalent, and no difference lies within the margin of {percent(shown.margin)}.")
    return _table(shown, "Times without a difference that matters", found)


def _worse(shown: Shown) -> Html:
    found = _of(shown.times, Advice.WORSE)
    if not found:
        return paragraph(f"None of the {counted(len(shown.times), 'time')} is worse.")
    return _table(shown, "Losses of time, largest first", found[::-1])


def _unknown(shown: Shown, cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield the cases of every metric without an answer, and what does not apply."""
    found = _of(shown.cases, Advice.UNKNOWN)
    if found:
        columns = [Column("Case"), Column("Metric"), Column("Verdict"), Column("Effect", is_number=True)]
        rows = [
            [
                _linked(shown, case),
                case.metric,
                cell_lines(verdict_badge(case), case.reason),
                effect_cell(case) if case.effect else NO_ANSWER,
            ]
            for case in found
        ]
        yield table("Cases without an answer", columns, rows)
    else:
        yield paragraph(
            f"Each of the {counted(len(shown.cases), 'case')} has an answer: none is inconclusive, none failed."
        )
    reasons = Counter((case.metric, case.reason) for case in cases if case.status == Status.NOT_APPLICABLE.value)
    said = [f"{metric} in {counted(n, 'case')}{f' ({why})' if why else ''}" for (metric, why), n in reasons.items()]
    if said:
        yield paragraph(f"Not comparable: {listed(said)}.")


def _metrics(output: PageOutput, shown: Shown) -> Iterator[str]:
    """Yield for each metric beside time a line for each suite, then the cases that are worse."""
    beside = [metric for metric in metrics(measured(shown.cases)) if metric not in MAIN_TIMES]
    for metric in beside:
        cases = [case for case in shown.cases if case.metric == metric]
        yield heading(3, metric.capitalize(), output.key(metric))
        columns = [Column("Work"), Column("Cases"), Column("Effect"), Column("Worst case")]
        by_suite = {name: [case for case in cases if case.suite == name] for name in shown.suites}
        rows = [
            [shown.suites[name], _counts(chosen), span(chosen), _worst(shown, chosen)]
            for name, chosen in by_suite.items()
            if chosen
        ]
        yield table(f"{metric.capitalize()}, suite by suite", columns, rows)
        losses = _of(cases, Advice.WORSE)[::-1]
        if losses:
            yield _table(shown, f"{metric.capitalize()}: where it is worse, largest loss first", losses)
        else:
            yield paragraph(f"{metric.capitalize()} is worse in no case.")
    if not beside:
        yield paragraph("The record holds nothing but times.")


def _table(shown: Shown, caption: str, cases: Sequence[CaseResult]) -> Html:
    """Return a row for each case: how large it is, what both systems take, and what the answer rests on.

    What a long table holds beyond its first rows is folded away.
    """
    if len(cases) > MOST_ROWS + FEW:
        first, rest = _table(shown, caption, cases[:MOST_ROWS]), cases[MOST_ROWS:]
        return join([first, folded(f"The other {len(rest)} cases", _rows(shown, f"{caption}: the rest", rest))])
    return _rows(shown, caption, cases)


def _rows(shown: Shown, caption: str, cases: Sequence[CaseResult]) -> Html:
    columns = [
        Column("Case"),
        Column("Elements", is_number=True),
        Column(cases[0].control, is_number=True),
        Column(cases[0].treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    return table(caption, columns, [_row(shown, case) for case in cases])


def _row(shown: Shown, case: CaseResult) -> list[str]:
    size = number(case.elements, 6) if case.elements else NO_ANSWER
    rests = sample_note(case).split(", ") if case.effect else [case.reason]
    name = cell_lines(_linked(shown, case), shown.suites.get(case.suite, case.suite))
    return [name, size, *amounts(case), effect_cell(case), cell_lines(verdict_badge(case), *rests)]


def _linked(shown: Shown, case: CaseResult) -> Html:
    """Return the case's title, linked to where it is shown round by round or frame by frame."""
    address = _address(shown.anchors, case)
    return link(case.title, address) if address else join([case.title])


def _address(anchors: Mapping[str, Mapping[tuple[str, ...], str]], case: CaseResult) -> str | None:
    """Return where a case has a place of its own, else where its suite and metric have one, else None."""
    is_shown_alone = case.metric == Metric.TIME or case.metric in OF_FRAMES
    places = [*([(case.suite, case.scenario)] if is_shown_alone else []), (case.suite, case.metric)]
    found = (f"{PAGE.link(page)}#{keys[names]}" for names in places for page, keys in anchors.items() if names in keys)
    return next(found, None)
