"""A report as one self-contained page: no script, no other file, no other host; it can be printed and mailed.

Its table of effects is that of the site's summary; the amounts of both arms are folded below it, a table a metric.
"""

from collections.abc import Sequence
from string import Template

from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.descriptions import ROLES, amounts, arms_of, extent, interval, shared_arms
from unitdocs.analysis.findings import Findings
from unitdocs.formatting import confidence, counted, listed, number, percent
from unitdocs.portal.components.effect_marks import key_of_marks
from unitdocs.portal.components.effect_table import EffectTable
from unitdocs.portal.components.markup import Column, Html, folded, join, table, tag
from unitdocs.portal.components.verdicts import cell_lines, sample_note, verdict_badge

STYLE = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --line: #d0d7de; --soft: #57606a; --better: #0072b2; --worse: #b54e00; --even: #6a6a6a;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #121212; --line: #3d444d; --soft: #9aa4af; --better: #56b4e9; --worse: #f08a4b; --even: #a3a9b3; }
}
body { background: var(--page); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 86rem;
  padding: 0 1rem; }
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
details { margin: 1rem 0; }
.ud-effects { font-size: 13px; font-variant-numeric: tabular-nums; table-layout: fixed; }
.ud-effects :is(th, td) { padding: 0; vertical-align: middle; }
.ud-effects tbody th { padding: .2rem .6rem .2rem 0; }
.ud-effects td { background: linear-gradient(var(--line) 0 0) center / 1px 100% no-repeat; }
.ud-effects td > span { display: block; line-height: 24px; position: relative; }
.ud-effects td b { background: var(--page); font-weight: 500; left: calc(50% + 6px); line-height: 18px; margin-top: 3px;
  padding: 0 1px; position: absolute; top: 0; white-space: nowrap; }
.ud-effects td[data-side="worse"] b { left: auto; right: calc(50% + 6px); }
.ud-effects :is([data-verdict="failed"], [data-verdict="not-measured"]) b { display: block; position: static;
  text-align: center; }
.ud-effects svg { height: 24px; margin: 0 auto; overflow: visible; width: 112px; max-width: 100%; }
.ud-effects thead th { border-bottom-color: var(--soft); line-height: 1.25; padding-bottom: .2rem; text-align: center;
  vertical-align: bottom; width: 118px; }
.ud-effects thead th:first-child { text-align: left; width: auto; }
.ud-effects .ud-suite-row th { border-bottom-color: var(--soft); font-weight: 600; padding-top: 1rem; }
.ud-sides, .ud-ticks { color: var(--soft); display: flex; font-size: 10px; font-weight: 400;
  justify-content: space-between; padding: 0 4%; }
:is(.ud-sides, .ud-ticks) i { font-style: normal; }
.ud-sides i:first-child::before { content: "\\2190\\a0"; }
.ud-sides i:last-child::after { content: "\\a0\\2192"; }
.ud-key { color: var(--soft); display: flex; flex-wrap: wrap; gap: 0 1.4em; list-style: none; padding: 0; }
.ud-key svg { display: inline-block; margin-right: .4em; }
[data-verdict] { color: var(--even); }
[data-verdict="better"] { color: var(--better); }
:is([data-verdict="worse"], [data-verdict="failed"]) { color: var(--worse); }
.bar { opacity: .3; stroke: currentcolor; stroke-width: 7; }
.span { stroke: currentcolor; stroke-width: 1.5; }
.mark { fill: currentcolor; stroke: currentcolor; }
.mark.open { fill: var(--page); }
@media print {
  body { margin: 0; max-width: none; }
  .ud-effects { font-size: 6pt; }
  .ud-effects tr { break-inside: avoid; }
  .ud-effects thead th { width: 8%; }
  .ud-sides, .ud-ticks { font-size: 5pt; }
}
"""

METHOD = Template("""\
A round is a fresh process that runs both arms in turn and gives one ratio. After $looks rounds the interval of the
mean ratio$ranks is computed at $confidence confidence, so that equal code is called different in fewer than one case in
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
        *_effects(findings),
        *(_amounts(findings, metric) for metric in findings.metrics),
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


def _effects(findings: Findings) -> list[Html]:
    """Return the table of all effects with its key."""
    arms = shared_arms(findings.cases)
    title = f"Effects of {arms[1]}, compared with {arms[0]}" if arms else "Effects"
    suites = {suite.name: suite.title for suite in findings.record.suites}
    return [tag("h2", title), key_of_marks(), EffectTable(findings.cases, suites).html()]


def _amounts(findings: Findings, metric: str) -> Html:
    """Return the amounts of both arms of a metric's cases with their verdicts, folded."""
    cases = findings.of_metric(metric)
    arms = shared_arms(cases)
    control, treatment = arms or ROLES
    columns = [
        Column("Case"),
        Column(control, is_number=True),
        Column(treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    titles = [case.title if arms else cell_lines(case.title, arms_of(case)) for case in cases]
    rows = [[title, *_case_row(case)] for title, case in zip(titles, cases, strict=True)]
    return folded(f"{metric.capitalize()} in numbers", table("Worst cases first", columns, rows))


def _case_row(case: CaseResult) -> list[str]:
    """Return the cells of a case after its title."""
    if case.effect is None:
        return [*amounts(case), "", cell_lines(verdict_badge(case), case.reason)]
    effect = cell_lines(extent(case), interval(case))
    return [*amounts(case), effect, cell_lines(verdict_badge(case), sample_note(case))]


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
    ranks_from = record.protocol and record.protocol.ranks_from
    text = METHOD.substitute(
        looks=listed([str(look) for look in record.looks]),
        ranks=f" (for times from {ranks_from} rounds on: of the typical ratio, by signed ranks)" if ranks_from else "",
        confidence=confidence(record.look_level),
        margin=percent(record.margin),
    )
    return tag("p", text)
