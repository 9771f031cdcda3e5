"""Excerpts: tables of chosen cases for pages that are written by hand, declared in `docs/excerpts.toml`.

A guide includes `generated/<page>/<name>.md`, where the page is its file's name without the ending, and
`generated/<page>/status.md`, which says where the numbers come from.
"""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from unitdocs.analysis.selection import Declared, Selection, load
from unitdocs.portal.components.markup import Page
from unitdocs.portal.components.page_output import Parts, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.pages.summary import verdict_table
from unitdocs.portal.site.evidence import Evidence

FILE = "excerpts.toml"


class Excerpt(Selection):
    """A table of the selected cases.

    Args:
        page: the page that includes it, by its path below docs.
        name: name of the snippet.
        title: the table's caption.
    """

    page: str
    name: str
    title: str


class Excerpts(Declared):
    """All excerpts of a site."""

    excerpts: tuple[Excerpt, ...] = ()


def declared(docs: Path) -> tuple[Excerpt, ...]:
    """Return the excerpts of a site.

    Raises:
        InputError: the file that declares them is not what it should be.
    """
    return load(docs / FILE, Excerpts).excerpts


def parts(evidence: Evidence, wanted: Sequence[Excerpt]) -> list[Parts]:
    """Return for each page with excerpts its snippets: `status`, and one for each excerpt."""
    pages = dict.fromkeys(excerpt.page for excerpt in wanted)
    return [_page(evidence, page, [excerpt for excerpt in wanted if excerpt.page == page]) for page in pages]


def _page(evidence: Evidence, source: str, excerpts: list[Excerpt]) -> Parts:
    page = Page(source)
    made = Parts(page, PurePosixPath(source).stem)
    made.snippet("status", status(page, evidence))
    for excerpt in excerpts:
        cases = excerpt.of(evidence.reference.cases)
        made.snippet(
            excerpt.name,
            verdict_table(excerpt.title, cases, None) if cases else paragraph("The record has no such case."),
        )
    return made
