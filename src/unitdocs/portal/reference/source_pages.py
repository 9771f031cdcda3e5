"""A page for the source of each documented module, so that the code can be read in the site itself.

The code of all documented objects would make the pages of the reference too heavy. Instead each object there links to
its line here (`hooks/templates`), and each page here lists the objects that the reference documents from it.

Such a page is a whole file of its own without the theme's frame: it is the same in each version of the site that has
the same code, and so the versions share it (`publishing.sharing`).
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Final

import griffe
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from unitdocs.errors import InputError
from unitdocs.portal.reference.documented import DocumentedObject, ReferencePage, documented_objects

FOLDER: Final = "reference/source"
_TEMPLATE: Final = "source_page.html"
_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")
"""Where the template takes a value: `$` means something in its program."""
_ELEMENTS: Final = {
    Comment: "i",
    String.Doc: "i",
    String: "u",
    Number: "u",
    Keyword: "b",
    Name.Decorator: "b",
    Operator.Word: "b",
}
"""What colours a kind of token. There are tens of thousands, and so the elements are short ones without a class."""


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
    return {f"{FOLDER}/{module}.html": _page(module, files, documented) for module, documented in by_module.items()}


def modules(folder: Path) -> Mapping[str, Path]:
    """Return the files of all modules in a folder, by module name."""
    paths = sorted(folder.rglob("*.py"))
    return {".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def source_page(module: str, source: str, documented: Sequence[DocumentedObject]) -> str:
    """Return the page of a module: which of its objects are documented where, and its code."""
    rows = (
        f'<li><a href="../../reference/{one.page.name}/#{one.path}"><code>{one.path}</code></a>, '
        f'<a href="#L{one.line}">line {one.line}</a></li>'
        for one in sorted(documented, key=lambda one: (one.line, one.path))
    )
    titles = {one.page.name: one.page.title for one in documented}
    places = (f' / <a href="../../reference/{name}/">{html.escape(title)}</a>' for name, title in titles.items())
    template = resources.files(__package__).joinpath(_TEMPLATE).read_text(encoding="utf-8")
    values = {"module": module, "places": "".join(places), "objects": "\n".join(rows), "code": highlighted(source)}
    return _PLACE.sub(lambda place: values[place[1]], template)


def highlighted(source: str) -> str:
    """Return highlighted Python in which each line has an anchor: `L1` and so on. A style numbers the lines."""
    lines = "".join(_marked(source)).split("\n")
    return "".join(f"<a id=L{number}>{line}\n</a>" for number, line in enumerate(lines, 1))


def _marked(source: str) -> Iterator[str]:
    """Yield the parts of a source, escaped; those with a colour are marked, each line by itself."""
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(source.removesuffix("\n"))
    for element, group in groupby(tokens, key=lambda token: _element(token[0])):
        text = html.escape("".join(value for _, value in group), quote=False)
        lines = text.split("\n") if element else []
        yield "\n".join(f"<{element}>{line}</{element}>" if line.strip() else line for line in lines) or text


def _element(kind: _TokenType) -> str | None:
    return next((element for known, element in _ELEMENTS.items() if kind in known), None)


def _page(module: str, files: Mapping[str, Path], documented: Sequence[DocumentedObject]) -> str:
    if module not in files:
        first = documented[0]
        raise InputError(f"docs/reference/{first.page.name}.md: {first.path} is documented, but {module} is not in src")
    return source_page(module, files[module].read_text(encoding="utf-8"), documented)
