"""Three versions of the site, published to a bare repository and read in a browser as GitHub Pages serves them."""

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from accessibility import judge
from later_records import measured_later
from playwright.sync_api import Page, Route, expect
from serving import (
    PREFIX,
    OpenPage,
    PagesHandler,
    Watch,
    replace_address,
    served,
)

from project_copies import QUIET, ROOT, commit, git, leave_out_pages_without_results, make_once, make_project
from unitdocs import records
from unitdocs.cli import main
from unitdocs.portal import bundle
from unitdocs.publishing import Pages, publish, published, roll_back
from unitdocs.publishing.sharing import SHARED
from unitdocs.publishing.versions import REFERENCE

OLD, NEXT, NEW = "1.0", "1.1", "2.0"
ONLY_NEW = "A sentence of the newer version."
WHY = "The chart of frames shows wrong numbers."
ADDED, DROPPED = "benchmarks/added/", "benchmarks/dropped/"
"""A page that only the newest version has, and one that only the oldest has."""
DOCUMENTED = "unitdocs.errors.InputError"
BOTH_SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that was published three times, each time with another record."""
    if not bundle.provide(
        tmp_path_factory.mktemp("bundle") / "plotly.min.js", ROOT / "build" / "plotly"
    ).is_publishable:
        pytest.skip("needs the site's own Plotly bundle, and npm's registry cannot be reached")
    published_thrice: Path = make_once(tmp_path_factory.getbasetemp(), "published", publish_thrice)
    return published_thrice / "project"


def publish_thrice(folder: Path) -> None:
    project = make_project(folder / "project", leave_out_pages_without_results)
    docs = project / "docs"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUIET.items():
            patch.setenv(name, value)
        write_page(docs, DROPPED)
        write_reference(docs)
        commit(project, "Begin with a page")
        publish(OLD, Pages(project))
        (docs / f"{DROPPED.rstrip('/')}.md").unlink()
        measured_again(project, 1)
        commit(project, "Measure again")
        publish(NEXT, Pages(project))
        write_page(docs, ADDED)
        home = docs / "index.md"
        home.write_text(f"{home.read_text()}\n{ONLY_NEW}\n")
        measured_again(project, 2)
        commit(project, "Say more")
        publish(NEW, Pages(project), aliases=("stable",))


def write_page(docs: Path, address: str) -> None:
    (docs / f"{address.rstrip('/')}.md").write_text(f"---\nhide: [toc]\n---\n\n# A page\n\nAt {address}.\n")


def write_reference(docs: Path) -> None:
    """Write a page of the reference, as mkdocstrings would make it of its block."""
    page = docs / "reference" / "refusals.md"
    page.parent.mkdir()
    link = f'<a id="{DOCUMENTED}" href="../source/unitdocs.errors.html#L1">Source of {DOCUMENTED}</a>'
    page.write_text(f"# Refusals\n\n::: {DOCUMENTED}\n\n{link}\n")


def measured_again(project: Path, days: int) -> None:
    """Change the record as if it had been measured some days later."""
    reference = project / REFERENCE
    records.save(measured_later(records.load(reference), days), reference)


@pytest.fixture(scope="module")
def hosted(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve what was pushed under a prefix, as a host of project pages does; return its address."""
    folder = tmp_path_factory.mktemp("pages") / "hosted"
    git(project.parent, "clone", "--quiet", "--branch", "gh-pages", "remote.git", str(folder))
    with served(folder, PREFIX, PagesHandler) as url:
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
    assert [one.version for one in published(Pages(project))] == [NEW, NEXT, OLD]
    page = open_page()
    page.goto(hosted)
    page.wait_for_url(f"{hosted}latest/")
    expect(page.get_by_text(ONLY_NEW)).to_be_visible()


