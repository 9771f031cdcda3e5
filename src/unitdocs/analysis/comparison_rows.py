"""A comparison in words: the rows of each metric, and the sentences below them, for every form that people read."""

from collections.abc import Iterator, Sequence

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, Statistic
from unitdocs.analysis.comparison import Comparison, MetricSummary, reason_of
from unitdocs.analysis.descriptions import amounts, describe_mean, extent, interval
from unitdocs.formatting import change_points, counted, listed, probability, signed_change
from unitdocs.stats import Verdict

Row = tuple[str, ...]
MARKS = {Verdict.EQUIVALENT: "~ ", Verdict.INCONCLUSIVE: "? "}
COLUMNS = ("change", "interval", "verdict", "p", "n")
TEXT_COLUMNS = frozenset({0, 4, 5})
"""Indices of columns of text; the others are numbers."""
SHOWN = {
    Statistic.ROUNDS: "mean",
    Statistic.RANKED_ROUNDS: "mean",
    Statistic.COUNT: "count",
    Statistic.VALUE: "value",
}
"""What a row shows of both sides, if it is not the name of the statistic."""
CHANGES = {
    Statistic.ROUNDS: "the geometric mean of the ratios of rounds",
    Statistic.RANKED_ROUNDS: "the typical ratio of rounds, to which a few rounds that are far off matter little",
}
"""What a change is, if both sides of its row do not show it."""


def metric_rows(comparison: Comparison) -> list[list[Row]]:
    """Return the rows of each metric and unit, the heading first."""
    pairs = zip(comparison.groups, comparison.summaries, strict=True)
    return [_rows(cases, summary) for cases, summary in pairs]


def _rows(cases: Sequence[CaseResult], summary: MetricSummary) -> list[Row]:
    shown = dict.fromkeys(shown_statistic(case) for case in cases)
    is_uniform = len(shown) == 1
    sides = [f"{side} ({next(iter(shown))})" if is_uniform else side for side in ("base", "head")]
    rows = [(summary.metric, *sides, *COLUMNS), *(_case_row(case, names_statistic=not is_uniform) for case in cases)]
    if summary.ratio is not None:
        mean = describe_mean(cases[0], summary.ratio, summary.low, summary.high)
        rows.append(("geometric mean", "", "", *mean, _scope(summary, cases), "", ""))
    if summary.worst is not None:
        name, *rest = _case_row(summary.worst, names_statistic=not is_uniform)
        rows.append((f"worst: {name}", *rest))
    return rows


def shown_statistic(case: CaseResult) -> str:
    """Return which statistic of both sides a row shows."""
    return SHOWN.get(case.statistic, str(case.statistic))


def _scope(summary: MetricSummary, cases: Sequence[CaseResult]) -> str:
    """Return how many of the cases a geometric mean covers; empty if it covers all."""
    return "" if summary.count == len(cases) else f"of {summary.count} of {counted(len(cases), 'case')}"


def _case_row(case: CaseResult, *, names_statistic: bool) -> Row:
    """Return the row of a case; it names its statistic if the rows of the table differ in it."""
    name = f"{case.suite}/{case.scenario}" if case.suite else case.scenario
    label = f"{name} ({shown_statistic(case)})" if names_statistic else name
    n = str(case.control_n) if case.is_paired else f"{case.control_n}+{case.treatment_n}"
    effect = case.effect
    if effect is None:
        change = "" if case.ratio is None else extent(case)
        return (label, *amounts(case), change, interval(case), reason_of(case), "", n)
    p = "exact" if effect.p is None else probability(effect.p)
    change = f"{MARKS.get(effect.verdict, '')}{extent(case)}"
    return (label, *amounts(case), change, interval(case), _verdict(case, effect), p, n)


def _verdict(case: CaseResult, effect: Effect) -> str:
    """Return the word for the case, with the smallest detectable change if it is inconclusive."""
    smallest = effect.minimum_detectable_effect
    if effect.verdict is Verdict.INCONCLUSIVE and smallest is not None:
        write = signed_change if effect.scale is EffectScale.RATIO else change_points
        return f"{case.outcome_label}, finds {write(smallest)}"
    return case.outcome_label


def notes_on(comparison: Comparison, *, names_cases: bool = True) -> Iterator[str]:
    """Return the sentences below the tables: counts, what is not compared, and warnings.

    Args:
        comparison: the comparison.
        names_cases: whether to name the cases that are not compared; otherwise they are counted.
    """
    verdicts = [f"{count} {label}" for label, count in comparison.verdicts.items()]
    yield f"{counted(len(comparison.cases), 'case')}: {listed(verdicts)}" if verdicts else "no case is compared"
    if names_cases:
        for case in comparison.not_compared:
            yield f"not compared: {case.label}, {case.side}: {case.reason}"
    elif comparison.not_compared:
        yield f"not compared: {counted(len(comparison.not_compared), 'case')}"
    statistics = {case.statistic for case in comparison.cases if case.effect}
    if changes := [text for statistic, text in CHANGES.items() if statistic in statistics]:
        yield (
            f"a change is {' or '.join(changes)}; each round measured both arms, and base and head are means of all "
            "values"
        )
    for warning in comparison.warnings:
        yield f"warning: {warning}"
