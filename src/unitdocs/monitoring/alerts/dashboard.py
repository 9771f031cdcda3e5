"""Grafana's dashboard, made from a table of panels over the families.

Its JSON is that of Grafana 9 and later (schema version 38), as it is imported by hand or provisioned from a file: data
source, job and instances are variables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import Any, Final

SCHEMA_VERSION: Final = 38
UID: Final = "unitdocs"
WIDTH: Final = 24
"""Columns of Grafana's grid."""
HEIGHT: Final = 8
"""Rows of the grid that a panel takes."""
PANELS_A_LINE: Final = 3
SELECTED: Final = 'job="$job", instance=~"$instance"'
"""Which series are shown: those of the chosen job and instances."""
_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}


class PanelType(StrEnum):
    """How Grafana draws a panel."""

    STAT = "stat"
    """The last value, large."""
    TIME_SERIES = "timeseries"
    """Values over time."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a panel asks Prometheus for.

    Args:
        expression: PromQL, in which `<...>` holds further conditions on the labels; `<>` for none.
        legend: the name of each series, with `{{label}}`.
    """

    expression: str
    legend: str

    def text(self) -> str:
        """Return its PromQL for the chosen job and instances."""
        before, *rest = self.expression.split("<")
        parts = [before]
        for part in rest:
            conditions, after = part.split(">", 1)
            parts.append(f"{{{', '.join(filter(None, (SELECTED, conditions)))}}}{after}")
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class DashboardPanel:
    """A panel of the dashboard.

    Args:
        title: what it shows.
        description: how to read it.
        unit: Grafana's name of its unit.
        queries: what it asks for.
        type: how it is drawn.
    """

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    type: PanelType = PanelType.TIME_SERIES


def _quantile(share: float, histogram: str, by: str) -> str:
    """Return an estimated quantile of a histogram; without samples it is no number, which Grafana leaves out."""
    text = "histogram_quantile($share, sum by ($by, le) (rate(unitdocs_${histogram}_bucket<>[$$__rate_interval])))"
    return Template(text).substitute(share=f"{share:g}", histogram=histogram, by=by)


def _rate(counter: str, by: str) -> str:
    return f"sum by ({by}) (rate(unitdocs_{counter}_total<>[$__rate_interval]))"


