"""The page of each case of the reference record, and links that lead to it from wherever the case is named."""

import hashlib
import re

from unitdocs.analysis.case_result import CaseResult
from unitdocs.portal.components.markup import Html, Page, link

FOLDER = "benchmarks/cases"
"""Folder of the pages of cases, below docs; everything in it is generated."""
RESERVED = ("index", "readme", "404")
"""Names that a site gives to pages of its own."""


def case_page(suite: str, scenario: str) -> Page:
    """Return the page of a scenario, which shows the cases of all its metrics; no two scenarios share one."""
    return Page(f"{FOLDER}/{_segment(suite)}/{'/'.join(map(_segment, scenario.split('/')))}.md")


def case_link(page: Page, case: CaseResult, text: str = "") -> Html:
    """Return the title of a case of the reference record, or another text, as a link to the case's page."""
    return link(text or case.title, page.link(case_page(case.suite, case.scenario).source))


def _segment(name: str) -> str:
    """Return a name as one part of an address; a changed name gets a checksum, so that it stays unique."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if plain == name and plain not in RESERVED:
        return plain
    checksum = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}-{checksum}" if plain else checksum
