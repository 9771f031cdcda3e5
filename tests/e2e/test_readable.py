"""Every result can be read by those who only look: wide, on a phone, light and dark, without JavaScript, on paper.

Pictures and printed pages lie in `build/screenshots`, to be looked at; the long tests photograph every page in each
view.
"""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from serving import Extent, OpenPage, Site, some_and_all_pages

from project_copies import ROOT

PICTURES: Path = ROOT / "build" / "screenshots"
WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
VIEWS: dict[str, dict[str, Any]] = {
    "wide": WIDE,
    "wide-dark": {**WIDE, "color_scheme": "dark"},
    "phone": PHONE,
    "phone-dark": {**PHONE, "color_scheme": "dark"},
    "phone-without-javascript": {**PHONE, "java_script_enabled": False},
}
SHORT = "phone"
"""The view in which the short lane opens every page; it is the narrowest."""
HIDDEN = """() => {
    const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const isOpen = (element) => !element.closest("details:not([open])");
    const results = [...document.querySelectorAll("figure.ud-figure :is(figcaption, .ud-svg text), .ud-table td")];
    return results.filter(isOpen).filter((result) => {
        const { left, right, width, height } = result.getBoundingClientRect();
        const isForOtherWidths = result.matches(".wide, .slim");
        if (isForOtherWidths && !isSeen(result)) return false;
        if (result.matches(":empty")) return false; // nothing to read
        if (!isSeen(result) || width * height === 0) return true;
        return !result.closest(".ud-table, .ud-flames") && // which are scrolled
            (left < -1 || right > innerWidth + 1);
    }).map((result) => `${result.tagName}: ${result.textContent.slice(0, 60)}`);
}"""
WRITTEN = """() => [...document.querySelectorAll("figure.ud-figure")]
    .filter((figure) => !figure.closest("details:not([open])"))
    .flatMap((figure) => [
        figure.querySelector("figcaption strong")?.textContent,
        ...[...figure.querySelectorAll(".ud-svg text:not(.slim)")]
            .flatMap((text) => [text, ...text.children].filter((one) => !one.children.length)) // a line each
            .map((line) => line.textContent),
    ])
    .filter(Boolean)"""


def picture(view: str, address: str, ending: str) -> Path:
    return PICTURES / view / f"{address.strip('/').replace('/', '-') or 'home'}.{ending}"


@pytest.mark.parametrize(
    ("view", "extent"),
    [
        *((view, Extent.SOME) for view in VIEWS if view != SHORT),
        *(pytest.param(view, Extent.ALL, marks=[] if view == SHORT else [pytest.mark.long]) for view in VIEWS),
    ],
)
def test_every_result_can_be_read(site: Site, open_page: OpenPage, view: str, extent: Extent) -> None:
    page = open_page(**VIEWS[view])
    for address in extent.of(site.pages_with_results):
        page.goto(site.url + address)
        assert page.evaluate(HIDDEN) == [], address
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, address


@pytest.mark.long
@pytest.mark.parametrize("view", VIEWS)
def test_every_result_is_photographed(site: Site, open_page: OpenPage, view: str) -> None:
    page = open_page(**VIEWS[view])
    for address in site.pages_with_results:
        page.goto(site.url + address)
        page.screenshot(path=picture(view, address, "png"), full_page=True)
        assert picture(view, address, "png").stat().st_size > 10_000, address


@some_and_all_pages
def test_every_result_is_printed(site: Site, open_page: OpenPage, extent: Extent) -> None:
    page = open_page()
    found = 0
    for address in extent.of(site.pages_with_results):
        page.goto(site.url + address)
        written = page.evaluate(WRITTEN)
        found += len(written)
        paper = picture("paper", address, "pdf")
        paper.parent.mkdir(parents=True, exist_ok=True)
        page.pdf(path=paper, format="A4")
        printed = letters("".join(sheet.extract_text() for sheet in PdfReader(paper).pages))
        assert [text for text in written if letters(text) not in printed] == [], address
    assert found > (500 if extent is Extent.ALL else 100)


def letters(text: str) -> str:
    """Return a text without what paper changes: lines break elsewhere, and some letters are drawn as one."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
