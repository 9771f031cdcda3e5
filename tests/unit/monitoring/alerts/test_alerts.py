"""The table of alerts."""

import re

import pytest

from unitdocs.monitoring.alerts.cases import cases
from unitdocs.monitoring.alerts.table import ALERTS, PRODUCTION, Alert, AlertPace, Severity, alert_of
from unitdocs.monitoring.drill.running import PACE, pace_of
from unitdocs.monitoring.metrics.families import FAMILIES, FamilyType

SUFFIXES = ("", "_bucket", "_count", "_sum")
VALUES = {
    f"{family.name}{suffix}": family
    for family in FAMILIES
    for suffix in (SUFFIXES[1:] if family.type is FamilyType.HISTOGRAM else SUFFIXES[:1])
}
"""Every name under which a family has values."""
SET_BY_PROMETHEUS = {"job", "instance", "le"}
NAMES = {
    "UnitdocsCalculationSlow": "calculation-slow",
    "UnitdocsCacheHitRateLow": "cache-hit-rate-low",
    "UnitdocsEvictionStorm": "eviction-storm",
    "UnitdocsErrorsFast": "errors-fast",
    "UnitdocsErrorsSlow": "errors-slow",
    "UnitdocsMissedFrames": "missed-frames",
    "UnitdocsTelemetryStalled": "telemetry-stalled",
    "UnitdocsTelemetryDropped": "telemetry-dropped",
    "UnitdocsFlagFileInvalid": "flag-file-invalid",
    "UnitdocsRolloutWithoutData": "rollout-without-data",
    "UnitdocsComponentDown": "component-down",
    "UnitdocsNothingScraped": "nothing-scraped",
}

each_alert = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.anchor)


def test_names_and_anchors_of_runbooks_stay_as_they_are() -> None:
    assert {alert.name: alert.anchor for alert in ALERTS} == NAMES


@each_alert
def test_an_expression_uses_declared_metrics_alone(alert: Alert) -> None:
    metrics = re.findall(r"\bunitdocs_\w+", alert.query())
    assert set(metrics) <= set(VALUES)
    assert metrics or alert.anchor == "nothing-scraped"


@each_alert
def test_an_expression_uses_declared_labels_and_their_values_alone(alert: Alert) -> None:
    families = [VALUES[name] for name in re.findall(r"\bunitdocs_\w+", alert.query())]
    labels = {name for family in families for name in family.labels} | SET_BY_PROMETHEUS
    grouped = {name for names in re.findall(r"\b(?:by|on) \(([^)]+)\)", alert.query()) for name in names.split(", ")}
    assert grouped <= labels
    for name, label, _, values in re.findall(r'(\w+)\{(\w+)(=|=~|!~)"([^"]+)"', alert.query()):
        if name != "up":
            assert set(values.split("|")) <= set(VALUES[name].labels[label])
    assert set(re.findall(r"\$labels\.(\w+)", alert.summary + alert.description)) <= labels


@each_alert
def test_a_counter_is_read_by_its_growth_alone(alert: Alert) -> None:
    for match in re.finditer(r"(\w+\()?(unitdocs_\w+)", alert.query()):
        if VALUES[match[2]].type is not FamilyType.GAUGE:
            assert match[1] in ("rate(", "increase(")


@each_alert
def test_every_number_of_an_alert_has_a_reason(alert: Alert) -> None:
    parameters = [alert.hold, *alert.windows.values(), *alert.limits.values()]
    assert all(len(parameter.reason) > 15 for parameter in parameters)


@each_alert
def test_every_parameter_of_an_alert_is_used(alert: Alert) -> None:
    assert set(re.findall(r"\$(\w+)", alert.expression)) - {"job"} == {*alert.windows, *alert.limits}


@each_alert
def test_texts_are_filled_in_but_for_what_prometheus_fills_in(alert: Alert) -> None:
    for text in (alert.text(alert.summary), alert.text(alert.description)):
        assert set(re.findall(r"\$(\w+)", text)) <= {"labels", "value"}


@each_alert
def test_each_alert_has_cases_that_fire_and_that_do_not_also_at_low_traffic(alert: Alert) -> None:
    titles = [case.title for case in cases() if case.alert == alert.name]
    for kind in ("fires: ", "quiet: ", "fires at low traffic: ", "quiet at low traffic: "):
        assert any(title.startswith(kind) for title in titles)


@each_alert
def test_a_window_holds_at_least_ten_scrapes_at_any_pace(alert: Alert) -> None:
    for pace in (PRODUCTION, pace_of(alert)):
        assert all(pace.seconds(window.value) >= 10 * pace.seconds(pace.scrape) for window in alert.windows.values())


def test_a_case_that_fires_fires_and_one_that_is_quiet_does_not() -> None:
    for case in cases():
        assert any(case.checks.values()) == case.title.startswith("fires")


def test_pages_are_what_players_notice() -> None:
    pages = {alert.anchor for alert in ALERTS if alert.severity is Severity.PAGE}
    assert pages == {"errors-fast", "missed-frames", "component-down", "nothing-scraped"}


@pytest.mark.parametrize(
    ("pace", "seconds", "text"),
    [
        (PRODUCTION, 300, "5m"),
        (PRODUCTION, 21_600, "6h"),
        (PRODUCTION, 90, "90s"),
        (PRODUCTION, 0, "0s"),
        (PACE, 300, "1s"),
        (PACE, 75, "250ms"),
        (AlertPace(divisor=1e9), 30, "1ms"),
    ],
)
def test_a_duration_is_written_as_prometheus_writes_it(pace: AlertPace, seconds: float, text: str) -> None:
    assert pace.text(seconds) == text


@pytest.mark.parametrize("name", ["UnitdocsErrorsFast", "ErrorsFast", "errors-fast", "unitdocserrorsfast"])
def test_an_alert_is_found_by_its_name_in_any_form(name: str) -> None:
    assert alert_of(name).name == "UnitdocsErrorsFast"


def test_an_unknown_alert_is_not_found() -> None:
    with pytest.raises(KeyError):
        alert_of("errors-medium")


def test_a_runbook_is_on_the_site_that_is_named() -> None:
    assert alert_of("errors-fast").runbook("https://docs.example/v2/") == (
        "https://docs.example/v2/operate/runbooks/#errors-fast"
    )
