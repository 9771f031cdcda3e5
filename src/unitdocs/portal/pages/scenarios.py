"""Pages below benchmarks/scenarios: an overview, and a page for each suite with everything that players notice.

The pages of the suites are written by hand. A page that includes `generated/scenarios/<suite>/suite.md` is
the page of that suite; if the record does not hold the suite, its snippet says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from unitdocs import records
from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult, measured
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, capitalized, counted, listed, milliseconds, percent, quantity
from unitdocs.portal import figures
from unitdocs.portal.components.case_groups import Group, case_list, grouped
from unitdocs.portal.components.case_links import scenario_link
from unitdocs.portal.components.markup import Column, Figure, Html, Page, join, link, table
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import load, status
from unitdocs.portal.components.verdicts import state_verdicts
from unitdocs.portal.pages import cold
from unitdocs.portal.pages.frames import count_missed
from unitdocs.records import COLD_TIMES, FRAME, Metric, Role, Status

PAGE = Page("benchmarks/scenarios/index.md")
SUMMARY = "benchmarks/summary.md"
ROUNDS = {
    "low": "Smallest",
    "first": "First quartile",
    "median": "Median",
    "third": "Third quartile",
    "high": "Largest",
}
"""The parts of a row of rounds, each with its name."""
SHARES = dict(zip(ROUNDS, (0.0, 0.25, 0.5, 0.75, 1.0), strict=True))
"""The quantile of the rounds that each part is."""
QUANTILES = {"median": "p50", "third": "p95", "high": "p99"}
"""The parts of a row of frame times."""
FRAME_PARTS = {
    Metric.FRAME_P50: ("low", "first", "median"),
    Metric.FRAME_P95: ("third",),
    Metric.FRAME_P99: ("high",),
}
LINES = "Mark: the median round; thick line: the middle half of the rounds; thin line: all of them."
INCLUDED = re.compile(r'"generated/scenarios/([\w-]+)/suite\.md"')


@dataclass(frozen=True)
class RowFigure:
    """What a figure with a row for each case says.

    Args:
        key: its id.
        finding: one sentence that states what it shows.
        measured: how it was measured.
        parts: the names of the parts of each row, for the table.
        limit: a value that is drawn as a dashed line.
    """

    key: str
    finding: str
    measured: str
    parts: Mapping[str, str]
    limit: float | None = None


def build_pages(reference: Run, machine: Run | None, suite_pages: Mapping[str, Page]) -> list[PageOutput]:
    """Return the snippets `status`, `suites` and `starts` of the overview, and two of each suite's page.

    Those of a suite's page are `status` and `suite`.

    Args:
        reference: the reference run.
        machine: the run on this machine, if any.
        suite_pages: the page of each suite that has one, as `find_suite_pages` returns them.
    """
    output = PageOutput(PAGE, "scenarios")
    output.snippet("status", status(PAGE, reference, machine))
    output.snippet("suites", _overview(reference, suite_pages))
    output.snippet("starts", cold.overview(reference))
    return [output, *(_page(reference, machine, name, page) for name, page in suite_pages.items())]


def find_suite_pages(docs: Path) -> dict[str, Page]:
    """Return the page of each suite that has one, by the suite's name."""
    pages = {}
    for path in sorted((docs / PAGE.source).parent.glob("*.md")):
        for name in INCLUDED.findall(path.read_text(encoding="utf-8")):
            pages[name] = Page(path.relative_to(docs).as_posix())
    return pages


def _overview(run: Run, pages: Mapping[str, Page]) -> Html:
    """Return what each suite measures and how often; its results are on other pages."""
    columns = [
        Column("Suite"),
        Column("Cases", is_number=True),
        Column("Rounds", is_number=True),
        Column("What is measured"),
    ]
    names = [*run.suites, *(name for name in pages if name not in run.suites)]
    return table("What each suite measures", columns, [_suite_row(run, name, pages.get(name)) for name in names])


def _suite_row(run: Run, name: str, page: Page | None) -> list[str]:
    """Return the cells of a suite in the overview."""
    title = run.suites.get(name, name)
    cases = [case for case in run.cases if case.suite == name]
    rounds = sorted({case.control_n for case in measured(cases)})
    span = " to ".join(dict.fromkeys(str(end) for end in (*rounds[:1], *rounds[-1:])))
    metrics = dict.fromkeys(case.metric for case in cases if case.status is not Status.NOT_APPLICABLE)
    return [
        link(title, PAGE.link(page.source)) if page else title,
        str(len({case.scenario for case in cases})),
        span or NO_ANSWER,
        listed(list(metrics)) or "The record does not hold this suite.",
    ]


