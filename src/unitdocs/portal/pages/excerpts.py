"""Excerpts: tables of selected cases for hand-written pages, declared in `docs/excerpts.toml`.

A guide includes `generated/<page>/<name>.md`, where `<page>` is its file name without the suffix, and
`generated/<page>/status.md`, which states where the numbers come from.
"""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from unitdocs.analysis.run import Run
from unitdocs.analysis.selection import Declaration, Selection, load_declaration
from unitdocs.portal.components.markup import Page
from unitdocs.portal.components.page_output import PageOutput, paragraph
from unitdocs.portal.components.provenance import status
from unitdocs.portal.components.verdicts import verdict_table

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


class Excerpts(Declaration):
    """All excerpts of a site."""

    excerpts: tuple[Excerpt, ...] = ()


def load_excerpts(docs: Path) -> tuple[Excerpt, ...]:
    """Return the excerpts of a site.

    Raises:
        InputError: the file that declares them is invalid.
    """
    return load_declaration(docs / FILE, Excerpts).excerpts


def build_pages(reference: Run, machine: Run | None, excerpts: Sequence[Excerpt]) -> list[PageOutput]:
    """Return the snippets of each page with excerpts: `status`, and one for each excerpt."""
    pages = dict.fromkeys(excerpt.page for excerpt in excerpts)
    return [
        _page(reference, machine, page, [excerpt for excerpt in excerpts if excerpt.page == page]) for page in pages
    ]


def _page(reference: Run, machine: Run | None, source: str, excerpts: list[Excerpt]) -> PageOutput:
    page = Page(source)
    output = PageOutput(page, PurePosixPath(source).stem)
    output.snippet("status", status(page, reference, machine))
    for excerpt in excerpts:
        cases = excerpt.of(reference.cases)
        output.snippet(
            excerpt.name,
            verdict_table(excerpt.title, cases, None, page) if cases else paragraph("The record has no such case."),
        )
    return output
