"""A built site on loopback, and what is written down of each page that a browser opens there."""

import functools
import gzip
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from project_copies import PARTS, QUIET, ROOT
from site_server import SiteHandler

PREFIX = "/unitdocs/"
"""The path of `site_url`: the page for what is missing names its files by it."""
CASES = "benchmarks/cases/"
REFRESH = 'http-equiv="refresh"'
REPRESENTATIVE = ("", "benchmarks/summary/", "benchmarks/scenarios/layouts/", "notebooks/read-a-record/")
"""Home, a page of figures, a page of folded figures, a notebook: the pages on which the short lane tests behaviour."""

OpenPage = Callable[..., Page]


class Extent(StrEnum):
    """How many pages a test opens."""

    SOME = "representative pages"
    ALL = "every page"

    def of(self, pages: list[str]) -> list[str]:
        """Return those of the pages that the test opens."""
        return pages if self is Extent.ALL else [page for page in pages if page in REPRESENTATIVE]


some_and_all_pages = pytest.mark.parametrize("extent", [Extent.SOME, pytest.param(Extent.ALL, marks=pytest.mark.long)])
"""The behaviour on representative pages in the short lane, on every page in the long lane."""


@dataclass(frozen=True)
class Site:
    """A built site and where it is served.

    Args:
        folder: its files.
        url: its address, with a slash at the end.
    """

    folder: Path
    url: str

    @property
    def pages(self) -> list[str]:
        """Addresses of the pages, relative to the site's; of the many pages of cases, one of each suite.

        Redirects are no pages: a browser is elsewhere before it can be asked about them.
        """
        redirects = self.redirects
        addresses = [address for address in self._addresses if address not in redirects]
        first_of_suite = {address.removeprefix(CASES).partition("/")[0]: address for address in reversed(addresses)}
        return [one for one in addresses if not one.startswith(CASES) or one in first_of_suite.values()]

    @property
    def redirects(self) -> list[str]:
        """Addresses that pages had before, which lead on."""
        return [one for one in self._addresses if not one.startswith(CASES) and REFRESH in self._text(one)]

    @property
    def pages_with_figures(self) -> list[str]:
        """Addresses of the pages that hold figures."""
        return self._pages_with('class="ud-figure"')

    @property
    def pages_with_results(self) -> list[str]:
        """Addresses of the pages that hold figures or tables of results."""
        return self._pages_with('class="ud-table"')

    def _pages_with(self, markup: str) -> list[str]:
        return [page for page in self.pages if markup in self._text(page)]

    @property
    def _addresses(self) -> list[str]:
        found = sorted(self.folder.rglob("index.html"))
        return [page.relative_to(self.folder).as_posix().removesuffix("index.html") for page in found]

    def _text(self, address: str) -> str:
        return (self.folder / address / "index.html").read_text()


@dataclass
class Watch:
    """Writes down what must not happen on any page.

    Args:
        url: what pages may load from.
        problems: what was seen.
    """

    url: str
    problems: list[str] = field(default_factory=list)

    def page(self, page: Page) -> None:
        """Watch a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"error on {page.url}: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def forgive_missing(self, address: str) -> None:
        """Take out that this one address is not there, and that the console says so."""
        self.problems.remove(f"404: {address}")
        said = "console error: Failed to load resource: the server responded with a status of 404"
        self.problems.remove(next(problem for problem in self.problems if problem.startswith(said)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.problems.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.problems.append(f"request to another place: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on before it came
            self.problems.append(f"{request.failure}: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            self.problems.append(f"{response.status}: {response.url}")


COMPRESSED = frozenset({".html", ".js", ".css", ".json", ".svg", ".csv", ".xml"})


class PrefixHandler(SiteHandler):
    """Serves a folder under a prefix, as a host of project pages does."""

    prefix = "/"

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(self.prefix))


class PagesHandler(PrefixHandler):
    """Serves as GitHub Pages does: text compressed, kept by browsers for ten minutes, no symbolic links."""

    def do_GET(self) -> None:  # noqa: N802 -- the name that http.server calls
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and self.path.partition("?")[0].endswith("/") else path
        if path.is_symlink():
            self.send_error(http.HTTPStatus.NOT_FOUND)
        elif path.is_file() and path.suffix in COMPRESSED:
            self._compressed(path)
        else:
            super().do_GET()

    def _compressed(self, path: Path) -> None:
        content = path.read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(http.HTTPStatus.NOT_MODIFIED)
            self.end_headers()
            return
        body = gzip.compress(content, 1)
        self.send_response(http.HTTPStatus.OK)
        headers = {"Type": self.guess_type(str(path)), "Encoding": "gzip", "Length": str(len(body))}
        for name, value in headers.items():
            self.send_header(f"Content-{name}", value)
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(folder: Path, prefix: str = "/", kind: type[PrefixHandler] = PrefixHandler) -> Iterator[str]:
    """Serve a folder on a free port of the loopback interface; yield its address."""
    handler = type("Handler", (kind,), {"prefix": prefix})
    bound = functools.partial(handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), bound) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{prefix}"
        finally:
            server.shutdown()
            thread.join()


def fresh_copy(folder: Path) -> Path:
    """Make a project as a fresh clone has it: nothing generated, but what comes from npm need not be fetched again."""
    (folder / "build").mkdir(parents=True)
    for name in ("plotly", "pyodide"):
        kept = ROOT / "build" / name
        kept.mkdir(parents=True, exist_ok=True)
        (folder / "build" / name).symlink_to(kept)
    for part in PARTS:
        (folder / part).symlink_to(ROOT / part)
    shutil.copytree(
        ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("generated", "source", ".ipynb_checkpoints")
    )
    return folder


def replace_address(folder: Path, url: str) -> None:
    """Put the real address into the list of pages: the theme looks links up in it, with the port, before it follows.

    The address that is published has no port, and `mkdocs serve` does the same.
    """
    pages = folder / "sitemap.xml"
    pages.write_text(pages.read_text().replace(f"https://unitdocs.github.io{PREFIX}", url))


def build(project: Path) -> Path:
    """Build the project's site, as strictly as its settings say; return its folder."""
    command = [sys.executable, "-m", "mkdocs", "build"]
    environment = {**os.environ, **QUIET}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-5000:]
    return project / "site"
