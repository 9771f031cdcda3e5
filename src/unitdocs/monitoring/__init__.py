"""What runs in production, watched: metrics, health, alerts, logs and traces.

A game counts with plain integers; libraries are called when someone asks. `unitdocs[monitoring]` brings them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unitdocs.monitoring.alerts.exporting import write_configuration
    from unitdocs.monitoring.alerts.table import Alert, alert_of
    from unitdocs.monitoring.health.checks import ComponentHealth, HealthChecks, HealthReport
    from unitdocs.monitoring.health.resources import HealthState
    from unitdocs.monitoring.health.serving import RunningServer, create_app, start_server
    from unitdocs.monitoring.logs.explaining import Explainer, explain_resolution
    from unitdocs.monitoring.logs.levels import set_level
    from unitdocs.monitoring.logs.record import MEMBERS
    from unitdocs.monitoring.logs.running import LoggingObserver, RunningLogs, game_log, start_logging
    from unitdocs.monitoring.metrics.baseline import baseline_of, read_baseline
    from unitdocs.monitoring.metrics.counting import EventSink, Monitor
    from unitdocs.monitoring.metrics.counts import FrameCounts
    from unitdocs.monitoring.metrics.exposition import exposition, registry_of
    from unitdocs.monitoring.traces.tracing import TracedSession, Tracing, TracingObserver, start_tracing

__all__ = [
    "MEMBERS",
    "Alert",
    "ComponentHealth",
    "EventSink",
    "Explainer",
    "FrameCounts",
    "HealthChecks",
    "HealthReport",
    "HealthState",
    "LoggingObserver",
    "Monitor",
    "RunningLogs",
    "RunningServer",
    "TracedSession",
    "Tracing",
    "TracingObserver",
    "alert_of",
    "baseline_of",
    "create_app",
    "explain_resolution",
    "exposition",
    "game_log",
    "read_baseline",
    "registry_of",
    "set_level",
    "start_logging",
    "start_server",
    "start_tracing",
    "write_configuration",
]

_LAZY_EXPORTS = {
    "Alert": "alerts.table",
    "ComponentHealth": "health.checks",
    "EventSink": "metrics.counting",
    "Explainer": "logs.explaining",
    "FrameCounts": "metrics.counts",
    "HealthChecks": "health.checks",
    "HealthReport": "health.checks",
    "HealthState": "health.resources",
    "LoggingObserver": "logs.running",
    "MEMBERS": "logs.record",
    "Monitor": "metrics.counting",
    "RunningLogs": "logs.running",
    "RunningServer": "health.serving",
    "TracedSession": "traces.tracing",
    "Tracing": "traces.tracing",
    "TracingObserver": "traces.tracing",
    "alert_of": "alerts.table",
    "baseline_of": "metrics.baseline",
    "create_app": "health.serving",
    "explain_resolution": "logs.explaining",
    "exposition": "metrics.exposition",
    "game_log": "logs.running",
    "read_baseline": "metrics.baseline",
    "registry_of": "metrics.exposition",
    "set_level": "logs.levels",
    "start_logging": "logs.running",
    "start_server": "health.serving",
    "start_tracing": "traces.tracing",
    "write_configuration": "alerts.exporting",
}
"""Names by the module that is loaded when they are first used: a game that counts needs no library."""


def __getattr__(name: str) -> object:
    if name not in _LAZY_EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f"{__name__}.{_LAZY_EXPORTS[name]}"), name)
