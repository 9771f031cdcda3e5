"""Page index: whether the refactored system is better, by how much, how certain that is, and where it is worse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured, metrics, tally, worst
from unitdocs.analysis.comparison import summarise
from unitdocs.analysis.criteria import Criteria
from unitdocs.analysis.decision import Decision, State, decide
from unitdocs.analysis.descriptions import amounts, describe, describe_mean, extent, interval
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, listed, milliseconds, percent
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import METHOD, provenance, stale
from unitdocs.portal.components.verdicts import badge
from unitdocs.records import FRAME, TIMES, Metric, RunRecord, Status

PAGE = Page("index.md")


@dataclass(frozen=True)
class SuiteExample:
    """Work that represents a suite: `count` operations of one case, a frame's work if the suite declares it.

    A suite of recorded sequences is represented by the sequence whose median frame takes longest, any other by its
    heaviest case.
    """

    suite: str
    title: str
    case: CaseResult
    count: int
    is_of_a_frame: bool

    @property
    def control_seconds(self) -> float:
        """Seconds in the control arm."""
        return (self.case.control_mean or 0.0) * self.count

    @property
    def treatment_seconds(self) -> float:
        """Seconds in the treatment arm."""
        return (self.case.treatment_mean or 0.0) * self.count

    @property
    def work(self) -> str:
        """The work in words."""
        if self.case.metric != Metric.TIME:
            frame = "slowest" if self.case.metric == Metric.SLOWEST_FRAME else "median"
            return f"{frame} frame of “{self.case.title}”"
        return f"{counted(self.count, 'operation')} of “{self.case.title}”"


def build_page(reference: Run, machine: Run | None, criteria: Criteria) -> PageOutput:
    """Return the snippets `stale`, `answer`, `suites` and `frame`."""
    output = PageOutput(PAGE, "home")
    run = reference
    output.snippet("stale", stale(reference, machine))
    output.snippet("answer", _answer(reference, criteria))
    output.snippet("suites", _suites(reference, machine))
    examples = [example for example in suite_examples(run) if example.is_of_a_frame]
    if examples:
        output.snippet("frame", _frame(output, run, examples))
    else:
        output.snippet("frame", paragraph("No suite of this record declares the work of one frame."))
    return output


def suite_examples(run: Run) -> list[SuiteExample]:
    """Return the work that represents each suite; a suite whose case failed, or without any time, has none."""
    examples = (_suite_example(run, suite.name, suite.title, suite.frame) for suite in run.record.suites)
    return [example for example in examples if example]


def _suite_example(run: Run, name: str, title: str, frame: tuple[str, int] | None) -> SuiteExample | None:
    cases = [case for case in measured(run.cases) if case.suite == name and case.metric in MAIN_TIMES]
    if frame:
        scenario, count = frame
        chosen = next((case for case in cases if (case.scenario, case.metric) == (scenario, Metric.TIME)), None)
        return SuiteExample(name, title, chosen, count, is_of_a_frame=True) if chosen else None
    heaviest = max(cases, key=lambda case: case.control_mean or 0.0, default=None)
    if heaviest is None:
        return None
    return SuiteExample(name, title, heaviest, 1, is_of_a_frame=heaviest.metric != Metric.TIME)


def _answer(reference: Run, criteria: Criteria) -> str:
    """Return what a reader asks first: go or no go, better or worse, by how much, where worse, how certain, when."""
    run = reference
    cases = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    decision = decide(criteria, run)
    if not cases:
        return join([paragraph("No case of this record has a time."), _facts([("Go or no go", _decision(decision))])])
    facts = [
        ("Go or no go", _decision(decision)),
        ("Same result", paragraph(*_same_result(run))),
        ("Speed", paragraph(*_speed(run, cases))),
        ("Missed frames", paragraph(*_missed_frames(run))),
        ("Where it is worse", join([paragraph(sentence) for sentence in _worse(run, cases)])),
        ("How certain", paragraph(*_certainty(run, cases))),
        ("Measured", provenance(PAGE, reference)),
    ]
    return join([tag("p", tag("strong", _lead(decision, cases)), class_="ud-answer"), _facts(facts)])


def _facts(facts: Sequence[tuple[str, Html]]) -> Html:
    """Return a list of facts, each under its name; empty facts are left out."""
    visible_facts = [(name, fact) for name, fact in facts if fact != paragraph()]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", fact)) for name, fact in visible_facts), class_="ud-facts")


def _lead(decision: Decision, cases: Sequence[CaseResult]) -> str:
    """Return the recommendation, with the number of cases that are faster and that are not."""
    counts = {outcome: tally(cases, outcome) for outcome in Outcome}
    others = {Outcome.WORSE: "slower", **{outcome: str(outcome) for outcome in _NEITHER}}
    counts_in_words = [f"{label} in {counts[outcome]}" for outcome, label in others.items() if counts[outcome]]
    none = [] if counts[Outcome.WORSE] else ["slower in none"]
    first = f"the {cases[0].treatment} system is faster in {counts[Outcome.BETTER]} of {counted(len(cases), 'case')}"
    open_count = len(decision.criteria) - decision.count(State.MET)
    every = counted(len(decision.criteria), "criterion", "criteria")
    criteria = f"; {open_count} of {every} {'is' if open_count == 1 else 'are'} still open" if open_count else ""
    return f"{decision.recommendation.capitalize()}: {first}, {listed([*counts_in_words, *none])}{criteria}."


def _same_result(run: Run) -> Iterator[str]:
    """Yield in how many scenarios both systems gave the same results, then which failed."""
    compared = [case for case in run.cases if case.effect or case.status == Status.FAILED.value]
    scenarios = {(case.suite, case.scenario): case.title for case in compared}
    failed = {(case.suite, case.scenario) for case in run.cases if case.status == Status.FAILED.value}
    every = counted(len(scenarios), "scenario")
    if not failed:
        yield f"In all {every} measured, both systems gave the same results; where results differ, nothing is timed."
    else:
        yield f"{len(failed)} of {every} failed, because results differ or a round did not end:"
        yield f"{_quoted([scenarios[key] for key in scenarios if key in failed])}."
    yield link("What is compared", f"{PAGE.link(METHOD)}#what-is-compared")


def _speed(run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield how much faster it is on average, the typical frame first, then the least and the most."""
    for metric in sorted(metrics(cases), key=lambda metric: metric != Metric.FRAME_P50):
        of_metric = [case for case in cases if case.metric == metric]
        average = _on_average(run.record, of_metric)
        if average:
            yield f"{_subject(of_metric)}: on average {' '.join(average)}."
    ordered = sorted(cases, key=lambda case: case.sort_key)
    least, most = (f"{_describe_gain(case)} in “{case.title}”" for case in (ordered[0], ordered[-1]))
    yield f"Least: {least}. Most: {most}."


