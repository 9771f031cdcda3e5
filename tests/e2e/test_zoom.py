"""No drag, no pan and no key can leave a figure without its data; what was zoomed can be shown whole again."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from serving import OpenPage, Site

FIGURES = {
    "rows": "summary-",
    "frames": "frames-",
    "line on log axes": "scaling-",
    "tail": "tail-",
    "rounds": "spread-",
    "notebook": "one-case",
}
"""How the ids of several kinds of figures begin."""
DRAGS = ((0.05, 0.05, 0.2, 0.15), (0.8, 0.8, 0.97, 0.97), (0.45, 0.5, 0.49, 0.53), (0.9, 0.3, 0.1, 0.9))
"""From where to where, as shares of the plot's width and height."""
READ = """(place) => {
    const area = place.querySelector(".nsewdrag").getBoundingClientRect();
    const isIn = (mark) => {
        const { left, right, top, bottom } = mark.getBoundingClientRect();
        return right >= area.left && left <= area.right && bottom >= area.top && top <= area.bottom;
    };
    const kinds = ".scatterlayer .point, .scatterlayer .js-line, .barlayer .point > path, path.xerror, path.yerror";
    const axes = Object.entries(place.layout).filter(([name]) => /^[xy]axis\\d*$/.test(name)).map(([, axis]) => axis);
    return {
        seen: [...place.querySelectorAll(kinds)].filter(isIn).length,
        ranges: axes.map(({ range }) => range),
        outside: axes.filter(({ range, minallowed, maxallowed }) =>
            Math.min(...range) < minallowed - 1e-9 || Math.max(...range) > maxallowed + 1e-9).length,
    };
}"""


def drawn(page: Page, site: Site, kind: str) -> tuple[Locator, Locator]:
    """Open a page; return one of its figures, which is drawn, and the drawing."""
    pages = sorted(site.folder.rglob("index.html"))
    holder = next(one for one in pages if f'id="{FIGURES[kind]}' in one.read_text())
    page.goto(site.url + holder.relative_to(site.folder).as_posix().removesuffix("index.html"))
    figure = page.locator(f"figure.ud-figure[id^='{FIGURES[kind]}']").first
    figure.evaluate("(one) => one.closest('details')?.setAttribute('open', '')")
    figure.scroll_into_view_if_needed()
    figure.hover()
    expect(figure).to_have_attribute("data-state", "drawn")
    page.evaluate("figure => figure.scrollIntoView({block: 'center', behavior: 'instant'})", figure.element_handle())
    return figure, figure.locator(".ud-drawn")


def drag(page: Page, drawing: Locator, way: tuple[float, float, float, float], *, is_pan: bool = False) -> None:
    """Drag in the first plot of a drawing; with Shift it is moved instead of zoomed."""
    box = drawing.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    x0, y0, x1, y1 = way
    bottom = min(box["y"] + box["height"], 880)
    top = max(box["y"], 100)
    if is_pan:
        page.keyboard.down("Shift")
    page.mouse.move(box["x"] + x0 * box["width"], top + y0 * (bottom - top))
    page.mouse.down()
    page.mouse.move(box["x"] + x1 * box["width"], top + y1 * (bottom - top), steps=4)
    page.mouse.up()
    if is_pan:
        page.keyboard.up("Shift")
    page.wait_for_timeout(100)  # plotly waits for a second click


@pytest.mark.parametrize("kind", FIGURES)
def test_no_drag_leaves_a_figure_without_its_data(site: Site, open_page: OpenPage, kind: str) -> None:
    page = open_page()
    figure, drawing = drawn(page, site, kind)
    whole = drawing.evaluate(READ)
    zooms = 0
    for way in DRAGS:
        for is_pan in (False, True, True):
            drag(page, drawing, way, is_pan=is_pan)
            after = drawing.evaluate(READ)
            assert after["seen"] > 0, f"{way} {is_pan}: {after}"
            assert after["outside"] == 0, f"{way} {is_pan}: {after}"
            zooms += after["ranges"] != whole["ranges"]
        expect(figure.locator(".ud-live")).to_be_visible()
        figure.locator(".ud-live").click()
        assert drawing.evaluate(READ)["ranges"] == whole["ranges"]
    assert zooms > 0


def test_a_zoom_between_two_marks_is_taken_back(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    _, drawing = drawn(page, site, "rows")
    before = drawing.evaluate(READ)["ranges"]
    empty = drawing.evaluate("""(place) => {
        const ends = place.data.flatMap(({ x, error_x }) => x.flatMap((value, index) =>
            [value - error_x.arrayminus[index], value + error_x.array[index]])).map(Math.log10).sort((a, b) => a - b);
        const [low, high] = place.layout.xaxis.range;
        return [low, Math.min(ends[0], high) - 1e-6];
    }""")
    assert empty[0] < empty[1]
    drawing.evaluate(
        "(place, range) => { place.layout.xaxis.range = range; place.emit('plotly_relayout', {}); }", empty
    )
    page.wait_for_function(
        "([place, before]) => JSON.stringify(place.layout.xaxis.range) === JSON.stringify(before)",
        arg=[drawing.element_handle(), before[0]],
    )


def test_a_double_click_shows_the_whole_again(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    _, drawing = drawn(page, site, "line on log axes")
    whole = drawing.evaluate(READ)["ranges"]
    drag(page, drawing, (0.1, 0.1, 0.7, 0.9))
    assert drawing.evaluate(READ)["ranges"] != whole
    page.wait_for_timeout(400)  # not a click after the drag's
    for _ in range(2):  # the second finds the whole already
        drawing.locator(".nsewdrag").first.dblclick()
        page.wait_for_timeout(400)
        assert drawing.evaluate(READ)["ranges"] == whole


def test_nothing_lies_on_a_drawn_figure(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    figure, drawing = drawn(page, site, "rows")
    drawing.hover()
    expect(figure.locator(".modebar-btn")).to_have_count(0)


def test_a_figure_is_saved_as_a_picture(site: Site, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(accept_downloads=True)
    figure, _ = drawn(page, site, "line on log axes")
    figure.locator("summary").first.click()
    with page.expect_download() as saved:
        figure.get_by_role("button", name="Save as a picture (PNG)").press("Enter")
    saved.value.save_as(tmp_path / "figure.png")
    assert saved.value.suggested_filename == f"{figure.get_attribute('id')}.png"
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
