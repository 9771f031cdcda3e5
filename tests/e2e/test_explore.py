"""The page Explore: any two arms compared, and an address that keeps what is chosen."""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from serving import ROOT, OpenPage, Site

from unitdocs import records
from unitdocs.analysis.rounds import to_rounds
from unitdocs.formatting import change, change_interval, quantity, signed_change
from unitdocs.stats import LogValues, RatioEffect, unpaired_effect

EXPLORE = "benchmarks/explore/"
COMPARISON = "benchmarks/comparison/"
ROWS = "tr[data-case]"
DEFAULTS = {
    "metric": "time",
    "suite": "calculators",
    "a": "reference",
    "a-arm": "original",
    "b": "reference",
    "b-arm": "refactored",
    "confidence": "0.95",
}
CONTRAST = """(element) => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const opaque = (colour) => (numbers(colour)[3] ?? 1) === 1;
    let behind = element;
    while (behind && !opaque(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    const light = (colour) => numbers(colour).slice(0, 3)
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const style = getComputedStyle(element);
    const mark = element instanceof SVGElement && !element.matches("text");
    const colour = element.matches("text") ? style.fill : mark ? style.stroke : style.color;
    const [low, high] = [colour, getComputedStyle(behind ?? document.documentElement).backgroundColor]
        .map(light).sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
}"""


@cache
def effects(suite: str, level: float) -> dict[str, tuple[float, float, RatioEffect]]:
    """Return by title what Python makes of the reference record: both geometric means and the effect."""
    frame = to_rounds(records.load(ROOT / "benchmarks" / "results" / "reference.json.gz"))
    found = {}
    for title, rows in frame[(frame["suite"] == suite) & (frame["metric"] == "time")].groupby("title"):
        a, b = (LogValues(np.log(rows[role])) for role in ("control", "treatment"))
        effect = unpaired_effect(a, b, level)
        assert isinstance(effect, RatioEffect)
        found[str(title)] = (float(np.exp(a.mean)), float(np.exp(b.mean)), effect)
    return found


def texts(row: Locator) -> list[str]:
    return [text.strip() for text in row.locator("th, td").all_inner_texts()]


def select(page: Page, name: str) -> Locator:
    return page.locator(f".ud-controls select[name='{name}']")


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator(".ud-controls")).to_be_visible()
    return page


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


@pytest.fixture
def page(site: Site, open_page: OpenPage) -> Iterator[Page]:
    """Return the page, loaded in full."""
    yield opened(open_page(), site.url + EXPLORE)  # noqa: PT022 -- what watches the page ends after it


@pytest.mark.parametrize("confidence", ["0.95", "0.99"])
def test_the_table_holds_what_the_package_computes(page: Page, confidence: str) -> None:
    select(page, "confidence").select_option(confidence)
    expected = effects("calculators", 1 - float(confidence))
    rows = page.locator(ROWS).all()
    assert len(rows) == len(expected)
    for row in rows:
        title, a, b, ratio, interval, sizes, verdict = texts(row)
        before, after, effect = expected[title]
        has_direction = verdict in ("faster", "slower")
        size = change(effect.ratio, verdict) if has_direction else signed_change(effect.ratio)
        assert [a, b, ratio] == [quantity(before, "s"), quantity(after, "s"), size]
        assert interval == change_interval(effect.ratio, effect.low, effect.high)
        assert sum(int(size) for size in sizes.split(", ")) == effect.n
        assert (verdict == "faster") == (effect.high < 1)


def test_at_first_the_original_and_the_refactored_system_are_compared(page: Page, site: Site) -> None:
    for name, value in DEFAULTS.items():
        expect(select(page, name)).to_have_value(value)
    expect(page).to_have_url(site.url + EXPLORE)
    expect(page.get_by_role("status")).to_contain_text(f"{len(effects('calculators', 0.05))} cases")
    expect(page.locator(".ud-interval")).to_have_count(page.locator(ROWS).count())
    expect(page.locator(".ud-directions")).to_contain_text("B faster (better)")


