"""Alerts that are fired by their real causes, until a webhook has their end; and drills that fail say why."""

import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from unitdocs.errors import InputError, MeasurementError
from unitdocs.monitoring.alerts.table import ALERTS, alert_of
from unitdocs.monitoring.drill import running
from unitdocs.monitoring.drill.game import CIRCUMSTANCES
from unitdocs.monitoring.drill.running import CAUSES, AlertDrill, Phase, alerts_named, run_drill
from unitdocs.monitoring.drill.stack import Daemon, WebhookReceiver, find_tools, free_ports, start_prometheus
from unitdocs.studies import DrilledAlert
from unitdocs.studies.monitoring_drill import LIMIT

ANCHORS = [alert.anchor for alert in ALERTS]
JOB = "drill-errors-fast"


def assert_passed(results: tuple[DrilledAlert, ...], sentences: list[str]) -> None:
    assert [one.problem for one in results] == [""] * len(results)
    for result in results:
        assert result.has_passed
        assert result.fired is not None
        assert result.reached is not None
        assert result.fired <= result.reached <= LIMIT
        assert any(one.startswith(f"{result.name}: resolved after ") for one in sentences)


def test_alerts_fire_by_their_causes_and_resolve() -> None:
    sentences: list[str] = []
    alerts = alerts_named(["errors-fast", "UnitdocsFlagFileInvalid", "component-down", "nothing-scraped"])
    results = run_drill(alerts, sentences.append)
    assert [one.name for one in results] == [alert.name for alert in alerts]
    assert results[1].runbook.endswith("/operate/runbooks/#flag-file-invalid")
    assert_passed(results, sentences)


@pytest.mark.long
def test_every_alert_fires_by_its_cause_and_resolves() -> None:
    sentences: list[str] = []
    assert_passed(run_drill(ALERTS, sentences.append), sentences)


@pytest.mark.long
def test_no_alert_fires_without_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.GameProcess, "begin", lambda _: None)
    results = run_drill(ALERTS)
    assert {one.problem for one in results} == {f"the alert did not reach the webhook within {LIMIT:g} s"}


def test_every_alert_has_a_cause() -> None:
    assert list(CAUSES) == ANCHORS
    assert list(CIRCUMSTANCES) == ANCHORS


def test_unknown_names_are_answered_with_all_alerts() -> None:
    with pytest.raises(InputError) as raised:
        alerts_named(["errors-fast", "weather", "tide"])
    names = ", ".join(alert.name for alert in ALERTS)
    assert str(raised.value).splitlines() == [
        f"weather: no alert has this name; give one of {names}",
        f"tide: no alert has this name; give one of {names}",
    ]
    assert [one.name for one in alerts_named(["errors-fast", "UnitdocsErrorsFast"])] == ["UnitdocsErrorsFast"]
    assert alerts_named([]) == ALERTS


class IdleGame:
    """A game whose cause nothing notices.

    Args:
        ended: why it has ended; empty while it runs.
    """

    def __init__(self, ended: str = "") -> None:
        self.job, self.ended = JOB, ended
        self.orders: list[str] = []

    def begin(self) -> None:
        self.orders.append("begin")

    def end(self) -> None:
        self.orders.append("end")

    def check(self, _phase: Phase) -> None:
        if self.ended:
            raise MeasurementError(self.ended)


