"""Axes: ratios as factors on a log axis, SI quantities with scaled ticks, and rows with labels."""

import html
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.descriptions import direction_label
from unitdocs.formatting import LEAST_FACTOR, change_size, quantity, wrapped
from unitdocs.portal.figures.pin import WIDE
from unitdocs.portal.figures.plot import Plot
from unitdocs.stats import Verdict

Axis = dict[str, Any]
_SMALL_SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_SMALL_FACTORS = (2.0, 3.0, 5.0)
_STEPS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0))
_MOST_TICKS = 6
_TALL = 15
"""Rows that fill a screen."""
_ABOVE = 40
"""Pixels that the labels above the plot take."""
_LONGEST = 42
"""Characters of a label on one line, which a phone has room for."""
_FROM_THE_EDGE = 0.25
"""Of an axis: a direction has a label only if so much of the axis is on its side, or if the margin has room for it."""
_SMALLEST_GAP = 0.14  # of an axis, between the labels of two ticks
_SMALLEST_SIDE = 0.135  # of an axis, on either side of "same"
_LEAST_GAIN = 1.5
"""What an axis of improvement factors reaches at least."""


def factor_axis(case: CaseResult, low: float, high: float) -> Axis:
    """Return a log axis of ratios from `low` < 1 to `high` > 1; its ticks are labelled as changes better or worse.

    Args:
        case: any of the cases shown; its metric gives the labels.
        low: smallest ratio, in (0, 1).
        high: largest ratio, above 1.
    """
    gap = (high / low) ** _SMALLEST_GAP
    # Ticks below a factor of 2 are round numbers of percent: 20 % less is a ratio of 0.8, 20 % more one of 1.2.
    below = _factors(1 / low, gap, [1 / (1 - share) for share in _SMALL_SHARES if 1 / (1 - share) < LEAST_FACTOR])
    above = _factors(high, gap, [1 + share for share in _SMALL_SHARES])
    places = [*(1 / size for size in reversed(below)), 1.0, *above]
    return {
        **_log_range(low, high),
        "tickvals": places,
        "ticktext": [_factor_tick(case, place) for place in places],
    }


def gain_axis(case: CaseResult, low: float, high: float) -> Axis:
    """Return a log axis of improvement factors, better to the right; both sides of "same" have a labelled tick.

    Args:
        case: any of the cases shown; its metric gives the labels.
        low: smallest factor, above 0.
        high: largest factor.
    """
    gains = [1 / (1 - share) for share in _SMALL_SHARES if 1 / (1 - share) < LEAST_FACTOR]
    losses = [1 + share for share in _SMALL_SHARES]
    most = _readable([*gains, *_SMALL_FACTORS, 10.0], max(1 / low, 1.0))
    high = max(high, most, _LEAST_GAIN)
    least = _readable([*losses, *_SMALL_FACTORS, 10.0], high)
    low = min(low, 1 / least)
    gap = (high / low) ** _SMALLEST_GAP
    worse = _factors(1 / low, gap, losses) or [least]
    better = _factors(high, gap, gains) or [most]
    places = [*(1 / size for size in reversed(worse)), 1.0, *better]
    return {
        **_log_range(low, high),
        "tickvals": places,
        "ticktext": [_factor_tick(case, place if case.is_higher_better else 1 / place) for place in places],
    }


