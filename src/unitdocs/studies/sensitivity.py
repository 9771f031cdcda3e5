"""The record of what each setting of the refactored system moves: one changed at a time."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Ratio = Annotated[float, Field(gt=0)]
Outcome = Literal["better", "worse", "below margin", "equivalent", "inconclusive"]


class SettingEffect(Frozen):
    """What one changed setting does to one work.

    Args:
        setting: the setting.
        value: the value that was tried instead of the default.
        work: name of the work.
        title: the work in words.
        elements: elements of its scene; None for several scenes.
        ratio: CPU time with the changed setting, divided by that with the default one; None if there is no result.
        low: lower end of its interval.
        high: upper end of its interval.
        level: confidence of the interval.
        outcome: what the interval means, after the family rule; None if there is no result.
        reason: why there is no result; empty if there is one.
        seconds: CPU time of an operation with the default, in seconds; None if there is no result.
        rounds: rounds that were measured.
        default_bytes: bytes that the caches held after the work with the default, counted.
        changed_bytes: the same with the changed setting.
    """

    setting: str
    value: str
    work: str
    title: str
    elements: Annotated[int, Field(ge=1)] | None = None
    ratio: Ratio | None = None
    low: Ratio | None = None
    high: Ratio | None = None
    level: Annotated[float, Field(gt=0, le=1)]
    outcome: Outcome | None = None
    reason: str = ""
    seconds: Annotated[float, Field(gt=0)] | None = None
    rounds: Annotated[int, Field(ge=0)]
    default_bytes: Annotated[int, Field(ge=0)]
    changed_bytes: Annotated[int, Field(ge=0)]


class Sensitivity(Frozen):
    """What each setting moves.

    Args:
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        seed: seed of the orders and of the works' input.
        margin: relative difference that does not matter.
        defaults: the default of each setting.
        effects: what each changed setting does.
    """

    format: Literal["unitdocs-sensitivity"] = "unitdocs-sensitivity"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    command: str
    digest: str
    environment: Environment
    seed: int
    margin: Annotated[float, Field(gt=0, lt=1)]
    defaults: dict[str, str]
    effects: Annotated[tuple[SettingEffect, ...], Field(min_length=1)]

    def matters(self, effect: SettingEffect) -> bool:
        """Return whether time certainly differs by more than the margin: the whole interval is beyond it."""
        if effect.outcome not in {"better", "worse"} or effect.low is None or effect.high is None:
            return False
        return effect.low > 1 + self.margin or effect.high < 1 / (1 + self.margin)
