"""Wherever a table or a list of the site names a case of the reference record, the name leads to the case's page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from unitdocs.analysis.descriptions import extent, interval
from unitdocs.analysis.run import Run
from unitdocs.formatting import probability
from unitdocs.portal.components.case_links import FOLDER, case_page
from unitdocs.portal.components.markup import Html, escape
from unitdocs.portal.components.page_output import PageOutput
from unitdocs.portal.pages import cases
from unitdocs.portal.site.incremental import Rendering
from unitdocs.portal.site.inputs import Inputs
from unitdocs.portal.site.rendering import PAGES

ROOT = Path(__file__).parents[2]
OTHER_RECORDS = {"peers", "trend"}
"""Pages that name cases of other records."""
NOT_LINKED: set[str] = set()
"""Pages whose tables do not link their cases yet."""


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return Inputs(ROOT / "docs", ROOT, ROOT / "benchmarks" / "results" / "reference.json.gz", None)


@pytest.fixture(scope="module")
def run(inputs: Inputs) -> Run:
    run: Run = inputs.value("reference")
    return run


@pytest.fixture(scope="module")
def pages(inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> list[PageOutput]:
    """Return every page that is made from the reference record; nothing is written."""
    rendering = Rendering(tmp_path_factory.mktemp("docs"), inputs)
    return [page for build in PAGES for page in rendering.build(build)]


class NamesInCells(HTMLParser):
    """Collects the texts within cells and list items that are not within a link."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.unlinked: list[str] = []
        self._cells = self._links = 0
        self.feed(re.sub(r"<svg.*?</svg>", "", content, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._cells += tag in ("td", "th", "li")
        self._links += tag == "a" and "href" in dict(attrs)

    def handle_endtag(self, tag: str) -> None:
        self._cells -= tag in ("td", "th", "li")
        self._links -= tag == "a" and self._links > 0

    def handle_data(self, data: str) -> None:
        if self._cells and not self._links:
            self.unlinked.append(" ".join(data.split()))


def markdown_of(page: PageOutput) -> str:
    return "\n".join(str(content) for name, content in page.files.items() if name.endswith(".md"))


def test_the_name_of_a_case_in_a_table_or_list_is_a_link(pages: list[PageOutput], run: Run) -> None:
    titles = {case.title for case in run.cases}
    unlinked = {
        (page.name, text)
        for page in pages
        if page.name not in OTHER_RECORDS | NOT_LINKED
        for text in NamesInCells(markdown_of(page)).unlinked
        if text in titles
    }
    assert sorted(unlinked) == []


def test_every_case_has_a_page_that_other_pages_lead_to(pages: list[PageOutput], run: Run) -> None:
    expected = {case_page(case.suite, case.scenario).source for case in run.cases}
    made = {page.page.source for page in pages if page.page.source.startswith(FOLDER)}
    assert made == expected
    suites = [page for page in pages if page.name.startswith("scenarios/")]
    linked = {
        f"benchmarks/{address}.md"
        for page in suites
        for address in re.findall(r'href="(?:\.\./)+(cases/[^"]*)/"', markdown_of(page))
    }
    assert linked == expected


def test_the_page_of_a_case_has_each_effect_as_all_other_pages_have_it(pages: list[PageOutput], run: Run) -> None:
    contents = {page.page.source: markdown_of(page) for page in pages if page.page.source.startswith(FOLDER)}
    for case in run.cases:
        content = contents[case_page(case.suite, case.scenario).source]
        if case.effect:
            p = "" if case.effect.p_adjusted is None else probability(case.effect.p_adjusted)
            end = f", p {p if p.startswith('<') else f'= {p}'}" if p else ""
            note = Html(f"{escape(interval(case))}</small><br><small>") if interval(case) else ""
            verdict = escape(f"{case.outcome_label}, n = {case.control_n}{end}")
            assert f"{escape(extent(case))}</span><br><small>{note}{verdict}</small>" in content, case.key


def test_the_pages_of_cases_are_small_together(pages: list[PageOutput]) -> None:
    sizes = [len(markdown_of(page)) for page in pages if page.page.source.startswith(FOLDER)]
    assert sum(sizes) < 1_500_000


def test_the_command_of_every_suite_is_shown(pages: list[PageOutput], run: Run) -> None:
    shown = {
        line
        for page in pages
        if page.page.source.startswith(FOLDER)
        for line in markdown_of(page).splitlines()
        if line.startswith("unitdocs ")
    }
    assert shown == {cases.command(suite) for suite in run.suites}
