"""Measure how the built site loads: in a browser that never saw it, on a slow line and processor and without.

The page with figures and the same page without them are loaded in turn, so that both have the same machine. The result
is printed as a table with targets and written as a record, which the method page shows from `benchmarks/results`.

Examples:
  python benchmarks/studies/pages/measure_pages.py           the comparison page of site/, five times each
  python benchmarks/studies/pages/measure_pages.py --page benchmarks/summary/   another page
  python benchmarks/studies/pages/measure_pages.py --out benchmarks/results/page-loading.json
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import shlex
import shutil
import statistics
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, sync_playwright

from site_server import SiteHandler
from unitdocs import records
from unitdocs.bench import environment
from unitdocs.studies import LoadingConditions, PageLoading, TargetMeasure

if TYPE_CHECKING:
    from unitdocs.studies.page_loading import SiUnit

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-extensions"]
SLOW = LoadingConditions(name="slow", megabits=10, latency=0.04, slowdown=4)
FAST = LoadingConditions(name="own speed")
MEASURES: dict[str, tuple[SiUnit, float | None, float | None]] = {
    "first contentful paint": ("s", None, None),
    "all figures seen after that": ("s", 0.4, 0.2),
    "blocked before input": ("s", None, None),
    "blocked before input, more than without figures": ("s", 0.1, None),
    "pointing at a figure to drawn": ("s", 1.3, 0.3),
    "layout shift": ("1", 0.0, 0.0),
    "received before input": ("B", 120e3, None),
    "received of Plotly before input": ("B", 0.0, None),
    "received after scrolling through": ("B", 560e3, None),
}
"""Unit of each measure, and its target when slowed down and at the machine's own speed."""
COMPRESSED = {".html", ".js", ".css", ".json", ".svg", ".csv", ".xml"}
PLOTLY = "plotly.min.js"
QUIET_MS = 2_500
"""So long after loading nothing is touched, and whatever blocks the page is counted."""
LONG_MS = 50
PATIENCE = 300
"""How often a figure that is not drawn yet is looked at again."""
WATCH = """
window.seen = { figures: null, shift: 0, tasks: [] };
new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; })
    .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.tasks.push([e.startTime, e.duration]); })
    .observe({ type: "longtask", buffered: true });
const look = () => {
    const there = document.querySelectorAll("figure.ud-figure .ud-svg").length;
    if (there === EXPECTED) requestAnimationFrame((now) => { seen.figures = now; });
    else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
FIGURE, DRAWING = '<figure class="ud-figure"', '<svg class="ud-svg"'


class CompressingHandler(SiteHandler):
    """Serve as a host of static pages does: text compressed; a page without its figures where that is asked for."""

    def do_GET(self) -> None:  # noqa: N802 -- the name that http.server calls
        """Answer with a file, compressed where it is text."""
        plain, _, asked = self.path.partition("?")
        path = Path(self.translate_path(plain))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file() or path.suffix not in COMPRESSED:
            super().do_GET()
            return
        content = path.read_bytes()
        if asked == "bare":
            content = without_figures(content.decode()).encode()
        body = gzip.compress(content, 9)
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure_pages.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--page", default="benchmarks/comparison/", help="address below the site's (comparison)")
    parser.add_argument("--site", type=Path, default=Path("site"), help="folder of the built site (site)")
    parser.add_argument("--runs", type=int, default=5, help="loads of each (5)")
    parser.add_argument("--out", type=Path, default=Path("build/page-loading.json"), help="the record's file")
    return parser.parse_args()


def without_figures(html: str) -> str:
    """Return a page's HTML without its figures."""
    first, *rest = html.split(FIGURE)
    return first + "".join(part.partition("</figure>")[2] for part in rest)


