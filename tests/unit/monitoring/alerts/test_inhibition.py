"""Which alerts keep others from being sent, asked of a real Alertmanager."""

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from unitdocs.monitoring.alerts import exporting
from unitdocs.monitoring.drill import stack

PATIENCE = 60.0
FIRING: tuple[Mapping[str, str], ...] = (
    {"alertname": "UnitdocsErrorsFast", "job": "a", "system": "refactored"},
    {"alertname": "UnitdocsErrorsSlow", "job": "a", "system": "refactored"},
    {"alertname": "UnitdocsErrorsSlow", "job": "a", "system": "original"},
    {"alertname": "UnitdocsErrorsSlow", "job": "b", "system": "refactored"},
    {"alertname": "UnitdocsMissedFrames", "job": "a", "instance": "three:1", "system": "refactored"},
    {"alertname": "UnitdocsCalculationSlow", "job": "a", "instance": "three:1", "system": "refactored"},
    {"alertname": "UnitdocsCalculationSlow", "job": "b", "instance": "three:1", "system": "refactored"},
    {"alertname": "UnitdocsCalculationSlow", "job": "a", "instance": "four:1", "system": "refactored"},
    {"alertname": "UnitdocsNothingScraped", "job": "a", "instance": "one:1"},
    {"alertname": "UnitdocsNothingScraped", "job": "a", "instance": "two:1"},
    {"alertname": "UnitdocsTelemetryStalled", "job": "a", "instance": "one:1"},
    {"alertname": "UnitdocsTelemetryStalled", "job": "b", "instance": "one:1"},
    {"alertname": "Other", "job": "a", "instance": "one:1"},
)
INHIBITED = (FIRING[1], FIRING[5], FIRING[10])
"""Those whose cause another alert of the same game or system names."""


@pytest.fixture(scope="module")
def alerts_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the alerts of an Alertmanager."""
    folder = tmp_path_factory.mktemp("alertmanager")
    (port,) = stack.free_ports(1)
    exporting.write_configuration(folder, targets=[], webhook="http://127.0.0.1:9/")
    with stack.start_alertmanager(stack.find_tools(), folder / exporting.ALERTMANAGER, folder, port) as daemon:
        daemon.wait_until_ready(stack.ready_url(port))
        yield f"http://{stack.HOST}:{port}/api/v2/alerts"


def ask(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read() or "null")


def test_a_page_keeps_back_the_ticket_of_the_same_cause_alone(alerts_url: str) -> None:
    ask(alerts_url, [{"labels": labels} for labels in FIRING])
    end = time.monotonic() + PATIENCE
    inhibited: list[Mapping[str, str]] = []
    while len(inhibited) < len(INHIBITED) and time.monotonic() < end:
        time.sleep(0.1)
        alerts = ask(alerts_url)
        inhibited = [alert["labels"] for alert in alerts if alert["status"]["inhibitedBy"]]
    assert len(alerts) == len(FIRING)
    assert len(inhibited) == len(INHIBITED)
    assert all(labels in inhibited for labels in INHIBITED)
