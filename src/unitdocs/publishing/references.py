"""What the pages on the branch refer to: files of their version, and what versions share."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final
from urllib.parse import unquote

from unitdocs.publishing.branch import Branch, contents
from unitdocs.publishing.sharing import SHARED

_ADDRESS: Final = re.compile(rb"\b(?:href|src|data-(?:figure|index))=(?:\"([^\"#?:]+)[\"#?]|([^\"#?:\s>]+)[#?\s>])")
_SHARED: Final = re.compile(rf"(?:^|/){SHARED}/([0-9a-f]+)/".encode(), re.MULTILINE)


def addresses(branch: Branch, files: Mapping[str, tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Yield each page with each place below the root that it refers to, without those of other hosts.

    Args:
        branch: the branch.
        files: its files, by path.
    """
    pages: dict[str, list[str]] = {}
    for path, (name, _) in files.items():
        if path.endswith(".html"):
            pages.setdefault(name, []).append(path)
    for name, content in contents(branch.repository, pages):
        # A page writes `&` and letters outside ASCII in another way than the names of files.
        found = {unquote(unescape(b"".join(one).decode("utf-8", "replace"))) for one in _ADDRESS.findall(content)}
        for page in pages[name]:
            folder = posixpath.dirname(page)
            # An address that begins at the host's root is of the page for missing addresses, which has no place.
            yield from (
                (page, posixpath.normpath(posixpath.join(folder, one))) for one in found if not one.startswith("/")
            )


def used_by(branch: Branch, files: Mapping[str, tuple[str, int]]) -> set[str]:
    """Return the names of the shared folders that some files of the branch need.

    Args:
        branch: the branch.
        files: its pages, by path; what the index says of their versions is used as well.
    """
    names = {name for path, (name, _) in files.items() if path.endswith(".html")}
    found = {digest for _, content in contents(branch.repository, names) for digest in _SHARED.findall(content)}
    folders = {path.partition("/")[0] for path in files}
    records = (one.record for one in branch.index.versions if one.version in folders)
    places = "\n".join(place for record in records for place in (record.file, record.explore))
    return {digest.decode() for digest in found.union(_SHARED.findall(places.encode()))}
