"""What is read from two scrapes of a simulated day, and how busy its hours are."""

import math

import pytest
from record_day import BUSIEST, LEAST, MOST, QUIETEST, traffic
from scrapes import Scrape, parse, quantile

from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.exposition import exposition

BOUNDS = (0.5, 1.0, 2.0, math.inf)


def scrape_of(monitor: Monitor) -> Scrape:
    return parse(exposition(monitor))


def test_a_quantile_lies_within_its_bucket_in_proportion_to_the_rank() -> None:
    assert quantile(BOUNDS, (0, 2, 6, 6), 0.5) == 1 + (2 - 1) * (3 - 2) / (6 - 2)


def test_the_first_bucket_begins_at_zero() -> None:
    assert quantile(BOUNDS, (4, 4, 4, 4), 0.5) == 0.25


def test_beyond_the_last_bound_nothing_but_the_bound_is_known() -> None:
    assert quantile(BOUNDS, (0, 0, 0, 3), 0.5) == 2.0


@pytest.mark.parametrize("counts", [(), (0, 0, 0, 0)])
def test_without_values_there_is_no_quantile(counts: tuple[int, ...]) -> None:
    assert quantile(BOUNDS, counts, 0.5) is None


def test_only_what_happened_between_two_scrapes_counts() -> None:
    monitor = Monitor(baseline={("original", "menu"): 1.0})
    monitor.session_began("original")
    monitor.resolved("original", "menu", 20.0)
    before = scrape_of(monitor)
    monitor.session_began("original")
    monitor.session_began("refactored")
    for _ in range(4):
        monitor.resolved("original", "menu", 1.4)
    after = scrape_of(monitor)
    assert after.increase(before, "unitdocs_sessions_total", system="original") == 1
    assert after.increase(before, "unitdocs_sessions_total") == 2
    assert after.median(before, "unitdocs_slowdown_ratio", system="original") == pytest.approx(1.375)
    assert after.median(before, "unitdocs_slowdown_ratio", system="refactored") is None


def test_the_day_is_busiest_in_the_evening_and_quietest_at_night() -> None:
    hours = [hour / 4 for hour in range(97)]
    assert max(hours, key=traffic) == BUSIEST
    assert min(hours, key=traffic) == QUIETEST
    assert traffic(BUSIEST) == MOST
    assert traffic(QUIETEST) == pytest.approx(LEAST)
    assert traffic(0) == pytest.approx(traffic(24))
