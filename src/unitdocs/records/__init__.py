"""Run records: their schema, files, digest, and the tidy frames that everything shown comes from."""

from unitdocs.records.digest import digest, digest_patterns, is_current
from unitdocs.records.effects import to_effects
from unitdocs.records.frame import to_frame
from unitdocs.records.schema import (
    Case,
    Clock,
    Direction,
    Environment,
    Metric,
    Pair,
    Role,
    Round,
    RunRecord,
    Status,
    SuiteInfo,
    Timing,
    pack,
    unpack,
)
from unitdocs.records.selfcheck import (
    SelfCheck,
    Trial,
    Truth,
    Word,
    digest_of_verdicts,
    family_rate,
    load_selfcheck,
    rates,
)
from unitdocs.records.sidebyside import Call, SideBySide, Tool, ToolTrial, load_side_by_side, tool_rates
from unitdocs.records.store import load, save, write_atomically

__all__ = [
    "Call",
    "Case",
    "Clock",
    "Direction",
    "Environment",
    "Metric",
    "Pair",
    "Role",
    "Round",
    "RunRecord",
    "SelfCheck",
    "SideBySide",
    "Status",
    "SuiteInfo",
    "Timing",
    "Tool",
    "ToolTrial",
    "Trial",
    "Truth",
    "Word",
    "digest",
    "digest_of_verdicts",
    "digest_patterns",
    "family_rate",
    "is_current",
    "load",
    "load_selfcheck",
    "load_side_by_side",
    "pack",
    "rates",
    "save",
    "to_effects",
    "to_frame",
    "tool_rates",
    "unpack",
    "write_atomically",
]
