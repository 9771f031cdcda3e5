"""The site without a mouse, without JavaScript, and as a program for accessibility (axe-core) judges it."""

import json
from typing import Any

import pytest
from accessibility import judge
from playwright.sync_api import expect
from serving import REPRESENTATIVE, OpenPage, Site

JUDGED = [
    "",
    "decision/",
    "benchmarks/summary/",
    "benchmarks/recommendations/",
    "benchmarks/data/",
    "benchmarks/explore/",
    "benchmarks/method/",
    "benchmarks/trust/",
    "benchmarks/scenarios/",
    "benchmarks/scenarios/layouts/",
    "benchmarks/scenarios/updates/",
    "benchmarks/scenarios/edge-cases/",
    "benchmarks/cases/cold/battle-hud/",
    "benchmarks/peers/",
    "deploy/installation/",
    "operate/normal-day/",
    "operate/runbooks/",
    "reference/units/",
    "reference/records/",
    "reference/source/unitdocs.units.refactored.cache.html",
    "notebooks/read-a-record/",
]
LARGEST = "benchmarks/comparison/"
KINDS = ["a.md-skip", "a.md-tabs__link", "a.md-nav__link", "summary", ".ud-table", ".ud-live"]
FOCUSED = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const isHidden = element.matches(".md-option, .ud-switch input"); // its label is what is seen
    const seen = isHidden ? element.nextElementSibling : element;
    const { left, top, width, height } = seen.getBoundingClientRect();
    const { outlineStyle, outlineWidth, opacity } = getComputedStyle(seen);
    const isOutside = left + width <= 0 || left >= innerWidth;
    const isInside = width * height > 0 && top < innerHeight && top + height > 0 && !isOutside;
    const kinds = %s.filter((kind) => element.matches(kind));
    return {
        kinds,
        html: element.outerHTML.slice(0, 150),
        isSeen: isInside && outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && opacity !== "0",
    };
}""".replace("%s", json.dumps(KINDS))


@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        *((address, "light") for address in JUDGED),
        *(
            pytest.param(address, "dark", marks=[] if address in REPRESENTATIVE else [pytest.mark.long])
            for address in JUDGED
        ),
        *(pytest.param(LARGEST, scheme, marks=pytest.mark.long) for scheme in ("light", "dark")),
    ],
)
def test_axe_finds_nothing(site: Site, open_page: OpenPage, axe: str, address: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(site.url + address)
    assert judge(page, axe) == []


def test_the_first_stop_of_the_keyboard_skips_to_the_content(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}benchmarks/summary/")
    page.keyboard.press("Tab")
    skip = page.locator("a.md-skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}benchmarks/summary/#summary")


def test_the_keyboard_reaches_links_tables_and_the_data_of_figures_and_shows_where_it_is(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(f"{site.url}benchmarks/comparison/")
    page.keyboard.press("Tab")
    reached: list[dict[str, Any]] = []
    while (stop := page.evaluate(FOCUSED)) and len(reached) < 500:
        reached.append(stop)
        page.keyboard.press("Tab")
        page.evaluate("new Promise(requestAnimationFrame)")
    assert {kind for stop in reached for kind in stop["kinds"]} == set(KINDS)
    assert "\n".join(stop["html"] for stop in reached if not stop["isSeen"]) == ""


def test_a_figure_s_table_opens_with_the_keyboard(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}benchmarks/scenarios/layouts/")
    page.locator("figure.ud-figure summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("figure.ud-figure details").first.locator("table")).to_be_visible()
