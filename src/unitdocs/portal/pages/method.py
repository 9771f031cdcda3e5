"""Page benchmarks/method: the constants of the verdict rule for this run, and where it was measured."""

from collections.abc import Collection, Mapping, Sequence
from statistics import median
from string import Template
from typing import TYPE_CHECKING, Any

from unitdocs import studies
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured
from unitdocs.analysis.descriptions import ROLES, extent, interval, shared_arms
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, confidence, counted, duration, listed, number, percent, quantity
from unitdocs.portal import figures
from unitdocs.portal.components.case_links import case_link
from unitdocs.portal.components.markup import Column, Figure, Html, Page, admonition, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import commit, day, status
from unitdocs.portal.components.verdicts import cell_lines, verdict_badge
from unitdocs.studies import LoadingConditions, PageLoading, PageScores, RenderingScale, SelfCheck, Study, TargetMeasure

if TYPE_CHECKING:
    from pandas import DataFrame

PAGE = Page("benchmarks/method.md")
RULE = Template("""\
1. A round is a fresh process that runs both arms in turn. A case has at least $fewest rounds and at most $most.
2. Each round gives one ratio, $ratio: the median over its ABBA blocks$blocks.
   A block is four batches$batch, two of each arm directly after one another, so that whatever slows the machine
   slows both; the shorter one of an arm's two counts.
3. After $looks rounds, the interval of the mean of these ratios is computed at $confidence confidence. Looking
   several times makes a chance finding more likely; the confidence of each look is set so high that all looks together
   are wrong no more often than a single look at 95 %. Simulated runs of two equal arms test this.
4. If the interval excludes 1, the arms differ: the verdict is *faster* or *slower* (for memory: *less* or *more*),
   and the case needs no further rounds.
5. If it includes 1 and lies within $margin of 1, the verdict is *equivalent*.
6. Otherwise more rounds are measured. A case still open after the last look is *inconclusive*, and its row says how
   small a difference could have been found.
7. A difference that lies within $margin of 1 with its whole interval is real, but too small to matter: it counts as
   *below margin*.
""")
"""Markdown with the constants of a record; a record without a protocol leaves those of a round out."""


def build_page(
    *,
    reference: Run,
    selfcheck: Study[SelfCheck] | None,
    page_loading: Study[PageLoading] | None,
    page_scores: Study[PageScores] | None,
    rendering_scale: Study[RenderingScale] | None,
) -> PageOutput:
    """Return the snippets `status`, `rule`, `selfcheck`, `same-code`, and those about machine and site."""
    output = PageOutput(PAGE, "method")
    output.snippet("status", status(PAGE, reference))
    output.snippet("rule", _rule(reference))
    output.snippet("selfcheck", _selfcheck(output, selfcheck))
    output.snippet("same-code", _same_code(reference))
    output.snippet("environment", _environment(reference))
    output.snippet("warnings", _warnings(reference))
    output.snippet("packages", _packages(reference))
    output.snippet("loading", _loading(page_loading.record if page_loading else None))
    output.snippet("scores", _scores(page_scores.record if page_scores else None))
    output.snippet("scale", _scale(rendering_scale.record if rendering_scale else None))
    return output


def _rule(run: Run) -> str:
    """Return the rule with this run's constants, as Markdown."""
    record = run.record
    protocol = record.protocol
    return RULE.substitute(
        blocks=f", at most {protocol.blocks}" if protocol else "",
        batch=f" of at least {duration(protocol.batch_ns * 1e-9)} (or one operation, if that takes longer)"
        if protocol
        else "",
        ratio="the time of {1} over that of {0}".format(*(shared_arms(run.cases) or ROLES)),
        fewest=min(record.looks),
        most=max(record.looks),
        looks=listed([str(look) for look in record.looks]),
        confidence=confidence(record.look_level),
        margin=percent(record.margin),
    )


