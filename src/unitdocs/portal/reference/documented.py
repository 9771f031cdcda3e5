"""What the reference documents: the `:::` blocks of its pages, and the objects that mkdocstrings shows for each.

The code is read, not imported. mkdocstrings shows public members that have a docstring; the rule is repeated here, and
a test holds it against the built site.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import griffe

from unitdocs.errors import InputError

BLOCK: Final = re.compile(r"^::: (?P<path>[\w.]+)\n(?P<options>(?:    .*\n)*)", re.MULTILINE)
_HEADING: Final = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)
_MEMBERS: Final = re.compile(r"\bmembers: (?:\[(?P<names>[^]]*)\]|false\b)")


class Block(NamedTuple):
    """A block of a page that documents an object.

    Args:
        path: the object's name with its package.
        members: names of the members that are documented with it; None for the public ones.
    """

    path: str
    members: tuple[str, ...] | None


@dataclass(frozen=True)
class ReferencePage:
    """A page of the reference.

    Args:
        name: its file name without the ending, which is its address below `reference/` too.
        title: its first heading.
        blocks: what it documents, in the order of the page.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]


class DocumentedObject(NamedTuple):
    """An object as the reference shows it.

    Args:
        path: the name under which it is documented, which is its anchor too.
        module: the module that defines it.
        line: its first line in the module's file.
        page: the page that documents it.
    """

    path: str
    module: str
    line: int
    page: ReferencePage


def reference_pages(docs: Path) -> list[ReferencePage]:
    """Return the hand-written pages of the reference, by name."""
    return [_read(path) for path in sorted((docs / "reference").glob("*.md"))]


def documented_objects(pages: Sequence[ReferencePage], code: griffe.ModulesCollection) -> Iterator[DocumentedObject]:
    """Yield each object that the pages show, members after their class.

    Raises:
        InputError: a page documents an object that the code does not have.
    """
    for page in pages:
        for block in page.blocks:
            for shown in _shown(lookup(code, block.path, page), block.members):
                line = 1 if shown.is_module else shown.lineno or 1
                yield DocumentedObject(shown.path, shown.module.canonical_path, line, page)


def load_code(project: Path, pages: Sequence[ReferencePage]) -> griffe.ModulesCollection:
    """Return the packages below `src` that the pages document."""
    loader = griffe.GriffeLoader(search_paths=[project / "src"])
    for package in sorted({block.path.partition(".")[0] for page in pages for block in page.blocks}):
        if (project / "src" / package).is_dir():
            loader.load(package)
    loader.resolve_aliases(implicit=False, external=False)
    return loader.modules_collection


def lookup(code: griffe.ModulesCollection, path: str, page: ReferencePage) -> griffe.Object | griffe.Alias:
    """Return an object by its name.

    Raises:
        InputError: the code does not have it.
    """
    try:
        documented: griffe.Object | griffe.Alias = code[path]
    except KeyError as error:
        raise InputError(f"docs/reference/{page.name}.md: {path} is documented, but it is not in src") from error
    return documented


def _read(path: Path) -> ReferencePage:
    text = path.read_text(encoding="utf-8") + "\n"
    heading = _HEADING.search(text)
    blocks = tuple(Block(block["path"], _members(block["options"])) for block in BLOCK.finditer(text))
    return ReferencePage(path.stem, heading["title"] if heading else path.stem, blocks)


def _members(options: str) -> tuple[str, ...] | None:
    """Return the option `members` of a block: a list of names, or `false` for none."""
    option = _MEMBERS.search(options)
    return None if option is None else tuple(re.findall(r"\w+", option["names"] or ""))


def _shown(
    documented: griffe.Object | griffe.Alias, members: tuple[str, ...] | None
) -> Iterator[griffe.Object | griffe.Alias]:
    """Yield an object and those of its members that a page shows with it."""
    yield documented
    if documented.is_class or documented.is_module:
        for name, member in documented.members.items():
            is_chosen = _is_public(name, member) if members is None else name in members
            if is_chosen and not member.is_module:
                yield from _shown(member, None)


def _is_public(name: str, member: griffe.Object | griffe.Alias) -> bool:
    """Return whether a page shows a member without naming it."""
    is_own = not member.is_imported or member.is_public
    return is_own and not name.startswith("_") and member.has_docstrings
