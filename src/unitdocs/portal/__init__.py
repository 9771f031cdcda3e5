"""From run records to the parts of a documentation site that hold numbers: snippets, figures and tables.

`render` makes the generated parts of a site. The rest serves a notebook or a page of your own: `read` and `describe`
turn effects into words, `per_round` and `ratios` reduce samples, `figures` draws frames, `show` displays a figure.
"""

from unitdocs.analysis.cases import Case, Effect, Outcome, describe, read
from unitdocs.analysis.rounds import per_round, ratios
from unitdocs.portal import figures
from unitdocs.portal.notebook import Shown, show
from unitdocs.portal.site.output import is_rendered
from unitdocs.portal.site.rendering import render

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
