"""A fire drill for alerts: their real causes, in real games, until a webhook has each alert and its end.

Each alert has a game of its own, under a job of its own, so that all drills go on at the same time and disturb none of
the others. Prometheus scrapes the games and evaluates the rules that `unitdocs monitor export` writes, at the pace of
the drill; Alertmanager sends what fires to a receiver in this process.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Container, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from unitdocs.errors import InputError, MeasurementError
from unitdocs.monitoring.alerts import exporting, rules
from unitdocs.monitoring.alerts.table import ALERTS, Alert, AlertPace, alert_of
from unitdocs.monitoring.drill.stack import (
    HOST,
    LOOK,
    PATIENCE,
    TAKEN,
    Daemon,
    Notification,
    Tools,
    WebhookReceiver,
    find_tools,
    free_ports,
    query,
    ready_url,
    start_alertmanager,
    start_prometheus,
    stop_all,
)
from unitdocs.studies.monitoring_drill import LIMIT, DrilledAlert

PACE: Final = AlertPace(divisor=300.0, scrape=75.0)
"""Five minutes are a second, with four scrapes in each: as fast as 12 games can be watched with two cores."""
SCRAPES: Final = 10
"""Scrapes in the shortest window of an alert, at least."""
ATTEMPTS: Final = 3
"""How often Prometheus and Alertmanager are started at most, with other ports each time."""
RESOLVING: Final = 120.0
"""Seconds within which an alert has to resolve; the longest window, six hours, is 72 seconds."""
CAUSES: Final = {
    "calculation-slow": "the scene grew to 48 times its elements",
    "cache-hit-rate-low": "the window had a new size in each frame",
    "eviction-storm": "the cache kept 4 layouts, and the game showed 8 in turn",
    "errors-fast": "the game replaced an element that does not exist, every 8 frames",
    "errors-slow": "the game replaced an element that does not exist, every 120 frames",
    "missed-frames": "each frame waited for 1.2 times its budget",
    "telemetry-stalled": "the folder of the events was removed",
    "telemetry-dropped": "the queue of the events had room for one",
    "flag-file-invalid": "the flag file was cut in half",
    "rollout-without-data": "the flag gave the refactored system to half of the players, and the game ignored it",
    "component-down": "the folder of the records was removed",
    "nothing-scraped": "the game was killed",
}
"""What is done, by the alert's anchor."""
KILLED: Final = "nothing-scraped"
"""The alert whose cause is that the game is gone."""

Progress = Callable[[str], None]


class Phase(StrEnum):
    """How far the drill of an alert is."""

    QUIET = "quiet"
    """The game is not scraped yet, or its alert fires from its start."""
    BURNING = "burning"
    """The cause lasts, and the alert is awaited."""
    RESOLVING = "resolving"
    """The cause has ended, and the alert's end is awaited."""
    OVER = "over"
    """All that can be known is known."""


class DrilledGame(Protocol):
    """A game whose cause can begin and end."""

    @property
    def job(self) -> str:
        """The name that Prometheus gives to it."""
        ...

    def begin(self) -> None:
        """Let the cause begin."""
        ...

    def end(self) -> None:
        """Let the cause end."""
        ...

    def check(self, phase: Phase) -> None:
        """Check that it runs.

        Raises:
            MeasurementError: it has ended.
        """
        ...


class GameProcess:
    """The process of a game.

    Args:
        alert: the alert whose cause it has.
        folder: an empty folder for its files.
    """

    def __init__(self, alert: Alert, folder: Path) -> None:
        self.job, self._anchor, self._folder = f"drill-{alert.anchor}", alert.anchor, folder
        self.pace = pace_of(alert)
        folder.mkdir()
        self.daemon = self._start(0)
        self.port = 0

    def _start(self, port: int) -> Daemon:
        module = "unitdocs.monitoring.drill.game"
        command = [sys.executable, "-m", module, self._anchor, str(self._folder), "--port", str(port)]
        return Daemon(f"the game of {self._anchor}", command, self._folder / "log", output=True)

    def wait_until_ready(self) -> None:
        """Wait until it exposes its metrics.

        Raises:
            MeasurementError: it ended before.
        """
        assert self.daemon.process.stdout is not None
        line = self.daemon.process.stdout.readline()
        if not line:
            self.daemon.process.wait()
            self.daemon.check()
        self.port = int(json.loads(line)["port"])

    def begin(self) -> None:
        """Let the cause begin."""
        if self._anchor == KILLED:
            self.daemon.kill()
        else:
            self.daemon.send("begin")

    def end(self) -> None:
        """Let the cause end."""
        if self._anchor == KILLED:
            self.daemon.stop()
            self.daemon = self._start(self.port)
        else:
            self.daemon.send("end")

    def check(self, phase: Phase) -> None:
        """Check that it runs, unless the drill has killed it.

        Raises:
            MeasurementError: it has ended.
        """
        if not (self._anchor == KILLED and phase is Phase.BURNING):
            self.daemon.check()


