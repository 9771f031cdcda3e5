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
    assert list(built(project)) == ["reference/source/shelf.cache.md"]


def test_a_source_page_leads_back_to_the_reference_and_down_to_each_line(project: Path) -> None:
    page = built(project)["reference/source/shelf.cache.md"]
    assert "# Source of `shelf.cache`\n\n" in page
    assert '<p>Documented on <a href="../../units/">Units &amp; more</a>:</p>' in page
    link = re.search(
        r'<a href="\.\./\.\./units/#shelf\.cache\.Cache"><code>shelf\.cache\.Cache</code></a>, <a href="#L(\d+)">', page
    )
    assert link is not None
    line = re.search(rf'<span id="L{link[1]}">(.*?)\n</span>', page, re.DOTALL)
    assert line is not None
    assert re.sub("<[^>]*>", "", line[1]) == "class Cache:"


def test_documented_objects_are_listed_in_the_order_of_the_file(project: Path) -> None:
    listed = re.findall(r"<code>shelf\.cache\.([\w.]+)</code>", built(project)["reference/source/shelf.cache.md"])
    assert listed == ["LIMIT", "Cache", "Cache.get"]


def test_a_source_page_is_left_out_of_the_navigation_and_the_search(project: Path) -> None:
    head = built(project)["reference/source/shelf.cache.md"].split("---")[1]
    assert "hide: [navigation, toc]" in head
    assert "search: { exclude: true }" in head


def test_the_code_is_there_to_the_letter_a_line_an_anchor() -> None:
    shown = source_pages.highlighted(TRICKY)
    assert re.findall(r'id="L(\d+)"', shown) == [str(i + 1) for i in range(TRICKY.count("\n"))]
    assert html.unescape(re.sub("<[^>]*>", "", shown)) == TRICKY


def test_code_that_looks_like_a_snippet_is_not_taken_for_one() -> None:
    assert "--8<--" not in source_pages.highlighted('TEXT = """\n--8<-- "secret.md"\n"""\n')


def test_an_object_whose_source_is_elsewhere_stops_rendering(project: Path) -> None:
    (project / "docs" / "reference" / "units.md").write_text("# Units\n\n::: numpy.array\n")
    with pytest.raises(InputError, match=r"units\.md: numpy\.array is documented, but it is not in src"):
        built(project)
