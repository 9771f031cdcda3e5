"""Page benchmarks/recommendations: where to switch, what it costs there, and which cases are worse or unknown.

Times decide where to switch. The verdict of every case is in the table of the summary; this page names only the cases
that speak against switching and those without an answer.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured, metrics, tally, worst
from unitdocs.analysis.descriptions import amounts, extent
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, counted, listed, percent
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Html, Page, folded, join, link, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import badge, verdict_badge
from unitdocs.portal.figures import is_off_scale
from unitdocs.records import Metric, Status

PAGE = Page("benchmarks/recommendations.md")
MOST_ITEMS, FEW = 3, 2
"""Visible cases of a list, and how many more are not worth folding."""


class OutcomeGroup(StrEnum):
    """Where a case is counted; a difference within the margin counts as none."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "no difference"
    UNKNOWN = "not known"


def build_page(reference: Run, machine: Run | None) -> PageOutput:
    """Return the snippets `status`, `short`, `suites`, `same`, `worse` and `unknown`."""
    output = PageOutput(PAGE, "recommendations")
    cases = [case for case in reference.cases if case.status != Status.NOT_APPLICABLE.value]
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("short", *_short(cases))
    output.snippet("suites", _suites(reference, cases))
    output.snippet("same", _same(cases, reference.record.margin))
    output.snippet("worse", *_worse(cases))
    output.snippet("unknown", *_unknown(cases), *_not_comparable(reference.cases))
    return output


def outcome_group(case: CaseResult) -> OutcomeGroup:
    """Return where a case is counted."""
    if case.outcome in (Outcome.NONE, Outcome.INCONCLUSIVE):
        return OutcomeGroup.UNKNOWN
    if case.outcome.is_same:
        return OutcomeGroup.SAME
    return OutcomeGroup.BETTER if case.outcome is Outcome.BETTER else OutcomeGroup.WORSE


def span(cases: Sequence[CaseResult]) -> str:
    """Return the worst and the best effect as a span: `2x to 20x faster`, or `2x slower to 20x faster`."""
    ordered = sorted(measured(cases), key=lambda case: case.sort_key)
    ends = [extent(case) for case in ordered[:1] + ordered[-1:]]
    if not ends or ends[0] == ends[-1]:
        return ends[0] if ends else NO_ANSWER
    if any(is_off_scale(case) and not case.is_share for case in (ordered[0], ordered[-1])):
        return "; ".join(ends)  # an end without a factor is written as two amounts
    (first, _, label), (last, _, last_label) = (end.rpartition(" ") for end in ends)
    return f"{first} to {last} {label}" if label == last_label and first else f"{ends[0]} to {ends[1]}"


def _main_times(cases: Sequence[CaseResult]) -> list[CaseResult]:
    """Return the times that decide: of an operation, of the median frame, or of the slowest frame after a start."""
    return [case for case in cases if case.metric in MAIN_TIMES]


def _of_group(cases: Sequence[CaseResult], group: OutcomeGroup) -> list[CaseResult]:
    """Return the cases of a group, worst first."""
    return sorted((case for case in cases if outcome_group(case) is group), key=lambda case: case.sort_key)


