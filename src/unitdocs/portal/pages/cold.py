"""Starts that were measured cold: on the page of their suite, and in the overview of the scenarios."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from unitdocs.analysis.cold_starts import ColdStart, Stretch, cold_starts
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, milliseconds
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import load
from unitdocs.portal.components.verdicts import cell_lines, state_verdicts, verdict_table
from unitdocs.portal.pages.frames import timeline_table
from unitdocs.records import FRAME, Metric, Role

ARMS = (Role.CONTROL, Role.TREATMENT)


def overview(run: Run, address: str | None) -> Iterator[Html]:
    """Yield the start, the first resolve and the slowest frame of each scenario with both systems.

    Args:
        run: the run.
        address: the page of the suite, if it has one.
    """
    starts = cold_starts(run.record, run.cases)
    if not starts:
        yield paragraph("The record does not hold a suite that measures starts.")
        return
    first = starts[0].slowest
    columns = [
        Column("Scenario"),
        *(
            Column(f"{name}, {arm}", is_number=True)
            for name in ("Start", "First resolve", "Slowest frame")
            for arm in (first.control, first.treatment)
        ),
    ]
    yield tag("p", tag("strong", _starts_sentence(starts)))
    yield table("Start and first frames, in the median round", columns, [_overview_row(start) for start in starts])
    if address:
        yield paragraph("Every frame:", link("Start and first frames", address))


def _starts_sentence(starts: Sequence[ColdStart]) -> str:
    """Return by how much longer the treatment's start takes, over all scenarios."""
    case = starts[0].slowest
    longer = [start.longer_start for start in starts if not np.isnan(start.longer_start)]
    slowest = max(float(np.median(start.slowest_of_all(Role.TREATMENT))) for start in starts)
    frames = f"Its slowest frame takes at most {milliseconds(slowest)} after that, in the median round."
    if not longer:
        return frames
    return (
        f"Importing and creating the {case.treatment} system takes {_longer(min(longer), max(longer))} than the "
        f"{case.control} one. {frames}"
    )


def _longer(least: float, most: float) -> str:
    """Return a span of additional seconds in words."""
    if most <= 0:
        return "no longer"
    ends = milliseconds(least), milliseconds(most)
    if least < 0:
        return f"at most {ends[1]} longer"
    return f"{ends[0] if ends[0] == ends[1] else f'{ends[0]} to {ends[1]}'} longer"


def _overview_row(start: ColdStart) -> list[str]:
    return [
        start.slowest.title,
        *(_time(start.start(role)) for role in ARMS),
        *(_time(start.first_use(role)) for role in ARMS),
        *(_time(float(np.median(start.slowest_of_all(role)))) for role in ARMS),
    ]


def _time(seconds: float) -> str:
    return "not measured" if np.isnan(seconds) else milliseconds(seconds)


def build_starts(output: PageOutput, run: Run, suite: str) -> Iterator[str]:
    """Yield the blocks of a suite of starts: verdicts on start and slowest frame, then each scenario's frames."""
    starts = [start for start in cold_starts(run.record, run.cases) if start.slowest.suite == suite]
    for metric in (Metric.START_TIME, Metric.SLOWEST_FRAME):
        cases = [case for case in run.cases if case.suite == suite and case.metric == metric]
        if cases:
            yield heading(2, metric.capitalize(), output.key(suite, metric))
            if any(case.effect for case in cases):
                yield tag("p", tag("strong", state_verdicts(cases)))
            yield verdict_table(f"{run.suites[suite]}: {metric}", cases, None)
    if starts:
        yield paragraph(load(run))
    for start in starts:
        yield from _frames(output, run, start)


def _frames(output: PageOutput, run: Run, start: ColdStart) -> Iterator[str]:
    case = start.slowest
    yield heading(2, case.title, output.key(case.suite, case.scenario))
    columns = [
        Column("From"),
        Column("Frames", is_number=True),
        *(Column(arm, is_number=True) for arm in (case.control, case.treatment)),
    ]
    rows = [_stretch_row(start, stretch) for stretch in start.stretches]
    yield table(f"{case.title}: slowest frame from each first to the next, in the median round", columns, rows)
    yield _timeline(output, run, start)


def _stretch_row(start: ColdStart, stretch: Stretch) -> list[str]:
    slowest = [start.slowest_in(stretch, role) for role in ARMS]
    cells = [
        cell_lines(milliseconds(float(np.median(rounds))), f"at most {milliseconds(float(rounds.max()))}")
        for rounds in slowest
    ]
    return [stretch.name, f"{stretch.first} to {stretch.last}", *cells]


def _timeline(output: PageOutput, run: Run, start: ColdStart) -> Html:
    case = start.slowest
    data = pd.concat(
        pd.DataFrame(
            {
                "frame": np.arange(frames.shape[1]) + 1,
                "arm": arm,
                "role": role.value,
                "median": np.median(frames, axis=0),
                "longest": frames.max(axis=0),
            }
        )
        for role, arm in ((Role.CONTROL, case.control), (Role.TREATMENT, case.treatment))
        for frames in [start.frames[role]]
    ).sort_values(["frame", "role"], ignore_index=True)
    firsts = ", ".join(f"{stretch.name} in frame {stretch.first}" for stretch in start.stretches)
    figure = Figure(
        key=output.key("cold", case.suite, case.scenario),
        finding=_finding(start),
        measured=(
            f"Each frame after the start: its median over {counted(case.control_n, 'round')}, a fresh process for each "
            f"system, as a line, and the slowest of them as a point; wall time on a log axis. {firsts.capitalize()}."
        ),
        plot=figures.pinned(figures.frame_timeline(data, FRAME)),
        table=timeline_table(case, data),
        reproduce=run.record.command,
    )
    return output.figure(figure, data)


def _finding(start: ColdStart) -> str:
    case = start.slowest
    new, old = (milliseconds(float(np.median(start.slowest_of_all(role)))) for role in reversed(ARMS))
    return f"The slowest frame of the median round takes {new} with {case.treatment}, {old} with {case.control}."
