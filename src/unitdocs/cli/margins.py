"""The margins that options give, relative and in a metric's unit."""

import math
from collections.abc import Mapping, Sequence

from unitdocs.errors import InputError


def parse_margin(text: str) -> float:
    """Return the margin in a text such as `1%` or `0.01`.

    Raises:
        InputError: the text is no such number, or the margin is not between 0 and 1.
    """
    try:
        margin = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        margin = 0.0
    if not 0 < margin < 1:
        raise InputError(f"--margin {text}: expected a share between 0 and 1, such as 1% or 0.01")
    return margin


def parse_absolute_margins(texts: Sequence[str] | None, default: Mapping[str, float]) -> dict[str, float]:
    """Return the absolute margins in texts such as `peak memory=16384`, in addition to the default ones.

    Raises:
        InputError: a text is no metric with a size above 0; all of them at once.
    """
    margins, problems = dict(default), []
    for text in texts or ():
        metric, _, size = text.partition("=")
        try:
            margins[metric.strip()] = float(size)
        except ValueError:
            margins[metric.strip()] = 0.0
        if not metric.strip() or not 0 < margins[metric.strip()] < math.inf:
            problems.append(f"--absolute-margin {text}: expected a metric and a size above 0, as in peak memory=16384")
    if problems:
        raise InputError(*problems)
    return margins
