"""The page of alerts: each as declared, with its numbers, and a runbook for every one."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import made_rollouts
import pytest
from page_building import files_of

from unitdocs.monitoring.alerts.table import ALERTS, Alert, Severity
from unitdocs.portal.pages import alerts
from unitdocs.studies import DrilledAlert, MonitoringDrill, Study

MOST_WORDS = 300
NOW = datetime(2026, 3, 2, tzinfo=UTC)
DOCS = Path(__file__).parents[3] / "docs"


def text(name: str) -> str:
    content = files_of(alerts.build_page(None))[f"alerts/{name}.md"]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def test_every_alert_is_a_row_with_severity_and_how_long_it_has_to_hold() -> None:
    shown = text("alerts")
    assert shown.startswith(f"{len(ALERTS)} alerts: ")
    for alert in ALERTS:
        assert f"{alert.name} {alert.severity} " in shown
    assert "UnitdocsFlagFileInvalid ticket The flag file is missing" in shown
    assert re.search(r"UnitdocsFlagFileInvalid .* 2 minutes Unitdocs", shown)


def test_pages_and_tickets_are_counted() -> None:
    pages = sum(alert.severity is Severity.PAGE for alert in ALERTS)
    assert f"{pages} pages" in text("alerts")
    assert f"{len(ALERTS) - pages} tickets" in text("alerts")


def drilled(**members: Any) -> DrilledAlert:
    seconds = {"fired": 4.0, "reached": 5.5, "resolved": 7.25}
    return DrilledAlert(name="UnitdocsMissedFrames", runbook="", cause="each frame waits", **(seconds | members))


def drill(*drilled: DrilledAlert) -> MonitoringDrill:
    return MonitoringDrill(
        created=NOW,
        finished=NOW,
        command="unitdocs monitor drill --all",
        environment=made_rollouts.ENVIRONMENT,
        version="1.0",
        digest="d",
        divisor=300,
        scrape=0.1,
        programs={"Prometheus": "2.42.0", "Alertmanager": "0.25.0"},
        rules=tuple(alert.name for alert in ALERTS),
        alerts=drilled,
    )


def drill_text(*drilled: DrilledAlert, is_current: bool = True) -> str:
    files = files_of(alerts.build_page(Study(drill(*drilled), is_current=is_current)))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", files["alerts/drill.md"])).split())


def test_without_a_drill_the_page_says_so() -> None:
    assert text("drill") == "No drill is recorded for this site."


def test_the_drill_says_for_each_alert_its_cause_and_how_long_it_took() -> None:
    shown = drill_text(drilled())
    assert "1 of 1 alert reached the webhook within 30 s and resolved." in shown
    assert "UnitdocsMissedFrames each frame waits 4 s 5.5 s 7.25 s" in shown
    assert "Prometheus 2.42.0 and Alertmanager 0.25.0" in shown
    assert "divided by 300" in shown


def test_an_alert_that_did_not_arrive_says_why() -> None:
    shown = drill_text(drilled(), drilled(fired=None, reached=None, resolved=None, problem="it did not fire"))
    assert "1 of 2 alerts" in shown
    assert "each frame waits it did not fire" in shown


def test_a_stale_drill_says_so() -> None:
    assert "Stale" in drill_text(drilled(), is_current=False)


def test_texts_of_prometheus_have_no_template_left() -> None:
    assert "{{" not in text("alerts")
    assert "$" not in text("alerts")


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ $value | humanizePercentage }} missed", "N % missed"),
        ('at least {{ $value | printf "%.2f" }} times', "at least N times"),
        ("during 30m or 1h", "during 30 minutes or 1 hour"),
        ("of {{ $labels.instance }}", "of <instance>"),
        ("no metrics{{ with $labels.instance }} at {{ . }}{{ end }}", "no metrics"),
    ],
)
def test_a_text_of_prometheus_is_written_for_readers(template: str, shown: str) -> None:
    assert alerts.plain(template) == shown


def test_each_number_of_an_alert_has_its_reason() -> None:
    shown = text("numbers")
    for alert in ALERTS:
        assert alert.hold.reason in shown
        assert all(number.reason in shown for number in (*alert.windows.values(), *alert.limits.values()))


def test_expressions_keep_their_lines_and_can_be_copied_whole() -> None:
    content = files_of(alerts.build_page(None))["alerts/numbers.md"]
    written = [unescape(code) for code in re.findall(r"<pre><code>(.*?)</code></pre>", content, flags=re.DOTALL)]
    assert written == [alert.query() for alert in ALERTS]


def test_each_alert_leads_to_its_runbook() -> None:
    content = files_of(alerts.build_page(None))["alerts/alerts.md"]
    assert re.findall(r'href="\.\./runbooks/#([a-z-]+)"', content) == [alert.anchor for alert in ALERTS]


def test_the_page_includes_every_snippet() -> None:
    written = (DOCS / alerts.PAGE.source).read_text()
    assert all(f'--8<-- "generated/{path}"' in written for path in files_of(alerts.build_page(None)))


def sections() -> dict[str, str]:
    """Return the sections of the page of runbooks by their anchors."""
    written = (DOCS / alerts.RUNBOOKS.source).read_text()
    parts = re.split(r"^## .* \{ #(.+) \}$", written, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    assert list(sections()) == ["kill", *(alert.anchor for alert in ALERTS)]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.anchor)
def test_a_runbook_says_what_happened_how_to_make_sure_what_to_do_and_when_to_escalate(alert: Alert) -> None:
    section = sections()[alert.anchor]
    assert section.strip().startswith(f'--8<-- "generated/runbooks/{alert.anchor}.md"')
    places = [section.find(f"**{part}") for part in ("What it means.**", "Make sure", "What to do.**", "Escalate**")]
    assert places == sorted(places)
    assert min(places) > 0


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.anchor)
def test_a_runbook_has_a_command_to_make_sure_and_is_read_within_two_minutes(alert: Alert) -> None:
    section = sections()[alert.anchor]
    assert "```bash" in section.partition("**Make sure")[2]
    assert len(section.split()) <= MOST_WORDS


def test_a_runbook_begins_with_the_name_and_the_severity_of_its_alert() -> None:
    files = files_of(alerts.build_runbooks())
    shown = {path: " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split()) for path, content in files.items()}
    assert shown["runbooks/flag-file-invalid.md"].startswith(
        "ticket UnitdocsFlagFileInvalid : The flag file is missing"
    )
    assert shown["runbooks/flag-file-invalid.md"].endswith(" For 2 minutes on end.")
