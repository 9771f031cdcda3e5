"""Comparisons by several tools: their rates, and their files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_records import ENVIRONMENT

from unitdocs import records, studies
from unitdocs.errors import InputError
from unitdocs.studies import SideBySide, Tool, ToolTrial, ToolVerdict


def trial(called: ToolVerdict, slowdown: float = 0.02, *, tool: str = "one", seconds: float = 1.0) -> ToolTrial:
    return ToolTrial(
        tool=tool, operation="5 µs", slowdown=slowdown, repeat=0, called=called, ratio=1.02, seconds=seconds, load=1.5
    )


def side_by_side(*trials: ToolTrial) -> SideBySide:
    return SideBySide(
        id="session",
        created=datetime(2026, 11, 24, tzinfo=UTC),
        seed=1,
        slowdowns=(0.0, 0.02),
        repeats={"two": 4, "one": 4},
        command="measure.py",
        environment=ENVIRONMENT,
        tools=tuple(Tool(name=name, version="1.0", rule="they differ") for name in ("two", "one")),
        trials=trials,
    )


def test_what_a_tool_called_is_counted_with_exact_intervals() -> None:
    found = studies.tool_rates(
        side_by_side(
            trial(ToolVerdict.SLOWER),
            trial(ToolVerdict.SLOWER),
            trial(ToolVerdict.FASTER),
            trial(ToolVerdict.NOT_DIFFERENT),
        )
    )
    assert len(found) == 1  # nothing else was tried
    row = found.iloc[0]
    assert row[["tool", "version", "slowdown", "trials", "different", "slower", "faster"]].tolist() == [
        "one",
        "1.0",
        0.02,
        4,
        3,
        2,
        1,
    ]
    # Clopper and Pearson: 3 of 4 has the 95 % interval 0.1941 to 0.9937, 2 of 4 has 0.0676 to 0.9324
    assert row[["different_share", "different_low", "different_high"]].tolist() == pytest.approx(
        [0.75, 0.1941, 0.9937], abs=1e-4
    )
    assert row[["slower_share", "slower_low", "slower_high"]].tolist() == pytest.approx([0.5, 0.0676, 0.9324], abs=1e-4)


def test_no_count_is_sure_of_itself() -> None:
    row = studies.tool_rates(side_by_side(trial(ToolVerdict.SLOWER))).iloc[0]
    assert (row["slower_share"], row["slower_high"], row["faster_share"], row["faster_low"]) == (1.0, 1.0, 0.0, 0.0)
    # one of one: 0.025 to 1
    assert row["slower_low"] == pytest.approx(0.025)
    assert row["faster_high"] == pytest.approx(0.975)


def test_rows_have_the_order_of_the_record_not_of_the_trials() -> None:
    found = studies.tool_rates(
        side_by_side(
            trial(ToolVerdict.SLOWER),
            trial(ToolVerdict.SLOWER, 0.0),
            trial(ToolVerdict.NOT_DIFFERENT, tool="two"),
            trial(ToolVerdict.NOT_DIFFERENT, 0.0, tool="two"),
        )
    )
    assert list(zip(found["tool"], found["slowdown"], strict=True)) == [
        ("two", 0.0),
        ("two", 0.02),
        ("one", 0.0),
        ("one", 0.02),
    ]
    assert found["different"].tolist() == [0, 0, 1, 1]


def test_the_median_trial_gives_what_a_comparison_takes() -> None:
    trials = [trial(ToolVerdict.SLOWER, seconds=seconds) for seconds in (9.0, 1.0, 2.0)]
    assert studies.tool_rates(side_by_side(*trials))["median_seconds"].tolist() == [2.0]


def test_a_session_without_trials_has_no_rows() -> None:
    assert studies.tool_rates(side_by_side()).empty


def test_a_session_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    written = side_by_side(trial(ToolVerdict.SLOWER))
    records.save(written, tmp_path / "session.json.gz")
    assert studies.load_record("side_by_side", tmp_path / "session.json.gz") == written


def test_another_file_is_no_side_by_side_record(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"format": "unitdocs-selfcheck"}')
    with pytest.raises(InputError, match=r"other\.json: is not a record of "):
        studies.load_record("side_by_side", tmp_path / "other.json")
