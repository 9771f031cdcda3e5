"""The page of a normal day: what a watched game's metrics say, in numbers and drawn."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import made_rollouts
import pytest
from page_building import Files, files_of

from unitdocs import studies
from unitdocs.monitoring.metrics.families import SYSTEMS
from unitdocs.portal.pages import normal_day
from unitdocs.studies import CacheActivity, DayInterval, MonitoringDay, Study, SystemActivity

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def system(name: str, sessions: int, **members: Any) -> SystemActivity:
    counts = {"frames": 100 * sessions, "missed": 0, "resolves": 100 * sessions, "errors": 0}
    return SystemActivity(system=name, sessions=sessions, **(counts | members))


def cache(hits: int, misses: int) -> CacheActivity:
    return CacheActivity(cache="layouts", hits=hits, misses=misses, evictions=3, entries=64, bytes=5000)


def day(*intervals: DayInterval) -> MonitoringDay:
    return MonitoringDay(
        created=NOW,
        finished=NOW,
        seed=1,
        command="python record_day.py",
        digest="d",
        environment=made_rollouts.ENVIRONMENT,
        minutes=6,
        share=0.5,
        every=20,
        recordings=("text-changes",),
        series=210,
        intervals=intervals,
    )


QUIET = DayInterval(
    hour=12,
    systems=(system("original", 0), system("refactored", 2, seconds=2e-5, slowdown=1.25)),
    caches=(cache(0, 0),),
    written=400,
)
BUSY = DayInterval(
    hour=24,
    systems=(system("original", 10, slowdown=1, missed=5), system("refactored", 6, seconds=4e-5, slowdown=1)),
    caches=(cache(90, 10),),
    written=3200,
    dropped=1,
)


def files(made: MonitoringDay | None, *, is_current: bool = True) -> Files:
    return files_of(normal_day.build_page(Study(made, is_current=is_current) if made else None))


def text(content: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", content, flags=re.DOTALL))).split())


def test_without_a_record_every_part_of_the_page_says_so() -> None:
    made = files(None)
    assert len(made) == len(normal_day.SNIPPETS)
    assert text(made["normal-day/summary.md"]) == "No day was recorded for this site."


def test_the_page_includes_every_snippet() -> None:
    written = (ROOT / "docs/operate/normal-day.md").read_text()
    assert all(f"generated/normal-day/{name}.md" in written for name in normal_day.SNIPPETS)
    assert set(files(day(QUIET, BUSY))) >= {f"normal-day/{name}.md" for name in normal_day.SNIPPETS}


def test_title_and_captions_say_that_the_day_is_simulated_and_how_long_it_took() -> None:
    made = files(day(QUIET, BUSY))
    assert "A simulated day, 6 minutes long, recorded on 2026-03-02" in text(made["normal-day/summary.md"])
    for name in normal_day.SNIPPETS[1:]:
        assert "Simulated day, 6 minutes: an interval is 720 minutes of the day and 180 s of play." in text(
            made[f"normal-day/{name}.md"]
        )


def test_usual_lowest_and_highest_are_over_the_intervals_that_saw_something() -> None:
    summary = text(files(day(QUIET, BUSY))["normal-day/summary.md"])
    assert "sessions in an interval, original 5 0 10" in summary
    assert "missed frames, original 0.5 % 0.5 % 0.5 %" in summary
    assert "hit rate, layouts 90 % 90 % 90 %" in summary
    assert "median time of a resolve, refactored 30 µs 20 µs 40 µs" in summary


def test_the_day_is_summed_up_with_events_that_were_dropped() -> None:
    summary = text(files(day(QUIET, BUSY))["normal-day/summary.md"])
    assert (
        "Over the day: 18 sessions, 1,800 frames, 0 errors; 3,600 events written and 1 dropped; 210 series" in summary
    )


def test_an_interval_without_a_value_is_a_gap_and_no_zero() -> None:
    made = files(day(QUIET, BUSY))
    original = json.loads(made["figures/day-speed.json"])["data"][0]
    assert (original["name"], original["x"], original["y"]) == ("original", [12, 24], [None, 1])
    assert "original,12,\noriginal,24,1\n" in made["data/day-speed.csv"]


@pytest.mark.parametrize("key", ["traffic", "speed", "caches", "missed"])
def test_every_figure_has_its_values_as_a_table_and_begins_at_zero(key: str) -> None:
    made = files(day(QUIET, BUSY))
    assert json.loads(made[f"figures/day-{key}.json"])["layout"]["yaxis"]["range"][0] == 0
    assert re.search(r"Until .*12:00 .*24:00 ", text(made[f"normal-day/{key}.md"]))


def test_shares_are_labelled_in_percent() -> None:
    ticks = json.loads(files(day(QUIET, BUSY))["figures/day-caches.json"])["layout"]["yaxis"]["ticktext"]
    assert ticks[-1] == "100 %"


def test_a_game_that_had_priority_says_so() -> None:
    plain = day(QUIET, BUSY)
    assert "priority" not in files(plain)["normal-day/summary.md"]
    assert (
        "with priority over other programs." in files(plain.model_copy(update={"nice": -15}))["normal-day/summary.md"]
    )


def test_a_stale_record_says_so() -> None:
    assert "Stale" in files(day(QUIET, BUSY), is_current=False)["normal-day/summary.md"]


def test_the_committed_record_is_a_whole_day_with_both_systems() -> None:
    committed = studies.load_record("monitoring_day", ROOT / "benchmarks/results/monitoring-day.json")
    hours = [interval.hour for interval in committed.intervals]
    assert hours == sorted(hours)
    assert hours[-1] == 24
    assert all({one.system for one in interval.systems} == set(SYSTEMS) for interval in committed.intervals)
    assert all(sum(one.sessions for one in interval.systems) for interval in committed.intervals[-24:])
