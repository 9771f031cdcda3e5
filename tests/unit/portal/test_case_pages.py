# ruff: noqa: RUF001 - a factor is shown with the multiplication sign
"""The page of each case: its address, what it shows, and where it leads."""

import html
import io
import json
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from mkdocs.utils.meta import get_data
from page_building import Files, files_of, stale

from unitdocs import portal, records
from unitdocs.cli.program import app
from unitdocs.portal.components.case_links import case_link, case_page
from unitdocs.portal.components.markup import Page
from unitdocs.portal.pages import cases
from unitdocs.portal.site import output
from unitdocs.records import RunRecord

MakeRecord = Callable[..., RunRecord]
SUITE_PAGES = {"scenes": Page("benchmarks/scenarios/layouts.md")}
ODD_NAMES = (
    "a b", "a-b", "a/b", "A-b", "a_b", "a--b", "index", "README", "404", "a/index", "é", "è", "日本", "..", "../x", "/",
    "a//b", "", "-", "%2e", "con",
    "a" * 300, "a" * 301, case_page("suite", "a b").source.rpartition("/")[2].removesuffix(".md"),
)  # fmt: skip
HOSTILE = (
    "</title><script>alert(1)</script>", 'a "quoted": {b} [c] # d', "back\\slash \\x41", "--- ", "{{ config }}",
    "\N{GRINNING FACE} non-ASCII é",
    "\x07 bell \x85 next \N{LINE SEPARATOR} line", '--8<-- "decision.toml"', "'%s' & *",
    "a\n# b", "yes", "null",
)  # fmt: skip


def pages(record: RunRecord) -> Files:
    """Return the pages by their path below `docs`, and the files of their figures."""
    return files_of(*cases.build_pages(stale(record), SUITE_PAGES))


def renamed(record: RunRecord, *names: str) -> RunRecord:
    """Return the record with one measured case under each of these names."""
    cases_ = tuple(record.cases[1].model_copy(update={"scenario": name, "title": f"Case {name}"}) for name in names)
    return record.model_copy(update={"cases": cases_})