class AlertDrill:
    """The drill of one alert.

    Args:
        alert: the alert.
        game: the game with its cause.
        webhook: what receives its notifications.
        progress: called with a sentence for people.
    """

    def __init__(self, alert: Alert, game: DrilledGame, webhook: WebhookReceiver, progress: Progress) -> None:
        self.alert, self.game, self._webhook, self._progress = alert, game, webhook, progress
        self.phase = Phase.QUIET
        self.result = DrilledAlert(name=alert.name, runbook=alert.runbook(), cause=CAUSES[alert.anchor])
        self._since = time.time()

    def look(self, quiet: Container[tuple[str, str]]) -> None:
        """Do what is due.

        Args:
            quiet: names and jobs of the alerts whose game is scraped and which do not fire.
        """
        if self.phase is Phase.OVER:
            return
        try:
            self.game.check(self.phase)
        except MeasurementError as error:
            self._fail(str(error))
            return
        waited = time.time() - self._since
        if self.phase is Phase.QUIET:
            self._begin(quiet, waited)
        elif self.phase is Phase.BURNING:
            self._await_alert(waited)
        else:
            self._await_end(waited)

    def _begin(self, quiet: Container[tuple[str, str]], waited: float) -> None:
        if (self.alert.name, self.game.job) in quiet:
            self._go_on(Phase.BURNING)
            self.game.begin()
        elif waited > PATIENCE:
            self._fail(f"the game was not scraped within {PATIENCE:g} s, or its alert fired before its cause began")

    def _await_alert(self, waited: float) -> None:
        firing = next((one for one in self._notifications() if one.is_firing), None)
        if firing is not None:
            self._keep(fired=max(0.0, _began(firing) - self._since), reached=firing.received - self._since)
            self._progress(f"{self.alert.name}: reached the webhook after {self.result.reached:.1f} s")
            self._go_on(Phase.RESOLVING)
            self.game.end()
        elif waited > LIMIT:
            self._fail(f"the alert did not reach the webhook within {LIMIT:g} s")

    def _await_end(self, waited: float) -> None:
        last = self._notifications()[-1:]
        if last and not last[0].is_firing:
            self._keep(resolved=max(0.0, last[0].received - self._since))
            self._progress(f"{self.alert.name}: resolved after {self.result.resolved:.1f} s")
            self.phase = Phase.OVER
        elif waited > RESOLVING:
            self._fail(f"the alert did not resolve within {RESOLVING:g} s after its cause had ended")

    def _notifications(self) -> list[Notification]:
        """Return what came during this phase."""
        return self._webhook.notifications(self.alert.name, self.game.job, self._since)

    def _go_on(self, phase: Phase) -> None:
        self.phase, self._since = phase, time.time()

    def _keep(self, **values: float) -> None:
        self.result = self.result.model_copy(update=values)

    def _fail(self, problem: str) -> None:
        self.result = self.result.model_copy(update={"problem": problem})
        self._progress(f"{self.alert.name}: {problem}")
        self.phase = Phase.OVER


def alerts_named(names: Sequence[str]) -> tuple[Alert, ...]:
    """Return the alerts of some names, as `alert_of` takes them; all of them without names.

    Raises:
        InputError: there is none of a name.
    """
    if not names:
        return ALERTS
    known = ", ".join(alert.name for alert in ALERTS)
    found, unknown = [], []
    for name in names:
        try:
            found.append(alert_of(name))
        except KeyError:
            unknown.append(f"{name}: no alert has this name; give one of {known}")
    if unknown:
        raise InputError(*unknown)
    return tuple({alert.name: alert for alert in found}.values())


def run_drill(alerts: Sequence[Alert], progress: Progress = lambda _: None) -> tuple[DrilledAlert, ...]:
    """Fire alerts by their causes, all at the same time, and wait until each has resolved.

    Args:
        alerts: the alerts, each once.
        progress: called with a sentence for people whenever something has happened.

    Returns:
        What became of each alert, in their order.

    Raises:
        InputError: Prometheus or Alertmanager is not installed.
        MeasurementError: one of them ends before the drill does, or a game does not start.
    """
    tools = find_tools()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="unitdocs-drill-")))
        webhook = stack.enter_context(WebhookReceiver())
        progress(f"starting {len(alerts)} games, Prometheus and Alertmanager")
        games = stack.enter_context(_RunningGames(alerts, folder))
        port, programs = _start_programs(stack, tools, folder, games.games, webhook.url)
        drills = [AlertDrill(alert, game, webhook, progress) for alert, game in zip(alerts, games.games, strict=True)]
        while any(drill.phase is not Phase.OVER for drill in drills):
            quiet = _quiet(port, alerts) if any(drill.phase is Phase.QUIET for drill in drills) else ()
            for drill in drills:
                drill.look(quiet)
            for program in programs:
                program.check()
            time.sleep(LOOK)
        return tuple(drill.result for drill in drills)


