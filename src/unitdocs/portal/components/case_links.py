"""The page of each case of the reference record, and links that lead to it from wherever the case is named."""

import hashlib
import re

from unitdocs.analysis.case_result import CaseResult
from unitdocs.portal.components.markup import Html, Page, link

FOLDER = "benchmarks/cases"
"""Folder of the pages of cases, below docs; everything in it is generated."""
RESERVED = ("index", "readme", "404", "con", "prn", "aux", "nul")
"""Names that a site gives to pages of its own, and that Windows has no files of."""
MOST_LETTERS = 80
CHECKSUM = re.compile(r"(^|-)[0-9a-f]{8}$")
"""The end of a changed name."""


def case_page(suite: str, scenario: str) -> Page:
    """Return the page of a scenario, which shows the cases of all its metrics; no two scenarios share one."""
    return Page(f"{FOLDER}/{_segment(suite)}/{'/'.join(map(_segment, scenario.split('/')))}.md")


def case_link(page: Page, case: CaseResult, text: str = "") -> Html:
    """Return the title of a case of the reference record, or another text, as a link to the case's page."""
    return scenario_link(page, case.suite, case.scenario, text or case.title)


def scenario_link(page: Page, suite: str, scenario: str, text: str) -> Html:
    """Return a text as a link to the page of a scenario of the reference record."""
    return link(text, page.link(case_page(suite, scenario).source))


def _segment(name: str) -> str:
    """Return a name as one part of an address; a changed name gets a checksum, so that it stays unique."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:MOST_LETTERS].strip("-")
    if plain and plain == name and plain not in RESERVED and not CHECKSUM.search(plain):
        return plain
    checksum = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}-{checksum}" if plain else checksum
