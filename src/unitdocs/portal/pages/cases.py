"""Pages below benchmarks/cases: one for each scenario of the reference record, with its metrics and every round.

Unlike other pages they are generated as a whole, since their number depends on the record.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pandas as pd

from unitdocs import records
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, Outcome, measured
from unitdocs.analysis.descriptions import amounts, describe, extent, interval
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, capitalized, counted, listed, quantity
from unitdocs.portal import figures
from unitdocs.portal.components.case_links import case_page
from unitdocs.portal.components.markup import (
    Column,
    Figure,
    Html,
    Page,
    admonition,
    csv_path,
    escape,
    join,
    link,
    table,
    tag,
)
from unitdocs.portal.components.page_output import PageOutput, inert, paragraph
from unitdocs.portal.components.provenance import provenance, stale
from unitdocs.portal.components.verdicts import badge, cell_lines, detectable_note, sample_note, verdict_badge
from unitdocs.portal.pages import cold
from unitdocs.portal.pages.frames import FrameSequence, build_frames, share_with_counts
from unitdocs.records import Metric, Role, Status
from unitdocs.stats import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUMMARY = "benchmarks/summary.md"
EXPLORE = "benchmarks/explore.md"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*", re.ASCII)
"""Names of suites that a shell reads as they are."""
POINTS: Mapping[str, str] = {
    Metric.TIME: "the median of the round's shorter batches",
    Metric.FRAME_P50: "the median frame of the round",
    Metric.SLOWEST_FRAME: "the slowest frame after the start",
    Metric.START_TIME: "importing and creating the system",
}
"""What a point of a figure of rounds is, by its metric."""
PAGE = """\
---
title: "{title}"
hide: [navigation, toc]
search: {{ boost: 0.5 }}
---

# {heading}

{content}
"""


@dataclass(frozen=True)
class ScenarioResults:
    """A scenario of the record with everything that its page shows.

    Args:
        run: the run.
        results: the results of its cases, in the order of the record.
        recorded: the same cases as the record holds them, by metric.
        name: part of the names of its files, unique among all scenarios of the run.
    """

    run: Run
    results: Sequence[CaseResult]
    recorded: Mapping[str, records.Case]
    name: str

    @property
    def first(self) -> CaseResult:
        """Any of the cases, for what they share."""
        return self.results[0]

    @property
    def page(self) -> Page:
        """The scenario's page."""
        return case_page(self.first.suite, self.first.scenario)

    @property
    def main(self) -> CaseResult | None:
        """The time that represents the scenario, if it was measured."""
        return next((case for case in measured(self.results) if case.metric in MAIN_TIMES), None)

    @property
    def drawn(self) -> list[CaseResult]:
        """The cases whose rounds are drawn: the main time, and the time of a start."""
        main = [self.main] if self.main else []
        return [*main, *measured(self.results, Metric.START_TIME)]

    def key(self, case: CaseResult) -> str:
        """Return the id of the figure of a case's rounds."""
        return f"{'starts' if case.metric == Metric.START_TIME else 'rounds'}-{self.name}"


def build_pages(reference: Run, suite_pages: Mapping[str, Page]) -> list[PageOutput]:
    """Return the page of each scenario.

    Args:
        reference: the reference run.
        suite_pages: the page of each suite that has one.
    """
    of_suite: dict[str, list[ScenarioResults]] = {}
    for scenario in _scenarios(reference):
        of_suite.setdefault(scenario.first.suite, []).append(scenario)
    return [
        _page(scenario, suite_pages.get(suite), before, after)
        for suite, scenarios in of_suite.items()
        for before, scenario, after in zip([None, *scenarios], scenarios, [*scenarios[1:], None], strict=False)
    ]


def _scenarios(run: Run) -> list[ScenarioResults]:
    """Return the scenarios of a run in the order of the record."""
    results: dict[tuple[str, str], list[CaseResult]] = {}
    for case in run.cases:
        results.setdefault((case.suite, case.scenario), []).append(case)
    recorded: dict[tuple[str, str], dict[str, records.Case]] = {}
    for of_record in run.record.cases:
        recorded.setdefault((of_record.suite, of_record.scenario), {})[of_record.metric] = of_record
    # The files of all these pages share two folders, so names are unique among all of them.
    names = PageOutput(Page(SUMMARY), "cases")
    return [ScenarioResults(run, cases, recorded[key], names.key(*key)) for key, cases in results.items()]


def _page(
    scenario: ScenarioResults, suite_page: Page | None, before: ScenarioResults | None, after: ScenarioResults | None
) -> PageOutput:
    page, title = scenario.page, scenario.first.title
    output = PageOutput(page, "cases")
    blocks = [
        _trail(scenario, suite_page),
        stale(scenario.run, None),
        *_failures(scenario.results),
        tag("p", tag("strong", _finding(scenario)), class_="ud-answer"),
        _metrics(scenario),
        *_rounds(output, scenario),
        *_frames(output, scenario),
        *_errors(scenario),
        *_repeat(output, scenario),
        _steps(page, before, after),
        provenance(page, scenario.run),
    ]
    output.files[page.source] = PAGE.format(
        title=_quoted(title),
        heading=inert(title),
        content="\n\n".join(block for block in blocks if block),
    )
    return output


