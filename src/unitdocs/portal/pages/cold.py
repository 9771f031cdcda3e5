"""Starts that were measured cold: the frames on the page of each case, and a sentence about all of them."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.cold_starts import ColdStart, Stretch, cold_starts
from unitdocs.analysis.run import Run
from unitdocs.formatting import counted, milliseconds
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import load
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.portal.pages.frames import timeline_table
from unitdocs.records import FRAME, Role

ARMS = (Role.CONTROL, Role.TREATMENT)


def overview(run: Run) -> Html:
    """Return by how much longer the treatment's start takes, and its slowest frame, over all scenarios."""
    sentence = describe_starts(run)
    if not sentence:
        return paragraph("The record does not hold a suite that measures starts.")
    return tag("p", tag("strong", sentence))


def describe_starts(run: Run) -> str:
    """Return by how much longer the treatment's start takes, over all scenarios; empty without starts."""
    starts = cold_starts(run.record, run.cases)
    if not starts:
        return ""
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


def build_frames(output: PageOutput, run: Run, slowest: CaseResult, name: str) -> Iterator[str]:
    """Yield the frames after a start: the slowest from each first to the next, and all of them.

    Args:
        output: the page of the scenario.
        run: the run.
        slowest: the scenario's slowest frame; nothing is yielded if its frames were not recorded.
        name: part of the names of the figure's files, unique among all scenarios of the run.
    """
    for start in cold_starts(run.record, run.cases):
        if start.slowest.key == slowest.key:
            yield paragraph(load(run))
            yield _stretches(start)
            yield _timeline(output, run, start, f"cold-{name}")


def _stretches(start: ColdStart) -> Html:
    columns = [
        Column("From"),
        Column("Frames", is_number=True),
        *(Column(arm, is_number=True) for arm in (start.slowest.control, start.slowest.treatment)),
    ]
    rows = [_stretch_row(start, stretch) for stretch in start.stretches]
    return table("Slowest frame from each first to the next, in the median round", columns, rows)


def _stretch_row(start: ColdStart, stretch: Stretch) -> list[str]:
    slowest = [start.slowest_in(stretch, role) for role in ARMS]
    cells = [
        cell_lines(milliseconds(float(np.median(rounds))), f"at most {milliseconds(float(rounds.max()))}")
        for rounds in slowest
    ]
    return [stretch.name, f"{stretch.first} to {stretch.last}", *cells]


def _timeline(output: PageOutput, run: Run, start: ColdStart, key: str) -> Html:
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
        key=key,
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
