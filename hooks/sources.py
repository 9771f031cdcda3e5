# ruff: noqa: INP001 -- MkDocs loads this file by its path
"""A page for the source of each module that the reference documents, so that the code can be read without a network.

The code of all documented objects would make the pages of the reference too heavy. A template
(`templates/python/material/source.html.jinja`) gives each object a link to its module and line; the functions below,
which MkDocs calls by their names, turn it into an address.

- With the list of files: a page for every module is added. Which are documented shows as the reference is rendered.
- After a page of the reference was rendered: its links to sources get their addresses, and are written down.
- After a source page was rendered, which is later: it gets its code, and the list of what is documented of it.
- Before the pages are written: those of modules that nothing documents are left out.
"""

import html
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

FOLDER = "reference/source/"
PAGE = """\
---
title: Source of {module}
hide: [navigation, toc]
search: {{ exclude: true }}
---

# Source of `{module}`
"""
LINK = re.compile(r'href="source:(?P<module>[\w.]+)#L(?P<line>\d+)" aria-label="Source of (?P<path>[\w.]+)"')


class Documented(NamedTuple):
    """An object that the reference documents.

    Args:
        path: the name under which it is documented, which is its anchor too.
        line: its first in the module's file.
        page: where it is documented.
    """

    path: str
    line: int
    page: Page


_MODULES: dict[str, Path] = {}
"""Files by the address of the source page below `docs`."""
_DOCUMENTED: defaultdict[str, list[Documented]] = defaultdict(list)
"""What this build has met so far, by the same."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each module, after all others, so that it is rendered after the reference."""
    _MODULES.clear()
    _DOCUMENTED.clear()
    for module, path in modules(Path(config.config_file_path).parent / "src").items():
        page = File.generated(
            config, page_of(module), content=PAGE.format(module=module), inclusion=InclusionLevel.NOT_IN_NAV
        )
        files.append(page)
        _MODULES[page.src_uri] = path
    return files


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs's names
    """Give links to sources their addresses, and a source page its code.

    Raises:
        PluginError: what is documented has no source here.
    """
    address = page.file.src_uri
    if address in _MODULES:
        documented = _DOCUMENTED[address]
        return content + source_page(_MODULES[address].read_text(), documented, page) if documented else content

    def with_address(found: re.Match[str]) -> str:
        source = files.get_file_from_path(page_of(found["module"]))
        if source is None:
            raise PluginError(f"{address}: {found['path']} is documented, but there is no source of {found['module']}")
        _DOCUMENTED[source.src_uri].append(Documented(found["path"], int(found["line"]), page))
        return f'href="{source.url_relative_to(page.file)}#L{found["line"]}" aria-label="Source of {found["path"]}"'

    return LINK.sub(with_address, content)


def on_env(env: object, config: MkDocsConfig, files: Files) -> None:  # noqa: ARG001 - MkDocs's names
    """Leave out the pages of modules of which nothing is documented."""
    for address in _MODULES:
        source = files.get_file_from_path(address)
        if source is not None and not _DOCUMENTED[address]:
            files.remove(source)


def modules(folder: Path) -> Mapping[str, Path]:
    """Return the files of all modules in a folder, by their names."""
    paths = sorted(folder.rglob("*.py"))
    return {".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def page_of(module: str) -> str:
    """Return the address of a module's source page below `docs`. `index` would stand for a folder: no module has it."""
    return f"{FOLDER}{module}.md"


def source_page(source: str, documented: Sequence[Documented], page: Page) -> str:
    """Return what a source page says below its heading: what is documented on which pages, and the code."""
    rows = "\n".join(
        f'<li><a href="{one.page.file.url_relative_to(page.file)}#{one.path}"><code>{one.path}</code></a>, '
        f'<a href="#L{one.line}">line {one.line}</a></li>'
        for one in sorted(documented, key=lambda one: (one.line, one.path))
    )
    pages = {one.page.file.src_uri: one.page for one in documented}.values()
    links = [f'<a href="{one.file.url_relative_to(page.file)}">{html.escape(str(one.title))}</a>' for one in pages]
    return f"<p>Documented on {' and '.join(links)}:</p>\n<ul>\n{rows}\n</ul>\n{code(source)}"


def code(source: str) -> str:
    """Return highlighted Python of which each line has an anchor: `L1` and so on. The style sheet counts the lines."""
    lines = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).removesuffix("\n").split("\n")
    body = "".join(f'<span id="L{number}">{line}\n</span>' for number, line in enumerate(lines, 1))
    return f'<div class="highlight ud-lines"><pre><code>{body}</code></pre></div>'