def test_the_list_of_versions_holds_both_and_switches_between_them(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{hosted}{NEW}/")
    links = page.locator(".md-version__link")
    expect(links).to_have_count(3)
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


@pytest.mark.parametrize("says_so", [False, True], ids=["as it is", "with its encoding"])
def test_the_search_of_a_version_finds_its_pages_from_a_compressed_index(
    hosted: str, open_page: OpenPage, *, says_so: bool
) -> None:
    page = open_page()
    if says_so:
        page.route("**/search_index.json.gz", with_encoding)
    page.goto(f"{hosted}{OLD}/benchmarks/trend/")
    with page.expect_request("**/search_index.json.gz"):
        page.keyboard.press("/")
    page.keyboard.type("interval")
    found = page.locator(".md-search-result__link[href*='benchmarks/'][href*='h=interval']")
    found.first.dispatch_event("click")  # one further down is below the fold of the list
    page.wait_for_url(f"{hosted}{OLD}/benchmarks/**")
    expect(page.locator("article mark:visible").first).to_be_visible()


def with_encoding(route: Route) -> None:
    """Answer as a host that names the encoding of a compressed file, which a browser unpacks before a page sees it."""
    route.fulfill(response=route.fetch(), body=gzip.decompress(route.fetch().body()))


def test_an_index_that_is_damaged_leaves_the_search_waiting_and_the_page_as_it_is(
    hosted: str, open_page: OpenPage, watch: Watch
) -> None:
    page = open_page()
    page.route("**/search_index.json.gz", lambda route: route.fulfill(body=b"\x1f\x8b" + bytes(50)))
    page.goto(f"{hosted}{OLD}/benchmarks/trust/")
    with page.expect_response("**/search_index.json.gz"):
        page.keyboard.press("/")
    page.keyboard.type("interval")
    expect(page.locator(".md-search-result__meta")).to_have_text("Initializing search")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert all(problem.endswith("Network error") for problem in watch.problems)  # said in the console, by the theme
    watch.problems.clear()


def test_a_record_that_is_downloaded_from_a_version_is_compared(
    hosted: str, open_page: OpenPage, tmp_path: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = open_page()
    for version in (OLD, NEW):
        page.goto(f"{hosted}{version}/benchmarks/data/")
        with page.expect_download() as download:
            page.get_by_role("link", name="reference.json.xz").click()
        download.value.save_as(tmp_path / f"{version}.json.xz")
    assert records.load(tmp_path / f"{NEW}.json.xz") == records.load(project / REFERENCE)
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(tmp_path / f"{OLD}.json.xz"), str(tmp_path / f"{NEW}.json.xz")])
    assert not ended.value.code
    assert f"{OLD}.json.xz (unitdocs)" in capsys.readouterr().out


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


@pytest.mark.parametrize("address", ["", "benchmarks/comparison/", "decision/"])
@pytest.mark.parametrize("version", [OLD, NEXT])
def test_each_page_of_an_old_version_leads_to_the_same_page_of_the_newest(
    hosted: str, open_page: OpenPage, version: str, address: str
) -> None:
    page = open_page()
    page.goto(f"{hosted}{version}/{address}")
    expect(page.locator(".ud-version-bar")).to_contain_text(f"You are reading version {version}.")
    page.get_by_role("link", name=f"This page in version {NEW}").click()
    page.wait_for_url(f"{hosted}latest/{address}")
    expect(page.locator("article")).to_be_visible()
    expect(page.locator(".ud-version-bar")).to_have_count(0)


@pytest.mark.parametrize("version", [NEW, "latest"])
def test_the_newest_version_says_nothing_of_others(hosted: str, open_page: OpenPage, version: str) -> None:
    page = open_page()
    page.goto(f"{hosted}{version}/decision/", wait_until="networkidle")
    expect(page.locator(".ud-version-bar")).to_have_count(0)


