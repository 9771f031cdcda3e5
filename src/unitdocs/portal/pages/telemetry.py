"""Part of the page deploy/telemetry: what recording events adds to frames, and what writing them costs."""

import statistics
from collections.abc import Iterator, Sequence

from unitdocs.formatting import counted, duration, listed, percent, signed_change, signed_interval
from unitdocs.portal.components.markup import Column, Html, Page, admonition, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import cell_lines
from unitdocs.studies import FrameRecordingCost, Study, TelemetryCost
from unitdocs.studies.telemetry_cost import GOAL, RecordedShare

PAGE = Page("deploy/telemetry.md")
FRAME = 1 / 60
"""Seconds of a frame of a game at 60 frames a second."""


def build_page(telemetry_cost: Study[TelemetryCost] | None) -> PageOutput:
    """Return the snippet `cost`."""
    output = PageOutput(PAGE, "telemetry")
    output.snippet("cost", *_cost(telemetry_cost))
    return output


def _cost(study: Study[TelemetryCost] | None) -> Iterator[Html]:
    if study is None:
        yield paragraph("The cost was not measured for this site.")
        return
    record = study.record
    if study.is_current is False:
        yield admonition(
            "warning ud-stale", "Stale: the cost of recording", "The writer or the unit system has changed since."
        )
    yield paragraph(
        *(_finding(record, share) for share in RecordedShare if share is not RecordedShare.OFF),
        _absolute(record),
        f"Writing an event takes {duration(statistics.median(record.writing))} of CPU time in a thread of its own.",
    )
    yield paragraph(
        f"Measured on {record.created:%Y-%m-%d} on {record.environment.cpu} "
        f"({counted(record.environment.cores, 'core')}): CPU time of the same frames with events and without, both "
        f"clocks included; the median of {counted(len(record.costs[0].ratios), 'round')}, and the middle half of them."
    )
    shares = [share for share in RecordedShare if any(cost.recorded is share for cost in record.costs)]
    names = ("Without events", *(_column(record, share) for share in shares))
    columns = [Column("Frames"), Column("System"), *(Column(name, is_number=True) for name in names)]
    yield table("What recording adds to the CPU time of frames", columns, list(_rows(record, shares)))
    yield tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")


def _column(record: TelemetryCost, recorded: RecordedShare) -> str:
    match recorded:
        case RecordedShare.OFF:
            return "Without events again: chance alone"
        case RecordedShare.FRAMES:
            return f"One frame in {record.every} recorded"
        case RecordedShare.SAMPLED:
            return f"{percent(record.share)} of sessions recorded"
        case RecordedShare.FULL:
            return "All frames recorded"


def _finding(record: TelemetryCost, recorded: RecordedShare) -> str:
    """Return the largest cost of a share of recorded sessions, and whether it is within the goal."""
    costs = [cost for cost in record.costs if cost.recorded is recorded]
    if not costs:
        return ""
    largest = max(costs, key=lambda cost: statistics.median(cost.ratios))
    added = statistics.median(largest.ratios) - 1
    state = "below" if added < GOAL else "above"
    return (
        f"Recording {_frames(record, recorded)} adds at most {signed_change(1 + added)} to the CPU time of a frame, "
        f"{state} the goal of {percent(GOAL)}: {duration(added * largest.frame)} with the {largest.system} system in "
        f"{largest.recording}."
    )


def _frames(record: TelemetryCost, recorded: RecordedShare) -> str:
    """Return which frames are recorded, in words."""
    if recorded is RecordedShare.FRAMES:
        return f"one frame in {record.every} of all sessions"
    return f"each frame of {'all' if recorded is RecordedShare.FULL else percent(record.share) + ' of'} sessions"


def _absolute(record: TelemetryCost) -> str:
    """Return the cost in seconds, which does not depend on how long a frame is, and where the goal is met."""
    most, clock = statistics.median(record.recording), statistics.median(record.clock)
    met = (_met(record, recorded) for recorded in RecordedShare if recorded is not RecordedShare.OFF)
    return (
        f"These are the frames of the unit system alone, some of which are very short. Recording adds {duration(most)} "
        f"to a recorded frame, of which {duration(clock)} are for reading the clock twice: {percent(most / FRAME)} "
        f"of a frame of a game at 60 frames a second. The goal is met {listed([words for words in met if words])}."
    )


def _met(record: TelemetryCost, recorded: RecordedShare) -> str:
    """Return in how many cases the goal is met; empty where it was not measured."""
    added = [statistics.median(cost.ratios) - 1 for cost in record.costs if cost.recorded is recorded]
    met = sum(share < GOAL for share in added)
    return f"in {met} of {counted(len(added), 'case')} with {_frames(record, recorded)}" if added else ""


def _rows(record: TelemetryCost, shares: Sequence[RecordedShare]) -> Iterator[list[str]]:
    """Yield a row for each recording and system, with the cost of what is recorded."""
    costs = {(cost.recording, cost.system, cost.recorded): cost for cost in record.costs}
    for recording, system in dict.fromkeys((cost.recording, cost.system) for cost in record.costs):
        row = [costs.get((recording, system, share)) for share in shares]
        first = next(cost for cost in row if cost)
        name = cell_lines(recording, counted(first.elements, "element"))
        yield [name, system, duration(first.frame), *map(_added, row)]


def _added(cost: FrameRecordingCost | None) -> str:
    if cost is None:
        return "not measured"
    low, median, high = statistics.quantiles(cost.ratios, n=4)
    return cell_lines(signed_change(median), signed_interval(low, high))
