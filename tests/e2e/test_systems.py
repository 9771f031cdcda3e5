"""The page with both systems: its switch by pointer, keyboard and address, and without scripts; old addresses."""

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Locator, Page, expect
from serving import OpenPage, Site

PAGE = "benchmarks/comparison/"
OLD = {
    "benchmarks/baseline/": f"{PAGE}?show=original",
    "benchmarks/improved/": f"{PAGE}?show=refactored",
    "benchmarks/case-by-case/": "benchmarks/summary/",
}
BUTTONS = ("Original (baseline)", "Refactored (improved)", "Both (comparison)")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=name)


def choose(page: Page, name: str) -> None:
    page.locator(".ud-switch label", has_text=name).click()


def expect_shown(page: Page, *roles: str) -> None:
    """Expect that the first suite's figure and its table show these systems and no other."""
    for role in ("control", "treatment"):
        expect(page.locator(f".ud-systems td .ud-{role}").first).to_be_visible(visible=role in roles)
        # The drawing is invisible once plotly has drawn over it, so its visibility says nothing.
        display = "inline" if role in roles else "none"
        expect(page.locator(f".ud-svg g.ud-{role}").first).to_have_css("display", display)
    joins = page.locator(".ud-svg g.ud-both").first
    expect(joins).to_have_css("display", "inline" if len(roles) > 1 else "none")


def test_the_switch_hides_a_system_in_figures_and_tables_and_the_address_keeps_it(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page()
    page.goto(site.url + PAGE)
    expect_shown(page, "control", "treatment")
    choose(page, "Original")
    expect_shown(page, "control")
    expect(page).to_have_url(f"{site.url}{PAGE}?show=original")
    expect(page.locator(".ud-systems td small.ud-alone").first).to_be_visible()  # the span of its rounds
    choose(page, "Refactored")
    expect_shown(page, "treatment")
    expect(page).to_have_url(f"{site.url}{PAGE}?show=refactored")
    choose(page, "Both")
    expect_shown(page, "control", "treatment")
    expect(page).to_have_url(site.url + PAGE)


def test_the_keyboard_switches(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(site.url + PAGE)
    button(page, "Both").focus()
    page.keyboard.press("ArrowLeft")
    expect(button(page, "Refactored")).to_be_checked()
    expect(button(page, "Refactored")).to_be_focused()
    expect_shown(page, "treatment")
    outline = page.locator("#ud-show-treatment + label").evaluate("(label) => getComputedStyle(label).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize(
    ("query", "name", "roles"),
    [
        ("?show=refactored", "Refactored", ["treatment"]),
        ("?show=nothing%20of%20the%20kind", "Both", ["control", "treatment"]),
    ],
    ids=["a system", "an unknown one"],
)
def test_a_shared_address_shows_what_it_names(
    site: Site, open_page: OpenPage, query: str, name: str, roles: list[str]
) -> None:
    page = open_page()
    page.goto(site.url + PAGE + query)
    expect(button(page, name)).to_be_checked()
    expect_shown(page, *roles)


def test_the_switch_works_without_scripts(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(site.url + PAGE)
    expect_shown(page, "control", "treatment")
    choose(page, "Refactored")
    expect_shown(page, "treatment")


def test_a_figure_that_is_drawn_follows_the_switch(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}{PAGE}?show=original")
    figure = page.locator("figure.ud-figure").first
    figure.get_by_role("button", name="Zoom and read values").focus()
    expect(figure).to_have_attribute("data-state", "drawn")
    rows = page.locator(".ud-systems").first.locator("tbody tr:not(.ud-group)").count()
    marks, values = figure.locator(".ud-drawn .point"), figure.locator(".ud-drawn .annotation-text")
    expect(marks).to_have_count(rows)
    expect(values.filter(has_text=re.compile("^(original|refactored)$"))).to_have_text(["original"])
    joins = figure.locator(".ud-drawn .js-line")
    expect(joins).to_have_count(0)
    choose(page, "Both")
    expect(marks).to_have_count(2 * rows)
    expect(values.filter(has_text=re.compile("^(original|refactored)$"))).to_have_text(["original", "refactored"])
    expect(joins).to_have_count(rows)


def test_a_case_of_the_table_leads_to_its_page(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(site.url + PAGE)
    case = page.locator(".ud-systems tbody a").first
    address = urljoin(page.url, case.get_attribute("href") or "")
    case.click()
    expect(page).to_have_url(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_phone_shows_each_case_as_a_card_with_the_names_of_its_metrics(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.goto(site.url + PAGE)
    cell = page.locator(".ud-systems tbody td").first
    assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"Time"'
    name = page.locator(".ud-systems tbody tr:not(.ud-group) th").first
    name_box, cell_box = name.bounding_box(), cell.bounding_box()
    assert name_box
    assert cell_box
    assert name_box["y"] + name_box["height"] <= cell_box["y"] + 1, "the name is above the values"
    expect(page.locator(".ud-systems thead").first).to_be_hidden()


def test_old_addresses_lead_on(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    assert site.redirects == sorted(OLD)
    for old, new in OLD.items():
        page.goto(site.url + old)
        page.wait_for_url(site.url + new)
        page.wait_for_load_state("networkidle")
    page.goto(f"{site.url}benchmarks/baseline/")
    page.wait_for_url(f"{site.url}{PAGE}?show=original")
    expect_shown(page, "control")


def test_who_is_not_led_on_has_a_sentence_with_a_link(site: Site) -> None:
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*">')
    policies = policy.findall((site.folder / PAGE / "index.html").read_text())
    assert policies
    for old, new in OLD.items():
        text = (site.folder / old / "index.html").read_text()
        relative = f"../{new.removeprefix('benchmarks/')}"
        assert f'<a href="{relative}">' in text
        assert f'content="0; url={relative}"' in text
        assert '<meta name="robots" content="noindex">' in text
        assert f'<link rel="canonical" href="{relative.partition("?")[0]}">' in text
        assert policy.findall(text) == policies
        assert "<script" not in text
