"""A baseline is what a run record measured, scene by scene."""

import os
import statistics
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.monitoring.metrics.baseline import baseline_of, read_baseline, write_baseline
from unitdocs.records import load, to_frame

REFERENCE = Path(__file__).parents[4] / "benchmarks" / "results" / "reference.json.gz"


def test_a_baseline_has_the_median_of_each_scene_and_comes_back_from_its_file(tmp_path: Path) -> None:
    record = load(REFERENCE)
    baseline = baseline_of(record, "layouts", "re-resolve")
    frame = to_frame(record)
    wanted = frame[(frame.suite == "layouts") & (frame.scenario == "battle-hud/re-resolve") & (frame.metric == "time")]
    for arm in ("original", "refactored"):
        assert baseline[arm, "battle-hud"] == statistics.median(wanted[wanted.arm == arm].value)
    write_baseline(baseline, tmp_path / "baseline.json")
    assert read_baseline(tmp_path / "baseline.json") == baseline


def test_scenarios_without_a_work_are_named_as_their_scene() -> None:
    assert ("original", "window-drag") in baseline_of(load(REFERENCE), "updates")


def test_a_record_without_such_a_case_is_refused() -> None:
    with pytest.raises(InputError, match="the record has no times of a case layouts/<scene>/sing of both systems"):
        baseline_of(load(REFERENCE), "layouts", "sing")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format_version": 1, "seconds": {"menu": {"original": -1}}}'])
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"baseline.json: expected a baseline, made by `unitdocs monitor baseline`"):
        read_baseline(path)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(InputError, match="expected a file"):
            read_baseline(path)


def test_a_file_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text("[" * 200_000)
    with pytest.raises(InputError, match="expected a baseline"):
        read_baseline(path)