def _describe_gain(case: CaseResult) -> str:
    """Return the size of an effect, marked if there is no difference that matters."""
    return f"{case.outcome_label} ({extent(case)})" if case.outcome.is_same else extent(case)


def _subject(cases: Sequence[CaseResult]) -> str:
    """Return the cases of a metric as the subject of a sentence."""
    if cases[0].metric == Metric.FRAME_P50:
        return f"The typical frame of {counted(len(cases), 'recorded sequence')}"
    if cases[0].metric == Metric.SLOWEST_FRAME:
        return f"The slowest frame after {counted(len(cases), 'start')} in a fresh process"
    return counted(len(cases), "single operation")


def _on_average(record: RunRecord, cases: Sequence[CaseResult]) -> tuple[str, str] | None:
    """Return the geometric mean of the ratios of one metric's cases, and its interval; None without a ratio."""
    mean = summarise(cases[0].metric, cases, record.look_level)
    if not (mean.ratio and mean.low and mean.high):
        return None
    size, interval_text = describe_mean(cases[0], mean.ratio, mean.low, mean.high)
    return size, f"({interval_text})"


def _missed_frames(run: Run) -> Iterator[str]:
    """Yield the missed frames of both arms for each sequence that has any, then the number of the others."""
    cases = [case for case in measured(run.cases) if case.metric == Metric.MISSED_FRAMES]
    if not cases:
        return
    yield f"A frame is missed where this work alone takes longer than {milliseconds(FRAME)}."
    missed = [case for case in cases if case.control_mean or case.treatment_mean]
    for case in sorted(missed, key=lambda case: case.sort_key):
        before, after = amounts(case)
        yield f"{case.control.capitalize()} {before}, {case.treatment} {after} in “{case.title}”."
    others = len(cases) - len(missed)
    if others:
        yield f"None in {'the other ' if missed else ''}{counted(others, 'sequence')} of frames, with either."


