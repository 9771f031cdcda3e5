"""HTML for pages: text from records is escaped here and nowhere else, when the markup is written.

Snippets are raw HTML blocks inside Markdown. A `Page` holds its own address, so every link is relative to
the page and works at any depth and under any version prefix.
"""

import html
import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unitdocs.formatting import visible
from unitdocs.portal.figures.pin import can_zoom
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
    """One figure of a page with its caption, table and downloads.

    Args:
        key: unique id, which is also the name of its JSON and CSV files.
        finding: one sentence that states what the figure shows.
        measured: how it was measured.
        plot: pinned plotly `data` and `layout`, as `figures.plain` returns them.
        table: the same data, readable without JavaScript.
        reproduce: the command that repeats the measurement, if there is one.
        is_inline: whether the page contains its SVG; a folded figure is drawn only when it is opened.
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
    return text if isinstance(text, Html) else Html(html.escape(visible(re.sub(r"\s+", " ", text))))


def join(parts: Sequence[str], separator: str = "\n") -> Html:
    """Join parts, escaping those that are not HTML."""
    return Html(separator.join(escape(part) for part in parts))


def tag(name: str, *content: str, **attributes: str) -> Html:
    """Return an element; `class_` and `for_` are written as class and for, and `_` in other attributes as `-`."""
    attribute_text = "".join(f' {_attribute(key)}="{html.escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{attribute_text}>{join(content, '')}</{name}>")


def link(text: str, address: str) -> Html:
    """Return a link."""
    return tag("a", text, href=address)


def table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Html:
    """Return a table; the first cell of each row is its header. A phone shows what is too wide for it as cards."""
    # Labels and numbers would make the search index several times as large, so the search skips tables.
    head = tag("tr", *(_cell("th", column.title, column, scope="col") for column in columns))
    body = [tag("tr", *_row_cells(columns, row)) for row in rows]
    parts = [tag("caption", caption), tag("thead", head), tag("tbody", Html("\n"), join(body), Html("\n"))]
    form = "" if _fits_a_phone(columns, rows) else cards(columns)
    return Html(f'<div class="ud-table" data-search-exclude{form}>\n{tag("table", join(parts))}\n</div>')


def cards(columns: Sequence[Column]) -> Html:
    """Return the attributes of a table's place that make it a list of cards on a phone.

    There a row is a block, and a cell begins with the title of its column, which the style sheet takes from here: so
    cells are as small as those of any table, and need no script. A name says itself what its card is about; a number
    in the first column gets its title.
    """
    titles = enumerate(columns, start=1)
    named = [(place, column.title) for place, column in titles if place > 1 or column.is_number]
    style = "".join(f"--title-{place}:{_css_string(' '.join(_lines(title)))};" for place, title in named)
    return Html(f' data-narrow="cards" style="{html.escape(style)}"')


def admonition(kind: str, title: str, *paragraphs: str) -> Html:
    """Return a box of the theme: kinds are note, warning, danger, success, failure, question."""
    return tag(
        "div",
        tag("p", title, class_="admonition-title"),
        *(tag("p", p) for p in paragraphs),
        class_=f"admonition {kind}",
    )


def figure(page: Page, content: Figure) -> Html:
    """Return a figure whose data are in separate files."""
    csv = tag("a", "Download the data (CSV)", href=page.link(csv_path(content.key)), download="")
    source = {"data_figure": page.link(json_path(content.key))}
    return _figure_element(content, source, csv)


def inline_figure(content: Figure) -> Html:
    """Return a figure that contains its own data, as a notebook needs.

    The data are in an attribute: the theme's instant navigation would run a script element of any type.
    """
    return _figure_element(content, {"data_plot": to_json(content.plot)}, Html(""))


def folded(summary: str, content: Html, *, is_open: bool = False) -> Html:
    """Return content that is folded under a one-line summary, or that can be folded."""
    state = {"open": ""} if is_open else {}
    return tag(
        "details", tag("summary", summary), Html("\n"), content, Html("\n"), class_="ud-more", **state, **_NOT_SEARCHED
    )


def to_json(plot: object) -> str:
    """Return JSON that is byte-identical for the same data."""
    return json.dumps(plot, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


SHARED = ("figures", "data")
"""Folders below `generated` that hold the files of all pages' figures."""


def json_path(key: str) -> str:
    """Return the path of a figure's JSON file below docs."""
    return f"generated/figures/{key}.json"


