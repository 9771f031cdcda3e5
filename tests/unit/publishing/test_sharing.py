"""What versions have in common stands once at the root, and pages of any depth find it there."""

import gzip
import json
import posixpath
import re
from pathlib import Path

import pytest

from unitdocs.publishing.sharing import LATEST, SHARED, share

PLOTLY = "export default 1;"
FIGURE = "generated/figures/one.json"
RECORD = "generated/data/records/reference.json.gz"
INDEX = "search/search_index.json"
SOURCE = "reference/source/one.html"
SOURCE_PAGE = '<a href="../../reference/one/">One</a><pre><a id=L1>code = \'&lt;a href="../../x"\'\n</a></pre>'
ADDRESS = re.compile(r'(?:href|src|content|data-figure)="?([^"#>\s]+)')


def write(site: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)


def page(base: str) -> str:
    return (
        f'<link href="{base}assets/stylesheets/main.css"><script src="{base}assets/own.js" type="module"></script>\n'
        f'<meta name="unitdocs-bundle" content="{base}generated/plotly.min.js">\n'
        f'<figure data-figure="{base}{FIGURE}"></figure> <a href="{base}{RECORD}">record</a>'
        f'<a href="{base}guide/#part">guide</a> <a href="{base}generated/explore/data.json">data</a>'
        f'<a href="{base}{SOURCE}#L2">source</a>'
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a small site as a theme builds it: with pages at three depths."""
    site = tmp_path / "1.0"
    write(
        site,
        {
            "index.html": page(""),
            "guide/index.html": page("../"),
            "guide/deep/one/index.html": page("../../../"),
            "404.html": f'<script id="__config">{{"base": "/project/1.0/"}}</script>{page("/project/1.0/")}',
            "assets/javascripts/bundle.js": "1",
            "assets/javascripts/workers/search.js": "importScripts('../lunr/one.js')",
            "assets/javascripts/lunr/one.js": "2",
            "assets/stylesheets/main.css": "a{}",
            "assets/own.js": 'import "./other.js";',
            "assets/other.js": "3",
            "generated/plotly.min.js": PLOTLY,
            FIGURE: "{}",
            RECORD: "a record",
            "generated/data/SHA256SUMS": "sums",
            "generated/explore/data.json": "[]",
            SOURCE: SOURCE_PAGE,
        },
    )
    return site


def targets(root: Path, version: str, name: str) -> list[Path]:
    """Return the files and folders that a page's addresses lead to, on a host whose root is a folder."""
    text = (root / version / name).read_text()
    served = posixpath.join(f"/project/{version}", posixpath.dirname(name), "")
    found = [posixpath.normpath(posixpath.join(served, address)) for address in ADDRESS.findall(text)]
    assert found
    return [root / path.removeprefix("/project/") for path in found]


@pytest.mark.parametrize("name", ["index.html", "guide/index.html", "guide/deep/one/index.html", "404.html"])
def test_each_address_of_a_page_leads_to_its_file_after_the_move(site: Path, name: str) -> None:
    share(site, site.parent / SHARED)
    assert [str(place) for place in targets(site.parent, "1.0", name) if not place.exists()] == []


def test_what_refers_to_each_other_stays_side_by_side(site: Path) -> None:
    moved = share(site, site.parent / SHARED)
    worker = site.parent / moved["assets/javascripts/workers/search.js"]
    assert (worker.parent / "../lunr/one.js").resolve().read_text() == "2"
    assert (site.parent / moved["assets/own.js"]).with_name("other.js").is_file()


def test_pages_and_what_is_of_one_version_stay_in_it(site: Path) -> None:
    share(site, site.parent / SHARED)
    left = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert left == {
        "index.html", "404.html", "guide/index.html", "guide/deep/one/index.html", "generated/explore/data.json"
    }  # fmt: skip
    assert not (site / "assets").exists()


def test_equal_content_has_one_place_and_another_content_another(site: Path, tmp_path: Path) -> None:
    second = tmp_path / "2.0"
    for path in site.rglob("*"):
        if path.is_file():
            write(second, {path.relative_to(site).as_posix(): path.read_text()})
    write(second, {FIGURE: '{"new": 1}'})
    first = share(site, tmp_path / "a")
    other = share(second, tmp_path / "b")
    assert {name for name in first if first[name] != other[name]} == {FIGURE}


def test_a_figure_of_a_record_changes_alone(site: Path, tmp_path: Path) -> None:
    """One more file of data moves no other one."""
    (tmp_path / "2.0").mkdir()
    for path in site.rglob("*"):
        if path.is_file():
            write(tmp_path / "2.0", {path.relative_to(site).as_posix(): path.read_text()})
    write(tmp_path / "2.0", {"generated/data/more.csv": "1", "generated/data/records/more.json.gz": "2"})
    first, other = share(site, tmp_path / "a"), share(tmp_path / "2.0", tmp_path / "b")
    assert {name: other[name] for name in first} == first


def test_data_of_figures_are_compressed(site: Path) -> None:
    moved = share(site, site.parent / SHARED)
    assert moved[FIGURE].endswith("/one.json.gz")
    assert gzip.decompress((site.parent / moved[FIGURE]).read_bytes()) == b"{}"


def test_a_shared_source_leads_to_the_newest_version_and_its_code_stays(site: Path) -> None:
    moved = share(site, site.parent / SHARED)
    text = (site.parent / moved[SOURCE]).read_text()
    assert f"<a href=../../{LATEST}/reference/one/>One</a>" in text
    assert '&lt;a href="../../x"' in text
    assert f"../{moved[SOURCE]}#L2" in (site / "index.html").read_text()


def test_an_icon_of_many_pages_stands_once_in_the_style_sheet(site: Path) -> None:
    icon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M1 2z"/></svg>'
    write(site, {"assets/unitdocs.css": "a{}", "index.html": f"<b>{icon}</b>", "guide/index.html": f"<i>{icon}</i>"})
    moved = share(site, site.parent / SHARED)
    styles = (site.parent / moved["assets/unitdocs.css"]).read_text()
    name = re.search(r"<svg class=(\S+) viewBox", (site / "index.html").read_text())
    assert name
    assert f"<i><svg class={name[1]} " in (site / "guide" / "index.html").read_text()
    assert styles.startswith("a{}")
    assert styles.count("M1 2z") == styles.count(f".{name[1]} {{ mask:") == 1


def test_a_program_of_most_pages_is_a_file_that_they_load(site: Path) -> None:
    program = f"document.title = '{'long ' * 80}';"
    for name, own in (("index.html", ""), ("guide/index.html", ""), ("404.html", '"base": "/project/1.0/"')):
        write(site, {name: f"{own}<script>{program}</script><script>short()</script>"})
    moved = share(site, site.parent / SHARED)
    (name,) = (name for name in moved if name.startswith("assets/programs/"))
    assert (site.parent / moved[name]).read_text() == program
    for page, place in (("index.html", "../"), ("guide/index.html", "../../"), ("404.html", "/project/")):
        text = (site / page).read_text()
        assert f"<script src={place}{moved[name]}></script><script>short()</script>" in text
        assert program not in text


def test_the_index_of_the_search_holds_words_without_tags(site: Path) -> None:
    found = {"location": "a/", "title": "A", "text": "<p>One <code>two</code>, &lt;three&gt;.</p>\n<p>Four</p>"}
    write(site, {"search/search_index.json": json.dumps({"config": {"lang": ["en"]}, "docs": [found]})})
    share(site, site.parent / SHARED)
    assert json.loads((site / "search" / "search_index.json").read_text()) == {
        "config": {"lang": ["en"]},
        "docs": [{**found, "text": "One two, &lt;three&gt;. Four"}],
    }


def test_an_index_of_the_search_that_pages_name_is_compressed_and_shared(site: Path) -> None:
    for name, base in (("index.html", ""), ("guide/index.html", "../")):
        write(site, {name: f'<script src="{base}assets/own.js" data-index="{base}{INDEX}"></script>'})
    write(site, {INDEX: json.dumps({"docs": [{"location": "a/", "title": "A", "text": "<p>One</p>"}]})})
    moved = share(site, site.parent / SHARED)
    content = gzip.decompress((site.parent / moved[INDEX]).read_bytes())
    assert json.loads(content)["docs"][0]["text"] == "One"
    assert f"data-index=../{moved[INDEX]}>" in (site / "index.html").read_text()
    assert f"data-index=../../{moved[INDEX]}>" in (site / "guide" / "index.html").read_text()
    assert not (site / "search").exists()


def test_a_site_without_such_files_is_left_as_it_is(tmp_path: Path) -> None:
    write(tmp_path / "site", {"index.html": "<h1>Words</h1>"})
    assert share(tmp_path / "site", tmp_path / SHARED) == {}
    assert (tmp_path / "site" / "index.html").read_text() == "<h1>Words</h1>"
    assert not (tmp_path / SHARED).exists()
