"""The effects of a record as frozen values: one `Case` a row, `None` where there is no answer.

Everything that writes text reads cases; figures and CSV files take the frames themselves.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from unitdocs.formatting import factor, number, percent, points, quantity
from unitdocs.records import PROPORTIONS, Metric

if TYPE_CHECKING:
    from pandas import DataFrame

TIME = Metric.TIME.value
MAIN_TIMES = (TIME, Metric.FRAME_P50.value)
"""The time that stands for a scenario: of an operation, or of the median frame."""
WORDS: Mapping[str, tuple[str, str]] = {
    Metric.MISSED_FRAMES: ("fewer", "more"),
    Metric.ERROR_RATE: ("lower", "higher"),
}


class Outcome(StrEnum):
    """What a verdict means for the refactored side, whatever the metric's own words are."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"
    NONE = "no answer"


@dataclass(frozen=True)
class Effect:
    """Treatment over control of one measured case; of a share treatment minus control.

    Args:
        ratio: in [0, inf]; infinite where the control counted none; NaN of a share, as are its ends.
        low: lower end of its interval.
        high: upper end of its interval.
        level: confidence of the interval, such as 0.99.
        n: rounds.
        p: p-value of "the ratio is 1".
        p_adjusted: the same, corrected for the number of cases.
        verdict: in the metric's own words.
        below_margin: a difference was found that lies wholly inside the margin.
        detectable: the smallest ratio above 1 that would probably have been found.
        exact: both arms gave the same number in every round.
        difference: of a share, in [-1, 1]; None of anything else.
        difference_low: lower end of its interval.
        difference_high: upper end of its interval.
        difference_detectable: the smallest difference that would probably have been found.
    """

    ratio: float
    low: float
    high: float
    level: float | None
    n: int
    p: float | None
    p_adjusted: float | None
    verdict: str | None
    below_margin: bool
    detectable: float | None
    exact: bool
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    difference_detectable: float | None = None


@dataclass(frozen=True)
class Case:
    """One scenario and metric of a record, with its effect where it was measured."""

    suite: str
    scenario: str
    title: str
    elements: int | None
    metric: str
    unit: str
    direction: str
    status: str
    reason: str
    control: str
    treatment: str
    base: float | None
    head: float | None
    effect: Effect | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Suite, scenario and metric: unique in a record."""
        return self.suite, self.scenario, self.metric

    @property
    def is_higher_better(self) -> bool:
        """Whether more of this metric is better, as for rates of success."""
        return self.direction == "higher"

    @property
    def is_share(self) -> bool:
        """Whether it is a share of tries, which is compared by its difference."""
        return self.metric in PROPORTIONS or (self.effect is not None and self.effect.difference is not None)

    @property
    def outcome(self) -> Outcome:
        """What the verdict means for the refactored side."""
        if self.effect is None or self.effect.verdict is None:
            return Outcome.NONE
        return Outcome.EQUIVALENT if self.effect.below_margin else self.side

    @property
    def side(self) -> Outcome:
        """The same, but with a difference below the margin told as better or worse: a criterion may forbid any."""
        if self.effect is None or self.effect.verdict is None:
            return Outcome.NONE
        if self.effect.verdict in (Outcome.EQUIVALENT, Outcome.INCONCLUSIVE):
            return Outcome(self.effect.verdict)
        is_more = self.effect.ratio > 1 if self.effect.difference is None else self.effect.difference > 0
        is_better = is_more == self.is_higher_better
        return Outcome.BETTER if is_better else Outcome.WORSE

    @property
    def gain(self) -> float | None:
        """How many times better the refactored side is: above 1 better, below 1 worse; None without a ratio."""
        if self.effect is None or self.effect.difference is not None:
            return None
        return self.effect.ratio if self.is_higher_better else _inverse(self.effect.ratio)

    @property
    def standing(self) -> float:
        """What orders cases from worst to best: the gain, or for a share 1 and the difference for the better."""
        difference = self.effect.difference if self.effect else None
        if difference is not None:
            return 1 + difference if self.is_higher_better else 1 - difference
        return self.gain or 0.0


def read(effects: "DataFrame") -> list[Case]:
    """Return the rows of `analysis.to_effects()` as cases, in the record's order."""
    return [_case(row) for row in effects.to_dict("records")]


def measured(cases: Iterable[Case], metric: str | None = None) -> list[Case]:
    """Return the cases that have an effect, of one metric if given."""
    return [case for case in cases if case.effect and metric in (None, case.metric)]


def metrics(cases: Iterable[Case]) -> list[str]:
    """Return the metrics of cases, time first, the others in their order."""
    return sorted(dict.fromkeys(case.metric for case in cases), key=lambda metric: metric != TIME)


def worst(cases: Iterable[Case]) -> Case | None:
    """Return the case with the smallest gain, or None where nothing was measured.

    Of those that need some of what the control needs none of, that is the one that needs most.
    """

    def place(case: Case) -> tuple[float, float]:
        more = (case.head or 0.0) - (case.base or 0.0)
        return case.standing, more if case.is_higher_better else -more

    return min(measured(cases), key=place, default=None)


def tally(cases: Sequence[Case], outcome: Outcome) -> int:
    """Count the cases with an outcome."""
    return sum(case.outcome == outcome for case in cases)


