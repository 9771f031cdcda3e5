"""Other builders make the same pages from the same files: MkDocs 1 and its theme will not be maintained for ever."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pytest
from serving import Site, fresh_copy

from project_copies import QUIET, ROOT
from unitdocs.publishing.sharing import SHARED, share

PROPERDOCS = "properdocs==1.6.7"
LOADED = re.compile(r"(?:src|data-figure|rel=stylesheet href|name=unitdocs-bundle content)=([^\s\":?#>]+)")
SOURCES = "reference/source"
COMPARED = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "table", "figure", "pre"})


class Block(NamedTuple):
    """A heading, a table, a figure or a code block of a page."""

    element: str
    key: str | None
    text: str


class Article(HTMLParser):
    """Reads the content of a page: its blocks with their texts, and where its links lead.

    `links` are resolved from the page's address, `links_from_file` from the folder that holds it.

    Args:
        address: the page's address.
        markup: the whole page.
    """

    def __init__(self, address: str, markup: str) -> None:
        super().__init__()
        self._address = f"https://site.invalid/{address}"
        self.links: list[str] = []
        self.links_from_file: list[str] = []
        self._blocks: list[tuple[str, str | None, list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self._is_content = False
        self._is_permalink = False
        self.feed(markup)

    @property
    def blocks(self) -> list[Block]:
        """What the page holds, with the spaces between words made one."""
        return [Block(element, key, " ".join("".join(texts).split())) for element, key, texts in self._blocks]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "article":
            self._is_content = True
        elif self._is_content and tag == "a":
            self._is_permalink = "headerlink" in (attributes.get("class") or "")
            if "href" in attributes and not self._is_permalink:
                self.links.append(urljoin(self._address, attributes["href"]))
                self.links_from_file.append(urljoin(self._address, f"../{attributes['href']}"))
        elif self._is_content and tag in COMPARED:
            texts: list[str] = []
            self._blocks.append((tag, attributes.get("id"), texts))
            self._open.append((tag, texts))

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._is_content = False
        elif tag == "a":
            self._is_permalink = False
        elif self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._is_permalink:
            for _, texts in self._open:
                texts.append(data)


def sources(site: Site) -> dict[str, bytes]:
    """Return the pages of the modules' sources, which no builder changes."""
    return {page.name: page.read_bytes() for page in (site.folder / SOURCES).iterdir()}


def compare(site: Site, other: Site) -> Iterator[tuple[str, Article, Article]]:
    """Yield each page of two sites; their blocks are the same."""
    assert other.pages == site.pages
    assert sources(other) == sources(site)
    for page in site.pages:
        ours, theirs = (Article(page, (each.folder / page / "index.html").read_text()) for each in (site, other))
        assert theirs.blocks == ours.blocks, page
        yield page, ours, theirs


def run(command: Sequence[str | Path], project: Path) -> None:
    """Run a program in the project; what it says is shown where it fails."""
    environment = {**os.environ, **QUIET}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def check_published(built: Path, folder: Path) -> None:
    """Prepare a built site as a version is published, and look for each file that its pages load."""
    version, shared = folder / "1.0", folder / SHARED
    shutil.copytree(built, version)
    moved = share(version, shared)
    assert moved["generated/plotly.min.js"]
    assert sum(place.startswith(SOURCES) for place in moved) > 30
    pages = sorted(version.rglob("index.html"))
    count = 0
    for page in pages:
        loaded = LOADED.findall(page.read_text())
        count += len(loaded)
        assert [address for address in loaded if not (page.parent / address).is_file()] == [], page
    assert len(pages) > 100
    assert count > 5 * len(pages)


@pytest.mark.long
def test_zensical_builds_the_same_pages(site: Site, tmp_path: Path) -> None:
    project = fresh_copy(tmp_path / "project")
    settings = project / "mkdocs.yml"
    settings.unlink()  # Zensical would follow the link, and build where it leads
    shutil.copy(ROOT / settings.name, settings)
    record = "benchmarks/results/reference.json.gz"
    run([sys.executable, "-m", "unitdocs.cli", "render", "--record", record], project)
    run([sys.executable, "-m", "zensical", "build", "--strict"], project)
    count = 0
    for page, ours, theirs in compare(site, Site(project / "site", site.url)):
        # It reads links in HTML as relative to the Markdown file, which MkDocs leaves alone.
        both = zip(theirs.links, zip(ours.links, ours.links_from_file, strict=True), strict=True)
        assert [link for link, expected in both if link not in expected] == [], page
        count += len(ours.blocks)
    assert count > 1000
    check_published(project / "site", tmp_path / "published")


@pytest.mark.long
def test_properdocs_builds_the_same_pages(site: Site, tmp_path: Path) -> None:
    """It cannot be installed in the tests' own environment: mike would build with it from then on."""
    project = fresh_copy(tmp_path / "project")
    python = tmp_path / "environment" / "bin" / "python"
    run([sys.executable, "-m", "venv", tmp_path / "environment"], tmp_path)
    answer = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    # As a folder of packages, not a mere path: files in it name what is installed elsewhere, as unitdocs is.
    ours = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
    Path(answer.stdout.strip(), "ours.pth").write_text(ours)
    run([python, "-m", "pip", "install", "--quiet", PROPERDOCS], project)
    run([python, "-m", "properdocs", "build", "--strict", "-f", "mkdocs.yml"], project)
    for page, expected, theirs in compare(site, Site(project / "site", site.url)):
        assert theirs.links == expected.links, page
    check_published(project / "site", tmp_path / "published")
