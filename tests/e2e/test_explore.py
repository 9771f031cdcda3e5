"""The page Explore: any two arms compared, and an address that keeps what is chosen."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect
from serving import OpenPage, Site

from project_copies import ROOT
from unitdocs import records
from unitdocs.analysis import Run
from unitdocs.analysis.case_result import CaseResult
from unitdocs.analysis.descriptions import extent, interval
from unitdocs.analysis.rounds import to_rounds
from unitdocs.formatting import change, change_interval, signed_change
from unitdocs.portal.pages.explore import VALUE_DIGITS
from unitdocs.stats import LogValues, RatioEffect, unpaired_effect

EXPLORE = "benchmarks/explore/"
COMPARISON = "benchmarks/comparison/"
OTHER_PAGE = "benchmarks/method/"
ROWS = "tr[data-case]"
DEFAULTS = {
    "metric": "time",
    "suite": "calculators",
    "a": "reference",
    "a-arm": "original",
    "b": "reference",
    "b-arm": "refactored",
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
def reference() -> Run:
    return Run(records.load(ROOT / "benchmarks" / "results" / "reference.json.gz"), is_current=True)


def of_suite(suite: str, metric: str) -> dict[str, CaseResult]:
    """Return the site's own results of a suite by title."""
    return {case.title: case for case in reference().cases if (case.suite, case.metric) == (suite, metric)}


def effects_of_two_records(suite: str, factor: float, level: float) -> dict[str, RatioEffect]:
    """Return by title the effect of the refactored arm, if a second record's takes `factor` times as long."""
    frame = to_rounds(reference().record)
    found = {}
    for title, rows in frame[(frame["suite"] == suite) & (frame["metric"] == "time")].groupby("title"):
        a = np.log([float(f"{value:.{VALUE_DIGITS}g}") for value in rows["treatment"]])  # as the page gets them
        effect = unpaired_effect(LogValues(a), LogValues(a + np.log(factor)), level)
        assert isinstance(effect, RatioEffect)
        found[str(title)] = effect
    return found


def with_second_record(page: Page, factor: float = 1.0, **about: str) -> None:
    """Give the page a record of the reader's own: the reference with every value multiplied."""

    def altered(route: Route) -> None:
        response = route.fetch()
        data = response.json()
        first = data["records"][0]
        scenarios = [
            {**one, "cases": [multiplied(case, factor) for case in one["cases"]]} for one in first["scenarios"]
        ]
        data["records"].append({**first, "key": "machine", "label": "This machine", **about, "scenarios": scenarios})
        route.fulfill(response=response, json=data)

    page.route("**/generated/explore/data.json", altered)


def multiplied(case: dict[str, Any], factor: float) -> dict[str, Any]:
    values = [[value and value * factor for value in values] for values in case["values"]]
    return {**case, "values": values}


def texts(row: Locator) -> list[str]:
    return [text.strip() for text in row.locator("th, td:not(.ud-axis)").all_inner_texts()]


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


SAME = "?a=reference&a-arm=refactored&b=machine&b-arm=refactored&suite=calculators"


@pytest.mark.parametrize(
    ("suite", "metric"), [("layouts", "time"), ("churn", "allocated blocks"), ("cold", "missed frames")]
)
def test_arms_of_one_record_have_the_numbers_and_verdicts_of_the_other_pages(
    site: Site, open_page: OpenPage, suite: str, metric: str
) -> None:
    page = opened(open_page(), f"{site.url}{EXPLORE}?suite={suite}&metric={metric}")
    expected = of_suite(suite, metric)
    rows = page.locator(ROWS).all()
    assert len(rows) == len(expected)
    for title, effect, shown_range, sizes, verdict in map(texts, rows):
        case = expected[title]
        assert [effect, shown_range, verdict] == [extent(case), interval(case), case.outcome_label]
        assert sizes == str(case.control_n)
    expect(page.locator(".ud-basis")).to_contain_text("One record: both arms ran in the same rounds")
    expect(select(page, "confidence")).to_be_hidden()
    assert "confidence" not in query(page)


