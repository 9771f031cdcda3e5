"""The pages of cases as a reader meets them: reached by a link, read without JavaScript, led on to other records."""

import re

import pytest
from playwright.sync_api import expect
from serving import CASES, OpenPage, Site

SUITES = ["calculators", "churn", "cold", "edge-cases", "layouts", "updates"]
SMALL = 60_000
"""Bytes of a page of a case without frames."""


@pytest.mark.parametrize("suite", SUITES)
def test_a_case_s_link_on_the_page_of_its_suite_opens_its_page(site: Site, open_page: OpenPage, suite: str) -> None:
    page = open_page()
    page.goto(f"{site.url}benchmarks/scenarios/{suite}/")
    link = page.locator("ul.ud-cases a").last
    effect = page.locator("ul.ud-cases .ud-verdict").last.inner_text()
    link.click()
    page.wait_for_url(re.compile(f"{re.escape(site.url + CASES + suite)}/"))
    expect(page.locator("article .ud-answer")).to_contain_text(effect)
    expect(page.get_by_role("heading", name="Rounds")).to_be_visible()
    expect(page.locator("figure.ud-figure .ud-stage").first).to_be_visible()
    expect(page.locator("tbody th").first).to_be_visible()
    expect(page.locator("article pre code")).to_have_text(f"unitdocs bench run {suite} --profile full")
    page.locator("nav.ud-trail a").last.click()
    page.wait_for_url(f"{site.url}benchmarks/scenarios/{suite}/")


def test_the_neighbours_of_a_case_lead_through_its_suite(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}{CASES}updates/window-drag/")
    seen = [page.locator("h1").inner_text().rstrip("¶ ")]
    while (following := page.locator("nav.ud-steps a[rel='next']")).count():
        title = following.inner_text().split("\n")[-1]
        following.click()
        expect(page.locator("h1")).to_contain_text(title)
        seen.append(title)
    assert len(seen) == len(set(seen)) == len(list((site.folder / CASES / "updates").rglob("index.html")))
    expect(page.locator("nav.ud-steps a[rel='prev']")).to_contain_text(seen[-2])


def test_explore_opens_with_the_case_chosen(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}{CASES}layouts/inventory-100/first/")
    page.get_by_role("link", name="Compare with other records").click()
    page.wait_for_url(f"{site.url}benchmarks/explore/?**")
    expect(page.locator(".ud-explore select[name='suite']")).to_have_value("layouts")
    expect(page.locator(".ud-explore")).to_contain_text("Inventory (100 elements): first resolve, building included")


@pytest.mark.parametrize("case", ["layouts/inventory-100/first", "cold/battle-hud", "edge-cases/wrong-data"])
def test_a_page_of_a_case_is_whole_without_javascript(site: Site, open_page: OpenPage, case: str) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{site.url}{CASES}{case}/")
    for figure in page.locator("figure.ud-figure").all():
        expect(figure.locator("svg.ud-svg").first).to_be_visible()
    expect(page.locator("article .ud-table").first.locator("tbody tr").first).to_be_visible()
    expect(page.locator("article pre code")).to_be_visible()
    for link in page.locator("nav.ud-steps a").all():
        expect(link).to_be_visible()


def test_a_phone_shows_the_verdict_of_every_metric(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    for case in ("layouts/inventory-100/first", "cold/battle-hud", "updates/animation"):
        page.goto(f"{site.url}{CASES}{case}/")
        boxes = [
            cell.bounding_box() for cell in page.locator("article .ud-answer + .ud-table tbody tr > :last-child").all()
        ]
        assert boxes
        assert all(box and box["x"] + box["width"] <= 390 for box in boxes), case


def test_the_pages_of_cases_are_small(site: Site) -> None:
    sizes = {page: page.stat().st_size for page in (site.folder / CASES).rglob("index.html")}
    assert sum(sizes.values()) < 5_000_000
    assert max(size for page, size in sizes.items() if not {"updates", "cold"} & set(page.parts)) < SMALL
