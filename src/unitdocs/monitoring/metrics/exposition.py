"""What was counted, as Prometheus reads it: made when it asks, from the families that are declared.

Families without a value are left out: a monitor without a flag has no flag's version.
"""

import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from unitdocs.flags import Flag
from unitdocs.flags.assignment import BUCKETS
from unitdocs.monitoring.metrics.counting import Monitor
from unitdocs.monitoring.metrics.counts import ValueCounts
from unitdocs.monitoring.metrics.families import CACHES, FAMILIES, REASONS, STATES, SYSTEMS, FamilyType, MetricFamily
from unitdocs.monitoring.metrics.shares import share_in_force

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
"""The media type of an exposition."""

Value = float | ValueCounts
Sample = tuple[Sequence[str], Value]
"""The values of a family's labels, and the value."""


def registry_of(monitor: Monitor) -> CollectorRegistry:
    """Return a registry of prometheus_client that collects what a monitor counted."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(monitor))
    return registry


def exposition(monitor: Monitor) -> bytes:
    """Return what a monitor counted, in Prometheus' text format, whose media type is `CONTENT_TYPE`."""
    return generate_latest(registry_of(monitor))


class _Collector:
    """Reads a monitor each time that it is asked."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def collect(self) -> Iterator[Metric]:
        """Yield each family that has a value."""
        begun = time.perf_counter()
        samples = _samples(self._monitor)
        for family in FAMILIES:
            found = samples.get(family.name.removeprefix("unitdocs_"))
            if found:
                yield _metric(family, found)
        self._monitor.scrape_seconds = time.perf_counter() - begun


def _metric(family: MetricFamily, samples: Sequence[Sample]) -> Metric:
    labels = list(family.labels)
    if family.type is FamilyType.HISTOGRAM:
        return _histogram(family, labels, samples)
    kind = CounterMetricFamily if family.type is FamilyType.COUNTER else GaugeMetricFamily
    metric = kind(family.name, family.help, labels=labels)
    for values, value in samples:
        assert not isinstance(value, ValueCounts)
        metric.add_metric(values, value)
    return metric


def _histogram(family: MetricFamily, labels: list[str], samples: Sequence[Sample]) -> Metric:
    metric = HistogramMetricFamily(family.name, family.help, labels=labels)
    for values, value in samples:
        assert isinstance(value, ValueCounts)
        counts, total = value.read()
        bounds = [*map(repr, family.bounds), "+Inf"]
        metric.add_metric(values, list(zip(bounds, accumulate(counts), strict=True)), total)
    return metric


def _samples(monitor: Monitor) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {"build_info": [((version("unitdocs"),), 1)]}
    for part in (_flag, _systems, _caches, _telemetry, _components):
        samples |= part(monitor)
    if monitor.scrape_seconds is not None:
        samples["scrape_seconds"] = [((), monitor.scrape_seconds)]
    return samples


def _flag(monitor: Monitor) -> dict[str, list[Sample]]:
    if monitor.flag is None:
        return {}
    flag = monitor.flag.current()
    if not isinstance(flag, Flag):
        return {"flag_valid": [((), 0)]}
    return {
        "flag_valid": [((), 1)],
        "flag_killed": [((), flag.killed is not None)],
        "flag_version": [((), flag.version)],
        "flag_share_ratio": [((), share_in_force(flag, monitor.environment, time.time()) / BUCKETS)],
    }


def _systems(monitor: Monitor) -> dict[str, list[Sample]]:
    parts = monitor.parts()
    samples: dict[str, list[Sample]] = {}
    for name in SYSTEMS:
        counts = monitor.systems[name]
        own = parts if name == "refactored" else None
        played, missed = monitor.frames_of(name)
        resolves = counts.resolves if own is None else own.resolves
        of_system: dict[str, list[Sample]] = {
            "active_system": [((name,), counts.watched > 0)],
            "sessions_total": [((name,), counts.sessions)],
            "frames_total": [((name,), played)],
            "missed_frames_total": [((name,), missed)],
            "resolves_total": [((name, path), count) for path, count in resolves.items() if _is_of(path, name)],
            "calculation_seconds": [((name, kind), times) for kind, times in counts.times.items()],
            "slowdown_ratio": [((name,), counts.slowdowns)],
            "selection_seconds": [((name,), counts.selections)] if own else [],
            "validation_failures_total": [((name,), counts.invalid + (own.invalid if own else 0))],
            "errors_total": [
                ((name, kind), count + (own.errors.get(kind, 0) if own else 0)) for kind, count in counts.errors.items()
            ],
        }
        for family, found in of_system.items():
            samples.setdefault(family, []).extend(found)
    return samples


def _is_of(path: str, system: str) -> bool:
    return (path == "calculators") == (system == "original")


def _caches(monitor: Monitor) -> dict[str, list[Sample]]:
    caches = monitor.parts().caches
    return {
        "cache_hits_total": [((name,), caches[name].hits) for name in CACHES],
        "cache_misses_total": [((name,), caches[name].misses) for name in CACHES],
        "cache_entries": [((name,), caches[name].entries) for name in CACHES],
        "cache_bytes": [((name,), caches[name].bytes) for name in CACHES],
        "cache_evictions_total": [
            ((name, reason), caches[name].evictions.get(reason, 0)) for name in CACHES for reason in REASONS
        ],
    }


def _telemetry(monitor: Monitor) -> dict[str, list[Sample]]:
    events = monitor.events
    if events is None:
        return {}
    values = {
        "telemetry_written_total": events.written,
        "telemetry_dropped_total": events.dropped,
        "telemetry_last_write_timestamp_seconds": events.last_written,
    }
    return {name: [((), value)] for name, value in values.items() if value is not None}


def _components(monitor: Monitor) -> dict[str, list[Sample]]:
    states = monitor.health() if monitor.health else {}
    return {
        "component_state": [
            ((component, state), state == current) for component, current in states.items() for state in STATES
        ]
    }
