"""Measure how fast the table of effects answers: from an input to the frame that shows its result.

The processor is slowed down four times. Each row of the result is one input of a reader, taken some times, with the
median and the largest time that the browser reports for it (Event Timing, in steps of 8 ms).

Examples:
  python benchmarks/studies/pages/measure_table.py              the table of site/
  python benchmarks/studies/pages/measure_table.py --runs 20
"""

from __future__ import annotations

import argparse
import functools
import http.server
import shutil
import statistics
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")

from typing import TYPE_CHECKING

from playwright.sync_api import Page, sync_playwright

from site_server import SiteHandler

if TYPE_CHECKING:
    from collections.abc import Callable

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-extensions"]
SLOWDOWN = 4
TARGET_MS = 50
PAGE = "benchmarks/summary/"
WATCH = """
window.slowest = 0;
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) slowest = Math.max(slowest, entry.duration);
}).observe({ type: "event", durationThreshold: 16 });
"""
"""Inputs that take less than 16 ms are not reported, and count as 0."""
QUIET_MS = 300
"""After this long the browser has reported an input."""
FIELD = ".ud-effect-controls [name='{}']"
HEAD = ".ud-effects thead button"


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure_table.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--site", type=Path, default=Path("site"), help="folder of the built site (site)")
    parser.add_argument("--runs", type=int, default=10, help="times that each input is made (10)")
    return parser.parse_args()


def press(page: Page, selector: str, key: str) -> None:
    """Press a key in a part of the page that has the focus then."""
    page.locator(selector).first.focus()
    page.keyboard.press(key)


INPUTS: dict[str, Callable[[Page], None]] = {
    "order: worst first": lambda page: press(page, FIELD.format("order"), "w"),
    "order: by suite": lambda page: press(page, FIELD.format("order"), "b"),
    "a column's head, by click": lambda page: page.locator(HEAD).nth(1).click(),
    "a column's head, by keyboard": lambda page: press(page, HEAD, "Enter"),
    "verdict: worse": lambda page: press(page, FIELD.format("verdict"), "w"),
    "a letter to find": lambda page: press(page, FIELD.format("text"), "e"),
    "reset": lambda page: press(page, ".ud-effect-controls button", "Enter"),
}
"""What a reader does, in this order."""


def measure(url: str, runs: int) -> dict[str, list[float]]:
    """Return the milliseconds from each input to the next frame, in the runs."""
    found: dict[str, list[float]] = {name: [] for name in INPUTS}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(WATCH)
        page.goto(url)
        page.wait_for_selector(".ud-effects[data-shown]")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.wait_for_timeout(2_000)
        for _ in range(runs):
            for name, make in INPUTS.items():
                page.evaluate("slowest = 0")
                make(page)
                page.wait_for_timeout(QUIET_MS)
                found[name].append(float(page.evaluate("slowest")))
        browser.close()
    return found


def main() -> None:
    """Serve the site on a free loopback port, and print the times."""
    options = parse()
    if options.runs < 1:
        fail(f"--runs {options.runs}: give at least 1")
    if shutil.which("chromium") is None:
        fail("there is no `chromium` on the path; `python scripts/test.py` says how to install it")
    if not (options.site / PAGE / "index.html").is_file():
        fail(f"{options.site}: not a built site; run `python scripts/build_site.py` first")
    handler = functools.partial(SiteHandler, directory=str(options.site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = measure(f"http://127.0.0.1:{server.server_port}/{PAGE}", options.runs)
        server.shutdown()
    print(f"{'input':<32}{'median':>10}{'largest':>10}   at most {TARGET_MS} ms at a processor slowed x{SLOWDOWN}")
    for name, times in found.items():
        print(f"{name:<32}{statistics.median(times):>7.0f} ms{max(times):>7.0f} ms")


if __name__ == "__main__":
    main()
