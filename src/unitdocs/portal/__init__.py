"""From run records to the parts of a documentation site that hold numbers: snippets, figures and tables.

`render` makes the generated parts of a site. The rest serves a notebook or a page of your own: `read` and `describe`
turn effects into words, `per_round` and `ratios` reduce samples, `figures` draws frames, `show` displays a figure.
"""

from unitdocs.portal import figures
from unitdocs.portal.cases import Case, Effect, Outcome, describe, read
from unitdocs.portal.notebook import Shown, show
from unitdocs.portal.output import is_rendered
from unitdocs.portal.rendering import render
from unitdocs.portal.rounds import per_round, ratios

__all__ = [
    "Case",
    "Effect",
    "Outcome",
    "Shown",
    "describe",
    "figures",
    "is_rendered",
    "per_round",
    "ratios",
    "read",
    "render",
    "show",
]
