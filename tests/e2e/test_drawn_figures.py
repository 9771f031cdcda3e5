"""Every figure is drawn: in light and in dark, by a full load, by a link of the navigation, and after going back.

`figures.js` looks at each figure as a reader would: marks and texts are there, inside the picture, apart from one
another, and stand out from the page (4.5:1 for text, 3:1 for marks).
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from serving import CASES, REPRESENTATIVE, Extent, OpenPage, Site, some_and_all_pages

LOOK = Path(__file__).with_name("figures.js").read_text()
WITHOUT_COMMENT = LOOK[LOOK.index("async () =>") :]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SCHEMES = {"light": "default", "dark": "slate"}
VISIBLE_LINKS = """(place) => [...document.querySelectorAll(place)]
    .filter((link) => link.checkVisibility() && link.getBoundingClientRect().width > 0)
    .map((link) => link.href.split("#")[0])"""
FOLLOW = """([place, href]) => [...document.querySelectorAll(place)]
    .find((link) => link.href.split("#")[0] === href).click()"""
TABS, PAGES, IN_TEXT = ".md-tabs__link", ".md-nav--primary a.md-nav__link", "article a"

both_schemes = pytest.mark.parametrize("scheme", SCHEMES)


def look(page: Page) -> dict[str, Any]:
    """Scroll through the page's figures; none may have a problem."""
    seen: dict[str, Any] = page.evaluate(WITHOUT_COMMENT)
    assert seen["problems"] == []
    return seen


def follow(page: Page, place: str, href: str) -> None:
    """Click a link of the navigation and wait until the other page has replaced this one, without a full load."""
    page.evaluate("document.querySelector('article').dataset.old = window.isTheSameDocument = 'true'")
    page.evaluate(FOLLOW, [place, href])
    page.wait_for_url(href)
    expect(page.locator("article[data-old]")).to_have_count(0)
    assert page.evaluate("window.isTheSameDocument"), f"{href} was loaded in full"


def open_with_list_of_pages(page: Page, address: str) -> None:
    """Open a page and wait for the list of pages, which the theme needs to follow links without a full load."""
    with page.expect_response("**/sitemap.xml"):
        page.goto(address, wait_until="networkidle")