def test_a_page_that_has_gone_leads_to_the_nearest_one_above_it(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{hosted}{OLD}/{DROPPED}")
    link = page.get_by_role("link", name=f"The nearest page in version {NEW}")
    expect(link).to_have_attribute("href", f"{hosted}latest/")


def test_a_page_that_a_version_lacks_is_offered_where_it_is(hosted: str, open_page: OpenPage, watch: Watch) -> None:
    page = open_page()
    page.goto(f"{hosted}{OLD}/{ADDED}")
    watch.forgive_missing(f"{hosted}{OLD}/{ADDED}")
    expect(page.locator("article")).to_contain_text(f"Version {OLD} has no page {ADDED}.")
    assert page.locator(".ud-missing a").all_inner_texts() == [
        f"{ADDED} in version {NEW}",
        f"Home of version {OLD}",
    ]
    page.get_by_role("link", name=f"{ADDED} in version {NEW}").click()
    page.wait_for_url(f"{hosted}{NEW}/{ADDED}")


def test_a_version_that_does_not_exist_offers_those_that_do(hosted: str, open_page: OpenPage, watch: Watch) -> None:
    page = open_page()
    page.goto(f"{hosted}9.9/decision/")
    watch.forgive_missing(f"{hosted}9.9/decision/")
    expect(page.locator("article")).to_contain_text("Version 9.9 does not exist.")
    expect(page.locator(".ud-missing a")).to_have_count(3)


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("nightly/", []),
        ("decision", [f"decision/ in version {NEW}"]),
        ("nightly/decision/", [f"decision/ in version {NEW}"]),
        (DROPPED, [f"{DROPPED} in version {OLD}"]),
    ],
)
def test_a_name_that_is_no_version_s_is_said_and_leads_on(
    hosted: str, open_page: OpenPage, watch: Watch, address: str, offered: list[str]
) -> None:
    page = open_page()
    page.goto(hosted + address)
    watch.forgive_missing(hosted + address)
    name = address.partition("/")[0]
    place = page.locator(".ud-missing")
    expect(place).to_contain_text(f"There is no page {address}, and no version is called {name}.")
    expect(place).to_contain_text("Or search this site")
    homes = [f"Home of version {version}" for version in (NEW, NEXT, OLD)]
    assert place.locator("a").all_inner_texts() == [*offered, *homes]
    for link in place.locator("a").all():
        assert page.request.get(str(link.get_attribute("href"))).ok


