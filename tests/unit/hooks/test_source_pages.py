"""The pages of the code that the reference documents, made of a small project's."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

SOURCE = '\n"""A module."""\n\nTEXT = "<b>\\u2028"\n\n\nclass Cache:\n    """One & all.\x0c"""\n'
LINK = '<a href="source:{module}#L{line}" aria-label="Source of {path}">Source</a>'

Add = Callable[[], Files]


@pytest.fixture
def config(tmp_path: Path) -> MkDocsConfig:
    (tmp_path / "docs").mkdir()
    settings = tmp_path / "mkdocs.yml"
    settings.write_text("site_name: a project\nplugins: []\n")
    package = tmp_path / "src" / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "cache.py").write_text(SOURCE)
    return load_config(str(settings))


@pytest.fixture
def files(sources: ModuleType, config: MkDocsConfig) -> Files:
    given = Files([File("reference/units.md", config.docs_dir, config.site_dir, use_directory_urls=True)])
    config.plugins._current_plugin = "sources"  # as it is while MkDocs calls a hook
    added: Files = sources.on_files(given, config)
    return added


def page(files: Files, address: str, config: MkDocsConfig) -> Page:
    file = files.get_file_from_path(address)
    assert file is not None
    return Page("Units & more", file, config)


def rendered(sources: ModuleType, files: Files, config: MkDocsConfig, *links: str) -> tuple[str, str]:
    """Return the content of a page of the reference with links, and that of the source page."""
    reference = sources.on_page_content("".join(links), page(files, "reference/units.md", config), config, files)
    source = page(files, "reference/source/package.cache.md", config)
    return reference, sources.on_page_content("<h1>Source</h1>", source, config, files)


def test_a_module_s_file_is_found_by_its_name(sources: ModuleType, config: MkDocsConfig) -> None:
    folder = Path(config.config_file_path).parent / "src"
    package = folder / "package"
    assert sources.modules(folder) == {"package": package / "__init__.py", "package.cache": package / "cache.py"}


def test_a_link_leads_to_the_line_and_the_source_page_back(
    sources: ModuleType, config: MkDocsConfig, files: Files
) -> None:
    link = LINK.format(module="package.cache", line=7, path="package.Cache")
    reference, source = rendered(sources, files, config, link)
    assert reference == '<a href="../source/package.cache/#L7" aria-label="Source of package.Cache">Source</a>'
    assert source.startswith('<h1>Source</h1><p>Documented on <a href="../../units/">Units &amp; more</a>:</p>')
    assert '<a href="../../units/#package.Cache"><code>package.Cache</code></a>, <a href="#L7">line 7</a>' in source
    line = re.search(r'<span id="L7">(.*?)\n</span>', source, re.DOTALL)
    assert line is not None
    assert re.sub("<[^>]*>", "", line[1]) == "class Cache:"


def test_the_code_is_there_to_the_letter_a_line_an_anchor(sources: ModuleType) -> None:
    shown = sources.code(SOURCE)
    assert re.findall(r'id="L(\d+)"', shown) == [str(i + 1) for i in range(SOURCE.count("\n"))]
    assert html.unescape(re.sub("<[^>]*>", "", shown)) == SOURCE


def test_what_is_documented_is_listed_in_the_order_of_the_file(
    sources: ModuleType, config: MkDocsConfig, files: Files
) -> None:
    links = [
        LINK.format(module="package.cache", line=line, path=f"package.{name}") for line, name in ((7, "b"), (4, "a"))
    ]
    _, source = rendered(sources, files, config, *links)
    assert re.findall(r"<code>package\.(\w)</code>", source) == ["a", "b"]


def test_a_module_without_anything_documented_gets_no_page(
    sources: ModuleType, config: MkDocsConfig, files: Files
) -> None:
    rendered(sources, files, config, LINK.format(module="package.cache", line=7, path="package.Cache"))
    sources.on_env(None, config, files)
    left = [file.src_uri for file in files if file.src_uri.startswith("reference/source/")]
    assert left == ["reference/source/package.cache.md"]


def test_a_second_build_knows_nothing_of_the_first(sources: ModuleType, config: MkDocsConfig, files: Files) -> None:
    rendered(sources, files, config, LINK.format(module="package.cache", line=7, path="package.Cache"))
    again = sources.on_files(Files([]), config)
    sources.on_env(None, config, again)
    assert list(again) == []


def test_an_object_whose_source_is_not_here_stops_the_build(
    sources: ModuleType, config: MkDocsConfig, files: Files
) -> None:
    with pytest.raises(PluginError, match=r"units\.md: numpy\.array is documented, but there is no source of numpy"):
        rendered(sources, files, config, LINK.format(module="numpy", line=1, path="numpy.array"))