def _selfcheck(output: PageOutput, study: Study[SelfCheck] | None) -> Html:
    """Return how often verdicts were right for work with a known answer."""
    if study is None:
        return paragraph("The verdicts were not checked on known work for this site.")
    check = study.record
    sentence = (
        f"Checked on {check.created:%Y-%m-%d} on {check.environment.cpu} ({counted(check.environment.cores, 'core')}), "
        f"{_load(check)}, commit {(check.environment.commit or 'unknown')[:10]}. Intervals hold at 95 %."
    )
    columns = [
        Column("Operation"),
        Column("More work", is_number=True),
        Column("Margin", is_number=True),
        Column("Verdicts", is_number=True),
        Column("Called different", is_number=True),
        Column("Interval holds the truth", is_number=True),
        Column("Median time", is_number=True),
    ]
    rates = studies.rates(check)
    rows = [_trial_cells(row) for row in rates.to_dict("records")]
    stale = admonition(
        "warning ud-stale",
        "Stale: the self-check",
        "The code that measures or decides has changed since; the shares apply to that commit.",
    )
    warnings = [] if study.is_current else [stale]
    trials_table = table("Verdicts on work whose answer is known", columns, rows)
    return join([*warnings, paragraph(sentence), _power(output, check, rates, trials_table), _family_rate(check)])


def _power(output: PageOutput, check: SelfCheck, rates: "DataFrame", trials_table: Html) -> Html:
    """Return the power curve of the verdicts with its table; the table alone if nothing was slowed."""
    if not (rates["slowdown"] > 0).any():
        return trials_table
    data = rates.assign(found_count=(rates["found"] * rates["repeats"]).round().astype(int))
    slowed = data[data["slowdown"] > 0]
    equal = data[data["slowdown"] == 0]
    wrong = f"; equal code was called different in {equal['found_count'].sum()} of {equal['repeats'].sum()}"
    drawn = data.rename(columns={"operation": "name", "found": "share", "repeats": "trials", "found_count": "found"})
    figure = Figure(
        key=output.key("power", "selfcheck"),
        finding=(
            f"Slowed code was called slower in {slowed['found_count'].sum()} of {slowed['repeats'].sum()} verdicts"
            f"{wrong if len(equal) else ''}."
        ),
        measured=(
            "Shares of verdicts with 95 % intervals (Clopper and Pearson), for each length of the operation; the "
            "counts are at the right."
        ),
        plot=figures.pinned(figures.power(drawn.rename(columns={"found_low": "low", "found_high": "high"}))),
        table=trials_table,
        reproduce=check.command,
    )
    return output.figure(figure, rates)


def _same_code(run: Run) -> Html:
    """Return the verdicts on the treatment measured against itself."""
    cases = run.same_code
    if not cases:
        return paragraph("The reference run did not measure the same code against itself.")
    wrong = [case for case in cases if case.outcome in (Outcome.BETTER, Outcome.WORSE)]
    columns = [Column("Case"), Column("Effect", is_number=True), Column("Interval", is_number=True), Column("Verdict")]
    pages = {(case.suite, case.scenario) for case in run.cases}
    rows = [[_named(case, pages), extent(case), interval(case) or NO_ANSWER, verdict_badge(case)] for case in cases]
    sentence = (
        f"The reference run also measured {cases[0].treatment} against itself: "
        f"{len(wrong)} of {counted(len(cases), 'case')} {'was' if len(wrong) == 1 else 'were'} called different."
    )
    return join([paragraph(sentence), table("The same code in both arms", columns, rows)])


def _named(case: CaseResult, pages: Collection[tuple[str, str]]) -> str:
    """Return a case's title, as a link if its scenario has a page."""
    return case_link(PAGE, case) if (case.suite, case.scenario) in pages else case.title


def _trial_cells(row: Mapping[Any, Any]) -> list[str]:
    more = f"{percent(row['slowdown'])}" if row["slowdown"] else "none: equal code"
    return [
        row["operation"],
        more,
        percent(row["margin"]),
        number(row["repeats"]),
        cell_lines(percent(row["found"]), f"{percent(row['found_low'])} to {percent(row['found_high'])}"),
        cell_lines(percent(row["coverage"]), f"{percent(row['coverage_low'])} to {percent(row['coverage_high'])}"),
        duration(row["median_seconds"]),
    ]