@pytest.fixture(scope="module")
def withdrawn(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site after the newest version was withdrawn; return its address."""
    folder = tmp_path_factory.mktemp("withdrawn")
    for name in ("project", "remote.git"):
        shutil.copytree(project.parent / name, folder / name, symlinks=True)
    git(folder / "project", "remote", "set-url", "origin", str(folder / "remote.git"))
    roll_back(NEXT, Pages(folder / "project"), why=WHY)
    git(folder, "clone", "--quiet", "--branch", "gh-pages", "remote.git", "hosted")
    with served(folder / "hosted", PREFIX, PagesHandler) as url:
        yield url


def test_a_withdrawn_version_says_why_and_the_root_leads_to_the_one_that_is_right(
    withdrawn: str, open_page: OpenPage, watch: Watch
) -> None:
    watch.url = withdrawn
    page = open_page()
    page.goto(f"{withdrawn}{NEW}/decision/")
    expect(page.locator(".ud-version-bar.ud-withdrawn")).to_contain_text(f"Version {NEW} was withdrawn on 20")
    expect(page.locator(".ud-version-bar")).to_contain_text(WHY)
    expect(page.locator(".md-version__current")).to_contain_text(f"{NEW} (withdrawn)")
    page.goto(f"{withdrawn}{OLD}/benchmarks/trend/")
    expect(page.locator("[data-published] tbody th").first).to_have_text(f"{NEW} (withdrawn)")
    page.goto(withdrawn)
    page.wait_for_url(f"{withdrawn}latest/")
    expect(page.get_by_text(ONLY_NEW)).to_have_count(0)
    page.goto(f"{withdrawn}{NEXT}/", wait_until="networkidle")
    expect(page.locator(".ud-version-bar")).to_have_count(0)


@BOTH_SCHEMES
def test_axe_finds_nothing_on_an_old_and_on_a_withdrawn_version(
    withdrawn: str, open_page: OpenPage, watch: Watch, axe: str, scheme: str
) -> None:
    watch.url = withdrawn
    for version, words in ((OLD, "You are reading version"), (NEW, "was withdrawn")):
        page = open_page(color_scheme=scheme)
        page.goto(f"{withdrawn}{version}/benchmarks/comparison/")
        expect(page.locator(".ud-version-bar")).to_contain_text(words)
        assert judge(page, axe) == []


@BOTH_SCHEMES
def test_axe_finds_nothing_where_a_page_is_missing(
    hosted: str, open_page: OpenPage, watch: Watch, axe: str, scheme: str
) -> None:
    for address in (f"{OLD}/{ADDED}", "nightly/decision/"):
        page = open_page(color_scheme=scheme)
        page.goto(hosted + address)
        watch.forgive_missing(hosted + address)
        expect(page.locator(".ud-missing li a").first).to_be_visible()  # before, the page has one link
        assert judge(page, axe) == []


def test_versions_share_a_source_and_each_is_led_back_to(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    shown = set()
    for version in (OLD, NEW, "latest"):
        page.goto(f"{hosted}{version}/reference/refusals/")
        page.get_by_role("link", name=f"Source of {DOCUMENTED}").click()
        expect(page.get_by_role("heading", name="Source of unitdocs.errors")).to_be_visible()
        shown.add(page.url)
        page.get_by_role("link", name=DOCUMENTED).click()
        expect(page).to_have_url(f"{hosted}{version}/reference/refusals/#{DOCUMENTED}")
    assert len(shown) == 1
    assert shown.pop().startswith(f"{hosted}{SHARED}/")


def put_served_address(folder: Path, url: str) -> None:
    """Put the address with its port into the lists of pages: the theme follows links by them, as on the real host."""
    for version in [path.parent for path in folder.glob("*/sitemap.xml")]:
        replace_address(version, url)


def test_the_link_of_an_old_page_leaves_its_programs_behind(
    project: Path, open_page: OpenPage, tmp_path: Path, watch: Watch
) -> None:
    git(project.parent, "clone", "--quiet", "--branch", "gh-pages", "remote.git", str(tmp_path / "hosted"))
    with served(tmp_path / "hosted", PREFIX, PagesHandler) as url:
        put_served_address(tmp_path / "hosted", url)
        watch.url = url
        page = open_page()
        page.goto(f"{url}{OLD}/decision/")
        page.get_by_role("link", name=f"This page in version {NEW}").click()
        page.wait_for_url(f"{url}latest/decision/")
        expect(page.locator(".md-version__current")).to_contain_text(NEW)
        expect(page.locator(".ud-version-bar")).to_have_count(0)
        page.go_back()
        page.wait_for_url(f"{url}{OLD}/decision/")
        expect(page.locator(".ud-version-bar")).to_contain_text(f"You are reading version {OLD}.")


@pytest.mark.parametrize("version", [OLD, "latest"])
def test_trend_shows_the_record_of_each_version(hosted: str, open_page: OpenPage, version: str) -> None:
    page = open_page()
    page.goto(f"{hosted}{version}/benchmarks/trend/")
    table = page.locator("[data-published] table")
    expect(table).to_have_count(1)  # one machine
    expect(table.locator("tbody th")).to_have_text([NEW, NEXT, OLD])
    effects = table.locator("tbody tr td:nth-of-type(2)").all_inner_texts()
    assert len(set(effects)) == 3
    assert all(effect.endswith("faster") for effect in effects)
    table.get_by_role("link", name=OLD).click()
    page.wait_for_url(f"{hosted}{OLD}/benchmarks/summary/")


def test_records_of_two_machines_are_in_two_tables(hosted: str, open_page: OpenPage) -> None:
    page = open_page()

    def other_machine(index: dict[str, Any]) -> dict[str, Any]:
        index["versions"][0]["record"]["machine"] = "<b>Another</b>"
        return index

    answer_index(page, hosted, other_machine)
    page.goto(f"{hosted}{OLD}/benchmarks/trend/")
    captions = page.locator("[data-published] caption")
    expect(captions).to_have_count(2)
    expect(captions.first).to_have_text("Measured on <b>Another</b>")


def test_explore_compares_two_versions_and_keeps_the_choice(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{hosted}{NEW}/benchmarks/explore/")
    expect(page.locator("select[name=b] optgroup option")).to_have_text(
        [re.compile(rf"^Version {NEXT}, "), re.compile(rf"^Version {OLD}, ")]
    )
    page.locator("select[name=a]").select_option(f"version-{OLD}")
    expect(page.locator(".ud-basis")).to_contain_text("Two records:")
    page.locator("select[name=a-arm]").select_option("refactored")
    expect(page.locator("[role=status]").first).to_contain_text("slower")
    expect(page.locator(".ud-origin")).to_contain_text(f"Side A: Version {OLD}, run ")
    chosen = page.locator(".ud-explored").inner_text()
    page.reload()
    expect(page.locator("select[name=a]")).to_have_value(f"version-{OLD}")
    assert page.locator(".ud-explored").inner_text() == chosen


def test_a_version_whose_record_cannot_be_read_is_said(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.route(f"{hosted}{OLD}/generated/explore/data.json", lambda route: route.fulfill(body="<html>"))
    page.goto(f"{hosted}{NEW}/benchmarks/explore/?b=version-{OLD}")
    expect(page.locator(".ud-explore")).to_contain_text(f'The address asks for b "version-{OLD}"')
    page.goto(f"{hosted}{NEW}/benchmarks/trend/")
    expect(page.locator("[data-published] tr", has_text=OLD).first).to_contain_text("its data cannot be read")


def answer_index(page: Page, hosted: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    page.route(f"{hosted}site-index.json", lambda route: route.fulfill(json=change(json.loads(route.fetch().text()))))


@pytest.mark.parametrize(
    "change",
    [
        lambda index: {**index, "motto": "more", "versions": [{**one, "more": {"a": 1}} for one in index["versions"]]},
        lambda index: {**index, "versions": [{"version": one["version"]} for one in index["versions"]]},
        lambda index: {"latest": index["latest"]},
    ],
    ids=["more members", "fewer members", "no versions"],
)
def test_pages_of_the_first_version_read_a_later_index(
    hosted: str, open_page: OpenPage, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    page = open_page()
    answer_index(page, hosted, change)
    page.goto(f"{hosted}{OLD}/decision/")
    expect(page.locator(".ud-version-bar")).to_contain_text(f"You are reading version {OLD}.")


def test_an_index_that_is_broken_leaves_the_page_as_it_is(hosted: str, open_page: OpenPage, watch: Watch) -> None:
    page = open_page()
    page.route(f"{hosted}site-index.json", lambda route: route.fulfill(body="<html>"))
    page.goto(f"{hosted}{OLD}/decision/", wait_until="networkidle")
    expect(page.locator("article h1")).to_be_visible()
    expect(page.locator(".ud-version-bar")).to_have_count(0)
    assert watch.problems == []


def test_a_list_of_pages_that_cannot_be_read_leads_to_the_home_page(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.route(f"{hosted}latest/sitemap.xml", lambda route: route.fulfill(body="<html>"))
    page.goto(f"{hosted}{OLD}/decision/")
    link = page.get_by_role("link", name=f"The nearest page in version {NEW}")
    expect(link).to_have_attribute("href", f"{hosted}latest/")


def test_an_alias_of_the_newest_version_is_the_newest_version(hosted: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{hosted}stable/decision/", wait_until="networkidle")
    expect(page.locator(".ud-version-bar")).to_have_count(0)


def test_the_end_of_a_page_is_not_hidden_on_a_phone(hosted: str, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{hosted}{OLD}/decision/")
    bar = page.locator(".ud-version-bar")
    expect(bar).to_be_visible()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    footer = page.locator("footer").bounding_box()
    box = bar.bounding_box()
    assert footer
    assert box
    assert footer["y"] + footer["height"] <= box["y"] + 1
