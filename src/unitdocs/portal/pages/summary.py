"""Page benchmarks/summary: every ratio in one figure a metric, and every verdict in a table."""

import itertools
from collections.abc import Mapping, Sequence

from unitdocs.analysis.cases import (
    TIME,
    Case,
    Effect,
    Outcome,
    amounts,
    describe,
    extent,
    interval,
    measured,
    metrics,
    tally,
)
from unitdocs.formatting import NO_ANSWER, counted, listed, number, percent, points, probability
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import Parts, heading, paragraph, slug
from unitdocs.portal.components.provenance import status
from unitdocs.portal.site.evidence import Evidence

PAGE = Page("benchmarks/summary.md")


def parts(evidence: Evidence) -> Parts:
    """Return the snippets `status`, `metrics` and `failed`, with the figures and their data."""
    made = Parts(PAGE, "summary")
    made.snippet("status", status(PAGE, evidence))
    blocks = [_metric(made, evidence, metric) for metric in metrics(evidence.reference.cases)]
    made.snippet("metrics", *itertools.chain.from_iterable(blocks))
    made.snippet("failed", _failed(evidence.reference.cases))
    return made


def finding(cases: Sequence[Case]) -> str:
    """State how many measured cases are better, worse, equivalent and undecided, in the metric's own words."""
    shown = measured(cases)
    system = f"{'The' if shown[0].metric == TIME else 'the'} {shown[0].treatment} system"
    subject = f"{system} is" if shown[0].metric == TIME else f"{shown[0].metric.capitalize()} of {system}:"
    return f"{subject} {tallies(cases)}."


def tallies(cases: Sequence[Case]) -> str:
    """Say how many measured cases have each verdict: `faster in 9 and slower in 1 of 10 cases`."""
    shown = measured(cases)
    counts = [(_word(shown, outcome), tally(shown, outcome)) for outcome in Outcome]
    said = listed([f"{word} in {count}" for word, count in counts if count])
    return f"{said} of {counted(len(shown), 'case')}"


def verdict(case: Case) -> Html:
    """Return the verdict's word, marked for the stylesheet, with what is needed to judge it."""
    if case.effect is None or case.effect.verdict is None:
        return badge(case.status, case.status)
    word = str(case.outcome) if case.effect.below_margin else case.effect.verdict
    return noted(badge(word, case.outcome), case)


def noted(word: Html, case: Case) -> Html:
    """Return a verdict's word with what is needed to judge it."""
    if case.effect is None:
        return word
    note = f"{case.effect.verdict}, but below the margin" if case.effect.below_margin else ""
    if case.outcome is Outcome.INCONCLUSIVE and case.effect.detectable is not None:
        note = f"a difference of {percent(case.effect.detectable - 1)} could have been found"
    if case.outcome is Outcome.INCONCLUSIVE and case.effect.difference_detectable is not None:
        note = f"a difference of {points(case.effect.difference_detectable)} could have been found"
    return join([word, *([tag("small", note)] if note else [])], " ")


def named(case: Case, suites: Mapping[str, str]) -> Html:
    """Return the case's title with its suite."""
    return join([case.title, tag("small", suites.get(case.suite, case.suite), class_="ud-suite")], " ")


def badge(word: str, kind: str) -> Html:
    """Return a word marked for the stylesheet by what it means."""
    return tag("span", word, class_=f"ud-verdict ud-{slug(kind)}")


def _word(cases: Sequence[Case], outcome: Outcome) -> str:
    if outcome is Outcome.EQUIVALENT:
        return str(outcome)
    words = dict.fromkeys(case.effect.verdict or "" for case in cases if case.outcome is outcome and case.effect)
    return "/".join(words) or str(outcome)


def _metric(made: Parts, evidence: Evidence, metric: str) -> list[str]:
    cases = [case for case in evidence.reference.cases if case.metric == metric]
    title = heading(2, metric.capitalize(), made.key(metric))
    if measured(cases):
        return [title, _forest(made, evidence, metric, cases), _verdicts(evidence, metric, cases)]
    reasons = listed(list(dict.fromkeys(case.reason for case in cases if case.reason)))
    words = listed(list(dict.fromkeys(case.status for case in cases)))
    return [
        title,
        paragraph(f"{words.capitalize()} in {counted(len(cases), 'case')}{': ' if reasons else ''}{reasons}."),
    ]


def _forest(made: Parts, evidence: Evidence, metric: str, cases: Sequence[Case]) -> Html:
    run, machine = evidence.reference, evidence.machine
    rows = run.effects[run.effects["metric"] == metric]
    other = None if machine is None else machine.effects[machine.effects["metric"] == metric]
    draw = figures.differences if measured(cases)[0].is_share else figures.forest
    plot = figures.pinned(draw(rows, run.record.margin, run.suites, other))
    shown = Figure(
        key=made.key("summary", metric),
        finding=finding(cases),
        measured=_measured(cases, run.record.margin),
        plot=plot,
        table=_ratios(cases, run.suites),
        reproduce=run.record.command,
    )
    return made.figure(shown, rows)