def test_what_is_chosen_stands_in_the_address_and_comes_back_from_it(
    page: Page, site: Site, open_page: OpenPage
) -> None:
    depth = page.evaluate("history.length")
    chosen = {"metric": "peak memory", "a": "peers", "b": "peers", "suite": "yoga", "confidence": "0.99"}
    chosen |= {"a-arm": "refactored", "b-arm": "yoga"}
    for name in ("metric", "a", "b", "a-arm", "b-arm", "suite", "confidence"):
        select(page, name).select_option(chosen[name])
        assert query(page)[name] == chosen[name]
    select(page, "metric").select_option("time")
    button = page.locator(".ud-pick").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(button).to_be_focused()
    expect(page.locator(".ud-values .ud-dot").first).to_be_attached()
    assert page.evaluate("history.length") == depth
    wanted = {**chosen, "metric": "time", "case": page.locator(ROWS).nth(1).get_attribute("data-case")}
    assert query(page) == wanted
    again = opened(open_page(), page.url)
    for name, value in wanted.items():
        if name != "case":
            expect(select(again, name)).to_have_value(str(value))
    expect(again.locator(".ud-pick[aria-expanded='true']")).to_have_text(button.inner_text())
    assert [texts(row) for row in again.locator(ROWS).all()] == [texts(row) for row in page.locator(ROWS).all()]
    assert query(again) == wanted
    select(again, "suite").select_option("all")
    assert query(again)["suite"] == "all"
    assert again.url.startswith(site.url + EXPLORE)


def test_a_case_opens_to_a_point_for_each_process_and_closes_again(page: Page) -> None:
    row = page.locator(ROWS).first
    sizes = [int(size) for size in texts(row)[5].split(", ")]
    row.locator(".ud-pick").click()
    strips = page.locator(".ud-strip")
    assert [strip.locator(".ud-dot").count() for strip in strips.all()] == sizes
    for strip, size in zip(strips.all(), sizes, strict=True):
        assert f": {size} values from" in (strip.get_attribute("aria-label") or "")
        for x in strip.locator(".ud-dot").evaluate_all("(dots) => dots.map((dot) => dot.cx.baseVal.valueAsString)"):
            assert 0 < float(x.rstrip("%")) < 100
    page.locator(".ud-pick").nth(1).click()
    expect(page.locator(".ud-values")).to_have_count(1)
    page.locator(".ud-pick").nth(1).click()
    expect(page.locator(".ud-values")).to_have_count(0)
    assert "case" not in query(page)


def test_sides_that_share_no_case_say_so_and_so_does_an_address_that_asks_for_what_is_not_there(
    page: Page, site: Site
) -> None:
    select(page, "b").select_option("peers")
    expect(page.get_by_role("status")).to_contain_text("share no case of time")
    expect(page.locator(ROWS)).to_have_count(0)
    opened(page, f"{site.url}{EXPLORE}?metric=%3Cb%3Elength&case=nowhere")
    expect(page.locator(".admonition.note")).to_contain_text('metric "<b>length", case "nowhere"')
    for name, value in DEFAULTS.items():
        expect(select(page, name)).to_have_value(value)


