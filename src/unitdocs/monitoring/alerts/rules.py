"""Prometheus's rule file, made from the table of alerts."""

from collections.abc import Iterable
from typing import Any, Final

from unitdocs.addresses import SITE
from unitdocs.monitoring.alerts.table import ALERTS, JOB, PRODUCTION, Alert, AlertPace

GROUP: Final = "unitdocs"


def rule_file(
    *, pace: AlertPace = PRODUCTION, site: str = SITE, job: str = JOB, alerts: Iterable[Alert] = ALERTS
) -> dict[str, Any]:
    """Return the content of a rule file.

    Args:
        pace: how fast everything goes.
        site: the address of the site with the runbooks.
        job: the name that Prometheus gives to the games.
        alerts: the alerts in it.
    """
    rules = [rule(alert, pace=pace, site=site, job=job) for alert in alerts]
    return {"groups": [{"name": GROUP, "interval": pace.text(pace.scrape), "rules": rules}]}


def rule(alert: Alert, *, pace: AlertPace = PRODUCTION, site: str = SITE, job: str = JOB) -> dict[str, Any]:
    """Return one rule."""
    return {
        "alert": alert.name,
        "expr": alert.query(pace, job),
        "for": pace.text(alert.hold.value),
        "labels": {"severity": alert.severity.value},
        "annotations": annotations(alert, pace=pace, site=site),
    }


def annotations(alert: Alert, *, pace: AlertPace = PRODUCTION, site: str = SITE) -> dict[str, str]:
    """Return the texts of an alert, as templates of Prometheus."""
    return {
        "summary": alert.text(alert.summary, pace),
        "description": alert.text(alert.description, pace),
        "runbook_url": alert.runbook(site),
    }
