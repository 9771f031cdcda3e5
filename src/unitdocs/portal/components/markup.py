"""HTML for pages: everything that comes from a record is escaped here, once, at the last step.

Snippets are raw HTML blocks inside Markdown. A `Page` knows its own address, so that every link is relative to the
page and works at any depth and under any version prefix.
"""

import html
import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unitdocs.portal.figures.svg import MOST_POINTS, most_points, stage, svg


class Html(str):
    """Text that is HTML already; any other string is escaped before it reaches a page."""

    __slots__ = ()


@dataclass(frozen=True)
class Page:
    """A page of the site by its source path below docs, such as `benchmarks/summary.md`."""

    source: str

    def link(self, target: str) -> str:
        """Return the address of a generated file or of another page, relative to this page's own address."""
        return posixpath.relpath(_address(target), _address(self.source)) + ("/" if _is_page(target) else "")


@dataclass(frozen=True)
class Column:
    """One column of a table; numbers are aligned to the right."""

    title: str
    is_number: bool = False


@dataclass(frozen=True)
class Figure:
    """One figure of a page with everything around it.

    Args:
        key: unique id, also the name of its JSON and CSV files.
        finding: one sentence that states what the figure shows.
        measured: how it was measured.
        plot: pinned plotly `data` and `layout`, as `figures.plain` returns them.
        table: the same data readable without JavaScript.
        reproduce: the command that measures the same again, if one does.
        is_inline: whether its SVG stands in the page; one of many that a page folds away is drawn when it is looked at.
    """

    key: str
    finding: str
    measured: str
    plot: Mapping[str, Any]
    table: Html
    reproduce: str = ""
    is_inline: bool = True


def escape(text: str) -> Html:
    """Return text as HTML on one line; HTML passes unchanged."""
    return text if isinstance(text, Html) else Html(html.escape(re.sub(r"\s+", " ", text)))


def join(parts: Sequence[str], separator: str = "\n") -> Html:
    """Join parts, escaping those that are not HTML."""
    return Html(separator.join(escape(part) for part in parts))


def tag(name: str, *content: str, **attributes: str) -> Html:
    """Return an element; `class_` stands for class, `_` in other attributes for `-`."""
    written = "".join(f' {_attribute(key)}="{html.escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{written}>{join(content, '')}</{name}>")


def link(text: str, address: str) -> Html:
    """Return a link."""
    return tag("a", text, href=address)


def table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Html:
    """Return a table; the first cell of each row is its header. The site's search leaves it out, but for headings."""
    head = tag("tr", *(_cell("th", column.title, column, scope="col") for column in columns))
    body = [tag("tr", *_row(columns, row)) for row in rows]
    parts = [tag("caption", caption), tag("thead", head), tag("tbody", Html("\n"), join(body), Html("\n"))]
    return Html(f'<div class="ud-table" data-search-exclude>\n{tag("table", join(parts))}\n</div>')


def admonition(kind: str, title: str, *paragraphs: str) -> Html:
    """Return a box of the theme: kinds are note, warning, danger, success, failure, question."""
    return tag(
        "div",
        tag("p", title, class_="admonition-title"),
        *(tag("p", p) for p in paragraphs),
        class_=f"admonition {kind}",
    )


def figure(page: Page, shown: Figure) -> Html:
    """Return a figure whose data stand in files of their own."""
    csv = tag("a", "Download the data (CSV)", href=page.link(csv_path(shown.key)), download="")
    source = {"data_figure": page.link(json_path(shown.key))}
    return _figure(shown, source, tag("p", csv))


def inline_figure(shown: Figure) -> Html:
    """Return a figure that carries its own data, as a notebook needs it.

    They stand in an attribute: a script element, whatever its type, would be run by the theme's instant navigation.
    """
    return _figure(shown, {"data_plot": to_json(shown.plot)}, Html(""))


def folded(summary: str, content: Html) -> Html:
    """Return content that is folded away under a line that says what it comes to."""
    return tag("details", tag("summary", summary), Html("\n"), content, Html("\n"), class_="ud-more", **_NOT_SEARCHED)


def to_json(plot: object) -> str:
    """Return JSON that is the same for the same data, byte by byte."""
    return json.dumps(plot, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


SHARED = ("figures", "data")
"""Folders below `generated` that hold the files of all pages' figures."""


def json_path(key: str) -> str:
    """Return where a figure's JSON stands below docs."""
    return f"generated/figures/{key}.json"


def csv_path(key: str) -> str:
    """Return where a figure's data stand below docs."""
    return f"generated/data/{key}.csv"


_NOT_SEARCHED = {"data_search_exclude": ""}
"""The search knows headings and sentences; with labels and numbers its index would be several times as large."""


def _figure(shown: Figure, source: Mapping[str, str], download: Html) -> Html:
    # Both labels take their place from the start, so that nothing moves when the second replaces the first.
    labels = tag("span", "Zoom and read values"), tag("span", "Reset zoom")
    live = tag("button", *labels, type="button", class_="ud-live", **_NOT_SEARCHED)
    thinned = _thinned(shown) if shown.is_inline else ""
    caption = tag("figcaption", tag("strong", shown.finding), " ", shown.measured, thinned, live)
    if shown.is_inline:
        plot = tag("div", Html(svg(shown.plot, shown.key, shown.finding)), class_="ud-plot", **_NOT_SEARCHED)
    else:
        plot = tag("div", Html(stage(shown.plot, shown.key)), class_="ud-plot ud-later", **_NOT_SEARCHED)
    command = tag("p", "Reproduce this: ", tag("code", shown.reproduce), class_="ud-reproduce")
    again = command if shown.reproduce else Html("")
    details = tag("details", tag("summary", "Data as a table"), Html("\n"), shown.table, Html("\n"), download, again)
    return tag(
        "figure",
        join(["", caption, plot, details, ""]),
        class_="ud-figure",
        id=shown.key,
        **source,
    )


def _thinned(shown: Figure) -> str:
    points = most_points(shown.plot)
    return (
        f" Of {points:,} points a line shows at most {MOST_POINTS:,}, until it is zoomed."
        if points > MOST_POINTS
        else ""
    )


def _row(columns: Sequence[Column], cells: Sequence[str]) -> list[Html]:
    first, *rest = zip(columns, cells, strict=True)
    return [_cell("th", first[1], first[0], scope="row"), *(_cell("td", cell, column) for column, cell in rest)]


def _cell(name: str, content: str, column: Column, **attributes: str) -> Html:
    return tag(name, content, **attributes, **({"class_": "ud-number"} if column.is_number else {}))


def _attribute(key: str) -> str:
    return "class" if key == "class_" else key.replace("_", "-")


def _is_page(target: str) -> bool:
    return target.endswith((".md", ".ipynb"))


def _address(source: str) -> str:
    """Return the folder that a page is served from, or the path of a file."""
    if not _is_page(source):
        return source
    stem = source.rpartition(".")[0]
    return stem.removesuffix("index").removesuffix("/") or "."
