"""Labels, names and notes of an imported result may be anything: nothing of them runs, and no page breaks."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from serving import PREFIX, Extent, OpenPage, Site, build, fresh_copy, replace_address, served, some_and_all_pages
from test_drawn_figures import look

from project_copies import ROOT, leave_out_pages_without_results, make_once
from unitdocs import records
from unitdocs.records import RunRecord

HOSTILE = (
    "<script>window.ran = 'script'</script>",
    """<img src="nowhere.png" onerror="window.ran = 'image'">""",
    """"><svg onload="window.ran = 'svg'"></svg>""",
    """<a href="javascript:window.ran = 'link'">a</a>""",
    "[b](javascript:window.ran='markdown')",
    "</figure></details></table>",
    "<!-- c",
    '--8<-- "decision.toml"',
    "{{ config }} {% raw %} `d` **e** # f",
)
"""What would run, or would end or begin something of the page, if it were not text."""
ARMS = ("<i onclick=window.ran=1>a</i>", "%{y} & </script>")
FOREIGN = """() => [...document.querySelectorAll(
    "article img[onerror], article svg[onload], article script, a[href^='javascript:' i]")].map((e) => e.outerHTML)"""


def hostile(record: RunRecord) -> RunRecord:
    """Return the record with every text that people choose replaced by something that would like to be more."""

    def text(index: int) -> str:
        return f"{HOSTILE[index % len(HOSTILE)]} {index}"

    def case(index: int, kept: records.Case) -> records.Case:
        changes: dict[str, Any] = {"title": text(index)}
        if kept.reason:
            changes["reason"] = text(index + 1)
        if kept.messages:
            changes["messages"] = type(kept.messages)(control={text(2): text(1)}, treatment={text(2): text(0)})
        return kept.model_copy(update=changes)

    environment = {"cpu": text(1), "warnings": tuple(HOSTILE), "packages": {text(0): text(2)}}
    return record.model_copy(
        update={
            "cases": tuple(case(index, kept) for index, kept in enumerate(record.cases)),
            "suites": tuple(
                suite.model_copy(update={"title": text(i), "arms": ARMS}) for i, suite in enumerate(record.suites)
            ),
            "environment": record.environment.model_copy(update=environment),
            "command": text(2),
        }
    )


def hostile_site(folder: Path) -> None:
    """Build the site of a hostile record, without the pages that no record reaches."""
    project = fresh_copy(folder)
    (project / "benchmarks").unlink()
    shutil.copytree(ROOT / "benchmarks", project / "benchmarks")
    reference = project / "benchmarks" / "results" / "reference.json.gz"
    records.save(hostile(records.load(reference)), reference)
    leave_out_pages_without_results(project)
    build(project)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the site of a hostile record; the watch of pages takes this one too."""
    built = make_once(tmp_path_factory.getbasetemp(), "hostile", hostile_site) / "site"
    folder = shutil.copytree(built, tmp_path_factory.mktemp("hostile") / "site")
    with served(folder, PREFIX) as url:
        replace_address(folder, url)
        yield Site(folder, url)


@some_and_all_pages
def test_nothing_of_a_hostile_record_runs_or_breaks_a_page(site: Site, open_page: OpenPage, extent: Extent) -> None:
    page = open_page()
    shown = ""
    drawn = extent.of(site.pages)
    for address in [address for address in site.pages if address.startswith("benchmarks/")]:
        page.goto(site.url + address)
        if address in drawn:
            look(page)
        assert page.evaluate("window.ran") is None, address
        assert page.evaluate(FOREIGN) == [], address
        expect(page.locator("footer.md-footer")).to_have_count(1)
        assert page.evaluate("document.querySelector('article').contains(document.querySelector('footer'))") is False
        shown += page.locator("article").inner_text()
    for text in (*HOSTILE, *ARMS):
        assert text in shown, text