def csv_path(key: str) -> str:
    """Return the path of a figure's CSV file below docs."""
    return f"generated/data/{key}.csv"


_SHEET = 800
"""Pixels of a figure that a printed page has room for, below its caption and legend."""
_PHONE = 36
"""Characters of a table's font that a phone of 390 pixels shows in a line."""
_GAP = 2
"""Characters between two columns."""
_TEXT = 16
"""Characters a line below which text is tiresome to read."""
_NOT_SEARCHED = {"data_search_exclude": ""}
"""Leaves an element out of the search: with labels and numbers its index would be several times as large."""


def _figure_element(content: Figure, source: Mapping[str, str], download: Html) -> Html:
    # Both labels take up space from the start, so that nothing moves when the second replaces the first.
    labels = tag("span", "Zoom and read values"), tag("span", "Reset zoom")
    button = tag("button", *labels, type="button", class_="ud-live", **_NOT_SEARCHED)
    live = button if can_zoom(content.plot) else ""
    note = _thinning_note(content) if content.is_inline else ""
    caption = tag("figcaption", tag("strong", content.finding), " ", content.measured, note, live)
    if content.is_inline:
        plot = tag("div", Html(svg(content.plot, content.key, content.finding)), class_="ud-plot", **_NOT_SEARCHED)
    else:
        plot = tag("div", Html(stage(content.plot, content.key)), class_="ud-plot ud-later", **_NOT_SEARCHED)
    command = tag("p", "Reproduce this: ", tag("code", content.reproduce), class_="ud-reproduce")
    reproduce = command if content.reproduce else Html("")
    picture = tag("button", "Save as a picture (PNG)", type="button", class_="ud-save")
    downloads = tag("p", *([download, " "] if download else []), picture)
    details = tag(
        "details", tag("summary", "Data as a table"), Html("\n"), content.table, Html("\n"), downloads, reproduce
    )
    height = content.plot["layout"].get("height", 0)
    scale = {"style": f"--paper:{_SHEET / height:.2f}"} if height > _SHEET else {}
    return tag(
        "figure",
        join(["", caption, plot, details, ""]),
        class_="ud-figure",
        id=content.key,
        **source,
        **scale,
    )


def _thinning_note(content: Figure) -> str:
    """Return a sentence about the points that the SVG leaves out; empty if it draws all."""
    points = most_points(content.plot)
    return (
        f" Of {points:,} points a line shows at most {MOST_POINTS:,}, until it is zoomed."
        if points > MOST_POINTS
        else ""
    )


def _row_cells(columns: Sequence[Column], cells: Sequence[str]) -> list[Html]:
    """Return the cells of a table's row, the first one as the row's header."""
    (first_column, header), *rest = zip(columns, cells, strict=True)
    return [_cell("th", header, first_column, scope="row"), *(_cell("td", cell, column) for column, cell in rest)]


def _fits_a_phone(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether all columns have room side by side on a phone, without a word or a number that is cut."""
    widths = [_width(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    return sum(widths) + _GAP * (len(columns) - 1) <= _PHONE


def _width(column: Column, cells: Sequence[str]) -> int:
    """Return how many characters a column needs: numbers are not broken, text takes a few lines if it must."""
    lines = [line for cell in cells for line in _lines(cell)]
    longest = max(map(len, lines), default=0)
    words = [word for line in [*_lines(column.title), *([] if column.is_number else lines)] for word in line.split()]
    return max(max(map(len, words), default=0), longest if column.is_number else min(longest, _TEXT))


def _lines(cell: str) -> list[str]:
    """Return the lines of a cell as text."""
    return [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in re.split(r"<br\s*/?>", escape(cell))]


def _css_string(text: str) -> str:
    """Return a string of a style sheet, which nothing in the text can end."""
    return '"' + re.sub(r'[\x00-\x1f"\\]', lambda found: f"\\{ord(found[0]):x} ", text) + '"'


def _cell(name: str, content: str, column: Column, **attributes: str) -> Html:
    return tag(name, content, **attributes, **({"class_": "ud-number"} if column.is_number else {}))


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _is_page(target: str) -> bool:
    return target.endswith((".md", ".ipynb"))


def _address(source: str) -> str:
    """Return the folder that a page is served from, or the path of a file."""
    if not _is_page(source):
        return source
    stem = source.rpartition(".")[0]
    return stem.removesuffix("index").removesuffix("/") or "."
