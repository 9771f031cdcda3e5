"""The code of what the reference documents, as a reader finds it in the site: on a plain page for each module."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from serving import PREFIX, OpenPage, PagesHandler, Site, Watch, served

from project_copies import ROOT
from unitdocs.publishing.sharing import SHARED, share

CACHE = "unitdocs.units.refactored.cache"

DOCUMENTED = re.compile(r'<h\d id="(unitdocs\.[\w.]+)"[^>]*class="doc doc-heading"')
LINK = re.compile(r'<a href="\.\./source/([\w.]+)\.html#L(\d+)" aria-label="Source of ([\w.]+)">Source</a>')
LINES = re.compile(r"<a id=L(\d+)>(.*?)\n</a>", re.DOTALL)
ANCHOR = re.compile(r'<a href="\.\./\.\./reference/([\w-]+)/#(unitdocs[\w.]*)"><code>')
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
            source = (site.folder / "reference" / "source" / f"{module}.html").read_text()
            shown = re.sub("<[^>]*>", "", dict(LINES.findall(source))[str(line)])
            begins = rf"\s*(@|(class|def) {path.rsplit('.', 1)[-1]}\b|{path.rsplit('.', 1)[-1]}\b)"
            assert line == 1 or re.match(begins, shown), (path, shown)
        found += len(links)
    assert found > 200


def test_every_source_page_is_documented_and_leads_back_to_what_is_there(site: Site) -> None:
    sources = sorted((site.folder / "reference" / "source").iterdir())
    assert len(sources) > 30
    for address in sources:
        back = ANCHOR.findall(address.read_text())
        assert back, address
        for page, anchor in back:
            text = (site.folder / "reference" / page / "index.html").read_text()
            assert f'id="{anchor}"' in text or f'aria-label="Source of {anchor}"' in text, (address, anchor)


def test_a_source_page_is_not_found_by_the_search(site: Site) -> None:
    assert "reference/source/" not in (site.folder / "search" / "search_index.json").read_text()


def line_of_class() -> int:
    source = (ROOT / "src" / "unitdocs" / "units" / "refactored" / "cache.py").read_text().splitlines()
    return next(number for number, text in enumerate(source, 1) if text.startswith("class Cache("))


def follow_to_line(page: Page, line: int) -> None:
    """Follow a link of the reference to the source, and see that its line is shown."""
    follow(page.get_by_role("link", name="Source of unitdocs.units.Cache", exact=True))
    target = page.locator(f"#L{line}")
    expect(target).to_contain_text("class Cache(")
    expect(target).to_be_in_viewport()
    assert page.evaluate(f"document.querySelector(':target').id === 'L{line}'")


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "no script"])
def test_a_click_on_source_arrives_at_the_line_and_leads_back(
    site: Site, open_page: OpenPage, options: dict[str, bool]
) -> None:
    page = open_page(**options)
    page.goto(f"{site.url}reference/units/")
    link = page.get_by_role("link", name="Source of unitdocs.units.Cache", exact=True)
    if options:
        link.click()
    else:
        follow_to_line(page, line_of_class())
    expect(page).to_have_url(f"{site.url}reference/source/{CACHE}.html#L{line_of_class()}")
    page.get_by_role("link", name="unitdocs.units.Cache", exact=True).click()
    expect(page).to_have_url(f"{site.url}reference/units/#unitdocs.units.Cache")
    expect(page.locator("[id='unitdocs.units.Cache']")).to_be_in_viewport()


@pytest.mark.parametrize(("system", "chosen", "shown"), [("light", 2, "dark"), ("dark", 1, "light"), ("dark", 0, "")])
def test_a_source_has_the_colours_that_its_reader_chose(
    site: Site, open_page: OpenPage, system: str, chosen: int, shown: str
) -> None:
    page = open_page(color_scheme=system)
    page.goto(f"{site.url}reference/units/")
    page.evaluate(f"document.querySelector('#__palette_{chosen}').click()")
    follow_to_line(page, line_of_class())
    assert page.evaluate("document.documentElement.style.colorScheme") == shown
    is_dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(27, 31, 38)"
    assert is_dark == (shown == "dark" or not shown)


@pytest.fixture
def hosted(site: Site, tmp_path: Path) -> Path:
    """Return a folder with the site as two published versions, and as the latest."""
    moved = share(Path(shutil.copytree(site.folder, tmp_path / "1.0")), tmp_path / SHARED)
    assert moved[f"reference/source/{CACHE}.html"].startswith(SHARED)
    for name in ("2.0", "latest"):
        shutil.copytree(tmp_path / "1.0", tmp_path / name)
    return tmp_path


def test_a_source_that_versions_share_leads_back_to_the_version_it_was_reached_from(
    hosted: Path, open_page: OpenPage, watch: Watch
) -> None:
    with served(hosted, PREFIX, PagesHandler) as url:
        watch.url = url
        page = open_page()
        for version in ("1.0", "2.0", "latest"):
            page.goto(f"{url}{version}/reference/units/")
            follow_to_line(page, line_of_class())
            address = page.url
            assert address.startswith(f"{url}{SHARED}/")
            page.get_by_role("link", name="unitdocs.units.Cache", exact=True).click()
            expect(page).to_have_url(f"{url}{version}/reference/units/#unitdocs.units.Cache")
        page.goto("about:blank")
        page.goto(address)  # by a bookmark
        expect(page.get_by_role("link", name="Units", exact=True)).to_have_attribute(
            "href", re.compile(r"^\.\./\.\./latest/|/latest/reference/units/$")
        )
