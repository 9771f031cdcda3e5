"""The part of the guide on telemetry that says what recording costs."""

import re
from html import unescape
from pathlib import Path

from unitdocs import studies
from unitdocs.portal.pages import telemetry
from unitdocs.studies import FrameRecordingCost, RecordedShare, Study, TelemetryCost

ROOT = Path(__file__).parents[3]


def committed() -> TelemetryCost:
    record = studies.load_record("telemetry_cost", ROOT / "benchmarks" / "results" / "telemetry-cost.json")
    assert isinstance(record, TelemetryCost)
    return record


def text_of(study: Study[TelemetryCost] | None) -> str:
    html = str(telemetry.build_page(study).files["generated/telemetry/cost.md"])
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def cost(recorded: RecordedShare, *ratios: float) -> FrameRecordingCost:
    return FrameRecordingCost(
        recording="drag", elements=17, system="original", recorded=recorded, frame=1e-4, ratios=ratios
    )


def test_the_goal_is_met_where_the_whole_interval_is_below_it() -> None:
    costs = (
        cost(RecordedShare.SAMPLED, 1.001, 1.002, 1.0),
        cost(RecordedShare.FULL, 1.011, 1.012, 1.01),
        cost(RecordedShare.FULL, 1.03, 1.031, 1.029),
        cost(RecordedShare.FULL, 1.0, 1.019, 1.03),
    )
    record = committed().model_copy(update={"costs": costs, "writing": (2e-6, 1e-6, 9e-6)})
    text = text_of(Study(record, is_current=True))
    assert "With the frames of 1 % of the sessions recorded, it is met in 1 of 1 case; " in text
    assert "with those of all sessions, it is met in 1 of 3 cases" in text
    assert "adds at most 3 µs of CPU time" in text
    assert "which is 0.018 % of a frame at 60 frames a second" in text
    assert "needs 2 µs of CPU time an event" in text
    assert "drag 17 original 100 % 100 µs +3.00 %" in text
    assert "changed since" not in text
    assert "changed since" in text_of(Study(record, is_current=False))


def test_without_a_record_the_page_says_so() -> None:
    assert "not measured" in text_of(None)


def test_the_committed_record_has_every_recording_with_both_systems_and_shares() -> None:
    frames = {path.stem for path in (ROOT / "benchmarks/frames").glob("*.json")}
    cases = {(one.recording, one.system, one.recorded) for one in committed().costs}
    assert len(cases) == len(committed().costs) == 4 * len(frames)
    assert {recording for recording, _, _ in cases} == frames