def _worse(run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield every case that is slower, then the other metrics in which cases are worse."""
    slower = [f"{case.title} is {describe(case)}" for case in cases if case.outcome is Outcome.WORSE]
    yield f"Time: {'; '.join(slower)}." if slower else "Time: nowhere."
    other_cases = [case for case in measured(run.cases) if case.metric not in TIMES or case.metric == Metric.START_TIME]
    for metric in metrics(other_cases):
        of_metric = [case for case in other_cases if case.metric == metric]
        worse = [case for case in of_metric if case.outcome is Outcome.WORSE]
        worst_case = worst(worse)
        if worst_case:
            control, treatment = amounts(worst_case)
            rest = [
                f"{outcome} in {tally(of_metric, outcome)}" for outcome in _OTHER_OUTCOMES if tally(of_metric, outcome)
            ]
            yield (
                f"{metric.capitalize()}: worse in {len(worse)} of {counted(len(of_metric), 'case')}"
                f"{f' ({listed(rest)})' if rest else ''}. "
                f"The worst: {treatment} instead of {control}, in “{worst_case.title}”."
            )


_NEITHER = (Outcome.BELOW_MARGIN, Outcome.EQUIVALENT, Outcome.INCONCLUSIVE)
_OTHER_OUTCOMES = (Outcome.BETTER, *_NEITHER)


def _certainty(run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield what the ranges mean, the number of rounds behind them, and the verdicts on the same code twice."""
    levels = sorted({case.effect.level for case in cases if case.effect})
    if levels:
        confidence = percent(levels[0])
        yield f"A range in brackets is an interval at {confidence} confidence, for one case and one look at the data."
    rounds = counted(min(case.control_n for case in cases if case.effect), "round")
    yield f"Each time was measured in at least {rounds}; a round is a separate process."
    exact = [case.control_n for case in measured(run.cases) if case.effect and case.effect.is_exact]
    if exact:
        yield f"Memory and other exact counts: at least {counted(min(exact), 'round')}."
    same = run.same_code
    if same:
        wrong = tally(same, Outcome.BETTER) + tally(same, Outcome.WORSE)
        compared = counted(len(same), "case")
        yield (
            f"A check for false alarms: in {compared} the {same[0].treatment} system was compared with itself; "
            f"{wrong or 'none'} {'was' if wrong < 2 else 'were'} called different."  # noqa: PLR2004 - the plural
        )
    yield link("Limits of a single machine", f"{PAGE.link(METHOD)}#limits")


def _decision(decision: Decision) -> Html:
    met = f"{decision.count(State.MET)} of {counted(len(decision.criteria), 'criterion', 'criteria')} met."
    titles = {state: [item.title for item in decision.criteria if item.state is state] for state in State}
    open_titles = {state: names for state, names in titles.items() if names and state is not State.MET}
    sentences = [f"{state.capitalize()}: {_quoted(names)}." for state, names in open_titles.items()]
    every = link("Every criterion and risk", PAGE.link("decision.md"))
    return paragraph(tag("strong", f"{decision.recommendation.capitalize()}."), met, *sentences, every)


def _quoted(titles: Sequence[str]) -> str:
    return listed([f"“{title}”" for title in titles])


def _suites(reference: Run, machine: Run | None) -> Html:
    """Return the average and the least improvement of each suite, with an example in both arms."""
    run = reference
    frames = {case.suite for case in run.cases if case.metric == Metric.FRAME_P50}
    of_a_frame = {example.suite for example in suite_examples(run) if example.is_of_a_frame}
    ordered = sorted(run.suites, key=lambda name: (name not in frames, name not in of_a_frame))
    introduction = paragraph(
        f"A frame lasts {milliseconds(FRAME)}. Averages are geometric means over the cases of a suite. An example is "
        "the heaviest work of its suite, or the work that the suite declares for a frame, with each system's mean "
        "time; its factor is estimated round by round, so it differs slightly from the ratio of the two means."
    )
    return join([introduction, tag("ul", *(_suite(reference, machine, name) for name in ordered), class_="ud-suites")])


def _suite(reference: Run, machine: Run | None, name: str) -> Html:
    run = reference
    blocks = [tag("strong", run.suites[name])]
    cases = [case for case in measured(run.cases) if case.suite == name and case.metric in MAIN_TIMES]
    for metric in metrics(cases):
        of_metric = [case for case in cases if case.metric == metric]
        average = _on_average(run.record, of_metric)
        if average:
            blocks.append(tag("span", average[0], class_="ud-large"))
            blocks.append(tag("span", f"on average of {counted(len(of_metric), 'case')} {average[1]}"))
    least = worst(cases)
    if least and len(cases) > 1:
        is_same = least.outcome.is_same
        gain = badge(least.outcome_label if is_same else extent(least), least.outcome)
        size = f", {extent(least)}" if is_same else ""
        blocks.append(tag("span", "Least: ", gain, f"{size} ({interval(least)}) in “{least.title}”"))
    blocks += _example(run, name)
    if machine and name in machine.suites:
        blocks += [tag("span", "On this machine:"), *_example(machine, name)]
    return tag("li", *blocks)


def _example(run: Run, name: str) -> Iterator[Html]:
    example = next((example for example in suite_examples(run) if example.suite == name), None)
    if example is None:
        yield tag("span", "not measured")
        return
    gain = badge(extent(example.case), example.case.outcome)
    yield tag(
        "span",
        f"Example: {milliseconds(example.control_seconds)} → {milliseconds(example.treatment_seconds)}, ",
        gain,
        f" ({interval(example.case)})",
    )
    yield tag("small", example.work)
    key = (example.suite, example.case.scenario, Metric.MISSED_FRAMES.value)
    missed = next((case for case in measured(run.cases) if case.key == key), None)
    if missed:
        yield tag("span", f"Missed frames there: {' → '.join(amounts(missed))}")


def _frame(output: PageOutput, run: Run, examples: Sequence[SuiteExample]) -> Html:
    budget = pd.DataFrame(
        [
            {"suite": example.suite, "title": example.title, "arm": arm, "role": role, "seconds": seconds}
            for example in examples
            for arm, role, seconds in (
                (example.case.control, "control", example.control_seconds),
                (example.case.treatment, "treatment", example.treatment_seconds),
            )
        ]
    )
    arms = examples[0].case.control, examples[0].case.treatment
    columns = [Column("Suite"), *(Column(arm, is_number=True) for arm in arms)]
    rows = [
        [example.title, milliseconds(example.control_seconds), milliseconds(example.treatment_seconds)]
        for example in examples
    ]
    without = [title for name, title in run.suites.items() if name not in {example.suite for example in examples}]
    others = f" Left out, because they declare no frame's work: {listed(without)}." if without else ""
    before, after = (
        max(times)
        for times in zip(*((example.control_seconds, example.treatment_seconds) for example in examples), strict=True)
    )
    figure = Figure(
        key="home-frame",
        finding=(
            f"Of a frame of {milliseconds(FRAME)}, {arms[0]} takes up to {milliseconds(before)} on average, "
            f"{arms[1]} up to {milliseconds(after)}."
        ),
        measured=f"The examples above. Single frames may take longer: see missed frames.{others}",
        plot=figures.pinned(figures.frame_budget(budget, FRAME)),
        table=table("Milliseconds of a frame", columns, rows),
        reproduce=run.record.command,
    )
    return output.figure(figure, budget)
