"""A recorded sequence on the page of its case: timeline and tail of its frame times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from unitdocs import records
from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.descriptions import amounts
from unitdocs.analysis.run import Run
from unitdocs.formatting import capitalized, counted, listed, milliseconds, percent
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, table
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import load
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.records import FRAME, QUANTILES, Metric, Role

MOST_ROWS = 40
"""Rows of a timeline's table: longer sequences are summarised in stretches, and complete in the CSV file."""


@dataclass(frozen=True)
class FrameSequence:
    """A recorded sequence of frames.

    Args:
        results: results of its cases by metric.
        recorded: the same cases as the record holds them.
    """

    results: Mapping[str, CaseResult]
    recorded: Mapping[str, records.Case]

    @property
    def median(self) -> CaseResult:
        """The case that represents the sequence: its median frame."""
        return self.results[Metric.FRAME_P50]


def count_missed(case: records.Case, role: Role) -> tuple[int, int] | None:
    """Return hits and tries of a share over all rounds; None if they were not recorded."""
    counts = [
        (getattr(round_.count, role), getattr(round_.tries, role)) for round_ in case.rounds if round_.tries is not None
    ]
    complete = [(share, tries) for share, tries in counts if share is not None and tries]
    if not complete:
        return None
    return sum(round(share * tries) for share, tries in complete), sum(tries for _, tries in complete)


def share_with_counts(case: CaseResult, recorded_case: records.Case, role: Role) -> Html:
    """Return a share with its hits and tries."""
    counts = count_missed(recorded_case, role)
    share = amounts(case)[0 if role is Role.CONTROL else 1]
    return cell_lines(f"{counts[0]:,} of {counts[1]:,}", share) if counts else cell_lines(share)


def build_frames(output: PageOutput, run: Run, frame_sequence: FrameSequence, name: str) -> Iterator[str]:
    """Yield the blocks of a sequence of frames: its circumstances, its timeline and the tail of its frame times.

    Args:
        output: the page.
        run: the run.
        frame_sequence: the sequence; nothing is yielded if its frames were not recorded.
        name: part of the names of the figures' files, unique among all scenarios of the run.
    """
    case = frame_sequence.median
    frames = run.frames
    chosen = frames[(frames["suite"] == case.suite) & (frames["scenario"] == case.scenario)]
    if len(chosen):
        yield paragraph(_circumstances(run, frame_sequence.recorded[case.metric]))
        yield _timeline(output, run, frame_sequence, chosen, f"frames-{name}")
        yield _tail(output, run, case, chosen, f"tail-{name}")


def _circumstances(run: Run, recorded_case: records.Case) -> str:
    """Return the load of the machine, which affects frame times, and how often the sequence was played."""
    passes = sum(len(round_.frames.order) for round_ in recorded_case.rounds if round_.frames)
    lengths = dict.fromkeys(round_.frames.length for round_ in recorded_case.rounds if round_.frames)
    passes_sentence = (
        f" {listed([counted(length, 'frame') for length in lengths])}, played {counted(passes, 'time')} by each."
    )
    return load(run) + (passes_sentence if passes else "")


def _timeline(output: PageOutput, run: Run, frame_sequence: FrameSequence, frames: pd.DataFrame, key: str) -> Html:
    case = frame_sequence.median
    by_frame = frames.groupby(["frame", "arm", "role"], sort=True, observed=True)["wall"]
    data = by_frame.agg(median="median", longest="max").reset_index()
    data["frame"] += 1
    figure = Figure(
        key=key,
        finding=_timeline_finding(frame_sequence),
        measured=(
            "Each frame of the sequence: its median over all passes as a line, the longest of them as a point; wall "
            "time on a log axis."
        ),
        plot=figures.pinned(figures.frame_timeline(data, FRAME)),
        table=timeline_table(case, data),
        reproduce=run.record.command,
    )
    return output.figure(figure, data)


def _timeline_finding(frame_sequence: FrameSequence) -> str:
    case = frame_sequence.median
    recorded_case = frame_sequence.recorded.get(Metric.MISSED_FRAMES)
    counts = [count_missed(recorded_case, role) if recorded_case else None for role in (Role.TREATMENT, Role.CONTROL)]
    if None in counts:
        return f"Frames of {case.title}."
    new, old = (f"{count[0]:,} of {count[1]:,}" for count in counts if count)
    return f"{capitalized(case.treatment)} misses {new} frames, {case.control} {old}."


def timeline_table(case: CaseResult, data: pd.DataFrame) -> Html:
    """Return the table of a timeline: median and longest frames of both arms, in stretches if there are many."""
    step = -(-int(data["frame"].max()) // MOST_ROWS)
    names = {"control": case.control, "treatment": case.treatment}
    columns = [
        Column("Frames"),
        *(
            Column(f"{names[role]}, {statistic}", is_number=True)
            for role in names
            for statistic in ("median", "longest")
        ),
    ]
    rows = []
    for _, stretch in data.groupby((data["frame"] - 1) // step, sort=True):
        first, last = int(stretch["frame"].min()), int(stretch["frame"].max())
        arms = [stretch[stretch["role"] == role] for role in names]
        numbers = [
            milliseconds(float(value)) for arm in arms for value in (arm["median"].median(), arm["longest"].max())
        ]
        rows.append([f"{first}" if first == last else f"{first} to {last}", *numbers])
    return table("Wall time of the frames", columns, rows)


def _tail(output: PageOutput, run: Run, case: CaseResult, frames: pd.DataFrame, key: str) -> Html:
    walls = {role: frames.loc[frames["role"] == role, "wall"].to_numpy() for role in ("control", "treatment")}
    shares = figures.tail_shares(min(map(len, walls.values())))
    names = {"control": case.control, "treatment": case.treatment}
    data = pd.concat(
        pd.DataFrame(
            {"arm": names[role], "role": role, "share": shares, "seconds": np.quantile(wall, 1 - shares)},
        )
        for role, wall in walls.items()
    )
    p99 = {role: milliseconds(float(np.quantile(wall, QUANTILES[Metric.FRAME_P99]))) for role, wall in walls.items()}
    figure = Figure(
        key=key,
        finding=(
            f"99 of 100 frames stay within {p99['treatment']} with {case.treatment}, within {p99['control']} with "
            f"{case.control}."
        ),
        measured="Share of all frames that take longer than a given wall time; both axes are logarithmic.",
        plot=figures.pinned(figures.frame_tail(data, FRAME)),
        table=_tail_table(case, data),
        reproduce=run.record.command,
    )
    return output.figure(figure, data)


def _tail_table(case: CaseResult, data: pd.DataFrame) -> Html:
    columns = [
        Column("Frames that take longer", is_number=True),
        Column(case.control, is_number=True),
        Column(case.treatment, is_number=True),
    ]
    both = data.pivot_table(index="share", columns="role", values="seconds", sort=False).reset_index()
    step = -(-len(both) // MOST_ROWS)
    rows = [
        [percent(row["share"]), milliseconds(row["control"]), milliseconds(row["treatment"])]
        for row in both.to_dict("records")[::step]
    ]
    return table("Times that a share of the frames exceeds", columns, rows)
