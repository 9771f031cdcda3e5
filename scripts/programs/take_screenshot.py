"""Photograph the built site's home page for the README.

Example: python scripts/take_screenshot.py        (after scripts/build_site.py)
"""

import argparse
import functools
import shutil
import threading
from pathlib import Path

from environment import ROOT, OneSentenceParser, enter, fail
from site_server import SiteHandler, SiteServer

SITE = ROOT / "site"
PICTURE = ROOT / "docs" / "assets" / "benchmarks.png"
PAGE = ""  # home: what a reader of the site sees first
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
QUIET = ["--disable-component-update", "--disable-sync"]


def photograph(url: str, picture: Path) -> None:
    """Write a picture of the page as it is seen first."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- inside the environment only

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *QUIET])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        page.goto(url, wait_until="networkidle")
        page.screenshot(path=picture)
        browser.close()


def main() -> None:
    """Serve the site on a free loopback port and photograph it."""
    parser = OneSentenceParser(
        prog="take_screenshot.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.parse_args()
    enter("test")
    if not (SITE / PAGE / "index.html").exists():
        fail("there is no built site; run `python scripts/build_site.py` first")
    handler = functools.partial(SiteHandler, directory=str(SITE))
    with SiteServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        photograph(f"http://127.0.0.1:{server.server_port}/{PAGE}", PICTURE)
        server.shutdown()
    print(f"Wrote {PICTURE.relative_to(ROOT)}")
