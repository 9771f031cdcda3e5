"""Pages on paper: light whatever the scheme, folded where the screen is folded, and no figure or table cut apart."""

import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from serving import OpenPage, Site

DARK = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}
COLOURS = """() => {
    const light = (element, property) => {
        const shown = getComputedStyle(element)[property].match(/[\\d.]+/g).map(Number);
        const [red, green, blue, alpha = 1] = shown;
        return alpha === 0 ? 1 : (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    };
    const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const places = all("html, body, article, pre, code, figure, table, td");
    const tooDark = places.filter((one) => light(one, "backgroundColor") < 0.9);
    const texts = "article :is(p, h1, h2, td, th, a:not(.ud-row-links a), code, span)";
    const inks = [["color", texts], ["fill", ".ud-svg text"]];
    const tooLight = inks.flatMap(([ink, selector]) => all(selector).filter((one) => light(one, ink) > 0.6));
    return [tooDark, tooLight].map((found) => found.slice(0, 3).map((one) => one.outerHTML.slice(0, 80)));
}"""
PAGES = ["", "benchmarks/summary/", "benchmarks/scenarios/layouts/", "deploy/rollback/"]
CUT = """() => [...document.querySelectorAll("article table")]
    .filter((table) => table.checkVisibility() && table.getBoundingClientRect().right > innerWidth + 1)
    .map((table) => table.tHead?.textContent.trim())"""
SHEET = {"width": 718, "height": 1047}
"""Pixels of a sheet (A4) inside its margins."""
UI = ["Zoom and read values", "Skip to content", "Table of contents", "Reset zoom"]


def sheets(page: Page, path: Path) -> list[str]:
    """Print a page; return the text of each sheet."""
    page.pdf(path=path, format="A4")
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(path.read_bytes())).pages]


@pytest.mark.parametrize("address", PAGES)
def test_a_dark_screen_is_printed_in_light_colours(site: Site, open_page: OpenPage, address: str) -> None:
    page = open_page(**DARK)
    page.goto(site.url + address)
    page.locator("body[data-md-color-scheme='slate']").wait_for(state="attached")
    assert page.evaluate(COLOURS)[0] != []  # the screen is dark
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(COLOURS) == [[], []]


def test_what_is_folded_stays_folded_on_paper_and_what_a_reader_opened_is_printed(
    site: Site, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page()
    page.goto(f"{site.url}benchmarks/scenarios/layouts/")
    page.wait_for_load_state("networkidle")
    folded = page.locator("figure.ud-figure > details").first
    expect(folded).not_to_have_attribute("open", "")
    caption = folded.locator("caption").text_content()
    assert caption
    assert caption not in "".join(sheets(page, tmp_path / "folded.pdf"))
    folded.locator("summary").click()
    expect(folded).to_have_attribute("data-opened", "")
    assert caption in "".join(sheets(page, tmp_path / "opened.pdf"))
    folded.locator("summary").click()
    expect(folded).not_to_have_attribute("data-opened", "")
    assert caption not in "".join(sheets(page, tmp_path / "folded-again.pdf"))


def test_a_figure_is_on_one_sheet_with_its_axis_and_its_caption(
    site: Site, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(viewport=SHEET)
    page.goto(f"{site.url}benchmarks/scenarios/layouts/")
    page.emulate_media(media="print")
    figures = page.locator("figure.ud-figure:visible").all()
    assert figures
    for figure in figures:
        box = figure.bounding_box()
        assert box
        assert box["height"] <= SHEET["height"], figure.get_attribute("id")
        assert figure.evaluate("(one) => getComputedStyle(one).breakInside") == "avoid"
    page.emulate_media()
    printed = ["".join(sheet.split()) for sheet in sheets(page, tmp_path / "figures.pdf")]
    for figure in figures:
        whole = [
            figure.locator("figcaption strong").text_content(),
            *figure.locator(".ud-svg text").all_text_contents(),
        ]
        texts = ["".join(text.split()) for text in whole if text]
        assert any(all(text in sheet for text in (texts[0], texts[-1])) for sheet in printed), texts[0]


def test_a_long_table_repeats_its_titles_and_no_column_is_cut(site: Site, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(viewport=SHEET)
    for address in ("benchmarks/scenarios/layouts/", "notebooks/read-a-record/", "reference/records/"):
        page.goto(site.url + address)
        page.emulate_media(media="print")
        assert page.evaluate(CUT) == [], address
        page.emulate_media()
    page.goto(f"{site.url}reference/records/")
    printed = sheets(page, tmp_path / "table.pdf")
    text = "".join(printed)
    assert text.count("Member") > page.locator("table th:text-is('Member')").count()  # titles on a table's later sheets
    assert [word for word in UI if word in text] == []
