"""Every table can be read on a phone: nothing of it lies outside the screen, and no text runs down a narrow column."""

from playwright.sync_api import Page
from serving import Extent, OpenPage, Site, some_and_all_pages

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DRAWN = "benchmarks/explore/"
"""Its table is drawn by a program; `test_explore.py` is about it."""
PAGES = ["benchmarks/scenarios/layouts/", "decision/", "deploy/rollback/", "reference/records/", "reference/results/"]
"""A table of results, tables of the decision, a guide's, schemas, and tables of docstrings."""
OPEN = """document.querySelectorAll("details").forEach((details) => {
    details.removeAttribute("name"); // of several with one name, only one can be open
    details.open = true;
})"""
CUT = """() => [...document.querySelectorAll("article table")].filter((table) => {
    const { left, right } = table.getBoundingClientRect();
    const places = [table.closest(".ud-table, .md-typeset__scrollwrap"), table].filter(Boolean);
    return left < -1 || right > innerWidth + 1 || places.some((place) => place.scrollWidth > place.clientWidth + 1);
}).map((table) => `${table.caption?.textContent ?? ""}: ${table.tHead?.textContent.trim()}`)"""
NARROW = """() => {
    const LEAST = 12; // characters a line
    const range = document.createRange();
    const lines = (text) => {
        range.selectNodeContents(text);
        return new Set([...range.getClientRects()].map((line) => Math.round(line.bottom / 6)));
    };
    const isNarrow = (text) => lines(text).size > 2 && text.data.trim().length / lines(text).size < LEAST;
    const texts = (cell) => {
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) found.push(walker.currentNode);
        return found;
    };
    // A few words between two pieces of code end their line early; what counts is the cell.
    const isNarrowCell = (cell) => {
        const all = texts(cell);
        const bottoms = new Set(all.flatMap((text) => [...lines(text)]));
        return all.some(isNarrow) && cell.textContent.trim().length / bottoms.size < LEAST;
    };
    const heard = (cell) => getComputedStyle(cell.closest("thead") ?? cell).position === "absolute";
    return [...document.querySelectorAll("article :is(td, th)")]
        .filter((cell) => !heard(cell) && isNarrowCell(cell))
        .map((cell) => cell.textContent.trim().slice(0, 60));
}"""
UNTITLED = """() => [...document.querySelectorAll("[data-narrow='cards'] td")]
    .filter((cell) => cell.closest("table").tHead.rows[0].cells.length > 2)
    .filter((cell) => {
        const title = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].innerText.replace(/\\s+/g, " ").trim();
        return title && !getComputedStyle(cell, "::before").content.startsWith(JSON.stringify(title).slice(0, -1));
    }).map((cell) => `${getComputedStyle(cell, "::before").content}: ${cell.textContent.slice(0, 60)}`)"""


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.evaluate(OPEN)
    return page


@some_and_all_pages
def test_no_table_runs_out_of_a_phone_s_screen_or_down_a_narrow_column(
    site: Site, open_page: OpenPage, extent: Extent
) -> None:
    page = open_page(**PHONE)
    tables = 0
    for address in PAGES if extent is Extent.SOME else [address for address in site.pages if address != DRAWN]:
        opened(page, site.url + address)
        tables += page.locator("article table").count()
        assert page.evaluate(CUT) == [], address
        assert page.evaluate(NARROW) == [], address
        assert page.evaluate(UNTITLED) == [], address
    assert tables > (30 if extent is Extent.SOME else 300)


def test_results_are_cards_with_the_titles_of_their_columns_without_javascript(site: Site, open_page: OpenPage) -> None:
    page = open_page(**PHONE, java_script_enabled=False)
    page.goto(f"{site.url}best-practices/performance-tips/")
    assert page.evaluate(CUT) == []
    assert page.evaluate(UNTITLED) == []
    row = page.locator(".ud-table:visible tbody tr").first
    title, control, treatment = (cell.bounding_box() for cell in row.locator("th, td").all()[:3])
    assert title
    assert control
    assert treatment
    assert control["y"] >= title["y"] + title["height"]
    assert treatment["y"] == control["y"]  # two short cells share a line


def test_cards_are_a_table_to_a_screen_reader(site: Site, open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    for address, name, cell in (
        ("best-practices/performance-tips/", "Resolving a prepared scene at a new viewport", "faster"),
        ("deploy/rollback/", None, "reload the page"),
    ):
        page.goto(site.url + address)
        table = page.get_by_role("table", name=name, exact=True) if name else page.get_by_role("table").last
        titles = table.get_by_role("columnheader").all_inner_texts()
        assert len(titles) > 2, address
        row = table.get_by_role("row").filter(has=page.get_by_role("cell", name=cell)).last
        assert row.locator("[role='cell']").count() == len(titles) - (1 if name else 0), address
