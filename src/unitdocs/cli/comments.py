"""A comparison as a comment on a pull request: one line if nothing changed, otherwise what did."""

import bisect
from collections.abc import Sequence

from unitdocs.analysis.case_result import CaseResult, EffectScale, Outcome
from unitdocs.analysis.comparison import Comparison
from unitdocs.analysis.descriptions import extent, interval
from unitdocs.cli.rows import inert, marked_up
from unitdocs.formatting import change_points, counted, signed_change

MARKER = "<!-- unitdocs compare -->"
"""The first line, by which a later comment finds the one that it replaces."""
MOST_CHARACTERS = 65_536
"""The most characters of a comment on GitHub."""
COLUMNS = ("case", "metric", "change", "interval", "verdict")
ORDER = (Outcome.WORSE, Outcome.INCONCLUSIVE, Outcome.BETTER)
"""The outcomes that have a row, in their order."""


def as_comment(comparison: Comparison) -> str:
    """Return a comparison as Markdown for a comment, of at most 65,536 characters.

    Rows that do not fit are counted.
    """
    rows = [_row(case) for outcome in ORDER for case in comparison.cases if case.outcome is outcome]

    def is_too_long(count: int) -> bool:
        return len(_text(comparison, rows[:count], len(rows) - count)) > MOST_CHARACTERS

    count = bisect.bisect_left(range(1, len(rows) + 1), 1, key=is_too_long)
    return _text(comparison, rows[:count], len(rows) - count)[:MOST_CHARACTERS]


def _text(comparison: Comparison, rows: Sequence[tuple[str, ...]], more: int) -> str:
    parts = [f"{MARKER}\n{_summary(comparison)}"]
    if rows:
        parts.append("\n".join(marked_up([COLUMNS, *rows], frozenset({0, 1, 4}))))
    if more:
        parts.append(f"{counted(more, 'more row')} would not fit here.")
    if comparison.not_compared:
        reasons = {inert(case.reason): None for case in comparison.not_compared}
        first = f": {next(iter(reasons))}" if len(reasons) == 1 else ""
        parts.append(f"Left out: {counted(len(comparison.not_compared), 'case')}{first}.")
    if comparison.command:
        parts.append(f"Repeat this: {_code(comparison.command)}")
    return "\n\n".join(parts)


def _summary(comparison: Comparison) -> str:
    """Return how many cases changed, and what would have been found in the others."""
    cases = comparison.cases
    if not cases:
        return "**No case was compared.**"
    words = {
        Outcome.WORSE: "worse",
        Outcome.BETTER: "better",
        Outcome.INCONCLUSIVE: "undecided",
        Outcome.NONE: "without a verdict",
    }
    counts = {word: sum(case.outcome is outcome for case in cases) for outcome, word in words.items()}
    named = [f"{count} {word}" for word, count in counts.items() if count]
    of_all = counted(len(cases), "case")
    sentences = [f"**{', '.join(named)}** of {of_all}." if named else f"No change in {of_all}."]
    if smallest := _smallest(cases):
        which = "the unchanged ones" if named else "each"
        sentences.append(f"A change of {smallest} would have been found in {which} with a chance of 80 %.")
    return " ".join(sentences)


def _smallest(cases: Sequence[CaseResult]) -> str:
    """Return the largest of the smallest changes that could have been found in unchanged cases; empty for counts."""
    found = [case.effect for case in cases if case.outcome.is_same and case.effect]
    ratios = [one.minimum_detectable_effect for one in found if one.scale is EffectScale.RATIO]
    shares = [one.minimum_detectable_effect for one in found if one.scale is EffectScale.DIFFERENCE]
    largest = [max((size for size in sizes if size is not None), default=None) for sizes in (ratios, shares)]
    if largest[0] is not None:
        return signed_change(largest[0]).lstrip("+")
    return "" if largest[1] is None else change_points(largest[1]).lstrip("+")


def _row(case: CaseResult) -> tuple[str, ...]:
    name = f"{case.suite}/{case.scenario}" if case.suite else case.scenario
    effect = case.effect
    label = case.outcome_label
    if case.outcome is Outcome.INCONCLUSIVE and effect is not None and effect.minimum_detectable_effect is not None:
        write = signed_change if effect.scale is EffectScale.RATIO else change_points
        label = f"{label}, finds {write(effect.minimum_detectable_effect)}"
    return name, case.metric, extent(case), interval(case), label


def _code(text: str) -> str:
    """Return a text as inline code, whatever backticks are in it."""
    fence = "`"
    while fence in text:
        fence += "`"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{' '.join(text.split())}{space}{fence}"