def notify(webhook: WebhookReceiver, status: str, name: str = "UnitdocsErrorsFast") -> None:
    alert = {"status": status, "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    webhook.receive({"status": status, "commonLabels": {"alertname": name, "job": JOB}, "alerts": [alert]})


QUIET = {("UnitdocsErrorsFast", JOB)}


def drilled(game: IdleGame, webhook: WebhookReceiver) -> AlertDrill:
    return AlertDrill(alert_of("errors-fast"), game, webhook, lambda _: None)


def test_a_drill_goes_on_by_what_the_webhook_receives() -> None:
    with WebhookReceiver() as webhook:
        game = IdleGame()
        one = drilled(game, webhook)
        one.look(())
        notify(webhook, "firing")  # before the cause: of no account
        one.look(())
        assert (one.phase, game.orders) == (Phase.QUIET, [])
        one.look(QUIET)
        one.look(())
        assert (one.phase, game.orders) == (Phase.BURNING, ["begin"])
        notify(webhook, "firing", name="UnitdocsErrorsSlow")
        one.look(())
        assert one.phase is Phase.BURNING
        notify(webhook, "firing")
        one.look(())
        assert (one.phase, game.orders) == (Phase.RESOLVING, ["begin", "end"])
        one.look(())
        assert one.phase is Phase.RESOLVING
        notify(webhook, "resolved")
        one.look(())
        assert one.phase is Phase.OVER
        assert one.result.has_passed


@pytest.mark.parametrize(
    ("limit", "steps", "problem"),
    [
        ("PATIENCE", (), "the game was not scraped within 0 s, or its alert fired before its cause began"),
        ("LIMIT", ("scraped",), "the alert did not reach the webhook within 0 s"),
        ("RESOLVING", ("scraped", "firing"), "the alert did not resolve within 0 s after its cause had ended"),
    ],
)
def test_a_drill_that_waits_too_long_says_for_what(
    limit: str, steps: tuple[str, ...], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebhookReceiver() as webhook:
        one = drilled(IdleGame(), webhook)
        for step in steps:
            if step == "firing":
                notify(webhook, step)
            one.look(QUIET)
        monkeypatch.setattr(running, limit, 0.0)
        time.sleep(0.01)
        one.look(())
        assert one.result.problem == problem
        assert not one.result.has_passed


def test_a_game_that_ends_by_itself_fails_its_drill_alone() -> None:
    with WebhookReceiver() as webhook:
        one = drilled(IdleGame("the game of errors-fast: ended by itself with 1: MemoryError"), webhook)
        one.look(QUIET)
        assert one.phase is Phase.OVER
        assert one.result.problem.endswith("MemoryError")


def test_nothing_is_left_after_a_drill_that_cannot_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(MeasurementError, match=r"^the game of errors-fast: ended by itself with 1: "):
        run_drill(alerts_named(["errors-fast"]))
    assert list(tmp_path.iterdir()) == []


def test_another_port_is_taken_if_someone_else_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with WebhookReceiver() as other, ExitStack() as stack:
        taken = int(other.url.split(":")[2].strip("/"))
        chosen = iter([[taken, *free_ports(1)], [*free_ports(1), taken]])
        monkeypatch.setattr(running, "free_ports", lambda count: next(chosen, None) or free_ports(count))
        game: Any = SimpleNamespace(job=JOB, port=taken, pace=running.PACE)
        port, programs = running._start_programs(stack, find_tools(), tmp_path, [game], other.url)
        assert port != taken
        for program in programs:
            program.check()


def test_ports_that_are_all_taken_give_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with WebhookReceiver() as other, ExitStack() as stack:
        taken = int(other.url.split(":")[2].strip("/"))
        monkeypatch.setattr(running, "free_ports", lambda _: [taken, taken])
        game: Any = SimpleNamespace(job=JOB, port=taken, pace=running.PACE)
        with pytest.raises(MeasurementError, match=r"^(prometheus|alertmanager): ended .*address already in use"):
            running._start_programs(stack, find_tools(), tmp_path, [game], other.url)


def test_a_drill_ends_when_prometheus_does(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Daemon] = []

    def start(*arguments: Any) -> Daemon:
        started.append(start_prometheus(*arguments))
        return started[0]

    def kill(*_: object) -> set[tuple[str, str]]:
        started[0].kill()
        return set()

    monkeypatch.setattr(running, "start_prometheus", start)
    monkeypatch.setattr(running, "_quiet", kill)
    with pytest.raises(MeasurementError, match=r"^prometheus: ended by itself with -9: "):
        run_drill(alerts_named(["errors-fast"]))
