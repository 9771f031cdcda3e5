"""Comparisons as tables: of plain text, one line a case, and of Markdown."""

from collections.abc import Iterator, Sequence

from unitdocs.analysis.comparison import Answer, Compared, Comparison, Overall
from unitdocs.cli.rows import Row, aligned, inert, marked_up
from unitdocs.formatting import NO_ANSWER, counted, listed, percent, probability, quantity
from unitdocs.stats import Verdict

MARKS = {Verdict.EQUIVALENT.value: "~ ", Verdict.INCONCLUSIVE.value: "? "}
COLUMNS = ("base", "head", "change", "interval", "verdict", "p", "n")
LEFT = frozenset({0, 4, 5})
"""Columns of words; numbers stand to the right."""


def as_text(comparison: Comparison) -> str:
    """Return a comparison as text: a table a metric, then what is to be known of all."""
    tables = [aligned(_rows(comparison, overall), LEFT) for overall in comparison.overalls]
    sides = [f"base: {comparison.base}", f"head: {comparison.head}"]
    return "\n\n".join("\n".join(part) for part in (sides, *tables, _notes(comparison)))


def as_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown with tables, as GitHub shows it."""
    tables = [marked_up(_rows(comparison, overall), LEFT) for overall in comparison.overalls]
    sides = [f"base: {inert(comparison.base)}, head: {inert(comparison.head)}"]
    notes = [f"- {inert(note)}" for note in _notes(comparison)]
    return "\n\n".join("\n".join(part) for part in (sides, *tables, notes))


def _rows(comparison: Comparison, overall: Overall) -> list[Row]:
    """Return the rows of one metric, the heading first."""
    cases = [case for case in comparison.cases if case.metric == overall.metric]
    rows = [(overall.metric, *COLUMNS), *map(_row, cases)]
    if overall.ratio is not None:
        interval = _interval(overall.low, overall.high)
        rows.append(("geometric mean", "", "", _change(overall.ratio), interval, _scope(overall, cases), "", ""))
    if overall.worst is not None:
        name, *rest = _row(overall.worst)
        rows.append((f"worst: {name}", *rest))
    return rows


def _scope(overall: Overall, cases: Sequence[Compared]) -> str:
    return "" if overall.count == len(cases) else f"of {overall.count} of {counted(len(cases), 'case')}"


def _row(case: Compared) -> Row:
    name = f"{case.suite}/{case.name}" if case.suite else case.name
    means = [_mean(case, side.mean) for side in (case.base, case.head)]
    n = str(case.base.n) if case.is_paired else f"{case.base.n}+{case.head.n}"
    answer = case.answer
    if not isinstance(answer, Answer):
        return (name, *means, "", "", answer.reason, "", n)
    p = "exact" if answer.p is None else probability(answer.p)
    if answer.difference is None:
        change, interval = _change(answer.ratio), _interval(answer.low, answer.high)
    else:
        change = _points(answer.difference)
        low, high = (_points(end).removesuffix(" points") for end in (answer.difference_low, answer.difference_high))
        interval = f"[{low}, {high}] points"
    return (name, *means, f"{MARKS.get(answer.verdict, '')}{change}", interval, _verdict(answer), p, n)


def _mean(case: Compared, mean: float | None) -> str:
    return percent(mean) if case.is_share and mean is not None else quantity(mean, case.unit)


def _verdict(answer: Answer) -> str:
    if answer.is_below_margin:
        return f"{answer.verdict}, below margin"
    if answer.verdict == Verdict.INCONCLUSIVE and answer.detectable is not None:
        return f"{answer.verdict}, finds {_change(answer.detectable)}"
    if answer.verdict == Verdict.INCONCLUSIVE and answer.difference_detectable is not None:
        return f"{answer.verdict}, finds {_points(answer.difference_detectable)}"
    return answer.verdict


def _change(ratio: float | None) -> str:
    """Return a ratio as a change in percent: 1.0569 is `+5.69%`."""
    return NO_ANSWER if ratio is None else f"{100 * (ratio - 1):+,.2f}%"


def _points(difference: float | None) -> str:
    """Return a difference of two shares in percentage points: -0.0125 is `-1.25 points`."""
    return NO_ANSWER if difference is None else f"{100 * difference:+,.2f} points"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None and high is None else f"[{_change(low)}, {_change(high)}]"


def _notes(comparison: Comparison) -> list[str]:
    return list(_sentences(comparison))


def _sentences(comparison: Comparison) -> Iterator[str]:
    verdicts = [f"{count} {word}" for word, count in comparison.verdicts.items()]
    yield f"{counted(len(comparison.cases), 'case')}: {listed(verdicts)}" if verdicts else "no cases"
    for side, count in (("base", comparison.unmatched_base), ("head", comparison.unmatched_head)):
        if count:
            yield f"not compared: {counted(count, 'case')} that only {side} has"
    for warning in comparison.warnings:
        yield f"warning: {warning}"