def _page(reference: Run, machine: Run | None, name: str, page: Page) -> PageOutput:
    output = PageOutput(page, f"scenarios/{name}")
    output.snippet("status", status(page, reference, machine))
    output.snippet("suite", *_suite_blocks(output, reference, name))
    return output


def _suite_blocks(output: PageOutput, run: Run, name: str) -> Iterator[str]:
    cases = [case for case in run.cases if case.suite == name]
    if not cases:
        yield paragraph(f"The record does not hold the suite {name}.")
        return
    yield from _times(output, run, measured(cases, Metric.TIME))
    yield from _starts(output, run, measured(cases))
    yield from _frames(output, run, measured(cases))
    yield from _missed(output, run, measured(cases, Metric.MISSED_FRAMES))
    yield from _errors(output, run, measured(cases, Metric.ERROR_RATE))
    yield from _memory(output, run, measured(cases, Metric.PEAK_MEMORY))
    yield heading(2, "Cases", output.key(name, "cases"))
    times = listed(list(dict.fromkeys(case.metric for case in measured(cases) if case.metric in MAIN_TIMES)))
    yield paragraph(
        "Each case has a page with all its metrics, every round, and the command that measures it again.",
        f"The effect next to its name is that on {times}." if times else "",
        join([link("Summary", output.page.link(SUMMARY)), " compares the cases of all suites."], ""),
    )
    yield case_list(output.page, cases)


