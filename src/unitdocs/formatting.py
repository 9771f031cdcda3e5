"""Numbers, units, effects and counts in words: the one place that decides how a value is written.

The command line, the pages, the reports and the page program Explore write values as these functions do: SI units
scaled for display, three significant digits, a ratio as a factor or as a change in percent with its direction. Every
function returns plain text, not escaped for any markup.
"""

import math
import re
import textwrap
from collections.abc import Sequence

NO_ANSWER = "\N{EN DASH}"
TIMES = "\N{MULTIPLICATION SIGN}"
_TIME_STEPS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTE_STEPS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
INFINITY = "\N{INFINITY}"
LEAST_FACTOR = 2.0
"""A smaller change is written in percent."""
_NEAR_ONE = (0.9, 1.1)
_MOST_DIGITS = 8
_LEAST_PERCENT = 0.01


_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls of terminals and of the direction of text, line breaks, and halves of surrogate pairs."""


def visible(text: str) -> str:
    r"""Return a name with what could control its surroundings as an escape: ESC becomes `\x1b`."""
    return _INVISIBLE.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 -- what two digits can hold


def number(value: float, digits: int = 3) -> str:
    """Return a number with three significant digits, thousands separated, no exponent: 1234.5 is `1,234`."""
    if not math.isfinite(value):
        return NO_ANSWER
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits}g}")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    text = f"{rounded if abs(value) < 10**digits else value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """Return a share as percent: 0.01 is `1 %`."""
    return f"{number(share * 100)} %"


def confidence(error: float) -> str:
    """Return the level of an interval from its error level, never rounded up to all: 0.00016 is `99.98 %`."""
    decimals = max(0, -math.floor(math.log10(100 * error)))
    return f"{math.floor((100 - 100 * error) * 10**decimals) / 10**decimals:.{decimals}f} %"


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points: 0.0125 is `1.25 points`."""
    return f"{number(difference * 100)} {'point' if number(difference * 100) == '1' else 'points'}"


def duration(seconds: float, digits: int = 3) -> str:
    """Return seconds in the unit that leaves one to three digits before the point: 1.234e-6 is `1.23 µs`."""
    return _scaled(seconds, _TIME_STEPS, digits)


def size(count: float, digits: int = 3) -> str:
    """Return bytes with an SI prefix: 1234567 is `1.23 MB`."""
    return _scaled(count, _BYTE_STEPS, digits)


def signed_size(count: float) -> str:
    """Return a change in bytes with its sign: -1500 is `-1.5 kB`."""
    sign = "+" if count > 0 else "-" if count < 0 else ""
    return f"{sign}{size(abs(count))}"


def milliseconds(seconds: float) -> str:
    """Return seconds as milliseconds, so that parts of one frame can be compared: 0.0167 is `16.7 ms`."""
    return f"{number(seconds * 1e3)} ms"


def quantity(value: float | None, unit: str, digits: int = 3) -> str:
    """Return a value scaled for display by its unit: `s`, `B`, `1/s`, `B/s`, or `1` for counts and rates."""
    if value is None or not math.isfinite(value):
        return NO_ANSWER
    if unit == "s":
        return duration(value, digits)
    if unit in ("1/s", "B/s"):
        return f"{quantity(value, unit.removesuffix('/s'), digits)}/s"
    return size(value, digits) if unit == "B" else number(value, digits)


def factor(value: float) -> str:
    """Return a ratio of at least zero as a factor: 20 is `20x`, and near 1 a fourth digit is added, as in `1.004x`.

    A ratio other than 1 is never written as 1: 1.00004 gets as many digits as it needs.
    """
    low, high = _NEAR_ONE
    if math.isinf(value):
        return f"{INFINITY}{TIMES}"
    texts = (number(value, digits) for digits in range(4 if low < value < high else 3, _MOST_DIGITS))
    return f"{next((text for text in texts if text != '1' or value == 1), '1')}{TIMES}"


def inverse(ratio: float) -> float:
    """Return 1 / ratio, infinite for a ratio of 0."""
    return 1 / ratio if ratio else math.inf


