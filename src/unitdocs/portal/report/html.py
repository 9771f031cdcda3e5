"""A report as one self-contained page: no script, no other file, no other host; it can be printed and mailed.

Every row has its own figure: the interval of the ratio as a bar on a log axis that all rows of a table share.
"""

import math
from collections.abc import Sequence
from string import Template

from unitdocs.analysis.case_result import CaseResult, Outcome
from unitdocs.analysis.descriptions import ROLES, amounts, arms_of, extent, interval, shared_arms
from unitdocs.analysis.findings import Findings
from unitdocs.formatting import change_size, counted, listed, number, percent
from unitdocs.portal.components.markup import Column, Html, join, table, tag
from unitdocs.portal.components.verdicts import cell_lines, sample_note, verdict_badge

WIDTH, HEIGHT = 200, 22
"""Pixels of a row's figure."""
EDGE = 6
STYLE = """
:root {
  color-scheme: light dark;
  --line: #d0d7de; --soft: #57606a; --better: #0072b2; --worse: #b54e00; --even: #6a6a6a;
}
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --soft: #9aa4af; --better: #56b4e9; --worse: #f08a4b; --even: #a3a9b3; }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
small, .soft { color: var(--soft); }
td small { white-space: nowrap; }
svg { display: block; }
.ud-table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
th[scope="row"] { font-weight: 400; }
.ud-number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.ud-worse, .ud-failed { color: var(--worse); font-weight: 600; }
.ud-better { color: var(--better); }
svg { stroke: var(--even); fill: var(--even); }
svg .better { stroke: var(--better); fill: var(--better); }
svg .worse { stroke: var(--worse); fill: var(--worse); }
svg .one { stroke: var(--line); }
@media print { body { margin: 0; max-width: none; } }
"""

METHOD = Template("""\
A round is a fresh process that runs both arms in turn and gives one ratio. After $looks rounds the interval of the
mean ratio is computed at $confidence confidence, so that equal code is called different in fewer than one case in
twenty over all looks. An interval that excludes 1 is a difference; one that includes 1 and lies within $margin of it is
equivalent; otherwise the case is inconclusive. p is adjusted over the cases of each metric (Holm).
""")


def as_html(findings: Findings) -> str:
    """Return a report as one page."""
    title = "Performance report"
    record = findings.record
    body = [
        tag("h1", title),
        tag("p", _origin(findings), class_="soft"),
        tag("h2", "Summary"),
        _list(findings.summary),
        *([tag("h2", "Recommendations"), _list(findings.advice)] if findings.advice else []),
        *(_metric_section(findings, metric) for metric in findings.metrics),
        tag("h2", "Environment"),
        _environment(findings),
        tag("h2", "Method"),
        _method(findings),
        tag("p", "Reproduce: ", tag("code", record.command)),
    ]
    return as_page(title, body)


def as_page(title: str, body: Sequence[Html]) -> str:
    """Return a page of its own with the style of reports."""
    head = join(
        [
            Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            tag("title", title),
            Html(f"<style>{STYLE}</style>"),
        ]
    )
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{join(body)}\n</body>\n</html>\n'


def _list(sentences: Sequence[str]) -> Html:
    return tag("ul", *(tag("li", sentence) for sentence in sentences))


def _metric_section(findings: Findings, metric: str) -> Html:
    cases = findings.of_metric(metric)
    reach = _reach(cases)
    arms = shared_arms(cases)
    control, treatment = arms or ROLES
    columns = [
        Column("Case"),
        Column(control, is_number=True),
        Column(treatment, is_number=True),
        Column("Effect", is_number=True),
        *([] if cases[0].is_share else [Column(f"Change on a log axis, up to {change_size(reach)}")]),
        Column("Verdict"),
    ]
    titles = [case.title if arms else cell_lines(case.title, arms_of(case)) for case in cases]
    rows = [[title, *_case_row(case, reach)] for title, case in zip(titles, cases, strict=True)]
    return join([tag("h2", metric.capitalize()), table("Worst cases first", columns, rows)])


