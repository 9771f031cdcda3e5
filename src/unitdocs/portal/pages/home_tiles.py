"""The tiles of the home page: may we ship, time, missed frames where frames were measured, memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from unitdocs.analysis.case_result import CaseResult, Outcome, measured, worse_below_margin
from unitdocs.analysis.comparison import summarise
from unitdocs.analysis.criteria import Budget, Criteria
from unitdocs.analysis.decision import CriterionResult, Decision, Recommendation, State
from unitdocs.analysis.descriptions import amounts, describe_mean, extent
from unitdocs.analysis.run import Run
from unitdocs.formatting import confidence, counted, milliseconds, percent, size
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Html, Page, join, link
from unitdocs.portal.components.tiles import Tile
from unitdocs.portal.figures.suite_overview import short_name
from unitdocs.records import FRAME, Metric

if TYPE_CHECKING:
    from numpy.typing import NDArray

DECISION, VERDICTS = "decision.md", "benchmarks/summary.md"
_TYPICAL = (Metric.FRAME_P50, Metric.TIME, Metric.SLOWEST_FRAME)
"""The times that a tile may show, the one that players feel first."""
_MOST_STEPS = 2


def tiles(page: Page, run: Run, criteria: Criteria, decision: Decision) -> list[Tile]:
    """Return the tiles of a page."""
    return [
        _decision_tile(page, decision),
        _time_tile(page, run),
        *_missed_frames_tile(page, run),
        _memory_tile(page, run, criteria.budget(Metric.PEAK_MEMORY)),
    ]


def _decision_tile(page: Page, decision: Decision) -> Tile:
    every = len(decision.criteria)
    outcome = {Recommendation.GO: Outcome.BETTER, Recommendation.NO_GO: Outcome.WORSE}
    return Tile(
        name="May we ship?",
        address=page.link(DECISION),
        number=f"{decision.count(State.MET)} of {every}" if every else "Nothing declared",
        extent="criteria met" if every else "",
        text=_steps(page, decision.open),
        outcome=outcome.get(decision.recommendation, Outcome.NONE),
    )


def _steps(page: Page, items: Sequence[CriterionResult]) -> Html:
    """Return what closes the open criteria, the first ones by name."""
    if not items:
        return Html("Nothing is open.")
    named = join([step_link(page, item) for item in items[:_MOST_STEPS]], "; ")
    more = len(items) - _MOST_STEPS
    return join(["Open: ", named, f"; {more} more." if more > 0 else "."], "")


def step_link(page: Page, item: CriterionResult) -> Html:
    """Return the step that closes an open criterion, as a link to where it is done; without a step, why it is open."""
    if item.closes is None:
        return join([item.open])
    return link(item.closes.text, page.link(item.closes.page)) if item.closes.page else join([item.closes.text])


def _time_tile(page: Page, run: Run) -> Tile:
    address = page.link(VERDICTS)
    for metric in _TYPICAL:
        cases = measured(run.cases, metric)
        mean = summarise(metric, cases, run.record.look_level)
        if mean.ratio:
            number, interval = describe_mean(cases[0], mean.ratio, mean.low, mean.high)
            extent_text = f"{interval}, {confidence(run.record.look_level)} sure" if interval else ""
            outcome = outcome_of_mean(cases[0], mean.low, mean.high)
            return Tile("Time", address, number, extent_text, Html(_subject(cases)), outcome)
    return Tile("Time", address, "Not measured", "", Html("No case of this record has a time."))


def outcome_of_mean(case: CaseResult, low: float | None, high: float | None) -> Outcome:
    """Return whether an average is better or worse over its whole interval of ratios."""
    if low is None or high is None or low <= 1 <= high:
        return Outcome.INCONCLUSIVE
    return Outcome.BETTER if (low > 1) == case.is_higher_better else Outcome.WORSE


def _subject(cases: Sequence[CaseResult]) -> str:
    """Return what the average time of one metric's cases is."""
    if cases[0].metric == Metric.FRAME_P50:
        return f"A typical frame, on average of {counted(len(cases), 'recording')}."
    if cases[0].metric == Metric.SLOWEST_FRAME:
        return f"Slowest frame, average of {counted(len(cases), 'start')}."
    return f"Average of {counted(len(cases), 'operation')}."


