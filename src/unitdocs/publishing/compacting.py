"""Smaller pages that a browser reads as the same: what HTML lets a page leave out is left out.

A host of static pages limits the bytes of all versions together, and pages are most of a version. Readers see no
difference: it is quotes that an attribute does not need, spaces between blocks, end tags of cells that the next cell
implies, and marks of highlighted code that have no colour of their own.
"""

import re
from collections.abc import Iterator
from typing import Final

_KEPT: Final = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
_CODE: Final = ("pre", "textarea")
"""Of these, the elements whose spaces are seen."""
_USED_UP: Final = re.compile(r' (?:xmlns="http://www\.w3\.org/2000/svg"|data-search-exclude(?:="")?)(?=[\s>])')
"""What a page needs no more: the namespace of icons, and marks for the search, whose index has been made."""
_BREAK: Final = re.compile(r"\s*\n\s*")
_BLOCK: Final = (
    r"(?:article|body|caption|details|div|figcaption|figure|footer|form|h[1-6]|head|header|html|link|main|meta|nav"
    r"|ol|p|pre|script|section|style|summary|table|tbody|td|th|thead|title|tr|ul)\b"
)
"""Elements that are no part of a line of text; items of lists may be one."""
_BEFORE_BLOCK: Final = re.compile(rf"\n(?=</?{_BLOCK})")
_AFTER_BLOCK: Final = re.compile(rf"(</?{_BLOCK}(?:[^<>\"]|\"[^\"]*\")*>)\n")
_TAG: Final = re.compile(r'<([a-zA-Z][^\s<>/"=]*)((?:\s+[^\s<>/"=]+(?:="[^"]*")?)+)\s*(/?)>')
_ATTRIBUTE: Final = re.compile(r'\s+([^\s<>/"=]+)(?:="([^"]*)")?')
_BARE: Final = re.compile(r"[^\s\"'`=<>]+")
"""Values of attributes that need no quotes."""
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
_IMPLIED: Final = re.compile(r"</t[dh]>(?=<t[dh]\b|</tr>)|</tr>(?=<tr\b|</t(?:body|head)>)")
_PLAIN: Final = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>')
"""Names, operators, punctuation and spaces of code, which are most of its marks; they have no colour."""


def compact(page: str) -> str:
    """Return a page that a browser reads as the same, in fewer bytes.

    Args:
        page: HTML whose attributes, where they have quotes, have double ones; other ones stay as they are.
    """
    return "".join(_parts(page))


def _parts(page: str) -> Iterator[str]:
    parts = _KEPT.split(page)
    # Each kept part is followed by the name of its element, which the pattern captured for itself.
    for between, kept, name in zip(parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True):
        yield _tags(_without_spaces(between))
        yield _tags(_PLAIN.sub(r"\1", kept)) if name in _CODE else _program(kept)


def _without_spaces(text: str) -> str:
    lines = _BREAK.sub("\n", _USED_UP.sub("", text))
    return _IMPLIED.sub("", _AFTER_BLOCK.sub(r"\1", _BEFORE_BLOCK.sub("", lines)))


def _program(element: str) -> str:
    """Return a program or a style sheet, which keeps its lines; no text in it has several."""
    tag, end, content = element.partition(">")
    return _tags(tag + end) + _BREAK.sub("\n", content)


def _tags(text: str) -> str:
    return _TAG.sub(_tag, text)


def _tag(tag: re.Match[str]) -> str:
    name, attributes, slash = tag.groups()
    written = "".join(_attribute(key, value) for key, value in _ATTRIBUTE.findall(attributes))
    if name in _VOID or not slash:
        return f"<{name}{written}>"
    # A slash after a value without quotes would belong to the value.
    return f"<{name}{written}/>" if written.endswith('"') else f"<{name}{written} />"


def _attribute(key: str, value: str) -> str:
    if not value:
        return f" {key}"  # in HTML the same as an empty value
    return f" {key}={value}" if _BARE.fullmatch(value) else f' {key}="{value}"'
