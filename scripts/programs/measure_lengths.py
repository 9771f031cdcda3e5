"""Measure the pages of the built site: length, words, figures, elements and printed pages.

Examples:
  python scripts/measure_lengths.py                             every page, after scripts/build_site.py
  python scripts/measure_lengths.py benchmarks/summary          some pages
  python scripts/measure_lengths.py --before old --paper        next to another build of the site, with printed pages
"""

from __future__ import annotations

import argparse
import functools
import io
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from environment import ROOT, OneSentenceParser, enter, fail
from site_server import SiteHandler, SiteServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, ViewportSize

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
GENERATED_PAGES = ("benchmarks/cases/",)
"""Pages of one kind that are many: measured only when they are named."""
COUNT = """() => {
    const article = document.querySelector("article");
    const isSeen = (element) => element.checkVisibility() && !element.closest("details:not([open])");
    return {
        pixels: document.documentElement.scrollHeight,
        words: article.innerText.split(/\\s+/).filter(Boolean).length,
        figures: [...article.querySelectorAll("figure")].filter(isSeen).length,
        elements: document.querySelectorAll("*").length,
    };
}"""
"""The words are those that are seen: a folded part has none."""
COLUMNS = ("pixels", "words", "figures", "elements", "phone", "paper")


@dataclass(frozen=True)
class Size:
    """The size of a page.

    Args:
        pixels: its height on a screen that is 1,440 pixels wide.
        words: words of its article that are seen without opening anything.
        figures: figures that are seen without opening anything.
        elements: all its elements.
        phone: its height on a screen that is 390 pixels wide.
        paper: its printed pages (A4); None if they were not asked for.
    """

    pixels: int
    words: int
    figures: int
    elements: int
    phone: int
    paper: int | None


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="measure_lengths.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="addresses below the site's (default: every page)")
    parser.add_argument("--site", type=Path, default=ROOT / "site", help="folder of the built site (default: site)")
    parser.add_argument("--before", type=Path, help="folder of another build, whose numbers are shown too")
    parser.add_argument("--paper", action="store_true", help="count printed pages too")
    return parser.parse_args()


def main() -> None:
    """Measure the pages and print a table."""
    options = parse()
    enter("test")
    sites = [folder for folder in (options.before, options.site) if folder]
    for folder in sites:
        if not (folder / "index.html").is_file():
            fail(f"{folder}: not a built site; run `python scripts/build_site.py` first")
    addresses = [
        [f"{page.strip('/')}/".removeprefix("/") for page in options.pages] or _addresses(folder) for folder in sites
    ]
    with _browser() as browser:
        sizes = [
            _measure(browser, folder, pages, is_printed=options.paper)
            for folder, pages in zip(sites, addresses, strict=True)
        ]
    _print(sizes)


def _addresses(folder: Path) -> list[str]:
    found = sorted(path.parent.relative_to(folder).as_posix() for path in folder.rglob("index.html"))
    addresses = ["" if address == "." else f"{address}/" for address in found]
    return [address for address in addresses if not address.startswith(GENERATED_PAGES)]


@contextmanager
def _browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- inside the environment only

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def _measure(browser: Browser, folder: Path, addresses: Sequence[str], *, is_printed: bool) -> dict[str, Size]:
    """Return the size of each page that the site has."""
    handler = functools.partial(SiteHandler, directory=str(folder))
    with SiteServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        existing = [address for address in addresses if (folder / address / "index.html").is_file()]
        sizes = {
            address: size for address in existing if (size := _size(browser, url + address, is_printed=is_printed))
        }
        server.shutdown()
    return sizes


def _size(browser: Browser, url: str, *, is_printed: bool) -> Size | None:
    """Return the size of a page; None for a page that only leads to another."""
    page = browser.new_page(viewport=WIDE)
    try:
        page.goto(url, wait_until="networkidle")
        if page.url != url or page.locator("article").count() == 0:
            return None
        counts = page.evaluate(COUNT)
        paper = _printed_pages(page.pdf(format="A4")) if is_printed else None
        page.set_viewport_size(PHONE)
        phone = page.evaluate("document.documentElement.scrollHeight")
        return Size(**counts, phone=phone, paper=paper)
    finally:
        page.close()


def _printed_pages(content: bytes) -> int:
    from pypdf import PdfReader  # noqa: PLC0415 -- inside the environment only

    return len(PdfReader(io.BytesIO(content)).pages)


def _print(sizes: Sequence[dict[str, Size]]) -> None:
    """Print a row for each page; with two sites, `before > after`."""
    pages = list(dict.fromkeys(address for site in sizes for address in site))
    rows = [["page", *COLUMNS], *([page or "(home)", *_cells(sizes, page)] for page in pages)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        print(
            "  ".join(
                [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
            )
        )


def _cells(sizes: Sequence[dict[str, Size]], page: str) -> list[str]:
    return [" > ".join(_count(site.get(page), column) for site in sizes) for column in COLUMNS]


def _count(size: Size | None, column: str) -> str:
    count = getattr(size, column) if size else None
    return "-" if count is None else f"{count:,}"
