"""The table of a figure says what its file for downloading holds: every number of one is in the other."""

import io
import math
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import numpy as np
import pandas as pd
from playwright.sync_api import Page
from serving import OpenPage, Site

SCALES = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9, "B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "%": 1e-2, "": 1.0}
QUANTITY = re.compile(rf"([\d,]+(?:\.\d+)?) ?({'|'.join(SCALES)})")
FACTOR = re.compile("([\\d,]+(?:\\.\\d+)?)\N{MULTIPLICATION SIGN}")
LESS, MORE = ("faster", "less", "fewer"), ("slower", "more")
CHANGE = re.compile(rf"([\d,]+(?:\.\d+)?) % ({'|'.join((*LESS, *MORE))})")
SIGNED = re.compile(r"([+-])([\d,]+(?:\.\d+)?) (?:%|points)")
ROUNDED = 6e-3
"""Tables show three digits."""
READ = """() => [...document.querySelectorAll("figure.ud-figure")].map((figure) => ({
    key: figure.id,
    csv: figure.querySelector("a[download]")?.href,
    heads: [...figure.querySelectorAll("thead th")].map((head) => head.textContent),
    rows: [...figure.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) =>
        (cell.querySelector(":scope > span") ?? cell).textContent.trim())),
}))"""


def numbers(rows: list[list[str]], heads: list[str]) -> Iterator[tuple[str, list[float]]]:
    """Yield every cell that is a number with its possible values in SI units; a factor may be written either way round.

    Several frames of one row have a median that is nobody's own. The hash of a commit may consist of digits alone.
    """
    for first, *cells in rows:
        for head, cell in zip(heads[1:], cells, strict=True):
            if head == "Commit" or (" to " in first and head.endswith("median")):
                continue
            if found := QUANTITY.fullmatch(cell):
                yield cell, [float(found[1].replace(",", "")) * SCALES[found[2]]]
            if signed := SIGNED.fullmatch(cell):
                share = float(signed[1] + signed[2].replace(",", "")) / 100
                yield cell, [abs(share), 1 + share]
            for written in FACTOR.findall(cell):
                factor = float(written.replace(",", ""))
                yield cell, [factor, 1 / factor]
            for written, label in CHANGE.findall(cell):
                share = float(written.replace(",", "")) / 100
                yield cell, [1 - share if label in LESS else 1 + share]


def downloaded(page: Page, address: str) -> np.ndarray:
    """Return all numbers of a CSV file, as a reader of the page gets it."""
    frame = pd.read_csv(io.StringIO(page.request.get(urljoin(page.url, address)).text()))
    return np.unique(np.abs(frame.select_dtypes("number").to_numpy(dtype=float)))


def holds(known: np.ndarray, value: float) -> bool:
    return bool(np.isclose(known, value, rtol=ROUNDED, atol=0 if value else 1e-12).any()) or math.isinf(value)


def test_every_number_of_a_figure_s_table_stands_in_its_csv_file(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)  # tables and links are in the page as it is sent
    compared = 0
    for address in site.pages_with_figures:
        page.goto(site.url + address)
        for figure in page.evaluate(READ):
            if figure["csv"] is None:  # a notebook's own
                continue
            known = downloaded(page, figure["csv"])
            cells = list(numbers(figure["rows"], figure["heads"]))
            missing = [cell for cell, values in cells if not any(holds(known, value) for value in values)]
            assert missing == [], f"{address}#{figure['key']}"
            assert cells, f"{address}#{figure['key']} has no number to compare: {figure['rows'][:2]}"
            compared += len(cells)
    assert compared > 500
