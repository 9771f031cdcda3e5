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
    interval,
    measured,
    metrics,
    tally,
    worst,
)
from unitdocs.portal.decision import Decision, State, decide
from unitdocs.portal.evidence import Evidence, Run
from unitdocs.portal.markup import Column, Figure, Html, Page, join, link, table, tag
from unitdocs.portal.pages.status import provenance, stale
from unitdocs.portal.pages.summary import badge, tallies
from unitdocs.portal.parts import Parts, paragraph
from unitdocs.portal.wording import counted, factor, listed, milliseconds, percent
from unitdocs.records import FRAME, TIMES, Metric, RunRecord
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
    """Return the snippets `stale`, `answer`, `suites` and `frame`."""
    made = Parts(PAGE, "home")
    run = evidence.reference
    made.snippet("stale", stale(evidence))
    made.snippet("answer", _answer(evidence))
    made.snippet("suites", _suites(evidence))
    shown = [share for share in shares(run) if share.is_of_a_frame]
    if shown:
        made.snippet("frame", _frame(made, run, shown))
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
    """Answer what a reader asks first: better or worse, by how much, where worse, how sure, from when; go or no go."""
    run = evidence.reference
    cases = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    decision = decide(evidence.criteria, run)
    if not cases:
        return join([paragraph("No case of this record has a time."), _facts([("Go or no go", _decision(decision))])])
    facts = [
        ("Go or no go", _decision(decision)),
        ("Speed", paragraph(*_speed(run, cases))),
        ("Missed frames", paragraph(*_missed_frames(run))),
        ("Where it is worse", paragraph(*_worse(run, cases))),
        ("How sure", paragraph(*_sureness(run, cases))),
        ("From when", provenance(PAGE, evidence)),
    ]
    return join([tag("p", tag("strong", _lead(cases)), class_="ud-answer"), _facts(facts)])


def _facts(facts: Sequence[tuple[str, Html]]) -> Html:
    """Return what is known under a word for each question; what has no answer is left out."""
    told = [(name, said) for name, said in facts if said != paragraph()]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", said)) for name, said in told), class_="ud-facts")


def _lead(cases: Sequence[Case]) -> str:
    """Say of how many cases it is faster, and of how many it is not."""
    counts = {outcome: tally(cases, outcome) for outcome in Outcome}
    others = {
        Outcome.WORSE: "slower in {}",
        Outcome.EQUIVALENT: "no different in {}",
        Outcome.INCONCLUSIVE: "undecided in {}",
    }
    said = [text.format(counts[outcome]) for outcome, text in others.items() if counts[outcome]]
    first = f"The {cases[0].treatment} system is faster in {counts[Outcome.BETTER]} of {counted(len(cases), 'case')}"
    none = [] if counts[Outcome.WORSE] else ["slower in none"]
    return f"{first}, {listed([*said, *none])}."


def _speed(run: Run, cases: Sequence[Case]) -> Iterator[str]:
    """Yield how much faster it is on average, then where it gains least and most."""
    for metric in metrics(cases):
        of_metric = [case for case in cases if case.metric == metric]
        average = _on_average(run.record, of_metric)
        if average:
            yield f"{_subject(of_metric)}: on average {average}."
    ordered = sorted(cases, key=lambda case: case.standing)
    least, most = (f"{extent(case)} in “{case.title}”" for case in (ordered[0], ordered[-1]))
    yield f"Least: {least}. Most: {most}."


def _subject(cases: Sequence[Case]) -> str:
    """Say what the cases of a metric are."""
    if cases[0].metric == Metric.FRAME_P50:
        return f"The typical frame of {counted(len(cases), 'recorded sequence')}"
    return f"{counted(len(cases), 'operation')}".capitalize()


def _on_average(record: RunRecord, cases: Sequence[Case]) -> str:
    """Say what the geometric mean of the ratios of one metric's cases is, with its interval; nothing where none is."""
    keys = {case.key for case in cases}
    chosen = tuple(case for case in record.cases if (case.suite, case.scenario, case.metric) in keys)
    found = compare_arms(record.model_copy(update={"cases": chosen})).overalls
    if len(found) != 1 or not (found[0].ratio and found[0].low and found[0].high):
        return ""
    ratio, ends = found[0].ratio, (found[0].low, found[0].high)
    turned = sorted((1 / end for end in ends) if ratio < 1 else ends)
    size = f"{factor(max(ratio, 1 / ratio))} {direction_word(cases[0], ratio)}"
    return f"{size} ({factor(turned[0])} to {factor(turned[1])})"


def _missed_frames(run: Run) -> Iterator[str]:
    """Yield for each sequence with missed frames their share before and now, and say of how many that is none."""
    cases = [case for case in measured(run.cases) if case.metric == Metric.MISSED_FRAMES]
    missed = [case for case in cases if case.base or case.head]
    for case in sorted(missed, key=lambda case: case.standing):
        before, after = amounts(case)
        yield f"“{case.title}”: {after} with {case.treatment}, {before} with {case.control}."
    rest = len(cases) - len(missed)
    if rest:
        yield f"None in {'the other ' if missed else ''}{counted(rest, 'recorded sequence')}, with either."


