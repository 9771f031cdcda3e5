"""A report as Markdown for a comment on a pull request: summary, advice, the worst scenarios, the others folded."""

import html
import re
from collections.abc import Iterator, Sequence

from unitdocs.analysis.case_result import Outcome
from unitdocs.analysis.descriptions import arms_of, extent, interval, shared_arms
from unitdocs.analysis.findings import Findings
from unitdocs.formatting import confidence, counted, percent, visible
from unitdocs.portal.components.effect_marks import GLYPHS, MEANINGS
from unitdocs.portal.components.effect_table import EffectTable, Row

MOST_SHOWN = 10
"""Scenarios shown before the others are folded."""
MOST_CHARACTERS = 60_000
"""GitHub refuses comments of more than 65,536 characters."""
KEY = ", ".join(f"{GLYPHS[outcome]} {word}" for outcome, word in MEANINGS.items())


def as_markdown(findings: Findings) -> str:
    """Return a report as Markdown; scenarios that do not fit, the best ones, are only counted."""
    suites = {suite.name: suite.title for suite in findings.record.suites}
    effects = EffectTable(findings.cases, suites)
    rows = sorted(effects.rows, key=lambda row: row.from_worst)
    shown, others = rows[:MOST_SHOWN], rows[MOST_SHOWN:]
    text = _write(findings, effects, shown, others, 0)
    for count in _halves(len(others)):
        if len(text) <= MOST_CHARACTERS:
            break
        text = _write(findings, effects, shown, others[:count], len(others) - count)
    return text


def _halves(count: int) -> Iterator[int]:
    while count:
        count //= 2
        yield count


def _write(findings: Findings, effects: EffectTable, worst: Sequence[Row], others: Sequence[Row], left_out: int) -> str:
    """Return the report with these rows, the others in a folded table."""
    blocks = [
        "## Performance report",
        _list(findings.summary),
        *(["### What to do", _list(findings.advice)] if findings.advice else []),
        "### Worst scenarios first",
        _table(effects, worst),
        *([f"<details><summary>{counted(len(others), 'more scenario')}</summary>"] if others else []),
        *([_table(effects, others), "</details>"] if others else []),
        *([f"{counted(left_out, 'scenario')} more: see the full report."] if left_out else []),
        f"<sub>{KEY}. {inert(_origin(findings))} Command: {inert(findings.record.command)}</sub>",
    ]
    return "\n\n".join(blocks) + "\n"


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {inert(sentence)}" for sentence in sentences)


def _table(effects: EffectTable, rows: Sequence[Row]) -> str:
    """Return rows with the columns of the table of effects, as text."""
    head = ["Scenario", *(column.capitalize() for column in effects.columns)]
    shared = shared_arms(effects.cases)
    lines = [
        [_title(row, "" if shared else arms_of(row.first)), *(_cell(row, column) for column in effects.columns)]
        for row in rows
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [list(map(inert, head)), [":--"] * len(head), *lines])


def _title(row: Row, arms: str) -> str:
    return inert(row.first.title) + (f"<br>{inert(arms)}" if arms else "")


def _cell(row: Row, column: str) -> str:
    """Return a verdict's shape with direction and size, and the interval on a line below; empty without a case."""
    case = row.cells.get(column)
    if case is None:
        return ""
    metric = "" if case.metric == column else case.metric
    notes = ", ".join(note for note in (interval(case) or case.reason, metric) if note)
    strong = "**" if case.outcome in (Outcome.WORSE, Outcome.NONE) else ""
    text = f"{GLYPHS[case.outcome]} {strong}{inert(extent(case))}{strong}"
    return f"{text}<br>{inert(notes)}" if notes else text


def inert(text: str) -> str:
    """Return text on one line that is interpreted neither as markup nor as a mention of a user."""
    plain = html.escape(visible(" ".join(text.split())), quote=False).replace("@", "&#64;")
    return re.sub(r"([\\`*_{}\[\]|~])", r"\\\1", plain)


def _origin(findings: Findings) -> str:
    record, here = findings.record, findings.record.environment
    return (
        f"Measured {record.created:%Y-%m-%d} with {here.implementation} {here.python} on {here.cpu}, margin "
        f"{percent(record.margin)}, intervals at {confidence(record.look_level)}."
    )
