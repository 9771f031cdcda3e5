"""What versions have in common stands once at the root, and pages of any depth find it there."""

import posixpath
import re
from pathlib import Path

import pytest

from unitdocs.publishing.sharing import SHARED, share

PLOTLY = "export default 1;"
FIGURE = "generated/figures/one.json"
RECORD = "generated/data/records/reference.json.gz"
ADDRESS = re.compile(r'(?:href|src|content|data-figure)="([^"#]+)')


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


def test_a_site_without_such_files_is_left_as_it_is(tmp_path: Path) -> None:
    write(tmp_path / "site", {"index.html": "<h1>Words</h1>"})
    assert share(tmp_path / "site", tmp_path / SHARED) == {}
    assert (tmp_path / "site" / "index.html").read_text() == "<h1>Words</h1>"
    assert not (tmp_path / SHARED).exists()


def test_spaces_go_where_they_mean_nothing_and_stay_in_code(tmp_path: Path) -> None:
    code = "<pre>\n  a\n\n    b\n</pre>"
    text = f"<ul>\n\n      <li>one\n        two</li>\n</ul>\n{code}\n\n\n<textarea>\n  c\n</textarea>"
    write(tmp_path / "site", {"index.html": text})
    share(tmp_path / "site", tmp_path / SHARED)
    assert (tmp_path / "site" / "index.html").read_text() == (
        f"<ul>\n<li>one\ntwo</li>\n</ul>\n{code}\n<textarea>\n  c\n</textarea>"
    )