def repeat_above(figure: Plot, axis: Axis) -> None:
    """Put the tick labels of a figure's log axis above the plot too, where it is taller than a screen."""
    if len(figure.layout["yaxis"]["tickvals"]) <= _TALL or axis.get("type") != "log":
        return
    place = {"xref": "x", "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    ticks = zip(axis["tickvals"], axis["ticktext"], strict=True)
    labels = [{**place, "x": math.log10(value), "text": text} for value, text in ticks]
    annotations = [*figure.layout.get("annotations", []), *labels]
    figure.set_layout(annotations=annotations, height=figure.layout["height"] + _ABOVE)


def name_directions(figure: Plot, case: CaseResult, low: float, high: float) -> None:
    """Write below a plot what is on each side of "same", where the text is on the side that it speaks of.

    Args:
        figure: its x axis has tick labels of two lines if it is logarithmic, else of one.
        case: any of the cases shown; its metric gives the words.
        low: place of the left end of the axis, as the axis is laid out: a logarithm or a difference, below 0.
        high: place of the right end, above 0.
    """
    lines = 2 if figure.layout["xaxis"].get("type") == "log" else 1
    place = {"x": 0, "xref": "x", "y": 0, "yref": "y domain", "yanchor": "top", "showarrow": False, "borderpad": 0}
    below = {**place, "yshift": -(10 + 15 * lines)}
    words = [(f"{literal(case.label(Verdict.MORE))} \N{RIGHTWARDS ARROW}", "left", 8)]
    if -low / (high - low) >= _FROM_THE_EDGE:
        words.append((f"\N{LEFTWARDS ARROW} {literal(case.label(Verdict.LESS))}", "right", -8))
    notes = [{**below, "text": text, "xanchor": anchor, "xshift": shift} for text, anchor, shift in words]
    if high / (high - low) < _FROM_THE_EDGE:
        notes[0]["name"] = WIDE  # a narrow screen has no margin that it could reach into
    figure.set_layout(annotations=[*figure.layout.get("annotations", []), *notes])


def write_values(figure: Plot, values: Mapping[float, str]) -> None:
    """Write a text right of the plot for rows, by the place of the row; a narrow screen has no room for it."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "yref": "y", "showarrow": False, "borderpad": 0}
    place["name"] = WIDE
    notes = [{**place, "y": row, "text": literal(text)} for row, text in values.items()]
    figure.set_layout(annotations=[*figure.layout.get("annotations", []), *notes])


def quantity_axis(values: Sequence[float], unit: str) -> Axis:
    """Return a log axis in SI units for positive values; a linear one from zero where a zero must be shown."""
    if not values or min(values) <= 0:
        return {"rangemode": "tozero"}
    low, high = min(values), max(values)
    room = max((high / low) ** 0.05, 1.02)
    low, high = low / room, high * room
    places = _round_places(low, high)
    return {**_log_range(low, high), "tickvals": places, "ticktext": [quantity(place, unit) for place in places]}


def label_axis(labels: dict[int, str]) -> Axis:
    """Return a vertical axis with a label at each row, the first row on top; labels are HTML already."""
    rows = sorted(labels)
    return {
        "tickmode": "array",
        "tickvals": rows,
        "ticktext": [labels[row] for row in rows],
        "range": [rows[-1] + 0.8, rows[0] - 0.8],
        "ticklabelstandoff": 6,
        "zeroline": False,
    }


def label(text: str, letters: int = 34) -> str:
    """Return a label on short lines; it is escaped, because Plotly reads some tags in labels as markup."""
    return "<br>".join(literal(line) for line in wrapped(text, letters))


def short_label(text: str) -> str:
    """Return a label on one line; the middle of a long one is left out, because similar names differ at their ends."""
    if len(text) <= _LONGEST:
        return literal(text)
    end = _LONGEST // 2
    return literal(f"{text[: _LONGEST - 1 - end].rstrip()}\N{HORIZONTAL ELLIPSIS}{text[-end:].lstrip()}")


def title(text: str) -> str:
    """Return the label of a row that heads others."""
    return "<br>".join(f"<b>{line}</b>" for line in label(text).split("<br>"))


def literal(text: str) -> str:
    """Return text that Plotly shows unchanged: angle brackets and ampersands are escaped, quotes are not."""
    return html.escape(text, quote=False)


def lines(labels: Iterable[str]) -> int:
    """Return how many lines the tallest label has."""
    return max(text.count("<br>") + 1 for text in labels)


def _log_range(low: float, high: float) -> Axis:
    room = 0.04 * math.log10(high / low)
    return {
        "type": "log",
        "range": [math.log10(low) - room, math.log10(high) + room],
        "tickmode": "array",
        "tickangle": 0,
    }


def _factor_tick(case: CaseResult, place: float) -> str:
    return "same" if place == 1 else f"{change_size(place)}<br>{direction_label(case, place)}"


def _factors(largest: float, gap: float, small: Sequence[float]) -> list[float]:
    """Return up to three round factors above 1, evenly spread on a log axis, at least a factor `gap` apart."""
    decades = range(1, math.ceil(math.log10(max(largest, 1))) + 1)
    large = [step * 10.0**decade for decade in decades for step in (1, 2, 5)]
    candidates = [size for size in (*small, *_SMALL_FACTORS, *large) if size <= largest]
    if not candidates:
        return []
    targets = [candidates[-1] ** (part / 3) for part in (1, 2, 3)]
    chosen = [1.0]
    for size in sorted({_nearest(candidates, target) for target in targets}):
        if size >= chosen[-1] * gap:
            chosen.append(size)
    return chosen[1:]


def _readable(sizes: Sequence[float], across: float) -> float:
    """Return the smallest factor whose tick is far enough from 1 on an axis that reaches a factor on the other side."""
    return next((size for size in sizes if size >= (across * size) ** _SMALLEST_SIDE), sizes[-1])


def _nearest(candidates: Sequence[float], target: float) -> float:
    return min(candidates, key=lambda size: abs(math.log(size / target)))


def _round_places(low: float, high: float) -> list[float]:
    """Return three to six round values between two positive bounds: decades, then 1-3, 1-2-5, then even steps."""
    for steps in _STEPS:
        places = _between(low, high, steps)
        if len(places) > 2:  # noqa: PLR2004 - three ticks make a log axis readable
            return places[:: math.ceil(len(places) / _MOST_TICKS)]
    return _even_places(low, high)


def _between(low: float, high: float, steps: Sequence[float]) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = (float(f"{step}e{decade}") for decade, step in itertools.product(decades, steps))
    return [value for value in values if low <= value <= high]


def _even_places(low: float, high: float) -> list[float]:
    """Return up to five multiples of 1, 2 or 5 times a power of ten."""
    least = (high - low) / 5
    decade = math.floor(math.log10(least))
    step = next(s * 10.0**d for d in (decade, decade + 1) for s in (1, 2, 5) if s * 10.0**d >= least)
    return [float(f"{step * index:.12g}") for index in range(math.ceil(low / step), math.floor(high / step) + 1)]