def _family_rate(check: SelfCheck) -> Html:
    """Return how often a suite of equal code had a case that was called different."""
    rate = studies.family_rate(check)
    if rate is None:
        return Html("")
    return paragraph(
        f"Of {counted(rate.n, 'suite')} of {check.suite_size} cases of equal code, each with one error level for "
        f"all its cases (gate), {rate.count} had a case that was called different "
        f"({percent(rate.low)} to {percent(rate.high)})."
    )


def _load(check: SelfCheck) -> str:
    """Return the load of the machine as a clause."""
    here = check.environment
    return f"load {_number_or_unknown(here.load_start)} at the start and {_number_or_unknown(here.load_end)} at the end"


def _environment(run: Run) -> str:
    columns = [Column("Property"), Column("Reference")]
    return table("Where and on what it was measured", columns, _facts(run))


def _facts(run: Run) -> list[tuple[str, str]]:
    record, here = run.record, run.record.environment
    times = [case for case in measured(run.cases) if case.metric in MAIN_TIMES]
    return [
        ("Day (UTC)", day(record)),
        ("State of the code", f"commit {commit(record)}, {'current' if run.is_current else 'stale'}"),
        ("Processor", f"{here.cpu}, {counted(here.cores, 'core')}"),
        ("System", here.system),
        ("Python", f"{here.implementation} {here.python}"),
        ("Clock", f"{here.clock}, step {duration(here.clock_step_ns * 1e-9)}"),
        ("Load, start and end", f"{_number_or_unknown(here.load_start)} and {_number_or_unknown(here.load_end)}"),
        ("CPU steal", _percent_or_unknown(here.steal)),
        ("Profile, seed", f"{record.profile}, {record.seed}"),
        ("Margin", listed([percent(record.margin), *_absolute_margins(run)])),
        ("Rounds a case", _rounds(times)),
        ("Inconclusive cases", f"{sum(case.outcome is Outcome.INCONCLUSIVE for case in times)} of {len(times)}"),
        ("Command", record.command),
    ]


def _absolute_margins(run: Run) -> list[str]:
    """Return the absolute margins in words, such as `16.4 kB of peak memory`."""
    units = {case.metric: case.unit for case in run.cases}
    return [
        f"{quantity(size, units[metric])} of {metric}" if units[metric] != "1" else f"{number(size)} {metric}"
        for metric, size in run.record.absolute_margins.items()
        if metric in units
    ]


def _rounds(cases: Sequence[CaseResult]) -> str:
    counts = sorted(case.control_n for case in cases if case.effect)
    return " to ".join(str(count) for count in dict.fromkeys([counts[0], counts[-1]])) if counts else NO_ANSWER


def _number_or_unknown(value: float | None) -> str:
    return "unknown" if value is None else number(value)


def _percent_or_unknown(value: float | None) -> str:
    return "unknown" if value is None else percent(value)


def _warnings(run: Run) -> str:
    """Return the warnings of the run, such as a high load."""
    warnings = run.record.environment.warnings
    if not warnings:
        return tag("p", "The run gave no warnings.")
    return tag("ul", Html("\n"), join([tag("li", warning) for warning in warnings]), Html("\n"))


def _packages(run: Run) -> str:
    versions = table(
        "Versions of packages",
        [Column("Package"), Column("Reference")],
        sorted(run.record.environment.packages.items()),
    )
    return tag("details", tag("summary", "Packages"), Html("\n"), versions, Html("\n"))


def _loading(record: PageLoading | None) -> Html:
    """Return how a page of the site loads, each measure with its target."""
    if record is None:
        return paragraph("The loading of pages was not measured for this site.")
    runs = min(len(measure.values) for measure in record.measures)
    sentence = (
        f"Measured on {record.created:%Y-%m-%d} on {record.environment.cpu} "
        f"({counted(record.environment.cores, 'core')}) in headless Chromium with an empty cache: "
        f"{record.page} with {counted(record.figures, 'figure')}, the median of {counted(runs, 'load')}, in turn with "
        f"the same page without figures. {' '.join(map(_describe_conditions, record.circumstances))}"
    )
    columns = [
        Column("Measure"),
        Column("Circumstances"),
        Column("Measured", is_number=True),
        Column("At most", is_number=True),
        Column("Target"),
    ]
    reproduce = paragraph("Reproduce this: ", tag("code", record.command))
    return join(
        [
            paragraph(sentence),
            table("How a page loads", columns, [_measure_row(measure) for measure in record.measures]),
            reproduce,
        ]
    )


