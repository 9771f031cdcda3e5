"""The labels of a figure's rows can be links: as SVG, drawn, by mouse, by keyboard and on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from serving import OpenPage, Site

from unitdocs.portal import figures
from unitdocs.portal.components.markup import Figure, Html, inline_figure
from unitdocs.portal.figures.axes import label, label_axis, linked
from unitdocs.portal.figures.plot import Plot, scatter

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
TITLE = "A window is dragged over all breakpoints"
TARGET = "benchmarks/method/"
FOCUSED = "document.activeElement.closest('.ud-drawn a')?.getAttribute('xlink:href')"


def linked_figure() -> Html:
    rows = {0: linked(label(TITLE), TARGET), 1: linked(label("The second of the rows"), "benchmarks/trust/")}
    plot = Plot([scatter(x=[1, 2], y=[0, 1], mode="markers", marker={"size": 9})], height=200, yaxis=label_axis(rows))
    return inline_figure(Figure("linked", "A finding.", "How.", figures.pinned(plot), Html("")))


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Put a page with a linked figure beside the others; return its address."""
    home = (site.folder / "index.html").read_text()
    content = re.sub(
        r"(<article[^>]*>).*(</article>)", lambda match: match[1] + linked_figure() + match[2], home, flags=re.DOTALL
    )
    path = site.folder / "linked.html"
    path.write_text(content)
    yield site.url + path.name
    path.unlink()


def drawn(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("dispatchEvent(new PointerEvent('pointermove'))")
    expect(page.locator("#linked")).to_have_attribute("data-state", "drawn")


@pytest.mark.parametrize("is_drawn", [False, True])
def test_a_label_leads_on(site: Site, open_page: OpenPage, address: str, *, is_drawn: bool) -> None:
    page = open_page()
    if is_drawn:
        drawn(page, address)
    else:
        page.goto(address)
    place = ".ud-drawn" if is_drawn else ".ud-static"
    page.locator(f"#linked {place} a:visible").first.click(no_wait_after=True)
    page.wait_for_url(site.url + TARGET)


def test_a_label_that_has_the_focus_keeps_it_when_its_figure_is_drawn(
    site: Site, open_page: OpenPage, address: str
) -> None:
    page = open_page()
    page.goto(address)
    page.locator("#linked .ud-svg a:visible").first.focus()
    expect(page.locator("#linked")).to_have_attribute("data-state", "drawn")
    assert page.evaluate(FOCUSED) == TARGET
    page.keyboard.press("Enter")
    page.wait_for_url(site.url + TARGET)


def test_a_label_leads_on_where_it_is_above_its_row(site: Site, open_page: OpenPage, address: str) -> None:
    page = open_page(**PHONE)
    drawn(page, address)
    page.locator("#linked .ud-drawn .annotation a").first.tap()
    page.wait_for_url(site.url + TARGET)
