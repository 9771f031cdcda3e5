"""Page index: one screen with the answer, four numbers, every suite in one figure, where it is worse, and how sure."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from unitdocs.analysis.case_result import (
    MAIN_TIMES,
    CaseResult,
    Outcome,
    measured,
    metrics,
    tally,
    worse_below_margin,
    worst,
)
from unitdocs.analysis.comparison import summarise
from unitdocs.analysis.criteria import Criteria
from unitdocs.analysis.decision import decide
from unitdocs.analysis.descriptions import amounts, describe, describe_mean, extent, shared_arms, unfinished
from unitdocs.analysis.run import Run
from unitdocs.analysis.tuning_proof import tuning_proof
from unitdocs.formatting import capitalized, counted, listed
from unitdocs.portal import figures
from unitdocs.portal.components.answer import answer_band
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import METHOD, commit, day, stale
from unitdocs.portal.components.tiles import tile_list
from unitdocs.portal.figures.suite_overview import SuiteGain, gain_of, short_name
from unitdocs.portal.pages.home_tiles import VERDICTS, tiles
from unitdocs.records import Status
from unitdocs.studies import GuideExecutions, MonitoringDrill, Study, TuningSearch

PAGE = Page("index.md")
MOST_LINES = 3
"""Lines below each heading."""
FASTER, SLOWER = " faster", " slower"
"""Ends of an average in words; one that is undecided has a sign instead."""


def build_page(  # noqa: PLR0917 -- the inputs of the page, by name
    reference: Run,
    criteria: Criteria,
    suite_pages: Mapping[str, Page],
    guide_executions: Study[GuideExecutions] | None = None,
    monitoring_drill: Study[MonitoringDrill] | None = None,
    tuned: Run | None = None,
    tuning_search: Study[TuningSearch] | None = None,
) -> PageOutput:
    """Return the snippets `stale`, `answer`, `suites`, `worse` and `sure`."""
    output = PageOutput(PAGE, "home")
    decision = decide(criteria, reference, guide_executions, monitoring_drill, tuning_proof(tuned, tuning_search))
    output.snippet("stale", join([part for part in (stale(reference, None), _revisions(reference)) if part]))
    band = answer_band(decision, _lead(reference))
    output.snippet("answer", join([band, tile_list(tiles(PAGE, reference, criteria, decision))]))
    output.snippet("suites", _suites(output, reference, suite_pages))
    output.snippet("worse", _lines(_worse(reference)))
    output.snippet("sure", _lines(_sure(reference)))
    return output


def _revisions(run: Run) -> Html:
    """Return what a run of two revisions asks: the page's heading may be about the arms of suites; empty for others."""
    if run.record.base is None or not run.record.suites:
        return Html("")
    base, head = run.record.suites[0].arms
    return tag("p", f"This run compares two revisions: is the {head} better than {base}?", class_="ud-lead")


def _lines(lines: Iterator[Html]) -> Html:
    return tag("ul", *(tag("li", line) for line in lines), class_="ud-lines-of-text")


def _lead(run: Run) -> str:
    """Return in how many cases the treatment is faster, and in which metrics it is worse, in a few words.

    What is worse by less than the margin is named too: no margin applies to the criteria of the decision above it.
    """
    cases = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    if not cases:
        return "No case of this record has a time."
    slight = len(worse_below_margin(cases))
    counts = [
        ("slower", tally(cases, Outcome.WORSE)),
        ("slower below the margin", slight),
        ("about the same", sum(case.outcome.is_same for case in cases) - slight),
        ("undecided", tally(cases, Outcome.INCONCLUSIVE)),
    ]
    others = "".join(f", {label} in {count}" for label, count in counts if count)
    faster = f"{tally(cases, Outcome.BETTER)} of {counted(len(cases), 'case')}"
    arms = shared_arms(cases)
    subject = capitalized(arms[1]) if arms else "The second arm of each suite"
    return f"{subject} is faster in {faster}{others}. {_other_metrics(run)}"


def _other_metrics(run: Run) -> str:
    """Return in which metrics but the main times the treatment is worse, and in which by less than the margin."""
    by_metric = _by_metric(run)
    worse = [metric for metric, cases in by_metric.items() if tally(cases, Outcome.WORSE)]
    slight = [metric for metric, cases in by_metric.items() if metric not in worse and worse_below_margin(cases)]
    below = f"below the margin: {listed(slight)}" if slight else ""
    if worse:
        return f"Worse in places: {listed(worse)}{below and f'; {below}'}."
    return f"{below and f'Worse in places, {below}. '}Nothing else is worse."


