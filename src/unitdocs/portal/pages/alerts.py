"""Pages operate/alerts and operate/runbooks: every alert as declared, with its numbers and the reason for each."""

import html
import re
from collections.abc import Iterator

from unitdocs.formatting import NO_ANSWER, counted, duration, listed, number
from unitdocs.monitoring.alerts.table import ALERTS, PRODUCTION, Alert, Parameter, Severity
from unitdocs.portal.components.markup import Column, Html, Page, admonition, folded, join, link, table, tag
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.verdicts import badge, cell_lines
from unitdocs.studies import MonitoringDrill, Study
from unitdocs.studies.monitoring_drill import LIMIT

PAGE = Page("operate/alerts.md")
RUNBOOKS = Page("operate/runbooks.md")
VALUE = re.compile(r"\{\{ *\$value *\| *(?P<form>\w+)[^}]*\}\}")
"""The value of an alert in a text of Prometheus."""
DURATION = re.compile(r"\b\d+(?:ms|[hms])\b")
LABEL = re.compile(r"\{\{ *\$labels\.(?P<name>\w+) *\}\}")
CONDITION = re.compile(r"\{\{ *with .*?\}\}.*?\{\{ *end *\}\}")
"""A part of a text that only some alerts have."""
_STYLES = {Severity.PAGE: "worse", Severity.TICKET: "inconclusive"}


def build_page(monitoring_drill: Study[MonitoringDrill] | None) -> PageOutput:
    """Return the snippets `alerts`, `drill` and `numbers`."""
    output = PageOutput(PAGE, "alerts")
    output.snippet("alerts", _counts(), _alerts())
    output.snippet("drill", *_drill(monitoring_drill))
    output.snippet("numbers", *(folded(alert.name, _numbers(alert)) for alert in ALERTS))
    return output


def build_runbooks() -> PageOutput:
    """Return a snippet for each alert, which its runbook begins with."""
    output = PageOutput(RUNBOOKS, "runbooks")
    for alert in ALERTS:
        output.snippet(alert.anchor, _lead(alert))
    return output


def runbook_link(page: Page, alert: Alert, text: str = "") -> Html:
    """Return a link from a page to the runbook of an alert."""
    return link(text or alert.name, f"{page.link(RUNBOOKS.source)}#{alert.anchor}")


def plain(text: str) -> str:
    """Return a text of Prometheus for readers: N for the value, and the name of a label for what it is."""
    text = DURATION.sub(lambda match: spoken(match[0]), text)
    text = VALUE.sub(lambda match: "N %" if match["form"] == "humanizePercentage" else "N", CONDITION.sub("", text))
    return LABEL.sub(lambda match: f"<{match['name']}>", text)


def spoken(pace_text: str) -> str:
    """Return a duration of Prometheus in words: `5m` is `5 minutes`."""
    names = {"h": "hour", "m": "minute", "s": "second", "ms": "millisecond"}
    match = re.fullmatch(r"(\d+)([a-z]+)", pace_text)
    return counted(int(match[1]), names[match[2]]) if match else pace_text


def _counts() -> Html:
    pages = sum(alert.severity is Severity.PAGE for alert in ALERTS)
    tickets = len(ALERTS) - pages
    return paragraph(
        f"{counted(len(ALERTS), 'alert')}: {counted(pages, 'page')} to wake somebody, because players notice, and "
        f"{counted(tickets, 'ticket')} for working hours. N is the value that fires."
    )


def _alerts() -> Html:
    columns = [Column("Alert"), Column("Severity"), Column("Fires when"), Column("For")]
    return table("All alerts; each name leads to its runbook", columns, [_row(alert) for alert in ALERTS])


def _row(alert: Alert) -> list[str]:
    fires = plain(alert.text(alert.description))
    return [runbook_link(PAGE, alert), _severity(alert), fires, spoken(PRODUCTION.text(alert.hold.value))]


def _drill(study: Study[MonitoringDrill] | None) -> Iterator[Html]:
    """Yield what became of each alert in the recorded drill."""
    if study is None:
        yield paragraph("No drill is recorded for this site.")
        return
    record = study.record
    if study.is_current is False:
        yield admonition("warning ud-stale", "Stale: the drill", "Alerts, runbooks or the drill have changed since.")
    passed, drilled = sum(alert.has_passed for alert in record.alerts), counted(len(record.alerts), "alert")
    programs = listed([f"{name} {version}" for name, version in record.programs.items()])
    yield paragraph(
        f"{passed} of {drilled} reached the webhook within {duration(LIMIT)} and resolved.",
        f"Drilled on {record.created:%Y-%m-%d} with {programs}, with every window and duration of the rules divided by "
        f"{number(record.divisor)}, so that a drill takes minutes.",
    )
    columns = [
        Column("Alert"),
        Column("Cause"),
        *(Column(title, is_number=True) for title in ("Fired after", "At the webhook after", "Resolved after")),
    ]
    yield table("The drill: seconds from the beginning of the cause, and from its end", columns, list(_drilled(record)))
    yield tag("p", "Reproduce this: ", tag("code", record.command), class_="ud-reproduce")


def _drilled(record: MonitoringDrill) -> Iterator[list[str]]:
    for alert in record.alerts:
        times = (NO_ANSWER if time is None else duration(time) for time in (alert.fired, alert.reached, alert.resolved))
        yield [alert.name, cell_lines(alert.cause, alert.problem), *times]


def _lead(alert: Alert) -> Html:
    """Return the name and severity of an alert, and what it has seen."""
    seen = f"{plain(alert.text(alert.description))} For {spoken(PRODUCTION.text(alert.hold.value))} on end."
    recent = alert.windows.get("recent")
    ends = f" It ends up to {spoken(PRODUCTION.text(recent.value))} after the last one." if recent else ""
    return tag("p", _severity(alert), " ", tag("strong", alert.name), f": {seen}{ends}")


def _severity(alert: Alert) -> Html:
    return badge(alert.severity.value, _STYLES[alert.severity])


def _numbers(alert: Alert) -> Html:
    """Return what is asked of Prometheus, and each number in it with its reason."""
    expression = tag("pre", tag("code", Html(html.escape(alert.query()))))
    columns = [Column("Number"), Column("Value", is_number=True), Column("Why")]
    return join([expression, table(f"The numbers of {alert.name}", columns, list(_parameters(alert)))])


def _parameters(alert: Alert) -> Iterator[list[str]]:
    for name, window in alert.windows.items():
        yield [f"window: {name}" if name != "window" else name, _length(window), window.reason]
    for name, limit in alert.limits.items():
        yield [name, f"{limit.value:g}", limit.reason]
    yield ["for", _length(alert.hold), alert.hold.reason]


def _length(window: Parameter) -> str:
    return spoken(PRODUCTION.text(window.value))