ROWS: Final = {
    "Is it healthy?": (
        DashboardPanel(
            "Games",
            "How many games Prometheus gets metrics of, and how many it does not.",
            "none",
            (Query("sum(up<>)", "scraped"), Query("sum(1 - up<>)", "not scraped")),
            PanelType.STAT,
        ),
        DashboardPanel(
            "Alerts that fire",
            "How many alerts of unitdocs fire, of all games.",
            "none",
            (Query('count(ALERTS{alertname=~"Unitdocs.+", alertstate="firing"}) or vector(0)', "alerts"),),
            PanelType.STAT,
        ),
        DashboardPanel(
            "Components that are not up",
            "0 if each component is up; /healthz of the game says why one is not.",
            "none",
            (Query('sum by (component, state) (unitdocs_component_state<state!="up">)', "{{component}} {{state}}"),),
        ),
        DashboardPanel(
            "System in use",
            "How many games resolve with each system.",
            "none",
            (Query("sum by (system) (unitdocs_active_system<>)", "{{system}}"),),
        ),
        DashboardPanel(
            "Sessions",
            "Sessions that begin, by system.",
            "reqps",
            (Query(_rate("sessions", "system"), "{{system}}"),),
        ),
        DashboardPanel(
            "Versions",
            "How many games run each version of unitdocs.",
            "none",
            (Query("sum by (version) (unitdocs_build_info<>)", "{{version}}"),),
        ),
    ),
    "Speed": (
        DashboardPanel(
            "Slowdown",
            "Time of a resolve over that of its scene in the baseline record: 1 is as fast; an alert fires above 1.5.",
            "none",
            (
                Query(_quantile(0.5, "slowdown_ratio", "system"), "{{system}} median"),
                Query(_quantile(0.99, "slowdown_ratio", "system"), "{{system}} 99 %"),
            ),
        ),
        DashboardPanel(
            "Time of a calculation",
            "Median time by kind: scenes in a sample of resolves, units in self-tests.",
            "s",
            (Query(_quantile(0.5, "calculation_seconds", "system, kind"), "{{system}} {{kind}}"),),
        ),
        DashboardPanel(
            "Missed frames",
            "Share of the frames that took longer than their budget.",
            "percentunit",
            (Query(f"{_rate('missed_frames', 'system')} / {_rate('frames', 'system')}", "{{system}}"),),
        ),
        DashboardPanel(
            "Resolves",
            "Scenes that are resolved, by system and by the way to their numbers.",
            "ops",
            (Query(_rate("resolves", "system, path"), "{{system}} {{path}}"),),
        ),
        DashboardPanel(
            "Time to choose strategies",
            "Median time to choose and compose a scene's strategies.",
            "s",
            (Query(_quantile(0.5, "selection_seconds", "system"), "{{system}}"),),
        ),
    ),
    "Cache": (
        DashboardPanel(
            "Hit rate",
            "Share of the lookups that find a value; an alert fires below one half.",
            "percentunit",
            (
                Query(
                    f"{_rate('cache_hits', 'cache')}"
                    f" / ({_rate('cache_hits', 'cache')} + {_rate('cache_misses', 'cache')})",
                    "{{cache}}",
                ),
            ),
        ),
        DashboardPanel(
            "Evictions",
            "Values that leave a cache, by reason: `entries` and `bytes` say that it is too small.",
            "ops",
            (Query(_rate("cache_evictions", "cache, reason"), "{{cache}} {{reason}}"),),
        ),
        DashboardPanel(
            "Values and bytes",
            "What the caches hold.",
            "none",
            (
                Query("sum by (cache) (unitdocs_cache_entries<>)", "{{cache}} values"),
                Query("sum by (cache) (unitdocs_cache_bytes<>)", "{{cache}} bytes"),
            ),
        ),
    ),
    "Errors": (
        DashboardPanel(
            "What fails",
            "Failures by system and kind.",
            "ops",
            (Query(_rate("errors", "system, kind"), "{{system}} {{kind}}"),),
        ),
        DashboardPanel(
            "Errors in an hour",
            "What UnitdocsErrorsFast looks at: errors over resolves in an hour.",
            "percentunit",
            (
                Query(
                    "sum by (system) (increase(unitdocs_errors_total<>[1h]))"
                    " / sum by (system) (increase(unitdocs_resolves_total<>[1h]))",
                    "{{system}}",
                ),
            ),
        ),
        DashboardPanel(
            "Failed validations",
            "Resolves in which units lack what they need.",
            "ops",
            (Query(_rate("validation_failures", "system"), "{{system}}"),),
        ),
    ),
    "Telemetry and rollout": (
        DashboardPanel(
            "Share of the rollout",
            "The share that the flag gives, and that of the sessions that began.",
            "percentunit",
            (
                Query("max(unitdocs_flag_share_ratio<>)", "by the flag"),
                Query(
                    'sum(rate(unitdocs_sessions_total<system="refactored">[$__rate_interval]))'
                    " / sum(rate(unitdocs_sessions_total<>[$__rate_interval]))",
                    "of the sessions",
                ),
            ),
        ),
        DashboardPanel(
            "The flag",
            "Games whose flag file can be used, games whose flag was killed, and the version in force.",
            "none",
            (
                Query("sum(unitdocs_flag_valid<>)", "valid"),
                Query("sum(unitdocs_flag_killed<>)", "killed"),
                Query("max(unitdocs_flag_version<>)", "version"),
            ),
        ),
        DashboardPanel(
            "Events",
            "Events that are written, and those that are lost.",
            "ops",
            (
                Query("sum(rate(unitdocs_telemetry_written_total<>[$__rate_interval]))", "written"),
                Query("sum(rate(unitdocs_telemetry_dropped_total<>[$__rate_interval]))", "dropped"),
            ),
        ),
        DashboardPanel(
            "Since events were written",
            "Seconds since each game last wrote events.",
            "s",
            (Query("time() - unitdocs_telemetry_last_write_timestamp_seconds<>", "{{instance}}"),),
        ),
        DashboardPanel(
            "Time to collect",
            "How long a game takes to answer Prometheus.",
            "s",
            (Query("unitdocs_scrape_seconds<>", "{{instance}}"),),
        ),
    ),
}
"""The panels of each row."""


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana's JSON."""
    return {
        "uid": UID,
        "title": "unitdocs in production",
        "description": "Games with unitdocs: health, speed, cache, errors, telemetry and rollout.",
        "tags": ["unitdocs"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": []},
        "links": [],
        "templating": {"list": _variables()},
        "panels": _panels(),
    }


def _variables() -> list[dict[str, Any]]:
    return [
        {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "hide": 0},
        _label_variable("job", "Job", "label_values(unitdocs_build_info, job)", is_multiple=False),
        _label_variable(
            "instance", "Games", 'label_values(unitdocs_build_info{job="$job"}, instance)', is_multiple=True
        ),
    ]


def _label_variable(name: str, label: str, query: str, *, is_multiple: bool) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": is_multiple,
        "includeAll": is_multiple,
        "allValue": ".*" if is_multiple else None,
        "hide": 0,
    }


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        place = {"h": 1, "w": WIDTH, "x": 0, "y": top}
        panels.append(
            {"id": len(panels) + 1, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}
        )
        top += 1
        for start in range(0, len(row), PANELS_A_LINE):
            panels += _line(row[start : start + PANELS_A_LINE], top, len(panels) + 1)
            top += HEIGHT
    return panels


def _line(panels: Sequence[DashboardPanel], top: int, first_id: int) -> list[dict[str, Any]]:
    """Return the panels of one line of the grid, which they share."""
    width = WIDTH // len(panels)
    return [
        _panel(panel, first_id + index, {"h": HEIGHT, "w": width, "x": index * width, "y": top})
        for index, panel in enumerate(panels)
    ]


def _panel(panel: DashboardPanel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.type.value,
        "title": panel.title,
        "description": panel.description,
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "options": {},
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": _SOURCE,
                "expr": query.text(),
                "legendFormat": query.legend,
                "editorMode": "code",
                "range": True,
            }
            for index, query in enumerate(panel.queries)
        ],
    }