def test_a_row_is_as_high_as_a_line_the_worst_is_first_and_its_name_leads_to_its_page(page: Page, site: Site) -> None:
    select(page, "metric").select_option("allocated blocks")
    select(page, "suite").select_option("all")
    heights = [row.bounding_box()["height"] for row in page.locator(ROWS).all()]  # type: ignore[index]
    assert sorted(heights)[len(heights) // 2] <= 26
    assert max(heights) <= 45
    suites = page.locator(".ud-suite").all_inner_texts()
    assert suites == [title for title in reference().suites.values() if title in suites]
    for body in page.locator("tbody").all():
        worse = [bool(row.locator(".ud-verdict.ud-worse").count()) for row in body.locator(ROWS).all()]
        assert worse == sorted(worse, reverse=True)
    link = page.locator(ROWS).last.locator("th a")
    title = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_contain_text(title)
    assert page.url.startswith(f"{site.url}benchmarks/cases/updates/")


@pytest.mark.parametrize("confidence", ["0.95", "0.99"])
def test_two_records_are_said_to_be_measured_apart_and_compared_as_the_package_does(
    site: Site, open_page: OpenPage, confidence: str
) -> None:
    page = open_page()
    with_second_record(page, 1.004, created="2026-11-29")
    opened(page, site.url + EXPLORE + SAME)
    expect(page.locator(".ud-basis")).to_contain_text("measured apart, so ranges are wider than on the other pages")
    select(page, "confidence").select_option(confidence)
    expected = effects_of_two_records("calculators", 1.004, 1 - float(confidence))
    rows = page.locator(ROWS).all()
    assert len(rows) == len(expected)
    for title, shown, shown_range, _, verdict in map(texts, rows):
        effect = expected[title]
        has_direction = effect.excludes_one
        assert shown == (change(effect.ratio, "slower") if has_direction else signed_change(effect.ratio))
        assert shown_range == change_interval(effect.ratio, effect.low, effect.high)
        assert (verdict in ("slower", "below margin")) == has_direction
    option = page.locator("select[name='b'] option[value='machine']").inner_text()
    assert option == f"This machine: {machine()}, 2026-11-29"


def machine() -> str:
    environment = reference().record.environment
    return f"{environment.cpu}, {environment.cores} cores, {environment.implementation} {environment.python}"


def test_at_first_the_original_and_the_refactored_system_are_compared(page: Page, site: Site) -> None:
    for name, value in DEFAULTS.items():
        expect(select(page, name)).to_have_value(value)
    expect(page).to_have_url(site.url + EXPLORE)
    expect(page.get_by_role("status")).to_contain_text(f"{len(of_suite('calculators', 'time'))} cases")
    expect(page.locator(".ud-interval")).to_have_count(page.locator(ROWS).count())
    expect(page.locator(".ud-directions")).to_contain_text("B faster")


def test_the_other_way_round_every_effect_is_its_inverse(page: Page) -> None:
    there = {row[0]: row[1:] for row in map(texts, page.locator(ROWS).all())}
    select(page, "a-arm").select_option("refactored")
    expect(select(page, "b-arm")).to_have_value("original")
    back = {row[0]: row[1:] for row in map(texts, page.locator(ROWS).all())}
    assert {title: [part.replace("faster", "slower") for part in parts] for title, parts in there.items()} == back


def test_what_is_chosen_stands_in_the_address_and_comes_back_from_it(
    page: Page, site: Site, open_page: OpenPage
) -> None:
    depth = page.evaluate("history.length")
    chosen = {
        "metric": "peak memory",
        "a": "peers",
        "a-arm": "refactored",
        "b": "peers",
        "b-arm": "yoga",
        "suite": "yoga",
    }
    for name in ("metric", "a", "a-arm", "b-arm", "suite"):
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
    expect(again.locator(".ud-pick[aria-expanded='true']")).to_have_count(1)
    assert [texts(row) for row in again.locator(ROWS).all()] == [texts(row) for row in page.locator(ROWS).all()]
    assert query(again) == wanted
    select(again, "suite").select_option("all")
    assert query(again)["suite"] == "all"
    assert again.url.startswith(site.url + EXPLORE)


@pytest.mark.parametrize(
    ("case", "metric", "suite"),
    [("layouts/battle-hud/boxes", "time", "layouts"), ("updates/window-drag", "frame time p50", "updates")],
)
def test_an_address_that_names_a_case_opens_it_in_its_suite(
    site: Site, open_page: OpenPage, case: str, metric: str, suite: str
) -> None:
    page = opened(open_page(), f"{site.url}{EXPLORE}?case={case}")
    expect(select(page, "suite")).to_have_value(suite)
    expect(select(page, "metric")).to_have_value(metric)
    expect(page.locator(f"tr[data-case='{case}'] + .ud-values")).to_be_in_viewport()


def test_a_case_opens_to_a_point_for_each_process_and_round_and_closes_again(page: Page) -> None:
    row = page.locator(ROWS).first
    size = int(texts(row)[3])
    row.locator(".ud-pick").click()
    strips = page.locator(".ud-strip")
    assert [strip.locator(".ud-dot").count() for strip in strips.all()] == [size] * 3
    expect(page.locator(".ud-side").last).to_contain_text("in each round")
    for strip in strips.all():
        assert f": {size} values from" in (strip.get_attribute("aria-label") or "")
        for x in strip.locator(".ud-dot").evaluate_all("(dots) => dots.map((dot) => dot.cx.baseVal.valueAsString)"):
            assert 0 < float(x.rstrip("%")) < 100
    page.locator(".ud-pick").nth(1).click()
    expect(page.locator(".ud-values")).to_have_count(1)
    page.locator(".ud-pick").nth(1).click()
    expect(page.locator(".ud-values")).to_have_count(0)
    assert "case" not in query(page)


def test_an_exact_count_opens_to_a_sentence(site: Site, open_page: OpenPage) -> None:
    page = opened(open_page(), f"{site.url}{EXPLORE}?case=layouts/battle-hud/boxes&metric=allocated+blocks")
    expect(page.locator(".ud-values")).to_have_text("The same in every process. A: original 0; B: refactored 1.")
    expect(page.locator("tr[data-case='layouts/battle-hud/boxes'] .ud-mark path")).to_have_count(1)


def test_side_b_offers_only_what_side_a_can_be_compared_with(page: Page, site: Site) -> None:
    assert page.locator("select[name='b'] option").count() == 1
    assert page.locator("select[name='b-arm'] option").all_inner_texts() == ["refactored"]
    select(page, "a").select_option("peers")
    expect(select(page, "b")).to_have_value("peers")
    assert page.locator(ROWS).count() > 0
    assert page.locator(f"{ROWS} th a").count() == 0
    opened(page, f"{site.url}{EXPLORE}?metric=%3Cb%3Elength&case=nowhere")
    expect(page.locator(".admonition.note")).to_contain_text('metric "<b>length", case "nowhere"')
    for name, value in DEFAULTS.items():
        expect(select(page, name)).to_have_value(value)


def test_what_two_records_cannot_compare_is_left_out_and_named(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    with_second_record(page)
    opened(page, f"{site.url}{EXPLORE}?b=machine&metric=allocated+blocks&suite=layouts")
    status = page.get_by_role("status")
    expect(status).to_contain_text("Left out, because a value is zero: ")
    expect(status).to_contain_text("Battle HUD (302 elements): re-resolve, every box read back")
    select(page, "metric").select_option("missed frames")
    expect(status).to_contain_text("Shares are compared within one record only.")
    expect(page.locator(ROWS)).to_have_count(0)


def test_records_of_two_machines_are_said_to_be_and_labels_are_text(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    with_second_record(page, label="<b>Mine</b>", machine="Another, <i>8</i> cores")
    opened(page, site.url + EXPLORE + SAME)
    warning = page.locator(".ud-explore .admonition.warning")
    expect(warning).to_contain_text("The ratio is of the machines too")
    expect(warning).to_contain_text("Another, <i>8</i> cores")
    page.locator(".ud-pick").first.click()
    expect(page.locator(".ud-values")).to_contain_text("B: refactored (<b>Mine</b>)")
    expect(page.locator(".ud-explore :is(b, i)")).to_have_count(0)
    assert all(row[1] == signed_change(1) for row in map(texts, page.locator(ROWS).all()))


def test_the_navigation_brings_the_page_and_back_leaves_it(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.url + OTHER_PAGE, wait_until="networkidle")
    assert not [address for address in asked if "explore" in address.removeprefix(site.url)]
    page.evaluate("window.isTheSameDocument = true")
    page.locator(".md-nav--primary a.md-nav__link", has_text=re.compile("^\\s*Explore\\s*$")).click()
    expect(page.locator(ROWS).first).to_be_visible()
    select(page, "suite").select_option("layouts")
    page.locator(".ud-pick").first.click()
    kept = page.url
    page.go_back()
    expect(page).to_have_url(site.url + OTHER_PAGE)
    expect(page.locator(".ud-controls")).to_have_count(0)
    page.go_forward()
    expect(page).to_have_url(kept)
    expect(select(page, "suite")).to_have_value("layouts")
    expect(page.locator(".ud-values")).to_have_count(1)
    assert page.evaluate("window.isTheSameDocument")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_texts_stand_out_in_both_schemes(site: Site, open_page: OpenPage, scheme: str) -> None:
    page = opened(open_page(color_scheme=scheme), f"{site.url}{EXPLORE}?case=churn/middle-scenes/many&suite=all")
    least = {"svg text": 4.5, ".ud-controls select": 4.5, ".ud-controls label": 4.5, ".ud-directions span": 4.5}
    least |= {".ud-mark path": 3, ".ud-dot": 3, ".ud-mean": 3, ".ud-pick": 4.5, ".ud-verdict": 4.5, ".ud-range": 4.5}
    for kind, ratio in least.items():
        found = [element.evaluate(CONTRAST) for element in page.locator(f".ud-explore {kind}").all()]
        assert found, kind
        assert min(found) >= ratio, kind


def test_on_a_phone_nothing_is_wider_than_the_page(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    opened(page, f"{site.url}{EXPLORE}?suite=all&metric=peak+memory")
    page.locator(".ud-pick").first.click()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    everything = ".ud-controls select, .ud-strips, .ud-explored :is(.ud-effect, .ud-range, .ud-word, .ud-cell)"
    for element in page.locator(everything).locator("visible=true").all():
        box = element.bounding_box()
        assert box
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390


def test_between_a_phone_and_a_desktop_a_name_keeps_its_room(site: Site, open_page: OpenPage) -> None:
    page = opened(open_page(viewport={"width": 718, "height": 1000}), site.url + EXPLORE)
    heights = [row.bounding_box()["height"] for row in page.locator(ROWS).all()]  # type: ignore[index]
    assert max(heights) <= 45
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 718


def test_every_control_has_a_name_and_the_keyboard_reaches_it(page: Page) -> None:
    for group, label in (("Side A", "Record"), ("Side A", "Arm"), ("Side B", "Record"), ("Cases", "Metric")):
        expect(page.get_by_role("group", name=group).get_by_label(label)).to_be_visible()
    select(page, "metric").focus()
    for name in ("suite", "a", "a-arm", "b", "b-arm"):
        page.keyboard.press("Tab")
        expect(select(page, name)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".ud-explore .ud-table")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".ud-pick").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(f"{ROWS} th a").first).to_be_focused()


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
