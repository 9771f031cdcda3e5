"""The files with which Prometheus, Alertmanager and Grafana watch unitdocs, written from the table of alerts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from unitdocs.monitoring import rule_tests, rules
from unitdocs.monitoring.alerts import HOUR, JOB, MINUTE, PRODUCTION, SITE, Pace, Severity
from unitdocs.monitoring.rule_cases import LONG, MINUTES

PROMETHEUS: Final = "prometheus.yml"
RULES: Final = "unitdocs.rules.yml"
TESTS: Final = "unitdocs.tests.yml"
LONG_TESTS: Final = "unitdocs.long.tests.yml"
ALERTMANAGER: Final = "alertmanager.yml"
DASHBOARD: Final = "grafana-dashboard.json"
GROUP_WAIT: Final = 30.0
"""Seconds that the first alert of a group waits for others of the same cause."""
GROUP_INTERVAL: Final = 5 * MINUTE
"""Seconds until a group says what is new in it."""
REPEATS: Final = {Severity.PAGE: 4 * HOUR, Severity.TICKET: 24 * HOUR}
"""Seconds until an alert that still fires is sent again: twice a shift, or once a day."""
SCRAPE_TIMEOUT: Final = 10.0
"""Seconds until a scrape is given up; a scrape takes milliseconds, at any pace."""


def prometheus(*, pace: Pace, targets: Sequence[str], alertmanager: str, job: str) -> dict[str, Any]:
    """Return Prometheus's configuration."""
    interval = pace.text(pace.scrape)
    timeout = pace.text(min(pace.scrape, SCRAPE_TIMEOUT * pace.divisor))
    return {
        "global": {"scrape_interval": interval, "scrape_timeout": timeout, "evaluation_interval": interval},
        "rule_files": [RULES],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [{"job_name": job, "static_configs": [{"targets": list(targets)}]}],
    }


def alertmanager(*, pace: Pace, webhook: str) -> dict[str, Any]:
    """Return Alertmanager's configuration: pages and tickets go to one webhook, which reads `severity`."""
    return {
        "route": {
            "receiver": Severity.TICKET.value,
            "group_by": ["alertname", "job"],
            "group_wait": pace.text(GROUP_WAIT),
            "group_interval": pace.text(GROUP_INTERVAL),
            "repeat_interval": pace.text(REPEATS[Severity.TICKET]),
            "routes": [
                {
                    "receiver": Severity.PAGE.value,
                    "matchers": [f'severity="{Severity.PAGE}"'],
                    "repeat_interval": pace.text(REPEATS[Severity.PAGE]),
                }
            ],
        },
        "inhibit_rules": [
            _inhibition("UnitdocsErrorsFast", "UnitdocsErrorsSlow", "job", "system"),
            _inhibition("UnitdocsMissedFrames", "UnitdocsCalculationSlow", "job", "system"),
            {
                "source_matchers": ['alertname="UnitdocsNothingScraped"'],
                "target_matchers": ['alertname=~"Unitdocs.+"', 'alertname!="UnitdocsNothingScraped"'],
                "equal": ["job", "instance"],
            },
        ],
        "receivers": [
            {"name": severity.value, "webhook_configs": [{"url": webhook, "send_resolved": True}]}
            for severity in Severity
        ],
    }


def _inhibition(source: str, target: str, *equal: str) -> dict[str, Any]:
    return {
        "source_matchers": [f'alertname="{source}"'],
        "target_matchers": [f'alertname="{target}"'],
        "equal": list(equal),
    }


def write_configuration(
    folder: Path,
    *,
    targets: Sequence[str],
    webhook: str,
    pace: Pace = PRODUCTION,
    alertmanager_address: str = "127.0.0.1:9093",
    site: str = SITE,
    job: str = JOB,
) -> tuple[Path, ...]:
    """Write all files into a folder, which is made if needed.

    Args:
        folder: the folder.
        targets: where games expose their metrics, each as `host:port`.
        webhook: the address to which alerts are sent.
        pace: how fast everything goes.
        alertmanager_address: where Alertmanager listens, as `host:port`.
        site: the address of the site with the runbooks.
        job: the name that Prometheus gives to the games.

    Returns:
        The files.
    """
    contents = {
        PROMETHEUS: yaml_text(prometheus(pace=pace, targets=targets, alertmanager=alertmanager_address, job=job)),
        RULES: yaml_text(rules.rule_file(pace=pace, site=site, job=job)),
        TESTS: yaml_text(rule_tests.rule_tests(RULES, MINUTES, site=site, job=job)),
        LONG_TESTS: yaml_text(rule_tests.rule_tests(RULES, LONG, site=site, job=job)),
        ALERTMANAGER: yaml_text(alertmanager(pace=pace, webhook=webhook)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return tuple(folder / name for name in contents)


def yaml_text(content: Mapping[str, Any]) -> str:
    """Return content as YAML; a text of several lines stays readable."""
    import yaml  # noqa: PLC0415 -- what counts in a game does without

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as blocks."""

    Dumper.add_representer(
        str,
        lambda dumper, text: dumper.represent_scalar(
            "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
        ),
    )
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, width=110, allow_unicode=True)
