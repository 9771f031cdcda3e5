"""The source pages of a small project."""

import html
import re
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.portal.reference import source_pages
from unitdocs.portal.reference.documented import load_code, reference_pages

TRICKY = '\n"""A module."""\n\nTEXT = "<b>\\u2028"\n\n\nclass Cache:\n    """One & all.\x0c"""\n'


def built(project: Path) -> dict[str, str]:
    pages = reference_pages(project / "docs")
    return dict(source_pages.build(pages, load_code(project, pages), project / "src"))


def test_a_module_s_file_is_found_by_its_name(project: Path) -> None:
    package = project / "src" / "shelf"
    assert source_pages.modules(project / "src") == {
        "shelf": package / "__init__.py",
        "shelf.cache": package / "cache.py",
    }


def test_a_module_without_anything_documented_gets_no_page(project: Path) -> None:
    assert list(built(project)) == ["reference/source/shelf.cache.html"]


def test_a_source_page_leads_back_to_the_reference_and_down_to_each_line(project: Path) -> None:
    page = built(project)["reference/source/shelf.cache.html"]
    assert "<h1>Source of <code>shelf.cache</code></h1>" in page
    assert ' / <a href="../../reference/units/">Units &amp; more</a>' in page
    link = re.search(
        r'/reference/units/#shelf\.cache\.Cache"><code>shelf\.cache\.Cache</code></a>, <a href="#L(\d+)">',
        page,
    )
    assert link is not None
    line = re.search(rf"<a id=L{link[1]}>(.*?)\n</a>", page, re.DOTALL)
    assert line is not None
    assert re.sub("<[^>]*>", "", line[1]) == "class Cache:"


def test_documented_objects_are_listed_in_the_order_of_the_file(project: Path) -> None:
    listed = re.findall(r"<code>shelf\.cache\.([\w.]+)</code>", built(project)["reference/source/shelf.cache.html"])
    assert listed == ["LIMIT", "Cache", "Cache.get"]


def test_a_source_page_is_whole_and_needs_no_other_file(project: Path) -> None:
    page = built(project)["reference/source/shelf.cache.html"]
    assert page.startswith("<!doctype html>")
    assert "{{" not in page
    assert re.findall(r'(?:src|stylesheet" href)="([^"]*)', page) == []


def test_the_code_is_there_to_the_letter_a_line_an_anchor() -> None:
    shown = source_pages.highlighted(TRICKY)
    assert re.findall(r"id=L(\d+)>", shown) == [str(i + 1) for i in range(TRICKY.count("\n"))]
    assert html.unescape(re.sub("<[^>]*>", "", shown)) == TRICKY


@pytest.mark.parametrize(
    ("source", "marked"),
    [
        ("# words", "<i># words</i>"),
        ("def f(): ...", "<b>def</b> f(): ..."),
        ('A = "b" + 1', 'A = <u>"b"</u> + <u>1</u>'),
        ("@cache", "<b>@cache</b>"),
    ],
)
def test_kinds_of_words_have_their_colours(source: str, marked: str) -> None:
    assert source_pages.highlighted(f"{source}\n") == f"<a id=L1>{marked}\n</a>"


def test_a_text_of_several_lines_is_marked_in_each() -> None:
    shown = source_pages.highlighted('"""One.\n\n    Two."""\n')
    assert shown == '<a id=L1><i>"""One.</i>\n</a><a id=L2>\n</a><a id=L3><i>    Two."""</i>\n</a>'


def test_an_object_whose_source_is_elsewhere_stops_rendering(project: Path) -> None:
    (project / "docs" / "reference" / "units.md").write_text("# Units\n\n::: numpy.array\n")
    with pytest.raises(InputError, match=r"units\.md: numpy\.array is documented, but it is not in src"):
        built(project)