def _worse(run: Run, cases: Sequence[Case]) -> Iterator[str]:
    """Yield every case that is slower, then of what else a case needs more than before."""
    slower = [f"{case.title} is {describe(case)}" for case in cases if case.outcome is Outcome.WORSE]
    yield f"In time: {'; '.join(slower)}." if slower else "In time: nowhere."
    beside = [case for case in measured(run.cases) if case.metric not in TIMES]
    for metric in metrics(beside):
        of_metric = [case for case in beside if case.metric == metric]
        found = worst(case for case in of_metric if case.outcome is Outcome.WORSE)
        if found:
            before, after = amounts(found)
            yield f"{metric.capitalize()}: {tallies(of_metric)}, most in “{found.title}”: {after} instead of {before}."


def _sureness(run: Run, cases: Sequence[Case]) -> Iterator[str]:
    """Yield what the ranges mean, on how many rounds they rest, and what the same code against itself was called."""
    effects = [case.effect for case in cases if case.effect]
    levels = sorted({effect.level for effect in effects if effect.level})
    if levels:
        yield f"A range in brackets holds the true value with {percent(levels[0])} confidence, each for itself."
    rounds = counted(min(effect.n for effect in effects), "round")
    yield f"A time rests on at least {rounds}, each a process of its own."
    exact = [case.effect.n for case in measured(run.cases) if case.effect and case.effect.exact]
    if exact:
        yield f"What is counted exactly, such as memory, was counted in at least {counted(min(exact), 'round')}."
    same = run.same_code
    if same:
        wrong = tally(same, Outcome.BETTER) + tally(same, Outcome.WORSE)
        said = f"{wrong} of {counted(len(same), 'case')}"
        yield f"Measured against itself, {same[0].treatment} was called different in {said}."


def _decision(decision: Decision) -> Html:
    counts = [f"{decision.count(state)} {state}" for state in State if decision.count(state)]
    titles = {state: [item.title for item in decision.judged if item.state is state] for state in State}
    told = [
        f"{state.capitalize()}: {_quoted(found)}."
        for state, found in titles.items()
        if found and state is not State.MET
    ]
    every = link("Every criterion and risk", PAGE.link("decision.md"))
    return paragraph(
        tag("strong", f"{decision.answer.capitalize()}."), f"Criteria: {', '.join(counts) or 'none'}.", *told, every
    )


def _quoted(titles: Sequence[str]) -> str:
    return listed([f"“{title}”" for title in titles])


def _suites(evidence: Evidence) -> Html:
    """Return for each suite an example before and after, what it gains on average, and where it gains least."""
    items = [_suite(evidence, name) for name in evidence.reference.suites]
    said = paragraph(
        f"A frame lasts {milliseconds(FRAME)}. An example is the heaviest work of its suite, or what the suite calls a "
        "frame's work, with the mean time of each system. How much faster that is comes from the rounds one by one, "
        "and can differ a little from the quotient of the means."
    )
    return join([said, tag("ul", *items, class_="ud-suites")])


def _suite(evidence: Evidence, name: str) -> Html:
    run = evidence.reference
    blocks = [tag("strong", run.suites[name]), *_example(run, name)]
    if evidence.machine and name in evidence.machine.suites:
        blocks += [tag("small", "On this machine:"), *_example(evidence.machine, name)]
    cases = [case for case in measured(run.cases) if case.suite == name and case.metric in MAIN_TIMES]
    for metric in metrics(cases):
        of_metric = [case for case in cases if case.metric == metric]
        average = _on_average(run.record, of_metric)
        if average and len(of_metric) > 1:
            blocks.append(tag("span", f"On average of {counted(len(of_metric), 'case')}: {average}"))
    least = worst(cases)
    if least and len(cases) > 1:
        gain = badge(extent(least), least.outcome)
        blocks.append(tag("span", "Least: ", gain, f" ({interval(least)}), “{least.title}”" if interval(least) else ""))
    return tag("li", *blocks)


def _example(run: Run, name: str) -> Iterator[Html]:
    share = next((share for share in shares(run) if share.suite == name), None)
    if share is None:
        yield tag("span", "not measured")
        return
    yield tag("span", f"{milliseconds(share.before)} → {milliseconds(share.after)}", class_="ud-large")
    yield tag("span", badge(extent(share.case), share.case.outcome), f" ({interval(share.case)})")
    yield tag("small", share.work)
    wanted = (share.suite, share.case.scenario, Metric.MISSED_FRAMES.value)
    missed = next((case for case in measured(run.cases) if case.key == wanted), None)
    if missed:
        yield tag("span", f"Missed frames: {' → '.join(amounts(missed))}")


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
    columns = [
        Column("Suite"),
        *(Column(arm, is_number=True) for arm in (shown[0].case.control, shown[0].case.treatment)),
    ]
    rows = [[share.title, milliseconds(share.before), milliseconds(share.after)] for share in shown]
    without = len(run.suites) - len(shown)
    others = f" {counted(without, 'other suite')} have no work that stands for a frame." if without else ""
    figure = Figure(
        key="home-frame",
        finding=f"A frame's work, before and after. {_share_finding(max(shown, key=lambda share: share.before))}",
        measured=f"The examples above that are a frame's work.{others}",
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
