"""A recorded sequence on the page of its suite: its quantiles, when the slow frames come, how slow the slowest are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from unitdocs import records
from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.descriptions import amounts
from unitdocs.analysis.run import Run
from unitdocs.formatting import NO_ANSWER, counted, listed, milliseconds, percent
from unitdocs.portal import figures
from unitdocs.portal.components.markup import Column, Figure, Html, table
from unitdocs.portal.components.page_output import PageOutput, heading, paragraph
from unitdocs.portal.components.provenance import load
from unitdocs.portal.components.verdicts import cell_lines, effect_cell, sample_note, verdict_badge
from unitdocs.records import FRAME, QUANTILES, Metric, Role

OF_FRAMES = (*QUANTILES, Metric.MISSED_FRAMES)
MOST_ROWS = 40
"""Rows of a timeline's table: longer sequences are told in stretches, and whole in the CSV file."""


@dataclass(frozen=True)
class Played:
    """A sequence of frames: its cases by metric, as they are judged and as they are kept."""

    judged: Mapping[str, CaseResult]
    kept: Mapping[str, records.Case]

    @property
    def median(self) -> CaseResult:
        """The case that stands for it."""
        return self.judged[Metric.FRAME_P50]


def missed(case: records.Case, role: Role) -> tuple[int, int] | None:
    """Return hits and tries of a share over all rounds; None where they are not known."""
    counts = [
        (getattr(round_.count, role), getattr(round_.tries, role)) for round_ in case.rounds if round_.tries is not None
    ]
    known = [(share, tries) for share, tries in counts if share is not None and tries]
    if not known:
        return None
    return sum(round(share * tries) for share, tries in known), sum(tries for _, tries in known)


def counted_share(case: CaseResult, kept: records.Case, role: Role) -> Html:
    """Return a share with the tries that it is of."""
    found = missed(kept, role)
    share = amounts(case)[0 if role is Role.CONTROL else 1]
    return cell_lines(f"{found[0]:,} of {found[1]:,}", share) if found else cell_lines(share)


def sequence(output: PageOutput, run: Run, played: Played) -> Iterator[str]:
    """Yield the blocks of a sequence of frames: its table, when the slow frames come, and how slow the slowest are."""
    case = played.median
    yield heading(2, case.title, output.key(case.suite, case.scenario))
    yield _table(played)
    yield paragraph(_circumstances(run, played.kept[case.metric]))
    frames = run.frames
    chosen = frames[(frames["suite"] == case.suite) & (frames["scenario"] == case.scenario)]
    if len(chosen):
        yield _timeline(output, run, played, chosen)
        yield _tail(output, run, case, chosen)


def _table(played: Played) -> Html:
    case = played.median
    columns = [
        Column("Metric"),
        Column(case.control, is_number=True),
        Column(case.treatment, is_number=True),
        Column("Effect", is_number=True),
        Column("Verdict"),
    ]
    rows = [_row(played.judged[metric], played.kept[metric]) for metric in OF_FRAMES if metric in played.judged]
    return table(f"{case.title}: frames", columns, rows)


def _row(case: CaseResult, kept: records.Case) -> list[str]:
    name = cell_lines(case.metric.capitalize(), f"{kept.clock} clock" if kept.clock else "")
    if case.effect is None:
        return [name, *[NO_ANSWER] * 3, cell_lines(verdict_badge(case), case.reason)]
    if case.is_share:
        numbers = [counted_share(case, kept, role) for role in Role]
    else:
        numbers = [Html(milliseconds(mean or 0.0)) for mean in (case.control_mean, case.treatment_mean)]
    return [name, *numbers, effect_cell(case), cell_lines(verdict_badge(case), sample_note(case))]


def _circumstances(run: Run, kept: records.Case) -> str:
    """Say how busy the machine was, since players feel what it does beside, and how often the sequence was played."""
    passes = sum(len(round_.frames.order) for round_ in kept.rounds if round_.frames)
    lengths = dict.fromkeys(round_.frames.length for round_ in kept.rounds if round_.frames)
    played = f" {listed([counted(length, 'frame') for length in lengths])}, played {counted(passes, 'time')} by each."
    return load(run) + (played if passes else "")


def _timeline(output: PageOutput, run: Run, played: Played, frames: pd.DataFrame) -> Html:
    case = played.median
    by_frame = frames.groupby(["frame", "arm", "role"], sort=True, observed=True)["wall"]
    data = by_frame.agg(median="median", longest="max").reset_index()
    data["frame"] += 1
    shown = Figure(
        key=output.key("frames", case.suite, case.scenario),
        finding=_timeline_finding(played),
        measured=(
            "Each frame of the sequence: its median over all passes as a line, the longest of them as a point; wall "
            "time on a log axis."
        ),
        plot=figures.pinned(figures.frame_timeline(data, FRAME)),
        table=_timeline_table(case, data),
        reproduce=run.record.command,
    )
    return output.figure(shown, data)


def _timeline_finding(played: Played) -> str:
    case = played.median
    kept = played.kept.get(Metric.MISSED_FRAMES)
    counts = [missed(kept, role) if kept else None for role in (Role.TREATMENT, Role.CONTROL)]
    if None in counts:
        return f"Frames of {case.title}."
    new, old = (f"{found[0]:,} of {found[1]:,}" for found in counts if found)
    return f"{case.treatment.capitalize()} misses {new} frames, {case.control} {old}."


def _timeline_table(case: CaseResult, data: pd.DataFrame) -> Html:
    step = -(-int(data["frame"].max()) // MOST_ROWS)
    names = {"control": case.control, "treatment": case.treatment}
    columns = [
        Column("Frames"),
        *(Column(f"{names[role]}, {what}", is_number=True) for role in names for what in ("median", "longest")),
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


def _tail(output: PageOutput, run: Run, case: CaseResult, frames: pd.DataFrame) -> Html:
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
    shown = Figure(
        key=output.key("tail", case.suite, case.scenario),
        finding=(
            f"99 of 100 frames stay within {p99['treatment']} with {case.treatment}, within {p99['control']} with "
            f"{case.control}."
        ),
        measured="Which share of all frames takes longer than a time, by the wall clock; both axes are logarithmic.",
        plot=figures.pinned(figures.frame_tail(data, FRAME)),
        table=_tail_table(case, data),
        reproduce=run.record.command,
    )
    return output.figure(shown, data)


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