def direction_word(case: Case, ratio: float) -> str:
    """Return the metric's own word for a ratio on one side of 1: faster, slower, less, fewer, more, higher or lower."""
    return word_of(case.metric, case.unit, ratio, is_higher_better=case.is_higher_better)


def word_of(metric: str, unit: str, ratio: float, *, is_higher_better: bool) -> str:
    """Return the same for a metric that is told without a case."""
    usual = ("lower", "higher") if is_higher_better else ("faster", "slower") if unit == "s" else None
    below, above = WORDS.get(metric) or usual or ("less", "more")
    return below if ratio < 1 else above


def describe(case: Case) -> str:
    """Return direction and size with the interval: ratio 0.05 of a time is 20x faster (19.5x to 20.6x)."""
    return f"{extent(case)} ({interval(case)})" if interval(case) else extent(case)


def extent(case: Case) -> str:
    """Return direction and size alone: ratio 0.05 of a time is 20x faster; the status where there is no effect."""
    effect = case.effect
    if effect is None:
        return case.status
    if effect.exact and (effect.ratio == 1 or effect.difference == 0):
        return "the same"
    if effect.difference is not None:
        return f"{points(abs(effect.difference))} {direction_word(case, 1 + effect.difference)}"
    if effect.ratio in (0, math.inf):  # no factor leads from nothing to something
        return f"{direction_word(case, effect.ratio)}, from {' to '.join(amounts(case))}"
    return f"{factor(max(effect.ratio, _inverse(effect.ratio)))} {direction_word(case, effect.ratio)}"


def interval(case: Case) -> str:
    """Return the interval of the size that `extent` gives; empty where there is none."""
    effect = case.effect
    if effect is None or (effect.ratio == 1 and effect.exact):
        return ""
    if effect.difference is not None:
        return _interval_in_points(effect)
    if effect.exact:
        return "exact count"
    ends = (effect.low, effect.high) if effect.ratio > 1 else (_inverse(effect.high), _inverse(effect.low))
    return f"{factor(ends[0])} to {factor(ends[1])}"


def amounts(case: Case) -> tuple[str, str]:
    """Return the mean of control and of treatment, scaled for display; shares in percent."""
    if case.is_share:
        control, treatment = ("" if mean is None else percent(mean) for mean in (case.base, case.head))
        return control or quantity(None, case.unit), treatment or quantity(None, case.unit)
    return quantity(case.base, case.unit), quantity(case.head, case.unit)


def _interval_in_points(effect: Effect) -> str:
    """Return the interval of a share's difference, turned so that it fits the size that `extent` gives."""
    low, high = effect.difference_low or 0.0, effect.difference_high or 0.0
    if effect.exact:
        bound = f"none seen: at most {percent(high)}" if high else ""
        return bound if effect.difference == 0 else "exact count"
    ends = (low, high) if (effect.difference or 0.0) >= 0 else (-high, -low)
    return f"{number(ends[0] * 100)} to {points(ends[1])}"


def _inverse(ratio: float) -> float:
    return 1 / ratio if ratio else math.inf


def _case(row: "dict[Any, Any]") -> Case:
    return Case(
        suite=str(row["suite"]),
        scenario=str(row["scenario"]),
        title=_line(row["title"]),
        elements=int(row["elements"]) if isinstance(row["elements"], int) else None,
        metric=str(row["metric"]),
        unit=str(row["unit"]),
        direction=str(row["direction"]),
        status=str(row["status"]),
        reason=_line(row["reason"]),
        control=str(row["control"]),
        treatment=str(row["treatment"]),
        base=_known(row["base_mean"]),
        head=_known(row["head_mean"]),
        effect=_effect(row) if row["status"] == "measured" else None,
    )


def _effect(row: "dict[Any, Any]") -> Effect | None:
    verdict, ratio, is_exact = row["verdict"], _known(row["ratio"]), row["exact"] is True
    difference = _known(row.get("difference"))
    if difference is not None:
        ratio = math.nan
    if ratio is None and is_exact:
        ratio = math.inf  # the control counted none, so there is no ratio to divide
    if ratio is None:
        return None
    return Effect(
        ratio=ratio,
        low=ratio if is_exact or difference is not None else _known(row["low"]) or 0.0,
        high=ratio if is_exact or difference is not None else _known(row["high"]) or math.inf,
        level=_known(row["level"]),
        n=int(row["n"]),
        p=_known(row["p"]),
        p_adjusted=_known(row["p_adjusted"]),
        verdict=verdict if isinstance(verdict, str) else None,
        below_margin=row["below_margin"] is True,
        detectable=_known(row["detectable"]),
        exact=is_exact,
        difference=difference,
        difference_low=_known(row.get("difference_low")),
        difference_high=_known(row.get("difference_high")),
        difference_detectable=_known(row.get("difference_detectable")),
    )


def _line(text: object) -> str:
    """Return text on one line, empty for what a frame uses for "no answer"."""
    return " ".join(text.split()) if isinstance(text, str) else ""


def _known(value: object) -> float | None:
    """Return a number, or None for what a frame uses for "no answer"."""
    if value is None or not isinstance(value, int | float) or math.isnan(value):
        return None
    return float(value)
