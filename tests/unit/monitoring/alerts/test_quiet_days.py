"""Days on which nothing is wrong, replayed through the rules by Prometheus's own engine: `for` and ALERTS included."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from alert_programs import run
from quiet_days import name_of, quiet_days, quiet_test

from unitdocs.monitoring.alerts.exporting import yaml_text
from unitdocs.monitoring.alerts.rules import rule_file
from unitdocs.monitoring.alerts.table import ALERTS, MINUTE, Alert, AlertPace

SLOWER_SCRAPES = AlertPace(scrape=MINUTE)
"""Half as many as in production, so that 30 days take two minutes."""
SEED = 20_261_129


def firing(alerts: tuple[Alert, ...], series: dict[str, str], days: int, folder: Path) -> list[str]:
    """Return the names of the alerts that fire, be it for a moment."""

    def fires(alert: Alert) -> bool:
        rules, tests = f"{alert.anchor}.rules.yml", f"{alert.anchor}.tests.yml"
        (folder / rules).write_text(yaml_text(rule_file(alerts=[alert])), encoding="utf-8")
        used = {name: values for name, values in series.items() if name.split("{")[0] in words_of(alert)}
        content = quiet_test(rules, used, days, pace=SLOWER_SCRAPES)
        (folder / tests).write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML, and is read faster
        result = run("promtool", "test", "rules", tests, folder=folder)
        assert ("SUCCESS" in result.stdout) != (f'{{alertname="{alert.name}"}}' in result.stdout), result.stdout
        return result.returncode != 0

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [alert.name for alert, is_firing in zip(alerts, pool.map(fires, alerts), strict=True) if is_firing]


def words_of(alert: Alert) -> set[str]:
    """Return the words of an alert's expression, its metrics among them."""
    return set(re.findall(r"\w+", alert.query()))


def test_on_a_quiet_day_at_one_session_a_minute_no_alert_fires(tmp_path: Path) -> None:
    series = quiet_days(1, seed=SEED, pace=SLOWER_SCRAPES)
    assert firing(ALERTS, series, 1, tmp_path) == []


@pytest.mark.long
def test_on_thirty_quiet_days_at_one_session_a_minute_no_alert_fires(tmp_path: Path) -> None:
    series = quiet_days(30, seed=SEED, pace=SLOWER_SCRAPES)
    assert firing(ALERTS, series, 30, tmp_path) == []


@pytest.mark.long
def test_the_same_day_with_a_fault_fires(tmp_path: Path) -> None:
    series = quiet_days(1, seed=SEED, pace=SLOWER_SCRAPES)
    series[name_of("errors_total", system="refactored", kind="scene")] = "0+0.2x1439"
    faulty = tuple(alert for alert in ALERTS if alert.anchor in ("errors-fast", "errors-slow", "missed-frames"))
    assert firing(faulty, series, 1, tmp_path) == ["UnitdocsErrorsFast", "UnitdocsErrorsSlow"]


def test_a_quiet_day_has_the_noise_that_it_is_said_to_have() -> None:
    series = quiet_days(2, seed=SEED, pace=SLOWER_SCRAPES)
    assert {len(values.split()) > 1 for name, values in series.items() if name.startswith("up")} == {True}
    sessions = [value for value in series[name_of("sessions_total", system="original")].split() if value != "stale"]
    counts = [float(value.split("x")[0]) for value in sessions]
    assert sum(later < earlier for earlier, later in pairwise(counts)) == 2
    assert max(counts) > 500
    assert series[name_of("flag_valid")].split().count("0") == 2