def _quoted(title: str) -> str:
    """Return a title for the front matter: YAML between quotes, holding HTML, which the theme writes as it is."""
    return "".join(
        character if character.isascii() and character.isprintable() and character not in '"\\' else _coded(character)
        for character in escape(title)
    )


def _coded(character: str) -> str:
    return f"\\U{ord(character):08X}"


def _trail(scenario: ScenarioResults, suite_page: Page | None) -> Html:
    """Return the way back: to the summary, and to the page of the suite."""
    page, suite = scenario.page, scenario.run.suites.get(scenario.first.suite, scenario.first.suite)
    parts = [link("Summary", page.link(SUMMARY)), link(suite, page.link(suite_page.source)) if suite_page else suite]
    return tag("nav", join(parts, " / "), class_="ud-trail", aria_label="Breadcrumb", data_search_exclude="")


def _failures(cases: Sequence[CaseResult]) -> Iterator[Html]:
    failed = [case for case in cases if case.status is Status.FAILED]
    reasons = dict.fromkeys(case.reason or "no reason was recorded" for case in failed)
    if failed:
        yield admonition("failure", f"Failed: {listed([case.metric for case in failed])}", *reasons)


def _finding(scenario: ScenarioResults) -> str:
    """Return what the main time of a scenario says and what is worse, in sentences."""
    main = scenario.main
    worse = [case for case in scenario.results if case.outcome is Outcome.WORSE and case is not main]
    others = f" Worse: {listed([f'{case.metric} ({extent(case)})' for case in worse])}." if worse else ""
    return f"{_with_metric(main, f'is {describe(main)}')}.{others}" if main else f"No time was measured.{others}"


def _with_metric(case: CaseResult, clause: str) -> str:
    """Return a clause about the treatment, after the metric unless it is the time of an operation."""
    if case.metric == Metric.TIME:
        return f"{capitalized(case.treatment)} {clause}"
    return f"{case.metric.capitalize()}: {case.treatment} {clause}"


def _metrics(scenario: ScenarioResults) -> Html:
    """Return a row for each metric that applies, and a sentence about the others."""
    first = scenario.first
    columns = [
        Column("Metric"),
        Column(first.control, is_number=True),
        Column(first.treatment, is_number=True),
        Column("Effect and verdict"),
    ]
    rows = [_metric_row(scenario, case) for case in scenario.results if case.status is not Status.NOT_APPLICABLE]
    reasons = [
        f"{case.metric}{f' ({case.reason})' if case.reason else ''}"
        for case in scenario.results
        if case.status is Status.NOT_APPLICABLE
    ]
    note = paragraph(f"Not applicable: {listed(reasons)}.") if reasons else Html("")
    caption = "Every metric: the mean of all rounds, and below it the range of single rounds where they differ"
    return join([*([table(caption, columns, rows)] if rows else []), note])


def _metric_row(scenario: ScenarioResults, case: CaseResult) -> list[str]:
    clock = scenario.recorded[case.metric].clock
    name = cell_lines(case.metric.capitalize(), f"{clock} clock" if clock else "")
    if case.effect is None:
        return [name, *[NO_ANSWER] * 2, cell_lines(verdict_badge(case), case.reason)]
    means = [_amount(scenario, case, role) for role in Role]
    verdict = f"{case.outcome_label}, {sample_note(case)}"
    effect = badge(extent(case), case.outcome)
    return [name, *means, cell_lines(effect, interval(case), verdict, detectable_note(case))]


def _amount(scenario: ScenarioResults, case: CaseResult, role: Role) -> Html:
    """Return the mean of an arm with the range of its rounds, or a share with its count."""
    if case.is_share:
        return share_with_counts(case, scenario.recorded[case.metric], role)
    rounds = scenario.run.rounds[case.key]
    means = rounds.control_means if role is Role.CONTROL else rounds.treatment_means
    low, high = (quantity(float(end), case.unit) for end in (means.min(), means.max()))
    mean = amounts(case)[0 if role is Role.CONTROL else 1]
    return cell_lines(mean, "" if low == high else f"{low} to {high}")


def _rounds(output: PageOutput, scenario: ScenarioResults) -> Iterator[str]:
    """Yield the rounds of the main time, and of the time of a start."""
    if scenario.drawn:
        yield _heading("Rounds", "rounds")
    yield from (_distribution(output, scenario, case) for case in scenario.drawn)


