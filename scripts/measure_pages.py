"""Measure how the built site loads: cold, on a slow line and a slow processor, beside itself without figures.

The page with figures and the same page without them are loaded in turn, so that both have the same machine. The result
is printed as a table and written as JSON.

Examples:
  python scripts/measure_pages.py                              the comparison page of site/, five times
  python scripts/measure_pages.py --page benchmarks/summary/   another page
  python scripts/measure_pages.py --unthrottled                at this machine's own speed
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import json
import shutil
import statistics
import sys
import threading
from pathlib import Path

from environment import ROOT, OneSentenceParser, enter, fail

enter("test")

from playwright.sync_api import Browser, Page, sync_playwright

from portal import SiteHandler

SITE = ROOT / "site"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-extensions"]
BITS, LATENCY, SLOWER = 10_000_000, 40, 4
COMPRESSED = {".html", ".js", ".css", ".json", ".svg", ".csv", ".xml"}
PLOTLY = "plotly.min.js"
QUIET_MS = 2_500
"""So long after loading nothing is touched, and whatever blocks the page is counted."""
LONG_MS = 50
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
    parser.add_argument("--runs", type=int, default=5, help="loads of each (5)")
    parser.add_argument("--unthrottled", action="store_true", help="neither line nor processor is slowed down")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "pages.json", help="file (build/pages.json)")
    return parser.parse_args()


def without_figures(html: str) -> str:
    """Return a page's HTML without its figures."""
    first, *rest = html.split(FIGURE)
    return first + "".join(part.partition("</figure>")[2] for part in rest)


def load(browser: Browser, url: str, figures: int, *, throttled: bool) -> tuple[Page, dict[str, int]]:
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
    if throttled:
        rate = BITS / 8
        line = {"offline": False, "latency": LATENCY, "downloadThroughput": rate, "uploadThroughput": rate}
        client.send("Network.emulateNetworkConditions", line)
        client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url)
    page.wait_for_timeout(QUIET_MS)
    return page, received


def blocked(page: Page) -> float:
    """Return for how many milliseconds tasks held the page up beyond 50 each."""
    return float(sum(max(0.0, duration - LONG_MS) for _, duration in page.evaluate("seen.tasks")))


def visit(browser: Browser, url: str, figures: int, *, throttled: bool) -> dict[str, float]:
    """Load the page, read what was seen, then point at its first figure and scroll through it."""
    page, received = load(browser, url, figures, throttled=throttled)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    before = dict(received)
    found = {
        "figures": figures,
        "first paint ms": paint,
        "figures after first paint ms": max(0.0, page.evaluate("seen.figures") - paint),
        "kB before input": sum(before.values()) / 1000,
        "kB of Plotly before input": sum(size for address, size in before.items() if PLOTLY in address) / 1000,
        "blocking ms before input": blocked(page),
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
    found["hover to interactive ms"] = page.evaluate("seen.drawn - seen.pointed")
    for one in page.locator("figure.ud-figure:has(.ud-svg)").all():
        one.scroll_into_view_if_needed()
        page.wait_for_timeout(400)
    page.wait_for_function(
        "[...document.querySelectorAll('figure.ud-figure:has(.ud-svg)')].every((one) => one.dataset.state === 'drawn')",
        timeout=60_000,
    )
    found["kB after scrolling"] = sum(received.values()) / 1000
    found["layout shift"] = page.evaluate("seen.shift")
    page.context.close()
    return found


def bare(browser: Browser, url: str, *, throttled: bool) -> float:
    """Return the blocking time of the page without figures."""
    page, _ = load(browser, f"{url}?bare", 0, throttled=throttled)
    time = blocked(page)
    page.context.close()
    return time


def measure(url: str, figures: int, runs: int, *, throttled: bool) -> dict[str, float]:
    """Return the median of each measure over the runs."""
    visits: list[dict[str, float]] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for number in range(runs):
            print(f"  {number + 1} of {runs}", file=sys.stderr, flush=True)
            alone = bare(browser, url, throttled=throttled)
            found = visit(browser, url, figures, throttled=throttled)
            visits.append({**found, "blocking ms more than without figures": found["blocking ms before input"] - alone})
        browser.close()
    return {name: statistics.median(found[name] for found in visits) for name in visits[0]}


def main() -> None:
    """Serve the site on a free loopback port, load the page some times, print and write what was measured."""
    options = parse()
    page = SITE / options.page / "index.html"
    if not page.is_file():
        fail(f"{options.page}: site/ has no such page; build it first with `python scripts/build_site.py`")
    handler = functools.partial(CompressingHandler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{options.page}"
        figures = page.read_text(encoding="utf-8").count(DRAWING)
        measured = measure(url, figures, options.runs, throttled=not options.unthrottled)
        server.shutdown()
    for name, value in measured.items():
        print(f"{name:<40}{value:>10.4g}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"page": options.page, "runs": options.runs, **measured}, indent=2) + "\n")


if __name__ == "__main__":
    main()
