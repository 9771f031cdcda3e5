"""The generated parts of one page: snippets that it includes, and the files behind its figures."""

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from unitdocs.portal.components.markup import Figure, Html, Page, csv_path, figure, join, json_path, to_json

if TYPE_CHECKING:
    from pandas import DataFrame

Content = str | bytes
"""What a file holds: text, written as UTF-8, or bytes as they are."""


@dataclass(frozen=True)
class PageOutput:
    """Collects the files of one page, by path below docs.

    Args:
        page: the page that includes the snippets; their links are relative to it.
        name: folder of the snippets below `generated`.
        files: content of the files so far, by path.
        keys: ids on the page, by the names that they identify.
        figures: the finding of each figure by its key, in their order.
    """

    page: Page
    name: str
    files: dict[str, Content] = field(default_factory=dict)
    keys: dict[tuple[str, ...], str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)

    def key(self, *names: str) -> str:
        """Return an id for names that is unique on the page, and always the same for the same names."""
        wanted = slug(*names)
        taken = {key for other, key in self.keys.items() if other != names}
        numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in itertools.count(1))
        return self.keys.setdefault(names, next(key for key in numbered if key not in taken))

    def snippet(self, name: str, *blocks: str) -> None:
        """Add a snippet: blocks of Markdown or HTML, separated by blank lines."""
        self.files[f"generated/{self.name}/{name}.md"] = "\n\n".join(block for block in blocks if block) + "\n"

    def figure(self, shown: Figure, data: "DataFrame") -> Html:
        """Add a figure's JSON and CSV, and return its HTML for a snippet."""
        self.figures[shown.key] = shown.finding
        self.files[json_path(shown.key)] = to_json(shown.plot) + "\n"
        self.files[csv_path(shown.key)] = data.to_csv(index=False, float_format="%.9g", lineterminator="\n")
        return figure(self.page, shown)


def heading(level: int, text: str, key: str) -> str:
    """Return a Markdown heading with an id of its own; nothing in the text is taken for markup."""
    return f"{'#' * level} {inert(text)} {{ #{key} }}"


def inert(text: str) -> str:
    """Return text for a line of Markdown: whatever could be markup stands as a character reference."""
    return re.sub(r"[^\w ,.()/'-]|_", lambda found: f"&#{ord(found[0])};", " ".join(text.split()))


def slug(*names: str) -> str:
    """Return names as an id for addresses and files: letters, digits and hyphens only."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "x" for name in names)


def paragraph(*sentences: str) -> Html:
    """Return sentences as one paragraph of HTML."""
    return Html(f"<p>{join([sentence for sentence in sentences if sentence], ' ')}</p>")