def _times(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield how much the rounds of each case vary."""
    if not cases:
        return
    data = _table_of(row for group in grouped(cases) for row in _rounds_rows(run, group))
    yield heading(2, "Time", output.key(cases[0].suite, cases[0].metric))
    yield _rows(
        output,
        run,
        data,
        RowFigure(
            key=output.key("spread", cases[0].suite, cases[0].metric),
            finding=_describe_overlap(cases[0], data),
            measured=(
                f"CPU time of one operation, on a log axis. {LINES} At the right, the medians of {cases[0].control} "
                f"and {cases[0].treatment}."
            ),
            parts=ROUNDS,
        ),
    )


def _starts(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield the rounds of starts, and of the slowest frames after them."""
    of_metrics = {metric: [case for case in cases if case.metric == metric] for metric in COLD_TIMES}
    groups = [Group(metric.capitalize(), _labelled(of_metric)) for metric, of_metric in of_metrics.items() if of_metric]
    if not groups:
        return
    first = groups[0].cases[0][0]
    yield heading(2, "Start and slowest frame", output.key(first.suite, "starts"))
    yield _rows(
        output,
        run,
        _table_of(row for group in groups for row in _rounds_rows(run, group)),
        RowFigure(
            key=output.key("start-rounds", first.suite),
            finding=cold.describe_starts(run),
            measured=(
                f"Wall time on a log axis. {LINES} At the right, the medians of {first.control} and "
                f"{first.treatment}. Dashed: the {milliseconds(FRAME)} of a frame."
            ),
            parts=ROUNDS,
            limit=FRAME,
        ),
    )
    yield paragraph(load(run))


def _labelled(cases: Sequence[CaseResult]) -> Sequence[tuple[CaseResult, str]]:
    """Return cases with their titles, without a part that all of them share."""
    groups = grouped(cases)
    return groups[0].cases if len(groups) == 1 else [(case, case.title) for case in cases]


def _frames(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield the quantiles of the frame times of each recorded sequence."""
    sequences = measured(cases, Metric.FRAME_P50)
    if not sequences:
        return
    first, results = sequences[0], {case.key: case for case in cases}
    rows = _table_of(row for case in sequences for row in _quantile_rows(results, case))
    yield heading(2, "Frame times", output.key(first.suite, "frames"))
    yield _rows(
        output,
        run,
        rows,
        RowFigure(
            key=output.key("quantiles", first.suite),
            finding=_describe_slowest(first, rows),
            measured=(
                "Means of all rounds, on a log axis. Mark: p50, CPU time; thick line: to p95; thin line: to p99, wall "
                f"time. At the right, p50 of {first.control} and {first.treatment}. Dashed: the "
                f"{milliseconds(FRAME)} of a frame."
            ),
            parts=QUANTILES,
            limit=FRAME,
        ),
    )
    yield paragraph(load(run))


def _describe_slowest(first: CaseResult, rows: pd.DataFrame) -> str:
    new, old = (milliseconds(float(rows.loc[rows["role"] == role, "high"].max())) for role in ("treatment", "control"))
    return (
        f"In the slowest sequence, 99 of 100 frames take at most {new} with {first.treatment}, {old} with "
        f"{first.control}."
    )


def _memory(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield the memory that each case needs, unless one of the arms needs none."""
    visible_cases = [case for case in cases if case.control_mean and case.treatment_mean]
    if not visible_cases:
        return
    first = visible_cases[0]
    yield heading(2, "Memory", output.key(first.suite, first.metric))
    if all(case.outcome.is_same for case in visible_cases):
        yield paragraph(state_verdicts(visible_cases))
        return
    yield _rows(
        output,
        run,
        _table_of(row for group in grouped(visible_cases) for row in _mean_rows(group)),
        RowFigure(
            key=output.key("memory", first.suite),
            finding=state_verdicts(visible_cases),
            measured=(
                "Largest memory that one operation held in addition to its initial memory, counted in a separate pass, "
                f"on a log axis. At the right, the means of {first.control} and {first.treatment}."
            ),
            parts={"median": "Peak memory"},
        ),
    )


def _rows(output: PageOutput, run: Run, data: pd.DataFrame, content: RowFigure) -> Html:
    """Return a figure with a row for each case, and both arms in it."""
    unit = str(data["unit"].iloc[0])
    columns = [Column("Case"), Column("Arm"), *(Column(name, is_number=True) for name in content.parts.values())]
    cells = [
        [_title(output.page, row), row["arm"], *(quantity(row[part], unit) for part in content.parts)]
        for row in data.to_dict("records")
    ]
    figure = Figure(
        key=content.key,
        finding=content.finding,
        measured=content.measured,
        plot=figures.pinned(figures.spread(data, unit, content.limit)),
        table=table("Values as drawn", columns, cells),
        reproduce=run.record.command,
    )
    about = [name for name in ("suite", "scenario", "metric", "title", "arm", "role") if name in data]
    return output.figure(figure, data[[*about, *content.parts]])


def _title(page: Page, row: Mapping[Any, Any]) -> Html:
    return scenario_link(page, row["suite"], row["scenario"], row["title"])


def _table_of(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows as a table, the cases of each group from the largest control on."""
    data = pd.DataFrame(list(rows))
    largest = data.groupby(["group", "metric", "scenario"], sort=False)["median"].transform("first")
    groups = {group: place for place, group in enumerate(dict.fromkeys(data["group"]))}
    order = data.assign(place=data["group"].map(groups), largest=-largest)
    return data.loc[order.sort_values(["place", "largest"], kind="stable").index].reset_index(drop=True)


def _rounds_rows(run: Run, group: Group) -> Iterator[dict[str, object]]:
    """Yield the smallest, the quartiles and the largest of the rounds of each case and arm."""
    for case, label in group.cases:
        rounds = run.rounds[case.key]
        for role, values in ((Role.CONTROL, rounds.control), (Role.TREATMENT, rounds.treatment)):
            parts = {part: float(np.quantile(values, share)) for part, share in SHARES.items()}
            yield _row(group.title, label, case, role, parts)


def _mean_rows(group: Group) -> Iterator[dict[str, object]]:
    """Yield the mean of each case and arm."""
    for case, label in group.cases:
        for role in Role:
            yield _row(group.title, label, case, role, dict.fromkeys(SHARES, _mean(case, role)))


def _quantile_rows(results: Mapping[tuple[str, str, str], CaseResult], case: CaseResult) -> Iterator[dict[str, object]]:
    """Yield the quantiles of the frame times of each arm; for one that was not measured, the one below it."""
    for role in Role:
        parts: dict[str, float] = {}
        for metric, names in FRAME_PARTS.items():
            result = results.get((case.suite, case.scenario, metric))
            value = _mean(result, role) if result else max(parts.values())
            parts |= dict.fromkeys(names, value)
        yield _row("", case.title, case, role, parts)


def _mean(case: CaseResult, role: Role) -> float:
    return (case.control_mean if role is Role.CONTROL else case.treatment_mean) or 0.0


def _row(group: str, label: str, case: CaseResult, role: Role, parts: Mapping[str, float]) -> dict[str, object]:
    return {
        "group": group,
        "label": label,
        "suite": case.suite,
        "scenario": case.scenario,
        "metric": case.metric,
        "title": case.title,
        "unit": case.unit,
        "arm": case.control if role is Role.CONTROL else case.treatment,
        "role": role.value,
        **parts,
    }


def _describe_overlap(first: CaseResult, data: pd.DataFrame) -> str:
    """Return in how many cases every round of one arm is below every round of the other."""
    arms = {role: data[data["role"] == role].set_index("scenario") for role in ("control", "treatment")}
    control, treatment = arms["control"], arms["treatment"].reindex(arms["control"].index)
    below = int((treatment["high"] < control["low"]).sum())
    above = int((treatment["low"] > control["high"]).sum())
    opposite = f"; in {above} the opposite holds" if above else ""
    return (
        f"In {below} of {counted(len(control), 'case')} the slowest round with {first.treatment} is faster than the "
        f"fastest with {first.control}{opposite}."
    )


def _missed(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield the share of frames that each sequence misses; a sentence if none was missed."""
    if not cases:
        return
    recorded_cases = {(case.suite, case.scenario, case.metric): case for case in run.record.cases}
    data = pd.DataFrame([row for case in cases for row in _missed_rounds(case, recorded_cases[case.key])])
    if data.empty:
        return
    finding = _missed_finding(cases[0], [recorded_cases[case.key] for case in cases])
    yield heading(2, "Missed frames", output.key(cases[0].suite, cases[0].metric))
    if not data["missed"].any():
        yield paragraph(finding)
        return
    totals = data.groupby(["scenario", "role"], sort=False)[["missed", "frames"]].transform("sum")
    data = data.assign(all_missed=totals["missed"], all_frames=totals["frames"])
    data["all_share"] = data["all_missed"] / data["all_frames"]
    yield _missed_figure(output, run, data, finding)


def _missed_figure(output: PageOutput, run: Run, data: pd.DataFrame, finding: str) -> Html:
    columns = [
        Column("Sequence"),
        Column("Arm"),
        *(Column(name, is_number=True) for name in ("Frames", "Missed", "Share")),
    ]
    cells = [
        [
            _title(output.page, row),
            row["arm"],
            f"{row['all_frames']:,}",
            f"{row['all_missed']:,}",
            percent(row["all_share"]),
        ]
        for row in data.drop_duplicates(["scenario", "role"]).to_dict("records")
    ]
    names = list(dict.fromkeys(data["arm"]))
    figure = Figure(
        key=output.key("missed", data["suite"].iloc[0]),
        finding=finding,
        measured=(
            "Frames that took longer than 1/60 s on the wall clock, as a share of the frames played. Mark: of all "
            f"rounds; line: from the fewest to the most of one round. At the right, how many {' and '.join(names)} "
            "missed of those that each played."
        ),
        plot=figures.pinned(figures.missed_frames(data)),
        table=table("Missed frames over all rounds", columns, cells),
        reproduce=run.record.command,
    )
    return output.figure(figure, data)


def _missed_finding(first: CaseResult, recorded_cases: Sequence[records.Case]) -> str:
    new, old = (f"{hits:,} of {tries:,}" for hits, tries in (_total(recorded_cases, role) for role in reversed(Role)))
    return f"{capitalized(first.treatment)} misses {new} frames, {first.control} {old}."


def _errors(output: PageOutput, run: Run, cases: Sequence[CaseResult]) -> Iterator[str]:
    """Yield how often each arm reports an error, over all cases."""
    if not cases:
        return
    recorded_cases = {(case.suite, case.scenario, case.metric): case for case in run.record.cases}
    chosen = [recorded_cases[case.key] for case in cases]
    new, old = (f"{hits:,} of {tries:,}" for hits, tries in (_total(chosen, role) for role in reversed(Role)))
    yield heading(2, "Errors", output.key(cases[0].suite, Metric.ERROR_RATE))
    yield paragraph(
        f"{capitalized(cases[0].treatment)} reports an error for {new} inputs, {cases[0].control} for {old}.",
        "The page of each case has the messages.",
    )


def _total(recorded_cases: Sequence[records.Case], role: Role) -> tuple[int, int]:
    """Return hits and tries of one arm over several cases."""
    counts = [count for case in recorded_cases if (count := count_missed(case, role))]
    return sum(hits for hits, _ in counts), sum(tries for _, tries in counts)


def _missed_rounds(case: CaseResult, recorded_case: records.Case) -> Iterator[dict[str, object]]:
    for round_ in recorded_case.rounds:
        for role, arm in ((Role.CONTROL, case.control), (Role.TREATMENT, case.treatment)):
            share = getattr(round_.count, role) if round_.count else None
            tries = getattr(round_.tries, role) if round_.tries else None
            if share is not None and tries:
                yield {
                    "suite": case.suite,
                    "scenario": case.scenario,
                    "title": case.title,
                    "arm": arm,
                    "role": role.value,
                    "round": round_.index,
                    "missed": round(share * tries),
                    "frames": tries,
                }