def _short(cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield the result in a sentence, and what speaks against it, metric by metric."""
    times = _main_times(cases)
    if not times:
        yield paragraph("No case of this record has a time.")
        return
    counts = [(outcome, tally(times, outcome)) for outcome in Outcome]
    outcomes = listed([f"{outcome} in {count}" for outcome, count in counts if count])
    sentence = f"Time with the {times[0].treatment} system: {outcomes} of {counted(len(times), 'case')}."
    yield tag("p", tag("strong", sentence), class_="ud-answer")
    losses = _of_group(cases, OutcomeGroup.WORSE)
    if losses:
        parts = [f"{metric} in {_count(losses, metric)}" for metric in _metrics_of(cases, losses)]
        yield paragraph("Worse:", link(f"{listed(parts)}.", "#worse"))
    else:
        yield paragraph("No case is worse in any metric.")


def _count(cases: Sequence[CaseResult], metric: str) -> int:
    return sum(case.metric == metric for case in cases)


# Suite by suite: what switching gains, and what it costs there.


def _suites(run: Run, cases: Sequence[CaseResult]) -> Html:
    """Return a line for each suite with a time, in the order of the least gain, largest first."""
    of_suites = {name: [case for case in cases if case.suite == name] for name in run.suites}
    timed = {name: suite for name, suite in of_suites.items() if measured(_main_times(suite))}
    if not timed:
        return paragraph("The record holds no time that was measured.")
    ordered = sorted(timed, key=lambda name: -min(case.sort_key for case in measured(_main_times(timed[name]))))
    rows = [
        tag("div", tag("dt", run.suites[name]), tag("dd", *_gain(timed[name]), *_costs(timed[name])))
        for name in ordered
    ]
    return tag("dl", *rows, class_="ud-facts")


def _gain(cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield a line with the span of the effects on time, and the case with the least gain."""
    times = _main_times(cases)
    least = worst(times)
    if least is None:
        return
    label = "" if least.metric == Metric.TIME else f"{least.metric.capitalize()}: "
    parts = [label, badge(span(times), least.outcome), ", least in ", case_link(PAGE, least), "."]
    yield tag("p", join(parts, ""))


def _costs(cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield a line for each metric that is worse somewhere: in how many cases, and the most in amounts."""
    losses = _of_group(cases, OutcomeGroup.WORSE)
    for metric in _metrics_of(cases, losses):
        of_metric = [case for case in losses if case.metric == metric]
        most = max(of_metric, key=_increase)
        control, treatment = amounts(most)
        count = f"{len(of_metric)} of {counted(_count(cases, metric), 'case')}"
        text = f"{metric.capitalize()}: worse in {count}, at most {treatment} instead of {control}, in "
        parts = [text, case_link(PAGE, most), "."]
        yield tag("p", join(parts, ""))
    if not losses:
        yield tag("p", "Nothing is worse.")


def _metrics_of(cases: Sequence[CaseResult], chosen: Sequence[CaseResult]) -> list[str]:
    """Return the metrics of chosen cases in the order of all."""
    return [metric for metric in metrics(cases) if _count(chosen, metric)]


def _increase(case: CaseResult) -> float:
    """Return by how much the treatment is worse, in the metric's unit."""
    change = (case.treatment_mean or 0.0) - (case.control_mean or 0.0)
    return -change if case.is_higher_better else change


def _same(cases: Sequence[CaseResult], margin: float) -> Html:
    """Return in how many cases there is no difference that matters, by metric."""
    same = _of_group(cases, OutcomeGroup.SAME)
    if not same:
        return paragraph(f"Every difference that is known exceeds the margin of {percent(margin)}.")
    parts = [f"{metric} in {_count(same, metric)}" for metric in _metrics_of(cases, same)]
    times = "" if _main_times(same) else "No time is among them."
    return paragraph(f"No difference that matters: {listed(parts)}, of {counted(len(cases), 'result')}.", times)


def _worse(cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield a list of the cases that are worse for each metric, largest loss first."""
    losses = _of_group(cases, OutcomeGroup.WORSE)
    if not losses:
        yield paragraph(f"None of {counted(len(measured(cases)), 'result')} is worse.")
    for metric in _metrics_of(cases, losses):
        of_metric = [case for case in losses if case.metric == metric]
        yield paragraph(tag("strong", metric.capitalize()), f"in {counted(len(of_metric), 'case')}:")
        yield _listing([join([case_link(PAGE, case), badge(extent(case), case.outcome)], ", ") for case in of_metric])


def _unknown(cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield a list of the cases of every metric without an answer."""
    unknown = _of_group(cases, OutcomeGroup.UNKNOWN)
    if not unknown:
        yield paragraph(f"Each of {counted(len(cases), 'result')} has an answer: none is inconclusive, none failed.")
        return
    yield _listing([_unknown_item(case) for case in unknown])


def _unknown_item(case: CaseResult) -> Html:
    """Return a case without an answer, with what is known of it."""
    known = extent(case) if case.effect else case.reason
    return join([case_link(PAGE, case), case.metric, verdict_badge(case), *([known] if known else [])], ", ")


def _not_comparable(cases: Sequence[CaseResult]) -> Iterator[Html]:
    reasons = Counter((case.metric, case.reason) for case in cases if case.status == Status.NOT_APPLICABLE.value)
    parts = [
        f"{metric} in {counted(count, 'case')}{f' ({reason})' if reason else ''}"
        for (metric, reason), count in reasons.items()
    ]
    if parts:
        yield paragraph(f"Not comparable: {listed(parts)}.")


def _listing(items: Sequence[Html]) -> Html:
    """Return a list; the items of a long one after the first are folded."""
    if len(items) <= MOST_ITEMS + FEW:
        return _list(items)
    rest = items[MOST_ITEMS:]
    return join([_list(items[:MOST_ITEMS]), folded(f"The other {len(rest)}", _list(rest))])


def _list(items: Sequence[Html]) -> Html:
    return tag("ul", *(tag("li", item) for item in items))
