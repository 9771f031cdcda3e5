"""Page index: in ten seconds, whether the refactored system is better, by how much, how sure, and where it is worse."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from unitdocs.portal import figures
from unitdocs.portal.cases import MAIN_TIMES, TIME, Case, Outcome, describe, extent, interval, measured, worst
from unitdocs.portal.decision import Decision, State, decide
from unitdocs.portal.evidence import Evidence, Run
from unitdocs.portal.markup import Column, Figure, Html, Page, join, link, table, tag
from unitdocs.portal.pages.status import provenance, stale
from unitdocs.portal.pages.summary import badge, effect_cell, finding, lines
from unitdocs.portal.parts import Parts, paragraph
from unitdocs.portal.wording import counted, milliseconds, percent
from unitdocs.records import FRAME

PAGE = Page("index.md")


@dataclass(frozen=True)
class Share:
    """What one frame's work of a suite takes: `count` operations of the suite's frame case."""

    suite: str
    title: str
    case: Case
    count: int

    @property
    def before(self) -> float:
        """Seconds in the control arm."""
        return (self.case.base or 0.0) * self.count

    @property
    def after(self) -> float:
        """Seconds in the treatment arm."""
        return (self.case.head or 0.0) * self.count


def parts(evidence: Evidence) -> Parts:
    """Return the snippets `stale`, `answer`, `origin`, `decision`, `suites` and `frame`."""
    made = Parts(PAGE, "home")
    made.snippet("stale", stale(evidence))
    made.snippet("origin", provenance(PAGE, evidence))
    made.snippet("answer", _answer(evidence))
    made.snippet("decision", _decision(decide(evidence.criteria, evidence.reference)))
    made.snippet("suites", _suites(evidence))
    shown = shares(evidence.reference)
    if shown:
        made.snippet("frame", _frame(made, evidence.reference, shown))
    else:
        made.snippet("frame", paragraph("No suite of this record names a case that stands for one frame."))
    return made


def shares(run: Run) -> list[Share]:
    """Return what each suite that names a frame case takes of a frame; a suite whose case failed has no share."""
    known = {(case.suite, case.scenario): case for case in measured(run.cases, TIME)}
    framed = [(suite, suite.frame) for suite in run.record.suites if suite.frame]
    return [
        Share(suite.name, suite.title, known[suite.name, scenario], count)
        for suite, (scenario, count) in framed
        if (suite.name, scenario) in known
    ]


def _answer(evidence: Evidence) -> str:
    """Say in one sentence how many cases are faster, then by how much, where it is slower, and how sure this is."""
    cases = [case for case in measured(evidence.reference.cases) if case.metric in MAIN_TIMES]
    if not cases:
        return paragraph("No case of this record has a time.")
    slower = [case for case in cases if case.outcome is Outcome.WORSE]
    where = [f"{case.title} is {describe(case)}" for case in slower]
    nowhere = f"No case of {len(cases)} is slower."
    return join(
        [
            tag("p", tag("strong", finding(cases)), class_="ud-answer"),
            tag(
                "ul",
                *(
                    tag("li", lines(_share_finding(share), f"A frame's work: {_work(share)}."))
                    for share in shares(evidence.reference)
                ),
            ),
            paragraph(f"Where it is slower: {'; '.join(where)}." if where else nowhere, _sureness(cases)),
        ]
    )


def _sureness(cases: Sequence[Case]) -> str:
    effects = [case.effect for case in cases if case.effect]
    levels = sorted({effect.level for effect in effects if effect.level})
    rounds = min(effect.n for effect in effects)
    sure = f"Intervals hold at {percent(levels[0])}" if levels else "Intervals are exact"
    return f"{sure}; each case was measured in at least {counted(rounds, 'round')}, each a process of its own."


def _decision(decision: Decision) -> str:
    counts = [f"{decision.count(state)} {state}" for state in State if decision.count(state)]
    where = link("The decision and its criteria", PAGE.link("decision.md"))
    return paragraph(
        tag("strong", f"Go or no go: {decision.answer}."), f"Criteria: {', '.join(counts) or 'none'}.", where
    )


def _suites(evidence: Evidence) -> str:
    arms = evidence.reference.record.suites[0].arms
    columns = [
        Column("Work"),
        *(Column(arm, is_number=True) for arm in arms),
        Column("Effect", is_number=True),
        Column("Worst case"),
    ]
    runs = [(evidence.reference, ""), *([(evidence.machine, "this machine")] if evidence.machine else [])]
    suites = [(run, name, note) for name in evidence.reference.suites for run, note in runs if name in run.suites]
    rows = [_row(run, name, note) for run, name, note in suites]
    caption = f"One frame's work before and after, of {milliseconds(FRAME)}, and the worst case of each suite"
    return table(caption, columns, rows)


def _row(run: Run, name: str, note: str) -> list[str]:
    share = next((share for share in shares(run) if share.suite == name), None)
    found = worst(case for case in measured(run.cases) if case.suite == name and case.metric in MAIN_TIMES)
    missing = ["not measured"] * 3
    numbers = [milliseconds(share.before), milliseconds(share.after), effect_cell(share.case)] if share else missing
    return [lines(run.suites[name], note), *numbers, _worst(found)]


def _worst(found: Case | None) -> str:
    if found is None:
        return "not measured"
    return join([found.title, badge(extent(found), found.outcome), tag("small", interval(found))], "<br>")


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
    work = "; ".join(f"{share.title}: {_work(share)}" for share in shown)
    figure = Figure(
        key="home-frame",
        finding=_share_finding(max(shown, key=lambda share: share.before)),
        measured=f"Mean time per operation, times the operations of a frame ({work}).",
        plot=figures.pinned(figures.frame_budget(budget, FRAME)),
        table=table("Milliseconds of a frame", columns, rows),
        reproduce=run.record.command,
    )
    return made.figure(figure, budget)


def _share_finding(share: Share) -> str:
    return (
        f"{share.title}: {milliseconds(share.after)} of a frame instead of {milliseconds(share.before)}, "
        f"{describe(share.case)}."
    )


def _work(share: Share) -> str:
    return f"{counted(share.count, 'operation')} of “{share.case.title}”"
