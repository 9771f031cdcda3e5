"""Every metric that unitdocs exposes, declared once: the collector, the site's table and the alerts are made from it.

Names and units follow Prometheus: base units, `_total` for what only grows, `_ratio` for shares. Each label has a
closed set of values or a stated limit, so that the number of series is bounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class FamilyType(StrEnum):
    """How a family's values behave."""

    COUNTER = "counter"
    """It only grows, and starts at 0 with the process."""
    GAUGE = "gauge"
    """It goes up and down."""
    HISTOGRAM = "histogram"
    """How many values lie below each of several bounds, their count and their sum."""


@dataclass(frozen=True, slots=True)
class MetricFamily:
    """One metric with all its labels.

    Args:
        name: its name, as Prometheus shows it; that of a counter ends with `_total`.
        type: how its values behave.
        help: what it counts, in one sentence.
        labels: the values that each label may have; an empty tuple says that they are given by the game, and limited.
        bounds: upper bounds of a histogram's buckets, in its unit, without infinity.
    """

    name: str
    type: FamilyType
    help: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    bounds: tuple[float, ...] = ()


SYSTEMS: Final = ("original", "refactored")
PATHS: Final = ("calculators", "bound", "plan", "partial", "cache")
"""How the numbers of a scene were obtained: by the original's calculators, or in a way of the refactored system."""
KINDS: Final = ("size", "position", "scale", "composition", "scene")
CACHES: Final = ("plans", "layouts")
REASONS: Final = ("entries", "bytes", "age", "replaced", "cleared")
ERRORS: Final = ("scene", "unit", "update", "observer", "self_test")
STATES: Final = ("up", "degraded", "down")
COMPONENTS: Final = (
    "calculator_size",
    "calculator_position",
    "calculator_scale",
    "calculator_composition",
    "cache",
    "strategies",
    "validation",
    "self_test",
    "flag_file",
    "event_writer",
    "record_store",
    "disk",
    "dependencies",
)
TIME_BOUNDS: Final = tuple(step * scale for scale in (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2) for step in (1.0, 2.5, 5.0))
"""Seconds, from 100 nanoseconds to 50 milliseconds: from a single unit to a large scene."""
SLOWDOWN_BOUNDS: Final = (0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 25.0)

_SYSTEM = {"system": SYSTEMS}


def _family(name: str, type_: str, help_: str, labels: Mapping[str, tuple[str, ...]] | None = None) -> MetricFamily:
    bounds = () if type_ != "histogram" else SLOWDOWN_BOUNDS if name.endswith("_ratio") else TIME_BOUNDS
    return MetricFamily(f"unitdocs_{name}", FamilyType(type_), help_, MappingProxyType(labels or {}), bounds)


FAMILIES: Final = (
    _family("build_info", "gauge", "The version of unitdocs that runs; always 1.", {"version": ()}),
    _family(
        "active_system", "gauge", "1 if this process has made the system, else 0; sessions say who gets it.", _SYSTEM
    ),
    _family("flag_valid", "gauge", "1 if the flag file can be used, 0 if it cannot and the original is active."),
    _family("flag_killed", "gauge", "1 if the flag was killed, else 0."),
    _family("flag_version", "gauge", "Version of the flag that is in force."),
    _family(
        "flag_share_ratio",
        "gauge",
        "Share of the keys that get the refactored system now, 0 to 1.",
    ),
    _family("sessions_total", "counter", "Sessions that began.", _SYSTEM),
    _family("frames_total", "counter", "Frames that were played.", _SYSTEM),
    _family("missed_frames_total", "counter", "Frames that took longer than their budget.", _SYSTEM),
    _family("resolves_total", "counter", "Scenes that were resolved.", _SYSTEM | {"path": PATHS}),
    _family(
        "calculation_seconds",
        "histogram",
        "How long a calculation took: of a scene in a sample of resolves, of single units in self-tests.",
        _SYSTEM | {"kind": KINDS},
    ),
    _family(
        "slowdown_ratio",
        "histogram",
        "How long a sampled resolve took, over its scene's time in the baseline record.",
        _SYSTEM,
    ),
    _family("selection_seconds", "histogram", "How long it took to choose and compose a scene's strategies.", _SYSTEM),
    _family("cache_hits_total", "counter", "Lookups that found a value.", {"cache": CACHES}),
    _family("cache_misses_total", "counter", "Lookups that found none.", {"cache": CACHES}),
    _family("cache_evictions_total", "counter", "Values that were evicted.", {"cache": CACHES, "reason": REASONS}),
    _family("cache_entries", "gauge", "Values that are kept now.", {"cache": CACHES}),
    _family("cache_bytes", "gauge", "Bytes of the values that are kept now.", {"cache": CACHES}),
    _family("validation_failures_total", "counter", "Resolves in which units lacked what they need.", _SYSTEM),
    _family("errors_total", "counter", "What failed.", _SYSTEM | {"kind": ERRORS}),
    _family("telemetry_written_total", "counter", "Events that were written."),
    _family("telemetry_dropped_total", "counter", "Events that could not be queued or written."),
    _family("telemetry_last_write_timestamp_seconds", "gauge", "When events were last written, seconds since 1970."),
    _family(
        "component_state",
        "gauge",
        "1 for the state that a component is in, 0 for the others.",
        {"component": COMPONENTS, "state": STATES},
    ),
    _family("scrape_seconds", "gauge", "How long it took to collect these metrics the time before."),
)
"""All families, in the order in which they are exposed."""
