"""What a reader of the home page and of the decision has at once: on the first screen, on a phone, and on paper."""

import re

import pytest
from playwright.sync_api import Page, expect
from serving import OpenPage, Site

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WORDS = "document.querySelector('article').innerText.split(/\\s+/).filter(Boolean).length"
ROWS = "#home-suites .ud-row-links a"


def bottom(page: Page, place: str) -> float:
    box = page.locator(place).last.bounding_box()
    assert box, place
    return box["y"] + box["height"]


def test_the_first_screen_has_the_answer_the_numbers_the_figure_and_how_sure(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(site.url)
    assert page.locator(".ud-band .ud-chip svg").count() == 1
    assert page.locator(".ud-tiles > li").count() == 4
    for place in (".ud-band", ".ud-tiles > li", "#home-suites .ud-stage", ".ud-overview .ud-lines-of-text"):
        assert bottom(page, place) <= 900, place
    assert page.evaluate(WORDS) <= 350


def test_the_first_screen_of_a_phone_has_band_and_tiles_and_the_beginning_of_the_figure(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page(**PHONE)
    page.goto(site.url)
    assert bottom(page, ".ud-tiles > li") < 740
    stage = page.locator("#home-suites .ud-stage").bounding_box()
    assert stage
    assert stage["y"] < 820
    boxes = [page.locator(".ud-tiles > li").nth(index).bounding_box() for index in range(4)]
    assert len({round(box["x"]) for box in boxes if box}) == 2, "two and two"


def test_without_javascript_a_row_of_the_figure_leads_to_its_suite(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(site.url)
    row = page.locator(ROWS).first
    box = row.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/benchmarks/scenarios/[a-z-]+/$"))


@pytest.mark.parametrize("place", ["the label", "the plot"])
def test_a_click_on_a_row_of_the_drawn_figure_leads_to_its_suite(site: Site, open_page: OpenPage, place: str) -> None:
    page = open_page()
    page.goto(site.url, wait_until="networkidle")
    page.locator("#home-suites").hover()
    expect(page.locator("#home-suites[data-state='drawn']")).to_be_visible()
    row = page.locator(ROWS).nth(1)
    address = row.evaluate("link => link.href")
    box, stage = row.bounding_box(), page.locator("#home-suites .ud-stage").bounding_box()
    assert box
    assert stage
    share = 0.05 if place == "the label" else 0.3
    page.mouse.click(stage["x"] + share * stage["width"], box["y"] + box["height"] / 2)
    expect(page).to_have_url(address)


@pytest.mark.parametrize("address", ["", "decision/"], ids=["home", "decision"])
def test_it_fits_on_one_sheet_of_paper(site: Site, open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(site.url + address)
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(pages) == 1


def test_no_text_of_the_decision_is_narrower_than_a_few_words_on_a_phone(site: Site, open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    page.goto(f"{site.url}decision/")
    widths = page.locator(".ud-criteria li > span:last-child").evaluate_all(
        "spans => spans.map(span => span.getBoundingClientRect().width)"
    )
    assert len(widths) > 15
    assert min(widths) > 300
