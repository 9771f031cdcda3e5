"""The blocks of code on a page: fences of Markdown, with what they say after the language.

A block is run or checked by the tests unless it says why not, as `data-no-run="needs Windows"` in a fence with braces:
builders pass such an attribute on to the page.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FENCE: Final = re.compile(
    r"^(?P<indent>[ ]*)(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)\n(?P<source>.*?)^(?P=indent)(?P=mark)`*~*[ ]*$",
    re.DOTALL | re.MULTILINE,
)
_INFO: Final = re.compile(r"^\s*(?:\{\s*\.)?(?P<language>[\w-]*)")
_OPTION: Final = re.compile(r'(?P<name>[\w-]+)="(?P<value>[^"]*)"')
_HEADING: Final = re.compile(r"^#{1,6} +(?P<text>.*?)(?: *\{[^}]*\})? *$", re.MULTILINE)
NO_RUN: Final = "data-no-run"


@dataclass(frozen=True)
class Fence:
    """A block of code.

    Args:
        language: its language, such as `bash`; empty without one.
        source: its text, without the indentation that it has on the page.
        line: its line on the page, from 1.
        heading: the heading that it is below.
        title: the file that it shows, if it names one.
        no_run: why it is not run; empty if it is.
    """

    language: str
    source: str
    line: int
    heading: str
    title: str = ""
    no_run: str = ""


def find_fences(page: str) -> Iterator[Fence]:
    """Yield the blocks of a page of Markdown, from top to bottom."""
    for match in _FENCE.finditer(page):
        options = dict(_OPTION.findall(match["info"]))
        language = _INFO.match(match["info"])
        yield Fence(
            language["language"] if language else "",
            textwrap.dedent(match["source"]) if match["indent"] else match["source"],
            page.count("\n", 0, match.start()) + 1,
            _heading(page[: match.start()]),
            options.get("title", ""),
            options.get(NO_RUN, ""),
        )


def _heading(before: str) -> str:
    """Return the last heading of a text; a line of a block may look like one."""
    headings = _HEADING.findall(_FENCE.sub("", before))
    return headings[-1] if headings else ""
