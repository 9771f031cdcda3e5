"""The record of what recording events costs a game."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

GOAL = 0.02
"""Share of a frame's CPU time that recording may add."""
Seconds = Annotated[float, Field(gt=0)]
Ratios = Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=2)]


class RecordedShare(StrEnum):
    """Which frames are recorded.

    `off`: none, in both halves of a round, so that the ratios show chance alone. `frames`: some frames of all sessions.
    `sampled`: all frames of some sessions. `full`: all frames of all sessions.
    """

    OFF = "off"
    FRAMES = "frames"
    SAMPLED = "sampled"
    FULL = "full"


class FrameRecordingCost(Frozen):
    """What recording adds to the frames of a recording.

    Args:
        recording: the frames that were played.
        elements: elements of their scene.
        system: the unit system.
        recorded: which frames are recorded.
        frame: CPU time of a frame without events, in seconds: the median of all rounds.
        ratios: CPU time of frames with events, divided by that without; one for each round.
    """

    recording: str
    elements: Annotated[int, Field(ge=1)]
    system: str
    recorded: RecordedShare
    frame: Seconds
    ratios: Ratios


class TelemetryCost(Frozen):
    """What recording events costs a game.

    Args:
        seed: of the random numbers.
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        share: share of the sessions whose frames are recorded where some are.
        every: of how many frames one is recorded, on average, where some frames of all sessions are.
        recording: CPU time that recording adds to any frame, in seconds: the clock is read twice and the event handed
            over, with no frame in between; one value for each batch.
        clock: the part of it for reading the clock twice, in seconds; one value for each batch.
        costs: what it adds to frames, by recording, system and share.
        events: events of a batch.
        writing: CPU time that the thread needs for an event, in seconds; one value for each batch.
    """

    format: Literal["unitdocs-telemetry-cost"] = "unitdocs-telemetry-cost"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    seed: int
    command: str
    digest: str
    environment: Environment
    share: Annotated[float, Field(gt=0, le=1)]
    every: Annotated[int, Field(ge=1)] = 1
    costs: Annotated[tuple[FrameRecordingCost, ...], Field(min_length=1)]
    recording: Annotated[tuple[Seconds, ...], Field(min_length=1)]
    clock: Annotated[tuple[Seconds, ...], Field(min_length=1)]
    events: Annotated[int, Field(ge=1)]
    writing: Annotated[tuple[Seconds, ...], Field(min_length=1)]
