"""The answer as a band: go, not yet or no go as a chip with a shape of its own, and why in one sentence."""

from collections.abc import Mapping
from typing import Final

from unitdocs.analysis.decision import Decision, Recommendation
from unitdocs.formatting import counted
from unitdocs.portal.components.markup import Html, tag
from unitdocs.portal.components.page_output import slug

MOST_REASONS: Final = 3
_SHAPES: Final[Mapping[Recommendation, str]] = {
    Recommendation.GO: "M4 12.5l5.2 5.2L20 6.9",
    Recommendation.NOT_YET: "M7 4h10M7 20h10M8 4c0 4 8 12 8 16M16 4c0 4-8 12-8 16",
    Recommendation.NO_GO: "M6 6l12 12M18 6L6 18",
}
"""A tick, an hourglass and a cross, as paths in a square of 24."""


def answer_band(decision: Decision, *details: str) -> Html:
    """Return the recommendation as a band; further paragraphs may follow the reason."""
    kind = decision.recommendation
    icon = Html(f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_SHAPES[kind]}"/></svg>')
    chip = tag("strong", icon, f"{kind.capitalize()}", class_="ud-chip")
    why = [tag("p", tag("strong", why_in_words(decision))), *(tag("p", detail) for detail in details if detail)]
    return tag("div", chip, tag("div", *why), class_=f"ud-band ud-{slug(kind)}")


def why_in_words(decision: Decision) -> str:
    """Return why the recommendation is what it is: one sentence, which names a few of the open criteria."""
    clauses = list(decision.reasons[:MOST_REASONS])
    more = len(decision.reasons) - len(clauses)
    if more:
        clauses.append(counted(more, "more criterion is open", "more criteria are open"))
    # Clauses are whole sentences, so that a comma belongs before the last one too.
    sentence = ", and ".join([", ".join(clauses[:-1]), clauses[-1]]) if len(clauses) > 1 else clauses[0]
    return f"{sentence[:1].upper()}{sentence[1:]}."
