"""The part of the guide on telemetry that says what recording costs."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import made_rollouts

from unitdocs import studies
from unitdocs.portal.pages import telemetry
from unitdocs.studies import FrameRecordingCost, Study, TelemetryCost
from unitdocs.studies.telemetry_cost import RecordedShare

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def cost(recorded: RecordedShare, *ratios: float, system: str = "original") -> FrameRecordingCost:
    members = {"recording": "Dragging", "elements": 100, "system": system, "recorded": recorded}
    return FrameRecordingCost.model_validate({**members, "frame": 0.002, "ratios": ratios})


def record(*costs: FrameRecordingCost) -> TelemetryCost:
    return TelemetryCost(
        created=NOW,
        finished=NOW,
        seed=1,
        command="python measure.py",
        digest="d",
        environment=made_rollouts.ENVIRONMENT,
        share=0.1,
        every=50,
        costs=costs,
        events=1000,
        recording=(1e-6, 3e-6, 9e-6),
        clock=(2e-6,),
        writing=(2e-6, 4e-6),
    )


def text(made: TelemetryCost | None, *, is_current: bool = True) -> str:
    study = Study(made, is_current=is_current) if made else None
    content = str(telemetry.build_page(study).files["generated/telemetry/cost.md"])
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def test_without_a_record_the_page_says_so() -> None:
    assert text(None) == "The cost was not measured for this site."


def test_the_largest_median_is_compared_with_the_goal() -> None:
    small, large = cost(RecordedShare.FULL, 1.001, 1.002), cost(RecordedShare.FULL, 1.01, 1.02, system="refactored")
    shown = text(record(small, large))
    assert "at most +1.50 % to the CPU time of a frame, below the goal of 2 %: 30 µs with the refactored" in shown
    assert "+3.00 % to the CPU time of a frame, above the goal" in text(record(cost(RecordedShare.FULL, 1.02, 1.04)))


def test_the_cost_is_also_said_in_seconds_and_the_cases_within_the_goal_are_counted() -> None:
    shown = text(
        record(
            cost(RecordedShare.FULL, 1.01, 1.01),
            cost(RecordedShare.FULL, 1.03, 1.03, system="refactored"),
            cost(RecordedShare.SAMPLED, 1.0, 1.0),
            cost(RecordedShare.FRAMES, 1.0, 1.0),
            cost(RecordedShare.OFF, 1.0, 1.0),
        )
    )
    assert "adds 3 µs to a recorded frame, of which 2 µs are for reading the clock twice: 0.018 % of a frame" in shown
    assert (
        "The goal is met in 1 of 1 case with one frame in 50 of all sessions, in 1 of 1 case with each frame of 10 % "
        "of sessions and in 1 of 2 cases with each frame of all sessions." in shown
    )


def test_the_committed_record_has_every_recording_with_both_systems_and_shares() -> None:
    frames = {path.stem for path in (ROOT / "benchmarks/frames").glob("*.json")}
    committed = studies.load_record("telemetry_cost", ROOT / "benchmarks/results/telemetry-cost.json")
    cases = {(one.recording, one.system, one.recorded) for one in committed.costs}
    measured = {recorded for _, _, recorded in cases}
    assert {RecordedShare.SAMPLED, RecordedShare.FULL} <= measured
    assert len(cases) == len(committed.costs) == 2 * len(measured) * len(frames)
    assert {recording for recording, _, _ in cases} == frames


def test_each_recording_and_system_is_a_row_with_what_was_recorded() -> None:
    shown = text(
        record(
            cost(RecordedShare.OFF, 1.001, 1.001),
            cost(RecordedShare.FRAMES, 1.005, 1.005),
            cost(RecordedShare.SAMPLED, 1.0, 1.0),
            cost(RecordedShare.FULL, 1.01, 1.01),
        )
    )
    row = "+0.10 % +0.10 % to +0.10 % +0.50 % +0.50 % to +0.50 % +0.00 % +0.00 % to +0.00 % +1.00 % +1.00 % to +1.00 %"
    assert f"Dragging 100 elements original 2 ms {row}" in shown
    assert "Recording one frame in 50 of all sessions adds at most +0.50 %" in shown
    assert "Recording each frame of 10 % of sessions adds at most +0.00 %" in shown
    assert (
        "Without events again: chance alone One frame in 50 recorded 10 % of sessions recorded All frames recorded"
        in shown
    )
    assert "Writing an event takes 3 µs" in shown


def test_a_record_from_before_frames_were_sampled_has_no_empty_columns() -> None:
    shown = text(record(cost(RecordedShare.SAMPLED, 1.0, 1.0), cost(RecordedShare.FULL, 1.01, 1.01)))
    assert "frame in" not in shown.replace("a frame in", "")
    assert "not measured" not in shown


def test_a_stale_record_says_so() -> None:
    assert "Stale" in text(record(cost(RecordedShare.FULL, 1.0, 1.0)), is_current=False)
