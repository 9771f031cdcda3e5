"""How one effect looks: its mark on an axis that many share, its text, and its verdict as a word.

Better is on the left of "same" and worse on its right, whichever of less and more is better. Colour follows the verdict
through the attribute `data-verdict`, and the mark has the shape of the figures, so that either is enough.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unitdocs.analysis.case_result import CaseResult, Effect, EffectScale, Outcome
from unitdocs.analysis.descriptions import NO_DIRECTION, amounts, describe, extent
from unitdocs.formatting import change_points, change_size, inverse, number, signed_change
from unitdocs.portal.components.markup import Html, tag
from unitdocs.portal.components.page_output import slug
from unitdocs.portal.figures.marks import OUTCOMES
from unitdocs.portal.figures.svg import mark_path
from unitdocs.stats import Verdict

WIDTH, HEIGHT = 112, 24
"""Pixels of a drawing, as wide as a cell on a desktop screen."""
CENTRE, HALF = 56.0, 50.0
"""Place of "same", and the length of the axis on each side of it."""
REACHES = (2.0, 10.0, 100.0, 1000.0)
"""Factors that an axis of ratios can end at."""
SHARE_IN_REACH = 0.85
"""Share of the ratios that an axis has to hold; the marks of the others are arrows at its ends."""
MARK = 7
"""Size of a mark in pixels."""
MEANINGS: Mapping[Outcome, str] = {
    Outcome.BETTER: "better",
    Outcome.WORSE: "worse",
    Outcome.BELOW_MARGIN: "below margin",
    Outcome.EQUIVALENT: "same",
    Outcome.INCONCLUSIVE: "inconclusive",
}
"""The verdicts as a key and a filter name them."""
GLYPHS: Mapping[Outcome, str] = {
    Outcome.BETTER: "\N{BLACK CIRCLE}",
    Outcome.WORSE: "\N{BLACK UP-POINTING TRIANGLE}",
    Outcome.BELOW_MARGIN: "\N{WHITE SQUARE}",
    Outcome.EQUIVALENT: "\N{BLACK SQUARE}",
    Outcome.INCONCLUSIVE: "\N{WHITE DIAMOND}",
    Outcome.NONE: "\N{MULTIPLICATION SIGN}",
}
"""The shapes of the marks as characters, where nothing can be drawn."""
_EDGE = CENTRE - HALF


@dataclass(frozen=True)
class EffectAxis:
    """The axis of a column, from better at its left end to worse at its right one.

    Args:
        scale: whether it is of ratios, logarithmic, or of differences.
        reach: the factor at both ends, above 1; or the difference there, above 0.
    """

    scale: EffectScale
    reach: float

    @property
    def ticks(self) -> tuple[str, str, str]:
        """The labels of both ends and of the middle."""
        end = change_size(self.reach) if self.scale is EffectScale.RATIO else number(100 * self.reach)
        return end, "same", end

    def drawing(self, case: CaseResult) -> Html:
        """Return a bar from "same" to the effect, its interval, and the shape of its verdict; empty without one."""
        effect = case.effect
        if effect is None:
            return Html("")
        is_nothing = case.outcome.is_same and not 0 < effect.estimate < math.inf and effect.scale is EffectScale.RATIO
        middle = CENTRE if is_nothing else self._place(case, effect.estimate)  # one block instead of none is no bar
        ends = (
            [] if is_nothing else [self._place(case, end) for end in (effect.low, effect.high) if not math.isnan(end)]
        )
        lines = [("bar", CENTRE, middle), *([("span", min(ends), max(ends))] if ends else [])]
        shape = OUTCOMES[case.outcome][1]
        if not is_nothing and abs(self._share(case, effect.estimate)) > 1:
            shape = "triangle-left" if middle < CENTRE else "triangle-right"
        parts = [_line(*line) for line in lines if f"{line[1]:.1f}" != f"{line[2]:.1f}"]
        mark = _mark(shape, MARK, f' transform="translate({middle:.1f} {HEIGHT // 2})"')
        return Html(f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(parts)}{mark}</svg>')

    def _place(self, case: CaseResult, value: float) -> float:
        """Return where a value is, in pixels of the drawing; what lies beyond the axis is at its end."""
        return CENTRE + HALF * max(-1.0, min(1.0, self._share(case, value)))

    def _share(self, case: CaseResult, value: float) -> float:
        """Return where a value is: -1 at the end of better, 0 at "same", 1 at the end of worse; it may lie beyond."""
        sign = -1 if case.is_higher_better else 1
        if self.scale is EffectScale.DIFFERENCE:
            return sign * value / self.reach
        return sign * math.log(value) / math.log(self.reach) if value > 0 else -sign * math.inf


def axis_of_ratios(cases: Iterable[CaseResult]) -> EffectAxis:
    """Return the axis that the ratios of cases share: it holds most of those that are finite."""
    ratios = [case.effect.estimate for case in cases if case.effect and not case.is_share]
    sizes = sorted(max(ratio, inverse(ratio)) for ratio in ratios if 0 < ratio < math.inf)
    least = sizes[math.ceil(SHARE_IN_REACH * len(sizes)) - 1] if sizes else 1.0
    return EffectAxis(EffectScale.RATIO, next((reach for reach in REACHES if reach >= least), REACHES[-1]))


def axis_of_differences(cases: Iterable[CaseResult]) -> EffectAxis:
    """Return an axis that holds all differences of cases with their intervals, and ends at a round number."""
    ends = [abs(end) for case in cases if case.effect for end in (case.effect.low, case.effect.high)]
    return EffectAxis(EffectScale.DIFFERENCE, _round_up(max((end for end in ends if math.isfinite(end)), default=0.0)))


def text(case: CaseResult) -> str:
    """Return the size of an effect; the side of "same" that it is written for gives its direction."""
    effect = case.effect
    if effect is None:
        return extent(case)
    if effect.is_exact and effect.estimate == effect.scale.no_change:
        return "same"
    has_direction = effect.verdict not in NO_DIRECTION
    if effect.scale is EffectScale.DIFFERENCE:
        return number(100 * abs(effect.estimate)) if has_direction else _signed_points(effect)
    if not has_direction:
        return signed_change(effect.estimate)
    if effect.estimate in (0, math.inf):  # no factor leads from nothing to something
        return "\N{RIGHTWARDS ARROW}".join(amounts(case))
    return change_size(effect.estimate)


def sentence(case: CaseResult) -> str:
    """Return the metric, the effect with its interval and the verdict in words, or why there is none."""
    if case.effect is None:
        reason = f", {case.reason}" if case.reason else ""
        return f"{case.metric}: {extent(case)}{reason}"
    verdict = "" if case.outcome in (Outcome.BETTER, Outcome.WORSE) else f", {case.outcome_label}"
    return f"{case.metric}: {describe(case)}{verdict}"


def verdict_name(case: CaseResult) -> str:
    """Return the outcome, or the status without an effect, as the word that styles and filters know it by."""
    return slug(case.outcome if case.effect else case.status)


def is_on_the_right(case: CaseResult) -> bool:
    """Whether a mark is on the side of worse, so that its text has room on the left of "same"."""
    effect = case.effect
    if effect is None or effect.estimate == effect.scale.no_change:
        return False
    return (effect.estimate > effect.scale.no_change) != case.is_higher_better


def directions(case: CaseResult) -> tuple[str, str]:
    """Return the metric's own words for better and for worse, such as `faster` and `slower`."""
    less, more = case.label(Verdict.LESS), case.label(Verdict.MORE)
    return (more, less) if case.is_higher_better else (less, more)


