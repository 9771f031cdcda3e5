"""What the pages on the branch refer to: files of their version, and what versions share."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from unitdocs.publishing.branch import Branch, contents
from unitdocs.publishing.sharing import SHARED

_ADDRESS: Final = re.compile(rb'\b(?:href|src|data-figure)="([^"#?:]+)["#?]')
_SHARED: Final = re.compile(rf"(?:^|/){SHARED}/([0-9a-f]+)/".encode())


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
        found = {one.decode("utf-8", "replace") for one in _ADDRESS.findall(content)}
        for page in pages[name]:
            folder = posixpath.dirname(page)
            # An address that begins at the host's root is of the page for missing addresses, which has no place.
            yield from (
                (page, posixpath.normpath(posixpath.join(folder, one))) for one in found if not one.startswith("/")
            )


def used_by(branch: Branch, files: Mapping[str, tuple[str, int]]) -> set[str]:
    """Return the names of the shared folders that pages and the index refer to."""
    names = {name for path, (name, _) in files.items() if path.endswith(".html")}
    found = {digest for _, content in contents(branch.repository, names) for digest in _SHARED.findall(content)}
    records = (one.record.file.encode() for one in branch.index.versions)
    return {digest.decode() for digest in found} | {
        digest.decode() for file in records for digest in _SHARED.findall(file)
    }
