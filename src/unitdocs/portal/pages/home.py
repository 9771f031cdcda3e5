"""Page index: in ten seconds, whether the refactored system is better, by how much, how sure, and where it is worse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from unitdocs.portal import figures
from unitdocs.portal.cases import (
    MAIN_TIMES,
    TIME,
    Case,
    Outcome,
    amounts,
    describe,
    direction_word,
    extent,
    measured,
    metrics,
    worst,
)
from unitdocs.portal.decision import Decision, State, decide
from unitdocs.portal.evidence import Evidence, Run
from unitdocs.portal.markup import Column, Figure, Html, Page, join, link, table, tag
from unitdocs.portal.pages.status import provenance, stale
from unitdocs.portal.pages.summary import effect_cell, finding, least_gain, lines
from unitdocs.portal.parts import Parts, paragraph
from unitdocs.portal.wording import counted, factor, milliseconds, percent
from unitdocs.records import FRAME, TIMES, Metric
from unitdocs.records.comparison import compare_arms

PAGE = Page("index.md")


@dataclass(frozen=True)
class Share:
    """The work that stands for a suite: `count` operations of one case, a frame's work where the suite says so.

    A suite of recorded sequences is stood for by the sequence whose median frame takes longest, any other by its
    heaviest case.
    """

    suite: str
    title: str
    case: Case
    count: int
    is_of_a_frame: bool

    @property
    def before(self) -> float:
        """Seconds in the control arm."""
        return (self.case.base or 0.0) * self.count

    @property
    def after(self) -> float:
        """Seconds in the treatment arm."""
        return (self.case.head or 0.0) * self.count

    @property
    def work(self) -> str:
        """What it is."""
        if self.case.metric != TIME:
            return f"median frame of “{self.case.title}”"
        return f"{counted(self.count, 'operation')} of “{self.case.title}”"


def parts(evidence: Evidence) -> Parts:
    """Return the snippets `stale`, `answer`, `origin`, `decision`, `suites` and `frame`."""
    made = Parts(PAGE, "home")
    made.snippet("stale", stale(evidence))
    made.snippet("origin", provenance(PAGE, evidence))
    made.snippet("answer", _answer(evidence))
    made.snippet("decision", _decision(decide(evidence.criteria, evidence.reference)))
    made.snippet("suites", _suites(evidence))
    shown = [share for share in shares(evidence.reference) if share.is_of_a_frame]
    if shown:
        made.snippet("frame", _frame(made, evidence.reference, shown))
    else:
        made.snippet("frame", paragraph("No suite of this record names a case that stands for one frame."))
    return made


def shares(run: Run) -> list[Share]:
    """Return the work that stands for each suite; a suite whose case failed, or without any time, has none."""
    found = (_share(run, suite.name, suite.title, suite.frame) for suite in run.record.suites)
    return [share for share in found if share]


def _share(run: Run, name: str, title: str, frame: tuple[str, int] | None) -> Share | None:
    cases = [case for case in measured(run.cases) if case.suite == name and case.metric in MAIN_TIMES]
    if frame:
        scenario, count = frame
        chosen = next((case for case in cases if (case.scenario, case.metric) == (scenario, TIME)), None)
        return Share(name, title, chosen, count, is_of_a_frame=True) if chosen else None
    heaviest = max(cases, key=lambda case: case.base or 0.0, default=None)
    if heaviest is None:
        return None
    return Share(name, title, heaviest, 1, is_of_a_frame=heaviest.metric != TIME)


def _answer(evidence: Evidence) -> str:
    """Say in one sentence how many cases are faster, then by how much, where it is slower, and how sure this is."""
    run = evidence.reference
    cases = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    if not cases:
        return paragraph("No case of this record has a time.")
    slower = [case for case in cases if case.outcome is Outcome.WORSE]
    where = [f"{case.title} is {describe(case)}" for case in slower]
    nowhere = f"No case of {len(cases)} is slower."
    return join(
        [
            tag("p", tag("strong", finding(cases)), class_="ud-answer"),
            paragraph(*_typically(run, cases)),
            paragraph(f"Where it is slower: {'; '.join(where)}." if where else nowhere, *_worse_beside(run)),
            paragraph(_sureness(cases)),
        ]
    )


def _typically(run: Run, cases: Sequence[Case]) -> Iterator[str]:
    """Yield how much faster it is on average, then where it gains least and most, and where too little to matter."""
    for metric in metrics(cases):
        found = next(overall for overall in compare_arms(run.record, metrics=[metric]).overalls)
        if found.ratio and found.low and found.high:
            first = next(case for case in cases if case.metric == metric)
            yield _on_average(first, found.ratio, (found.low, found.high), found.count)
    ordered = sorted(cases, key=lambda case: case.standing)
    least, most = (f"“{case.title}”, {extent(case)}" for case in (ordered[0], ordered[-1]))
    yield f"Least gain: {least}; largest: {most}."
    small = [case for case in cases if case.effect and case.effect.below_margin]
    if small:
        yield f"In {counted(len(small), 'case')} the difference is real, but too small to matter."


def _on_average(first: Case, ratio: float, ends: tuple[float, float], count: int) -> str:
    """Say what the geometric mean of the ratios of one metric is, with its interval."""
    turned = sorted((1 / end for end in ends) if ratio < 1 else ends)
    size = f"{factor(max(ratio, 1 / ratio))} {direction_word(first, ratio)}"
    return (
        f"{first.metric.capitalize()}: {size} on geometric average of {counted(count, 'case')} "
        f"({factor(turned[0])} to {factor(turned[1])})."
    )


def _worse_beside(run: Run) -> Iterator[str]:
    """Yield a sentence for each thing beside time of which a case needs more than before."""
    beside = [case for case in measured(run.cases) if case.metric not in TIMES]
    for metric in metrics(beside):
        of_metric = [case for case in beside if case.metric == metric]
        worse = [case for case in of_metric if case.outcome is Outcome.WORSE]
        found = worst(worse)
        if found:
            before, after = amounts(found)
            share = f"{len(worse)} of {counted(len(of_metric), 'case')}"
            yield f"{metric.capitalize()}: worse in {share}, most in “{found.title}”: {after}, before {before}."


def _sureness(cases: Sequence[Case]) -> str:
    effects = [case.effect for case in cases if case.effect]
    levels = sorted({effect.level for effect in effects if effect.level})
    rounds = min(effect.n for effect in effects)
    sure = f"Intervals hold at {percent(levels[0])} each" if levels else "Intervals are exact"
    return f"{sure}; each case was measured in at least {counted(rounds, 'round')}, each a process of its own."


def _decision(decision: Decision) -> str:
    counts = [f"{decision.count(state)} {state}" for state in State if decision.count(state)]
    open_ = [item.title for item in decision.judged if item.state is not State.MET]
    which = f"Not met or not measured: {'; '.join(open_)}." if open_ else ""
    where = link("Every criterion", PAGE.link("decision.md"))
    return paragraph(
        tag("strong", f"Go or no go: {decision.answer}."), f"Criteria: {', '.join(counts) or 'none'}.", which, where
    )


def _suites(evidence: Evidence) -> str:
    arms = evidence.reference.record.suites[0].arms
    columns = [
        Column("Work"),
        *(Column(arm, is_number=True) for arm in arms),
        Column("Effect", is_number=True),
        Column("Least gain"),
    ]
    runs = [(evidence.reference, ""), *([(evidence.machine, "this machine")] if evidence.machine else [])]
    suites = [(run, name, note) for name in evidence.reference.suites for run, note in runs if name in run.suites]
    rows = [_row(run, name, note) for run, name, note in suites]
    caption = (
        f"One example a suite: its mean time with each system; a frame lasts {milliseconds(FRAME)}. An effect is that "
        "of the typical round, and need not be the quotient of the means"
    )
    return table(caption, columns, rows)


def _row(run: Run, name: str, note: str) -> list[str]:
    share = next((share for share in shares(run) if share.suite == name), None)
    work = (share.work,) if share else ()
    found = worst(case for case in measured(run.cases) if case.suite == name and case.metric in MAIN_TIMES)
    missing = ["not measured"] * 3
    numbers = [milliseconds(share.before), milliseconds(share.after), effect_cell(share.case)] if share else missing
    return [lines(run.suites[name], note, *work, _missed(run, share)), *numbers, least_gain(found)]


def _missed(run: Run, share: Share | None) -> str:
    """Say how many of a sequence's frames are missed."""
    wanted = share and (share.suite, share.case.scenario, Metric.MISSED_FRAMES.value)
    missed = next((case for case in measured(run.cases) if case.key == wanted), None)
    return f"missed frames: {amounts(missed)[1]}, before {amounts(missed)[0]}" if missed else ""


