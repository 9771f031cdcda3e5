"""The generated parts of one page: the snippets it includes and the files of its figures."""

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unitdocs.portal.components.markup import Figure, Html, Page, csv_path, figure, join, json_path, to_json

if TYPE_CHECKING:
    from pandas import DataFrame

Content = str | bytes
"""Content of a file: text, written as UTF-8, or bytes."""


@dataclass(frozen=True)
class PageOutput:
    """Collects the files of one page, by path below docs.

    Args:
        page: the page that includes the snippets; their links are relative to it.
        name: folder of the snippets below `generated`.
        files: content of the files so far, by path.
        keys: ids on the page, by the names they were made from.
        figures: the finding of each figure by its key, in the order of the page.
    """

    page: Page
    name: str
    files: dict[str, Content] = field(default_factory=dict)
    keys: dict[tuple[str, ...], str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)

    def key(self, *names: str) -> str:
        """Return an id that is unique on the page and always the same for the same names."""
        base = slug(*names)
        taken = {key for other, key in self.keys.items() if other != names}
        numbered = (base if number == 1 else f"{base}-{number}" for number in itertools.count(1))
        return self.keys.setdefault(names, next(key for key in numbered if key not in taken))

    def snippet(self, name: str, *blocks: str) -> None:
        """Add a snippet: blocks of Markdown or HTML, separated by blank lines."""
        self.files[f"generated/{self.name}/{name}.md"] = "\n\n".join(block for block in blocks if block) + "\n"

    def figure(self, content: Figure, data: "DataFrame") -> Html:
        """Add a figure's JSON and CSV, and return its HTML for a snippet."""
        self.figures[content.key] = content.finding
        self.files[json_path(content.key)] = to_json(content.plot) + "\n"
        self.files[csv_path(content.key)] = data.to_csv(index=False, float_format="%.9g", lineterminator="\n")
        return figure(self.page, content)


def heading(level: int, text: str, key: str) -> str:
    """Return a Markdown heading with its own id; the text is not interpreted as markup."""
    return f"{'#' * level} {inert(text)} {{ #{key} }}"


def inert(text: str) -> str:
    """Return text for a line of Markdown, with anything that could be markup as character references."""
    return re.sub(r"[^\w ,.()/'-]|_", lambda match: f"&#{ord(match[0])};", " ".join(text.split()))


def slug(*names: str) -> str:
    """Return names as an id for addresses and files: letters, digits and hyphens only."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "x" for name in names)


def paragraph(*sentences: str) -> Html:
    """Return sentences as one paragraph of HTML."""
    return Html(f"<p>{join([sentence for sentence in sentences if sentence], ' ')}</p>")