def _missed_frames_tile(page: Page, run: Run) -> Iterator[Tile]:
    """Yield the worst share of missed frames; nothing for work that has no frames."""
    name, address = "Missed frames", page.link(VERDICTS)
    cases = measured(run.cases, Metric.MISSED_FRAMES)
    if not cases:
        return
    case = max(cases, key=lambda one: (one.treatment_mean or 0.0, one.control_mean or 0.0))
    missed = f"Frames over {milliseconds(FRAME)}"
    if not (case.control_mean or case.treatment_mean):
        every = counted(len(cases), "recording")
        yield Tile(name, address, "None", f"in {every}, with either arm", Html(f"{missed}."))
        return
    text = join([f"{missed} in the worst of {counted(len(cases), 'recording')}: “", _short_link(page, case), "”."], "")
    yield Tile(name, address, " → ".join(amounts(case)), _over_rounds(run, case), text, case.outcome)


def _short_link(page: Page, case: CaseResult) -> Html:
    return case_link(page, case, short_name(case.title))


def _over_rounds(run: Run, case: CaseResult) -> str:
    """Return between which shares the rounds of both arms ran."""
    rounds = run.rounds[case.key]
    spans = [_span(values) for values in (rounds.control_means, rounds.treatment_means)]
    if not any(" to " in span for span in spans):
        return f"the same in each of {counted(case.control_n, 'round')}"
    return f"rounds: {' → '.join(spans)}"


def _span(shares: "NDArray[np.float64]") -> str:
    """Return between which shares values lie."""
    low, high = percent(float(np.nanmin(shares))), percent(float(np.nanmax(shares)))
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def _memory_tile(page: Page, run: Run, budget: Budget | None) -> Tile:
    name, address = "Memory", page.link(VERDICTS)
    cases = measured(run.cases, Metric.PEAK_MEMORY)
    if not cases:
        return Tile(name, address, "Not measured", "", Html("This record holds no peak memory."))
    worse = [case for case in cases if case.outcome is Outcome.WORSE]
    if not worse:
        peak = max(cases, key=lambda case: case.treatment_mean or 0.0)
        before, after = amounts(peak)
        share = f" That is{_share(peak, budget).removeprefix(':')}." if budget else ""
        text = join([f"Largest peak: {after}, was {before}.{share}"])
        return _no_increase(Tile(name, address, "No more", f"in {counted(len(cases), 'case')}", text), cases)
    case = max(worse, key=_increase)
    over = f" {_over_budget(worse, budget)}" if budget else ""
    text = join(["Worst increase, “", _short_link(page, case), f"”{_share(case, budget)}.{over}"], "")
    extent_text = f"{' → '.join(amounts(case))}, {extent(case)}"
    return Tile(name, address, f"+{size(_increase(case))}", extent_text, text, Outcome.WORSE)


def _no_increase(tile: Tile, cases: Sequence[CaseResult]) -> Tile:
    """Return the tile of cases none of which needs more, or needs more by less than the margin."""
    slight = len(worse_below_margin(cases))
    if not slight:
        return replace(tile, outcome=Outcome.EQUIVALENT)
    return replace(
        tile,
        number=f"{len(cases) - slight} of {len(cases)}",
        extent="cases need no more",
        outcome=Outcome.BELOW_MARGIN,
    )


def _over_budget(worse: Sequence[CaseResult], budget: Budget) -> str:
    """Return how many of the cases that need more now need more than the budget."""
    over = sum((case.treatment_mean or 0.0) > budget.most for case in worse)
    return (
        f"{over} of {counted(len(worse), 'increase')} {'exceeds' if over == 1 else 'exceed'} it."
        if over
        else "None exceeds it."
    )


def _increase(case: CaseResult) -> float:
    return (case.treatment_mean or 0.0) - (case.control_mean or 0.0)


def _share(case: CaseResult, budget: Budget | None) -> str:
    """Return the share of the budget that the treatment takes, after a colon; empty without a budget."""
    return (
        f": {percent((case.treatment_mean or 0.0) / budget.most)} of the {size(budget.most)} budget" if budget else ""
    )