def load(browser: Browser, url: str, figures: int, held: LoadingConditions) -> tuple[Page, dict[str, int]]:
    """Open a page in a browser that never saw the site, and count the bytes that come over the line."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(WATCH.replace("EXPECTED", str(figures)))
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    addresses: dict[str, str] = {}
    received: dict[str, int] = {}
    client.on("Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]}))
    client.on(
        "Network.loadingFinished",
        lambda e: received.update({addresses.get(e["requestId"], ""): int(e["encodedDataLength"])}),
    )
    if held.megabits:
        rate = held.megabits * 1e6 / 8
        line = {"offline": False, "latency": 1e3 * held.latency, "downloadThroughput": rate, "uploadThroughput": rate}
        client.send("Network.emulateNetworkConditions", line)
        client.send("Emulation.setCPUThrottlingRate", {"rate": held.slowdown})
    page.goto(url)
    page.wait_for_timeout(QUIET_MS)
    return page, received


def blocked(page: Page) -> float:
    """Return for how many seconds tasks held the page up beyond 50 ms each."""
    return float(sum(max(0.0, duration - LONG_MS) for _, duration in page.evaluate("seen.tasks"))) / 1e3


def visit(browser: Browser, url: str, figures: int, held: LoadingConditions) -> dict[str, float]:
    """Load the page, read what was seen, then point at its first figure and scroll through it."""
    page, received = load(browser, url, figures, held)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    found = {
        "first contentful paint": paint / 1e3,
        "all figures seen after that": max(0.0, page.evaluate("seen.figures") - paint) / 1e3,
        "received before input": sum(received.values()),
        "received of Plotly before input": sum(size for address, size in received.items() if PLOTLY in address),
        "blocked before input": blocked(page),
    }
    figure = page.locator("figure.ud-figure:has(.ud-svg)").first
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert box is not None, "it was scrolled to"
    page.evaluate("addEventListener('pointermove', () => { seen.pointed ??= performance.now(); }, { capture: true })")
    page.evaluate(
        "new MutationObserver(() => { seen.drawn ??= performance.now(); })"
        ".observe(document.querySelector('figure.ud-figure:has(.ud-svg)'), { attributeFilter: ['data-state'] })"
    )
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.wait_for_selector("figure.ud-figure[data-state]", timeout=60_000)
    found["pointing at a figure to drawn"] = page.evaluate("seen.drawn - seen.pointed") / 1e3
    for one in page.locator("figure.ud-figure:has(.ud-svg)").all():
        one.scroll_into_view_if_needed()
        page.wait_for_timeout(400)
    waiting = page.locator("figure.ud-figure:has(.ud-svg):not([data-state='drawn'])")
    for _ in range(PATIENCE):
        if not waiting.count():
            break
        waiting.first.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
    else:
        fail(f"{url}: a figure is not drawn")
    found["received after scrolling through"] = sum(received.values())
    found["layout shift"] = round(page.evaluate("seen.shift"), 4)
    page.context.close()
    return found


def bare(browser: Browser, url: str, held: LoadingConditions) -> float:
    """Return the blocking time of the page without figures."""
    page, _ = load(browser, f"{url}?bare", 0, held)
    time = blocked(page)
    page.context.close()
    return time


def measure(url: str, figures: int, runs: int) -> tuple[TargetMeasure, ...]:
    """Load the page and the page without figures in turn, slowed down and not."""
    visits: dict[str, list[dict[str, float]]] = {held.name: [] for held in (SLOW, FAST)}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for number in range(runs):
            print(f"  {number + 1} of {runs}", file=sys.stderr, flush=True)
            for held in (SLOW, FAST):
                alone = bare(browser, url, held)
                found = visit(browser, url, figures, held)
                more = found["blocked before input"] - alone
                visits[held.name].append({**found, "blocked before input, more than without figures": more})
        browser.close()
    return tuple(
        TargetMeasure(
            name=name,
            circumstances=held.name,
            unit=unit,
            values=tuple(found[name] for found in visits[held.name]),
            most=most,
        )
        for name, (unit, slow, fast) in MEASURES.items()
        for held, most in ((SLOW, slow), (FAST, fast))
        if held is SLOW or unit == "s"
    )


def main() -> None:
    """Serve the site on a free loopback port, load the page some times, print and write what was measured."""
    options = parse()
    if options.runs < 1:
        fail(f"--runs {options.runs}: give at least 1")
    if shutil.which("chromium") is None:
        fail("there is no `chromium` on the path; `python scripts/test.py` says how to install it")
    page = options.site / options.page / "index.html"
    if not page.is_file():
        fail(f"{page}: there is no such page; build the site first with `python scripts/build_site.py`")
    figures = page.read_text(encoding="utf-8").count(DRAWING)
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    handler = functools.partial(CompressingHandler, directory=str(options.site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        measures = measure(f"http://127.0.0.1:{server.server_port}/{options.page}", figures, options.runs)
        server.shutdown()
    for one in measures:
        target = "" if one.most is None else f"at most {one.most:g}"
        print(f"{one.name:<50}{one.circumstances:<12}{statistics.median(one.values):>10.4g} {one.unit}  {target}")
    record = PageLoading(
        created=created,
        finished=datetime.now(UTC),
        page=options.page,
        figures=figures,
        command=shlex.join(["python", "benchmarks/studies/pages/measure_pages.py", *sys.argv[1:]]),
        environment=environment.closed(begun, ticks),
        circumstances=(SLOW, FAST),
        measures=measures,
    )
    records.save(record, options.out)


if __name__ == "__main__":
    main()
