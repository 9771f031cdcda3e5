"""Every page as it loads: nothing fails, nothing is asked of another host, nothing runs out of a phone's screen."""

import itertools

import pytest
from playwright.sync_api import expect
from serving import OpenPage, Site, Watch

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WIDEST = """() => [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => `${element.tagName}.${element.className}`).slice(0, 5)"""
POLICY = "meta[http-equiv='Content-Security-Policy']"
OVERFLOW = "document.scrollingElement.scrollWidth - innerWidth"
HEADINGS = """[...document.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)")]
    .map((heading) => Number(heading.tagName[1]))"""


def test_every_page_loads_without_an_error_or_a_request_to_another_host_and_fits_a_narrow_screen(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page()
    assert len(site.pages) > 15
    for address in site.pages:
        page.goto(site.url + address)
        assert "default-src 'self'" in (page.locator(POLICY).get_attribute("content") or ""), address
        levels = page.evaluate(HEADINGS)
        assert levels.count(1) == 1, address
        assert levels[0] == 1, address
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), address
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate(OVERFLOW) <= 0, (address, page.evaluate(WIDEST))
        page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_load_state("networkidle")


@pytest.mark.long
def test_no_page_is_wider_than_a_phone(site: Site, open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    for address in site.pages:
        page.goto(site.url + address)
        assert page.evaluate(OVERFLOW) <= 0, (address, page.evaluate(WIDEST))


def test_the_page_for_what_is_missing_has_the_site_s_look_and_leads_home(
    site: Site, open_page: OpenPage, watch: Watch
) -> None:
    page = open_page()
    missing = f"{site.url}no/such/page/"
    page.goto(missing, wait_until="networkidle")
    watch.forgive_missing(missing)
    expect(page.get_by_role("heading", name="404 - Not found")).to_be_visible()
    page.locator(".md-header__button.md-logo").click()
    expect(page).to_have_url(site.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("replace the original")


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("interval", "benchmarks/"),
        ("rollback", "deploy/rollback/"),
        ("ship", "decision/"),
        ("release", "decision/"),
        ("go live", "decision/"),
        ("slower", "decision/"),
        ("inventory", "benchmarks/cases/"),
        ("selfcheck", "reference/cli/"),
        ("inputerror", "reference/"),
    ],
    ids=[
        "a term",
        "a guide",
        "to ship",
        "a release",
        "to go live",
        "what is slower",
        "a case",
        "a command",
        "an error",
    ],
)
def test_a_search_for_a_word_finds_pages_and_leads_to_one(
    site: Site, open_page: OpenPage, word: str, place: str
) -> None:
    page = open_page()
    page.goto(site.url)
    page.keyboard.press("/")
    page.keyboard.type(word)
    results = page.locator(f".md-search-result__link[href*='{place}'][href*='h={word.split(maxsplit=1)[0]}']")
    results.first.dispatch_event("click")  # one further down is below the fold of the list
    page.wait_for_url(f"{site.url}{place}**")
    expect(page.locator("article mark:visible").first).to_be_visible()
