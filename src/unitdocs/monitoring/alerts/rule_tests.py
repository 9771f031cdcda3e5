"""promtool's unit tests of the alerts, made from their cases."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from unitdocs.addresses import SITE
from unitdocs.monitoring.alerts import rules
from unitdocs.monitoring.alerts.cases import ExpectedAlert, RuleCase, Scrapes, cases
from unitdocs.monitoring.alerts.table import JOB, PRODUCTION, Alert, alert_of

_FILTERS: Final = (" | humanizePercentage", " | humanize", ' | printf "%.2f"', "")


def rule_tests(
    rule_file: str, scrapes: Scrapes, *, site: str = SITE, job: str = JOB, chosen: Iterable[RuleCase] | None = None
) -> dict[str, Any]:
    """Return the content of a file of promtool's tests.

    Args:
        rule_file: the name of the file with the rules.
        scrapes: which cases: those with an evaluation as often.
        site: the address of the site with the runbooks.
        job: the name that Prometheus gives to the games.
        chosen: the cases (default: all).
    """
    return {
        "rule_files": [rule_file],
        "evaluation_interval": PRODUCTION.text(scrapes.step),
        "tests": [
            _test(case, site, job) for case in (cases() if chosen is None else chosen) if case.step == scrapes.step
        ],
    }


def _test(case: RuleCase, site: str, job: str) -> dict[str, Any]:
    alert = alert_of(case.alert)
    return {
        "name": f"{case.alert} {case.title}",
        "interval": PRODUCTION.text(case.step),
        "input_series": [
            {"series": series.replace(f'{JOB}"', f'{job}"'), "values": values} for series, values in case.series.items()
        ],
        "alert_rule_test": [
            {
                "eval_time": PRODUCTION.text(moment),
                "alertname": case.alert,
                "exp_alerts": [_expected(alert, expected, site, job) for expected in alerts],
            }
            for moment, alerts in case.checks.items()
        ],
    }


def _expected(alert: Alert, expected: ExpectedAlert, site: str, job: str) -> dict[str, Any]:
    labels = {"job": job, **expected.labels}
    texts = rules.annotations(alert, site=site)
    return {
        "exp_labels": {"severity": alert.severity.value, **labels},
        "exp_annotations": {name: _filled(text, labels, expected.value) for name, text in texts.items()},
    }


def _filled(text: str, labels: Mapping[str, str], value: str) -> str:
    """Return a text as Prometheus fills it in."""
    instance = labels.get("instance")
    text = text.replace(
        "{{ with $labels.instance }} at {{ . }}{{ end }}", "" if instance is None else f" at {instance}"
    )
    for name, label in labels.items():
        text = text.replace(f"{{{{ $labels.{name} }}}}", label)
    for form in _FILTERS:
        text = text.replace(f"{{{{ $value{form} }}}}", value)
    return text
