"""The record of a drill, with what it was made with."""

import shlex
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from unitdocs.bench import environment
from unitdocs.monitoring.alerts.table import ALERTS, Alert
from unitdocs.monitoring.drill.running import PACE, Progress, run_drill
from unitdocs.monitoring.drill.stack import find_tools
from unitdocs.studies.kinds import kind_of
from unitdocs.studies.monitoring_drill import MonitoringDrill

KIND: Final = "monitoring_drill"


def recorded_drill(
    alerts: Sequence[Alert], progress: Progress, *, command: Sequence[str], root: Path
) -> MonitoringDrill:
    """Fire alerts as `run_drill` does, and return the record of it.

    Args:
        alerts: the alerts, each once.
        progress: called with a sentence for people whenever something has happened.
        command: the command that makes the record.
        root: the project, whose files say whether the record is current.

    Raises:
        InputError: Prometheus or Alertmanager is not installed.
        MeasurementError: one of them ends before the drill does, or a game does not start.
    """
    programs = _programs()
    created, begun, ticks = datetime.now(UTC), environment.describe(root), environment.cpu_ticks()
    results = run_drill(alerts, progress)
    return MonitoringDrill(
        created=created,
        finished=datetime.now(UTC),
        command=shlex.join(command),
        environment=environment.closed(begun, ticks),
        version=version("unitdocs"),
        digest=kind_of(KIND).digest(root),
        divisor=PACE.divisor,
        scrape=PACE.seconds(PACE.scrape),
        programs=programs,
        rules=tuple(alert.name for alert in ALERTS),
        alerts=results,
    )


def _programs() -> dict[str, str]:
    """Return the versions of Prometheus and Alertmanager, whose first line is `prometheus, version 2.42.0 (...)`."""
    tools = find_tools()
    paths = {"Prometheus": tools.prometheus, "Alertmanager": tools.alertmanager}
    return {name: _version_in(_first_words(path)) for name, path in paths.items()}


def _first_words(path: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 -- a program that was found on the path
        [path, "--version"], capture_output=True, text=True, check=False
    )
    return f"{done.stdout}{done.stderr}".split()


def _version_in(words: list[str]) -> str:
    """Return the word after `version`."""
    place = words.index("version") + 1 if "version" in words else len(words)
    return words[place].partition("+")[0] if place < len(words) else "unknown"
