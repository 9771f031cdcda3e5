"""The table of effects as a reader uses it: orders, filters, an address to share, keyboard, phone, paper, no script."""

import io
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader
from serving import OpenPage, Site

SUMMARY = "benchmarks/summary/"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
ROWS = ".ud-effects tbody tr[data-worst]"
SHOWN = f"{ROWS}:visible"
STATUS = ".ud-effect-controls [role='status']"
OUTSIDE = """() => [...document.querySelectorAll(".ud-effects :is(th, td, b), .ud-effect-controls *")]
    .filter((element) => element.checkVisibility())
    .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < -1 || right > innerWidth + 1;
    }).map((element) => element.textContent.slice(0, 60))"""
"""What is not within the width of the page."""


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator(".ud-effects[data-shown]")).to_be_visible()
    return page


def field(page: Page, name: str) -> Locator:
    return page.locator(f".ud-effect-controls [name='{name}']")


def head(page: Page, name: str) -> Locator:
    return page.locator(".ud-effects thead th", has_text=name)


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def settle(page: Page) -> None:
    """Wait until all rows are in their places, in the document too: that comes after the first paint."""
    expect(page.locator(".ud-effects[aria-busy]")).to_have_count(0)


def places(page: Page, attribute: str) -> list[int]:
    """Return an attribute of the visible rows that is a number, in their order."""
    settle(page)
    return [int(row.get_attribute(attribute) or -1) for row in page.locator(SHOWN).all()]


def ranks(page: Page, column: str) -> list[int | None]:
    """Return the ranks of the visible cells of a column, in the order of their rows."""
    settle(page)
    names = page.locator(".ud-effects thead th").evaluate_all("(heads) => heads.map((one) => one.dataset.column)")
    cells = page.locator(f"{SHOWN} > :nth-child({names.index(column) + 1})")
    found = cells.evaluate_all("(cells) => cells.map((cell) => cell.dataset.rank ?? null)")
    return [None if rank is None else int(rank) for rank in found]