def key_of_marks() -> Html:
    """Return the shape of each verdict with its word, and that of what lies beyond the axis, as a list."""
    items = [
        tag("li", _sample(OUTCOMES[outcome][1]), word, data_verdict=slug(outcome)) for outcome, word in MEANINGS.items()
    ]
    beyond = tag("li", _sample("triangle-left"), "beyond the axis", data_verdict="")
    return tag("ul", *items, beyond, class_="ud-key")


def _sample(shape: str) -> Html:
    return Html(f'<svg viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">{_mark(shape, MARK + 1)}</svg>')


def _mark(shape: str, size: float, place: str = "") -> str:
    kind = "mark open" if shape.endswith("-open") else "mark"
    return f'<path class="{kind}"{place} d="{mark_path(shape, size)}"/>'


def _line(kind: str, start: float, end: float) -> str:
    return f'<path class="{kind}" d="M{start:.1f} {HEIGHT // 2}H{end:.1f}"/>'


def _signed_points(effect: Effect) -> str:
    return change_points(effect.estimate).removesuffix(" points")


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 5 times a power of ten; one point for nothing."""
    if value <= 0:
        return 0.01
    decade = 10.0 ** math.floor(math.log10(value))
    return next(step * decade for step in (1, 2, 5, 10) if step * decade >= value * (1 - 1e-9))
