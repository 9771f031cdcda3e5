"""Part of the page deploy/telemetry: what recording events adds to frames, and what writing them costs."""

import statistics
from collections.abc import Iterator, Sequence

from unitdocs.formatting import counted, duration, percent, signed_change, signed_interval
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
        *(_finding(record, share) for share in RecordedShare),
        _absolute(record),
        f"Writing an event takes {duration(statistics.median(record.writing))} of CPU time in a thread of its own.",
    )
    yield paragraph(
        f"Measured on {record.created:%Y-%m-%d} on {record.environment.cpu} "
        f"({counted(record.environment.cores, 'core')}): CPU time of the same frames with events and without, both "
        f"clocks included; the median of {counted(len(record.costs[0].ratios), 'round')}, and the middle half of them."
    )
    columns = [
        Column("Frames"),
        Column("System"),
        *(Column(name, is_number=True) for name in ("Without events", "All sessions recorded", _sampled(record))),
    ]
    yield table("What recording adds to the CPU time of frames", columns, list(_rows(record)))
    yield tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")


def _sampled(record: TelemetryCost) -> str:
    return f"{percent(record.share)} of sessions recorded"


def _finding(record: TelemetryCost, recorded: RecordedShare) -> str:
    """Return the largest cost of a share of recorded sessions, and whether it is within the goal."""
    costs = [cost for cost in record.costs if cost.recorded is recorded]
    if not costs:
        return ""
    largest = max(costs, key=lambda cost: statistics.median(cost.ratios))
    added = statistics.median(largest.ratios) - 1
    state = "below" if added < GOAL else "above"
    sessions = "all sessions" if recorded is RecordedShare.FULL else f"{percent(record.share)} of sessions"
    return (
        f"Recording {sessions} adds at most {signed_change(1 + added)} to the CPU time of a frame, {state} the goal of "
        f"{percent(GOAL)}: {duration(added * largest.frame)} with the {largest.system} system in {largest.recording}."
    )


def _absolute(record: TelemetryCost) -> str:
    """Return the cost in seconds, which does not depend on how long a frame is, and where the goal is met."""
    most, clock = statistics.median(record.recording), statistics.median(record.clock)
    full, sampled = (
        [statistics.median(cost.ratios) - 1 for cost in record.costs if cost.recorded is recorded]
        for recorded in (RecordedShare.FULL, RecordedShare.SAMPLED)
    )
    return (
        f"These are the frames of the unit system alone, some of which are very short. Recording adds {duration(most)} "
        f"to each, of which {duration(clock)} are for reading the clock twice: {percent(most / FRAME)} of a frame of a "
        f"game at 60 frames a second. The goal is met in {_met(full)} with all sessions recorded, and in "
        f"{_met(sampled)} with {percent(record.share)} of them."
    )


def _met(added: Sequence[float]) -> str:
    return f"{sum(share < GOAL for share in added)} of {counted(len(added), 'case')}"


def _rows(record: TelemetryCost) -> Iterator[list[str]]:
    """Yield a row for each recording and system, with the cost of both shares."""
    costs = {(cost.recording, cost.system, cost.recorded): cost for cost in record.costs}
    for recording, system in dict.fromkeys((cost.recording, cost.system) for cost in record.costs):
        both = [costs.get((recording, system, share)) for share in (RecordedShare.FULL, RecordedShare.SAMPLED)]
        first = next(cost for cost in both if cost)
        name = cell_lines(recording, counted(first.elements, "element"))
        yield [name, system, duration(first.frame), *map(_added, both)]


def _added(cost: FrameRecordingCost | None) -> str:
    if cost is None:
        return "not measured"
    low, median, high = statistics.quantiles(cost.ratios, n=4)
    return cell_lines(signed_change(median), signed_interval(low, high))