def _frame(made: Parts, run: Run, shown: Sequence[Share]) -> Html:
    budget = pd.DataFrame(
        [
            {"suite": share.suite, "title": share.title, "arm": arm, "role": role, "seconds": seconds}
            for share in shown
            for arm, role, seconds in (
                (share.case.control, "control", share.before),
                (share.case.treatment, "treatment", share.after),
            )
        ]
    )
    columns = [Column("Suite"), Column("System"), Column("Of a frame", is_number=True)]
    rows = [[row["title"], row["arm"], milliseconds(row["seconds"])] for row in budget.to_dict("records")]
    work = "; ".join(f"{share.title}: {share.work}" for share in shown)
    figure = Figure(
        key="home-frame",
        finding=f"A frame's work, before and after. {_share_finding(max(shown, key=lambda share: share.before))}",
        measured=f"Mean time per operation, times the operations of a frame ({work}).",
        plot=figures.pinned(figures.frame_budget(budget, FRAME)),
        table=table("Milliseconds of a frame", columns, rows),
        reproduce=run.record.command,
    )
    return made.figure(figure, budget)


def _share_finding(share: Share) -> str:
    of_what = " of a frame" if share.is_of_a_frame else ""
    return (
        f"{share.title}: {milliseconds(share.after)}{of_what} instead of {milliseconds(share.before)}, "
        f"{describe(share.case)}."
    )
