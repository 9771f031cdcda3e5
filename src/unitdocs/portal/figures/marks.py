"""How arms and outcomes look: colour and shape carry the same information, so that either is enough.

Okabe and Ito's blue and vermilion (2008, "Color Universal Design"), and a grey; each has a contrast of at least 3:1
on white and on the dark theme's background.
"""

from typing import Final

from unitdocs.analysis.case_result import Outcome

BLUE, VERMILION, GREY = "#0072B2", "#D55E00", "#7A7A7A"
OUTCOMES: Final = {
    Outcome.BETTER: (BLUE, "circle"),
    Outcome.WORSE: (VERMILION, "triangle-up"),
    Outcome.BELOW_MARGIN: (GREY, "square-open"),
    Outcome.EQUIVALENT: (GREY, "square"),
    Outcome.INCONCLUSIVE: (GREY, "diamond-open"),
    Outcome.NONE: (GREY, "x"),
}
ARMS: Final = {"control": (GREY, "square"), "treatment": (BLUE, "circle")}
"""Colour and shape by role."""
BOTH: Final = "both"
"""The role of a mark that joins both arms."""
ROLES: Final = (*ARMS, BOTH)
"""Whose a mark or a value is; a page that shows one system hides the others' by it."""
DASHES: Final = {"control": "dot", "treatment": "solid"}
"""How the lines of an arm are dashed, by role."""

_LINE, _GAP, _AROUND = 15, 13, 80


def height(rows: int, lines: int = 1) -> int:
    """Return the height in pixels of a figure with `rows` rows whose labels have at most `lines` lines."""
    return (_LINE * lines + _GAP) * rows + _AROUND