def test_cases_that_a_zero_leaves_out_are_named(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{site.url}{EXPLORE}?metric=allocated+blocks&suite=layouts")
    status = page.get_by_role("status")
    expect(status).to_contain_text("Left out, because a value is zero: ")
    expect(status).to_contain_text("Battle HUD (302 elements): re-resolve, every box read back")
    page.goto(f"{site.url}{EXPLORE}?metric=time&suite=layouts")
    expect(page.get_by_role("status")).to_contain_text("30 cases.")
    expect(page.get_by_role("status")).not_to_contain_text("Left out")


def test_records_of_two_machines_are_said_to_be_and_labels_are_text(site: Site, open_page: OpenPage) -> None:
    page = open_page()

    def altered(route: object) -> None:
        response = route.fetch()  # type: ignore[attr-defined]
        data = response.json()
        other = {**data["records"][0], "key": "machine", "label": "<b>Mine</b>", "machine": "Another, <i>8</i> cores"}
        data["records"].append(other)
        route.fulfill(response=response, json=data)  # type: ignore[attr-defined]

    page.route("**/generated/explore/data.json", altered)
    opened(page, f"{site.url}{EXPLORE}?b=machine&b-arm=original")
    warning = page.locator(".ud-explore .admonition.warning")
    expect(warning).to_contain_text("The ratio is of the machines too")
    expect(warning).to_contain_text("Another, <i>8</i> cores")
    expect(page.locator("thead")).to_contain_text("B: original (<b>Mine</b>)")
    expect(page.locator(".ud-explore :is(b, i)")).to_have_count(0)
    assert all(row[3] == signed_change(1) for row in map(texts, page.locator(ROWS).all()))


def test_the_navigation_brings_the_page_and_back_leaves_it(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.url + COMPARISON, wait_until="networkidle")
    assert not [address for address in asked if "explore.js" in address or "generated/explore" in address]
    page.evaluate("window.isTheSameDocument = true")
    page.locator(".md-nav--primary a.md-nav__link", has_text=re.compile("^\\s*Explore\\s*$")).click()
    expect(page.locator(ROWS).first).to_be_visible()
    select(page, "confidence").select_option("0.99")
    select(page, "suite").select_option("layouts")
    page.locator(".ud-pick").first.click()
    kept = page.url
    page.go_back()
    expect(page).to_have_url(site.url + COMPARISON)
    expect(page.locator(".ud-controls")).to_have_count(0)
    page.go_forward()
    expect(page).to_have_url(kept)
    expect(select(page, "suite")).to_have_value("layouts")
    expect(page.locator(".ud-values")).to_have_count(1)
    assert page.evaluate("window.isTheSameDocument")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_texts_stand_out_in_both_schemes(site: Site, open_page: OpenPage, scheme: str) -> None:
    page = opened(open_page(color_scheme=scheme), f"{site.url}{EXPLORE}?suite=all")
    page.locator(".ud-pick").first.click()
    least = {"svg text": 4.5, ".ud-controls select": 4.5, ".ud-controls label": 4.5, ".ud-directions span": 4.5}
    least |= {".ud-interval circle": 3, ".ud-dot": 3, ".ud-mean": 3, ".ud-pick": 4.5, ".ud-verdict": 4.5}
    for kind, ratio in least.items():
        found = [element.evaluate(CONTRAST) for element in page.locator(f".ud-explore {kind}").all()]
        assert found, kind
        assert min(found) >= ratio, kind


def test_on_a_phone_nothing_is_wider_than_the_page(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    opened(page, f"{site.url}{EXPLORE}?suite=all")
    page.locator(".ud-pick").first.click()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    for element in page.locator(".ud-controls select, .ud-strips, .ud-forest").all():
        box = element.bounding_box()
        assert box
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390


def test_every_control_has_a_name_and_the_keyboard_reaches_it(page: Page) -> None:
    for group, label in (("Side A", "Record"), ("Side A", "Arm"), ("Side B", "Record"), ("Cases", "Metric")):
        expect(page.get_by_role("group", name=group).get_by_label(label)).to_be_visible()
    select(page, "metric").focus()
    for name in ("suite", "a", "a-arm", "b", "b-arm", "confidence"):
        page.keyboard.press("Tab")
        expect(select(page, name)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".ud-explore .ud-table")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".ud-pick").first).to_be_focused()


def test_without_javascript_the_page_leads_to_the_comparison(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(site.url + EXPLORE)
    expect(page.locator(".ud-without")).to_be_visible()
    page.locator(".ud-without a").click()
    expect(page).to_have_url(site.url + COMPARISON)


def test_what_cannot_be_loaded_is_said(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/generated/explore/t.json", lambda route: route.fulfill(status=200, body="no table"))
    page.goto(site.url + EXPLORE)
    expect(page.locator(".ud-explore .ud-error")).to_contain_text("Nothing can be chosen here")
