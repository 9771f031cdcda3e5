"""The record of a drill of alerts: each was fired by its real cause, and resolved when the cause had ended."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

LIMIT = 30.0
"""Seconds from the beginning of a cause within which its alert has to reach the webhook."""
Seconds = Annotated[float, Field(ge=0)]


class DrilledAlert(Frozen):
    """What became of one alert; all seconds are those of the drill's pace.

    Args:
        name: the alert's name.
        runbook: address of its runbook.
        cause: what was done, as a clause: `the flag file was cut in half`.
        fired: seconds from the beginning of the cause until the alert fired; None if it did not.
        reached: seconds from the beginning of the cause until the webhook had it.
        resolved: seconds from the end of the cause until the webhook knew that the alert is resolved.
        problem: why the drill of this alert failed; empty if it did not.
    """

    name: str
    runbook: str
    cause: str
    fired: Seconds | None = None
    reached: Seconds | None = None
    resolved: Seconds | None = None
    problem: str = ""

    @property
    def has_passed(self) -> bool:
        """Whether the alert reached the webhook in time, and resolved."""
        return self.has_passed_within(LIMIT)

    def has_passed_within(self, within: float) -> bool:
        """Return whether the alert reached the webhook in time, and resolved.

        Args:
            within: seconds from the beginning of the cause.
        """
        return not self.problem and self.reached is not None and self.reached <= within and self.resolved is not None


class MonitoringDrill(Frozen):
    """A drill of alerts, with real Prometheus and Alertmanager.

    Args:
        command: the command that made the record.
        version: version of unitdocs.
        digest: of the alerts, the drill and the runbooks, which says whether it is current.
        divisor: by how much the windows and durations of the rules were divided.
        scrape: seconds from one scrape to the next, and from one evaluation to the next. The game of an alert with a
            shorter window than ten scrapes is scraped more often.
        programs: versions of Prometheus and Alertmanager, by name.
        rules: names of all alerts that there are rules for.
        alerts: what became of each alert that was fired.
    """

    format: Literal["unitdocs-monitoring-drill"] = "unitdocs-monitoring-drill"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    command: str
    environment: Environment
    version: str
    digest: str
    divisor: Annotated[float, Field(ge=1)]
    scrape: Annotated[float, Field(gt=0)]
    programs: dict[str, str]
    rules: tuple[str, ...]
    alerts: Annotated[tuple[DrilledAlert, ...], Field(min_length=1)]

    @property
    def has_passed(self) -> bool:
        """Whether each of its alerts reached the webhook in time, and resolved."""
        return all(alert.has_passed for alert in self.alerts)
