"""Tiles: one large number each, with its range, what it is, and a link."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from unitdocs.analysis.case_result import Outcome
from unitdocs.portal.components.markup import Html, escape, link, tag
from unitdocs.portal.components.page_output import slug

_UNITS = re.compile(r"(?<=\d) (?=%|[a-zµ]?B\b)")
"""The space between a number and its unit, where a narrow tile does not break."""


@dataclass(frozen=True)
class Tile:
    """One number for somebody who reads nothing else.

    Args:
        name: what it is about, in a word or two.
        address: where to find more.
        number: the number with its unit, or why there is none.
        extent: its range; may be empty.
        text: what the number is.
        outcome: whether it is better or worse, which colours it.
    """

    name: str
    address: str
    number: str
    extent: str
    text: Html
    outcome: Outcome = Outcome.NONE


def tile_list(tiles: Sequence[Tile]) -> Html:
    """Return tiles next to each other, on a narrow screen two and two."""
    return tag("ul", *map(_tile, tiles), class_="ud-tiles")


def _tile(tile: Tile) -> Html:
    number = tag("strong", tile.number, class_=f"ud-large ud-{slug(tile.outcome)}")
    extent = [tag("span", Html(_UNITS.sub("&nbsp;", escape(tile.extent))))] if tile.extent else []
    return tag("li", link(tile.name, tile.address), number, *extent, tag("small", tile.text))
