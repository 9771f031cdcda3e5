"""Two versions of the site, published to a bare repository and read in a browser as a host of pages serves them."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from serving import (
    PARTS,
    PREFIX,
    QUIET,
    ROOT,
    OpenPage,
    Watch,
    leave_out_pages_without_results,
    make_once,
    served,
)

from unitdocs import records
from unitdocs.portal import bundle
from unitdocs.publishing import Pages, publish, published
from unitdocs.publishing.versions import REFERENCE

OLD, NEW = "1.0", "1.1"
ONLY_NEW = "A sentence of the newer version."


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True)


def commit(project: Path, message: str) -> None:
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", message)


def make_project(folder: Path) -> Path:
    """Copy what the site is built from into a repository of its own, its record marked as current."""
    ignored = shutil.ignore_patterns("generated", "source", ".ipynb_checkpoints", "__pycache__")
    for part in [*PARTS, "docs", ".gitignore"]:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, folder / part)
    (folder / "build").mkdir()
    (folder / "build" / "plotly").symlink_to(ROOT / "build" / "plotly")
    leave_out_pages_without_results(folder)
    reference = folder / REFERENCE
    record = records.load(reference)
    digest = records.digest(folder, records.digest_patterns(folder))
    records.save(record.model_copy(update={"digest": digest}), reference)
    git(folder.parent, "init", "--quiet", "--bare", "remote.git")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "config", "user.name", "A tester")
    git(folder, "config", "user.email", "tester@example.org")
    git(folder, "remote", "add", "origin", str(folder.parent / "remote.git"))
    commit(folder, "Begin")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that was published twice, with a sentence more at the second time."""
    if not bundle.provide(
        tmp_path_factory.mktemp("bundle") / "plotly.min.js", ROOT / "build" / "plotly"
    ).is_publishable:
        pytest.skip("needs the site's own Plotly bundle, and npm's registry cannot be reached")
    return make_once(tmp_path_factory.getbasetemp(), "published", publish_twice) / "project"


def publish_twice(folder: Path) -> None:
    project = make_project(folder / "project")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUIET.items():
            patch.setenv(name, value)
        publish(OLD, Pages(project))
        home = project / "docs" / "index.md"
        home.write_text(f"{home.read_text()}\n{ONLY_NEW}\n")
        commit(project, "Say more")
        publish(NEW, Pages(project))


@pytest.fixture(scope="module")
def hosted(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve what was pushed under a prefix, as a host of project pages does; return its address."""
    folder = tmp_path_factory.mktemp("pages") / "hosted"
    git(project.parent, "clone", "--quiet", "--branch", "gh-pages", "remote.git", str(folder))
    with served(folder, PREFIX) as url:
        yield url


@pytest.fixture
def watch(hosted: str) -> Iterator[Watch]:
    watch = Watch(hosted)
    yield watch
    assert watch.problems == []


def switch(page: Page, version: str) -> None:
    """Choose a version in the list of versions."""
    page.locator(".md-version__current").hover(force=True)  # the list opens on top of it
    page.locator(".md-version__link", has_text=version).click()


def test_both_versions_are_published_and_the_root_leads_to_the_latest(
    project: Path, hosted: str, open_page: OpenPage
) -> None:
    assert [one.version for one in published(Pages(project))] == [NEW, OLD]
    page = open_page()
    page.goto(hosted)
    page.wait_for_url(f"{hosted}latest/")
    expect(page.get_by_text(ONLY_NEW)).to_be_visible()


def test_the_list_of_versions_holds_both_and_switches_between_them(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{hosted}{NEW}/")
    links = page.locator(".md-version__link")
    expect(links).to_have_count(2)
    expect(page.locator(".md-version__current")).to_contain_text(NEW)
    switch(page, OLD)
    page.wait_for_url(f"{hosted}{OLD}/")
    expect(page.locator(".md-version__current")).to_contain_text(OLD)
    expect(page.get_by_text(ONLY_NEW)).to_have_count(0)
    switch(page, NEW)
    page.wait_for_url(f"{hosted}{NEW}/")
    expect(page.get_by_text(ONLY_NEW)).to_be_visible()


def test_a_switch_of_the_version_stays_on_the_page_whose_figures_are_drawn(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{hosted}latest/benchmarks/comparison/")
    switch(page, OLD)
    page.wait_for_url(f"{hosted}{OLD}/benchmarks/comparison/")
    page.locator("figure.ud-figure").first.hover()
    expect(page.locator("figure.ud-figure").first).to_have_attribute("data-state", "drawn")


def test_links_of_a_version_stay_in_it(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{hosted}{OLD}/")
    page.locator(".md-tabs__link", has_text="Benchmarks").click()
    page.wait_for_url(f"{hosted}{OLD}/benchmarks/summary/")
    page.get_by_role("link", name="why trust this", exact=True).click()
    page.wait_for_url(f"{hosted}{OLD}/benchmarks/trust/")
    page.locator("figure.ud-figure").first.hover()
    expect(page.locator("figure.ud-figure").first).to_have_attribute("data-state", "drawn")


def test_the_page_for_what_is_missing_shows_the_latest_site(hosted: str, open_page: OpenPage, watch: Watch) -> None:
    page = open_page()
    page.goto(f"{hosted}9.9/no/such/page/", wait_until="networkidle")
    watch.forgive_missing(f"{hosted}9.9/no/such/page/")
    expect(page.get_by_role("heading", name="404 - Not found")).to_be_visible()
    page.locator(".md-header__button.md-logo").click()
    page.wait_for_url(f"{hosted}latest/")