def _distribution(output: PageOutput, scenario: ScenarioResults, case: CaseResult) -> Html:
    rounds = scenario.run.rounds[case.key]
    data = pd.DataFrame(
        {"round": rounds.index, "control": rounds.control, "treatment": rounds.treatment, "ratio": rounds.ratio}
    )
    figure = Figure(
        key=scenario.key(case),
        finding=_agreement(case, rounds.ratio),
        measured=(
            f"Above, a point for each of {counted(len(data), 'round')}: "
            f"{POINTS.get(case.metric, 'its value')}; both axes span the same share of their median. Below, the ratio "
            f"{case.treatment} / {case.control} of each round in the order of the run, with the interval."
        ),
        plot=figures.pinned(figures.distribution(rounds, case)),
        table=_rounds_table(case, data),
        reproduce=scenario.run.record.command,
    )
    return output.figure(figure, data)


def _agreement(case: CaseResult, ratios: "NDArray[np.float64]") -> str:
    """Return in how many rounds the treatment was faster, or slower if that is what most of them were."""
    less = int((ratios < 1).sum())
    verdict, count = (Verdict.LESS, less) if 2 * less >= len(ratios) else (Verdict.MORE, int((ratios > 1).sum()))
    return _with_metric(case, f"is {case.label(verdict)} in {count} of {counted(len(ratios), 'round')}.")


def _rounds_table(case: CaseResult, data: pd.DataFrame) -> Html:
    columns = [Column(name, is_number=True) for name in ("Round", case.control, case.treatment, "Ratio")]
    rows = [
        [
            str(row["round"] + 1),
            *(quantity(row[role], case.unit) for role in ("control", "treatment")),
            f"{row['ratio']:.4g}",
        ]
        for row in data.to_dict("records")
    ]
    return table("Every round", columns, rows)


def _frames(output: PageOutput, scenario: ScenarioResults) -> Iterator[str]:
    """Yield the frames of a recorded sequence, or those after a start."""
    results = {case.metric: case for case in scenario.results}
    blocks: list[str] = []
    if Metric.FRAME_P50 in results:
        sequence = FrameSequence(results, scenario.recorded)
        blocks += build_frames(output, scenario.run, sequence, scenario.name)
    if Metric.SLOWEST_FRAME in results:
        blocks += cold.build_frames(output, scenario.run, results[Metric.SLOWEST_FRAME], scenario.name)
    if blocks:
        yield _heading("Frames", "frames")
    yield from blocks


def _errors(scenario: ScenarioResults) -> Iterator[str]:
    """Yield each system's messages, input by input."""
    recorded = next((case for case in scenario.recorded.values() if case.messages), None)
    if recorded is None or recorded.messages is None:
        return
    messages = recorded.messages.control, recorded.messages.treatment
    columns = [Column("Input"), Column(scenario.first.control), Column(scenario.first.treatment)]
    inputs = dict.fromkeys(itertools.chain.from_iterable(messages))
    rows = [[name, *(arm.get(name, "no message") for arm in messages)] for name in inputs]
    yield _heading("Errors", "errors")
    yield table("The message of each arm for each input", columns, rows)


def _repeat(output: PageOutput, scenario: ScenarioResults) -> Iterator[str]:
    """Yield the command that measures the suite again, and links to the data."""
    suite = scenario.first.suite
    yield _heading("Measure it again", "again")
    again = scenario.run.record.command if scenario.run.record.base else command(suite)
    if PLAIN_NAME.fullmatch(suite):
        yield paragraph("All cases of the suite, this one among them:")
        yield f"```sh\n{again}\n```"
    links = [
        *(link("Compare with other records", _explore(scenario.page, case)) for case in scenario.drawn[:1]),
        *(_download(output.page, f"Rounds: {case.metric} (CSV)", scenario.key(case)) for case in scenario.drawn),
    ]
    if links:
        yield tag("ul", join([tag("li", one) for one in links]))


def command(suite: str) -> str:
    """Return the command that measures all cases of a suite."""
    return f"unitdocs bench run {suite} --profile full"


def _explore(page: Page, case: CaseResult) -> str:
    """Return the address of the page that compares records, with this case chosen."""
    query = {"metric": case.metric, "suite": case.suite, "case": f"{case.suite}/{case.scenario}"}
    return f"{page.link(EXPLORE)}?{urlencode(query)}"


def _download(page: Page, text: str, key: str) -> Html:
    return tag("a", text, href=page.link(csv_path(key)), download="")


def _steps(page: Page, before: ScenarioResults | None, after: ScenarioResults | None) -> Html:
    """Return links to the previous and to the next case of the suite."""
    steps = [
        tag("a", tag("small", name), other.first.title, href=page.link(other.page.source), rel=kind)
        for name, kind, other in (("Previous case", "prev", before), ("Next case", "next", after))
        if other
    ]
    return tag("nav", *steps, class_="ud-steps", aria_label="Cases of the suite", data_search_exclude="")


def _heading(text: str, key: str) -> str:
    """Return a heading that the search leaves out: every page of a case has the same ones."""
    return f"## {text} {{ #{key} data-search-exclude }}"
