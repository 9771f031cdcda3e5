"""The site as a reader meets it: built from a fresh copy of the project, served to Chromium on loopback."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PARTS = ["benchmarks", "hooks", "requirements", "src", "mkdocs.yml", "pyproject.toml"]

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, keep them in one process (they share a site), and skip them without a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs Chromium: `sudo apt-get install chromium` brings it"))


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
        """Addresses of all pages, relative to the site's."""
        found = sorted(self.folder.rglob("index.html"))
        return [page.relative_to(self.folder).as_posix().removesuffix("index.html") for page in found]

    @property
    def pages_with_figures(self) -> list[str]:
        """Addresses of the pages that hold figures."""
        return [page for page in self.pages if 'class="ud-figure"' in (self.folder / page / "index.html").read_text()]


@dataclass(frozen=True)
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
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.problems.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.problems.append(f"request to another place: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            self.problems.append(f"{response.status}: {response.url}")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder under a prefix, as a host of project pages does, without a line a request."""

    prefix = "/"

    def log_message(self, *_: object) -> None:
        pass

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the folder's own page for what is missing."""
        page = Path(self.directory, "404.html")
        if code != http.HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(folder: Path, prefix: str = "/") -> Iterator[str]:
    """Serve a folder on a free port of the loopback interface; yield its address."""
    handler = type("Handler", (QuietHandler,), {"prefix": prefix})
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
    """Make a project as a fresh clone has it: nothing generated, but the bundle's archive need not be fetched again."""
    kept = ROOT / "build" / "plotly"
    kept.mkdir(parents=True, exist_ok=True)
    (folder / "build").mkdir(parents=True)
    (folder / "build" / "plotly").symlink_to(kept)
    for part in PARTS:
        (folder / part).symlink_to(ROOT / part)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("generated", ".ipynb_checkpoints"))
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the site, built strictly from a fresh copy of the project."""
    project = fresh_copy(tmp_path_factory.mktemp("project") / "clone")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    done = subprocess.run(
        command, cwd=project, env={**os.environ, **quiet}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-5000:]
    with served(project / "site") as url:
        yield Site(project / "site", url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """Watch the test's pages; what must not happen fails the test at its end."""
    watch = Watch(site.url)
    yield watch
    assert watch.problems == []


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[OpenPage]:
    """Return a function that opens a watched page; settings are those of a browser context."""
    contexts = []

    def open_page(**settings: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        watch.page(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
