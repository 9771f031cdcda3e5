"""The code of what the reference documents, as a reader finds it in the site."""

import re

from playwright.sync_api import Locator, expect
from serving import ROOT, OpenPage, Site

DOCUMENTED = re.compile(r'<h\d id="(unitdocs\.[\w.]+)"[^>]*class="doc doc-heading"')
LINK = re.compile(r'<a href="\.\./source/([\w.]+)/#L(\d+)" aria-label="Source of ([\w.]+)">Source</a>')
LINES = re.compile(r'<span id="L(\d+)">(.*?)\n</span>', re.DOTALL)
ANCHOR = re.compile(r'<a href="\.\./\.\./([\w-]+)/#(unitdocs[\w.]*)"><code>')
AT_REST = """() => new Promise((resolve) => {
    const look = () => (history.state?.y === scrollY ? resolve() : setTimeout(look, 20));
    look();
})"""


def follow(link: Locator) -> None:
    """Click on a link, but not while the page still moves: the theme would go on from where it was a moment ago."""
    link.scroll_into_view_if_needed()
    link.page.evaluate(AT_REST)
    link.click()


def test_every_documented_object_leads_to_the_line_that_begins_it(site: Site) -> None:
    pages = [(site.folder / page / "index.html").read_text() for page in site.pages if page.startswith("reference/")]
    found = 0
    for text in pages:
        links = {path: (module, int(line)) for module, line, path in LINK.findall(text)}
        assert set(DOCUMENTED.findall(text)) - set(links) == set()
        for path, (module, line) in links.items():
            source = (site.folder / "reference" / "source" / module / "index.html").read_text()
            shown = re.sub("<[^>]*>", "", dict(LINES.findall(source))[str(line)])
            begins = rf"\s*(@|(class|def) {path.rsplit('.', 1)[-1]}\b|{path.rsplit('.', 1)[-1]}\b)"
            assert line == 1 or re.match(begins, shown), (path, shown)
        found += len(links)
    assert found > 200


def test_every_source_page_is_documented_and_leads_back_to_what_is_there(site: Site) -> None:
    sources = [page for page in site.pages if page.startswith("reference/source/")]
    assert len(sources) > 30
    for address in sources:
        back = ANCHOR.findall((site.folder / address / "index.html").read_text())
        assert back, address
        for page, anchor in back:
            text = (site.folder / "reference" / page / "index.html").read_text()
            assert f'id="{anchor}"' in text or f'aria-label="Source of {anchor}"' in text, (address, anchor)


def test_a_source_page_is_not_found_by_the_search(site: Site) -> None:
    assert "reference/source/" not in (site.folder / "search" / "search_index.json").read_text()


def test_a_click_on_source_arrives_at_the_line_without_loading_the_site_again(site: Site, open_page: OpenPage) -> None:
    source = (ROOT / "src" / "unitdocs" / "units" / "refactored" / "cache.py").read_text().splitlines()
    line = next(number for number, text in enumerate(source, 1) if text.startswith("class Cache("))
    page = open_page()
    page.goto(f"{site.url}reference/units/")
    page.evaluate("window.isTheSame = true")
    follow(page.get_by_role("link", name="Source of unitdocs.units.Cache", exact=True))
    expect(page).to_have_url(f"{site.url}reference/source/unitdocs.units.refactored.cache/#L{line}")
    target = page.locator(f"#L{line}")
    expect(target).to_contain_text("class Cache(")
    expect(target).to_be_in_viewport()
    assert page.evaluate(f"document.querySelector(':target').id === 'L{line}'")
    assert page.evaluate("window.isTheSame") is True
    follow(page.get_by_role("link", name="unitdocs.units.Cache", exact=True))
    expect(page).to_have_url(f"{site.url}reference/units/#unitdocs.units.Cache")
    expect(page.locator("[id='unitdocs.units.Cache']")).to_be_in_viewport()