def letters(text: str) -> str:
    """Return a text without what paper changes: lines break elsewhere, and some letters are drawn as one."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.fixture
def page(site: Site, open_page: OpenPage) -> Iterator[Page]:
    """Return the page with its program running."""
    yield opened(open_page(), site.url + SUMMARY)  # noqa: PT022 -- what watches the page ends after it


def test_rows_are_sorted_by_suite_from_the_worst_and_by_gain(page: Page) -> None:
    suites = page.locator(".ud-suite-row")
    expect(suites.first).to_be_visible()
    count = page.locator(SHOWN).count()
    field(page, "order").select_option("worst")
    assert places(page, "data-worst") == list(range(count))
    expect(page.locator(".ud-suite-row:visible")).to_have_count(0)
    field(page, "order").select_option("gain")
    assert places(page, "data-gain") == list(range(count))
    field(page, "order").select_option("suite")
    expect(page.locator(".ud-suite-row:visible")).to_have_count(suites.count())
    within = [places(page, "data-worst")]
    assert within != [list(range(count))]


def test_a_column_is_sorted_from_its_head_by_mouse_and_by_keyboard(page: Page) -> None:
    button = head(page, "Peak memory").get_by_role("button")
    button.click()
    expect(head(page, "Peak memory")).to_have_attribute("aria-sort", "ascending")
    found = ranks(page, "peak memory")
    measured = [rank for rank in found if rank is not None]
    assert measured == list(range(len(measured)))
    assert found[len(measured) :] == [None] * (len(found) - len(measured))
    assert query(page) == {"by": "peak memory", "order": "worst"}
    button.focus()
    page.keyboard.press("Enter")
    expect(head(page, "Peak memory")).to_have_attribute("aria-sort", "descending")
    expect(button).to_be_focused()
    found = ranks(page, "peak memory")
    assert found[: len(measured)] == measured[::-1]
    assert found[-1] is None
    page.keyboard.press("Enter")
    expect(page.locator("[aria-sort]")).to_have_count(0)
    assert query(page) == {}


def test_orders_that_follow_one_another_at_once_end_in_the_last(page: Page) -> None:
    titles = page.locator(f"{ROWS} th").all_text_contents()
    values = ["worst", "gain", "suite", "gain", "worst"]
    script = """(values) => {
        const form = document.querySelector(".ud-effect-controls");
        for (const value of values) {
            form.elements.order.value = value;
            form.elements.order.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }"""
    page.evaluate(script, values)
    assert places(page, "data-worst") == list(range(len(titles)))
    page.evaluate(script, [*values, "suite"])
    settle(page)
    assert page.locator(f"{SHOWN} th").all_text_contents() == titles
    expect(page.locator("tbody[data-flat]")).to_have_count(0)


def test_filters_leave_the_rows_that_match_and_their_number_is_said(page: Page) -> None:
    count = page.locator(ROWS).count()
    expect(page.locator(STATUS)).to_have_text(f"{count} of {count} scenarios")
    field(page, "verdict").select_option("worse")
    worse = page.locator(f"{ROWS}:has([data-verdict='worse'])").count()
    assert 0 < worse < count
    expect(page.locator(SHOWN)).to_have_count(worse)
    expect(page.locator(STATUS)).to_have_text(f"{worse} of {count} scenarios")
    field(page, "suite").select_option("cold")
    both = page.locator("tbody[data-suite='cold'] tr:has([data-verdict='worse'])").count()
    assert both > 1
    expect(page.locator(SHOWN)).to_have_count(both)
    expect(page.locator(".ud-suite-row:visible")).to_have_count(1)
    field(page, "text").fill("PRIZE wheel")
    expect(page.locator(SHOWN)).to_have_count(1)
    expect(page.locator(STATUS)).to_have_text(f"1 of {count} scenarios")
    field(page, "text").fill("no such scenario")
    expect(page.locator(STATUS)).to_have_text(f"0 of {count} scenarios")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(SHOWN)).to_have_count(count)
    expect(field(page, "text")).to_have_value("")
    assert query(page) == {}


def test_the_address_keeps_what_is_chosen_and_brings_it_back(page: Page, site: Site, open_page: OpenPage) -> None:
    depth = page.evaluate("history.length")
    field(page, "verdict").select_option("worse")
    field(page, "text").fill("elements & more")
    field(page, "text").fill("elements")
    field(page, "order").select_option("gain")
    assert query(page) == {"verdict": "worse", "text": "elements", "order": "gain"}
    assert page.evaluate("history.length") == depth
    again = opened(open_page(), page.url)
    settle(again)
    settle(page)
    assert again.locator(SHOWN).all_inner_texts() == page.locator(SHOWN).all_inner_texts()
    for name in ("verdict", "text", "order"):
        expect(field(again, name)).to_have_value(field(page, name).input_value())
    assert query(again) == query(page)
    odd = opened(open_page(), f"{site.url}{SUMMARY}?verdict=nothing&order=%3Cb%3E&by=time&metric=x&suite=cold&other=1")
    assert query(odd)["other"] == "1"
    expect(odd.locator(".ud-suite-row:visible")).to_have_count(1)
    expect(odd.locator("[aria-sort]")).to_have_count(0)


def test_a_cell_and_a_title_lead_to_the_page_of_their_case_and_back_keeps_the_choice(page: Page) -> None:
    field(page, "order").select_option("worst")
    settle(page)
    kept = page.url
    link = page.locator(f"{SHOWN} td a").first
    target = link.evaluate("(one) => one.href")
    assert page.locator(f"{SHOWN} th a").first.evaluate("(one) => one.href") == target
    link.click()
    expect(page).to_have_url(target)
    page.go_back()
    expect(page).to_have_url(kept)
    expect(page.locator(".ud-effects[data-flat]")).to_be_visible()


def test_the_head_stays_below_the_header_while_the_rows_scroll(page: Page) -> None:
    page.locator(ROWS).nth(50).scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    top = page.locator(".ud-effects thead th").first
    header = page.locator(".md-header")
    page.wait_for_function("document.querySelector('.ud-effects').getBoundingClientRect().top < -100")
    head_box, header_box = top.bounding_box(), header.bounding_box()
    assert head_box
    assert header_box
    assert head_box["y"] == pytest.approx(header_box["y"] + header_box["height"])
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 1440
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("width", [1100, 1220, 1440, 1920])
def test_every_column_is_within_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.locator(".ud-effects thead th:visible")).to_have_count(page.locator(".ud-effects thead th").count())
    assert page.evaluate(OUTSIDE) == []


def test_a_phone_shows_one_column_which_the_reader_chooses(site: Site, open_page: OpenPage) -> None:
    page = opened(open_page(**PHONE), site.url + SUMMARY)
    expect(page.locator(".ud-effects thead th:visible")).to_have_text([re.compile("Scenario"), re.compile("Time")])
    field(page, "metric").select_option("allocated blocks")
    expect(page.locator(".ud-effects thead th:visible").nth(1)).to_contain_text("Allocated blocks")
    expect(page.locator("td[data-label='Time']:visible")).to_have_count(0)
    expect(page.locator("td[data-label='Allocated blocks']:visible").first).to_be_visible()
    assert query(page) == {"metric": "allocated blocks"}
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    titles = page.locator(f"{SHOWN} th")
    assert min(titles.evaluate_all("(heads) => heads.map((one) => one.clientWidth)")) > 150


@pytest.mark.parametrize("settings", [{}, PHONE])
def test_without_javascript_the_table_is_complete(site: Site, open_page: OpenPage, settings: dict[str, object]) -> None:
    page = open_page(java_script_enabled=False, **settings)
    page.goto(site.url + SUMMARY)
    expect(page.locator(".ud-effect-controls")).to_be_hidden()
    cells = page.locator(".ud-effects td[data-verdict]")
    assert cells.count() == page.locator(".ud-effects td[data-verdict] b:visible").count() > 200
    page.locator(".ud-effects td a").nth(3).click()
    expect(page).to_have_url(re.compile("benchmarks/cases/"))


def test_on_paper_all_rows_and_columns_are_printed(page: Page) -> None:
    names = page.locator(".ud-effects thead button").all_inner_texts()
    titles = page.locator(f"{ROWS} th a").all_text_contents()
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    printed = letters("".join(sheet.extract_text() for sheet in sheets))
    assert [text for text in [*titles, *names] if letters(text) not in printed] == []
    assert len(sheets) <= 4
    page.set_viewport_size({"width": 718, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate(OUTSIDE) == []


def test_the_figures_of_metrics_are_drawn_one_at_a_time_when_they_are_opened(page: Page) -> None:
    folds = page.locator(".ud-folds > details")
    expect(page.locator(".ud-folds .ud-drawn")).to_have_count(0)
    folds.nth(1).locator("summary").first.click()
    expect(folds.nth(1).locator(".ud-drawn .main-svg").first).to_be_visible()
    folds.nth(2).locator("summary").first.click()
    expect(page.locator(".ud-folds > details[open]")).to_have_count(1)