def test_a_figure_that_is_a_table_is_left_alone_and_so_are_those_of_the_next_page_drawn(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page()
    open_with_list_of_pages(page, f"{site.url}benchmarks/profile/")
    page.mouse.move(200, 200)
    page.mouse.wheel(0, 100)  # from here on figures in view are drawn
    for figure in page.locator("figure.ud-profiled").all():
        figure.scroll_into_view_if_needed()
        page.evaluate("() => new Promise((done) => requestIdleCallback(() => setTimeout(done, 300)))")
    assert page.locator("figure.ud-profiled").count()
    assert page.locator("figure.ud-profiled[data-state], .ud-error").count() == 0
    follow(page, PAGES, f"{site.url}benchmarks/load/")
    look(page)


def go_back(page: Page) -> None:
    page.evaluate("document.querySelector('article').dataset.old = 'true'")
    page.evaluate("history.back()")
    expect(page.locator("article[data-old]")).to_have_count(0)
    assert page.evaluate("window.isTheSameDocument")


def toggle(page: Page) -> None:
    page.locator("[data-md-component=palette] label:not([hidden])").click()


def choose(page: Page, scheme: str) -> None:
    """Press the palette's button until the scheme is there."""
    for _ in range(3):
        if page.evaluate("document.body.dataset.mdColorScheme") != SCHEMES[scheme]:
            toggle(page)
    assert page.evaluate("document.body.dataset.mdColorScheme") == SCHEMES[scheme]


@pytest.mark.parametrize(
    ("scheme", "extent"),
    [
        ("light", Extent.ALL),
        ("dark", Extent.SOME),
        pytest.param("dark", Extent.ALL, marks=pytest.mark.long),
    ],
)
def test_every_figure_is_drawn_when_its_page_is_loaded(
    site: Site, open_page: OpenPage, scheme: str, extent: Extent
) -> None:
    page = open_page(color_scheme=scheme)
    for address in extent.of(site.pages_with_figures):
        page.goto(site.url + address)
        assert page.evaluate("document.body.dataset.mdColorScheme") == SCHEMES[scheme]
        assert look(page)["count"] > 0


def test_figures_are_drawn_when_their_page_is_reached_through_the_navigation(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    open_with_list_of_pages(page, f"{site.url}benchmarks/method/")
    for address, place in (("benchmarks/scenarios/layouts/", PAGES), ("", TABS)):
        follow(page, place, site.url + address)
        assert look(page)["count"] > 0


@pytest.mark.long
@both_schemes
def test_every_figure_is_drawn_when_its_page_is_reached_through_the_navigation(
    site: Site, open_page: OpenPage, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    open_with_list_of_pages(page, site.url)
    visited = set()
    for tab in page.evaluate(VISIBLE_LINKS, TABS):
        follow(page, TABS, tab)
        look(page)
        visited.add(tab.removeprefix(site.url))
        if not page.evaluate(VISIBLE_LINKS, PAGES):  # it hides the list of pages; the next one of its folder has it
            folder = tab.rstrip("/").rpartition("/")[0]
            inner = [
                href for href in page.evaluate(VISIBLE_LINKS, IN_TEXT) if href.rstrip("/").rpartition("/")[0] == folder
            ]
            for href in [href for href in inner if href not in (tab, site.url)][:1]:
                follow(page, IN_TEXT, href)
        for href in page.evaluate(VISIBLE_LINKS, PAGES):
            if href != tab:
                follow(page, PAGES, href)
                look(page)
                visited.add(href.removeprefix(site.url))
    expected = {one for one in site.pages if not one.startswith(CASES)}
    assert {one for one in visited if not one.startswith(CASES)} == expected


@some_and_all_pages
def test_every_figure_is_drawn_again_after_going_back(site: Site, open_page: OpenPage, extent: Extent) -> None:
    page = open_page()
    for address in extent.of(site.pages_with_figures):
        here = site.url + address
        open_with_list_of_pages(page, here)
        before = look(page)["count"]
        follow(page, TABS, f"{site.url}reference/cli/" if not address else site.url)
        go_back(page)
        expect(page).to_have_url(here)
        assert look(page)["count"] == before > 0, address


@pytest.mark.parametrize(
    "address",
    [
        *REPRESENTATIVE,
        pytest.param("benchmarks/comparison/", marks=pytest.mark.long),
    ],
)
def test_figures_change_their_colours_with_the_palette(site: Site, open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(site.url + address)
    choose(page, "light")
    light = look(page)["colours"]
    choose(page, "dark")
    page.evaluate("new Promise(requestAnimationFrame)")
    dark = look(page)["colours"]
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_the_notebook_s_page_shows_a_live_figure_and_its_tables(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}notebooks/read-a-record/")
    assert look(page)["count"] > 0
    frames = page.locator(".ud-frame table")
    assert frames.count() > 0
    for frame in frames.all():
        expect(frame).to_be_visible()
        assert frame.locator("tbody tr").count() > 0
    page.locator("figure.ud-figure summary").first.click()
    expect(page.locator("figure.ud-figure details table").first).to_be_visible()


@some_and_all_pages
def test_every_figure_fits_a_phone(site: Site, open_page: OpenPage, extent: Extent) -> None:
    page = open_page(**PHONE)
    for address in extent.of(site.pages_with_figures):
        page.goto(site.url + address)
        look(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390, address


@pytest.mark.long
@both_schemes
def test_every_figure_is_drawn_on_a_phone_and_when_it_is_turned(site: Site, open_page: OpenPage, scheme: str) -> None:
    page = open_page(**PHONE, color_scheme=scheme)
    for address in site.pages_with_figures:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(site.url + address)
        look(page)
        page.set_viewport_size({"width": 844, "height": 390})
        page.wait_for_timeout(500)  # plotly waits until the size is steady
        look(page)