def _case_row(case: CaseResult, reach: float) -> list[str]:
    """Return the cells of a case after its title."""
    if case.effect is None:
        bar = [] if case.is_share else [""]
        return [*amounts(case), "", *bar, cell_lines(verdict_badge(case), case.reason)]
    effect, bar = cell_lines(extent(case), interval(case)), [] if case.is_share else [_bar(case, reach)]
    return [*amounts(case), effect, *bar, cell_lines(verdict_badge(case), sample_note(case))]


def _reach(cases: Sequence[CaseResult]) -> float:
    """Return the half-length of the axis around 1, as a factor: just beyond the farthest finite end."""
    ends = [end for case in cases if case.effect for end in (case.effect.low, case.effect.high)]
    farthest = (max(end, 1 / end) for end in ends if end > 0 and math.isfinite(end))
    return max(farthest, default=1.0) * 1.05


def _bar(case: CaseResult, reach: float) -> Html:
    """Return a row's figure: the interval as a line and the ratio as a dot, or as a square if the case is worse."""
    effect = case.effect
    assert effect is not None
    low, middle, high = (_place(value, reach) for value in (effect.low, effect.estimate, effect.high))
    kind = str(case.outcome).replace(" ", "-")
    is_worse = case.outcome is Outcome.WORSE
    mark = (
        f'<rect x="{middle - 4:.1f}" y="7" width="8" height="8"/>'
        if is_worse
        else f'<circle cx="{middle:.1f}" cy="11" r="4"/>'
    )
    label = f"ratio {number(effect.estimate)}, interval {number(effect.low)} to {number(effect.high)}"
    return Html(
        f'<svg role="img" aria-label="{label}" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<line class="one" x1="{WIDTH / 2}" x2="{WIDTH / 2}" y1="0" y2="{HEIGHT}"/>'
        f'<g class="{kind}"><line x1="{low:.1f}" x2="{high:.1f}" y1="11" y2="11" stroke-width="2"/>{mark}</g></svg>'
    )


def _place(ratio: float, reach: float) -> float:
    """Return the position of a ratio on the axis, in pixels, limited to its ends."""
    if ratio <= 0:
        return EDGE
    share = math.log(ratio) / math.log(reach) if math.isfinite(ratio) else 1.0
    return WIDTH / 2 + max(-1.0, min(1.0, share)) * (WIDTH / 2 - EDGE)


def _origin(findings: Findings) -> str:
    """Return id, time, commit, profile and seed of the run as one sentence."""
    record, here = findings.record, findings.record.environment
    commit = (
        f"commit {here.commit[:10]}{' with uncommitted changes' if here.dirty else ''}" if here.commit else "no commit"
    )
    return (
        f"Run {record.id}, {record.created:%Y-%m-%d %H:%M} UTC, {commit}, profile {record.profile}, seed {record.seed}."
    )


def _environment(findings: Findings) -> Html:
    here = findings.record.environment
    load = " to ".join("unknown" if value is None else number(value) for value in (here.load_start, here.load_end))
    rows = [
        ["Processor", f"{here.cpu}, {counted(here.cores, 'core')}"],
        ["System", here.system],
        ["Python", f"{here.implementation} {here.python}"],
        ["Clock", here.clock.value],
        ["Load", load],
        ["CPU steal", "unknown" if here.steal is None else percent(here.steal)],
        *([["Warnings", "; ".join(here.warnings)]] if here.warnings else []),
    ]
    return table("Where it was measured", [Column("Property"), Column("Value")], rows)


def _method(findings: Findings) -> Html:
    record = findings.record
    text = METHOD.substitute(
        looks=listed([str(look) for look in record.looks]),
        confidence=percent(1 - record.look_level),
        margin=percent(record.margin),
    )
    return tag("p", text)
