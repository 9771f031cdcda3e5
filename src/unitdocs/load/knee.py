"""The search of the knee: the highest rate that is sustained.

Rates climb by a factor until one is not sustained; then the gap is halved on a log scale until it is small. A rate is
given up when two of three steps fail: a machine that is busy for a moment fails one, and never lets one pass that
should not. The next rate follows from the steps so far alone, so that an interrupted search goes on where it was.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from unitdocs.studies import Breakage, Knee, LoadStep

FAILS = 2
"""Steps that fail before a rate is given up."""
ATTEMPTS = 3
DOWNWARD = 6
"""Rates that are tried below the first one at most."""


@dataclass(frozen=True)
class SearchRange:
    """Which rates are searched.

    Args:
        start: the first rate, in requests a second.
        factor: from one rate to the next while they climb, above 1.
        resolution: how far the failed rate may be above the sustained one at the end, as a share.
        ceiling: no rate above it is tried: the generator is not fast enough.
    """

    start: float
    factor: float
    resolution: float
    ceiling: float


@dataclass(frozen=True)
class _Bracket:
    """The highest rate that was sustained and the lowest that was not, as far as known."""

    sustained: float | None
    failed: float | None


def next_rate(steps: Sequence[LoadStep], within: SearchRange) -> float | None:
    """Return the rate of the next step of a search, in requests a second; None at its end."""
    pending = _pending(steps)
    if pending is not None:
        return pending
    bracket = _bracket(steps)
    if bracket.sustained is None and bracket.failed is None:
        return min(within.start, within.ceiling)
    if bracket.failed is None:
        assert bracket.sustained is not None
        return None if bracket.sustained >= within.ceiling else min(bracket.sustained * within.factor, within.ceiling)
    if bracket.sustained is None:
        lowest = within.start / within.factor**DOWNWARD
        return bracket.failed / within.factor if bracket.failed > lowest else None
    if bracket.failed <= bracket.sustained * (1 + within.resolution):
        return None
    return math.sqrt(bracket.sustained * bracket.failed)


def knee_of(steps: Sequence[LoadStep], within: SearchRange) -> Knee:
    """Return the knee that the steps of a finished search show."""
    bracket = _bracket(steps)
    failed = [step for step in steps if step.rate == bracket.failed and not step.is_sustained]
    is_generator = bracket.failed is None and bracket.sustained is not None and bracket.sustained >= within.ceiling
    return Knee(
        system=steps[0].system,
        repeat=steps[0].repeat,
        rate=bracket.sustained,
        above=bracket.failed,
        breaks=Breakage.GENERATOR if is_generator else failed[-1].breakage,
    )


def _pending(steps: Sequence[LoadStep]) -> float | None:
    """Return the last rate if it is not yet decided."""
    return steps[-1].rate if steps and _is_sustained(steps, steps[-1].rate) is None else None


def _is_sustained(steps: Sequence[LoadStep], rate: float) -> bool | None:
    """Return whether a rate is sustained; None if that is not yet decided."""
    outcomes = [step.is_sustained for step in steps if step.rate == rate]
    if any(step.errors for step in steps if step.rate == rate):
        return False
    if outcomes[0] or outcomes.count(True) > ATTEMPTS - FAILS:
        return True
    return False if outcomes.count(False) >= FAILS else None


def _bracket(steps: Sequence[LoadStep]) -> _Bracket:
    verdicts = {step.rate: _is_sustained(steps, step.rate) for step in steps}
    failed = min((rate for rate, is_sustained in verdicts.items() if is_sustained is False), default=None)
    sustained = [rate for rate, is_sustained in verdicts.items() if is_sustained and (failed is None or rate < failed)]
    return _Bracket(max(sustained, default=None), failed)