def _measured(cases: Sequence[Case], margin: float) -> str:
    effects = [case.effect for case in cases if case.effect]
    rounds = sorted({effect.n for effect in effects})
    span = " to ".join(str(count) for count in dict.fromkeys([rounds[0], rounds[-1]]))
    beside = "" if all(effect.exact for effect in effects) else f" with its interval over {span} rounds"
    if measured(cases)[0].is_share:
        return (
            f"Share of {cases[0].treatment} minus that of {cases[0].control}, in points{beside}. "
            f"The band around 0 is the margin of {points(margin)}."
        )
    off = any(figures.is_off_scale(case) for case in cases)
    return (
        f"Ratio {cases[0].treatment} / {cases[0].control}{beside}, on a log axis. "
        f"The band around 1 is the margin of {percent(margin)}."
        f"{' An arrow at the edge: one of the systems needs none.' if off else ''}"
    )


def _ratios(cases: Sequence[Case], suites: Mapping[str, str]) -> Html:
    name = "Difference" if measured(cases)[0].is_share else "Ratio"
    columns = [Column("Case"), *(Column(title, is_number=True) for title in (name, "Low", "High", "Rounds"))]
    rows = [[named(case, suites), *_ends(case.effect), number(case.effect.n)] for case in cases if case.effect]
    return table(f"{name} and interval as drawn", columns, rows)


def _ends(effect: Effect) -> list[str]:
    if effect.difference is None:
        return [number(value) for value in (effect.ratio, effect.low, effect.high)]
    ends = (effect.difference, effect.difference_low, effect.difference_high)
    return [points(value or 0.0) for value in ends]


def _verdicts(evidence: Evidence, metric: str, cases: Sequence[Case]) -> Html:
    """Return the verdicts of one metric, a table a suite, with the run on this machine beside it where there is one."""
    machine = {case.key: case for case in evidence.machine.cases} if evidence.machine else None
    suites = evidence.reference.suites
    tables = [
        verdict_table(f"{suites.get(name, name)}: {metric}", [case for case in cases if case.suite == name], machine)
        for name in dict.fromkeys(case.suite for case in cases)
    ]
    return join(tables)


def verdict_table(caption: str, cases: Sequence[Case], machine: Mapping[tuple[str, str, str], Case] | None) -> Html:
    """Return the means of both arms, the effect and the verdict of each case, with those of another run where given."""
    columns = [
        Column("Case"),
        Column(cases[0].control, is_number=True),
        Column(cases[0].treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
        *([] if machine is None else [Column("This machine")]),
    ]
    return table(caption, columns, [_row(case, machine) for case in cases])


def _row(case: Case, machine: Mapping[tuple[str, str, str], Case] | None) -> list[str]:
    beside = [] if machine is None else [_beside(machine.get(case.key))]
    if case.effect is None:
        return [case.title, *[NO_ANSWER] * 3, lines(verdict(case), case.reason), *beside]
    return [case.title, *amounts(case), effect_cell(case), lines(verdict(case), evidence_of(case.effect)), *beside]


def effect_cell(case: Case) -> Html:
    """Return direction and size with the interval below, so that a table stays narrow."""
    return lines(extent(case), interval(case))


def lines(first: str, *others: str) -> Html:
    """Return a cell's content, with smaller lines below the first."""
    return join([first, *(tag("small", other) for other in others if other)], "<br>")


def least_gain(found: Case | None) -> Html:
    """Return the case that gains least with its effect, for a cell."""
    if found is None:
        return Html("not measured")
    return join([found.title, badge(extent(found), found.outcome), tag("small", interval(found))], "<br>")


def evidence_of(effect: Effect) -> str:
    """Say how many rounds a verdict rests on, and its p-value corrected for the number of cases."""
    rounds = f"n = {effect.n}"
    return rounds if effect.p_adjusted is None else f"{rounds}, p {_equals(probability(effect.p_adjusted))}"


def _equals(text: str) -> str:
    return text if text.startswith("<") else f"= {text}"


def _beside(case: Case | None) -> str:
    if case is None:
        return "not run"
    return lines(verdict(case), describe(case)) if case.effect else verdict(case)


def _failed(cases: Sequence[Case]) -> str:
    failed = [case for case in cases if case.status == "failed"]
    if not failed:
        return paragraph(f"None of the {counted(len(cases), 'case')} failed.")
    columns = [Column("Case"), Column("Metric"), Column("Reason")]
    rows = [[f"{case.suite}: {case.title}", case.metric, case.reason] for case in failed]
    return table("Failed cases", columns, rows)
