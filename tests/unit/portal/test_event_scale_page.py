"""The page on the cost of many events: every number is one of the record."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from unitdocs import studies
from unitdocs.portal.pages import event_scale
from unitdocs.studies import EngineMeasure, EngineRepetition, EventScale, Study

ROOT = Path(__file__).parents[3]


def committed() -> EventScale:
    record = studies.load_record("event_scale", ROOT / "benchmarks" / "results" / "event-scale.json")
    assert isinstance(record, EventScale)
    return record


def snippet(name: str, record: EventScale | None, *, is_current: bool = True) -> str:
    study = None if record is None else Study(record, is_current)
    text = str(event_scale.build_page(study).files[f"generated/event-scale/{name}.md"])
    return unescape(re.sub(r"<[^>]+>", " ", text))


def measured(engine: str, events: int, seconds: float, *, start: float = 0.0, **more: float) -> EngineMeasure:
    one = EngineRepetition(start=start, seconds=seconds, peak_bytes=1_000_000, others=0.1)
    return EngineMeasure(
        engine=engine,
        events=events,
        sessions=10,
        bytes=1,
        session_rows=20,
        histogram_rows=5,
        repetitions=(one,),
        **more,
    )


def with_measures(*measures: EngineMeasure) -> EventScale:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    return committed().model_copy(update={"measures": measures, "created": now, "threads": 2, "nice": 0})


KNOWN = (
    measured("duckdb", 1_000_000, 1.0, start=0.5),
    measured("duckdb", 11_000_000, 2.0, start=0.5),
    measured("spark", 1_000_000, 3.0, start=6.0),
    measured("spark", 11_000_000, 8.0, start=6.0),
)
"""DuckDB: 1.4 s and 0.1 s for each million; Spark: 8.5 s and 0.5 s."""


def test_the_break_even_is_what_the_two_lines_give() -> None:
    text = snippet("cluster", with_measures(*KNOWN))
    assert "Before Spark has read an event it takes 8.5 s, DuckDB 1.4 s." in text
    assert "In the difference DuckDB reads 71 million events" in text
    assert "Each further million events takes DuckDB 100 ms and Spark 500 ms, both with 2 threads." in text
    assert "needs 5 times as many cores, 10, before" in text


def test_growth_is_the_slope_between_two_numbers_of_events() -> None:
    quadratic = (measured("duckdb", 1_000_000, 1.0), measured("duckdb", 10_000_000, 100.0))
    assert "from 1 million to 10 million events: time grows with the power 2 of" in snippet(
        "growth", with_measures(*quadratic)
    )


@pytest.mark.parametrize("name", ["growth", "cluster"])
def test_one_number_of_events_says_nothing_of_growth(name: str) -> None:
    assert re.search("One number|Too few", snippet(name, with_measures(KNOWN[0])))


@pytest.mark.parametrize(("seconds", "word"), [(4.0, "5 s and 1.5 GB: met"), (6.0, "5 s and 1.5 GB: not met")])
def test_a_target_is_met_or_not(seconds: float, word: str) -> None:
    record = with_measures(measured("duckdb", 60_000_000, seconds, most_seconds=5.0, most_bytes=1.5e9))
    assert word in snippet("measures", record)


def test_what_disturbed_the_readings_and_an_old_record_are_said() -> None:
    text = snippet("measures", with_measures(*KNOWN), is_current=False)
    assert "Other programs used at most 0.1 of" in text
    assert "The sums have changed since." in text
    hurried = with_measures(*KNOWN).model_copy(update={"nice": -8})
    assert "over which the readings had priority" in snippet("measures", hurried)


def test_without_a_record_the_page_says_so() -> None:
    assert "not measured for this site" in snippet("measures", None)


def test_the_committed_record_has_each_engine_with_at_least_two_numbers_of_events() -> None:
    record = committed()
    assert record.line("duckdb") is not None
    assert record.line("spark") is not None
    assert record.difference is not None
    assert record.difference < 1e-9
    assert max(one.events for one in record.of("duckdb")) == 60_000_000
    assert record.command in snippet("measures", record)
