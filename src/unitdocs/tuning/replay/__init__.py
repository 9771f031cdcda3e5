"""Replays of caches: what a cache of another size or policy would have answered, counted from recorded calls.

`RecordingCache` notes the calls of a real system, `read_trace` and `write_trace` are the file format, `replay` runs the
calls through another cache, `belady` says what no cache can exceed, and `lru_curve` gives LRU at many sizes at once.
"""

from unitdocs.tuning.replay.optimum import Admission, Ceiling, belady
from unitdocs.tuning.replay.recorder import RecordingCache
from unitdocs.tuning.replay.replaying import ReplayCounts, replay
from unitdocs.tuning.replay.stack_distances import lru_curve
from unitdocs.tuning.replay.traces import CacheCall, CallKind, Trace, read_trace, write_trace

__all__ = [
    "Admission",
    "CacheCall",
    "CallKind",
    "Ceiling",
    "RecordingCache",
    "ReplayCounts",
    "Trace",
    "belady",
    "lru_curve",
    "read_trace",
    "replay",
    "write_trace",
]