class _RunningGames(AbstractContextManager["_RunningGames"]):
    """The games of all alerts, which end together."""

    def __init__(self, alerts: Sequence[Alert], folder: Path) -> None:
        self.games: list[GameProcess] = []
        try:
            for alert in alerts:
                self.games.append(GameProcess(alert, folder / alert.anchor))
            for game in self.games:
                game.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        stop_all(game.daemon for game in self.games)


def _start_programs(
    stack: ExitStack, tools: Tools, folder: Path, games: Sequence[GameProcess], webhook: str
) -> tuple[int, tuple[Daemon, ...]]:
    """Start Alertmanager and Prometheus, and return Prometheus' port and both; take other ports if one is taken."""
    for left in reversed(range(ATTEMPTS)):
        with ExitStack() as attempt:
            try:
                started = _try_to_start(attempt, tools, folder, games, webhook)
            except MeasurementError as error:
                if not left or TAKEN not in str(error):
                    raise
            else:
                stack.push(attempt.pop_all())
                return started
    raise AssertionError("the last attempt raises")


def _try_to_start(
    stack: ExitStack, tools: Tools, folder: Path, games: Sequence[GameProcess], webhook: str
) -> tuple[int, tuple[Daemon, ...]]:
    alertmanager, prometheus = free_ports(2)
    _write_configuration(folder, games, webhook, f"{HOST}:{alertmanager}")
    sender = start_alertmanager(tools, folder / exporting.ALERTMANAGER, folder, alertmanager)
    stack.enter_context(sender)
    watcher = start_prometheus(tools, folder / exporting.PROMETHEUS, folder, prometheus)
    stack.enter_context(watcher)
    sender.wait_until_ready(ready_url(alertmanager))
    watcher.wait_until_ready(ready_url(prometheus))
    return prometheus, (sender, watcher)


def pace_of(alert: Alert) -> AlertPace:
    """Return the pace of an alert's game: the drill's own, or more scrapes, so that its shortest window holds ten."""
    scrapes = [window.value / SCRAPES for window in alert.windows.values()]
    return AlertPace(PACE.divisor, min([PACE.scrape, *scrapes]))


def _write_configuration(folder: Path, games: Sequence[GameProcess], webhook: str, alertmanager: str) -> None:
    """Write the exported configuration at the drill's pace, with a job for each game."""
    watching = exporting.prometheus(pace=PACE, targets=[], alertmanager=alertmanager, job="")
    watching["scrape_configs"] = [
        {
            "job_name": game.job,
            "scrape_interval": game.pace.text(game.pace.scrape),
            "scrape_timeout": game.pace.text(game.pace.scrape),
            "static_configs": [{"targets": [f"{HOST}:{game.port}"]}],
        }
        for game in games
    ]
    # One rule names its job; without its game in this drill it watches one that is there, and is not awaited.
    job = next((game.job for game in games if game.job.endswith(KILLED)), games[0].job)
    contents = {
        exporting.PROMETHEUS: watching,
        exporting.RULES: rules.rule_file(pace=PACE, job=job),
        exporting.ALERTMANAGER: exporting.alertmanager(pace=PACE, webhook=webhook),
    }
    for name, content in contents.items():
        (folder / name).write_text(exporting.yaml_text(content), encoding="utf-8")


def _quiet(port: int, alerts: Sequence[Alert]) -> set[tuple[str, str]]:
    """Return the names and jobs of the alerts whose game Prometheus has scraped, and which do not fire."""
    scraped = {series["metric"]["job"] for series in query(port, "unitdocs_build_info")}
    firing = [series["metric"] for series in query(port, 'ALERTS{alertstate="firing"}')]
    return {(alert.name, job) for alert in alerts for job in scraped} - {
        (labels["alertname"], labels.get("job", "")) for labels in firing
    }


def _began(notification: Notification) -> float:
    """Return when the first alert of a notification fired, in seconds of `time.time`."""
    return min(datetime.fromisoformat(alert["startsAt"]).timestamp() for alert in notification.alerts)