def _describe_conditions(conditions: LoadingConditions) -> str:
    line = "the connection unthrottled" if conditions.megabits is None else f"{number(conditions.megabits)} Mbit/s"
    return (
        f"{conditions.name.capitalize()}: {line}, {duration(conditions.latency)} extra latency per response, a "
        f"processor {number(conditions.slowdown)} times slower."
    )


def _measure_row(measure: TargetMeasure) -> list[str]:
    value = median(measure.values)
    numbers = [
        quantity(value, measure.unit),
        NO_ANSWER if measure.most is None else quantity(measure.most, measure.unit),
    ]
    if measure.most is None:
        return [measure.name, measure.circumstances, *numbers, "none"]
    is_met = value <= measure.most
    badge = tag("span", "met" if is_met else "not met", class_=f"ud-verdict ud-{'met' if is_met else 'not-met'}")
    return [measure.name, measure.circumstances, *numbers, badge]


def _scale(record: RenderingScale | None) -> Html:
    """Return time and memory of rendering many records of many cases, each with its target."""
    if record is None:
        return paragraph("The cost of rendering was not measured for this site.")
    sentence = (
        f"Measured on {record.created:%Y-%m-%d} on {record.environment.cpu} "
        f"({counted(record.environment.cores, 'core')}): a history of {counted(record.records, 'record')} of "
        f"{counted(record.cases, 'case')} each, copied from the reference record; one rendering each."
    )
    columns = [
        Column("Measure"),
        Column("Rendered"),
        Column("Measured", is_number=True),
        Column("At most", is_number=True),
        Column("Target"),
    ]
    reproduce = paragraph("Reproduce this: ", tag("code", record.command))
    rows = [_measure_row(measure) for measure in record.measures]
    return join([paragraph(sentence), table("Cost of rendering", columns, rows), reproduce])


def _scores(record: PageScores | None) -> Html:
    """Return the scores of Lighthouse and the findings of axe-core for each page, with their targets."""
    if record is None:
        return paragraph("These pages were not scored.")
    runs = min(len(score.values) for score in record.scores)
    sentence = (
        f"Judged on {record.created:%Y-%m-%d} by Lighthouse {record.programs['lighthouse']} with its settings for "
        f"phones, the median of {counted(runs, 'load')}, out of 100, and by axe-core {record.programs['axe-core']} in "
        "both schemes."
    )
    least = dict.fromkeys(f"{_category(score.category)} at least {100 * score.least:g}" for score in record.scores)
    categories = list(dict.fromkeys(score.category for score in record.scores))
    columns = [Column("Page"), *(Column(_category(name), is_number=True) for name in categories), Column("axe-core")]
    rows = [_score_row(record, page) for page in dict.fromkeys(score.page for score in record.scores)]
    reproduce = paragraph("Reproduce this: ", tag("code", record.command))
    targets = paragraph(f"Targets: {', '.join(least)}; no findings of axe-core.")
    return join([paragraph(sentence), table("Scores of the pages", columns, rows), targets, reproduce])


def _score_row(record: PageScores, page: str) -> list[str]:
    scores = [
        tag("span", f"{100 * median(score.values):.0f}", class_=f"ud-verdict ud-{'met' if is_met else 'not-met'}")
        for score in record.scores
        if score.page == page
        for is_met in [median(score.values) >= score.least]
    ]
    rules = sorted({rule for finding in record.findings if finding.page == page for rule in finding.rules})
    return [page or "home", *scores, ", ".join(rules) or "nothing found"]


def _category(name: str) -> str:
    """Return a category as a heading."""
    return "SEO" if name == "seo" else name.replace("-", " ").capitalize()