def _by_metric(run: Run) -> dict[str, list[CaseResult]]:
    """Return the measured cases of each metric but the main times."""
    cases = [case for case in measured(run.cases) if case.metric not in MAIN_TIMES]
    return {metric: [case for case in cases if case.metric == metric] for metric in metrics(cases)}


def _worse(run: Run) -> Iterator[Html]:
    """Yield where it is worse, at most three lines: what failed, time, then the other metrics."""
    times = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    named = [("Time", times), *((metric.capitalize(), cases) for metric, cases in _by_metric(run).items())]
    named.sort(key=lambda pair: not tally(pair[1], Outcome.WORSE))  # what is worse below the margin alone comes last
    lines = [*_failed(run), *(line for name, cases in named for line in _worst_line(name, cases))]
    more = len(lines) - MOST_LINES
    yield from lines[: MOST_LINES - 1] if more > 0 else lines
    if more > 0:
        yield join([link(f"{more + 1} more metrics", PAGE.link(VERDICTS)), "."], "")
    if not lines:
        yield Html("Nowhere, in anything that was measured.")


def _failed(run: Run) -> Iterator[Html]:
    """Yield how many scenarios failed, with the first of them."""
    compared = {(case.suite, case.scenario) for case in run.cases if case.effect or case.status == Status.FAILED}
    failed = [case for case in run.cases if case.status == Status.FAILED]
    scenarios = {(case.suite, case.scenario) for case in failed}
    if failed:
        counts = f"Failed: {len(scenarios)} of {counted(len(compared), 'scenario')}, so without times; first "
        yield join([counts, case_link(PAGE, failed[0]), "."], "")


def _worst_line(name: str, cases: Sequence[CaseResult]) -> Iterator[Html]:
    """Yield in how many cases of a metric it is worse, and the worst; nothing if it is worse in none.

    Those that are worse by less than the margin are counted if there are no others.
    """
    worse, slight = [case for case in cases if case.outcome is Outcome.WORSE], worse_below_margin(cases)
    case = worst(worse or slight)
    if case:
        count = f"{'' if worse else 'below the margin '}in {len(worse or slight)} of {len(cases)}"
        before, after = amounts(case)
        size = extent(case) if case.metric in MAIN_TIMES or before == after else f"{before} → {after}"
        siblings = [other.title for other in cases if other.suite == case.suite]
        title = case_link(PAGE, case, short_name(case.title, siblings))
        yield join([f"{name}: {count}; worst {size}, ", title], "")


def _sure(run: Run) -> Iterator[Html]:
    """Yield what a range means, what is behind a number, and where it was measured."""
    cases = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    if cases:
        rounds = counted(min(case.control_n for case in cases), "run")
        limits = link("Limits", f"{PAGE.link(METHOD)}#limits")
        yield join([f"At least {rounds} of each{_false_alarms(run)}. ", limits, "."], "")
    if _same_results(run):
        yield Html(_same_results(run))
    place = f"Measured on {day(run.record)}, {run.record.environment.cpu}, commit {commit(run.record)}. "
    stopped = unfinished(run.record)
    yield join([place, stopped and f"{stopped} ", link("Method", PAGE.link(METHOD)), "."], "")


def _same_results(run: Run) -> str:
    """Return that both arms gave the same results in everything timed; empty if a scenario failed."""
    scenarios = {(case.suite, case.scenario) for case in measured(run.cases)}
    has_failed = any(case.status == Status.FAILED for case in run.cases)
    return "" if has_failed else f"Equal results in {counted(len(scenarios), 'scenario')}."


def _false_alarms(run: Run) -> str:
    """Return how often the same code was called different."""
    same = run.same_code
    wrong = tally(same, Outcome.BETTER) + tally(same, Outcome.WORSE)
    return f"; {counted(wrong, 'false alarm')} in {counted(len(same), 'check')}" if same else ""


