"""Measure how fast the table of effects answers: from an input to the frame that shows its result.

The processor is slowed down four times. Each row of the result is one input of a reader, taken some times. "Next frame"
is what the browser reports for it (Event Timing, in steps of 8 ms): the control's own answer. "Key released" is that of
the key's release, which can wait for the rows. "Rows in place" is when the rows are seen in their new order.

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
window.release = 0;
window.begun = 0;
window.settled = 0;
for (const name of ["pointerdown", "keydown"]) addEventListener(name, ({ timeStamp }) => { begun = timeStamp; }, true);
addEventListener("DOMContentLoaded", () => {
    const rows = () => requestAnimationFrame(() => setTimeout(() => { settled = performance.now() - begun; }));
    const table = document.querySelector(".ud-effects");
    new MutationObserver(rows).observe(table, { subtree: true, attributeFilter: ["style", "hidden"] });
});
new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
        if (name === "keyup") release = Math.max(release, duration);
        else slowest = Math.max(slowest, duration);
    }
}).observe({ type: "event", durationThreshold: 16 });
"""
"""Inputs that take less than 16 ms are not reported, and count as 0."""
ROWS = """[...document.querySelectorAll(".ud-effects tbody tr[data-worst]")]
    .filter((row) => !row.hidden).map((row) => [row.style.order, row.cells[0].textContent].join(" ")).sort()"""
REACH_MS, PRESS_MS = 300, 80
"""How long a person needs from a control to its key, and how long the key is down: not what is measured."""
QUIET_MS = 1500
"""After this long the browser has reported an input, and the document has its order."""
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
    """Press a key, as long as a person does, in a part of the page that has had the focus for a moment."""
    page.locator(selector).first.focus()
    page.wait_for_timeout(REACH_MS)
    page.keyboard.press(key, delay=PRESS_MS)


def click(page: Page, selector: str, place: int) -> None:
    """Press the mouse's button, as long as a person does, on a part of the page that it has pointed at for a moment."""
    part = page.locator(selector).nth(place)
    part.hover()
    page.wait_for_timeout(REACH_MS)
    part.click(delay=PRESS_MS)


INPUTS: dict[str, Callable[[Page], None]] = {
    "order: worst first": lambda page: press(page, FIELD.format("order"), "w"),
    "order: by suite": lambda page: press(page, FIELD.format("order"), "b"),
    "a column's head, by click": lambda page: click(page, HEAD, 1),
    "a column's head, by keyboard": lambda page: press(page, HEAD, "Enter"),
    "verdict: worse": lambda page: press(page, FIELD.format("verdict"), "w"),
    "a letter to find": lambda page: press(page, FIELD.format("text"), "x"),
    "reset": lambda page: press(page, ".ud-effect-controls button", "Enter"),
}
"""What a reader does, in this order."""


def measure(url: str, runs: int) -> dict[str, list[tuple[float, float, float]]]:
    """Return the milliseconds to the next frame, to that after the key's release, and to the rows, in the runs."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in INPUTS}
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
                page.evaluate("slowest = release = settled = 0")
                rows = page.evaluate(ROWS)
                make(page)
                page.wait_for_timeout(QUIET_MS)
                if page.evaluate(ROWS) == rows:
                    fail(f"{name}: the rows are the same after it, so that nothing is measured")
                times = page.evaluate("[slowest, release, settled]")
                found[name].append((float(times[0]), float(times[1]), float(times[2])))
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
    titles = [title for name in ("next frame", "key released", "rows in place") for title in (name, "largest")]
    print(f"{'input':<30}{''.join(f'{title:>15}' for title in titles)}   (ms; medians, processor slowed x{SLOWDOWN})")
    for name, times in found.items():
        numbers = [number for values in zip(*times, strict=True) for number in (statistics.median(values), max(values))]
        print(f"{name:<30}{''.join(f'{value:>15.0f}' for value in numbers)}")
    print(f"Target: the next frame within {TARGET_MS} ms.")


if __name__ == "__main__":
    main()
