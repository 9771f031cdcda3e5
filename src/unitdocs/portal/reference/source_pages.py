"""A page for the source of each documented module, so that the code can be read in the site itself.

The code of all documented objects would make the pages of the reference too heavy. Instead each object there links to
its line here (`hooks/templates`), and each page here lists the objects that the reference documents from it.
"""

import html
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import griffe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from unitdocs.errors import InputError
from unitdocs.portal.reference.documented import DocumentedObject, ReferencePage, documented_objects

FOLDER: Final = "reference/source"
_PLAIN: Final = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>')
"""Names, operators, punctuation and spaces: they look like plain text, and are most of the marks."""
_PAGE: Final = """\
---
title: Source of {module}
hide: [navigation, toc]
search: {{ exclude: true }}
---

# Source of `{module}`

{content}
"""


def build(pages: Sequence[ReferencePage], code: griffe.ModulesCollection, folder: Path) -> Mapping[str, str]:
    """Return a page for each module from which the reference documents an object.

    Args:
        pages: the pages of the reference.
        code: the code that they document.
        folder: the folder of the packages' files.

    Raises:
        InputError: a page documents an object whose source is not in the folder.
    """
    by_module: defaultdict[str, list[DocumentedObject]] = defaultdict(list)
    for documented in documented_objects(pages, code):
        by_module[documented.module].append(documented)
    files = modules(folder)
    return {f"{FOLDER}/{module}.md": _page(module, files, documented) for module, documented in by_module.items()}


def modules(folder: Path) -> Mapping[str, Path]:
    """Return the files of all modules in a folder, by module name."""
    paths = sorted(folder.rglob("*.py"))
    return {".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def source_page(module: str, source: str, documented: Sequence[DocumentedObject]) -> str:
    """Return the page of a module: which of its objects are documented where, and its code."""
    rows = "\n".join(
        f'<li><a href="../../{one.page.name}/#{one.path}"><code>{one.path}</code></a>, '
        f'<a href="#L{one.line}">line {one.line}</a></li>'
        for one in sorted(documented, key=lambda one: (one.line, one.path))
    )
    titles = {one.page.name: one.page.title for one in documented}
    links = [f'<a href="../../{name}/">{html.escape(title)}</a>' for name, title in titles.items()]
    content = f"<p>Documented on {' and '.join(links)}:</p>\n<ul>\n{rows}\n</ul>\n{highlighted(source)}"
    return _PAGE.format(module=module, content=content)


def highlighted(source: str) -> str:
    """Return highlighted Python in which each line has an anchor: `L1` and so on. The style sheet numbers the lines."""
    marked = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).removesuffix("\n")
    lines = _PLAIN.sub(r"\1", marked).split("\n")
    body = "".join(f'<span id="L{number}">{line}\n</span>' for number, line in enumerate(lines, 1))
    return f'<div class="highlight ud-lines"><pre><code>{body}</code></pre></div>'


def _page(module: str, files: Mapping[str, Path], documented: Sequence[DocumentedObject]) -> str:
    if module not in files:
        first = documented[0]
        raise InputError(f"docs/reference/{first.page.name}.md: {first.path} is documented, but {module} is not in src")
    return source_page(module, files[module].read_text(encoding="utf-8"), documented)