def text_of(content: str) -> str:
    """Return a page as text, without figures."""
    without = re.sub(r"<svg.*?</svg>", "", content, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", without).split()))


# Addresses.


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_page_has_an_address_that_every_file_system_and_host_takes(name: str) -> None:
    for page in (case_page("suite", name), case_page(name, "scenario")):
        assert re.fullmatch(r"benchmarks/cases(/[a-z0-9]+(-[a-z0-9]+)*)+\.md", page.source)
        assert not {"index", "readme", "404", "con"} & set(page.source.removesuffix(".md").split("/"))
        assert len(page.source) < 150


def test_no_two_names_share_an_address_even_where_case_is_ignored() -> None:
    sources = [case_page("suite", name).source.lower() for name in ODD_NAMES]
    assert len(set(sources)) == len(sources)


def test_names_that_look_alike_as_addresses_have_pages_and_files_of_their_own(make_record: MakeRecord) -> None:
    files = pages(renamed(make_record(), *ODD_NAMES))
    for start in ("benchmarks/cases/", "figures/rounds-", "data/rounds-"):
        assert len([name for name in files if name.startswith(start)]) == len(ODD_NAMES), start


def test_a_link_to_a_case_leads_to_its_page_from_anywhere(make_record: MakeRecord) -> None:
    case = stale(make_record()).cases[1]
    for source, address in (
        ("index.md", "benchmarks/cases/scenes/big/"),
        ("benchmarks/summary.md", "../cases/scenes/big/"),
        ("benchmarks/scenarios/layouts.md", "../../cases/scenes/big/"),
    ):
        assert case_link(Page(source), case) == f'<a href="{address}">Big</a>'


# What a page shows.


def test_a_page_has_its_result_every_metric_and_what_is_worse(make_record: MakeRecord) -> None:
    content = pages(make_record())["benchmarks/cases/scenes/big.md"]
    text = text_of(content)
    assert re.search(r"Refactored is [34]\.?\d*× faster \(.*? to .*?\)\. Worse: peak memory \(50 % more\)\.", text)
    rows = [text_of(row) for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", content.split("<figure")[0])]
    assert [row.split(" ")[0] for row in rows] == ["Time", "Peak"]
    assert "thread CPU clock" in rows[0]
    assert "faster, n = 8, p < 0.001" in rows[0]
    assert re.search(r"µs [\d.]+ µs to [\d.]+ µs", rows[0])  # the range of its rounds
    assert rows[1] == "Peak memory 2 kB 3 kB 50 % more exact count more, n = 6"  # no round differs
    assert "Not applicable: cache hit rate (no arm counts a cache)." in text


def test_a_page_draws_its_rounds_and_counts_on_which_side_they_are(make_record: MakeRecord) -> None:
    files = pages(make_record())
    assert "<strong>Refactored is faster in 8 of 8 rounds.</strong>" in files["benchmarks/cases/scenes/big.md"]
    assert "<strong>Refactored is slower in 8 of 8 rounds.</strong>" in files["benchmarks/cases/scenes/small.md"]
    table = pd.read_csv(io.StringIO(files["data/rounds-scenes-big.csv"]))
    assert table["round"].tolist() == list(range(8))
    assert json.loads(files["figures/rounds-scenes-big.json"])["data"]


def test_one_changed_sample_changes_one_row_of_a_figures_data(make_record: MakeRecord) -> None:
    before, after = (
        pages(record)["data/rounds-scenes-small.csv"].splitlines()
        for record in (make_record(), make_record(changed=("small", 3)))
    )
    assert [row for row, other in zip(before, after, strict=True) if row != other] == [before[1 + 3]]


def test_a_case_that_failed_says_why_and_has_no_figure(make_record: MakeRecord) -> None:
    content = pages(make_record())["benchmarks/cases/scenes/odd.md"]
    assert "Failed: time</p><p>results differ at [3]: &lt;b&gt;1&lt;/b&gt; != 2</p>" in content
    assert "No time was measured." in content
    assert "<figure" not in content
    assert "../../explore/" not in content
    assert "unitdocs bench run scenes --profile full" in content


def test_a_case_without_a_time_has_its_other_metrics(make_record: MakeRecord) -> None:
    record = make_record()
    without = record.model_copy(update={"cases": record.cases[4:5]})
    text = text_of(pages(without)["benchmarks/cases/scenes/big.md"])
    assert "No time was measured. Worse: peak memory (50 % more)." in text
    assert "Measure it again" in text


def test_a_case_whose_metrics_do_not_apply_is_one_sentence(make_record: MakeRecord) -> None:
    record = make_record()
    content = pages(record.model_copy(update={"cases": record.cases[5:]}))["benchmarks/cases/scenes/big.md"]
    assert "<table>" not in content
    assert "Not applicable: cache hit rate" in content


def test_a_stale_record_says_so_on_each_page(make_record: MakeRecord) -> None:
    found = [content for name, content in pages(make_record()).items() if name.startswith("benchmarks/")]
    assert len(found) == 4
    for content in found:
        assert content.count('class="admonition warning ud-stale"') == 1
        assert "Measured on 2026-11-23" in content


# Where a page leads.


def test_a_page_leads_back_and_to_its_neighbours_in_the_suite(make_record: MakeRecord) -> None:
    files = pages(make_record())
    content = files["benchmarks/cases/scenes/small.md"]
    for link in (
        '<a href="../../../summary/">Summary</a>',
        '<a href="../../../scenarios/layouts/">Whole scenes</a>',
        '<a href="../big/" rel="prev"><small>Previous case</small>Big</a>',
        '<a href="../odd/" rel="next">',
    ):
        assert link in content, link
    alone = files["benchmarks/cases/units/size.md"]
    assert 'rel="' not in alone
    assert " / Single units</nav>" in alone  # a suite without a page


def test_every_link_of_a_page_leads_to_a_page_or_a_file_that_is_made(make_record: MakeRecord) -> None:
    files = pages(renamed(make_record(), *ODD_NAMES))
    others = [f"benchmarks/{name}" for name in ("summary", "explore", "method", "scenarios/layouts")]
    known = {*others, *(name.removesuffix(".md") for name in files), *(f"generated/{name}" for name in files)}
    for name, content in files.items():
        if name.endswith(".md"):
            for address in re.findall(r'(?:href|data-figure)="([^"#]+)"', content):
                path = posixpath.join(name.removesuffix(".md"), urlsplit(address).path)
                assert posixpath.normpath(path) in known, address


def test_a_page_opens_explore_with_its_case_chosen(make_record: MakeRecord) -> None:
    content = pages(renamed(make_record(), "a b&c/é"))
    [page] = [content[name] for name in content if name.endswith(".md")]
    [address] = re.findall(r'href="([^"]*explore/[^"]*)"', page)
    query = parse_qs(urlsplit(html.unescape(address)).query)
    assert query == {"metric": ["time"], "suite": ["scenes"], "case": ["scenes/a b&c/é"]}


def test_the_command_is_the_one_of_the_help_for_each_suite_of_the_reference_that_a_shell_can_name(
    make_record: MakeRecord,
) -> None:
    from typer.testing import CliRunner  # noqa: PLC0415 -- slow to load

    example = re.search(
        r"Example: (unitdocs bench run \w+ --profile \w+)\n", CliRunner().invoke(app, ["bench", "run", "-h"]).output
    )
    assert example
    assert cases.command("layouts") == example[1]
    record = make_record()
    odd = {"cases": record.cases, "suites": record.suites}
    for members, name in (("cases", "suite"), ("suites", "name")):
        odd[members] = tuple(one.model_copy(update={name: "x; rm -r ~"}) for one in odd[members])
    for content in pages(make_record(**odd)).values():
        assert "```" not in content


# Whatever a record says.


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_is_the_title_of_a_page_and_nothing_more(make_record: MakeRecord, title: str) -> None:
    case = make_record().cases[1].model_copy(update={"title": title})
    content = pages(make_record(cases=(case,)))["benchmarks/cases/scenes/big.md"]
    body, settings = get_data(content)
    assert set(settings) == {"title", "hide", "search"}
    assert isinstance(settings["title"], str)
    assert "<" not in settings["title"]  # the theme writes it into the page's head as it is
    assert len([line for line in body.splitlines() if line.startswith("# ")]) == 1
    assert "<script>" not in body
    assert not re.search(r"^\s*-+8<-+", body, re.MULTILINE)
    settings["title"].encode()


def test_a_title_is_written_as_it_is(make_record: MakeRecord) -> None:
    case = make_record().cases[1].model_copy(update={"title": "\N{GRINNING FACE} <a> & \"b\" \\ 'é'"})
    _, settings = get_data(pages(make_record(cases=(case,)))["benchmarks/cases/scenes/big.md"])
    assert html.unescape(settings["title"]) == "\N{GRINNING FACE} <a> & \"b\" \\ 'é'"


# As files.


def test_pages_are_byte_identical_when_rendered_again_and_gone_with_their_case(
    project: Path, make_record: MakeRecord
) -> None:
    def rendered(record: RunRecord) -> Files:
        records.save(record, project / "reference.json.gz")
        portal.render(project / "reference.json.gz", None, project / "docs")
        folder = project / "docs" / "benchmarks" / "cases"
        return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}

    (project / "docs").mkdir()
    first = rendered(make_record())
    assert set(first) == {"units/size.md", "scenes/big.md", "scenes/small.md", "scenes/odd.md"}
    (project / "docs" / "generated" / output.MANIFEST).unlink()
    assert rendered(make_record()) == first
    fewer = rendered(make_record(cases=make_record().cases[:2]))
    assert set(fewer) == {"units/size.md", "scenes/big.md"}
