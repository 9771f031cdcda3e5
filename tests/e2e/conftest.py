"""The site as a reader meets it: built from a fresh copy of the project, served to Chromium on loopback."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accessibility import axe_script
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import PREFIX, OpenPage, Site, Watch, build, fresh_copy, replace_address, served

from project_copies import make_once

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
"""The one without a window first: it needs a third of the processor's time for the same pages."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=30_000)  # the machine may be busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them without a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs Chromium: `sudo apt-get install chromium` brings it"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the site, built strictly from a fresh copy of the project."""
    built = make_once(tmp_path_factory.getbasetemp(), "site", lambda project: build(fresh_copy(project))) / "site"
    folder = shutil.copytree(built, tmp_path_factory.mktemp("served") / "site")  # it gets this process's address
    with served(folder, PREFIX) as url:
        replace_address(folder, url)
        yield Site(folder, url)


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core's script."""
    return axe_script()


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
