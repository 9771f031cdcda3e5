"""A report as Markdown for a comment on a pull request: summary, advice, the worst cases, the others folded."""

import html
import re
from collections.abc import Sequence

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.analysis.descriptions import ROLES, amounts, arms_of, extent, interval, shared_arms
from unitdocs.analysis.findings import Findings
from unitdocs.formatting import counted, percent, visible

MOST_SHOWN = 10
"""Cases shown before the others are folded."""
MOST_CHARACTERS = 60_000
"""GitHub refuses comments of more than 65,536 characters."""
HEAD = ("| Case | Metric | {} | {} | Effect | Verdict |", "| :-- | :-- | --: | --: | --: | :-- |")


def as_markdown(findings: Findings) -> str:
    """Return a report as Markdown; cases that do not fit, the best ones, are only counted."""
    others = findings.cases[MOST_SHOWN:]
    text = _write(findings, others)
    while len(text) > MOST_CHARACTERS and others:
        others = others[: len(others) // 2]
        text = _write(findings, others)
    return text


def _write(findings: Findings, others: Sequence[CaseResult]) -> str:
    """Return the report with these cases in the folded table."""
    worst = findings.cases[:MOST_SHOWN]
    left_out = len(findings.cases) - len(worst) - len(others)
    blocks = [
        "## Performance report",
        _list(findings.summary),
        *(["### What to do", _list(findings.advice)] if findings.advice else []),
        "### Worst cases first",
        _table(worst),
        *([f"<details><summary>{counted(len(others), 'more case')}</summary>", _table(others)] if others else []),
        *(["</details>"] if others else []),
        *([f"{counted(left_out, 'case')} more: see the full report."] if left_out else []),
        f"<sub>{inert(_origin(findings))} Command: {inert(findings.record.command)}</sub>",
    ]
    return "\n\n".join(blocks) + "\n"


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {inert(sentence)}" for sentence in sentences)


def _table(cases: Sequence[CaseResult]) -> str:
    arms = shared_arms(cases)
    rows = [_case_row(case, "" if arms else f"<br>{inert(arms_of(case))}") for case in cases]
    return "\n".join([HEAD[0].format(*map(inert, arms or ROLES)), HEAD[1], *rows])


def _case_row(case: CaseResult, arms: str) -> str:
    effect = f"{extent(case)}<br>{interval(case)}" if case.effect else ""
    verdict = case.outcome_label if case.effect else f"{case.status}: {case.reason}"
    mark = {Outcome.WORSE: "**", Outcome.NONE: "**"}.get(case.outcome, "")
    cells = [
        f"{inert(case.title)}{arms}",
        inert(case.metric),
        *map(inert, amounts(case)),
        effect,
        f"{mark}{inert(verdict)}{mark}",
    ]
    return f"| {' | '.join(cells)} |"


def inert(text: str) -> str:
    """Return text on one line that is interpreted neither as markup nor as a mention of a user."""
    plain = html.escape(visible(" ".join(text.split())), quote=False).replace("@", "&#64;")
    return re.sub(r"([\\`*_{}\[\]|~])", r"\\\1", plain)


def _origin(findings: Findings) -> str:
    record, here = findings.record, findings.record.environment
    return (
        f"Measured {record.created:%Y-%m-%d} with {here.implementation} {here.python} on {here.cpu}, margin "
        f"{percent(record.margin)}, intervals at {percent(1 - record.look_level)}."
    )
