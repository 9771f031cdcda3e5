"""The files with which Prometheus, Alertmanager and Grafana watch unitdocs, written from the table of alerts."""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from unitdocs.addresses import SITE
from unitdocs.errors import InputError
from unitdocs.files.atomic import write_atomically
from unitdocs.monitoring.alerts import rule_tests, rules
from unitdocs.monitoring.alerts.cases import LONG, MINUTES
from unitdocs.monitoring.alerts.dashboard import dashboard
from unitdocs.monitoring.alerts.table import HOUR, JOB, MINUTE, PRODUCTION, AlertPace, Severity

PROMETHEUS: Final = "prometheus.yml"
RULES: Final = "unitdocs.rules.yml"
TESTS: Final = "unitdocs.tests.yml"
LONG_TESTS: Final = "unitdocs.long.tests.yml"
ALERTMANAGER: Final = "alertmanager.yml"
DASHBOARD: Final = "grafana-dashboard.json"
DIGESTS: Final = ".unitdocs-export.json"
"""Digests of the other files, by which it is known whether somebody changed them."""
GROUP_WAIT: Final = 30.0
"""Seconds that the first alert of a group waits for others of the same cause."""
GROUP_INTERVAL: Final = 5 * MINUTE
"""Seconds until a group says what is new in it."""
REPEATS: Final = {Severity.PAGE: 4 * HOUR, Severity.TICKET: 24 * HOUR}
"""Seconds until an alert that still fires is sent again: twice a shift, or once a day."""
SCRAPE_TIMEOUT: Final = 10.0
"""Seconds until a scrape is given up; a scrape takes milliseconds, at any pace."""
LAST_PORT: Final = 65_535
_PLACE: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
_JOB: Final = re.compile(r"[A-Za-z0-9_./-]+")


def prometheus(*, pace: AlertPace, targets: Sequence[str], alertmanager: str, job: str) -> dict[str, Any]:
    """Return Prometheus's configuration."""
    interval = pace.text(pace.scrape)
    timeout = pace.text(min(pace.scrape, SCRAPE_TIMEOUT * pace.divisor))
    return {
        "global": {"scrape_interval": interval, "scrape_timeout": timeout, "evaluation_interval": interval},
        "rule_files": [RULES],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [{"job_name": job, "static_configs": [{"targets": list(targets)}]}],
    }


def alertmanager(*, pace: AlertPace, webhook: str) -> dict[str, Any]:
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
            _inhibition("UnitdocsMissedFrames", "UnitdocsCalculationSlow", "job", "instance", "system"),
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
    pace: AlertPace = PRODUCTION,
    alertmanager_address: str = "127.0.0.1:9093",
    site: str = SITE,
    job: str = JOB,
    force: bool = False,
) -> tuple[Path, ...]:
    """Write all files into a folder, which is made if needed.

    A file that is not as it was written here, because somebody changed it, is left alone, and then nothing is written.

    Args:
        folder: the folder.
        targets: where games expose their metrics, each as `host:port`.
        webhook: the address to which alerts are sent.
        pace: how fast everything goes.
        alertmanager_address: where Alertmanager listens, as `host:port`.
        site: the address of the site with the runbooks.
        job: the name that Prometheus gives to the games.
        force: whether files that somebody changed are overwritten.

    Returns:
        The files.

    Raises:
        InputError: an argument cannot be what it is for, or a file was changed by somebody.
        OSError: a file cannot be written.
    """
    _check(targets, alertmanager_address, webhook, site, job)
    contents = {
        PROMETHEUS: yaml_text(prometheus(pace=pace, targets=targets, alertmanager=alertmanager_address, job=job)),
        RULES: yaml_text(rules.rule_file(pace=pace, site=site, job=job)),
        TESTS: yaml_text(rule_tests.rule_tests(RULES, MINUTES, site=site, job=job)),
        LONG_TESTS: yaml_text(rule_tests.rule_tests(RULES, LONG, site=site, job=job)),
        ALERTMANAGER: yaml_text(alertmanager(pace=pace, webhook=webhook)),
        DASHBOARD: f"{json.dumps(dashboard(), indent=2)}\n",
    }
    encoded = {name: content.encode() for name, content in contents.items()}
    if not force:
        _refuse_changed(folder, encoded)
    digests = {name: _digest(content) for name, content in encoded.items()}
    written = encoded | {DIGESTS: f"{json.dumps(digests, indent=2)}\n".encode()}
    for name, content in written.items():
        write_atomically(folder / name, content)
    return tuple(folder / name for name in contents)


def _check(targets: Sequence[str], alertmanager_address: str, webhook: str, site: str, job: str) -> None:
    """Raise an error with all arguments that cannot be what they are for."""
    places = [("target", target) for target in targets] + [("Alertmanager", alertmanager_address)]
    problems = [
        f"{what}: expected host:port, such as 127.0.0.1:9464, got {text!r}"
        for what, text in places
        if not _is_place(text)
    ]
    problems += [
        f"{what}: expected an address that begins with http:// or https://, got {text!r}"
        for what, text in (("webhook", webhook), ("site", site))
        if not _is_address(text)
    ]
    if not _JOB.fullmatch(job):
        problems.append(f"job: expected letters, digits, '_', '-', '.' and '/', got {job!r}")
    if problems:
        raise InputError(*problems)


def _is_place(text: str) -> bool:
    match = _PLACE.fullmatch(text)
    return match is not None and 0 < int(match[1]) <= LAST_PORT


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.port != 0
            and text.isprintable()
            and not set(' {}"\\') & set(text)
        )
    except ValueError:  # such as a port that is no number
        return False


def _refuse_changed(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Raise an error that names the files that somebody changed."""
    digests = _digests(folder)
    problems = [
        f"{folder / name}: was not written by this command, or was changed since; move it away, or give --force"
        for name, content in contents.items()
        if (folder / name).exists() and _content_digest(folder / name) not in {digests.get(name), _digest(content)}
    ]
    if problems:
        raise InputError(*problems)


def _digests(folder: Path) -> dict[str, str]:
    """Return the digests of what was written the time before; none if that cannot be read."""
    try:
        content = json.loads((folder / DIGESTS).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _content_digest(path: Path) -> str:
    """Return the digest of a file; empty for what is no file, such as a pipe, which would never end."""
    return _digest(path.read_bytes()) if path.is_file() else ""


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


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
