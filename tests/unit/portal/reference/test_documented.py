"""The objects that the reference documents, found by reading the code."""

from pathlib import Path

import pytest
from mkdocs.config.base import load_config

from unitdocs.errors import InputError
from unitdocs.portal.reference.documented import DocumentedObject, documented_objects, load_code, reference_pages

ROOT = Path(__file__).parents[4]


def documented(project: Path, *blocks: str) -> list[DocumentedObject]:
    if blocks:
        (project / "docs" / "reference" / "units.md").write_text("# Units\n\n" + "\n\n".join(blocks) + "\n")
    pages = reference_pages(project / "docs")
    return list(documented_objects(pages, load_code(project, pages)))


def names(project: Path, *blocks: str) -> list[str]:
    return [found.path for found in documented(project, *blocks)]


def test_a_class_is_documented_with_its_public_members_that_have_a_docstring(project: Path) -> None:
    assert names(project) == ["shelf.cache.Cache", "shelf.cache.Cache.get", "shelf.cache.LIMIT"]


def test_an_object_is_documented_under_the_name_on_the_page_and_found_where_it_is_defined(project: Path) -> None:
    cache, get = documented(project, "::: shelf.Cache")
    assert (cache.path, cache.module, get.path) == ("shelf.Cache", "shelf.cache", "shelf.Cache.get")
    lines = (project / "src" / "shelf" / "cache.py").read_text().split("\n")
    assert lines[cache.line - 1] == "class Cache:"
    assert lines[get.line - 1].strip().startswith("def get")


def test_a_block_may_leave_members_out_or_choose_them(project: Path) -> None:
    assert names(project, "::: shelf.Cache\n    options: { members: false }") == ["shelf.Cache"]
    chosen = "::: shelf.Cache\n    options:\n      members: [undocumented]"
    assert names(project, chosen) == ["shelf.Cache", "shelf.Cache.undocumented"]


def test_a_module_is_documented_with_what_it_exports_and_without_its_submodules(project: Path) -> None:
    assert names(project, "::: shelf") == ["shelf", "shelf.Cache", "shelf.Cache.get"]


def test_an_object_that_the_code_lacks_stops_rendering(project: Path) -> None:
    with pytest.raises(InputError, match=r"docs/reference/units\.md: shelf\.Missing is documented, but it is not in"):
        documented(project, "::: shelf.Missing")


def test_the_settings_of_mkdocstrings_are_those_that_the_rule_repeats() -> None:
    options = load_config(str(ROOT / "mkdocs.yml"))["plugins"]["mkdocstrings"].config.handlers["python"]["options"]
    assert options["filters"] == ["!^_"]
    assert not {"show_if_no_docstring", "inherited_members", "show_submodules", "members"} & set(options)
