"""Part of the page deploy/telemetry: what recording costs a frame."""

import math
import statistics
from collections.abc import Sequence

from unitdocs.formatting import counted, duration, number, percent, signed_change, signed_interval
from unitdocs.portal.components.markup import Column, Html, Page, join, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.stats import LogRatios, RatioEffect, effect_of
from unitdocs.studies import FrameRecordingCost, RecordedShare, Study, TelemetryCost
from unitdocs.studies.telemetry_cost import GOAL

PAGE = Page("deploy/telemetry.md")
LEVEL = 0.05
FRAME = 1 / 60
"""Seconds that a frame may take where a game shows 60 in a second."""


def build_page(telemetry_cost: Study[TelemetryCost] | None) -> PageOutput:
    """Return the snippet `cost`."""
    output = PageOutput(PAGE, "telemetry")
    output.snippet("cost", _cost(telemetry_cost))
    return output


def _cost(study: Study[TelemetryCost] | None) -> Html:
    """Return what recording adds to frames, and what writing costs."""
    if study is None:
        return paragraph("The cost was not measured for this site.")
    record = study.record
    age = "" if study.is_current else " The unit system or the writer has changed since."
    full, sampled = (_of(record, share) for share in (RecordedShare.FULL, RecordedShare.SAMPLED))
    most = max(map(_added_seconds, full))
    writing = duration(statistics.median(record.writing))
    answer = (
        f"Recording a frame adds at most {duration(most)} of CPU time on {record.environment.cpu}, which is "
        f"{percent(most / FRAME)} of a frame at 60 frames a second. The goal is below {percent(GOAL)} of the time "
        f"that the unit system alone takes for a frame. With the frames of {percent(record.share)} of the sessions "
        f"recorded, {_met(sampled)}; with those of all sessions, {_met(full)}: the shorter a frame is, the larger "
        f"is the share of the clock, which is read twice. The thread that writes needs {writing} of CPU time an "
        f"event, outside of frames.{age}"
    )
    columns = [
        Column("Recording"),
        Column("Elements", is_number=True),
        Column("System"),
        Column("Sessions recorded", is_number=True),
        Column("A frame", is_number=True),
        Column("Added", is_number=True),
        Column("95 % interval", is_number=True),
    ]
    rows = [_row(cost, record.share) for cost in record.costs]
    reproduce = tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")
    return join([paragraph(answer), table("CPU time that recording adds to frames", columns, rows), reproduce])


def _of(record: TelemetryCost, share: RecordedShare) -> list[FrameRecordingCost]:
    return [cost for cost in record.costs if cost.recorded is share]


def _effect(cost: FrameRecordingCost) -> RatioEffect:
    return effect_of(LogRatios(map(math.log, cost.ratios)), LEVEL)


def _added_seconds(cost: FrameRecordingCost) -> float:
    return (_effect(cost).ratio - 1) * cost.frame


def _met(costs: Sequence[FrameRecordingCost]) -> str:
    """Return in how many cases the goal is met, which is where the whole interval is below it."""
    met = sum(_effect(cost).high < 1 + GOAL for cost in costs)
    return f"it is met in {met} of {counted(len(costs), 'case')}"


def _row(cost: FrameRecordingCost, share: float) -> list[str]:
    effect = _effect(cost)
    return [
        cost.recording,
        number(cost.elements),
        cost.system,
        percent(share if cost.recorded is RecordedShare.SAMPLED else 1.0),
        duration(cost.frame),
        signed_change(effect.ratio),
        signed_interval(effect.low, effect.high),
    ]
