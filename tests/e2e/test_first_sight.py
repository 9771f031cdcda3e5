"""What is on a page before anything is drawn or loaded, and what takes its place then."""

import contextlib

import pytest
from playwright.sync_api import Page, expect
from serving import OpenPage, Site

FIGURES = "benchmarks/comparison/"
MOVES = 60
IN_PAGE, FOLDED = "figure.ud-figure:has(.ud-svg)", ".ud-more"
SEARCH = "search_index.json"
HEAVY = ("plotly.min.js", SEARCH, "generated/figures/")
TEXTS = "(all) => all.map((one) => one.textContent)"
STATE = "[...document.querySelectorAll('figure.ud-figure')].map((figure) => figure.dataset.state ?? '')"


def requests_of(page: Page) -> list[str]:
    """Return a list that takes the addresses of what the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def test_without_javascript_every_figure_is_seen_or_its_table_is(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    for address in site.pages_with_figures:
        page.goto(site.url + address)
        for figure in page.locator(IN_PAGE).all():
            box = figure.locator(".ud-svg").bounding_box()
            assert box is not None, address
            assert min(box["height"], box["width"]) > 100, address
            assert figure.locator(".ud-svg text").count() > 3, address
            expect(figure.locator("figcaption")).to_be_visible()
            expect(figure.locator(".ud-live")).to_be_hidden()
        for folded in page.locator(FOLDED).all()[:3]:
            if folded.get_attribute("open") is None:
                folded.locator("summary").first.click()
            expect(folded.locator("table").first).to_be_visible()


def test_nothing_heavy_is_loaded_before_the_first_input_and_the_search_only_when_it_is_used(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page()
    asked = requests_of(page)
    page.goto(site.url + FIGURES, wait_until="networkidle")
    assert [address for address in asked if any(part in address for part in HEAVY)] == []
    drawn = page.locator("figure.ud-figure[data-state='drawn']").first
    for step in range(MOVES):  # a hand moves more than once; the page's programs may just have begun
        page.mouse.move(300 + step, 300)
        with contextlib.suppress(AssertionError):
            expect(drawn).to_be_visible(timeout=1_000)
            break
    expect(drawn).to_be_visible()
    for part in HEAVY:
        assert bool([address for address in asked if part in address]) is (part != SEARCH), part
    with page.expect_request(f"**/{SEARCH}"):
        page.locator(".md-search__input").hover()


def test_a_figure_that_is_pointed_at_is_drawn_at_once_and_no_other(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 1280, "height": 500})
    page.goto(site.url + FIGURES)
    last = page.locator(IN_PAGE).last
    last.locator(".ud-live").dispatch_event("focusin")
    expect(last).to_have_attribute("data-state", "drawn")
    assert page.evaluate(STATE).count("drawn") == 1


def test_the_button_of_a_figure_draws_it_and_then_shows_the_whole_of_it_again(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(site.url + FIGURES)
    figure = page.locator(IN_PAGE).first
    figure.locator(".ud-live").press("Enter")
    expect(figure).to_have_attribute("data-state", "drawn")
    ticks = figure.locator(".xtick text")
    before = ticks.evaluate_all(TEXTS)
    box = figure.locator(".nsewdrag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 150, steps=5)
    page.mouse.up()
    assert ticks.evaluate_all(TEXTS) != before
    figure.locator(".ud-live").click()
    for tick, text in zip(ticks.all(), before, strict=True):
        expect(tick).to_have_text(text)


@pytest.mark.parametrize("is_drawn", [False, True])
def test_on_paper_a_figure_is_its_svg(site: Site, open_page: OpenPage, *, is_drawn: bool) -> None:
    page = open_page()
    page.goto(site.url)
    figure = page.locator(IN_PAGE).first
    if is_drawn:
        figure.hover()
        expect(figure).to_have_attribute("data-state", "drawn")
        expect(figure.locator(".ud-static")).to_be_hidden()
    page.emulate_media(media="print")
    expect(figure.locator(".ud-static")).to_be_visible()
    expect(figure.locator(".ud-live")).to_be_hidden()
    assert figure.locator(".ud-drawn").count() == int(is_drawn)
    for drawn in figure.locator(".ud-drawn").all():
        expect(drawn).to_be_hidden()