def _suites(output: PageOutput, run: Run, pages: Mapping[str, Page]) -> Html:
    gains = list(suite_gains(run, pages))
    if not gains:
        return paragraph("No suite of this record has times to compare.")
    missing = [title for name, title in run.suites.items() if not any(case.suite == name for case in _timed(run))]
    figure = Figure(
        key="home-suites",
        finding=describe_averages(gains),
        measured=(
            "Large mark: average; line: least to most gain of its cases."
            f"{f' Without times: {listed(missing)}.' if missing else ''}"
        ),
        plot=figures.pinned(figures.suite_overview(gains)),
        table=_table(gains),
        reproduce=run.record.command,
    )
    return output.figure(figure, _frame(gains))


def describe_averages(gains: Sequence[SuiteGain]) -> str:
    """Return how many suites are faster on average, and between which averages they lie."""
    better = sum(gain.outcome is Outcome.BETTER for gain in gains)
    least, most = (choose(gains, key=lambda one: one.gain).words for choose in (min, max))
    if all(words.endswith(FASTER) for words in (least, most)):  # the sentence says so already
        least, most = (words.removesuffix(FASTER) for words in (least, most))
    elif all(words.endswith(SLOWER) for words in (least, most)) and least != most:
        least, most = most.removesuffix(SLOWER), least
    size = most if least == most else f"{least} to {most}"
    return f"{better} of {counted(len(gains), 'suite')} faster on average, {size}."


def _timed(run: Run) -> list[CaseResult]:
    """Return the measured cases of the main times whose ratio has a place on a log axis."""
    cases = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    return [case for case in cases if not case.is_share and not figures.is_off_scale(case)]


def suite_gains(run: Run, pages: Mapping[str, Page]) -> Iterator[SuiteGain]:
    """Yield the gain of each suite, in the order of the record; of a suite with several main times, one for each."""
    for name, title in run.suites.items():
        cases = [case for case in _timed(run) if case.suite == name]
        for metric in metrics(cases):
            label = title if len(metrics(cases)) == 1 else f"{title}: {metric}"
            of_metric = [case for case in cases if case.metric == metric]
            address = PAGE.link(pages[name].source) if name in pages else ""
            yield _suite_gain(run, label, of_metric, address)


def _suite_gain(run: Run, title: str, cases: Sequence[CaseResult], address: str) -> SuiteGain:
    mean = summarise(cases[0].metric, cases, run.record.look_level)
    first, ordered = cases[0], sorted(cases, key=lambda case: case.sort_key)
    ratio = mean.ratio or 1.0
    words, interval = describe_mean(first, ratio, mean.low, mean.high)
    ends = sorted(gain_of(first, end) for end in (mean.low, mean.high) if end)
    low, high = ends if len(ends) == len("ab") else (None, None)
    titles = tuple(case.title for case in cases)
    return SuiteGain(title, gain_of(first, ratio), low, high, words, interval, ordered[0], ordered[-1], titles, address)


def _table(gains: Sequence[SuiteGain]) -> Html:
    columns = [Column("Suite"), *(Column(name) for name in ("Cases", "On average", "Range", "Least", "Most"))]
    rows = [
        [gain.title, str(gain.count), gain.words, gain.extent, *(_in_words(case) for case in (gain.least, gain.most))]
        for gain in gains
    ]
    return table("Gain of each suite", columns, rows)


def _in_words(case: CaseResult) -> Html:
    return join([case_link(PAGE, case), f": {describe(case)}"], "")


def _frame(gains: Sequence[SuiteGain]) -> pd.DataFrame:
    """Return the figure's data as ratios treatment / control, as in every other file of the site."""
    return pd.DataFrame([_csv_row(gain) for gain in gains])


def _csv_row(gain: SuiteGain) -> dict[str, object]:
    mean, *ends = (None if end is None else gain_of(gain.least, end) for end in (gain.gain, gain.low, gain.high))
    low, high = sorted(end for end in ends if end is not None) if None not in ends else (None, None)
    row: dict[str, object] = {"suite": gain.title, "cases": gain.count, "ratio": mean, "low": low, "high": high}
    for name, case in (("least", gain.least), ("most", gain.most)):
        if case.effect:
            columns = {"ratio": case.effect.estimate, "low": case.effect.low, "high": case.effect.high}
            row |= {name: case.title, **{f"{name}_{column}": value for column, value in columns.items()}}
    return row