def change(ratio: float, label: str) -> str:
    """Return how far a ratio is from 1, with its direction: 0.05 is `20x faster`, and 1.042 is `4.2 % slower`.

    From a factor of 2 on it is a factor of at least 1. Below that it is the change in percent, so that 0.8 is
    `20 % faster`: it takes 20 % less.

    Args:
        ratio: treatment / control, in [0, inf].
        label: the direction in the metric's own words, such as `faster`.
    """
    return f"{change_size(ratio)} {label}"


def change_size(ratio: float) -> str:
    """Return the size of `change` without its direction: `20x`, or `4.2 %`."""
    return _extent(ratio, as_factor=_is_factor(ratio))


def change_interval(ratio: float, low: float, high: float) -> str:
    """Return the interval of a ratio in the form of `change`: `19.5x to 20.6x`, or `3.9 % to 4.5 %`.

    An interval on both sides of 1 has no direction, and is written with signs.
    """
    if low < 1 < high:
        return signed_interval(low, high)
    ends = (low, high) if ratio > 1 else (high, low)
    first, last = (_extent(end, as_factor=_is_factor(ratio)) for end in ends)
    return f"{first} to {last}"


def signed_change(ratio: float | None) -> str:
    """Return a ratio as a change in percent with its sign, where no direction is known: 1.0569 is `+5.69 %`."""
    if ratio is None:
        return NO_ANSWER
    if math.isinf(ratio):
        return f"+{INFINITY} %"
    share = 100 * (ratio - 1)
    return f"{share:+,.{_decimals(share)}f} %"


def plain_ratio(ratio: float) -> str:
    """Return a ratio that has no verdict and hence no direction: 87 is `87x` as much, and 1.042 is `+4.20 %`."""
    return factor(ratio) if _is_factor(ratio) else signed_change(ratio)


def plain_interval(ratio: float, low: float, high: float) -> str:
    """Return the interval of a ratio in the form of `plain_ratio`: `83x to 92x`, or `+3.9 % to +4.5 %`."""
    return f"{factor(low)} to {factor(high)}" if _is_factor(ratio) else signed_interval(low, high)


def signed_interval(low: float, high: float) -> str:
    """Return the interval of a ratio in the form of `signed_change`: `-0.20 % to +0.83 %`."""
    return f"{signed_change(low)} to {signed_change(high)}"


def change_points(difference: float | None) -> str:
    """Return a difference of two shares in percentage points, for columns of numbers: -0.0125 is `-1.25 points`."""
    return NO_ANSWER if difference is None else f"{100 * difference:+,.2f} points"


def probability(p: float | None) -> str:
    """Return a p-value; never `0`, since no p-value is zero: 0.0004 is `< 0.001`."""
    if p is None or math.isnan(p):
        return NO_ANSWER
    smallest = 0.001
    return f"< {smallest}" if p < smallest else number(p)


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Return a count with its noun: `1 case`, `2 cases`."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def listed(parts: Sequence[str]) -> str:
    """Join parts into a clause: `a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def capitalized(text: str) -> str:
    """Return a text with its first letter in upper case, for the beginning of a sentence; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def wrapped(text: str, width: int = 34) -> list[str]:
    """Break a label into lines of at most `width` characters: at spaces, and within longer words."""
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def _scaled(value: float, steps: Sequence[tuple[float, str]], digits: int) -> str:
    """Use the largest step that leaves at least 1 after rounding to three digits, else the smallest step."""
    almost_one = 0.9995
    step, unit = next((pair for pair in steps if abs(value) >= almost_one * pair[0]), steps[-1])
    return f"{number(value / step, digits)} {unit}"


def _is_factor(ratio: float) -> bool:
    return max(ratio, inverse(ratio)) >= LEAST_FACTOR


def _extent(ratio: float, *, as_factor: bool) -> str:
    """Return the distance of a ratio from 1: as a factor of at least 1, or in percent with at most two decimals."""
    if as_factor or math.isinf(ratio):
        return factor(max(ratio, inverse(ratio)))
    share = 100 * abs(ratio - 1)
    if 0 < share < _LEAST_PERCENT:
        return f"< {_LEAST_PERCENT} %"
    return f"{number(round(share, _decimals(share)), _MOST_DIGITS)} %"


def _decimals(share: float) -> int:
    """Return how many decimals leave three digits of a number of percent, at most two."""
    return max(0, 2 - sum(round(abs(share), 2) >= bound for bound in (10, 100)))
